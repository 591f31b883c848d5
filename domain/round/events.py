"""What happens to a round."""

from datetime import date, datetime
from typing import Any, ClassVar

from domain.criteria.carried_over import document_of, run_of
from domain.criteria.compiler import compile_rule_set
from domain.criteria.line_evaluation import ApplicationInputs
from domain.criteria.result import CalculationResult
from domain.criteria.ruleset import RuleSet
from domain.messages import Euros, Event
from domain.municipality.events import Settings
from domain.texts.formats import format_day
from domain.texts.translation import DEFAULT_LANGUAGE


class RoundOpened(Event):
    """A round was opened under adopted criteria; it carries them, so that a later adoption cannot touch it."""

    shape: ClassVar[int] = 2
    name: str
    process: str
    edition: int
    document: str
    settings: Settings
    budget: Euros
    budget_line: str
    opens_at: datetime
    closes_at: datetime

    @property
    def rule_set(self) -> RuleSet:
        """The criteria of the round, read."""
        return compile_rule_set(self.document)

    @classmethod
    def upcast(cls, shape: int, data: dict[str, Any]) -> dict[str, Any]:
        """Before criteria were documents, a round carried a rule set with a formula of one kind."""
        return {
            **{name: each for name, each in data.items() if name != "rule_set"},
            "document": document_of(data["rule_set"]),
        }


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

    shape: ClassVar[int] = 2
    run: int
    rule_set: str
    preview: bool = False
    demands: tuple[ApplicationInputs, ...]
    result: CalculationResult
    """Without the lines' traces."""
    run_hash: str
    """SHA-256 of the result with every trace."""

    @classmethod
    def upcast(cls, shape: int, data: dict[str, Any]) -> dict[str, Any]:
        """Before criteria were documents, a run held an allocation by length."""
        return run_of(data)
