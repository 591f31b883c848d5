"""The stages that processes are built from.

Read a stage as a sentence: it waits for …, it answers … from …, it is needed when …, it is over when …, it is due …,
and then … follows by itself. The order of stages is the order in a process's list.
"""

from collections.abc import Callable
from datetime import date, timedelta

from domain.case import commands as c
from domain.case.state import Case
from domain.law.appeal import compute_legal_force
from domain.messages import Role
from domain.stages import CommandRoles, Stage


def both(one: Callable[[Case], bool], other: Callable[[Case], bool]) -> Callable[[Case], bool]:
    """Both hold."""
    return lambda case: one(case) and other(case)


def is_new(case: Case | None) -> bool:
    return case is None


def is_under_way(case: Case) -> bool:
    return not case.withdrawn


def is_granted(case: Case) -> bool:
    return bool(case.granted)


ANY_STAGE: CommandRoles = {c.LogContact: [Role.CUSTOMER_SERVICE, Role.REGISTRY, Role.HANDLER]}
"""What every stage accepts once the case is there; each process's stages have it by themselves."""

# The case, up to the decision ----------------------------------------------------------------------------------------

new = Stage[Case](name="new", needed=is_new, answers={c.Submit: [Role.APPLICANT, Role.CUSTOMER_SERVICE]})

reception = Stage[Case](
    name="reception",
    waits_for=Role.REGISTRY,
    answers={c.Register: [Role.REGISTRY, Role.SYSTEM]},
    over=lambda case: case.number is not None and case.acknowledged,
    then=c.Register,
)

completion = Stage[Case](
    name="completion",
    waits_for=Role.APPLICANT,
    answers={
        c.AnswerCompletion: [Role.APPLICANT, Role.CUSTOMER_SERVICE],
        c.ExtendCompletion: [Role.HANDLER],
        c.CancelCompletion: [Role.HANDLER],
        c.Withdraw: [Role.APPLICANT, Role.CUSTOMER_SERVICE],
        c.LapseCompletion: [Role.SYSTEM],
    },
    needed=lambda case: case.completion is not None,
    due=lambda case: case.completion.due if case.completion else None,
    then=c.LapseCompletion,
)

handling = Stage[Case](
    name="handling",
    waits_for=Role.HANDLER,
    answers={
        c.Assign: [Role.HANDLER, Role.MANAGER],
        c.DeclareImpartiality: [Role.HANDLER],
        c.DeclareDisqualification: [Role.HANDLER],
        c.RecordCheck: [Role.HANDLER],
        c.RecordFinding: [Role.HANDLER],
        c.RequestCompletion: [Role.HANDLER],
        c.Evaluate: [Role.HANDLER],
        c.AddParty: [Role.HANDLER, Role.REGISTRY],
        c.ChangeAccount: [Role.APPLICANT, Role.HANDLER],
        c.Withdraw: [Role.APPLICANT, Role.CUSTOMER_SERVICE],
    },
    needed=is_under_way,
    over=lambda case: case.outcome is not None,
)

noting = Stage[Case](
    name="handling",
    waits_for=Role.HANDLER,
    answers={
        command: roles
        for command, roles in handling.answers.items()
        if command not in (c.Evaluate, c.AddParty, c.ChangeAccount, c.RecordFinding)
    }
    | {c.Note: [Role.HANDLER]},
    needed=is_under_way,
    over=lambda case: case.noted,
)

reconsider: CommandRoles = {
    c.ReopenEvaluation: [Role.HANDLER],
    c.Withdraw: [Role.APPLICANT, Role.CUSTOMER_SERVICE],
}

calculation = Stage[Case](
    name="calculation",
    waits_for=Role.HANDLER,
    answers=reconsider,
    needed=both(is_under_way, lambda case: case.outcome == "eligible"),
    over=lambda case: case.calculation is not None,
)

proposal = Stage[Case](
    name="proposal",
    waits_for=Role.HANDLER,
    answers=reconsider,
    needed=is_under_way,
    over=lambda case: case.proposed_in is not None,
)

awaiting_decision = Stage[Case](
    name="decision",
    waits_for=Role.APPROVER,
    answers={},
    needed=is_under_way,
    over=lambda case: case.decision is not None,
)

