"""A read model: its table, what it makes of each fact, how far it has come, and its edition.

Each lives in a PostgreSQL schema of its own name, so its statements cannot reach another's tables. Rows and position
move in one transaction: each event counts exactly once. A rebuild is made beside the live one and swapped in.
"""

import pkgutil
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from importlib import import_module
from typing import Any

from psycopg import Connection, sql
from psycopg.rows import DictRow

from domain.messages import Event, RecordedEvent
from domain.store.batch import Batch
from domain.store.database import APP_ROLE, Database
from domain.store.event_store import EventStore

__all__ = ["Batch", "ReadModel", "read_models"]

BATCH = 500
POSITION_TIMEOUT = 1.0
"""Seconds that a reader waits for a position it has been promised."""

EventHandler = Callable[[Batch, RecordedEvent, Any], None]


class ReadModel:
    """Declared in one file under `projections/` and found there by looking."""

    def __init__(self, name: str, *, edition: int, table: str) -> None:
        self.name, self.edition, self.table = name, edition, table
        self._handlers: dict[type[Event], EventHandler] = {}
        self._each: EventHandler | None = None

    def on(self, *kinds: type[Event]) -> Callable[[EventHandler], EventHandler]:
        """Declare what a kind of fact does to the rows."""

        def declare(handler: EventHandler) -> EventHandler:
            for kind in kinds:
                assert kind not in self._handlers, f"{self.name} handles {kind.__name__} twice"
                self._handlers[kind] = handler
            return handler

        return declare

    def on_each(self, handler: EventHandler) -> EventHandler:
        """Declare what every fact does, before its own handler."""
        self._each = handler
        return handler

    # Following -------------------------------------------------------------------------------------------------------

    def catch_up(
        self,
        store: EventStore,
        municipality: str,
        *,
        batch: int = BATCH,
        until: int | None = None,
        schema: str = "",
    ) -> int:
        """Fold what has happened since, and return the position reached; another follower at work is left to it."""
        while True:
            with self.rows(store.database, municipality, schema) as (rows, connection):
                rows("insert into position (position) values (0) on conflict do nothing")
                found = rows("select position from position for update skip locked").fetchone()
                if found is None:
                    return self.position(store.database, municipality)
                position = int(found["position"])
                events = store.follow(municipality, position, batch)
                events = [each for each in events if until is None or each.position <= until]
                with connection.pipeline():
                    for recorded in events:
                        self._fold(rows, recorded)
                        position = recorded.position
                    rows("update position set position = %(position)s", position=position)
            if len(events) < batch:
                return position

    def _fold(self, rows: Batch, recorded: RecordedEvent) -> None:
        if self._each:
            self._each(rows, recorded, recorded.event)
        if handler := self._handlers.get(type(recorded.event)):
            handler(rows, recorded, recorded.event)

    @contextmanager
    def rows(
        self, database: Database, municipality: str, schema: str = ""
    ) -> Iterator[tuple[Batch, Connection[DictRow]]]:
        """A transaction on this read model's tables, and on no others."""
        with database.transaction(municipality) as connection:
            connection.execute(
                sql.SQL("set local search_path to {}").format(sql.Identifier(schema or self.name))
            )
            yield Batch(connection), connection

    def query(self, database: Database, municipality: str, statement: str, **values: Any) -> list[DictRow]:
        """The rows that a statement finds."""
        with self.rows(database, municipality) as (rows, _):
            return rows(statement, **values).fetchall()

    def position(self, database: Database, municipality: str) -> int:
        """How far this read model has come in this municipality."""
        found = self.query(database, municipality, "select position from position")
        return int(found[0]["position"]) if found else 0

    def wait_for(self, database: Database, municipality: str, position: int) -> int:
        """Wait until `position` is folded, at most a second; return the position there is."""
        end = time.monotonic() + POSITION_TIMEOUT
        while (reached := self.position(database, municipality)) < position and time.monotonic() < end:
            time.sleep(0.01)
        return reached

    # Building --------------------------------------------------------------------------------------------------------

    def create(self, owner: Connection[DictRow], schema: str = "") -> None:
        """Create the tables in their schema, each with its municipality and row-level security."""
        name = sql.Identifier(schema or self.name)
        role = sql.Identifier(APP_ROLE)
        owner.execute(sql.SQL("drop schema if exists {} cascade").format(name))
        owner.execute(sql.SQL("create schema {}").format(name))
        owner.execute(sql.SQL("set local search_path to {}, public").format(name))
        owner.execute(self.table)
        owner.execute(
            "create table position (municipality text primary key default tenant(), position bigint not null)"
        )
        for table in _tables(owner, schema or self.name):
            owner.execute(sql.SQL("alter table {} enable row level security").format(sql.Identifier(table)))
            owner.execute(
                sql.SQL("create policy own on {} using (municipality = tenant())").format(
                    sql.Identifier(table)
                )
            )
        owner.execute(sql.SQL("grant usage on schema {} to {}").format(name, role))
        owner.execute(
            sql.SQL("grant select, insert, update, delete on all tables in schema {} to {}").format(
                name, role
            )
        )
        owner.execute(
            sql.SQL("comment on schema {} is {}").format(name, sql.Literal(f"edition {self.edition}"))
        )
        owner.execute("set local search_path to public")

    def live_edition(self, owner: Connection[DictRow]) -> int | None:
        """The edition that is live, or None where there is none."""
        row = owner.execute(
            "select obj_description(oid) as edition from pg_namespace where nspname = %s", [self.name]
        ).fetchone()
        return int(str(row["edition"]).removeprefix("edition ")) if row and row["edition"] else None

    def rebuild(self, owner: Connection[DictRow], store: EventStore) -> int:
        """Build this edition beside the live one and swap it in, in one transaction; readers notice nothing."""
        beside = f"{self.name}__new"
        with owner.transaction():
            self.create(owner, beside)
        for municipality in store.database.municipalities():
            self.catch_up(store, municipality, schema=beside)
        old = f"{self.name}__old"
        owner.execute(
            sql.SQL("drop schema if exists {} cascade").format(sql.Identifier(old))
        )  # of one cut off
        with owner.transaction():
            if self.live_edition(owner) is not None:
                # A follower at work ends first, in the tables it began in; the next one finds the new ones.
                owner.execute(
                    sql.SQL("lock table {} in exclusive mode").format(sql.Identifier(self.name, "position"))
                )
                owner.execute(
                    sql.SQL("alter schema {} rename to {}").format(
                        sql.Identifier(self.name), sql.Identifier(old)
                    )
                )
            owner.execute(
                sql.SQL("alter schema {} rename to {}").format(
                    sql.Identifier(beside), sql.Identifier(self.name)
                )
            )
        for table in _tables(owner, old):  # one lock at a time, so that no reader on its way is met crosswise
            owner.execute(sql.SQL("drop table {}").format(sql.Identifier(old, table)))
        owner.execute(sql.SQL("drop schema if exists {}").format(sql.Identifier(old)))
        return max((self.catch_up(store, each) for each in store.database.municipalities()), default=0)

    def verify(self, owner: Connection[DictRow], store: EventStore) -> Mapping[str, int]:
        """Fold afresh beside, and count by table the rows that differ from the live ones; all zero is right."""
        beside = f"{self.name}__check"
        with owner.transaction():
            self.create(owner, beside)
        differing: dict[str, int] = {}
        for municipality in store.database.municipalities():
            with self.rows(store.database, municipality) as (rows, _):
                found = rows("select position from position for update").fetchone()
                if found is None:  # nobody has followed here yet
                    continue
                self.catch_up(store, municipality, until=int(found["position"]), schema=beside)
                for table in _tables(owner, self.name):
                    differing[table] = differing.get(table, 0) + self._differing(rows, beside, table)
        with owner.transaction():
            owner.execute(sql.SQL("drop schema {} cascade").format(sql.Identifier(beside)))
        return differing

    def _differing(self, rows: Batch, beside: str, table: str) -> int:
        live, fresh = f'"{self.name}"."{table}"', f'"{beside}"."{table}"'
        found = rows(
            f"select count(*) as n from ((table {live} except all table {fresh})"  # noqa: S608 - our own names
            f" union all (table {fresh} except all table {live})) as difference"
        ).fetchone()
        return int(found["n"]) if found else 0


def _tables(owner: Connection[DictRow], schema: str) -> list[str]:
    found = owner.execute("select tablename from pg_tables where schemaname = %s order by 1", [schema])
    return [row["tablename"] for row in found]


@cache
def read_models() -> Mapping[str, ReadModel]:
    """Every read model there is, found by looking in `projections/`, by name."""
    folder = import_module("projections")
    modules = [import_module(f"projections.{each.name}") for each in pkgutil.iter_modules(folder.__path__)]
    return {
        value.name: value
        for module in modules
        for value in vars(module).values()
        if isinstance(value, ReadModel)
    }
