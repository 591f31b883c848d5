"""The stages of a round: open until its closing instant, then calculated as often as needed."""

from domain.messages import Role
from domain.round import commands as r
from domain.round.state import Round
from domain.stages import Stage

ROUND_STAGES = (
    Stage[Round](
        name="new",
        needed=lambda state: state is None,
        answers={r.OpenRound: [Role.HANDLER, Role.ADMINISTRATOR]},
    ),
    Stage[Round](
        name="open",
        waits_for=Role.APPLICANT,
        answers={r.CloseRound: [Role.SYSTEM], r.FixValues: [Role.HANDLER], r.Renew: [Role.HANDLER]},
        over=lambda state: state.closed,
        due=lambda state: state.closes_at,
        then=r.CloseRound,
    ),
    Stage[Round](
        name="closed",
        waits_for=Role.HANDLER,
        answers={r.Calculate: [Role.HANDLER], r.FixValues: [Role.HANDLER]},
    ),
)
