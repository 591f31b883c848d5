"""The stages of a round: open until its closing instant, then calculated as often as needed."""

from domain.messages import Role
from domain.round import commands as r
from domain.round.state import Round
from domain.stages import Stage, StageTexts

ROUND_STAGES = (
    Stage[Round](
        name="new",
        texts=StageTexts(
            title="New",
            phase="New",
            next_step="Nothing has happened yet.",
        ),
        needed=lambda state: state is None,
        answers={r.OpenRound: [Role.HANDLER, Role.ADMINISTRATOR]},
    ),
    Stage[Round](
        name="open",
        texts=StageTexts(
            title="Open",
            phase="Open",
            next_step="Applications can be sent until the round closes.",
            icon="clock",
        ),
        waits_for=Role.APPLICANT,
        answers={r.CloseRound: [Role.SYSTEM], r.FixValues: [Role.HANDLER], r.Renew: [Role.HANDLER]},
        over=lambda state: state.closed,
        due=lambda state: state.closes_at,
        then=r.CloseRound,
    ),
    Stage[Round](
        name="closed",
        texts=StageTexts(
            title="Closed",
            phase="Closed",
            next_step="Calculate when every application is checked; then propose the decision.",
            tone="green",
            icon="archive",
        ),
        waits_for=Role.HANDLER,
        answers={r.Calculate: [Role.HANDLER], r.FixValues: [Role.HANDLER]},
    ),
)
