"""Money moves once, after legal force, in the amount that may be paid, to the account a third person released it to."""

from decimal import Decimal

from domain.case import events as ce
from domain.case.commands import SettleAccount
from domain.messages import RecordedEvent
from tests.invariants.in_memory_store import AcceptedCommand
from tests.invariants.rules.checker import CaseRecord, InvariantChecker, invariant

LIVE = ("ordered", "released", "instructed", "booked")
"""A payment in one of these states may have moved money, or may yet."""


def _plan(cover: CaseRecord) -> ce.Plan:
    """How the grant is paid; asked when nothing stands in the way of money."""
    assert cover.decided is not None, "nothing is paid without a decision"
    assert cover.in_force, "nothing is paid before legal force"
    assert not cover.contested, "nothing is paid while the decision is contested"
    return cover.decided.plan


@invariant(ce.PaymentOrdered)
def ordered(clerk: InvariantChecker, fact: RecordedEvent, answer: AcceptedCommand) -> None:
    cover, event = clerk.covers[fact.stream], fact.event
    assert isinstance(event, ce.PaymentOrdered)
    _plan(cover)
    assert event.payment not in clerk.payment_ids, "a payment's id names one payment for ever"
    clerk.payment_ids.add(event.payment)
    under_way = [each for each in cover.payments.values() if each.state in LIVE and each.state != "booked"]
    assert not under_way, "one payment at a time"
    live = sum((each.amount for each in cover.payments.values() if each.state in LIVE), Decimal(0))
    assert event.amount + live <= cover.payable, "more is on its way than may be paid"
    assert event.amount > 0


@invariant(ce.PaymentReleased)
def released(clerk: InvariantChecker, fact: RecordedEvent, answer: AcceptedCommand) -> None:
    cover, event = clerk.covers[fact.stream], fact.event
    assert isinstance(event, ce.PaymentReleased)
    assert cover.payments[event.payment].state == "ordered", "a payment is released once"
    assert not cover.contested, "nothing is released while the decision is contested"
    assert event.account == cover.account, "another account than the case's last"
    assert event.due >= answer.today


@invariant(ce.PaymentInstructed)
def instructed(clerk: InvariantChecker, fact: RecordedEvent, answer: AcceptedCommand) -> None:
    event = fact.event
    assert isinstance(event, ce.PaymentInstructed)
    payment = clerk.covers[fact.stream].payments[event.payment]
    assert payment.state == "released"
    assert event.amount == payment.amount, "another amount than was ordered"


@invariant(ce.PaymentBooked)
def booked(clerk: InvariantChecker, fact: RecordedEvent, answer: AcceptedCommand) -> None:
    cover, event = clerk.covers[fact.stream], fact.event
    assert isinstance(event, ce.PaymentBooked)
    payment = cover.payments[event.payment]
    assert payment.state in ("released", "instructed")
    assert cover.paid() + payment.amount <= cover.payable, "more is paid than may be paid"


@invariant(ce.PaymentReturned)
def returned(clerk: InvariantChecker, fact: RecordedEvent, answer: AcceptedCommand) -> None:
    event = fact.event
    assert isinstance(event, ce.PaymentReturned)
    assert clerk.covers[fact.stream].payments[event.payment].state in ("released", "instructed", "booked")
    assert event.returned_on <= answer.today, "a return that is still to come"


@invariant(ce.Closed)
def closed(clerk: InvariantChecker, fact: RecordedEvent, answer: AcceptedCommand) -> None:
    cover, event = clerk.covers[fact.stream], fact.event
    assert isinstance(event, ce.Closed)
    granted, payable = (cover.decided.amount, cover.payable) if cover.decided else (Decimal(0), Decimal(0))
    assert event.granted == granted
    assert event.paid == cover.paid() == payable, "closed before everything is paid"
    assert not cover.receivable, "closed before invoicing has heard of everything"
    assert cover.settled or not (cover.decided and cover.decided.plan.on_account), "closed on account"
    assert cover.withdrawn or cover.decided is None or cover.in_force, "closed before legal force"


@invariant(ce.InstalmentApproved)
def within_the_plan(clerk: InvariantChecker, fact: RecordedEvent, answer: AcceptedCommand) -> None:
    cover, event = clerk.covers[fact.stream], fact.event
    assert isinstance(event, ce.InstalmentApproved)
    plan = _plan(cover)
    assert cover.settled is None, "an instalment after the final account"
    assert event.amount > 0, "an instalment of nothing"
    assert cover.instalments + event.amount <= plan.instalments <= plan.on_account, "above the plan"


@invariant(ce.FinalAccountSettled)
def settled_once(clerk: InvariantChecker, fact: RecordedEvent, answer: AcceptedCommand) -> None:
    """The final grant is never above what was decided; what was paid above it is to be recovered, to the cent."""
    cover, event = clerk.covers[fact.stream], fact.event
    assert isinstance(event, ce.FinalAccountSettled)
    plan = _plan(cover)
    assert cover.settled is None, "settled twice"
    assert cover.paid() == cover.payable, "settled while money is on its way"
    assert 0 <= event.final <= plan.at_once + plan.on_account, "more than was decided"
    assert event.balance == event.final - cover.paid(), "another balance than between final and paid"
    recovered = [each.event.amount for each in answer.facts if isinstance(each.event, ce.ToBeRecovered)]
    above = cover.paid() - event.final
    assert recovered == ([above] if above > 0 else []), "recovered is what was paid less the final grant"


@invariant(ce.ToBeRecovered)
def recovered_with_the_final_account(
    clerk: InvariantChecker, fact: RecordedEvent, answer: AcceptedCommand
) -> None:
    assert isinstance(answer.command, SettleAccount), "recovered for no reason"


@invariant(ce.LegalForceReached)
def invoiced_with_legal_force(clerk: InvariantChecker, fact: RecordedEvent, answer: AcceptedCommand) -> None:
    cover = clerk.covers[fact.stream]
    assert cover.decided is not None
    invoiced = [
        (each.event.why, each.event.amount)
        for each in answer.facts
        if isinstance(each.event, ce.ToBeInvoiced)
    ]
    fee = cover.decided.fee.amount if cover.decided.fee else 0
    owed = [(why, euros) for why, euros in (("work", cover.decided.plan.invoice), ("fee", fee)) if euros]
    assert invoiced == owed, "invoiced is what was decided"


@invariant(ce.ToBeInvoiced)
def invoiced_once(clerk: InvariantChecker, fact: RecordedEvent, answer: AcceptedCommand) -> None:
    assert ce.ToBeInvoiced not in clerk.said[fact.stream], "invoiced twice"


@invariant(ce.ForwardedToInvoicing)
def forwarded_whole(clerk: InvariantChecker, fact: RecordedEvent, answer: AcceptedCommand) -> None:
    event = fact.event
    assert isinstance(event, ce.ForwardedToInvoicing)
    assert event.amount == clerk.covers[fact.stream].receivable > 0, "another sum than is to come back"
