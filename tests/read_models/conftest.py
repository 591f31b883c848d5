"""The story, played once on a database of its own: read models are rebuilt and spoilt here, which is nobody else's affair."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count

import psycopg
import pytest
from psycopg import Connection
from psycopg.conninfo import make_conninfo
from psycopg.rows import DictRow

from api.running import migrate
from domain.database import Database, migrating
from domain.event_store import EventStore
from domain.installation import Settings
from domain.key_ring import KeyRing
from tests.read_models.played import Played, StillClock
from tests.read_models.story import CODE, STORY
from tests.stories import examples as e

OTHER = "499"
DATABASE = "read_models"
codes = (f"7{number:02}" for number in count())


@dataclass(frozen=True)
class Told:
    """The story told in one municipality, the beginning of one in another, and the owner's way in."""

    settings: Settings
    store: EventStore
    main: Played
    other: Played

    @contextmanager
    def owner(self) -> Iterator[Connection[DictRow]]:
        """The owner's connection, as for `rebuild` and `verify`; it sees every municipality's rows."""
        with migrating(str(self.settings.migration_database_url), whole=False) as connection:
            yield connection


@pytest.fixture(scope="session")
def told(settings: Settings) -> Iterator[Told]:
    owner_url = settings.migration_database_url or settings.database_url
    with psycopg.connect(owner_url, autocommit=True) as connection:
        connection.execute(f"drop database if exists {DATABASE} with (force)")
        connection.execute(f"create database {DATABASE}")
        # Whoever waits in vain is told so, instead of waiting for ever.
        connection.execute(f"alter database {DATABASE} set lock_timeout = '2s'")
    mine = settings.model_copy(
        update={
            "database_url": make_conninfo(settings.database_url, dbname=DATABASE),
            "migration_database_url": make_conninfo(owner_url, dbname=DATABASE),
        }
    )
    migrate(mine)
    database = Database(mine.database_url).open()
    store = EventStore(database, KeyRing(database, mine.master_key), StillClock())
    other = Played(store, OTHER).play(e.SUBMITTED)
    yield Told(mine, store, Played(store, CODE).play(STORY), other)
    database.close()


@pytest.fixture
def played(told: Told) -> Played:
    """A municipality that nothing has happened in yet."""
    return Played(told.store, next(codes))
