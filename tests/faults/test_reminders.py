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


def wanted(municipality: LiveMunicipality) -> list[str]:
    reactions.catch_up(municipality.store, municipality.code)
    return [each.name for each in pending(municipality.store.database, municipality.code)]


def booked(municipality: LiveMunicipality) -> c.BookPayment:
    today = municipality.store.clock.now().date()
    return c.BookPayment(payment=municipality.case("c0").payment.id, booked_on=today, reference="bank-1")


def test_a_payment_that_the_bank_has_booked_is_not_sent_again(municipality: LiveMunicipality) -> None:
    """The bank may speak before the payment party's own answer is recorded."""
    municipality.release(municipality.to_release(1))
    assert wanted(municipality) == ["instruct_payment"]
    municipality.put("case", "c0", booked(municipality), "payer", Role.PAYMENTS)
    municipality.settle()
    assert wanted(municipality) == []
    assert municipality.case("c0").stage == "archived"


def test_each_order_of_the_answers_leaves_the_same_list_and_is_recorded_once(
    municipality: LiveMunicipality,
) -> None:
    municipality.release(municipality.to_release(1))
    reactions.catch_up(municipality.store, municipality.code)
    reminder = next(iter(pending(municipality.store.database, municipality.code)))
    payment = municipality.case("c0").payment
    taken = c.RecordInstruction(payment=payment.id, amount=str(payment.amount), reference="b-1")
    stream = StreamId(municipality.code, "case", "c0")
    receipts = {
        municipality.store.handle(
            stream,
            taken,
            by=system_actor(municipality.code),
            command_id=reminder.command_id,
            cause=reminder.cause,
        )
        for _ in range(3)
    }
    assert len(receipts) == 1
    assert wanted(municipality) == []
    bank, by = uuid4(), system_actor(municipality.code)
    heard = {
        municipality.store.handle(stream, booked(municipality), by=by, command_id=bank) for _ in range(2)
    }
    assert len(heard) == 1
    municipality.settle()
    assert (
        municipality.events("c0").count("PaymentInstructed")
        == municipality.events("c0").count("PaymentBooked")
        == 1
    )


def test_the_list_rewound_to_nothing_comes_to_the_same(municipality: LiveMunicipality) -> None:
    municipality.open()
    municipality.apply(3)
    assert sorted(wanted(municipality)) == ["Register"] * 3
    before = pending(municipality.store.database, municipality.code)
    with reactions.rows(municipality.store.database, municipality.code) as (rows, _):
        rows("delete from pending")
        rows("update position set position = 0")
    assert pending(municipality.store.database, municipality.code) == []
    assert wanted(municipality) == ["Register"] * 3
    assert pending(municipality.store.database, municipality.code) == before


def test_a_municipality_that_cannot_be_folded_keeps_no_other_waiting(
    municipality: LiveMunicipality, monkeypatch: pytest.MonkeyPatch
) -> None:
    municipality.open()
    municipality.apply(1)
    broken = f"{municipality.code}-broken"
    sent: list[tuple[str, ...]] = []
    reminders = ProcessManager(municipality.store, lambda *message: sent.append(message), lambda: 0.0)
    really = ReadModel.catch_up

    def catch_up(model: ReadModel, store: EventStore, municipality: str, **how: Any) -> int:
        if municipality == broken:
            raise psycopg.DataError("a text that cannot be kept")
        return really(model, store, municipality, **how)

    monkeypatch.setattr(ReadModel, "catch_up", catch_up)
    monkeypatch.setattr(
        type(municipality.store.database), "municipalities", lambda _: [broken, municipality.code]
    )
    monkeypatch.setattr(reminders, "_has_news", lambda _: True)
    assert reminders.follow() == 1
    assert [message[1] for message in sent] == [municipality.code]
