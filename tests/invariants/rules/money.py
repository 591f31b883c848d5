"""Money moves once, after legal force, in the amount that may be paid, to the account a third person released it to."""

from decimal import Decimal

from domain.case import events as ce
from domain.case.commands import SettleAccount
from domain.messages import RecordedEvent
from tests.invariants.in_memory_store import AcceptedCommand
from tests.invariants.rules.checker import CaseRecord, InvariantChecker, invariant

LIVE = ("ordered", "released", "instructed", "booked")
"""A payment in one of these states may have moved money, or may yet."""


def _plan(record: CaseRecord) -> ce.Plan:
    """How the grant is paid; asked when nothing stands in the way of money."""
    assert record.decided is not None, "nothing is paid without a decision"
    assert record.in_force, "nothing is paid before legal force"
    assert not record.contested, "nothing is paid while the decision is contested"
    return record.decided.plan


@invariant(ce.PaymentOrdered)
def ordered(checker: InvariantChecker, fact: RecordedEvent, accepted: AcceptedCommand) -> None:
    record, event = checker.records[fact.stream], fact.event
    assert isinstance(event, ce.PaymentOrdered)
    _plan(record)
    assert event.payment not in checker.payment_ids, "a payment's id names one payment for ever"
    checker.payment_ids.add(event.payment)
    under_way = [each for each in record.payments.values() if each.state in LIVE and each.state != "booked"]
    assert not under_way, "one payment at a time"
    live = sum((each.amount for each in record.payments.values() if each.state in LIVE), Decimal(0))
    assert event.amount + live <= record.payable, "more is on its way than may be paid"
    assert event.amount > 0


@invariant(ce.PaymentReleased)
def released(checker: InvariantChecker, fact: RecordedEvent, accepted: AcceptedCommand) -> None:
    record, event = checker.records[fact.stream], fact.event
    assert isinstance(event, ce.PaymentReleased)
    assert record.payments[event.payment].state == "ordered", "a payment is released once"
    assert not record.contested, "nothing is released while the decision is contested"
    assert event.account == record.account, "another account than the case's last"
    assert event.due >= accepted.today


@invariant(ce.PaymentInstructed)
def instructed(checker: InvariantChecker, fact: RecordedEvent, accepted: AcceptedCommand) -> None:
    event = fact.event
    assert isinstance(event, ce.PaymentInstructed)
    payment = checker.records[fact.stream].payments[event.payment]
    assert payment.state == "released"
    assert event.amount == payment.amount, "another amount than was ordered"


@invariant(ce.PaymentBooked)
def booked(checker: InvariantChecker, fact: RecordedEvent, accepted: AcceptedCommand) -> None:
    record, event = checker.records[fact.stream], fact.event
    assert isinstance(event, ce.PaymentBooked)
    payment = record.payments[event.payment]
    assert payment.state in ("released", "instructed")
    assert record.paid() + payment.amount <= record.payable, "more is paid than may be paid"


@invariant(ce.PaymentReturned)
def returned(checker: InvariantChecker, fact: RecordedEvent, accepted: AcceptedCommand) -> None:
    event = fact.event
    assert isinstance(event, ce.PaymentReturned)
    assert checker.records[fact.stream].payments[event.payment].state in ("released", "instructed", "booked")
    assert event.returned_on <= accepted.today, "a return that is still to come"


@invariant(ce.Closed)
def closed(checker: InvariantChecker, fact: RecordedEvent, accepted: AcceptedCommand) -> None:
    record, event = checker.records[fact.stream], fact.event
    assert isinstance(event, ce.Closed)
    granted, payable = (record.decided.amount, record.payable) if record.decided else (Decimal(0), Decimal(0))
    assert event.granted == granted
    assert event.paid == record.paid() == payable, "closed before everything is paid"
    assert not record.receivable, "closed before invoicing has heard of everything"
    assert record.settled or not (record.decided and record.decided.plan.on_account), "closed on account"
    assert record.withdrawn or record.decided is None or record.in_force, "closed before legal force"


@invariant(ce.InstalmentApproved)
def within_the_plan(checker: InvariantChecker, fact: RecordedEvent, accepted: AcceptedCommand) -> None:
    record, event = checker.records[fact.stream], fact.event
    assert isinstance(event, ce.InstalmentApproved)
    plan = _plan(record)
    assert record.settled is None, "an instalment after the final account"
    assert event.amount > 0, "an instalment of nothing"
    assert record.instalments + event.amount <= plan.instalments <= plan.on_account, "above the plan"


@invariant(ce.FinalAccountSettled)
def settled_once(checker: InvariantChecker, fact: RecordedEvent, accepted: AcceptedCommand) -> None:
    """The final grant is never above what was decided; what was paid above it is to be recovered, to the cent."""
    record, event = checker.records[fact.stream], fact.event
    assert isinstance(event, ce.FinalAccountSettled)
    plan = _plan(record)
    assert record.settled is None, "settled twice"
    assert record.paid() == record.payable, "settled while money is on its way"
    assert 0 <= event.final <= plan.at_once + plan.on_account, "more than was decided"
    assert event.balance == event.final - record.paid(), "another balance than between final and paid"
    recovered = [each.event.amount for each in accepted.facts if isinstance(each.event, ce.ToBeRecovered)]
    above = record.paid() - event.final
    assert recovered == ([above] if above > 0 else []), "recovered is what was paid less the final grant"


@invariant(ce.ToBeRecovered)
def recovered_with_the_final_account(
    checker: InvariantChecker, fact: RecordedEvent, accepted: AcceptedCommand
) -> None:
    assert isinstance(accepted.command, SettleAccount), "recovered for no reason"


@invariant(ce.LegalForceReached)
def invoiced_with_legal_force(
    checker: InvariantChecker, fact: RecordedEvent, accepted: AcceptedCommand
) -> None:
    record = checker.records[fact.stream]
    assert record.decided is not None
    invoiced = [
        (each.event.why, each.event.amount)
        for each in accepted.facts
        if isinstance(each.event, ce.ToBeInvoiced)
    ]
    fee = record.decided.fee.amount if record.decided.fee else 0
    owed = [(why, euros) for why, euros in (("work", record.decided.plan.invoice), ("fee", fee)) if euros]
    assert invoiced == owed, "invoiced is what was decided"


@invariant(ce.ToBeInvoiced)
def invoiced_once(checker: InvariantChecker, fact: RecordedEvent, accepted: AcceptedCommand) -> None:
    assert ce.ToBeInvoiced not in checker.said[fact.stream], "invoiced twice"


@invariant(ce.ForwardedToInvoicing)
def forwarded_whole(checker: InvariantChecker, fact: RecordedEvent, accepted: AcceptedCommand) -> None:
    event = fact.event
    assert isinstance(event, ce.ForwardedToInvoicing)
    assert event.amount == checker.records[fact.stream].receivable > 0, "another sum than is to come back"
