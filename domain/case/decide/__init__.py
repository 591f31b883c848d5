"""When a case answers a command, and with which facts: a file for each part of its path."""

from domain.case.decide import afterwards, handling, payment, submission
from domain.case.decide.answer import answer
from domain.case.decide.handling import reasons_known

__all__ = ["afterwards", "answer", "handling", "payment", "reasons_known", "submission"]
