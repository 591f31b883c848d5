"""What happens to a round."""

from datetime import datetime

from domain.messages import Euros, Event
from domain.municipality.events import Settings
from domain.rules.allocation import Allocation
from domain.rules.ruleset import RuleSet


class RoundOpened(Event):
    """A round was opened under adopted criteria; it carries them, so that a later adoption cannot touch it."""

    name: str
    process: str
    edition: int
    rule_set: RuleSet
    settings: Settings
    budget: Euros
    budget_line: str
    opens_at: datetime
    closes_at: datetime


class Enlisted(Event):
    """An application came to the round, in time or late."""

    case: str
    late: bool


class RoundClosed(Event):
    """The closing instant lies behind; what arrives later is late (KHO:2009:100)."""


class CalculationRun(Event):
    """The grants of the whole round were calculated (laskenta); earlier runs stay where they are."""

    run: int
    rule_set: str
    allocation: Allocation
