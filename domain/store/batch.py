"""Statements on a read model's own tables, in one transaction.

Plain rows have methods: `insert`, `insert_if_absent`, `update`, `delete`. Table and columns are quoted as identifiers,
values are parameters, and a null in a key matches nothing. What is not plain is said in SQL, by calling the batch.
"""

from functools import cache
from typing import Any

from psycopg import Connection, Cursor, sql
from psycopg.rows import DictRow


class Batch:
    """The rows that one read model may change; called with SQL and named values for what is not plain."""

    def __init__(self, connection: Connection[DictRow]) -> None:
        self._connection = connection

    def __call__(self, statement: str, **values: Any) -> Cursor[DictRow]:
        return self._connection.execute(statement, values)

    def insert(self, table: str, /, **row: Any) -> None:
        """Add a row. A row with its key that is there already is an error: what is folded twice must not pass unseen."""
        self._connection.execute(_insert(table, tuple(row)), list(row.values()))

    def insert_if_absent(self, table: str, /, **row: Any) -> None:
        """Add a row, or leave the one with its key that is there as it is."""
        statement = _insert(table, tuple(row)) + b" on conflict do nothing"
        self._connection.execute(statement, list(row.values()))

    def update(self, table: str, key: dict[str, Any], /, **values: Any) -> None:
        """Set columns of the rows that have these values in `key`; where there is none, nothing happens."""
        self._connection.execute(_update(table, tuple(key), tuple(values)), [*values.values(), *key.values()])

    def delete(self, table: str, /, **key: Any) -> None:
        """Remove the rows that have these values; where there is none, nothing happens."""
        self._connection.execute(_delete(table, tuple(key)), list(key.values()))


@cache
def _insert(table: str, columns: tuple[str, ...]) -> bytes:
    names = sql.SQL(", ").join(map(sql.Identifier, columns))
    places = sql.SQL(", ").join([sql.Placeholder()] * len(columns))
    return sql.SQL("insert into {} ({}) values ({})").format(sql.Identifier(table), names, places).as_bytes()


@cache
def _update(table: str, key: tuple[str, ...], columns: tuple[str, ...]) -> bytes:
    changes = sql.SQL(", ").join(map(_equals, columns))
    return (
        sql.SQL("update {} set {} where {}")
        .format(sql.Identifier(table), changes, _those_with(key))
        .as_bytes()
    )


@cache
def _delete(table: str, key: tuple[str, ...]) -> bytes:
    return sql.SQL("delete from {} where {}").format(sql.Identifier(table), _those_with(key)).as_bytes()


def _those_with(key: tuple[str, ...]) -> sql.Composed:
    assert key, "name the rows: a whole table is never changed by a key of no columns"
    return sql.SQL(" and ").join(map(_equals, key))


def _equals(column: str) -> sql.Composed:
    return sql.SQL("{} = %s").format(sql.Identifier(column))
