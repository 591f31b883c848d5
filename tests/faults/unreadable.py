"""Events that nobody here can read, planted as only the owner of the database could."""

import json
from typing import Any

import psycopg

from domain.messages import StreamId
from tests.live_municipality import LiveMunicipality

IBAN, NAME = "FI2112345600000785", "Maija Meikäläinen"
Owner = psycopg.Connection[Any]


def stored(fact: dict[str, Any], shape: int = 1) -> bytes:
    told = {
        "at": "2022-06-01T08:00:00+00:00", "by": "handler", "role": "handler", "command": "Assign",
        "id": "7d3e0c39-6b0f-4f53-9f4b-0c3f8ad1a001", "cause": None, "shape": shape, "fact": fact,
    }  # fmt: skip
    return json.dumps(told).encode()


UNREADABLE: dict[str, tuple[str, bytes, str]] = {
    "unknown name": ("Foretold", stored({"by": NAME}), "no event of this name is known here"),
    "newer shape": ("Assigned", stored({"handler": NAME}, shape=99), "its shape 99 is newer than 1"),
    "unreadable fact": (
        "Assigned",
        stored({"handler": {NAME: IBAN}, IBAN: NAME}),
        "it does not fit (ValidationError handler)",
    ),
    "broken JSON": ("Assigned", f'{{"fact": "{NAME} {IBAN}'.encode(), "its bytes are not JSON"),
}


def plant(owner: Owner, municipality: LiveMunicipality, key: str, topic: str, state: bytes) -> str:
    """What only the owner could do: an event that nobody here can read, next in a case's stream; its name."""
    stream = str(StreamId(municipality.code, "case", key))
    row = owner.execute(
        "insert into stored_events (originator_id, originator_version, topic, state)"
        " select %s, max(originator_version) + 1, %s, %s from stored_events where originator_id = %s"
        " returning originator_version",
        [stream, topic, state, stream],
    ).fetchone()
    assert row is not None
    return f"{stream}@{row[0]}"


def take_away(owner: Owner, name: str) -> None:
    """The mend: the planted event is gone. A newer version that reads it would do the same."""
    stream, _, version = name.partition("@")
    owner.execute("alter table stored_events disable trigger stored_events_immutable")
    owner.execute(
        "delete from stored_events where originator_id = %s and originator_version = %s",
        [stream, int(version)],
    )
    owner.execute("alter table stored_events enable trigger stored_events_immutable")
