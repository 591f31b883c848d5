"""What must follow and has followed is wanted no more, whoever made it so and in whatever order it became known."""

from typing import Any
from uuid import uuid4

import psycopg
import pytest

from domain.case import commands as c
from domain.messages import Role, StreamId, system_actor
from domain.store.event_store import EventStore
from projections.reactions import pending, reactions
from projections.read_model import ReadModel
from tests.live_municipality import LiveMunicipality
from workers.process_manager import ProcessManager


def wanted(town: LiveMunicipality) -> list[str]:
    reactions.catch_up(town.store, town.code)
    return [each.name for each in pending(town.store.database, town.code)]


def booked(town: LiveMunicipality) -> c.BookPayment:
    today = town.store.clock.now().date()
    return c.BookPayment(payment=town.case("c0").payment.id, booked_on=today, reference="bank-1")


def test_a_payment_that_the_bank_has_booked_is_not_sent_again(town: LiveMunicipality) -> None:
    """The bank may speak before the payment party's own answer is recorded."""
    town.release(town.to_release(1))
    assert wanted(town) == ["instruct_payment"]
    town.put("case", "c0", booked(town), "payer", Role.PAYMENTS)
    town.settle()
    assert wanted(town) == []
    assert town.case("c0").stage == "archived"


def test_each_order_of_the_answers_leaves_the_same_list_and_is_recorded_once(town: LiveMunicipality) -> None:
    town.release(town.to_release(1))
    reactions.catch_up(town.store, town.code)
    reminder = next(iter(pending(town.store.database, town.code)))
    payment = town.case("c0").payment
    taken = c.RecordInstruction(payment=payment.id, amount=str(payment.amount), reference="b-1")
    stream = StreamId(town.code, "case", "c0")
    receipts = {
        town.store.handle(
            stream, taken, by=system_actor(town.code), command_id=reminder.command_id, cause=reminder.cause
        )
        for _ in range(3)
    }
    assert len(receipts) == 1
    assert wanted(town) == []
    bank, by = uuid4(), system_actor(town.code)
    heard = {town.store.handle(stream, booked(town), by=by, command_id=bank) for _ in range(2)}
    assert len(heard) == 1
    town.settle()
    assert town.events("c0").count("PaymentInstructed") == town.events("c0").count("PaymentBooked") == 1


def test_the_list_rewound_to_nothing_comes_to_the_same(town: LiveMunicipality) -> None:
    town.open()
    town.apply(3)
    assert sorted(wanted(town)) == ["Register"] * 3
    before = pending(town.store.database, town.code)
    with reactions.rows(town.store.database, town.code) as (rows, _):
        rows("delete from pending")
        rows("update position set position = 0")
    assert pending(town.store.database, town.code) == []
    assert wanted(town) == ["Register"] * 3
    assert pending(town.store.database, town.code) == before


def test_a_municipality_that_cannot_be_folded_keeps_no_other_waiting(
    town: LiveMunicipality, monkeypatch: pytest.MonkeyPatch
) -> None:
    town.open()
    town.apply(1)
    broken = f"{town.code}-broken"
    sent: list[tuple[str, ...]] = []
    reminders = ProcessManager(town.store, lambda *message: sent.append(message), lambda: 0.0)
    really = ReadModel.catch_up

    def catch_up(model: ReadModel, store: EventStore, municipality: str, **how: Any) -> int:
        if municipality == broken:
            raise psycopg.DataError("a text that cannot be kept")
        return really(model, store, municipality, **how)

    monkeypatch.setattr(ReadModel, "catch_up", catch_up)
    monkeypatch.setattr(type(town.store.database), "municipalities", lambda _: [broken, town.code])
    monkeypatch.setattr(reminders, "_has_news", lambda _: True)
    assert reminders.follow() == 1
    assert [message[1] for message in sent] == [town.code]
