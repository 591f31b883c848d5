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
    town: LiveMunicipality, settings: InstallationSettings
) -> None:
    """A second writer may not get its event out under a later position while the first is still on its way."""
    town.open()
    start = town.store.last_position(town.code)

    def write() -> None:
        town.put("case", "c1", application("c1"), "applicant", Role.APPLICANT)

    second = Thread(target=write)
    with as_app(settings, town.code) as slow, slow.transaction():
        slow.execute(INSERT, [f"{town.code}/case/slow"])
        second.start()
        time.sleep(0.3)
        assert second.is_alive(), "the second writer waits for its turn"
        assert town.store.stored(town.code, start) == []
    second.join(10)
    first, *others = town.store.stored(town.code, start)
    assert first.originator_id == f"{town.code}/case/slow"
    assert {each.originator_id for each in others} == {f"{town.code}/case/c1", f"{town.code}/round/r"}
    assert [each.id for each in others] == [first.id + 1 + number for number in range(len(others))]


def test_the_applications_role_reads_no_other_municipality(
    town: LiveMunicipality, settings: InstallationSettings
) -> None:
    town.open()
    town.apply(1)
    for code in (f"{town.code}-other", "", "%", town.code[:2]):
        with as_app(settings, code) as connection:
            for table in ("stored_events", "personal_keys", "answered"):
                assert connection.execute(f"select count(*) from {table}").fetchone() == (0,), (code, table)
            changed = connection.execute("delete from personal_keys where municipality = %s", [town.code])
            assert changed.rowcount == 0
    with as_app(settings, town.code) as connection:
        assert connection.execute("select count(*) > 0 from personal_keys").fetchone() == (True,)


def test_a_connection_that_comes_back_to_the_pool_forgets_its_municipality(
    town: LiveMunicipality, settings: InstallationSettings
) -> None:
    town.open()
    database = Database(settings.database_url, size=1).open()
    for code, there in ((town.code, True), (None, False), (town.code, True), (f"{town.code}-other", False)):
        with database.connection(code) as connection:
            row = connection.execute("select count(*) > 0 as there from stored_events").fetchone()
        assert row == {"there": there}, code
    database.close()


@pytest.fixture
def closed(town: LiveMunicipality) -> LiveMunicipality:
    """A case that is paid and archived."""
    keys = town.to_release(1)
    town.release(keys)
    book(town, keys)
    return town


def opener(town: LiveMunicipality) -> Callable[[], str | None]:
    name = town.case("c0").parties["applicant"].name
    return lambda: town.store.keys.open_unlogged(town.code, {"name": name})["name"]


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


def test_erasing_one_case_leaves_the_keys_of_every_other_stream(town: LiveMunicipality) -> None:
    keys = town.to_release(2)
    town.release(keys)
    book(town, keys)
    town.put("case", "c1", c.ErasePersonalData(reason="retention"), "arkisto", Role.ARCHIVIST)
    assert opener(town)() == "Contact c0"
    with town.store.database.connection(town.code) as connection:
        left = connection.execute("select distinct stream from personal_keys").fetchall()
    assert {StreamId.parse(row["stream"]).key for row in left} == {"c0", "d"}


def test_a_key_is_kept_wrapped_and_no_other_installation_opens_it(
    town: LiveMunicipality, settings: InstallationSettings
) -> None:
    town.open()
    town.apply(1)
    _, key = town.store.keys.key(StreamId(town.code, "case", "c0"), "contact")
    with as_app(settings, town.code) as connection:
        wrapped = [bytes(row[0]) for row in connection.execute("select wrapped from personal_keys")]
    assert len(wrapped) >= 2
    assert len(set(wrapped)) == len(wrapped)
    assert all(key not in each for each in wrapped)
    for each in wrapped:
        with pytest.raises(InvalidUnwrap):
            aes_key_unwrap(b"another installation's master ke", each)


def test_what_was_folded_before_is_not_what_another_writer_left(
    town: LiveMunicipality, settings: InstallationSettings
) -> None:
    """A store that has a state in its memory sees what other processes have written since."""
    town.open()
    town.apply(1)
    stream = StreamId(town.code, "case", "c0")
    assert town.store.read(stream)[1].number is None
    other = EventStore.open(settings, size=2)
    LiveMunicipality(other, town.clock, town.code).settle()
    other.database.close()
    assert town.store.read(stream)[1].number == "T/1/02.05.01.03/2022"
