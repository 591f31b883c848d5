"""The store's promises: all or nothing, answered once, no event missed, none changed."""

import hashlib
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise
from threading import Event as Flag
from threading import Thread
from uuid import uuid4

import psycopg
import pytest

from domain.case import commands as c
from domain.messages import Role, StreamId
from domain.rejections import AnsweredOtherwise, NotNow, Stale
from domain.store.event_store import EventStore
from domain.store.settings import InstallationSettings
from tests.live_municipality import LiveMunicipality, application


def stream(municipality: LiveMunicipality, key: str) -> StreamId:
    return StreamId(municipality.code, "case", key)


def test_signing_writes_to_the_decision_its_cases_and_the_register_or_to_none(
    municipality: LiveMunicipality,
) -> None:
    municipality.open()
    keys = municipality.apply(3)
    municipality.settle()
    municipality.handle(keys)
    municipality.decide(keys)
    for key in keys:
        decided = [
            each
            for each in municipality.store.trail(stream(municipality, key))
            if type(each.event).__name__ == "Decided"
        ]
        assert len(decided) == 1
    signed = [
        each for each in municipality.store.follow(municipality.code, 0, 1000) if each.command == "Sign"
    ]
    assert {each.stream.kind for each in signed} == {"decision", "case", "register", "road"}
    assert len({each.command_id for each in signed}) == 1
    positions = [each.position for each in signed]
    assert positions == list(range(positions[0], positions[0] + len(positions)))


def test_a_failure_on_the_last_stream_leaves_nothing_on_the_first(
    municipality: LiveMunicipality, monkeypatch: pytest.MonkeyPatch
) -> None:
    municipality.open()
    before = municipality.store.last_position(municipality.code)

    def broken(*_: object) -> None:
        raise psycopg.errors.DiskFull

    monkeypatch.setattr(type(municipality.store._recorder), "_notify_channel", broken)
    with pytest.raises(psycopg.errors.DiskFull):
        municipality.put("case", "c1", application("c1"), "applicant", Role.APPLICANT)
    monkeypatch.undo()
    assert municipality.store.last_position(municipality.code) == before
    assert municipality.store.read(stream(municipality, "c1"))[0] == 0
    assert municipality.store.read(StreamId(municipality.code, "round", "r"))[1].cases == ()


def test_a_command_id_is_handled_once_with_the_same_receipt(municipality: LiveMunicipality) -> None:
    municipality.open()
    command_id, by = uuid4(), municipality.by("applicant", Role.APPLICANT)
    first = municipality.store.handle(
        stream(municipality, "c1"), application("c1"), by=by, command_id=command_id
    )
    again = municipality.store.handle(
        stream(municipality, "c1"), application("c1"), by=by, command_id=command_id
    )
    assert first == again
    assert municipality.events("c1").count("Submitted") == 1


def test_the_same_id_with_another_content_is_refused(municipality: LiveMunicipality) -> None:
    municipality.open()
    command_id, by = uuid4(), municipality.by("applicant", Role.APPLICANT)
    municipality.store.handle(stream(municipality, "c1"), application("c1"), by=by, command_id=command_id)
    with pytest.raises(AnsweredOtherwise):
        municipality.store.handle(stream(municipality, "c1"), application("c2"), by=by, command_id=command_id)
    with pytest.raises(AnsweredOtherwise):
        municipality.store.handle(stream(municipality, "c3"), application("c1"), by=by, command_id=command_id)


def test_the_same_id_by_another_person_or_for_another_command_is_refused(
    municipality: LiveMunicipality,
) -> None:
    """Nobody gets another's receipt, and a command never gets that of another with the same content."""
    municipality.open()
    command_id, by = uuid4(), municipality.by("applicant", Role.APPLICANT)
    municipality.put("case", "c1", application("c1"), "applicant", Role.APPLICANT)
    municipality.settle()
    municipality.store.handle(
        stream(municipality, "c1"), c.Withdraw(reason="x"), by=by, command_id=command_id
    )
    with pytest.raises(AnsweredOtherwise):
        municipality.store.handle(
            stream(municipality, "c1"),
            c.Withdraw(reason="x"),
            by=municipality.by("aino", Role.CUSTOMER_SERVICE),
            command_id=command_id,
        )
    with pytest.raises(AnsweredOtherwise):
        municipality.store.handle(
            stream(municipality, "c1"), c.CancelCompletion(reason="x"), by=by, command_id=command_id
        )
    assert municipality.events("c1").count("Withdrawn") == 1


