"""A read model: its table, what it makes of each fact, how far it has come, and its edition.

Each lives in a PostgreSQL schema of its own name, so its statements cannot reach another's tables. Rows and position
move in one transaction: each event counts exactly once. A rebuild is made beside the live one and swapped in.

One that cannot fold an event stands before it, in that municipality, and says so: everything before the event is folded.
"""

import logging
import pkgutil
import re
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from functools import cache
from importlib import import_module
from typing import Any, NoReturn

from psycopg import Connection, sql
from psycopg.rows import DictRow

from domain.messages import Event, RecordedEvent
from domain.store.batch import Batch
from domain.store.database import APP_ROLE, Database, NotMigrated, is_outage
from domain.store.event_store import EventStore, UnreadableEvent
from domain.store.standing import Standing, named_error, standing_sentences

__all__ = ["Batch", "CannotFold", "ReadModel", "read_models"]

log = logging.getLogger("asiapolku.work")
BATCH = 500
POSITION_TIMEOUT = 1.0
"""Seconds that a reader waits for a position it has been promised."""
LOCK_POSITION = (
    "select position, obj_description(current_schema()::regnamespace) as edition"
    " from position for update skip locked"
)

EventHandler = Callable[[Batch, RecordedEvent, Any], None]


class CannotFold(Exception):
    """A read model stands in a municipality: its sentence names both, the position, the event and the kind of error."""

    def __init__(self, standing: Standing) -> None:
        super().__init__(*standing_sentences([standing]))
        self.standing = standing


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

    @property
    def tables(self) -> set[str]:
        """The names of its tables."""
        return {"position", *re.findall(r'create table "?(\w+)', self.table)}

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
        """Fold what has happened since, and return the position reached; another follower at work is left to it.

        Raises NotMigrated where the live tables are not of this edition, and CannotFold at an event that cannot be
        folded, or read: everything before it is.
        """
        while True:
            try:
                count, position = self._fold_batch(store, municipality, batch, until, schema)
            except CannotFold:
                if batch == 1:
                    raise
                batch = 1  # what comes before the event is folded, and the event itself is named
                continue
            if count < batch:
                return position

    def _fold_batch(
        self, store: EventStore, municipality: str, batch: int, until: int | None, schema: str
    ) -> tuple[int, int]:
        """How many events were folded, and the position then."""
        position = 0
        recorded: RecordedEvent | None = None
        try:
            with self.rows(store.database, municipality, schema) as (rows, connection):
                rows("insert into position (position) values (0) on conflict do nothing")
                found = rows(LOCK_POSITION).fetchone()
                if found is None:
                    return 0, self.position(store.database, municipality)
                if found["edition"] != f"edition {self.edition}":
                    self._refuse()
                position = reached = int(found["position"])
                if until is not None and position >= until:
                    return 0, position
                events = store.follow(municipality, position, batch)
                events = [each for each in events if until is None or each.position <= until]
                with connection.pipeline():
                    for recorded in events:
                        self._fold(rows, recorded)
                        reached = recorded.position
                    rows("update position set position = %(position)s", position=reached)
        except Exception as error:
            if isinstance(error, NotMigrated) or is_outage(error):
                raise
            with store.database.connection(None) as connection:
                self.require_tables(connection, schema)
            event = error.event if isinstance(error, UnreadableEvent) else _name_of(recorded)
            raise CannotFold(
                Standing(municipality, self.name, position, event, named_error(error))
            ) from error
        return len(events), reached

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

    def require_tables(self, connection: Connection[DictRow], schema: str = "") -> None:
        """Raise NotMigrated unless the live tables are of this edition, and all there."""
        live = self.live_edition(connection, schema)
        if live != self.edition or not self.tables <= set(_tables(connection, schema or self.name)):
            self._refuse()

    def _refuse(self) -> NoReturn:
        raise NotMigrated(
            f"{self.name}: its tables are not those of edition {self.edition}: run `asiapolku migrate`"
        )

    def live_edition(self, connection: Connection[DictRow], schema: str = "") -> int | None:
        """The edition that is live, or None where there is none."""
        row = connection.execute(
            "select obj_description(oid) as edition from pg_namespace where nspname = %s",
            [schema or self.name],
        ).fetchone()
        return int(str(row["edition"]).removeprefix("edition ")) if row and row["edition"] else None

    def rebuild(self, owner: Connection[DictRow], store: EventStore) -> int:
        """Build this edition beside the live one and swap it in, in one transaction; readers notice nothing.

        A municipality that stands keeps no other waiting: it is swapped in as far as it is folded. Raises CannotFold,
        and swaps nothing, where live rows of this edition would be lost by that.
        """
        beside = f"{self.name}__new"
        with owner.transaction():
            self.create(owner, beside)
        for municipality in store.database.municipalities():
            try:
                self.catch_up(store, municipality, schema=beside)
            except CannotFold as stands:
                if self._live_position(owner, store, municipality) > stands.standing.position:
                    raise
                log.warning("%s", stands)
        old = f"{self.name}__old"
        owner.execute(
            sql.SQL("drop schema if exists {} cascade").format(sql.Identifier(old))
        )  # of one cut off
        with owner.transaction():
            if self.live_edition(owner) is not None:
                # A follower at work ends first, in the tables it began in; the next one finds the new ones.
                if "position" in _tables(owner, self.name):
                    owner.execute(
                        sql.SQL("lock table {} in exclusive mode").format(
                            sql.Identifier(self.name, "position")
                        )
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
        reached = 0
        for municipality in store.database.municipalities():
            with suppress(CannotFold):  # said above
                reached = max(reached, self.catch_up(store, municipality))
        return reached

    def _live_position(self, owner: Connection[DictRow], store: EventStore, municipality: str) -> int:
        """How far live tables of this edition have come; 0 where there are none."""
        with suppress(NotMigrated):
            self.require_tables(owner)
            return self.position(store.database, municipality)
        return 0

    def verify(
        self, owner: Connection[DictRow], store: EventStore, standing: list[Standing] | None = None
    ) -> Mapping[str, int]:
        """Fold afresh beside, and count by table the rows that differ from the live ones; all zero is right.

        Where it cannot fold to the end, that is added to `standing`; CannotFold is raised where there is no such list.
        Raises NotMigrated where the live tables are not of this edition.
        """
        self.require_tables(owner)
        differing: dict[str, int] = {}
        beside = f"{self.name}__check"
        with owner.transaction():
            self.create(owner, beside)
        try:
            for municipality in store.database.municipalities():
                try:
                    self._verify_one(owner, store, municipality, beside, differing)
                except CannotFold as stands:
                    if standing is None:
                        raise
                    standing.append(stands.standing)
        finally:
            with owner.transaction():
                owner.execute(sql.SQL("drop schema {} cascade").format(sql.Identifier(beside)))
        return differing

    def _verify_one(
        self,
        owner: Connection[DictRow],
        store: EventStore,
        municipality: str,
        beside: str,
        differing: dict[str, int],
    ) -> None:
        with self.rows(store.database, municipality) as (rows, _):
            found = rows("select position from position for update").fetchone()
            if found is None:  # nobody has followed here yet
                return
            self.catch_up(store, municipality, until=int(found["position"]), schema=beside)
            for table in _tables(owner, self.name):
                differing[table] = differing.get(table, 0) + self._differing(rows, beside, table)
        self.catch_up(store, municipality, schema=beside)  # and what has not been folded yet can be

    def _differing(self, rows: Batch, beside: str, table: str) -> int:
        live, fresh = f'"{self.name}"."{table}"', f'"{beside}"."{table}"'
        found = rows(
            f"select count(*) as n from ((table {live} except all table {fresh})"  # noqa: S608 - our own names
            f" union all (table {fresh} except all table {live})) as difference"
        ).fetchone()
        return int(found["n"]) if found else 0


def _name_of(recorded: RecordedEvent | None) -> str:
    return f"{recorded.reference} {type(recorded.event).__name__}" if recorded else ""


def _tables(connection: Connection[DictRow], schema: str) -> list[str]:
    found = connection.execute("select tablename from pg_tables where schemaname = %s order by 1", [schema])
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
