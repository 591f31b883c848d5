"""The stages of a decision, by an officeholder or by a board (agenda → meeting → minutes checked)."""

from collections.abc import Callable

from domain.decision import commands as d
from domain.decision.state import Decision
from domain.messages import Role
from domain.stages import CommandRoles, Stage

contest: CommandRoles = {
    d.ReceiveClaim: [Role.REGISTRY],
    d.WithdrawClaim: [Role.REGISTRY],
    d.DismissClaim: [Role.APPROVER],
    d.CallUp: [Role.REGISTRY, Role.APPROVER],
    d.EndCallUp: [Role.REGISTRY, Role.APPROVER],
    d.FindInstructionsWrong: [Role.REGISTRY, Role.HANDLER],
}


def _is(status: str) -> Callable[[Decision], bool]:
    return lambda state: state.status == status


DECISION_STAGES = (
    Stage[Decision](name="new", needed=lambda state: state is None, answers={d.Propose: [Role.HANDLER]}),
    Stage[Decision](
        name="proposed",
        waits_for=Role.APPROVER,
        answers={d.Approve: [Role.APPROVER], d.ReturnProposal: [Role.APPROVER]},
        needed=lambda state: not state.by_board and state.status == "proposed",
    ),
    Stage[Decision](
        name="proposed-to-board",
        waits_for=Role.REGISTRY,
        answers={d.PutOnTheAgenda: [Role.REGISTRY], d.ReturnProposal: [Role.APPROVER, Role.REGISTRY]},
        needed=lambda state: state.by_board and state.status == "proposed",
    ),
    Stage[Decision](name="returned", answers={}, needed=_is("returned")),
    Stage[Decision](
        name="approved",
        waits_for=Role.APPROVER,
        answers={d.Sign: [Role.APPROVER], d.ReturnProposal: [Role.APPROVER]},
        needed=_is("approved"),
    ),
    Stage[Decision](
        name="on-agenda",
        waits_for=Role.REGISTRY,
        answers={d.RecordMeeting: [Role.REGISTRY], d.ReturnProposal: [Role.REGISTRY]},
        needed=_is("on-agenda"),
    ),
    Stage[Decision](
        name="minutes",
        waits_for=Role.REGISTRY,
        answers={d.CheckMinutes: [Role.REGISTRY], **contest},
        needed=lambda state: state.by_board and not state.minutes_checked,
    ),
    Stage[Decision](
        name="to-publish",
        waits_for=Role.REGISTRY,
        answers={d.Publish: [Role.REGISTRY], **contest},
        over=lambda state: state.published is not None,
    ),
    Stage[Decision](
        name="published",
        answers={d.RemovePersonalData: [Role.SYSTEM], **contest},
        over=lambda state: state.personal_data_removed,
        due=lambda state: state.published.last_day if state.published else None,
        then=d.RemovePersonalData,
    ),
    Stage[Decision](name="published-without-personal-data", answers=contest),
)
