"""The stages that processes are built from, and the stages of rounds, decisions and municipalities.

Read a stage as a sentence: it waits for …, it answers … from …, it is needed when …, it is over when …, it is due …,
and then … follows by itself. The order of stages is the order in a process's list.
"""

from collections.abc import Callable
from datetime import date, timedelta

from domain.case import commands as c
from domain.case.state import Case
from domain.decision import commands as d
from domain.decision.state import Decision
from domain.law.appeal import legal_force
from domain.messages import Role
from domain.municipality.commands import AdoptRuleSet, AdoptSettings
from domain.process import Answers, Stage
from domain.round import commands as r

APPLICANT, SERVICE, REGISTRY = Role.APPLICANT, Role.CUSTOMER_SERVICE, Role.REGISTRY
HANDLER, APPROVER, PAYMENTS = Role.HANDLER, Role.APPROVER, Role.PAYMENTS
MANAGER, ARCHIVIST, ADMINISTRATOR, SYSTEM = Role.MANAGER, Role.ARCHIVIST, Role.ADMINISTRATOR, Role.SYSTEM


def both(one: Callable[[Case], bool], other: Callable[[Case], bool]) -> Callable[[Case], bool]:
    """Both hold."""
    return lambda case: one(case) and other(case)


def is_new(case: Case | None) -> bool:
    return case is None


def is_under_way(case: Case) -> bool:
    return not case.withdrawn


def is_granted(case: Case) -> bool:
    return bool(case.granted)


# The case, up to the decision ----------------------------------------------------------------------------------------

new = Stage(name="new", needed=is_new, answers={c.Submit: [APPLICANT, SERVICE]})

reception = Stage(
    name="reception",
    waits_for=REGISTRY,
    answers={c.Register: [REGISTRY, SYSTEM]},
    over=lambda case: case.number is not None and case.acknowledged,
    then=c.Register,
)

completion = Stage(
    name="completion",
    waits_for=APPLICANT,
    answers={
        c.AnswerCompletion: [APPLICANT, SERVICE],
        c.ExtendCompletion: [HANDLER],
        c.CancelCompletion: [HANDLER],
        c.Withdraw: [APPLICANT, SERVICE],
        c.LapseCompletion: [SYSTEM],
    },
    needed=lambda case: case.completion is not None,
    due=lambda case: case.completion.due,
    then=c.LapseCompletion,
)

handling = Stage(
    name="handling",
    waits_for=HANDLER,
    answers={
        c.Assign: [HANDLER, MANAGER],
        c.DeclareImpartiality: [HANDLER],
        c.DeclareDisqualification: [HANDLER],
        c.RecordCheck: [HANDLER],
        c.RecordFinding: [HANDLER],
        c.RequestCompletion: [HANDLER],
        c.Evaluate: [HANDLER],
        c.AddParty: [HANDLER, REGISTRY],
        c.ChangeAccount: [APPLICANT, HANDLER],
        c.Withdraw: [APPLICANT, SERVICE],
    },
    needed=is_under_way,
    over=lambda case: case.outcome is not None,
)

noting = Stage(
    name="handling",
    waits_for=HANDLER,
    answers={
        command: roles
        for command, roles in handling.answers.items()
        if command not in (c.Evaluate, c.AddParty, c.ChangeAccount, c.RecordFinding)
    }
    | {c.Note: [HANDLER]},
    needed=is_under_way,
    over=lambda case: case.noted,
)

reconsider: Answers = {c.ReopenEvaluation: [HANDLER], c.Withdraw: [APPLICANT, SERVICE]}

calculation = Stage(
    name="calculation",
    waits_for=HANDLER,
    answers=reconsider,
    needed=both(is_under_way, lambda case: case.outcome == "eligible"),
    over=lambda case: case.calculation is not None,
)

proposal = Stage(
    name="proposal",
    waits_for=HANDLER,
    answers=reconsider,
    needed=is_under_way,
    over=lambda case: case.proposed_in is not None,
)

decision = Stage(
    name="decision",
    waits_for=APPROVER,
    answers={},
    needed=is_under_way,
    over=lambda case: case.decision is not None,
)

outside: Answers = {
    command: [SYSTEM] for command in (c.RecordInstruction, c.RecordRefusal, c.BookPayment, c.ReturnPayment)
}
"""What has happened outside the house is a fact in whatever stage the case is by then."""

by_hand: Answers = {**outside, c.BookPayment: [PAYMENTS, SYSTEM], c.ReturnPayment: [PAYMENTS, SYSTEM]}
"""Where a payment is on its way or behind, a person may enter what the bank says as well."""

comes_back: Answers = {c.ReturnPayment: [SYSTEM]}
"""Before the next payment is on its way, all that can be heard is that an earlier instalment came back."""

# The case, after the decision ----------------------------------------------------------------------------------------

service = Stage(
    name="service",
    waits_for=REGISTRY,
    answers={c.Serve: [REGISTRY], **outside},
    needed=is_under_way,
    over=lambda case: case.all_served and case.published is not None,
)

appeal_period = Stage(
    name="appeal-period",
    answers={c.Serve: [REGISTRY], c.EndAppealPeriod: [SYSTEM], **outside},
    needed=is_under_way,
    over=lambda case: case.period_ended,
    due=lambda case: case.last_day,
    then=c.EndAppealPeriod,
)

claims = Stage(
    name="claims", waits_for=APPROVER, answers=outside, needed=both(is_under_way, lambda case: case.contested)
)


def _last_day_of_grace(case: Case) -> date:
    force = legal_force(case.clocks, case.published, case.settings.grace_working_days)
    return force.from_day - timedelta(days=1)


