"""What happens to a round."""

from datetime import date, datetime

from domain.criteria.line_evaluation import ApplicationInputs
from domain.criteria.result import CalculationResult
from domain.criteria.stored import StoredCriteria
from domain.messages import Euros, Event
from domain.municipality.events import Settings
from domain.texts.formats import format_day
from domain.texts.translation import DEFAULT_LANGUAGE


class RoundOpened(Event):
    """A round was opened under adopted criteria; it carries them, so that a later adoption cannot touch it."""

    name: str
    process: str
    edition: int
    criteria: StoredCriteria
    settings: Settings
    budget: Euros
    budget_line: str
    opens_at: datetime
    closes_at: datetime


class Enlisted(Event):
    """An application came to the round, in time or late."""

    case: str
    late: bool


class ValuesFixed(Event):
    """The board fixed what the criteria left open until the applications were in (vahvistetut arvot)."""

    values: dict[str, str]
    decided_by: str
    decided_on: date
    section: str

    @property
    def cited(self) -> str:
        """The decision as runs cite it."""
        return f"{self.decided_by} {format_day(self.decided_on, DEFAULT_LANGUAGE)} {self.section}"


class RoundClosed(Event):
    """The closing instant lies behind; what arrives later is late (KHO:2009:100)."""


class CalculationRun(Event):
    """The grants of the whole round were calculated (laskenta); earlier runs stay where they are.

    It pins every line's inputs, so that the run can be replayed; the lines' traces stand in their cases. A preview is
    calculated before the board has fixed what the criteria leave open, and binds nobody.
    """

    run: int
    rule_set: str
    preview: bool = False
    demands: tuple[ApplicationInputs, ...]
    result: CalculationResult
    """Without the lines' traces."""
    run_hash: str
    """SHA-256 of the result with every trace."""
