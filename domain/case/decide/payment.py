"""Paying: an id before any money moves, a release by a third person, and the bank's word."""

from domain.case import commands as c
from domain.case import events as e
from domain.case.decide.answer import answer
from domain.case.decide.handling import not_disqualified
from domain.case.state import Case, Payment
from domain.messages import Context, Facts
from domain.rejections import (
    AlreadyDone,
    BadContent,
    FourEyes,
    NotNow,
)


@answer.register
def _(command: c.OrderPayment, case: Case, context: Context) -> Facts:
    number = "".join(
        letter if (letter.isascii() and letter.isalnum()) or letter == "." else "-"
        for letter in case.number or ""
    )
    payment = f"{context.stream.municipality}-{number}-{len(case.payments) + 1}"
    yield e.PaymentOrdered(payment=payment, amount=case.granted - case.paid)


@answer.register
def _(command: c.ReleasePayment, case: Case, context: Context) -> Facts:
    payment, decision = case.payment, case.decision
    assert decision is not None
    assert case.account is not None
    if payment is None or payment.id != command.payment or payment.state != "ordered":
        raise NotNow(
            "That is not the payment that waits for release.", payment=payment.id if payment else None
        )
    not_disqualified(case, context)
    me = context.by.user_id
    approved_by = context.streams[context.of("decision", decision.decision)].approved_by
    if me in (approved_by, decision.decided_by, decision.prepared_by, case.account_changed_by):
        raise FourEyes(
            "Whoever prepared or made the decision, or changed the account, may not release the payment."
        )
    due = command.due or context.today
    if due < context.today:
        raise BadContent("The due day is behind us.", field="due")
    yield e.PaymentReleased(payment=payment.id, due=due, account=case.account, released_by=me)


@answer.register
def _(command: c.RecordInstruction, case: Case, context: Context) -> Facts:
    payment = _payment(case, command.payment, "released")
    if command.amount != str(payment.amount):
        raise BadContent(
            "The payment party holds another amount under this id: a person must look.", field="amount"
        )
    yield e.PaymentInstructed(payment=payment.id, amount=payment.amount, reference=command.reference)


@answer.register
def _(command: c.RecordRefusal, case: Case, context: Context) -> Facts:
    payment = _payment(case, command.payment, "released", "instructed")
    yield e.PaymentRefused(payment=payment.id, reason=command.reason)


@answer.register
def _(command: c.BookPayment, case: Case, context: Context) -> Facts:
    payment = _payment(case, command.payment, "released", "instructed")
    if command.booked_on > context.today:
        raise BadContent("The booking is still to come.", field="bookedOn")
    yield e.PaymentBooked(payment=payment.id, booked_on=command.booked_on, reference=command.reference)


@answer.register
def _(command: c.ReturnPayment, case: Case, context: Context) -> Facts:
    payment = _payment(case, command.payment, "released", "instructed", "booked")
    if command.returned_on > context.today:
        raise BadContent("The return is still to come.", field="returnedOn")
    yield e.PaymentReturned(payment=payment.id, returned_on=command.returned_on, reason=command.reason)


def _payment(case: Case, payment_id: str, *states: str) -> Payment:
    payment = case.payment
    if payment is not None and any(each.id == payment_id for each in case.payments[:-1]):
        raise AlreadyDone("That payment has been followed by another.", payment=payment.id)
    if payment is None or payment.id != payment_id:
        raise BadContent("That is not the case's present payment.", field="payment")
    if payment.state not in states:
        raise AlreadyDone("The payment is past that.", state=payment.state)
    return payment
