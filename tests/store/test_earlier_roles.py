"""An installation of edition 1 is migrated: the roles that stood in rows are facts, each once, and everybody comes in as before."""

import hashlib
from collections.abc import Iterator

import psycopg
import pytest
from argon2 import PasswordHasher

from api.installation.running import migrate_installation
from domain.messages import Role, StreamId
from domain.store.database import NotMigrated
from domain.store.event_store import EventStore
from domain.store.sessions import NotSignedIn
from domain.store.settings import InstallationSettings
from domain.store.users import Users
from tests.database import own_database

CODE, PASSWORD, TOKEN = "498", "a long password", "498.secret"
ROWS = [
    ("u-hanna", "hanna", "Hanna", ["handler", "approver"], False),
    ("u-paula", "paula", "Paula", ["administrator"], True),
    ("u-token", "token:exports", "exports", ["archivist"], False),
    ("u-none", "nobody", "Nobody", [], False),
]


@pytest.fixture
def earlier(settings: InstallationSettings) -> Iterator[InstallationSettings]:
    """A database as edition 1 left it, with users."""
    with own_database(settings, "earlier_roles") as mine:
        with psycopg.connect(str(mine.migration_database_url)) as owner:
            owner.execute(
                "alter table users add column roles text[] not null, add column disabled boolean not null default false;"
                "alter table users alter column password_hash set not null;"
                "alter table sessions drop column times_disabled, add column roles text[] not null;"
                "drop schema role_holders cascade; comment on schema public is 'Asiapolku, edition 1'"
            )
            for user_id, username, name, roles, disabled in ROWS:
                owner.execute(
                    "insert into users (municipality, user_id, username, password_hash, display_name, roles, disabled)"
                    " values (%s, %s, %s, %s, %s, %s, %s)",
                    [CODE, user_id, username, PasswordHasher().hash(PASSWORD), name, roles, disabled],
                )
            owner.execute(
                "insert into sessions (municipality, token_hash, user_id, roles, label, created_at)"
                " values (%s, %s, 'u-token', '{archivist}', 'exports', now())",
                [CODE, hashlib.sha256(TOKEN.encode()).hexdigest()],
            )
        yield mine


def facts(store: EventStore) -> list[tuple[str, str, str, Role]]:
    return [
        (each.stream.key, type(each.event).__name__, each.by, each.role) for each in store.follow(CODE, 0)
    ]


MIGRATED = [
    *(("u-hanna", "UserAdded"), ("u-paula", "UserAdded"), ("all", "AdministratorsChanged")),
    *(("u-paula", "UserDisabled"), ("all", "AdministratorsChanged"), ("u-token", "UserAdded")),
]
TOLD = [(key, event, "migration", Role.SYSTEM) for key, event in MIGRATED]


def test_roles_in_rows_become_facts_once(earlier: InstallationSettings) -> None:
    with pytest.raises(NotMigrated):
        EventStore.open(earlier)
    assert migrate_installation(earlier) == ["role_holders"]
    assert migrate_installation(earlier) == []
    store = EventStore.open(earlier)
    assert facts(store) == TOLD
    _, hanna = store.read(StreamId(CODE, "user", "u-hanna"))
    assert hanna.roles == {Role.HANDLER, Role.APPROVER}
    users = Users(store)
    for name, lets_in in (("hanna", True), ("paula", False), ("nobody", False), ("token:exports", False)):
        if lets_in:
            assert users.sessions.sign_in(CODE, name, PASSWORD, "")
        else:
            with pytest.raises(NotSignedIn):
                users.sessions.sign_in(CODE, name, PASSWORD, "")
    assert users.sessions.come_in(TOKEN, by_cookie=False).actor.roles == {Role.ARCHIVIST}
    assert users.add(CODE, "new", PASSWORD, "New", [Role.ADMINISTRATOR])
    store.database.close()


def test_a_migration_that_was_cut_off_is_gone_on_with(
    earlier: InstallationSettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    handle, turns = EventStore.handle, iter(range(2))

    def killed(*given: object, **more: object) -> object:
        if next(turns, None) is None:
            raise KeyboardInterrupt
        return handle(*given, **more)  # type: ignore[arg-type]  # passed on as they came

    monkeypatch.setattr(EventStore, "handle", killed)
    with pytest.raises(KeyboardInterrupt):
        migrate_installation(earlier)
    monkeypatch.undo()
    store = EventStore.open(earlier)
    assert facts(store) == TOLD[:3]
    migrate_installation(earlier)
    assert facts(store) == TOLD
    store.database.close()
