"""Somebody about to put a command, and the table of how each command is written."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random
from typing import Any

from domain.messages import Actor, Command, StreamId
from tests.always.house import House
from tests.always.values import REASON


@dataclass(frozen=True)
class Wish:
    """Somebody about to put a command to a stream, with the house before their eyes."""

    house: House
    stream: StreamId
    by: Actor
    chance: Random

    @property
    def state(self) -> Any:
        return self.house.store.states[self.stream]

    @property
    def today(self) -> date:
        return self.house.store.today

    def one_of(self, *values: Any) -> Any:
        """One of these; put the usual one first."""
        return self.chance.choice(values)

    def mostly(self, usual: Any, odd: Sequence[Any]) -> Any:
        """The usual value, or one time in eight an odd one."""
        return self.one_of(*odd) if seldom(self.chance) else usual

    def day(self, *offsets: int) -> date:
        return self.today + timedelta(days=self.one_of(*offsets))


def seldom(chance: Random) -> bool:
    """One time in eight."""
    return chance.randint(0, 7) == 7


Write = Callable[[Wish], Command]
WRITES: dict[type[Command], Write] = {}


def writes(kind: type[Command]) -> Callable[[Write], Write]:
    """This function writes the content of a command."""

    def register(write: Write) -> Write:
        WRITES[kind] = write
        return write

    return register


def written(kind: type[Command], wish: Wish) -> Command:
    """A command with content that fits the moment, mostly; one that asks for nothing but reasons needs no function."""
    if kind in WRITES:
        return WRITES[kind](wish)
    return kind(**{name: REASON for name, asked in kind.model_fields.items() if asked.is_required()})
