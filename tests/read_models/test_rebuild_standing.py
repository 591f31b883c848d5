"""A municipality that cannot be folded keeps no other from being rebuilt, and loses no row by it."""

from collections.abc import Callable, Iterator
from typing import Any, cast

import pytest
from psycopg import Connection, sql
from psycopg.rows import DictRow

from api.installation.running import migrate_installation
from domain.case.events import Submitted
from domain.store.database import Database, NotMigrated
from domain.store.standing import Standing
from projections.read_model import CannotFold, ReadModel, read_models
from tests.read_models.conftest import ScenarioDatabases
from tests.read_models.test_promises import _of_next_edition

cases = read_models()["cases"]


@pytest.fixture
def standing_in_other(
    databases: ScenarioDatabases, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Callable[[], None]]:
    """From now on no application of the other municipality can be folded; called, it can again."""
    really = cases._handlers[Submitted]

    def mistaken(rows: Any, recorded: Any, event: Any) -> None:
        assert recorded.stream.municipality != databases.other.code
        really(rows, recorded, event)

    monkeypatch.setitem(cast("dict[Any, Any]", cases._handlers), Submitted, mistaken)
    yield monkeypatch.undo
    monkeypatch.undo()
    with databases.owner() as owner:
        cases.rebuild(owner, databases.store)


def rows(owner: Connection[DictRow]) -> list[Any]:
    return owner.execute("select * from cases.entry order by municipality, stream").fetchall()


def test_rebuilding_where_live_rows_would_be_lost_swaps_nothing(
    databases: ScenarioDatabases, standing_in_other: Callable[[], None]
) -> None:
    with databases.owner() as owner:
        before = rows(owner)
        with pytest.raises(
            CannotFold, match=rf"cases cannot go on in {databases.other.code} at position \d+, before"
        ):
            cases.rebuild(owner, databases.store)
        assert rows(owner) == before
        assert cases.position(
            databases.store.database, databases.other.code
        ) == databases.store.last_position(databases.other.code)


def test_a_new_edition_is_swapped_in_as_far_as_each_municipality_is_folded(
    databases: ScenarioDatabases, standing_in_other: Callable[[], None], caplog: pytest.LogCaptureFixture
) -> None:
    with databases.owner() as owner:
        before = rows(owner)
        other = _of_next_edition(cases)
        other.rebuild(owner, databases.store)
        assert other.live_edition(owner) == other.edition
        assert rows(owner) == [row for row in before if row["municipality"] != databases.other.code]
        assert f"cases cannot go on in {databases.other.code}" in caplog.text
        with pytest.raises(
            NotMigrated, match="cases: its tables are not those of edition 1: run `asiapolku migrate`"
        ):
            cases.catch_up(databases.store, databases.main.code)
        with pytest.raises(NotMigrated):
            cases.verify(owner, databases.store)
        standing_in_other()
        cases.rebuild(owner, databases.store)
        assert rows(owner) == before


def test_verify_names_what_cannot_be_folded_and_compares_the_rest(
    databases: ScenarioDatabases, standing_in_other: Callable[[], None]
) -> None:
    found: list[Standing] = []
    with databases.owner() as owner:
        differing = cases.verify(owner, databases.store, found)
        assert [(each.task, each.municipality) for each in found] == [("cases", databases.other.code)]
        assert set(differing.values()) == {0}
        with pytest.raises(CannotFold):
            cases.verify(owner, databases.store)
        left = owner.execute("select nspname from pg_namespace where nspname like '%%__check'").fetchall()
        assert left == []


@pytest.mark.parametrize("missing", ["table cases.entry", "table cases.position", "schema cases"])
def test_migrating_builds_what_is_missing(databases: ScenarioDatabases, missing: str) -> None:
    with databases.owner() as owner:
        before = rows(owner)
        owner.execute(sql.SQL(f"drop {missing} cascade"))
        with pytest.raises(NotMigrated, match="asiapolku migrate"):
            cases.verify(owner, databases.store)
    assert migrate_installation(databases.settings) == ["cases"]
    for each in (databases.main, databases.other, databases.works):
        each.followed()
    with databases.owner() as owner:
        assert rows(owner) == before
        assert set(cases.verify(owner, databases.store).values()) == {0}


def test_migrating_the_first_edition_adds_what_is_new_and_keeps_every_event(
    databases: ScenarioDatabases,
) -> None:
    count = "select count(*) as n, max(notification_id) as last from stored_events"
    with databases.owner() as owner:
        before = owner.execute(count).fetchone()
        owner.execute("drop function all_standing()")
        owner.execute("drop table standing")
        owner.execute("comment on schema public is 'Asiapolku, edition 1'")
    with pytest.raises(NotMigrated, match="run `asiapolku migrate`"):
        Database(databases.settings.database_url).open()
    assert migrate_installation(databases.settings) == []
    Database(databases.settings.database_url).open().close()
    with databases.owner() as owner:
        assert owner.execute(count).fetchone() == before
        assert owner.execute("select count(*) as n from standing").fetchone() == {"n": 0}


def test_a_read_model_knows_its_tables_by_their_statement() -> None:
    odd = ReadModel("odd", edition=1, table='create table a (n int); create table "b" (n int)')
    assert odd.name not in read_models()
    assert odd.tables == {"a", "b", "position"}
