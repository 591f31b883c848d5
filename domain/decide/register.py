"""Giving out the next number."""

from domain.context import Context
from domain.messages import StreamId
from domain.register.events import NumberTaken


def take_number(context: Context, book: str) -> tuple[StreamId, NumberTaken]:
    """The next number in a book of this year (`cases`, `sections-…`), for the stream that the command is about.

    Two takers of one number cannot both be written: the register's stream has a version, and the loser decides again.
    """
    stream = context.of("register", f"{context.today.year}-{book}")
    return stream, NumberTaken(running=context.register(stream.key).last + 1, taken_by=str(context.stream))
