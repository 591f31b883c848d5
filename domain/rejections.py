"""Every way to say no. A rejection is an answer, not an accident: anything else that is raised is a bug.

Each carries a sentence that says what is wrong and how to mend it, and never a personal value.
"""

from typing import Any


class Rejection(Exception):
    """A command understood and turned down; `code` is stable and `details` are safe to show."""

    def __init__(self, sentence: str, **details: Any) -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.details = {name: value for name, value in details.items() if value is not None}

    @property
    def code(self) -> str:
        name = type(self).__name__
        return "".join("-" + letter.lower() if letter.isupper() else letter for letter in name).lstrip("-")


class NotFound(Rejection):
    """There is no such thing here; or it belongs to somebody else, which looks the same from outside."""


class NotAllowed(Rejection):
    """The person's roles do not answer for this."""


class NotNow(Rejection):
    """The stage does not answer this command, or a day or an instant stands in the way."""


class NotYours(Rejection):
    """Another person has the case in hand."""


class FourEyes(Rejection):
    """The same person may not do both (KuntaL 39 §, internal control)."""


class LastAdministrator(Rejection):
    """Nobody would be left who may grant roles."""


class Disqualified(Rejection):
    """The person has declared a disqualification, or has declared nothing yet (hallintolaki 27–30 §)."""


class NoConsent(Rejection):
    """The party has not consented to this way of being served (KHO:2018:100)."""


class Missing(Rejection):
    """Something required is not there: an attachment, a check, a party to serve."""


class BadContent(Rejection):
    """A value is understood but cannot hold; `field` says where."""


class CriteriaUnreadable(Rejection):
    """Criteria that were adopted once cannot be read under today's rules; what needs none of their formulas goes on."""


class OverLimit(Rejection):
    """The sum is above what may be decided or paid under this delegation."""


class AlreadyDone(Rejection):
    """It has been done and cannot be done twice."""


class Stale(Rejection):
    """The stream has moved on since the reader looked; `since` says who did what."""


class AnsweredOtherwise(Rejection):
    """The command id was answered already, with another content."""


class Crowded(Rejection):
    """Others wrote to the same streams again and again; nothing was written, try again."""
