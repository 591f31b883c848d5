"""The story, played once on a database of its own: read models are rebuilt and spoilt there, which is nobody else's affair."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count

import psycopg
import pytest
from psycopg import Connection
from psycopg.conninfo import make_conninfo
from psycopg.rows import DictRow

from api.installation.running import migrate_installation
from domain.store.database import Database, migrating
from domain.store.event_store import EventStore
from domain.store.key_ring import KeyRing
from domain.store.settings import InstallationSettings
from tests.read_models.scenario import CODE, SCENARIO, WORKS_CODE, WORKS_SCENARIO
from tests.read_models.scenario_player import ScenarioPlayer, StillClock
from tests.stories import examples as e

OTHER = "499"
codes = (f"7{number:02}" for number in count())


@dataclass(frozen=True)
class ScenarioDatabases:
    """The scenario played in one municipality, the beginning of one in another, works in a third, and the owner's way in."""

    settings: InstallationSettings
    store: EventStore
    main: ScenarioPlayer
    other: ScenarioPlayer
    works: ScenarioPlayer

    @contextmanager
    def owner(self) -> Iterator[Connection[DictRow]]:
        """The owner's connection, as for `rebuild` and `verify`; it sees every municipality's rows."""
        with migrating(str(self.settings.migration_database_url), whole=False) as connection:
            yield connection


@contextmanager
def _database(settings: InstallationSettings, name: str) -> Iterator[tuple[InstallationSettings, EventStore]]:
    """A migrated database beside the one of the other tests, and a store in it whose clock stands still."""
    owner_url = settings.migration_database_url or settings.database_url
    with psycopg.connect(owner_url, autocommit=True) as connection:
        connection.execute(f"drop database if exists {name} with (force)")
        connection.execute(f"create database {name}")
        # Whoever waits in vain is told so, instead of waiting for ever.
        connection.execute(f"alter database {name} set lock_timeout = '5s'")
    urls = {"database_url": settings.database_url, "migration_database_url": owner_url}
    mine = settings.model_copy(update={key: make_conninfo(url, dbname=name) for key, url in urls.items()})
    migrate_installation(mine)
    database = Database(mine.database_url).open()
    yield mine, EventStore(database, KeyRing(database, mine.master_key), StillClock())
    database.close()


@pytest.fixture(scope="session")
def databases(settings: InstallationSettings) -> Iterator[ScenarioDatabases]:
    with _database(settings, "read_models") as (mine, store):
        main, other, works = (
            ScenarioPlayer(store, CODE),
            ScenarioPlayer(store, OTHER),
            ScenarioPlayer(store, WORKS_CODE),
        )
        yield ScenarioDatabases(
            mine, store, main.play(SCENARIO), other.play(e.SUBMITTED), works.play(WORKS_SCENARIO)
        )


@pytest.fixture(scope="session")
def elsewhere(settings: InstallationSettings) -> Iterator[EventStore]:
    """A store where nothing is rebuilt, which goes through every municipality."""
    with _database(settings, "read_models_elsewhere") as (_, store):
        yield store


@pytest.fixture
def played(elsewhere: EventStore) -> ScenarioPlayer:
    """A municipality that nothing has happened in yet."""
    return ScenarioPlayer(elsewhere, next(codes))
