"""The public decision list as JSON, made from the decisions' facts with every personal value in them opened.

A personal value that is added to a published fact shows here at once, so a leak is seen without asking for its field.
"""

import json
from datetime import date
from typing import Any

from domain.case.events import InstructionsFoundWrong, PersonalDataRemoved
from domain.decision.events import DecidedInMeeting, Proposed, Published, Signed
from domain.messages import Event, RecordedEvent
from domain.personal import Personal
from tests.invariants.in_memory_store import FakeKeyRing


class Publication:
    """What anyone may read, decision by decision."""

    def __init__(self) -> None:
        self._rows: dict[str, dict[str, Any]] = {}

    def see(self, fact: RecordedEvent) -> None:
        if fact.stream.kind != "decision":
            return
        row = self._rows.setdefault(fact.stream.key, {"facts": {}, "listed": False, "names": False})
        match fact.event:
            case Proposed() | Signed() | DecidedInMeeting():
                row["facts"][type(fact.event).__name__] = fact.event
            case Published() as event:
                row["facts"]["Published"] = event
                row |= {"listed": True, "names": True, "last_day": event.clock.last_day}
            case InstructionsFoundWrong():
                row["listed"] = False
            case PersonalDataRemoved():
                row["names"] = False

    def overdue(self, today: date) -> list[str]:
        """Decisions that show names although the members' period is over (KuntaL 140.1 §)."""
        return [
            key
            for key, row in self._rows.items()
            if row["listed"] and row["names"] and row["last_day"] < today
        ]

    def read(self, key_ring: FakeKeyRing) -> dict[str, tuple[bool, str]]:
        """Each listed decision by its key: whether it may show names still, and its text."""
        return {
            key: (
                row["names"],
                json.dumps([_shown(each, key_ring, row["names"]) for each in row["facts"].values()]),
            )
            for key, row in self._rows.items()
            if row["listed"]
        }


def _shown(event: Event, key_ring: FakeKeyRing, names: bool) -> Any:
    fact = event.model_dump(mode="json", exclude={"lines": {"__all__": {"case", "note"}}})
    return _opened(fact, key_ring, names)


def _opened(value: Any, key_ring: FakeKeyRing, names: bool) -> Any:
    match value:
        case {"about": str(), "key": str(), "sealed": str()}:
            return key_ring.open(Personal.from_stored(value)) if names else None
        case dict():
            return {name: _opened(each, key_ring, names) for name, each in value.items()}
        case list():
            return [_opened(each, key_ring, names) for each in value]
    return value
