"""From a command to events: the guard, the command's own function, and the stage that follows, for every kind of stream.

Pure: the same command, states and context give the same facts.
"""

from collections.abc import Callable, Mapping
from typing import Any

import domain.decide.case
import domain.decide.decision
import domain.decide.municipality
import domain.decide.round
import domain.decide.user
from domain.context import Context
from domain.messages import Actor, Command, Facts, Role, StreamEvent, StreamId
from domain.rejections import NotFound
from domain.stages import guard
from domain.streams import empty_state, evolve, may_see, stage_of, stages_of

DECIDE_FUNCTIONS: Mapping[str, Callable[[Command, Any, Context], Facts]] = {
    "case": domain.decide.case.decide,
    "round": domain.decide.round.decide,
    "decision": domain.decide.decision.decide,
    "municipality": domain.decide.municipality.decide,
    "user": domain.decide.user.decide,
}
"""What answers the commands of each kind of stream; the other kinds have only facts that these lead to."""


def require_visible(stream: StreamId, state: Any, by: Actor) -> None:
    """What somebody may not see is not there for them; said before anything else is."""
    nothing_yet = state is None or state is empty_state(stream)
    if by.municipality != stream.municipality or not (nothing_yet or may_see(stream, state, by)):
        raise NotFound("There is no such thing here.")


def decide_command(command: Command, context: Context) -> tuple[Role, list[StreamEvent]]:
    """The role that allows the command and every fact it leads to, for its own stream and for others."""
    stream, state = context.stream, context.streams[context.stream]
    require_visible(stream, state, context.by)
    decide_ = DECIDE_FUNCTIONS.get(stream.kind)
    if decide_ is None or (state is None and not _begins(stream, command)):
        raise NotFound("There is no such thing here.")
    role = guard(stage_of(stream, state, command), type(command), context.by)
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
        entered = stage_of(stream, state, command).entered(state)
        was = (before.stage, before.due, before.due_at) if before is not None else None
        if was != (entered.stage, entered.due, entered.due_at):
            moved.append(StreamEvent(stream, entered))
    return moved
