"""What the board fixes in a round, and which earlier one is renewed in it."""

from domain.messages import Command
from domain.round.commands import FixValues, Renew
from tests.invariants.generators.command_context import CommandContext, generates


@generates(FixValues)
def _(wish: CommandContext) -> Command:
    share = {"share": wish.one_of("60 %", "33.33 %", "100 %")}
    return FixValues(
        values=wish.mostly(share, [{"share": "60 €"}, {"osuus": "60 %"}]),
        decided_by="Elinvoimalautakunta",
        decided_on=wish.mostly(wish.today, [wish.day(1, -30)]),
        section=wish.one_of("§ 61", "§ 62"),
    )


@generates(Renew)
def _(wish: CommandContext) -> Command:
    others = [key for key in wish.house.of("round") if key != wish.stream.key]
    return Renew(earlier=wish.mostly(wish.one_of(*others or ["ei-mitään"]), [wish.stream.key]))
