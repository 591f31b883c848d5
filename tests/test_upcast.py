"""A fact that has changed: what was stored in an older shape is carried over when it is read, and its bytes stay."""

import json
from datetime import UTC, datetime
from typing import Any, ClassVar

import pytest

from domain.case.commands import Withdraw
from domain.messages import Actor, Event, Role, StreamId, derived_id
from domain.store.event_store import UnreadableEvent, _Answer, load

STREAM = StreamId("498", "case", "soukka")


class LengthMeasured(Event):
    """A fact of this test alone, in its third shape: first feet, then metres, then with who measured them."""

    shape: ClassVar[int] = 3
    metres: int
    by: str

    @classmethod
    def upcast(cls, shape: int, data: dict[str, Any]) -> dict[str, Any]:
        """Lengths were in feet; who measured was not said."""
        if shape == 1:
            data = {"metres": round(data["feet"] * 0.3048)}
        return {**data, "by": ""}


def written(shape: int, fact: dict[str, Any]) -> bytes:
    beside = {
        "at": "2022-07-01T12:00:00+03:00",
        "by": "hanna",
        "role": "handler",
        "command": "Measure",
        "id": str(derived_id("measured")),
        "cause": None,
    }
    return json.dumps({**beside, "shape": shape, "fact": fact}).encode()


def loaded(kind: type[Event], stored: bytes) -> Event:
    return load({kind.__name__: kind}, str(STREAM), 1, 1, kind.__name__, stored).event


@pytest.mark.parametrize(
    ("shape", "fact", "by"),
    [(1, {"feet": 1000}, ""), (2, {"metres": 305}, ""), (3, {"metres": 305, "by": "hanna"}, "hanna")],
)
def test_a_fact_of_every_shape_is_read_in_the_present_one(shape: int, fact: dict[str, Any], by: str) -> None:
    assert loaded(LengthMeasured, written(shape, fact)) == LengthMeasured(metres=305, by=by)


def test_a_fact_is_stored_with_the_number_of_its_shape() -> None:
    now, who = datetime(2022, 7, 1, tzinfo=UTC), Actor("hanna", "498", frozenset({Role.HANDLER}))
    answer = _Answer(Withdraw(reason="-"), derived_id("measured"), "", who, Role.HANDLER, None, now)
    stored = answer.store(STREAM, 1, LengthMeasured(metres=305, by="hanna"), lambda value: value)
    assert json.loads(stored.state)["shape"] == LengthMeasured.shape
    assert loaded(LengthMeasured, stored.state) == LengthMeasured(metres=305, by="hanna")


def test_a_shape_that_nothing_carries_over_is_told_by_name() -> None:
    class OfOneShape(Event):
        """A fact of this test alone, which never changed."""

    with pytest.raises(UnreadableEvent, match="shape 2 is newer than 1, the newest known here"):
        loaded(OfOneShape, written(2, {}))
