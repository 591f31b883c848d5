"""Who holds which role, and who held it on a day: a row for each time that a user could act in a role.

A role is held from when it is granted until it is ended or its user is disabled; enabling a user begins it anew.
"""

from collections.abc import Sequence
from datetime import date, datetime, time

from psycopg.rows import DictRow

from domain.messages import HELSINKI, RecordedEvent, Role
from domain.store.database import Database
from domain.user.events import RolesChanged, UserAdded, UserDisabled, UserEnabled
from projections.read_model import Batch, ReadModel

role_holders = ReadModel(
    "role_holders",
    edition=1,
    table="""
    create table account (
        municipality text not null default tenant(),
        user_id text not null,
        roles text[] not null,
        disabled boolean not null default false,
        added_at timestamptz not null,
        changed_at timestamptz not null,
        primary key (municipality, user_id)
    );
    create table holding (
        municipality text not null default tenant(),
        user_id text not null,
        role text not null,
        began int not null,
        since timestamptz not null,
        granted_by text not null,
        reason text not null,
        until timestamptz,
        ended_by text,
        end_reason text,
        primary key (municipality, user_id, role, began)
    );
    create index on holding (municipality, role, since)
    """,
)


@role_holders.on(UserAdded)
def added(rows: Batch, recorded: RecordedEvent, event: UserAdded) -> None:
    rows(
        "insert into account (user_id, roles, added_at, changed_at) values (%(user)s, %(roles)s, %(at)s, %(at)s)",
        user=recorded.stream.key,
        roles=[*event.roles],
        at=recorded.recorded_at,
    )
    _begin(rows, recorded, event.roles, event.reason)


@role_holders.on(RolesChanged)
def changed(rows: Batch, recorded: RecordedEvent, event: RolesChanged) -> None:
    rows(
        "update account set changed_at = %(at)s, roles = array(select role from unnest(roles || %(granted)s::text[])"
        " as role where role <> all(%(ended)s)) where user_id = %(user)s",
        user=recorded.stream.key,
        granted=[*event.granted],
        ended=[*event.ended],
        at=recorded.recorded_at,
    )
    _end(rows, recorded, event.reason, event.ended)
    _begin(rows, recorded, event.granted, event.reason)


@role_holders.on(UserDisabled)
def disabled(rows: Batch, recorded: RecordedEvent, event: UserDisabled) -> None:
    _set_disabled(rows, recorded, disabled=True)
    _end(rows, recorded, event.reason, tuple(Role))


@role_holders.on(UserEnabled)
def enabled(rows: Batch, recorded: RecordedEvent, event: UserEnabled) -> None:
    _set_disabled(rows, recorded, disabled=False)
    _begin(rows, recorded, tuple(Role), event.reason)


def _set_disabled(rows: Batch, recorded: RecordedEvent, *, disabled: bool) -> None:
    rows(
        "update account set changed_at = %(at)s, disabled = %(disabled)s where user_id = %(user)s",
        user=recorded.stream.key,
        disabled=disabled,
        at=recorded.recorded_at,
    )


def _begin(rows: Batch, recorded: RecordedEvent, roles: Sequence[Role], reason: str) -> None:
    """Those of these roles that the account has are held from now on; a disabled user holds none."""
    rows(
        "insert into holding (user_id, role, began, since, granted_by, reason)"
        " select user_id, role, %(began)s, %(at)s, %(by)s, %(reason)s from account, unnest(roles) as role"
        " where user_id = %(user)s and not disabled and role = any(%(roles)s)",
        user=recorded.stream.key,
        roles=[*roles],
        began=recorded.version,
        at=recorded.recorded_at,
        by=recorded.by,
        reason=reason,
    )


def _end(rows: Batch, recorded: RecordedEvent, reason: str, roles: Sequence[Role]) -> None:
    rows(
        "update holding set until = %(at)s, ended_by = %(by)s, end_reason = %(reason)s"
        " where user_id = %(user)s and until is null and role = any(%(roles)s)",
        user=recorded.stream.key,
        roles=[*roles],
        at=recorded.recorded_at,
        by=recorded.by,
        reason=reason,
    )


def accounts(database: Database, municipality: str) -> list[DictRow]:
    """Every user with the roles that they have, the one added last first."""
    return role_holders.query(
        database,
        municipality,
        "select user_id, roles, disabled, added_at, changed_at from account order by added_at desc, user_id",
    )


def history(database: Database, municipality: str, user_id: str) -> list[DictRow]:
    """Each time that a user could act in a role, the latest first."""
    return role_holders.query(
        database,
        municipality,
        "select role, since, granted_by, reason, until, ended_by, end_reason from holding"
        " where user_id = %(user)s order by began desc, role",
        user=user_id,
    )


def holders(database: Database, municipality: str, on: date, role: Role | None = None) -> list[DictRow]:
    """Who could act in a role, or in any, at some moment of a day in Helsinki, with the instants that it began and ended."""
    return role_holders.query(
        database,
        municipality,
        "select user_id, role, since, granted_by, reason, until, ended_by, end_reason from holding"
        " where since <= %(last)s and (until is null or until > %(first)s) and (%(role)s::text is null or role = %(role)s)"
        " order by role, since, user_id, began",
        first=datetime.combine(on, time.min, HELSINKI),
        last=datetime.combine(on, time.max, HELSINKI),
        role=role,
    )
