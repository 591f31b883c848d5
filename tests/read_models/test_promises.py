"""What every read model promises: the same rows however it is folded, proved, rebuilt under its readers, and alone."""

import copy
import inspect
import re
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from threading import Event as Flag
from typing import Any

import psycopg
import pytest
from psycopg import Connection, sql
from psycopg.rows import DictRow

from api.installation.running import migrate_installation
from domain.case.events import Noted
from domain.streams import events_by_name
from projections.read_model import ReadModel, _tables, read_models
from tests.read_models.conftest import ScenarioDatabases
from tests.read_models.scenario import NOTICES
from tests.read_models.scenario_player import ScenarioPlayer
from tests.stories import examples as e

NAMES = sorted(read_models())
Owner = Connection[DictRow]


@pytest.fixture(params=NAMES)
def model(request: pytest.FixtureRequest) -> ReadModel:
    return read_models()[request.param]


@contextmanager
def folded(
    databases: ScenarioDatabases, owner: Owner, model: ReadModel, schema: str, **how: int
) -> Iterator[str]:
    """The read model folded from the beginning, for every municipality, in a schema beside the live one."""
    with owner.transaction():
        model.create(owner, schema)
    for each in (databases.main, databases.other, databases.works):
        model.catch_up(databases.store, each.code, schema=schema, **how)
    yield schema
    owner.execute(sql.SQL("drop schema {} cascade").format(sql.Identifier(schema)))


def rows(databases: ScenarioDatabases, owner: Owner, schema: str) -> dict[str, list[Any]]:
    """Every row of the municipalities in every table of a schema."""
    statement = sql.SQL(
        "select to_jsonb(each) as row from {} as each where municipality = any(%s) order by 1"
    )
    codes = [databases.main.code, databases.other.code, databases.works.code]
    return {
        table: [
            each["row"] for each in owner.execute(statement.format(sql.Identifier(schema, table)), [codes])
        ]
        for table in _tables(owner, schema)
    }


def test_the_scenario_records_every_event(databases: ScenarioDatabases) -> None:
    facts = {kind for kind in events_by_name().values() if kind.__module__.startswith("domain.")}
    trail = [*databases.main.trail(), *databases.works.trail()]
    assert facts - {type(each.event) for each in trail} == (set() if NOTICES else {Noted})


def test_every_key_begins_with_the_municipality(databases: ScenarioDatabases, model: ReadModel) -> None:
    with databases.owner() as owner:
        keys = owner.execute(
            "select attname from pg_constraint join pg_attribute on attrelid = conrelid and attnum = conkey[1]"
            " where contype = 'p' and connamespace = %s::regnamespace",
            [model.name],
        ).fetchall()
        assert [key["attname"] for key in keys] == ["municipality"] * len(_tables(owner, model.name))


# Batches -------------------------------------------------------------------------------------------------------------


def test_batches_of_one_and_of_five_hundred_give_the_same_rows_as_the_live_ones(
    databases: ScenarioDatabases, model: ReadModel
) -> None:
    with databases.owner() as owner, ExitStack() as stack:
        one = stack.enter_context(folded(databases, owner, model, "one_by_one", batch=1))
        many = stack.enter_context(folded(databases, owner, model, "many_at_once", batch=500))
        live = rows(databases, owner, model.name)
        assert rows(databases, owner, one) == rows(databases, owner, many) == live
    assert all(live.values()), "the story leaves a row in each table"


# Verify --------------------------------------------------------------------------------------------------------------


def test_a_fresh_fold_shows_the_live_tables_to_be_right(
    databases: ScenarioDatabases, model: ReadModel
) -> None:
    with databases.owner() as owner:
        assert set(model.verify(owner, databases.store).values()) == {0}


def test_planted_rows_are_found_in_each_table_and_rebuilding_mends_them(
    databases: ScenarioDatabases, model: ReadModel
) -> None:
    with databases.owner() as owner:
        tables = [table for table in _tables(owner, model.name) if table != "position"]
        for table in tables:
            name, change = _some_column(owner, model.name, table)
            planted = sql.SQL("update {0} set {1} = {2} where ctid = (select min(ctid) from {0})").format(
                sql.Identifier(model.name, table), sql.Identifier(name), change
            )
            assert owner.execute(planted).rowcount == 1
        # In each the wrong row, and the right one that is missing.
        assert model.verify(owner, databases.store) == {**dict.fromkeys(tables, 2), "position": 0}
        model.rebuild(owner, databases.store)
        assert set(model.verify(owner, databases.store).values()) == {0}


