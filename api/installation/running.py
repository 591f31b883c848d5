"""An installation on its feet: its parts, its environment and its processes, for `up`, `demo` and the tests.

What the environment names (`DATABASE_URL`, `REDIS_URL`, …) is used; what it does not name is embedded in a folder.
"""

import base64
import os
import secrets
import sys
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
from psycopg import Connection
from psycopg.rows import DictRow

from api.installation.child_processes import ChildProcesses, free_port
from api.installation.embedded import embedded
from domain.store.database import NotMigrated, migrate_core, migrating
from domain.store.earlier_roles import has_earlier_roles, record_earlier_roles
from domain.store.event_store import EventStore, event_tables
from domain.store.settings import DemoClock, InstallationSettings
from projections.read_model import CannotFold, ReadModel, read_models

INSTALLATION_FOLDER = Path(".asiapolku")


@dataclass
class RunningInstallation:
    """An installation that answers at `url`."""

    url: str
    settings: InstallationSettings
    processes: ChildProcesses
    environment: Mapping[str, str]
    payment_url: str

    @property
    def clock(self) -> DemoClock:
        """The clock that all its processes share; only a demo has one."""
        assert self.settings.asiapolku_demo_clock is not None
        return DemoClock(self.settings.asiapolku_demo_clock)


@contextmanager
def process_environment(
    folder: Path, *, demo: bool, redis: bool = True, durable: bool = True
) -> Iterator[dict[str, str]]:
    """The variables that every process of the installation gets, with the parts they name running meanwhile."""
    folder.mkdir(parents=True, exist_ok=True)
    given = dict(os.environ)
    with ExitStack() as stack:
        want_database, want_redis = "DATABASE_URL" not in given, redis and "REDIS_URL" not in given
        if want_database or want_redis:
            parts = stack.enter_context(
                embedded(folder, want_database=want_database, want_redis=want_redis, durable=durable)
            )
            if want_database:
                given["MIGRATION_DATABASE_URL"] = parts.database_url
                given["DATABASE_URL"] = parts.database_url.replace("//postgres:@", "//asiapolku_app@")
            if want_redis:
                given["REDIS_URL"] = parts.redis_url
        if want_database or demo:
            given.setdefault("ASIAPOLKU_MASTER_KEY", _kept_key(folder))
        given.setdefault("ASIAPOLKU_ATTACHMENTS", str(folder / "attachments"))
        if demo:
            given |= {"ASIAPOLKU_ENVIRONMENT": "demo", "ASIAPOLKU_DEMO_CLOCK": str(folder / "clock.json")}
            given.setdefault("ASIAPOLKU_BANK_EVERY", "0.5")
        yield given


def _kept_key(folder: Path) -> str:
    """The master key of an embedded installation, made once and kept beside its data."""
    file = folder / "master-key"
    if not file.exists():
        file.touch(mode=0o600)
        file.write_text(base64.b64encode(secrets.token_bytes(32)).decode())
    return file.read_text()


def settings_of(variables: Mapping[str, str]) -> InstallationSettings:
    """The settings that these variables say."""
    os.environ.update(variables)
    return InstallationSettings()


def migrate_installation(settings: InstallationSettings) -> list[str]:
    """Create or renew the tables, and build each read model that is missing or of another edition; tell which.

    Raises CannotFold where a read model could not be renewed; the others are.
    """
    owner_url = settings.migration_database_url or settings.database_url
    with migrating(owner_url) as owner:
        migrate_core(owner, event_tables(), settings.database_url)
        stale = {
            model.name: model.live_edition(owner)
            for model in read_models().values()
            if _is_stale(model, owner)
        }
        for name, edition in stale.items():
            if edition is None:
                read_models()[name].create(owner)
        earlier_roles = has_earlier_roles(owner)
    if earlier_roles:
        _record_earlier_roles(settings)
    rebuilt = [name for name, edition in stale.items() if edition is not None]
    if rebuilt:
        rebuild_read_models(settings, rebuilt)
    return sorted(stale)


def _record_earlier_roles(settings: InstallationSettings) -> None:
    store = EventStore.open(settings, size=2)
    try:
        with migrating(settings.migration_database_url or settings.database_url, whole=False) as owner:
            record_earlier_roles(owner, store)
    finally:
        store.database.close()


def _is_stale(model: ReadModel, owner: Connection[DictRow]) -> bool:
    try:
        model.require_tables(owner)
    except NotMigrated:
        return True
    return False


def rebuild_read_models(settings: InstallationSettings, names: list[str]) -> dict[str, int]:
    """Build read models beside the live ones and swap them in; the positions reached.

    Raises the first one's CannotFold, after all were tried.
    """
    store = EventStore.open(settings)
    reached: dict[str, int] = {}
    failed: list[CannotFold] = []
    try:
        with migrating(settings.migration_database_url or settings.database_url, whole=False) as owner:
            for name in names:
                try:
                    reached[name] = read_models()[name].rebuild(owner, store)
                except CannotFold as stands:
                    failed.append(stands)
    finally:
        store.database.close()
    if failed:
        raise failed[0]
    return reached


@contextmanager
def run_installation(
    folder: Path = INSTALLATION_FOLDER,
    *,
    demo: bool = False,
    port: int = 0,
    durable: bool = True,
    more: Mapping[str, str] | None = None,
) -> Iterator[RunningInstallation]:
    """Start everything, wait until it answers, and stop all of it at the end."""
    with (
        process_environment(folder, demo=demo, durable=durable) as variables,
        ChildProcesses(folder) as processes,
    ):
        variables |= dict(more or {})
        payment_url = variables.get("PAYMENT_URL", "")
        if demo and not payment_url:
            payment_url = _fake_party(folder, processes, variables)
        settings = settings_of(variables)
        migrate_installation(settings)
        port = port or free_port()
        url = f"http://127.0.0.1:{port}"
        python = sys.executable
        uvicorn = [
            python,
            "-m",
            "uvicorn",
            "--factory",
            "api.app:application",
            "--port",
            str(port),
            "--no-access-log",
        ]
        processes.start("api", uvicorn, variables)
        processes.start("actors", [python, "-m", "workers", "actors"], variables)
        processes.start("follower", [python, "-m", "workers", "follower"], variables)
        processes.wait_until_ready(lambda: responds(f"{url}/healthz"), 30)
        yield RunningInstallation(url, settings, processes, variables, payment_url)


def _fake_party(folder: Path, processes: ChildProcesses, variables: dict[str, str]) -> str:
    """A payment party that only a demo has: it speaks the real protocol and keeps its books on disk."""
    port = free_port()
    books = folder / "payment-party"
    books.mkdir(exist_ok=True)
    module = "workers.adapters.payment.fake"
    processes.start(
        "payment-party", [sys.executable, "-m", module, "--data", str(books), "--port", str(port)], variables
    )
    url = f"http://127.0.0.1:{port}"
    processes.wait_until_ready(lambda: responds(f"{url}/_books"), 20)
    variables |= {
        "PAYMENT_URL": url,
        "BANK_URL": url,
        "PAYMENT_EMAIL": "asiapolku@example.org",
        "PAYMENT_PASSWORD": "only-for-the-demo",
    }
    return url


def responds(url: str) -> bool:
    """Whether something answers there."""
    try:
        return httpx.get(url, timeout=2).is_success
    except httpx.HTTPError:
        return False
