"""What happens to what is granted to."""

from datetime import date

from domain.messages import Euros, Event


class Granted(Event):
    """A decision granted something to this road; frequency limits are counted from it ("once in ten years")."""

    case: str
    decided_on: date
    amount: Euros
    parts: dict[str, Euros]
    """The grant by scheme."""
