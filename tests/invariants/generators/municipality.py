"""What the municipality adopts, and the rounds that it opens under it."""

from datetime import timedelta
from decimal import Decimal

from domain.messages import Command
from domain.municipality.commands import AdoptRuleSet, AdoptSettings
from domain.round.commands import OpenRound
from tests.invariants.generators.command_context import CommandContext, generates
from tests.invariants.people import SETTINGS
from tests.invariants.values import BUDGETS, DOCUMENTS, criteria, settings


@generates(AdoptSettings)
def _(context: CommandContext) -> Command:
    chosen = settings(
        prefix=context.one_of("MUODno", "MUO"),
        case_number=context.one_of("{prefix}-{year}-{running}", "{prefix}/{running}/{year}"),
        grace_working_days=context.one_of(2, 0, 5),
        completion_days=context.one_of(14, 3),
        officeholder_limit=Decimal(context.one_of("50000.00", "1000.00")),
        electronic_cutoff=context.one_of("midnight", "registry"),
    )
    return AdoptSettings(
        settings=chosen, adopted_on=context.mostly(context.today, [context.day(-10, 1)]), section="§ 41"
    )


@generates(AdoptRuleSet)
def _(context: CommandContext) -> Command:
    editions = len(context.system.store.states[SETTINGS].rule_sets)
    name = context.one_of(*DOCUMENTS)
    plain = {"floor_to": context.one_of(10, 1, 5), "minimum": context.one_of(500, 1)}
    formula = plain if DOCUMENTS[name] is criteria else {}
    return AdoptRuleSet(
        document=DOCUMENTS[name](context.today, max(editions + context.mostly(1, [0]), 1), **formula)
    )


@generates(OpenRound)
def _(context: CommandContext) -> Command:
    adopted = sorted(context.system.store.states[SETTINGS].rule_sets)
    name, edition = (
        context.mostly(context.one_of(*adopted), [("ei-mitään", 1)]) if adopted else ("ei-mitään", 1)
    )
    now = context.system.store.now
    return OpenRound(
        name="Yksityistieavustukset",
        process="private-road-grant",
        rule_set=name,
        rule_set_edition=edition,
        budget=Decimal(context.mostly(context.one_of(*BUDGETS), ["0.00"])),
        opens_at=now + timedelta(hours=context.mostly(0, [-1, 1])),
        closes_at=now + timedelta(hours=context.one_of(30, 300)),
    )
