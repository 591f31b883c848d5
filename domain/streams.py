"""The kinds of streams: how each is folded, its stages, who may see it, and what may be done to it now.

Questions of state alone: nothing here decides. What a command leads to is `domain.decider`'s.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import domain.case.commands
import domain.case.state
import domain.decision.stages
import domain.decision.state
import domain.municipality.stages
import domain.municipality.state
import domain.register.state
import domain.road.state
import domain.round.stages
import domain.round.state
import domain.user.stages
import domain.user.state
from domain.case import stages
from domain.messages import STAFF, Actor, Command, Event, Role, StreamId
from domain.processes import process, processes
from domain.stages import Stage, allowed, current

Evolve = Callable[[Event, Any], Any]


@dataclass(frozen=True)
class StreamKind:
    """A kind of stream: how its facts are folded, and its stages."""

    evolve: Evolve
    stages: Sequence[Stage[Any]] = ()
    empty: Any = None


STREAM_KINDS: Mapping[str, StreamKind] = {
    "case": StreamKind(domain.case.state.fold),
    "round": StreamKind(domain.round.state.evolve, domain.round.stages.ROUND_STAGES),
    "decision": StreamKind(domain.decision.state.evolve, domain.decision.stages.DECISION_STAGES),
    "municipality": StreamKind(
        domain.municipality.state.evolve,
        domain.municipality.stages.MUNICIPALITY_STAGES,
        domain.municipality.state.Municipality(),
    ),
    "road": StreamKind(domain.road.state.evolve, empty=domain.road.state.Road()),
    "user": StreamKind(domain.user.state.evolve, domain.user.stages.USER_STAGES),
    "administrators": StreamKind(
        domain.user.state.evolve_administrators, empty=domain.user.state.Administrators()
    ),
    "register": StreamKind(domain.register.state.evolve, empty=domain.register.state.NumberSeries()),
}


def empty_state(stream: StreamId) -> Any:
    """The state of a stream that nothing has happened to."""
    return STREAM_KINDS[stream.kind].empty


def evolve(stream: StreamId, state: Any, event: Event) -> Any:
    """Fold one fact into the state of its stream."""
    return STREAM_KINDS[stream.kind].evolve(event, state)


def stages_of(stream: StreamId, state: Any, command: Command | None = None) -> Sequence[Stage[Any]]:
    """The stages of a stream; a case has those of the process edition it was submitted under."""
    if stream.kind != "case":
        return STREAM_KINDS[stream.kind].stages
    if state is None:
        return (
            process(command.process).stages
            if isinstance(command, domain.case.commands.Submit)
            else [stages.new]
        )
    return process(state.process, state.edition).stages


def stage_of(stream: StreamId, state: Any, command: Command | None = None) -> Stage[Any]:
    """The stage that a stream is in, as the facts have it; `command` is the one that begins it, if any."""
    return current(stages_of(stream, state, command), state)


def may_do(stream: StreamId, state: Any, by: Actor) -> list[type[Command]]:
    """What `by` may do now, by the table that the decisions themselves look at."""
    return list(allowed(stage_of(stream, state), by))


def may_see(stream: StreamId, state: Any, by: Actor) -> bool:
    """Staff of the municipality see its streams; an applicant sees cases of their own and every round."""
    if by.municipality != stream.municipality or state is None:
        return False
    if by.roles & (STAFF | {Role.SYSTEM}):
        return True
    if stream.kind == "case":
        return bool(state.owner == by.user_id)
    return stream.kind == "round" and Role.APPLICANT in by.roles


def events_by_name() -> Mapping[str, type[Event]]:
    """Every fact there is, by the name it is stored under."""

    def below(kind: type[Event]) -> list[type[Event]]:
        return [kind, *(each for sub in kind.__subclasses__() for each in below(sub))]

    found = [each for each in below(Event) if each is not Event]
    names = {kind.__name__: kind for kind in found}
    assert len(names) == len(found), "two facts share a name"
    return names


def commands_by_name() -> Mapping[str, type[Command]]:
    """Every command that some stage answers, by name."""
    tables = [
        *(kind.stages for kind in STREAM_KINDS.values()),
        *(each.stages for each in processes().values()),
    ]
    return {command.__name__: command for table in tables for stage in table for command in stage.answers}