def _some_column(owner: Owner, schema: str, table: str) -> tuple[str, sql.SQL]:
    """A column that is not the municipality's, and another value for it."""
    changed = {"text": "'planted'", "uuid": "gen_random_uuid()"}
    found = owner.execute(
        "select column_name, data_type from information_schema.columns where (table_schema, table_name) = (%s, %s)"
        " and column_name <> 'municipality' and data_type = any(%s) order by ordinal_position limit 1",
        [schema, table, list(changed)],
    ).fetchone()
    assert found is not None
    return found["column_name"], sql.SQL(changed[found["data_type"]])


def test_a_municipality_that_nobody_has_followed_yet_differs_in_nothing(databases: ScenarioDatabases) -> None:
    third = ScenarioPlayer(databases.store, "490")
    for step in e.opened():
        step(third)  # type: ignore[arg-type]  # a player does what a world in memory does
    with databases.owner() as owner:
        found = read_models()["cases"].verify(owner, databases.store)
    third.followed()
    assert set(found.values()) == {0}


# Rebuilding ----------------------------------------------------------------------------------------------------------


def test_a_reader_notices_nothing_of_a_rebuild(databases: ScenarioDatabases, model: ReadModel) -> None:
    with databases.owner() as owner, ThreadPoolExecutor(1) as pool:
        counts = [f"(select count(*) from {table}) as {table}" for table in _tables(owner, model.name)]
        statement, done = f"select {', '.join(counts)}", Flag()
        expected = model.query(databases.store.database, databases.main.code, statement)

        def read() -> int:
            times = 0
            while not done.is_set():
                assert model.query(databases.store.database, databases.main.code, statement) == expected
                times += 1
            return times

        reading = pool.submit(read)
        try:
            for _ in range(2):
                model.rebuild(owner, databases.store)
        finally:
            done.set()
        assert reading.result() > 1


class Rebuilding:
    """A rebuild in a thread of its own."""

    def __init__(self, databases: ScenarioDatabases, model: ReadModel) -> None:
        self._told, self._pid, self._started = databases, 0, Flag()
        self._pool = ThreadPoolExecutor(1)
        self._done = self._pool.submit(self._rebuild, model)

    def _rebuild(self, model: ReadModel) -> None:
        with self._told.owner() as owner:
            self._pid = owner.info.backend_pid
            self._started.set()
            model.rebuild(owner, self._told.store)

    def wait_until_it_waits(self) -> None:
        """Until the rebuild waits for somebody, or is over."""
        assert self._started.wait(10)
        with psycopg.connect(str(self._told.settings.migration_database_url), autocommit=True) as looking:
            while (
                not self._done.done()
                and not looking.execute(
                    "select 1 from pg_locks where pid = %s and not granted", [self._pid]
                ).fetchone()
            ):
                time.sleep(0.005)

    def result(self) -> None:
        self._done.result(10)
        self._pool.shutdown()


def test_a_reader_between_two_tables_and_a_rebuild_do_not_wait_for_each_other(
    databases: ScenarioDatabases, model: ReadModel
) -> None:
    with databases.owner() as owner:
        tables = _tables(owner, model.name)
    for order in (tables, tables[::-1]):
        rebuilding = None
        with model.rows(databases.store.database, databases.main.code) as (read, _):
            for table in order:
                read(f"select count(*) from {table}")
                rebuilding = rebuilding or Rebuilding(databases, model)
                rebuilding.wait_until_it_waits()
        assert rebuilding is not None
        rebuilding.result()


