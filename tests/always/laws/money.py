"""Money moves once, after legal force, in the amount granted, to the account a third person released it to."""

from decimal import Decimal

from domain.case import events as ce
from domain.messages import RecordedEvent
from tests.always.laws.clerk import Clerk, Cover, always
from tests.always.memory import Answer

LIVE = ("ordered", "released", "instructed", "booked")
"""A payment in one of these states may have moved money, or may yet."""


def _granted(cover: Cover) -> Decimal:
    assert cover.decided is not None, "nothing is paid without a decision"
    return cover.decided.amount


@always(ce.PaymentOrdered)
def ordered(clerk: Clerk, fact: RecordedEvent, answer: Answer) -> None:
    cover, event = clerk.covers[fact.stream], fact.event
    assert isinstance(event, ce.PaymentOrdered)
    assert cover.in_force, "nothing is paid before legal force"
    assert not cover.contested, "nothing is paid while the decision is contested"
    assert event.payment not in clerk.payment_ids, "a payment's id names one payment for ever"
    clerk.payment_ids.add(event.payment)
    live = sum((each.amount for each in cover.payments.values() if each.state in LIVE), Decimal(0))
    assert event.amount + live <= _granted(cover), "more is on its way than was granted"
    assert event.amount > 0


@always(ce.PaymentReleased)
def released(clerk: Clerk, fact: RecordedEvent, answer: Answer) -> None:
    cover, event = clerk.covers[fact.stream], fact.event
    assert isinstance(event, ce.PaymentReleased)
    assert cover.payments[event.payment].state == "ordered", "a payment is released once"
    assert not cover.contested, "nothing is released while the decision is contested"
    assert event.account == cover.account, "another account than the case's last"
    assert event.due >= answer.today


@always(ce.PaymentInstructed)
def instructed(clerk: Clerk, fact: RecordedEvent, answer: Answer) -> None:
    event = fact.event
    assert isinstance(event, ce.PaymentInstructed)
    payment = clerk.covers[fact.stream].payments[event.payment]
    assert payment.state == "released"
    assert event.amount == payment.amount, "another amount than was ordered"


@always(ce.PaymentBooked)
def booked(clerk: Clerk, fact: RecordedEvent, answer: Answer) -> None:
    cover, event = clerk.covers[fact.stream], fact.event
    assert isinstance(event, ce.PaymentBooked)
    payment = cover.payments[event.payment]
    assert payment.state in ("released", "instructed")
    assert cover.paid() + payment.amount <= _granted(cover), "more is paid than was granted"


@always(ce.PaymentReturned)
def returned(clerk: Clerk, fact: RecordedEvent, answer: Answer) -> None:
    event = fact.event
    assert isinstance(event, ce.PaymentReturned)
    assert clerk.covers[fact.stream].payments[event.payment].state in ("released", "instructed", "booked")
    assert event.returned_on <= answer.today, "a return that is still to come"


@always(ce.Closed)
def closed(clerk: Clerk, fact: RecordedEvent, answer: Answer) -> None:
    cover, event = clerk.covers[fact.stream], fact.event
    assert isinstance(event, ce.Closed)
    granted = cover.decided.amount if cover.decided else Decimal(0)
    assert event.granted == event.paid == cover.paid() == granted, "closed before everything is paid"
    assert cover.withdrawn or cover.decided is None or cover.in_force, "closed before legal force"
