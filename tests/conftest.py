"""Real parts for every test that needs them: one embedded PostgreSQL a session, a municipality of its own a test."""

from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import count
from pathlib import Path

import pytest

from api.running import environment, migrate, settings_of
from domain.event_store import EventStore
from domain.installation import DemoClock, Settings
from tests.town import Town

codes = (f"9{number:03}" for number in count())


@pytest.fixture(scope="session")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Settings]:
    """A migrated installation without workers, on a demo clock."""
    folder: Path = tmp_path_factory.mktemp("installation")
    with (
        pytest.MonkeyPatch.context() as patch,
        environment(folder, demo=True, redis=False, durable=False) as variables,
    ):
        for name, value in variables.items():
            patch.setenv(name, value)
        found = settings_of(variables)
        migrate(found)
        yield found


@pytest.fixture(scope="session")
def store(settings: Settings) -> Iterator[EventStore]:
    opened = EventStore.open(settings)
    yield opened
    opened.database.close()


@pytest.fixture
def town(settings: Settings, store: EventStore) -> Town:
    """A municipality that nobody else has."""
    assert settings.asiapolku_demo_clock is not None
    clock = DemoClock(settings.asiapolku_demo_clock)
    clock.move_to(datetime(2022, 6, 1, 8, tzinfo=UTC))
    return Town(store, clock, next(codes))
