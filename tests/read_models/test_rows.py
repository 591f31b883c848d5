"""Plain rows by key: names are quoted, values are parameters, and a key that is there already is an error unless said."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
import pytest
from psycopg import sql

from projections.read_model import Batch, ReadModel
from tests.read_models.conftest import ScenarioDatabases

odd = ReadModel(
    "odd_rows",
    edition=1,
    table="""
    create table "order" (
        municipality text not null default tenant(),
        key text not null,
        "a ""b"" c" text,
        n int not null default 7,
        primary key (municipality, key)
    )
    """,
)
ODD = 'a "b" c'
NASTY = '\'; drop table "order"; -- %s'


@pytest.fixture(autouse=True)
def _tables_of_odd_names(databases: ScenarioDatabases) -> Iterator[None]:
    with databases.owner() as owner:
        with owner.transaction():
            odd.create(owner)
        yield
        owner.execute(sql.SQL("drop schema {} cascade").format(sql.Identifier(odd.name)))


@contextmanager
def batch(databases: ScenarioDatabases, code: str = "") -> Iterator[Batch]:
    with odd.rows(databases.store.database, code or databases.main.code) as (rows, _):
        yield rows


def found(rows: Batch) -> list[dict[str, Any]]:
    return rows('select key, "a ""b"" c", n from "order" order by key').fetchall()


def test_a_row_is_inserted_with_its_defaults_and_its_municipality(databases: ScenarioDatabases) -> None:
    with batch(databases) as rows:
        rows.insert("order", key=NASTY, **{ODD: NASTY})
        assert found(rows) == [{"key": NASTY, ODD: NASTY, "n": 7}]
    with batch(databases, databases.other.code) as rows:
        assert found(rows) == []


def test_a_key_that_is_there_is_an_error_or_left_as_it_is(databases: ScenarioDatabases) -> None:
    with batch(databases) as rows:
        rows.insert("order", key="k", n=1)
        rows.insert_if_absent("order", key="k", n=2)
        rows.insert_if_absent("order", key="l", n=3)
        assert [(row["key"], row["n"]) for row in found(rows)] == [("k", 1), ("l", 3)]
    with pytest.raises(psycopg.errors.UniqueViolation), batch(databases) as rows:
        rows.insert("order", key="k", n=2)


def test_only_the_rows_of_the_whole_key_are_updated(databases: ScenarioDatabases) -> None:
    with batch(databases) as rows:
        for key, n in (("k", 1), ("l", 1), ("m", 2)):
            rows.insert("order", key=key, n=n)
        rows.update("order", {"n": 1, "key": "l"}, n=5, **{ODD: "x"})
        rows.update("order", {"key": "nobody"}, n=9)
        rows.update("order", {ODD: None}, n=9)
        assert [(row["key"], row[ODD], row["n"]) for row in found(rows)] == [
            ("k", None, 1), ("l", "x", 5), ("m", None, 2),
        ]  # fmt: skip


def test_only_the_rows_of_the_whole_key_are_deleted_and_never_all(databases: ScenarioDatabases) -> None:
    with batch(databases) as rows:
        for key, n in (("k", 1), ("l", 1), ("m", 2)):
            rows.insert("order", key=key, n=n)
        rows.delete("order", n=1, key="l")
        rows.delete("order", **{ODD: None})
        assert [row["key"] for row in found(rows)] == ["k", "m"]
        with pytest.raises(AssertionError):
            rows.delete("order")
        with pytest.raises(AssertionError):
            rows.update("order", {}, n=1)
        assert [row["key"] for row in found(rows)] == ["k", "m"]