def test_what_a_follower_is_at_when_a_rebuild_comes_counts_once(
    databases: ScenarioDatabases, model: ReadModel, monkeypatch: pytest.MonkeyPatch
) -> None:
    databases.other.put(e.application(), e.OUTI, databases.other.stream("case", model.name))
    rebuildings: list[Rebuilding] = []
    fold = model._fold

    def interrupted(rows: Any, recorded: Any) -> None:
        if not rebuildings:
            rebuildings.append(Rebuilding(databases, model))
            rebuildings[0].wait_until_it_waits()
        fold(rows, recorded)

    monkeypatch.setattr(model, "_fold", interrupted)
    try:
        model.catch_up(databases.store, databases.other.code)
    finally:
        monkeypatch.undo()
        rebuildings[0].result()
    with databases.owner() as owner:
        assert set(model.verify(owner, databases.store).values()) == {0}


def test_a_second_follower_and_a_rebuild_do_not_wait_for_each_other(
    databases: ScenarioDatabases, model: ReadModel, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The second one leaves the work to the first, and asks how far that has come."""
    rebuildings: list[Rebuilding] = []
    position = model.position

    def asked(*who: Any) -> int:
        if not rebuildings:
            rebuildings.append(Rebuilding(databases, model))
            first.close()
            rebuildings[0].wait_until_it_waits()
        return position(*who)

    monkeypatch.setattr(model, "position", asked)
    with ExitStack() as first:
        at_work, _ = first.enter_context(model.rows(databases.store.database, databases.main.code))
        at_work("select position from position for update")
        model.catch_up(databases.store, databases.main.code)
    monkeypatch.undo()
    rebuildings[0].result()


# Editions ------------------------------------------------------------------------------------------------------------


def _of_next_edition(model: ReadModel) -> ReadModel:
    other = copy.copy(model)
    other.edition += 1
    other.table += "; create table added (municipality text primary key default tenant(), note text)"
    return other


def test_a_new_edition_is_built_beside_and_swapped_in(databases: ScenarioDatabases, model: ReadModel) -> None:
    other = _of_next_edition(model)
    with databases.owner() as owner:
        other.rebuild(owner, databases.store)
        assert (model.live_edition(owner), "added" in _tables(owner, model.name)) == (other.edition, True)
        assert set(other.verify(owner, databases.store).values()) == {0}
        model.rebuild(owner, databases.store)
        assert (model.live_edition(owner), "added" in _tables(owner, model.name)) == (model.edition, False)


def test_migrating_rebuilds_what_is_of_another_edition_and_nothing_else(databases: ScenarioDatabases) -> None:
    model = read_models()["timeline"]
    with databases.owner() as owner:
        _of_next_edition(model).rebuild(owner, databases.store)
    assert migrate_installation(databases.settings) == [model.name]
    assert migrate_installation(databases.settings) == []
    with databases.owner() as owner:
        assert model.live_edition(owner) == model.edition
        assert set(model.verify(owner, databases.store).values()) == {0}


# Alone ---------------------------------------------------------------------------------------------------------------


def test_a_statement_reaches_no_table_of_another_or_of_the_store(
    databases: ScenarioDatabases, model: ReadModel
) -> None:
    with databases.owner() as owner:
        own = set(_tables(owner, model.name))
        others = {table for name in [*NAMES, "public"] for table in _tables(owner, name)} - own
    assert {"stored_events", "personal_keys", "users"} < others
    for table in sorted(others):
        with pytest.raises(psycopg.errors.UndefinedTable):
            model.query(databases.store.database, databases.main.code, f"select 1 from {table}")


def test_no_read_model_names_the_schema_of_another(model: ReadModel) -> None:
    source = inspect.getsource(sys.modules[f"projections.{model.name}"])
    for other in set(NAMES) - {model.name}:
        assert not re.search(rf'\b(from|join|into|update) "?{other}"?\.', source)


def test_each_municipality_sees_its_own_rows(databases: ScenarioDatabases, model: ReadModel) -> None:
    with databases.owner() as owner:
        for table in _tables(owner, model.name):
            seen = model.query(
                databases.store.database, databases.other.code, f"select municipality from {table}"
            )
            assert {row["municipality"] for row in seen} <= {databases.other.code}
            there = owner.execute(
                sql.SQL("select distinct municipality from {}").format(sql.Identifier(model.name, table))
            ).fetchall()
            assert {databases.main.code, databases.works.code} & {row["municipality"] for row in there}
