"""What a round has come to."""

from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from functools import singledispatch

from domain.criteria.stored import StoredCriteria
from domain.messages import Entered, Event
from domain.municipality.events import Settings
from domain.round.events import CalculationRun, Enlisted, RoundClosed, RoundOpened, ValuesFixed


@dataclass(frozen=True)
class Round:
    """One round, folded."""

    name: str
    process: str
    edition: int
    criteria: StoredCriteria
    settings: Settings
    budget: Decimal
    budget_line: str
    opens_at: datetime
    closes_at: datetime
    cases: tuple[str, ...] = ()
    closed: bool = False
    fixed: ValuesFixed | None = None
    runs: tuple[CalculationRun, ...] = ()
    stage: str | None = None
    due: date | None = None
    due_at: datetime | None = None

    def enlist(self, case: str, *, late: bool) -> Enlisted:
        """The fact that an application came to this round."""
        return Enlisted(case=case, late=late)

    @property
    def final_run(self) -> CalculationRun | None:
        """The last run that is no preview."""
        return next((run for run in reversed(self.runs) if not run.preview), None)


@singledispatch
def evolve(event: Event, state: Round) -> Round:
    """Fold one fact; facts of no consequence here change nothing."""
    return state


@evolve.register
def _(event: RoundOpened, state: Round | None) -> Round:
    return Round(
        name=event.name,
        process=event.process,
        edition=event.edition,
        criteria=event.criteria,
        settings=event.settings,
        budget=event.budget,
        budget_line=event.budget_line,
        opens_at=event.opens_at,
        closes_at=event.closes_at,
    )


@evolve.register
def _(event: Entered, state: Round) -> Round:
    return replace(state, stage=event.stage, due=event.due, due_at=event.due_at)


@evolve.register
def _(event: Enlisted, state: Round) -> Round:
    return replace(state, cases=(*state.cases, event.case))


@evolve.register
def _(event: ValuesFixed, state: Round) -> Round:
    return replace(state, fixed=event)


@evolve.register
def _(event: RoundClosed, state: Round) -> Round:
    return replace(state, closed=True)


@evolve.register
def _(event: CalculationRun, state: Round) -> Round:
    return replace(state, runs=(*state.runs, event))