def test_the_same_id_at_the_same_moment_is_handled_once(municipality: LiveMunicipality) -> None:
    municipality.open()
    municipality.apply(1)
    municipality.settle()
    command_id, by = uuid4(), municipality.by("handler", Role.HANDLER)

    def put(_: int) -> object:
        return municipality.store.handle(stream(municipality, "c0"), c.Assign(), by=by, command_id=command_id)

    with ThreadPoolExecutor(8) as pool:
        receipts = set(pool.map(put, range(8)))
    assert len(receipts) == 1
    assert municipality.events("c0").count("Assigned") == 1


def test_a_stale_version_says_who_did_what_since(municipality: LiveMunicipality) -> None:
    municipality.open()
    municipality.apply(1)
    municipality.settle()
    seen = municipality.store.read(stream(municipality, "c0"))[0]
    municipality.put("case", "c0", c.Assign(), "hanna", Role.HANDLER)
    with pytest.raises(Stale) as refused:
        municipality.store.handle(
            stream(municipality, "c0"),
            c.Assign(),
            by=municipality.by("heikki", Role.HANDLER),
            command_id=uuid4(),
            expected_version=seen,
        )
    assert refused.value.details["currentVersion"] == seen + 1
    assert [(each["by"], each["what"]) for each in refused.value.details["since"]] == [("hanna", "Assign")]


def test_a_rejected_command_leaves_no_trace_and_may_be_put_again(municipality: LiveMunicipality) -> None:
    municipality.open()
    municipality.apply(1)
    municipality.settle()
    before, command_id = municipality.store.last_position(municipality.code), uuid4()
    by = municipality.by("registry", Role.REGISTRY)
    with pytest.raises(NotNow):
        municipality.store.handle(
            stream(municipality, "c0"), c.Serve(mode="letter"), by=by, command_id=command_id
        )
    assert municipality.store.last_position(municipality.code) == before


def test_a_reader_among_many_writers_sees_every_event_once_and_in_order(
    municipality: LiveMunicipality, settings: InstallationSettings
) -> None:
    """Writers that conflict, are rejected and lose races; the reader asks only for what comes after its position."""
    municipality.open()
    stop, seen = Flag(), []

    def read() -> None:
        reader, position = EventStore.open(settings, size=2), 0
        try:
            while True:
                done = stop.is_set()
                while found := reader.follow(municipality.code, position, 7):
                    seen.extend(found)
                    position = found[-1].position
                if done:
                    return
        finally:
            reader.database.close()

    reading = Thread(target=read)
    reading.start()

    def write(writer: int) -> None:
        mine = EventStore.open(settings, size=2)
        for number in range(6):
            key = f"c{writer * 10 + number}"
            mine.handle(
                stream(municipality, key),
                application(key),
                by=municipality.by(key, Role.APPLICANT),
                command_id=uuid4(),
            )
            with pytest.raises(NotNow):  # somebody always asks for what cannot be
                mine.handle(
                    stream(municipality, key),
                    c.Serve(mode="letter"),
                    by=municipality.by("r", Role.REGISTRY),
                    command_id=uuid4(),
                )
        mine.database.close()

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(write, range(8)))
    stop.set()
    reading.join(30)
    positions = [each.position for each in seen]
    assert all(one < other for one, other in pairwise(positions))
    assert positions == [int(each.id) for each in municipality.store.stored(municipality.code, 0, 10_000)]
    assert sum(1 for each in seen if type(each.event).__name__ == "Submitted") == 48
    versions: dict[StreamId, int] = {}
    for each in seen:
        assert each.version == versions.get(each.stream, 0) + 1
        versions[each.stream] = each.version
    assert positions[-1] - positions[0] + 1 == len(positions), "lost races burnt no position"


def as_app(
    settings: InstallationSettings, municipality: LiveMunicipality
) -> "psycopg.Connection[tuple[object, ...]]":
    connection = psycopg.connect(settings.database_url, autocommit=True)
    connection.execute("select set_config('asiapolku.municipality', %s, false)", [municipality.code])
    return connection


CHANGES = [
    "update stored_events set topic = 'Other'",
    "delete from stored_events",
    "truncate stored_events",
    "alter table stored_events disable trigger all",
    "drop trigger stored_events_immutable on stored_events",
    "alter table stored_events no force row level security",
    "drop table stored_events",
    "alter role asiapolku_app superuser",
    "update answered set digest = ''",
    "delete from answered",
    "delete from access_log",
]


@pytest.mark.parametrize("change", CHANGES)
def test_the_applications_role_cannot_change_what_happened(
    settings: InstallationSettings, municipality: LiveMunicipality, change: str
) -> None:
    municipality.open()
    with as_app(settings, municipality) as connection, pytest.raises(psycopg.errors.InsufficientPrivilege):
        connection.execute(change)


@pytest.mark.parametrize("change", CHANGES[:3])
def test_not_even_the_owner_changes_an_event_by_accident(settings: InstallationSettings, change: str) -> None:
    owner_url = str(settings.migration_database_url)
    with psycopg.connect(owner_url, autocommit=True) as owner, pytest.raises(psycopg.errors.RaiseException):
        owner.execute(change)


