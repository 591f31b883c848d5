"""A database beside the one of the other tests, for a test that changes what is everybody's."""

from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
from psycopg.conninfo import make_conninfo

from api.installation.running import migrate_installation
from domain.store.settings import InstallationSettings


@contextmanager
def own_database(settings: InstallationSettings, name: str) -> Iterator[InstallationSettings]:
    """A migrated database of this name, made anew."""
    owner_url = settings.migration_database_url or settings.database_url
    with psycopg.connect(owner_url, autocommit=True) as connection:
        connection.execute(f"drop database if exists {name} with (force)")
        connection.execute(f"create database {name}")
    urls = {"database_url": settings.database_url, "migration_database_url": owner_url}
    mine = settings.model_copy(update={key: make_conninfo(url, dbname=name) for key, url in urls.items()})
    migrate_installation(mine)
    yield mine
