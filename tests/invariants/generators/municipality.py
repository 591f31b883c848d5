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
def _(wish: CommandContext) -> Command:
    chosen = settings(
        prefix=wish.one_of("MUODno", "MUO"),
        case_number=wish.one_of("{prefix}-{year}-{running}", "{prefix}/{running}/{year}"),
        grace_working_days=wish.one_of(2, 0, 5),
        completion_days=wish.one_of(14, 3),
        officeholder_limit=Decimal(wish.one_of("50000.00", "1000.00")),
        electronic_cutoff=wish.one_of("midnight", "registry"),
    )
    return AdoptSettings(
        settings=chosen, adopted_on=wish.mostly(wish.today, [wish.day(-10, 1)]), section="§ 41"
    )


@generates(AdoptRuleSet)
def _(wish: CommandContext) -> Command:
    editions = len(wish.house.store.states[SETTINGS].rule_sets)
    name = wish.one_of(*DOCUMENTS)
    plain = {"floor_to": wish.one_of(10, 1, 5), "minimum": wish.one_of(500, 1)}
    formula = plain if DOCUMENTS[name] is criteria else {}
    return AdoptRuleSet(
        document=DOCUMENTS[name](wish.today, max(editions + wish.mostly(1, [0]), 1), **formula)
    )


@generates(OpenRound)
def _(wish: CommandContext) -> Command:
    adopted = sorted(wish.house.store.states[SETTINGS].rule_sets)
    name, edition = wish.mostly(wish.one_of(*adopted), [("ei-mitään", 1)]) if adopted else ("ei-mitään", 1)
    now = wish.house.store.now
    return OpenRound(
        name="Yksityistieavustukset",
        process="private-road-grant",
        rule_set=name,
        rule_set_edition=edition,
        budget=Decimal(wish.mostly(wish.one_of(*BUDGETS), ["0.00"])),
        opens_at=now + timedelta(hours=wish.mostly(0, [-1, 1])),
        closes_at=now + timedelta(hours=wish.one_of(30, 300)),
    )
