"""The stages of a decision, by an officeholder or by a board (agenda → meeting → minutes checked)."""

from collections.abc import Callable

from domain.decision import commands as d
from domain.decision.state import Decision
from domain.messages import Role
from domain.stages import CommandRoles, Stage, StageTexts

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
    Stage[Decision](
        name="new",
        texts=StageTexts(
            title="New",
            phase="New",
            next_step="Nothing has happened yet.",
        ),
        needed=lambda state: state is None,
        answers={d.Propose: [Role.HANDLER]},
    ),
    Stage[Decision](
        name="proposed",
        texts=StageTexts(
            title="To be approved",
            phase="To be approved",
            next_step="The decision maker reads the proposal and approves or returns it.",
            waiting="Waits for approval",
            tone="violet",
        ),
        waits_for=Role.APPROVER,
        answers={d.Approve: [Role.APPROVER], d.ReturnProposal: [Role.APPROVER]},
        needed=lambda state: not state.by_board and state.status == "proposed",
    ),
    Stage[Decision](
        name="proposed-to-board",
        texts=StageTexts(
            title="To be put on the agenda",
            phase="To be put on the agenda",
            next_step="The registry puts the proposal on the board's agenda.",
            waiting="Waits for the board's agenda",
        ),
        waits_for=Role.REGISTRY,
        answers={d.PutOnTheAgenda: [Role.REGISTRY], d.ReturnProposal: [Role.APPROVER, Role.REGISTRY]},
        needed=lambda state: state.by_board and state.status == "proposed",
    ),
    Stage[Decision](
        name="returned",
        texts=StageTexts(
            title="Returned",
            phase="Returned",
            next_step="The proposal was returned to its preparer. This proposal goes no further.",
        ),
        answers={},
        needed=_is("returned"),
    ),
    Stage[Decision](
        name="approved",
        texts=StageTexts(
            title="To be signed",
            phase="To be signed",
            next_step="The decision maker signs the decision.",
            waiting="Waits for signature",
            tone="violet",
        ),
        waits_for=Role.APPROVER,
        answers={d.Sign: [Role.APPROVER], d.ReturnProposal: [Role.APPROVER]},
        needed=_is("approved"),
    ),
    Stage[Decision](
        name="on-agenda",
        texts=StageTexts(
            title="On the agenda",
            phase="On the agenda",
            next_step="The registry records what the board decided in its meeting.",
            waiting="Waits for the board's meeting",
        ),
        waits_for=Role.REGISTRY,
        answers={d.RecordMeeting: [Role.REGISTRY], d.ReturnProposal: [Role.REGISTRY]},
        needed=_is("on-agenda"),
    ),
    Stage[Decision](
        name="minutes",
        texts=StageTexts(
            title="Minutes to be checked",
            phase="Minutes to be checked",
            next_step="The minutes are checked before they are published.",
            waiting="Waits for checked minutes",
        ),
        waits_for=Role.REGISTRY,
        answers={d.CheckMinutes: [Role.REGISTRY], **contest},
        needed=lambda state: state.by_board and not state.minutes_checked,
    ),
    Stage[Decision](
        name="to-publish",
        texts=StageTexts(
            title="To be published",
            phase="To be published",
            next_step="The registry publishes the decision; the members' time for a claim begins.",
            waiting="Waits for publication",
            tone="amber",
        ),
        waits_for=Role.REGISTRY,
        answers={d.Publish: [Role.REGISTRY], **contest},
        over=lambda state: state.published is not None,
    ),
    Stage[Decision](
        name="published",
        texts=StageTexts(
            title="Published",
            phase="Published",
            next_step="The decision is on the web. Personal data leaves it by itself when the members' time ends.",
        ),
        answers={d.RemovePersonalData: [Role.SYSTEM], **contest},
        over=lambda state: state.personal_data_removed,
        due=lambda state: state.published.last_day if state.published else None,
        then=d.RemovePersonalData,
    ),
    Stage[Decision](
        name="published-without-personal-data",
        texts=StageTexts(
            title="Published, personal data removed",
            phase="Published, personal data removed",
            next_step="The decision is on the web without personal data.",
        ),
        answers=contest,
    ),
)
