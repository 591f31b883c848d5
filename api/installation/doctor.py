"""What is wrong with an installation, and how to mend it."""

from collections.abc import Callable
from typing import Any

import psycopg
import redis

from domain.store import health
from domain.store.database import Database, NotMigrated
from domain.store.settings import InstallationSettings
from projections.read_model import read_models


def diagnose(settings: InstallationSettings) -> list[dict[str, Any]]:
    """Each thing looked at: `what`, whether it is `ok`, and the `fix`."""
    looks: list[tuple[str, Callable[[InstallationSettings], None], str]] = [
        ("PostgreSQL answers", _database, "start it, or mend DATABASE_URL; unset it to use the embedded one"),
        ("the tables are of this edition", _edition, "run `asiapolku migrate` with MIGRATION_DATABASE_URL"),
        (
            "the application's role cannot change events",
            _role,
            "run `asiapolku migrate`, and let DATABASE_URL log in as asiapolku_app",
        ),
        ("every read model is of this edition", _models, "run `asiapolku migrate`"),
        ("Redis answers", _redis, "start it, or mend REDIS_URL; unset it to use the embedded one"),
        (
            "attachments can be written",
            _attachments,
            "let ASIAPOLKU_ATTACHMENTS name a folder that can be written",
        ),
        ("a payment party is named", _party, "set PAYMENT_URL, BANK_URL, PAYMENT_EMAIL and PAYMENT_PASSWORD"),
    ]
    return [_looked(settings, *each) for each in looks]


def _looked(
    settings: InstallationSettings, what: str, look: Callable[[InstallationSettings], None], fix: str
) -> dict[str, Any]:
    try:
        look(settings)
    except (psycopg.Error, redis.RedisError, NotMigrated, OSError, AssertionError) as error:
        return {"what": what, "ok": False, "fix": fix, "because": type(error).__name__}
    return {"what": what, "ok": True, "fix": ""}


def _database(settings: InstallationSettings) -> None:
    health.connect_once(settings.database_url)


def _edition(settings: InstallationSettings) -> None:
    Database(settings.database_url, size=1).open().close()


def _role(settings: InstallationSettings) -> None:
    assert health.events_are_immutable(settings.database_url)


def _models(settings: InstallationSettings) -> None:
    live = health.live_editions(settings.database_url)
    assert all(live.get(name) == f"edition {model.edition}" for name, model in read_models().items())


def _redis(settings: InstallationSettings) -> None:
    redis.Redis.from_url(settings.redis_url).ping()


def _attachments(settings: InstallationSettings) -> None:
    settings.asiapolku_attachments.mkdir(parents=True, exist_ok=True)
    probe = settings.asiapolku_attachments / ".probe"
    probe.write_bytes(b"")
    probe.unlink()


def _party(settings: InstallationSettings) -> None:
    assert settings.payment_url
    assert settings.bank_url
