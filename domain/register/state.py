"""How far the register has come."""

from dataclasses import dataclass

from domain.messages import Event
from domain.register.events import NumberTaken


@dataclass(frozen=True)
class NumberSeries:
    """The last running number given out."""

    last: int = 0


def evolve(event: Event, state: NumberSeries) -> NumberSeries:
    """Each number is one above the last."""
    assert isinstance(event, NumberTaken), "the register knows one fact"
    return NumberSeries(last=event.running)
