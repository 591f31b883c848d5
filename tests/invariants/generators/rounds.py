"""What the board fixes in a round, and which earlier one is renewed in it."""

from domain.messages import Command
from domain.round.commands import FixValues, Renew
from tests.invariants.generators.command_context import CommandContext, generates


@generates(FixValues)
def _(context: CommandContext) -> Command:
    share = {"share": context.one_of("60 %", "33.33 %", "100 %")}
    return FixValues(
        values=context.mostly(share, [{"share": "60 €"}, {"osuus": "60 %"}]),
        decided_by="Elinvoimalautakunta",
        decided_on=context.mostly(context.today, [context.day(1, -30)]),
        section=context.one_of("§ 61", "§ 62"),
    )


@generates(Renew)
def _(context: CommandContext) -> Command:
    others = [key for key in context.system.of("round") if key != context.stream.key]
    return Renew(earlier=context.mostly(context.one_of(*others or ["ei-mitään"]), [context.stream.key]))
