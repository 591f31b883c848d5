"""What every read model promises: the same rows however it is folded, proved, rebuilt under its readers, and alone."""

import copy
import inspect
import re
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from threading import Event as Flag
from typing import Any

import psycopg
import pytest
from psycopg import Connection, sql
from psycopg.rows import DictRow

from api.running import migrate
from domain.decider import events_by_name
from projections.read_model import ReadModel, _tables, read_models
from tests.read_models.conftest import Told
from tests.read_models.played import Played
from tests.stories import examples as e

NAMES = sorted(read_models())
Owner = Connection[DictRow]

in_the_way = pytest.mark.xfail(
    strict=False,
    reason="ReadModel.rebuild drops the old tables while it swaps: it and a reader or follower may wait for each other",
)


@pytest.fixture(params=NAMES)
def model(request: pytest.FixtureRequest) -> ReadModel:
    return read_models()[request.param]


@contextmanager
def folded(told: Told, owner: Owner, model: ReadModel, schema: str, **how: int) -> Iterator[str]:
    """The read model folded from the beginning, for every municipality, in a schema beside the live one."""
    with owner.transaction():
        model.create(owner, schema)
    for code in told.store.database.municipalities():
        model.catch_up(told.store, code, schema=schema, **how)
    yield schema
    owner.execute(sql.SQL("drop schema {} cascade").format(sql.Identifier(schema)))


def rows(owner: Owner, schema: str) -> dict[str, list[Any]]:
    """Every row of every table of a schema, whosoever it is."""
    return {table: _rows(owner, schema, table) for table in _tables(owner, schema)}


def _rows(owner: Owner, schema: str, table: str) -> list[Any]:
    statement = sql.SQL("select to_jsonb(each) as row from {} as each order by each::text")
    return [row["row"] for row in owner.execute(statement.format(sql.Identifier(schema, table))).fetchall()]


def test_the_story_tells_every_fact_there_is(told: Told) -> None:
    facts = {name for name, kind in events_by_name().items() if kind.__module__.startswith("domain.")}
    assert facts == {type(each.event).__name__ for each in told.main.trail()}


def test_every_read_model_says_what_it_is_and_keys_its_rows_by_municipality(
    told: Told, model: ReadModel
) -> None:
    with told.owner() as owner:
        first = owner.execute(
            "select conrelid::regclass::text as name, attname, conkey[1] as key from pg_constraint join pg_attribute"
            " on attrelid = conrelid and attnum = conkey[1] where contype = 'p' and connamespace = %s::regnamespace",
            [model.name],
        ).fetchall()
        assert len(first) == len(_tables(owner, model.name))
    assert {(row["attname"], row["key"]) for row in first} == {("municipality", 1)}


# Batches -------------------------------------------------------------------------------------------------------------


def test_batches_of_one_and_of_five_hundred_give_the_same_rows_as_the_live_ones(
    told: Told, model: ReadModel
) -> None:
    with told.owner() as owner, ExitStack() as stack:
        one = stack.enter_context(folded(told, owner, model, "one_by_one", batch=1))
        many = stack.enter_context(folded(told, owner, model, "many_at_once", batch=500))
        live = rows(owner, model.name)
        assert rows(owner, one) == rows(owner, many) == live
    assert all(live.values()), "the story leaves a row in each table"


# Verify --------------------------------------------------------------------------------------------------------------


def test_a_fresh_fold_shows_the_live_tables_to_be_right(told: Told, model: ReadModel) -> None:
    with told.owner() as owner:
        assert set(model.verify(owner, told.store).values()) == {0}


@pytest.mark.xfail(strict=True, reason="ReadModel.verify counts the position of whom nobody has followed")
def test_a_municipality_that_nobody_has_followed_yet_differs_in_nothing(told: Told, played: Played) -> None:
    for step in e.opened():
        step(played)  # type: ignore[arg-type]
    with told.owner() as owner:
        found = read_models()["cases"].verify(owner, told.store)
    played.followed()
    assert set(found.values()) == {0}


def test_a_planted_row_is_found_in_each_table_and_rebuilding_mends_it(told: Told, model: ReadModel) -> None:
    with told.owner() as owner:
        for table in _tables(owner, model.name):
            if table == "position":
                continue
            name, change = _some_column(owner, model.name, table)
            planted = sql.SQL("update {0} set {1} = {2} where ctid = (select min(ctid) from {0})").format(
                sql.Identifier(model.name, table), sql.Identifier(name), change
            )
            assert owner.execute(planted).rowcount == 1
            found = model.verify(owner, told.store)
            assert found.pop(table) == 2, "the wrong row, and the right one that is missing"
            assert set(found.values()) == {0}
            model.rebuild(owner, told.store)
            assert set(model.verify(owner, told.store).values()) == {0}


