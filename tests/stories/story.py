"""The language of the stories.

`given(*steps).when(command, by=…, on="7.6.2022").then(*facts)` or `.rejected(NotNow)`. A fact that is awaited is given
whole, by its class alone, or by some of its fields with `like`. Where the case goes next (`Entered`) is compared
where it is given. A story goes on after `then`; `settle` lets happen what happens by itself.
"""

import difflib
import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Self

from pydantic import BaseModel
from pydantic_core import to_jsonable_python

from domain.messages import Actor, Command, Entered, Event, RecordedEvent, Role, StreamId
from domain.rejections import Rejection
from tests.stories.days import instant, written
from tests.stories.world import Step, World, somebody, stream


class Like:
    """A value of a kind of which some fields are given; equal to each value that has them so."""

    def __init__(self, kind: type, fields: dict[str, Any]) -> None:
        unknown = set(fields) - set(getattr(kind, "model_fields", fields))
        assert not unknown, f"{kind.__name__} has no {', '.join(sorted(unknown))}"
        self.kind, self.fields = kind, fields

    def __eq__(self, other: object) -> bool:
        return type(other) is self.kind and all(
            getattr(other, name) == value for name, value in self.fields.items()
        )

    __hash__ = None  # type: ignore[assignment]  # Python's own way to say that it cannot be hashed


def like(kind: type, **fields: Any) -> Any:
    """A fact of this kind with these fields, whatever the others are."""
    return Like(kind, fields)


def enters(stage: str, **fields: Any) -> Any:
    """The case is now in this stage."""
    return like(Entered, stage=stage, **fields)


Awaited = Event | type[Event] | Like
CASE = stream("case")


@dataclass(frozen=True)
class Scenario:
    """A world, what was last wished or awaited in it, and what that led to."""

    world: World
    asked: str = ""
    own: StreamId = CASE
    since: int = 0
    rejection: Rejection | None = None

    def when(self, command: Command, *, by: Role | Actor, on: str, to: str | None = None) -> Self:
        """Somebody puts a command; nothing that is due happens before it."""
        who, own = somebody(by), stream(command.kind, to)
        self._check_not_rejected()
        world, rejection = self.world.at(instant(on)), None
        asked = f"{type(command).__name__} by {who.user_id} on {written(world.now)} in the stage “{self._stage(own)}”"
        try:
            world = world.put(command, who, own)
        except Rejection as turned_down:
            rejection = turned_down
        return replace(
            self, world=world, asked=asked, own=own, since=len(self.world.log), rejection=rejection
        )

    def settle(self, until: str | None = None) -> Self:
        """Let happen what happens by itself: until a day, or only at once."""
        self._check_not_rejected()
        world = self.world.settle(instant(until) if until else self.world.now)
        asked = f"what happens by itself until {written(world.now)}"
        return replace(self, world=world, asked=asked, own=CASE, since=len(self.world.log))

    def then(self, *awaited: Awaited) -> Self:
        """Exactly these facts, in the stream that the command was put to, or after `settle` in the case."""
        return self.then_in(self.own, *awaited)

    def then_in(self, name: StreamId, *awaited: Awaited) -> Self:
        """Exactly these facts in another stream."""
        self._check_not_rejected()
        expected = [each if isinstance(each, Event | Like) else like(each) for each in awaited]
        happened: Sequence[Event] = [each.event for each in self.news if each.stream == name]
        if not any(isinstance(each, Entered) or _kind(each) is Entered for each in expected):
            happened = [event for event in happened if not isinstance(event, Entered)]
        if list(happened) != expected:
            raise AssertionError(f"{self.asked}\nin {name}:\n{_difference(expected, happened)}")
        return self

    def rejected(self, kind: type[Rejection], saying: str = "", **details: Any) -> Self:
        """Turned down with this rejection, whose sentence has these words and whose details have these values."""
        if self.rejection is None:
            facts = "\n".join(f"  {each.stream} {_text(each.event)}" for each in self.news)
            raise AssertionError(
                f"{self.asked}\nis awaited to be rejected with {kind.__name__}, but:\n{facts}"
            )
        turned_down = self.rejection
        fits = type(turned_down) is kind and saying in turned_down.sentence
        if not fits or any(turned_down.details.get(name) != value for name, value in details.items()):
            raise AssertionError(
                f"{self.asked}\n"
                f"awaited:  {kind.__name__}: …{saying}… {details or ''}\n"
                f"rejected: {type(turned_down).__name__}: {turned_down} {turned_down.details or ''}"
            )
        return replace(self, rejection=None)

    @property
    def news(self) -> tuple[RecordedEvent, ...]:
        """What the last `when` or `settle` led to."""
        return self.world.log[self.since :]

    def state(self, kind: str = "case", key: str | None = None) -> Any:
        """What a stream has come to."""
        self._check_not_rejected()
        return self.world.states[stream(kind, key)]

    def _stage(self, name: StreamId) -> str:
        return getattr(self.world.states[name], "stage", None) or "new"

    def _check_not_rejected(self) -> None:
        if self.rejection is not None:
            raise AssertionError(
                f"{self.asked}\nwas rejected with {type(self.rejection).__name__}: {self.rejection}"
                f" {self.rejection.details or ''}"
            ) from self.rejection


def given(*steps: Step | Sequence[Step]) -> Scenario:
    """What has happened before, each step by really putting a command; a list of steps is a step."""
    world = World()
    for step in steps:
        for each in [step] if callable(step) else step:
            world = each(world)
    return Scenario(world)


def _kind(value: Any) -> type:
    return value.kind if isinstance(value, Like) else type(value)


def _difference(expected: Sequence[Any], happened: Sequence[Any]) -> str:
    """The two as text, line by line; of what is given by some fields, only those."""
    pairs = [
        (each, expected[n] if n < len(expected) and _kind(expected[n]) is type(each) else None)
        for n, each in enumerate(happened)
    ]
    awaited = [line for each in expected for line in _text(each).splitlines()]
    found = [line for each, pattern in pairs for line in _text(each, pattern).splitlines()]
    return "\n".join(difflib.unified_diff(awaited, found, "awaited", "happened", lineterm="", n=99))


def _text(value: Any, pattern: Any = None) -> str:
    shown = json.dumps(_shown(value, pattern), indent=2, ensure_ascii=False)
    return f"{_kind(value).__name__} {shown}"


def _shown(value: Any, pattern: Any = None) -> Any:
    """A value for reading; only the fields that the pattern gives."""
    if isinstance(value, Like):
        return {name: _shown(expected) for name, expected in value.fields.items()}
    if isinstance(pattern, Like):
        return {
            name: _shown(getattr(value, name, None), expected) for name, expected in pattern.fields.items()
        }
    if isinstance(value, tuple):
        patterns = (
            pattern if isinstance(pattern, tuple) and len(pattern) == len(value) else [None] * len(value)
        )
        return [_shown(each, expected) for each, expected in zip(value, patterns, strict=True)]
    if isinstance(value, BaseModel):
        return value.model_dump(mode="json", context={"plain": True})
    return to_jsonable_python(value, fallback=str)
