"""Somebody about to put a command, and the table of how each command is written."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random
from typing import Any

from domain.messages import Actor, Command, StreamId
from tests.command_examples import EXAMPLES, example
from tests.invariants.in_memory_system import InMemorySystem


@dataclass(frozen=True)
class CommandContext:
    """Somebody about to put a command to a stream, with the whole system before their eyes."""

    system: InMemorySystem
    stream: StreamId
    by: Actor
    chance: Random

    @property
    def state(self) -> Any:
        return self.system.store.states[self.stream]

    @property
    def today(self) -> date:
        return self.system.store.today

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


CommandGenerator = Callable[[CommandContext], Command]
GENERATORS: dict[type[Command], CommandGenerator] = {}


def generates(kind: type[Command]) -> Callable[[CommandGenerator], CommandGenerator]:
    """This function writes the content of a command."""

    def register(write: CommandGenerator) -> CommandGenerator:
        GENERATORS[kind] = write
        return write

    return register


def generate_command(kind: type[Command], context: CommandContext) -> Command:
    """A command with content that fits the moment, mostly; one without a function of its own has its example."""
    if kind in GENERATORS:
        return GENERATORS[kind](context)
    return example(kind.__name__) if kind.__name__ in EXAMPLES else kind()
