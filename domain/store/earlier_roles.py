"""Roles that stood in the users' table before edition 2 become facts, once, in `migrate`."""

from typing import Any

from psycopg import Connection
from psycopg.rows import DictRow

from domain.messages import Actor, Command, Role, StreamId, derived_id
from domain.store.event_store import EventStore
from domain.user.commands import AddUser, DisableUser

REASON = "Held before roles were facts."


def has_earlier_roles(owner: Connection[DictRow]) -> bool:
    """Whether roles still stand in the users' table."""
    found = owner.execute(
        "select 1 from information_schema.columns where (table_schema, table_name, column_name) ="
        " ('public', 'users', 'roles')"
    ).fetchone()
    return found is not None


def record_earlier_roles(owner: Connection[DictRow], store: EventStore) -> int:
    """Record by "migration" the roles that each user held, and take their columns away; how many users there were.

    For the owner under the migration lock. One that is cut off is gone on with: each command's id is its user's own.
    """
    if not has_earlier_roles(owner):
        return 0
    rows = owner.execute(
        "select municipality, user_id, roles, disabled from users order by municipality, user_id"
    ).fetchall()
    for row in rows:
        _record(store, row)
    owner.execute("update users set password_hash = null where username like 'token:%'")
    owner.execute("alter table users drop column roles, drop column disabled")
    return len(rows)


def _record(store: EventStore, row: dict[str, Any]) -> None:
    """A user without a role could do nothing, and stays without facts."""
    municipality, user_id = row["municipality"], row["user_id"]
    by = Actor("migration", municipality, frozenset({Role.SYSTEM}))
    roles = [role for role in row["roles"] if role in set(Role) - {Role.SYSTEM}]
    commands: list[Command] = [AddUser.model_validate({"roles": roles, "reason": REASON})] if roles else []
    if commands and row["disabled"]:
        commands.append(DisableUser(reason=REASON))
    for command in commands:
        store.handle(
            StreamId(municipality, "user", user_id),
            command,
            by=by,
            command_id=derived_id("migration", municipality, user_id, type(command).__name__),
        )
