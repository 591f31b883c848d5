"""Whether the database answers, and is as `migrate` leaves it: for health checks and `doctor`."""

import psycopg

from domain.store.database import APP_ROLE


def connect_once(url: str) -> None:
    """Raises `psycopg.Error` where nothing answers at this address within five seconds."""
    psycopg.connect(url, connect_timeout=5).close()


def events_are_immutable(url: str) -> bool:
    """Whether the application's role has no right to change or delete events."""
    with psycopg.connect(url, connect_timeout=5) as connection:
        connection.execute(f"set role {APP_ROLE}")
        row = connection.execute(
            "select bool_or(has_table_privilege('stored_events', right_)) from unnest(array['update', 'delete', 'truncate'])"
            " as right_"
        ).fetchone()
    return row is not None and row[0] is False
