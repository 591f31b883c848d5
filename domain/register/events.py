"""What the register has given out."""

from domain.messages import Event


class NumberTaken(Event):
    """The next running number was given to a case or to a decision, once and for ever (tiedonhallintalaki 26 §)."""

    running: int
    taken_by: str
