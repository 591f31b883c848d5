"""From a wish to facts: the guard, the command's own function, and the stage that follows, for every kind of stream.

Pure: the same command, states and context give the same facts.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import domain.case.decide
import domain.case.state
import domain.decision.decide
import domain.decision.stages
import domain.decision.state
import domain.municipality.decide
import domain.municipality.stages
import domain.municipality.state
import domain.register.state
import domain.road.state
import domain.round.decide
import domain.round.stages
import domain.round.state
from domain.case import stages
from domain.context import Context
from domain.messages import STAFF, Actor, Command, Event, Facts, Role, StreamEvent, StreamId
from domain.process import process, processes
from domain.rejections import NotFound
from domain.stages import Stage, current, guard

Evolve = Callable[[Event, Any], Any]


@dataclass(frozen=True)
class StreamKind:
    """A kind of stream: how its facts are folded, how its commands are answered, and its stages."""

    evolve: Evolve
    decide: Callable[[Command, Any, Context], Facts] | None = None
    stages: Sequence[Stage[Any]] = ()
    empty: Any = None


STREAM_KINDS: Mapping[str, StreamKind] = {
    "case": StreamKind(domain.case.state.fold, domain.case.decide.decide),
    "round": StreamKind(
        domain.round.state.evolve, domain.round.decide.decide, domain.round.stages.ROUND_STAGES
    ),
    "decision": StreamKind(
        domain.decision.state.evolve, domain.decision.decide.decide, domain.decision.stages.DECISION_STAGES
    ),
    "municipality": StreamKind(
        domain.municipality.state.evolve,
        domain.municipality.decide.decide,
        domain.municipality.stages.MUNICIPALITY_STAGES,
        domain.municipality.state.Municipality(),
    ),
    "road": StreamKind(domain.road.state.evolve, empty=domain.road.state.Road()),
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


def may_see(stream: StreamId, state: Any, by: Actor) -> bool:
    """Staff of the municipality see its streams; an applicant sees cases of their own and every round."""
    if by.municipality != stream.municipality or state is None:
        return False
    if by.roles & (STAFF | {Role.SYSTEM}):
        return True
    if stream.kind == "case":
        return bool(state.owner == by.user_id)
    return stream.kind == "round" and Role.APPLICANT in by.roles


def require_visible(stream: StreamId, state: Any, by: Actor) -> None:
    """What somebody may not see is not there for them; said before anything else is."""
    nothing_yet = state is None or state is empty_state(stream)
    if by.municipality != stream.municipality or not (nothing_yet or may_see(stream, state, by)):
        raise NotFound("There is no such thing here.")


def decide_command(command: Command, context: Context) -> tuple[Role, list[StreamEvent]]:
    """The role that allows the command and every fact it leads to, for its own stream and for others."""
    stream, state = context.stream, context.streams[context.stream]
    require_visible(stream, state, context.by)
    decide_ = STREAM_KINDS[stream.kind].decide
    if decide_ is None or (state is None and not _begins(stream, command)):
        raise NotFound("There is no such thing here.")
    role = guard(current(stages_of(stream, state, command), state), type(command), context.by)
    facts = [
        fact if isinstance(fact, StreamEvent) else StreamEvent(stream, fact)
        for fact in decide_(command, state, context)
    ]
    return role, [*facts, *_entered(facts, context, command)]


def _begins(stream: StreamId, command: Command) -> bool:
    return any(type(command) in stage.answers for stage in stages_of(stream, None, command)[:1])


def _entered(facts: list[StreamEvent], context: Context, command: Command) -> list[StreamEvent]:
    """Wherever the facts lead to another stage, or to another due day, say so in that stream."""
    moved = []
    for stream in dict.fromkeys(fact.stream for fact in facts):
        before = state = context.streams[stream]
        for fact in facts:
            if fact.stream == stream:
                state = evolve(stream, state, fact.event)
        if not hasattr(state, "stage"):
            continue
        entered = current(stages_of(stream, state, command), state).entered(state)
        was = (before.stage, before.due, before.due_at) if before is not None else None
        if was != (entered.stage, entered.due, entered.due_at):
            moved.append(StreamEvent(stream, entered))
    return moved


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