def test_an_event_of_another_municipality_cannot_be_written(
    settings: InstallationSettings, municipality: LiveMunicipality
) -> None:
    insert = "insert into stored_events (originator_id, originator_version, topic, state) values ('1/case/x', 1, 'X', '')"
    with as_app(settings, municipality) as connection, pytest.raises(psycopg.errors.InsufficientPrivilege):
        connection.execute(insert)


def bytes_of(store: EventStore, municipality: LiveMunicipality, key: str) -> str:
    whole = hashlib.sha256()
    for each in store.stored(municipality.code, 0, 10_000):
        if each.originator_id == str(stream(municipality, key)):
            whole.update(each.state)
    return whole.hexdigest()


MARKS = ("Contact c0", "Kotitie 77", "c0@example.org", "0401234567", "FI2112345600000785")


@pytest.fixture
def marked(municipality: LiveMunicipality) -> LiveMunicipality:
    """A paid and closed case whose personal values can be looked for."""
    from tests.live_municipality import book

    keys = municipality.to_release(1, email="c0@example.org", phone="0401234567", address="Kotitie 77")
    municipality.release(keys)
    book(municipality, keys)
    assert municipality.case("c0").stage == "archived"
    return municipality


def every_table(settings: InstallationSettings) -> list[str]:
    with psycopg.connect(str(settings.migration_database_url)) as owner:
        rows = owner.execute(
            "select format('%I.%I', schemaname, tablename) from pg_tables"
            " where schemaname not in ('pg_catalog', 'information_schema') order by 1"
        ).fetchall()
    return [row[0] for row in rows]


def test_no_table_holds_a_personal_value_in_plain(
    settings: InstallationSettings, marked: LiveMunicipality
) -> None:
    facts_seen = False
    with psycopg.connect(str(settings.migration_database_url)) as owner:
        for table in every_table(settings):
            for (row,) in owner.execute(f"select to_jsonb(it)::text from {table} as it"):
                unhexed = (
                    bytes.fromhex("".join(row.split("\\\\x")[1].split('"')[0])) if "\\\\x" in row else b""
                )
                assert not [mark for mark in MARKS if mark in row or mark.encode() in unhexed], table
                facts_seen |= b"Tie c0" in unhexed
    assert facts_seen, "the bytes of the events were not looked at"


def test_erasing_destroys_the_keys_and_leaves_facts_and_bytes(marked: LiveMunicipality) -> None:
    store, before = marked.store, bytes_of(marked.store, marked, "c0")
    contact = marked.case("c0").parties["applicant"]

    def look() -> str | None:
        return store.keys.open_unlogged(marked.code, {"name": contact.name})["name"]

    assert look() == "Contact c0"
    version = store.read(stream(marked, "c0"))[0]
    marked.put("case", "c0", c.ErasePersonalData(reason="retention is over"), "arkisto", Role.ARCHIVIST)
    assert look() is None
    fresh = EventStore(store.database, store.keys, store.clock)
    reached, case = fresh.read(stream(marked, "c0"))
    assert (reached, case.erased, case.number) == (version + 1, True, marked.case("c0").number)
    kept = hashlib.sha256()
    for each in store.stored(marked.code, 0, 10_000):
        if each.originator_id == str(stream(marked, "c0")) and each.originator_version <= version:
            kept.update(each.state)
    assert kept.hexdigest() == before


def test_a_sealed_value_cannot_be_moved_to_another_case_or_read_with_another_key(
    marked: LiveMunicipality,
) -> None:
    from cryptography.exceptions import InvalidTag

    from domain.store.sealing import open_sealed

    name = marked.case("c0").parties["applicant"].name
    _, key = marked.store.keys.key(stream(marked, "c0"), "contact")
    assert open_sealed(name, key, str(stream(marked, "c0"))) == "Contact c0"
    with pytest.raises(InvalidTag):
        open_sealed(name, key, str(stream(marked, "c1")))
    with pytest.raises(InvalidTag):
        open_sealed(name, b"x" * 32, str(stream(marked, "c0")))


def test_opening_a_personal_value_is_logged_first(marked: LiveMunicipality) -> None:
    contact = marked.case("c0").parties["applicant"]
    marked.store.keys.open(
        marked.code, {"name": contact.name}, by="hanna", why="call back", now=marked.store.clock.now()
    )
    with marked.store.database.connection(marked.code) as connection:
        row = connection.execute("select user_id, stream, subjects, why from access_log").fetchone()
    assert row == {
        "user_id": "hanna", "stream": str(stream(marked, "c0")), "subjects": ["contact"], "why": "call back"
    }  # fmt: skip