force_of_law = Stage(
    name="legal-force",
    answers={c.Serve: [REGISTRY], c.ReachLegalForce: [SYSTEM], **outside},
    needed=is_under_way,
    over=lambda case: case.legal_force is not None,
    due=_last_day_of_grace,
    then=c.ReachLegalForce,
)

# The case, paid and closed -------------------------------------------------------------------------------------------

payment_account = Stage(
    name="payment-account",
    waits_for=HANDLER,
    answers={c.ChangeAccount: [HANDLER, PAYMENTS], **outside},
    needed=both(is_granted, lambda case: case.account_needed),
)

payment_order = Stage(
    name="payment-order",
    answers={c.OrderPayment: [SYSTEM, PAYMENTS], **comes_back},
    needed=is_granted,
    over=lambda case: case.in_flight or case.ordered >= case.payable,
    then=c.OrderPayment,
)

payment_release = Stage(
    name="payment-release",
    waits_for=PAYMENTS,
    answers={c.ReleasePayment: [PAYMENTS], c.ChangeAccount: [HANDLER, PAYMENTS], **comes_back},
    needed=is_granted,
    over=lambda case: case.payment is None or case.payment.state != "ordered",
)

payment_booking = Stage(
    name="payment-booking",
    answers=by_hand,
    needed=is_granted,
    over=lambda case: case.paid >= case.payable,
)

on_account = Stage(
    name="on-account",
    waits_for=HANDLER,
    answers={c.ApproveInstalment: [HANDLER], c.SettleAccount: [HANDLER], **by_hand},
    needed=lambda case: bool(case.plan.on_account),
    over=lambda case: case.final_account is not None,
)

invoicing = Stage(
    name="invoicing",
    waits_for=PAYMENTS,
    answers={c.ForwardToInvoicing: [PAYMENTS], **by_hand},
    needed=lambda case: bool(case.receivable),
)

closed = Stage(
    name="closed",
    answers={c.Close: [SYSTEM], **by_hand},
    over=lambda case: case.closed,
    then=c.Close,
)

archived = Stage(
    name="archived",
    answers={
        c.ErasePersonalData: [ARCHIVIST],
        **by_hand,
    },
)

# The other streams ---------------------------------------------------------------------------------------------------

contest: Answers = {
    d.ReceiveClaim: [REGISTRY],
    d.WithdrawClaim: [REGISTRY],
    d.DismissClaim: [APPROVER],
    d.CallUp: [REGISTRY, APPROVER],
    d.EndCallUp: [REGISTRY, APPROVER],
    d.FindInstructionsWrong: [REGISTRY, HANDLER],
}


def _is(status: str) -> Callable[[Decision], bool]:
    return lambda state: state.status == status


DECISION = (
    Stage(name="new", needed=lambda state: state is None, answers={d.Propose: [HANDLER]}),
    Stage(
        name="proposed",
        waits_for=APPROVER,
        answers={d.Approve: [APPROVER], d.ReturnProposal: [APPROVER]},
        needed=lambda state: not state.by_board and state.status == "proposed",
    ),
    Stage(
        name="proposed-to-board",
        waits_for=REGISTRY,
        answers={d.PutOnTheAgenda: [REGISTRY], d.ReturnProposal: [APPROVER, REGISTRY]},
        needed=lambda state: state.by_board and state.status == "proposed",
    ),
    Stage(name="returned", answers={}, needed=_is("returned")),
    Stage(
        name="approved",
        waits_for=APPROVER,
        answers={d.Sign: [APPROVER], d.ReturnProposal: [APPROVER]},
        needed=_is("approved"),
    ),
    Stage(
        name="on-agenda",
        waits_for=REGISTRY,
        answers={d.RecordMeeting: [REGISTRY], d.ReturnProposal: [REGISTRY]},
        needed=_is("on-agenda"),
    ),
    Stage(
        name="minutes",
        waits_for=REGISTRY,
        answers={d.CheckMinutes: [REGISTRY], **contest},
        needed=lambda state: state.by_board and not state.minutes_checked,
    ),
    Stage(
        name="to-publish",
        waits_for=REGISTRY,
        answers={d.Publish: [REGISTRY], **contest},
        over=lambda state: state.published is not None,
    ),
    Stage(
        name="published",
        answers={d.RemovePersonalData: [SYSTEM], **contest},
        over=lambda state: state.personal_data_removed,
        due=lambda state: state.published.last_day,
        then=d.RemovePersonalData,
    ),
    Stage(name="published-without-personal-data", answers=contest),
)
"""A decision, by an officeholder or by a board (agenda → meeting → minutes checked)."""


ROUND = (
    Stage(name="new", needed=lambda state: state is None, answers={r.OpenRound: [HANDLER, ADMINISTRATOR]}),
    Stage(
        name="open",
        waits_for=APPLICANT,
        answers={r.CloseRound: [SYSTEM], r.FixValues: [HANDLER], r.Renew: [HANDLER]},
        over=lambda state: state.closed,
        due=lambda state: state.closes_at,
        then=r.CloseRound,
    ),
    Stage(name="closed", waits_for=HANDLER, answers={r.Calculate: [HANDLER], r.FixValues: [HANDLER]}),
)
"""A round, open until its closing instant, then calculated as often as needed."""

MUNICIPALITY = (
    Stage(name="in-force", answers={AdoptSettings: [ADMINISTRATOR], AdoptRuleSet: [ADMINISTRATOR]}),
)
"""What a municipality may adopt; there is always something in force."""
