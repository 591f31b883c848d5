"""Real parts for every test that needs them: one embedded PostgreSQL a session, a municipality of its own a test."""

import os
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from threading import Thread
from typing import Any
from uuid import uuid4

import httpx
import pytest
import uvicorn

from api.app import create_app
from api.installation.child_processes import free_port
from api.installation.running import migrate_installation, process_environment, settings_of
from domain.messages import Role
from domain.store.event_store import EventStore
from domain.store.settings import DemoClock, InstallationSettings
from domain.store.users import Users
from tests.live_municipality import LiveMunicipality

WORKER = os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw")
codes = (f"9{WORKER}{number:03}" for number in count())
"""Codes of municipalities that nobody else has, though workers may share a database that the environment names."""
OURS = [name.upper() for name in InstallationSettings.model_fields]
GIVEN = {name: os.environ.get(name) for name in OURS}
"""What whoever runs the tests has set: a database, a Redis."""


@pytest.hookimpl(tryfirst=True)
def pytest_configure(config: pytest.Config) -> None:
    """A temporary folder of this run's own.

    Each run of pytest closes the folder that all its runs share to everybody but its user; as root, the account that
    PostgreSQL runs as would be locked out of its data whenever another run begins.
    """
    if config.option.basetemp is None and not hasattr(config, "workerinput"):
        config.option.basetemp = folder = tempfile.mkdtemp(prefix="asiapolku-tests-")
        config.add_cleanup(lambda: shutil.rmtree(folder, ignore_errors=True))


def _set(variables: dict[str, str | None]) -> None:
    for name, value in variables.items():
        os.environ.pop(name, None)
        if value is not None:
            os.environ[name] = value


@contextmanager
def environment_as_given() -> Iterator[None]:
    """Our variables as they were when the tests began; what the block makes of them is gone with it."""
    before = {name: os.environ.get(name) for name in OURS}
    _set(GIVEN)
    try:
        yield
    finally:
        _set(before)


@pytest.fixture(scope="session")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Iterator[InstallationSettings]:
    """A migrated installation without workers, on a demo clock."""
    folder: Path = tmp_path_factory.mktemp("installation")
    with (
        environment_as_given(),
        process_environment(folder, demo=True, redis=False, durable=False) as variables,
    ):
        found = settings_of(variables)
        migrate_installation(found)
        yield found


@pytest.fixture(scope="session")
def store(settings: InstallationSettings) -> Iterator[EventStore]:
    opened = EventStore.open(settings)
    yield opened
    opened.database.close()


@pytest.fixture
def municipality(settings: InstallationSettings, store: EventStore) -> LiveMunicipality:
    """A municipality that nobody else has."""
    return new_municipality(settings, store)


def new_municipality(settings: InstallationSettings, store: EventStore) -> LiveMunicipality:
    """A municipality of its own, in the summer of 2022."""
    assert settings.asiapolku_demo_clock is not None
    clock = DemoClock(settings.asiapolku_demo_clock)
    clock.move_to(datetime(2022, 6, 1, 8, tzinfo=UTC))
    return LiveMunicipality(store, clock, next(codes))


class ApiClient(httpx.Client):
    """Somebody with a token of some roles, speaking to the API over real HTTP."""

    def __init__(self, url: str, token: str, user_id: str) -> None:
        super().__init__(base_url=f"{url}/api/v1", timeout=30, headers={"Authorization": f"Bearer {token}"})
        self.token, self.user_id = token, user_id

    def put(self, path: str, body: dict[str, Any] | None = None, **headers: str) -> httpx.Response:  # type: ignore[override]  # a command is put; nothing here is replaced by PUT
        """Put a command on the version that is there now, under a key of its own."""
        seen = path.rsplit("/", 1)[0]
        version = self.get(seen).headers.get("ETag", '"0"') if path.count("/") > 1 else ""
        usual = {"Idempotency-Key": str(uuid4()), **({"If-Match": version} if version else {})}
        return self.post(path, json=body or {}, headers={**usual, **headers})


@pytest.fixture(scope="session")
def url(settings: InstallationSettings, store: EventStore) -> Iterator[str]:
    """The address of the application, served by uvicorn in a thread."""
    port = free_port()
    config = uvicorn.Config(create_app(settings, store), port=port, log_level="warning", lifespan="off")
    server = uvicorn.Server(config)
    thread = Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.01)
    yield f"http://127.0.0.1:{port}"
    server.should_exit = True
    thread.join(10)


ClientFactory = Callable[..., ApiClient]


@contextmanager
def client_factory(url: str, store: EventStore, municipality: LiveMunicipality) -> Iterator[ClientFactory]:
    """Makes clients with some roles, in this municipality or in another."""
    with ExitStack() as stack:

        def client_for(*roles: Role, code: str = "") -> ApiClient:
            code = code or municipality.code
            token = Users(store).token(code, f"{'-'.join(roles)}-{uuid4().hex[:6]}", list(roles))
            user = Users(store).sessions.come_in(token, by_cookie=False)
            return stack.enter_context(ApiClient(url, token, user.actor.user_id))

        yield client_for


@pytest.fixture
def client_for(url: str, store: EventStore, municipality: LiveMunicipality) -> Iterator[ClientFactory]:
    """A client with some roles, in the test's own municipality or in another."""
    with client_factory(url, store, municipality) as client_for:
        yield client_for