def _some_column(owner: Owner, schema: str, table: str) -> tuple[str, sql.SQL]:
    """A column that is not the municipality's, and another value for it."""
    changed = {"text": "'planted'", "bigint": "4711", "uuid": "gen_random_uuid()"}
    found = owner.execute(
        "select column_name, data_type from information_schema.columns where (table_schema, table_name) = (%s, %s)"
        " and column_name <> 'municipality' and data_type = any(%s) order by ordinal_position limit 1",
        [schema, table, list(changed)],
    ).fetchone()
    assert found is not None
    return found["column_name"], sql.SQL(changed[found["data_type"]])


# Rebuilding ----------------------------------------------------------------------------------------------------------


@contextmanager
def always(count: int, work: Any) -> Iterator[None]:
    """So many threads do their work again and again meanwhile; whatever one of them raises is raised."""
    done, started = Flag(), Flag()

    def again() -> int:
        times = 0
        while not done.is_set():
            work()
            times += 1
            started.set()
        return times

    with ThreadPoolExecutor(count) as pool:
        threads = [pool.submit(again) for _ in range(count)]
        try:
            assert started.wait(10)
            yield
        finally:
            done.set()
        assert all(thread.result(10) for thread in threads)


@in_the_way
def test_a_reader_notices_nothing_of_a_rebuild(told: Told, model: ReadModel) -> None:
    """Each statement reads every table of the read model, and sees all of its rows each time."""
    with told.owner() as owner:
        counts = [f"(select count(*) from {table}) as {table}" for table in _tables(owner, model.name)]
        counting = f"select {', '.join(counts)}"
        expected = model.query(told.store.database, told.main.code, counting)

        def read() -> None:
            assert model.query(told.store.database, told.main.code, counting) == expected

        with always(2, read):
            for _ in range(2):
                model.rebuild(owner, told.store)


def test_a_new_edition_is_built_beside_and_swapped_in_and_migrating_brings_back_ours(
    told: Told, model: ReadModel
) -> None:
    other = copy.copy(model)
    other.edition += 1
    other.table += "; create table added (municipality text primary key default tenant(), note text)"
    with told.owner() as owner:
        other.rebuild(owner, told.store)
        assert (model.live_edition(owner), "added" in _tables(owner, model.name)) == (other.edition, True)
        assert set(other.verify(owner, told.store).values()) == {0}
    assert migrate(told.settings) == [model.name]
    with told.owner() as owner:
        assert (model.live_edition(owner), "added" in _tables(owner, model.name)) == (model.edition, False)
        assert set(model.verify(owner, told.store).values()) == {0}


@in_the_way
def test_facts_that_come_during_a_rebuild_count_once(told: Told, played: Played, model: ReadModel) -> None:
    played.play(e.opened())
    with told.owner() as owner:

        def follow() -> None:
            model.catch_up(told.store, played.code, batch=1)

        with always(2, follow):
            for number in range(2):
                for each in e.applied(to=f"case-{number}", on=f"{7 + number}.6.2022"):
                    each(played)  # type: ignore[arg-type]
                model.rebuild(owner, told.store)
        played.followed()
        assert set(model.verify(owner, told.store).values()) == {0}


# Alone ---------------------------------------------------------------------------------------------------------------


def test_a_statement_reaches_no_table_of_another_or_of_the_store(told: Told, model: ReadModel) -> None:
    with told.owner() as owner:
        own = set(_tables(owner, model.name))
        others = {table for name in [*NAMES, "public"] for table in _tables(owner, name)} - own
    assert {"stored_events", "personal_keys", "users"} < others
    for table in sorted(others):
        with pytest.raises(psycopg.errors.UndefinedTable):
            model.query(told.store.database, told.main.code, f"select 1 from {table}")


def test_no_read_model_names_the_schema_of_another(model: ReadModel) -> None:
    source = inspect.getsource(sys.modules[f"projections.{model.name}"])
    for other in set(NAMES) - {model.name}:
        assert not re.search(rf'\b(from|join|into|update) "?{other}"?\.', source)


def test_each_municipality_sees_its_own_rows(told: Told, model: ReadModel) -> None:
    with told.owner() as owner:
        for table in _tables(owner, model.name):
            seen = model.query(told.store.database, told.other.code, f"select municipality from {table}")
            assert {row["municipality"] for row in seen} <= {told.other.code}
            there = owner.execute(
                sql.SQL("select distinct municipality from {}").format(sql.Identifier(model.name, table))
            ).fetchall()
            assert told.main.code in {row["municipality"] for row in there}
