"""A world in memory: plain streams, a clock that stands still, and a process manager of a dozen lines."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, time, timedelta
from types import MappingProxyType
from typing import Any

from domain.context import Context
from domain.decider import decide_command
from domain.messages import (
    HELSINKI,
    Actor,
    Command,
    Entered,
    Event,
    RecordedEvent,
    Role,
    StreamEvent,
    StreamId,
    derived_id,
    system_actor,
)
from domain.streams import commands_by_name, empty_state, evolve
from tests.stories.days import instant

MUNICIPALITY = "498"
KEYS = {"municipality": "settings", "round": "2022", "case": "soukka", "decision": "grants", "user": "elina"}
"""The stream that a command of each kind is put to, where a story does not say another."""

SYSTEM = system_actor(MUNICIPALITY)
BEGINNING = instant("1.1.2022 klo 0.00")
BACKWARDS = "a story does not go back in time, from {} to {}"


def stream(kind: str, key: str | None = None) -> StreamId:
    """A stream of the story's municipality."""
    return StreamId(MUNICIPALITY, kind, key or KEYS[kind])


def case(key: str) -> StreamId:
    """A case by its key."""
    return stream("case", key)


def somebody(by: Role | Actor) -> Actor:
    """A role stands for one person who has it and no other."""
    return by if isinstance(by, Actor) else Actor(by.value, MUNICIPALITY, frozenset({by}))


class Streams(dict[StreamId, Any]):
    """States by stream; a stream that nothing has happened to has its empty state."""

    def __missing__(self, name: StreamId) -> Any:
        return empty_state(name)


@dataclass(frozen=True)
class World:
    """Everything that has happened, and what it has come to. A change gives another world."""

    log: tuple[RecordedEvent, ...] = ()
    states: Streams = field(default_factory=Streams)
    awaited: Mapping[StreamId, RecordedEvent] = field(default_factory=lambda: MappingProxyType({}))
    """By stream, the stage entered last that something follows from."""
    now: datetime = BEGINNING

    def at(self, moment: datetime) -> "World":
        """The same world later."""
        assert moment >= self.now, BACKWARDS.format(self.now, moment)
        return replace(self, now=moment)

    def put(self, command: Command, by: Actor, to: StreamId, cause: RecordedEvent | None = None) -> "World":
        """The world after a command is answered; raises its rejection."""
        context = Context(now=self.now, by=by, stream=to, streams=self.states)
        role, facts = decide_command(command, context)
        return self.record(facts, by=by, role=role, command=type(command).__name__, cause=cause)

    def record(
        self,
        facts: list[StreamEvent],
        *,
        by: Actor = SYSTEM,
        role: Role = Role.SYSTEM,
        command: str = "",
        cause: RecordedEvent | None = None,
    ) -> "World":
        """The world after facts, whatever led to them."""
        log, states, awaited = list(self.log), Streams(self.states), dict(self.awaited)
        command_id = derived_id("story", command, str(len(log)))
        for name, event in facts:
            recorded = RecordedEvent(
                stream=name,
                version=sum(each.stream == name for each in log) + 1,
                position=len(log) + 1,
                recorded_at=self.now,
                by=by.user_id,
                role=role,
                command=command,
                command_id=command_id,
                cause=cause.reference if cause else None,
                event=event,
            )
            log.append(recorded)
            states[name] = evolve(name, states[name], event)
            if isinstance(event, Entered):
                awaited.pop(name, None)
                if event.then:
                    awaited[name] = recorded
        return replace(self, log=tuple(log), states=states, awaited=MappingProxyType(awaited))

    def settle(self, until: datetime) -> "World":
        """Let what happens by itself happen, each when it is due, the earliest first."""
        assert until >= self.now, BACKWARDS.format(self.now, until)
        world = self
        while world.awaited:
            moment, _, name = min(
                (_moment(each), each.position, name) for name, each in world.awaited.items()
            )
            if moment > until:
                break
            entered = world.awaited[name]
            assert isinstance(entered.event, Entered)
            command = commands_by_name()[entered.event.then or ""]()
            world = world.at(max(world.now, moment)).put(command, SYSTEM, name, entered)
            assert world.awaited.get(name) is not entered, f"{type(command).__name__} led to no other stage"
        return world.at(until)


def _moment(recorded: RecordedEvent) -> datetime:
    """When what follows from a stage follows: at its instant, when its last day lies behind, or at once."""
    entered = recorded.event
    assert isinstance(entered, Entered)
    if entered.due_at:
        return entered.due_at
    if entered.due:
        return datetime.combine(entered.due + timedelta(days=1), time(), HELSINKI)
    return recorded.recorded_at


Step = Callable[[World], World]
"""One thing that has happened before a story begins."""


def put(command: Command, *, by: Role | Actor, on: str, to: str | None = None) -> Step:
    """Somebody put this; before it everything that was due happened by itself, and after it what follows at once."""
    moment = instant(on)
    return lambda world: (
        world.settle(moment).put(command, somebody(by), stream(command.kind, to)).settle(moment)
    )


def settle(until: str) -> Step:
    """Time passed, and what was due happened by itself."""
    return lambda world: world.settle(instant(until))


def happened(name: StreamId, event: Event) -> Step:
    """This is a fact, whatever led to it."""
    return lambda world: world.record([StreamEvent(name, event)])
