"""What is wrong with an installation, and how to mend it."""

from collections.abc import Callable
from typing import Any

import psycopg
import redis
from psycopg.rows import dict_row

from domain.store import health
from domain.store.database import Database, NotMigrated
from domain.store.settings import InstallationSettings
from domain.store.standing import all_standing, standing_sentences
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
    return [*(_looked(settings, *each) for each in looks), *_standing(settings)]


def _standing(settings: InstallationSettings) -> list[dict[str, Any]]:
    """A finding for each cause that holds read models or other tasks of the follower up."""
    what = "every read model follows in every municipality"
    try:
        database = Database(settings.database_url, size=1).open()
    except (psycopg.Error, NotMigrated) as error:
        fix = "mend what stands above; then this can be looked at"
        return [{"what": what, "ok": False, "fix": fix, "because": type(error).__name__}]
    try:
        sentences = standing_sentences(all_standing(database))
    finally:
        database.close()
    fix = "mend what it names; the follower goes on by itself, within a minute"
    found = [
        {"what": what, "ok": False, "fix": f"{sentence} ({fix})", "because": "standing"}
        for sentence in sentences
    ]
    return found or [{"what": what, "ok": True, "fix": ""}]


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
    with psycopg.connect(settings.database_url, connect_timeout=5, row_factory=dict_row) as connection:
        for model in read_models().values():
            model.require_tables(connection)


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
