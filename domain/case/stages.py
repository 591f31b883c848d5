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
from domain.stages import CommandRoles, Stage, StageTexts


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

new = Stage[Case](
    name="new",
    texts=StageTexts(
        title="New",
        phase="New",
        next_step="Nothing has happened yet.",
    ),
    needed=is_new,
    answers={c.Submit: [Role.APPLICANT, Role.CUSTOMER_SERVICE]},
)

reception = Stage[Case](
    name="reception",
    texts=StageTexts(
        title="Reception",
        phase="Received",
        next_step="The case gets its number and the applicant an acknowledgement, by itself.",
        waiting="Has no case number yet",
        tone="blue",
        icon="inbox",
    ),
    waits_for=Role.REGISTRY,
    answers={c.Register: [Role.REGISTRY, Role.SYSTEM]},
    over=lambda case: case.number is not None and case.acknowledged,
    then=c.Register,
)

completion = Stage[Case](
    name="completion",
    texts=StageTexts(
        title="Waiting for completion",
        phase="Handling",
        next_step="The applicant completes the application. If nothing comes by the last day, handling goes on with what there is.",
        waiting="Waits for the applicant's completion",
        tone="amber",
        icon="reply",
    ),
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
    texts=StageTexts(
        title="Handling",
        phase="Handling",
        next_step="A handler takes the case, declares that nothing disqualifies, records each check and finishes the check.",
        waiting="To be checked",
        tone="blue",
        icon="user",
    ),
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
    texts=handling.texts,
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
    texts=StageTexts(
        title="Calculation",
        phase="Calculation",
        next_step="The grants are calculated over the whole round at once, when every application has been checked.",
        waiting="Checked, to be calculated with the round",
        tone="teal",
        icon="calculator",
    ),
    waits_for=Role.HANDLER,
    answers=reconsider,
    needed=both(is_under_way, lambda case: case.outcome == "eligible"),
    over=lambda case: case.calculation is not None,
)

proposal = Stage[Case](
    name="proposal",
    texts=StageTexts(
        title="Proposal",
        phase="Decision",
        next_step="A handler proposes the decision, for one case or for the whole round.",
        waiting="Ready to be proposed",
        tone="violet",
        icon="file-text",
    ),
    waits_for=Role.HANDLER,
    answers=reconsider,
    needed=is_under_way,
    over=lambda case: case.proposed_in is not None,
)

awaiting_decision = Stage[Case](
    name="decision",
    texts=StageTexts(
        title="Decision",
        phase="Decision",
        next_step="The decision maker approves and signs. Whoever prepared the decision may not make it.",
        waiting="Waits for the decision",
        tone="violet",
        icon="gavel",
    ),
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
    texts=StageTexts(
        title="Service of the decision",
        phase="Service",
        next_step="The registry serves the decision on each party and publishes it.",
        waiting="Decided, to be served and published",
        tone="amber",
        icon="mail",
    ),
    waits_for=Role.REGISTRY,
    answers={c.Serve: [Role.REGISTRY], **outside},
    needed=is_under_way,
    over=lambda case: case.all_served and case.published is not None,
)

appeal_period = Stage[Case](
    name="appeal-period",
    texts=StageTexts(
        title="Appeal period",
        phase="Appeal period",
        next_step="The time for a claim for a revised decision runs. When it ends, the case goes on by itself.",
        icon="hourglass",
    ),
    answers={c.Serve: [Role.REGISTRY], c.EndAppealPeriod: [Role.SYSTEM], **outside},
    needed=is_under_way,
    over=lambda case: case.period_ended,
    due=lambda case: case.last_day,
    then=c.EndAppealPeriod,
)

claims = Stage[Case](
    name="claims",
    texts=StageTexts(
        title="Claim for a revised decision",
        phase="Appeal period",
        next_step="A claim for a revised decision or a call-up is open; it is handled before the decision can gain legal force.",
        waiting="A claim or a call-up is open",
        tone="red",
        icon="scale",
    ),
    waits_for=Role.APPROVER,
    answers=outside,
    needed=both(is_under_way, lambda case: case.contested),
)


def _last_day_of_grace(case: Case) -> date:
    force = compute_legal_force(case.clocks, case.published, case.settings.grace_working_days)
    return force.from_day - timedelta(days=1)


