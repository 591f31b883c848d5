"""Paying: an id before any money moves, a release by a third person, and the bank's word."""

from domain.adopted_criteria import compiled
from domain.case import commands as c
from domain.case import events as e
from domain.case.state import Case, PaymentOrder
from domain.context import Context
from domain.criteria.calculation import ENGINE
from domain.criteria.expression import MissingInput, Uncountable
from domain.criteria.line_evaluation import InputValue, NoMatchingRow
from domain.criteria.ruleset import RuleSet
from domain.criteria.settlement import final_account
from domain.criteria.units import Mistake
from domain.decide.case.dispatch import decide
from domain.decide.case.handling import not_disqualified
from domain.inputs import check_answer, final_account_questions
from domain.messages import Facts
from domain.rejections import (
    AlreadyDone,
    BadContent,
    FourEyes,
    Missing,
    NotNow,
    OverLimit,
)


@decide.register
def order_payment(command: c.OrderPayment, case: Case, context: Context) -> Facts:
    number = "".join(
        letter if (letter.isascii() and letter.isalnum()) or letter == "." else "-"
        for letter in case.number or ""
    )
    payment = f"{context.stream.municipality}-{number}-{len(case.payments) + 1}"
    yield e.PaymentOrdered(payment=payment, amount=case.payable - case.ordered)


@decide.register
def approve_instalment(command: c.ApproveInstalment, case: Case, context: Context) -> Facts:
    not_disqualified(case, context)
    left = case.plan.instalments - case.instalments
    if command.amount > left:
        raise OverLimit(
            f"At most {case.plan.instalments} € is paid before the final account; {left} € of it is left.",
            amount=str(command.amount),
            limit=str(left),
        )
    yield e.InstalmentApproved(
        amount=command.amount, evidence=command.evidence, approved_by=context.by.user_id
    )


@decide.register
def settle_account(command: c.SettleAccount, case: Case, context: Context) -> Facts:
    not_disqualified(case, context)
    round_ = context.round(case.round or "")
    assert case.calculation is not None
    slots = round_.runs[case.calculation.run - 1].result.slots
    rules = compiled(round_.criteria, slots)
    inputs = _final_inputs(command, case, rules, f"{context.stream}@{case.version + 1}")
    try:
        final, trace = final_account(rules, inputs, case.plan.parts, case.paid, slots)
    except MissingInput as missing:
        raise Missing("The final account lacks a figure that the criteria ask.", input=missing.name) from None
    except NoMatchingRow as none:
        raise BadContent(
            f"No row of the table {none.table.code} holds for these figures.", field="inputs"
        ) from None
    except (Mistake, Uncountable) as mistake:
        raise BadContent(str(mistake), field="inputs") from None
    balance = final - case.paid
    yield e.FinalAccountSettled(
        settled_by=context.by.user_id,
        inputs=inputs,
        evidence=command.evidence,
        engine=ENGINE,
        final=final,
        balance=balance,
        trace=trace,
    )
    if balance < 0:
        yield e.ToBeRecovered(amount=-balance)


def _final_inputs(command: c.SettleAccount, case: Case, rules: RuleSet, source: str) -> dict[str, InputValue]:
    """What the decision was made on, and the figures of the final account."""
    asked = final_account_questions(rules)
    if unknown := sorted(set(command.inputs) - set(asked)):
        raise BadContent(
            f"The criteria ask no {unknown[0]} of the final account; they ask {', '.join(asked) or 'nothing'}.",
            field="inputs",
        )
    for name, value in command.inputs.items():
        try:
            check_answer(value, asked[name])
        except Mistake as mistake:
            raise BadContent(f"{mistake.sentence} {mistake.mend}".rstrip(), field=f"inputs.{name}") from None
    assert case.calculation is not None
    return {
        **case.calculation.inputs,
        **{name: InputValue(value=value, source=source) for name, value in command.inputs.items()},
    }


@decide.register
def forward_to_invoicing(command: c.ForwardToInvoicing, case: Case, context: Context) -> Facts:
    not_disqualified(case, context)
    yield e.ForwardedToInvoicing(amount=case.receivable, reference=command.reference)


@decide.register
def release_payment(command: c.ReleasePayment, case: Case, context: Context) -> Facts:
    payment, decision = case.payment, case.decision
    assert decision is not None
    assert case.account is not None
    if payment is None or payment.id != command.payment or payment.state != "ordered":
        raise NotNow(
            "That is not the payment that waits for release.", payment=payment.id if payment else None
        )
    not_disqualified(case, context)
    me = context.by.user_id
    approved_by = context.decision(decision.decision).approved_by
    others = {approved_by, decision.decided_by, decision.prepared_by, case.account_changed_by}
    if me in others | case.costs_approved_by:
        raise FourEyes(
            "Whoever prepared or made the decision, approved its costs or changed the account, may not release the payment."
        )
    due = command.due or context.today
    if due < context.today:
        raise BadContent("The due day is behind us.", field="due")
    yield e.PaymentReleased(payment=payment.id, due=due, account=case.account, released_by=me)


@decide.register
def record_instruction(command: c.RecordInstruction, case: Case, context: Context) -> Facts:
    payment = _payment(case, command.payment, "released")
    if command.amount != str(payment.amount):
        raise BadContent(
            "The payment party holds another amount under this id: a person must look.", field="amount"
        )
    yield e.PaymentInstructed(payment=payment.id, amount=payment.amount, reference=command.reference)


@decide.register
def record_refusal(command: c.RecordRefusal, case: Case, context: Context) -> Facts:
    payment = _payment(case, command.payment, "released", "instructed")
    yield e.PaymentRefused(payment=payment.id, reason=command.reason)


@decide.register
def book_payment(command: c.BookPayment, case: Case, context: Context) -> Facts:
    payment = _payment(case, command.payment, "released", "instructed")
    if command.booked_on > context.today:
        raise BadContent("The booking is still to come.", field="bookedOn")
    yield e.PaymentBooked(payment=payment.id, booked_on=command.booked_on, reference=command.reference)


@decide.register
def return_payment(command: c.ReturnPayment, case: Case, context: Context) -> Facts:
    payment = _payment(case, command.payment, "released", "instructed", "booked")
    if command.returned_on > context.today:
        raise BadContent("The return is still to come.", field="returnedOn")
    yield e.PaymentReturned(payment=payment.id, returned_on=command.returned_on, reason=command.reason)


def _payment(case: Case, payment_id: str, *states: str) -> PaymentOrder:
    """A payment of the case by its id, not only the last one: an instalment may come back after the next is paid."""
    payment = next((each for each in case.payments if each.id == payment_id), None)
    if payment is None:
        raise BadContent("That is not a payment of this case.", field="payment")
    if payment.state not in states:
        raise AlreadyDone("The payment is past that.", state=payment.state)
    return payment
