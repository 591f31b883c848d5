"""The connection pool of PostgreSQL; every connection is given out for one named municipality."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import Any

import psycopg
from psycopg import Connection, sql
from psycopg.rows import DictRow, dict_row
from psycopg_pool import ConnectionPool

EDITION = "Asiapolku, edition 2"
"""Raised with `schema.sql`; everything but `migrate` refuses to work on another."""

APP_ROLE = "asiapolku_app"
MIGRATION_LOCK = 7421001
CHANNEL = "asiapolku_events"


class NotMigrated(Exception):
    """The database, or a read model in it, is of another edition; the sentence says how to migrate."""


def is_outage(error: BaseException) -> bool:
    """Whether PostgreSQL could not be reached or is going down: nobody's own fault, and nothing can be written now."""
    if not isinstance(error, psycopg.OperationalError) or isinstance(error, psycopg.errors.PipelineAborted):
        return False
    return error.sqlstate is None or error.sqlstate.startswith(("08", "57P"))


class Database:
    """A pool of connections as the application's role, each scoped to one municipality by row-level security."""

    def __init__(self, url: str, *, role: str | None = APP_ROLE, size: int = 12) -> None:
        self.url = url
        self._role = role
        self._listening: Connection[Any] | None = None
        self._pool: ConnectionPool[Connection[DictRow]] = ConnectionPool(
            url,
            connection_class=Connection[DictRow],
            kwargs={"autocommit": True, "row_factory": dict_row},
            configure=self._configure,
            min_size=1,
            max_size=size,
            open=False,
            name="asiapolku",
        )

    def _configure(self, connection: Connection[Any]) -> None:
        if self._role:
            connection.execute(sql.SQL("set role {}").format(sql.Identifier(self._role)))

    def open(self) -> "Database":
        """Connect, and see that the database is of our edition."""
        self._pool.open()
        with self.connection(None) as connection:
            row = connection.execute("select obj_description('public'::regnamespace) as edition").fetchone()
        if row is None or row["edition"] != EDITION:
            self.close()
            raise NotMigrated(f"The database is not of {EDITION}: run `asiapolku migrate`.")
        return self

    def close(self) -> None:
        self._pool.close()

    @contextmanager
    def connection(self, municipality: str | None) -> Iterator[Connection[DictRow]]:
        """A connection that sees one municipality's rows, or none at all."""
        with self._pool.connection() as connection:
            connection.execute("select set_config('asiapolku.municipality', %s, false)", [municipality or ""])
            yield connection

    @contextmanager
    def transaction(self, municipality: str) -> Iterator[Connection[DictRow]]:
        """The same, all or nothing."""
        with self.connection(municipality) as connection, connection.transaction():
            yield connection

    def municipalities(self) -> list[str]:
        """The codes of the municipalities there are, and nothing else of them."""
        with self.connection(None) as connection:
            return [row["code"] for row in connection.execute("select municipality_codes() as code")]

    def wait_for_news(self, seconds: float) -> None:
        """Wait until some event was recorded, or for so long."""
        if self._listening is None or self._listening.closed:
            self._listening = psycopg.connect(self.url, autocommit=True)
            self._listening.execute(sql.SQL("listen {}").format(sql.Identifier(CHANNEL)))
        for _ in self._listening.notifies(timeout=seconds, stop_after=1):
            pass

    @contextmanager
    def turn(self, name: str) -> Iterator[bool]:
        """Hold a named lock until the block ends or the process dies; False where another holds it now."""
        with self.connection(None) as connection:
            key = "hashtextextended(%s, 0)"
            row = connection.execute(f"select pg_try_advisory_lock({key}) as mine", [name]).fetchone()
            mine = bool(row and row["mine"])
            try:
                yield mine
            finally:
                if mine and not connection.closed:
                    connection.execute(f"select pg_advisory_unlock({key})", [name])


@contextmanager
def migrating(url: str, *, whole: bool = True) -> Iterator[Connection[DictRow]]:
    """A connection of the migrating role, alone at work: several processes may start at once.

    `whole` makes one transaction of it; a rebuild has its own, short ones.
    """
    with psycopg.connect(url, row_factory=dict_row, autocommit=True) as connection:
        connection.execute("set client_min_messages = warning")
        connection.execute("select pg_advisory_lock(%s)", [MIGRATION_LOCK])
        with connection.transaction() if whole else nullcontext():
            yield connection


def migrate_core(connection: Connection[DictRow], event_tables: Sequence[Any], app_url: str) -> None:
    """Create or renew everything but the read models."""
    settings = psycopg.conninfo.conninfo_to_dict(app_url)
    exists = connection.execute("select 1 from pg_roles where rolname = %s", [APP_ROLE]).fetchone()
    if not exists:
        connection.execute(sql.SQL("create role {} login").format(sql.Identifier(APP_ROLE)))
    if settings.get("user") == APP_ROLE and settings.get("password"):
        connection.execute(
            sql.SQL("alter role {} password {}").format(
                sql.Identifier(APP_ROLE), sql.Literal(settings["password"])
            )
        )
    connection.execute(sql.SQL("grant {} to current_user").format(sql.Identifier(APP_ROLE)))
    for statement in event_tables:
        connection.execute(statement)
    connection.execute(Path(__file__).with_name("schema.sql").read_text())
    connection.execute(sql.SQL("comment on schema public is {}").format(sql.Literal(EDITION)))