force_of_law = Stage[Case](
    name="legal-force",
    texts=StageTexts(
        title="Legal force",
        phase="Legal force",
        next_step="Mail on its way still has its days of grace. After them legal force is stated by itself.",
        icon="shield",
    ),
    answers={c.Serve: [Role.REGISTRY], c.ReachLegalForce: [Role.SYSTEM], **outside},
    needed=is_under_way,
    over=lambda case: case.legal_force is not None,
    due=_last_day_of_grace,
    then=c.ReachLegalForce,
)

# The case, paid and closed -------------------------------------------------------------------------------------------

payment_account = Stage[Case](
    name="payment-account",
    texts=StageTexts(
        title="Account to be corrected",
        phase="Payment",
        next_step="The account must be corrected before anything can be paid.",
        waiting="The account must be corrected",
        tone="red",
        icon="triangle-alert",
    ),
    waits_for=Role.HANDLER,
    answers={c.ChangeAccount: [Role.HANDLER, Role.PAYMENTS], **outside},
    needed=both(is_granted, lambda case: case.account_needed),
)

payment_order = Stage[Case](
    name="payment-order",
    texts=StageTexts(
        title="Payment order",
        phase="Payment",
        next_step="The payment order is made by itself.",
        tone="teal",
        icon="banknote",
    ),
    answers={c.OrderPayment: [Role.SYSTEM, Role.PAYMENTS], **comes_back},
    needed=is_granted,
    over=lambda case: case.in_flight or case.ordered >= case.payable,
    then=c.OrderPayment,
)

payment_release = Stage[Case](
    name="payment-release",
    texts=StageTexts(
        title="Release of the payment",
        phase="Payment",
        next_step="Somebody who neither prepared nor made the decision releases the payment.",
        waiting="May be paid",
        tone="teal",
        icon="banknote",
    ),
    waits_for=Role.PAYMENTS,
    answers={c.ReleasePayment: [Role.PAYMENTS], c.ChangeAccount: [Role.HANDLER, Role.PAYMENTS], **comes_back},
    needed=is_granted,
    over=lambda case: case.payment is None or case.payment.state != "ordered",
)

payment_booking = Stage[Case](
    name="payment-booking",
    texts=StageTexts(
        title="Payment at the bank",
        phase="Payment",
        next_step="The payment is on its way; the bank's booking closes the case.",
        tone="teal",
        icon="banknote",
    ),
    answers=by_hand,
    needed=is_granted,
    over=lambda case: case.paid >= case.payable,
)

on_account = Stage[Case](
    name="on-account",
    texts=StageTexts(
        title="Instalments and final account",
        phase="Payment",
        next_step="The handler approves instalments as the works go on, and settles the final account when they are done.",
        waiting="Waits for the final account",
        tone="teal",
        icon="calculator",
    ),
    waits_for=Role.HANDLER,
    answers={c.ApproveInstalment: [Role.HANDLER], c.SettleAccount: [Role.HANDLER], **by_hand},
    needed=lambda case: bool(case.plan.on_account),
    over=lambda case: case.final_account is not None,
)

invoicing = Stage[Case](
    name="invoicing",
    texts=StageTexts(
        title="Invoicing",
        phase="Payment",
        next_step="The payment staff hand the sum to the municipality's invoicing and record the reference of the invoice.",
        waiting="To be handed to invoicing",
        tone="amber",
        icon="send",
    ),
    waits_for=Role.PAYMENTS,
    answers={c.ForwardToInvoicing: [Role.PAYMENTS], **by_hand},
    needed=lambda case: bool(case.receivable),
)

closing = Stage[Case](
    name="closed",
    texts=StageTexts(
        title="Closed",
        phase="Closed",
        next_step="The case is being closed by itself.",
        tone="green",
        icon="archive",
    ),
    answers={c.Close: [Role.SYSTEM], **by_hand},
    over=lambda case: case.closed,
    then=c.Close,
)

archived = Stage[Case](
    name="archived",
    texts=StageTexts(
        title="Archived",
        phase="Closed",
        next_step="The case is closed. Nothing needs to be done.",
        tone="green",
        icon="archive",
    ),
    answers={
        c.ErasePersonalData: [Role.ARCHIVIST],
        **by_hand,
    },
)
