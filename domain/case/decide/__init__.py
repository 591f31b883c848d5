"""What a command to a case leads to: a file for each part of its path."""

from domain.case.decide import after_decision as afterwards
from domain.case.decide import handling, payment, submission
from domain.case.decide.dispatch import decide

__all__ = ["afterwards", "decide", "handling", "payment", "submission"]