outside: CommandRoles = {
    command: [Role.SYSTEM]
    for command in (c.RecordInstruction, c.RecordRefusal, c.BookPayment, c.ReturnPayment)
}
"""What has happened outside the house is a fact in whatever stage the case is by then."""

by_hand: CommandRoles = {
    **outside,
    c.BookPayment: [Role.PAYMENTS, Role.SYSTEM],
    c.ReturnPayment: [Role.PAYMENTS, Role.SYSTEM],
}
"""Where a payment is on its way or behind, a person may enter what the bank says as well."""

comes_back: CommandRoles = {c.ReturnPayment: [Role.SYSTEM]}
"""Before the next payment is on its way, all that can be heard is that an earlier instalment came back."""

# The case, after the decision ----------------------------------------------------------------------------------------

service = Stage[Case](
    name="service",
    waits_for=Role.REGISTRY,
    answers={c.Serve: [Role.REGISTRY], **outside},
    needed=is_under_way,
    over=lambda case: case.all_served and case.published is not None,
)

appeal_period = Stage[Case](
    name="appeal-period",
    answers={c.Serve: [Role.REGISTRY], c.EndAppealPeriod: [Role.SYSTEM], **outside},
    needed=is_under_way,
    over=lambda case: case.period_ended,
    due=lambda case: case.last_day,
    then=c.EndAppealPeriod,
)

claims = Stage[Case](
    name="claims",
    waits_for=Role.APPROVER,
    answers=outside,
    needed=both(is_under_way, lambda case: case.contested),
)


def _last_day_of_grace(case: Case) -> date:
    force = compute_legal_force(case.clocks, case.published, case.settings.grace_working_days)
    return force.from_day - timedelta(days=1)


force_of_law = Stage[Case](
    name="legal-force",
    answers={c.Serve: [Role.REGISTRY], c.ReachLegalForce: [Role.SYSTEM], **outside},
    needed=is_under_way,
    over=lambda case: case.legal_force is not None,
    due=_last_day_of_grace,
    then=c.ReachLegalForce,
)

# The case, paid and closed -------------------------------------------------------------------------------------------

payment_account = Stage[Case](
    name="payment-account",
    waits_for=Role.HANDLER,
    answers={c.ChangeAccount: [Role.HANDLER, Role.PAYMENTS], **outside},
    needed=both(is_granted, lambda case: case.account_needed),
)

payment_order = Stage[Case](
    name="payment-order",
    answers={c.OrderPayment: [Role.SYSTEM, Role.PAYMENTS], **comes_back},
    needed=is_granted,
    over=lambda case: case.in_flight or case.ordered >= case.payable,
    then=c.OrderPayment,
)

payment_release = Stage[Case](
    name="payment-release",
    waits_for=Role.PAYMENTS,
    answers={c.ReleasePayment: [Role.PAYMENTS], c.ChangeAccount: [Role.HANDLER, Role.PAYMENTS], **comes_back},
    needed=is_granted,
    over=lambda case: case.payment is None or case.payment.state != "ordered",
)

payment_booking = Stage[Case](
    name="payment-booking",
    answers=by_hand,
    needed=is_granted,
    over=lambda case: case.paid >= case.payable,
)

on_account = Stage[Case](
    name="on-account",
    waits_for=Role.HANDLER,
    answers={c.ApproveInstalment: [Role.HANDLER], c.SettleAccount: [Role.HANDLER], **by_hand},
    needed=lambda case: bool(case.plan.on_account),
    over=lambda case: case.final_account is not None,
)

invoicing = Stage[Case](
    name="invoicing",
    waits_for=Role.PAYMENTS,
    answers={c.ForwardToInvoicing: [Role.PAYMENTS], **by_hand},
    needed=lambda case: bool(case.receivable),
)

closing = Stage[Case](
    name="closed",
    answers={c.Close: [Role.SYSTEM], **by_hand},
    over=lambda case: case.closed,
    then=c.Close,
)

archived = Stage[Case](
    name="archived",
    answers={
        c.ErasePersonalData: [Role.ARCHIVIST],
        **by_hand,
    },
)
