"""How far the register has come."""

from dataclasses import dataclass

from domain.messages import Context, Event, StreamId
from domain.register.events import NumberTaken


@dataclass(frozen=True)
class Register:
    """The last running number given out."""

    last: int = 0


def evolve(event: Event, state: Register) -> Register:
    """Each number is one above the last."""
    assert isinstance(event, NumberTaken), "the register knows one fact"
    return Register(last=event.running)


def take(context: Context, book: str) -> tuple[StreamId, NumberTaken]:
    """The next number in a book of this year (`cases`, `sections-…`), for the stream that the command is about.

    Two takers of one number cannot both be written: the register's stream has a version, and the loser decides again.
    """
    stream = context.of("register", f"{context.today.year}-{book}")
    register: Register = context.streams[stream]
    return stream, NumberTaken(running=register.last + 1, taken_by=str(context.stream))
