"""What is in force in the municipality, folded from what it adopted."""

from dataclasses import dataclass, field, replace
from functools import singledispatch

from domain.criteria.stored import StoredCriteria
from domain.messages import Event
from domain.municipality.events import RuleSetAdopted, Settings, SettingsAdopted


@dataclass(frozen=True)
class Municipality:
    """The settings in force and all criteria ever adopted, by name and edition."""

    settings: Settings | None = None
    rule_sets: dict[tuple[str, int], StoredCriteria] = field(default_factory=dict)


@singledispatch
def evolve(event: Event, state: Municipality) -> Municipality:
    """Fold one fact; facts of no consequence here change nothing."""
    return state


@evolve.register
def _(event: SettingsAdopted, state: Municipality) -> Municipality:
    return replace(state, settings=event.settings)


@evolve.register
def _(event: RuleSetAdopted, state: Municipality) -> Municipality:
    adopted = event.criteria
    return replace(state, rule_sets={**state.rule_sets, (adopted.name, adopted.edition): adopted})
