"""Two promises looked at closely: positions follow commits, and keys go with the fact that destroys them or not at all."""

import time
from collections.abc import Callable
from threading import Thread
from typing import Any

import psycopg
import pytest
from cryptography.hazmat.primitives.keywrap import InvalidUnwrap, aes_key_unwrap

from domain.case import commands as c
from domain.messages import Role, StreamId
from domain.store.database import Database
from domain.store.event_store import EventStore
from domain.store.settings import InstallationSettings
from tests.live_municipality import LiveMunicipality, application, book

INSERT = "insert into stored_events (originator_id, originator_version, topic, state) values (%s, 1, 'Entered', '')"


def as_app(settings: InstallationSettings, code: str) -> "psycopg.Connection[tuple[Any, ...]]":
    connection = psycopg.connect(settings.database_url, autocommit=True)
    connection.execute("set role asiapolku_app")
    connection.execute("select set_config('asiapolku.municipality', %s, false)", [code])
    return connection


def test_whoever_wrote_first_is_read_first_however_long_their_commit_takes(
    municipality: LiveMunicipality, settings: InstallationSettings
) -> None:
    """A second writer may not get its event out under a later position while the first is still on its way."""
    municipality.open()
    start = municipality.store.last_position(municipality.code)

    def write() -> None:
        municipality.put("case", "c1", application("c1"), "applicant", Role.APPLICANT)

    second = Thread(target=write)
    with as_app(settings, municipality.code) as slow, slow.transaction():
        slow.execute(INSERT, [f"{municipality.code}/case/slow"])
        second.start()
        time.sleep(0.3)
        assert second.is_alive(), "the second writer waits for its turn"
        assert municipality.store.stored(municipality.code, start) == []
    second.join(10)
    first, *others = municipality.store.stored(municipality.code, start)
    assert first.originator_id == f"{municipality.code}/case/slow"
    assert {each.originator_id for each in others} == {
        f"{municipality.code}/case/c1",
        f"{municipality.code}/round/r",
    }
    assert [each.id for each in others] == [first.id + 1 + number for number in range(len(others))]


def test_the_applications_role_reads_no_other_municipality(
    municipality: LiveMunicipality, settings: InstallationSettings
) -> None:
    municipality.open()
    municipality.apply(1)
    for code in (f"{municipality.code}-other", "", "%", municipality.code[:2]):
        with as_app(settings, code) as connection:
            for table in ("stored_events", "personal_keys", "answered"):
                assert connection.execute(f"select count(*) from {table}").fetchone() == (0,), (code, table)
            changed = connection.execute(
                "delete from personal_keys where municipality = %s", [municipality.code]
            )
            assert changed.rowcount == 0
    with as_app(settings, municipality.code) as connection:
        assert connection.execute("select count(*) > 0 from personal_keys").fetchone() == (True,)


def test_a_connection_that_comes_back_to_the_pool_forgets_its_municipality(
    municipality: LiveMunicipality, settings: InstallationSettings
) -> None:
    municipality.open()
    database = Database(settings.database_url, size=1).open()
    for code, there in (
        (municipality.code, True),
        (None, False),
        (municipality.code, True),
        (f"{municipality.code}-other", False),
    ):
        with database.connection(code) as connection:
            row = connection.execute("select count(*) > 0 as there from stored_events").fetchone()
        assert row == {"there": there}, code
    database.close()


@pytest.fixture
def closed(municipality: LiveMunicipality) -> LiveMunicipality:
    """A case that is paid and archived."""
    keys = municipality.to_release(1)
    municipality.release(keys)
    book(municipality, keys)
    return municipality


def opener(municipality: LiveMunicipality) -> Callable[[], str | None]:
    name = municipality.case("c0").parties["applicant"].name
    return lambda: municipality.store.keys.open_unlogged(municipality.code, {"name": name})["name"]


def test_keys_stay_when_the_fact_of_their_destruction_is_not_written(
    closed: LiveMunicipality, monkeypatch: pytest.MonkeyPatch
) -> None:
    look, version = opener(closed), closed.store.read(StreamId(closed.code, "case", "c0"))[0]
    recorder = type(closed.store._recorder)
    insert = recorder.insert_events

    def broken(self: Any, stored: Any, **how: Any) -> Any:
        def afterwards(cursor: Any, positions: Any) -> None:
            how["afterwards"](cursor, positions)
            raise psycopg.errors.DiskFull

        return insert(self, stored, **{**how, "afterwards": afterwards})

    monkeypatch.setattr(recorder, "insert_events", broken)
    with pytest.raises(psycopg.errors.DiskFull):
        closed.put("case", "c0", c.ErasePersonalData(reason="retention"), "arkisto", Role.ARCHIVIST)
    monkeypatch.undo()
    assert closed.store.read(StreamId(closed.code, "case", "c0"))[0] == version
    assert look() == "Contact c0"
    closed.put("case", "c0", c.ErasePersonalData(reason="retention"), "arkisto", Role.ARCHIVIST)
    assert look() is None


def test_erasing_one_case_leaves_the_keys_of_every_other_stream(municipality: LiveMunicipality) -> None:
    keys = municipality.to_release(2)
    municipality.release(keys)
    book(municipality, keys)
    municipality.put("case", "c1", c.ErasePersonalData(reason="retention"), "arkisto", Role.ARCHIVIST)
    assert opener(municipality)() == "Contact c0"
    with municipality.store.database.connection(municipality.code) as connection:
        left = connection.execute("select distinct stream from personal_keys").fetchall()
    assert {StreamId.parse(row["stream"]).key for row in left} == {"c0", "d"}


def test_a_key_is_kept_wrapped_and_no_other_installation_opens_it(
    municipality: LiveMunicipality, settings: InstallationSettings
) -> None:
    municipality.open()
    municipality.apply(1)
    _, key = municipality.store.keys.key(StreamId(municipality.code, "case", "c0"), "contact")
    with as_app(settings, municipality.code) as connection:
        wrapped = [bytes(row[0]) for row in connection.execute("select wrapped from personal_keys")]
    assert len(wrapped) >= 2
    assert len(set(wrapped)) == len(wrapped)
    assert all(key not in each for each in wrapped)
    for each in wrapped:
        with pytest.raises(InvalidUnwrap):
            aes_key_unwrap(b"another installation's master ke", each)


def test_what_was_folded_before_is_not_what_another_writer_left(
    municipality: LiveMunicipality, settings: InstallationSettings
) -> None:
    """A store that has a state in its memory sees what other processes have written since."""
    municipality.open()
    municipality.apply(1)
    stream = StreamId(municipality.code, "case", "c0")
    assert municipality.store.read(stream)[1].number is None
    other = EventStore.open(settings, size=2)
    LiveMunicipality(other, municipality.clock, municipality.code).settle()
    other.database.close()
    assert municipality.store.read(stream)[1].number == "T/1/02.05.01.03/2022"
