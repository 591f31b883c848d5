"""An event that cannot be read: one exception that names its place, for its own stream and for whoever follows."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from uuid import uuid4

import psycopg
import pytest

from domain.case import commands as c
from domain.messages import Role, StreamId
from domain.store.event_store import EventStore, UnreadableEvent, load
from domain.store.settings import InstallationSettings
from domain.streams import events_by_name
from projections import payments
from projections.read_model import CannotFold, read_models
from projections.views import export
from tests.faults.unreadable import IBAN, NAME, UNREADABLE, plant, stored, take_away
from tests.live_municipality import LiveMunicipality, application
from workers import payment_instructions
from workers.adapters.payment import Booking


@contextmanager
def planted(settings: InstallationSettings, municipality: LiveMunicipality, kind: str) -> Iterator[str]:
    """An unreadable event in c0, taken away again: others share the database."""
    topic, state, _ = UNREADABLE[kind]
    with psycopg.connect(str(settings.migration_database_url), autocommit=True) as owner:
        name = plant(owner, municipality, "c0", topic, state)
        try:
            yield name
        finally:
            take_away(owner, name)


@pytest.mark.parametrize("kind", UNREADABLE)
def test_loading_it_says_where_it_stands_and_what_is_wrong_and_no_value(kind: str) -> None:
    topic, state, wrong = UNREADABLE[kind]
    with pytest.raises(UnreadableEvent) as raised:
        load(events_by_name(), "498/case/c0", 3, 17, topic, state)
    error = raised.value
    assert (error.stream, error.version, error.position, error.topic) == ("498/case/c0", 3, 17, topic)
    assert wrong in error.wrong
    assert str(error).startswith(f"498/case/c0@3 {topic} cannot be read: ")
    assert IBAN not in str(error)
    assert NAME not in str(error)
    assert error.__suppress_context__ or error.__context__ is None


@pytest.mark.parametrize(
    "state",
    [
        b"",
        b"\xff",
        b"[]",
        b"null",
        b"{}",
        b"[" * 100_000,
        stored({}, shape="x"),  # type: ignore[arg-type]  # what is planted is not what the type says
        stored({"handler": "h"})[:-2],
    ],
)
def test_whatever_the_bytes_are_it_is_the_same_error(state: bytes) -> None:
    with pytest.raises(UnreadableEvent):
        load(events_by_name(), "498/case/c0", 3, 17, "Assigned", state)


def test_an_older_shape_that_no_upcast_knows_is_unreadable() -> None:
    with pytest.raises(UnreadableEvent, match=r"it does not fit \(AssertionError\)"):
        load(events_by_name(), "498/case/c0", 3, 17, "Assigned", stored({"handler": "h"}, shape=0))


@pytest.mark.parametrize("kind", UNREADABLE)
def test_its_stream_is_refused_and_others_are_answered(
    settings: InstallationSettings, municipality: LiveMunicipality, kind: str
) -> None:
    municipality.open()
    municipality.apply(2)
    municipality.settle()
    with planted(settings, municipality, kind) as name:
        fresh = EventStore.open(settings)
        try:
            for store in (municipality.store, fresh):
                with pytest.raises(UnreadableEvent) as raised:
                    store.handle(
                        StreamId(municipality.code, "case", "c0"), c.Assign(),
                        by=municipality.by("hanna", Role.HANDLER), command_id=uuid4(),
                    )  # fmt: skip
                assert raised.value.event == f"{name} {UNREADABLE[kind][0]}"
        finally:
            fresh.database.close()
        with pytest.raises(UnreadableEvent):
            municipality.store.follow(municipality.code, 0, 1000)
        municipality.put("case", "c1", c.Assign(), "hanna", Role.HANDLER)
        municipality.put("case", "c2", application("c2"), "applicant", Role.APPLICANT)
        reached = [
            model.position(municipality.store.database, municipality.code) for model in read_models().values()
        ]
        for model in read_models().values():
            with pytest.raises(CannotFold, match=name):
                model.catch_up(municipality.store, municipality.code)
        assert reached == [
            model.position(municipality.store.database, municipality.code) for model in read_models().values()
        ]
    municipality.put("case", "c0", c.Assign(), "hanna", Role.HANDLER)
    municipality.settle()
    assert municipality.case("c2").stage == "handling"


def test_an_export_with_it_is_checked_in_words(
    settings: InstallationSettings, municipality: LiveMunicipality
) -> None:
    municipality.open()
    municipality.apply(1)
    whole = export.check_export(export.export_lines(municipality.store, municipality.code, None))
    with planted(settings, municipality, "newer shape") as name:
        found = export.check_export(export.export_lines(municipality.store, municipality.code, None))
        assert [each.partition(": ")[2] for each in found.faults] == [
            f"{name} Assigned cannot be read: its shape 99 is newer than 1, the newest known here"
        ]
        assert name.partition("@")[0] in whole.states
        whole.versions[name.partition("@")[0]] += 1
        assert any(name in fault for fault in export.compare(municipality.store, whole))


def test_what_the_bank_says_of_a_case_that_stands_is_heard_again_later(
    settings: InstallationSettings, municipality: LiveMunicipality
) -> None:
    municipality.release(municipality.to_release(1))
    payment = municipality.case("c0").payment.id
    told = Booking(payment, date(2022, 8, 8), "bank-1")
    with planted(settings, municipality, "unknown name"):
        assert payment_instructions._heard(municipality.store, municipality.code, told) is False, (
            "its stream cannot be read"
        )
        with payments.payments.rows(municipality.store.database, municipality.code) as (rows, _):
            rows("delete from payment")
        assert payment_instructions._heard(municipality.store, municipality.code, told) is False, (
            "it may be known once the list follows again"
        )
    payments.payments.catch_up(municipality.store, municipality.code)
    assert payment_instructions._heard(municipality.store, municipality.code, told) is True, (
        "a payment that nobody knows is let go"
    )
