"""The users of an installation: names and passwords are rows here, roles are facts in each user's own stream."""

import secrets
from collections.abc import Sequence
from uuid import uuid4

from domain.messages import Actor, Command, Role, StreamId
from domain.store.event_store import EventStore
from domain.store.passwords import hash_password
from domain.store.sessions import Sessions
from domain.user.commands import AddUser, ChangeRoles, DisableUser, EnableUser

OF_TOKENS = "token:"
"""What the user names of programmes begin with; a programme has a token and no password."""


class UsernameTaken(Exception):
    """There is a user of this name, or this user has a name."""


class NoSuchUser(Exception):
    """There is no user of this name, or only a programme where a person is asked for."""


def command_line(municipality: str) -> Actor:
    """Whoever has the installation's command line; the first administrator is made there."""
    return Actor("command-line", municipality, frozenset({Role.ADMINISTRATOR}))


class Users:
    """The users of one installation, as its command line knows them: by their names."""

    def __init__(self, store: EventStore) -> None:
        self._store, self._database = store, store.database
        self.sessions = Sessions(store)

    # Roles -----------------------------------------------------------------------------------------------------------

    def add(
        self,
        municipality: str,
        username: str,
        password: str,
        display_name: str,
        roles: Sequence[Role],
        reason: str = "",
    ) -> str:
        """Add a user who signs in with a password; returns the opaque user id. Refuses a name that is taken."""
        if username.startswith(OF_TOKENS):
            raise ValueError(f"names that begin with {OF_TOKENS} are those of tokens")
        command = AddUser.model_validate({"roles": roles, "reason": reason})
        user_id = self._reserve(municipality, username, display_name, hash_password(password))
        self._put(municipality, user_id, command)
        return user_id

    def token(self, municipality: str, label: str, roles: Sequence[Role], reason: str = "") -> str:
        """An API token under a user of its own, who has no password. Refuses a label that is taken."""
        command = AddUser.model_validate({"roles": roles, "reason": reason})
        user_id = self._reserve(municipality, OF_TOKENS + label, label, None)
        self._put(municipality, user_id, command)
        return self.sessions.begin(municipality, user_id, None, label)

    def change_roles(self, municipality: str, username: str, roles: Sequence[Role], reason: str = "") -> None:
        """Let a user hold these roles and no others."""
        command = ChangeRoles.model_validate({"roles": roles, "reason": reason})
        self._put(municipality, self._user_id(municipality, username), command)

    def disable(self, municipality: str, username: str, reason: str = "") -> None:
        """Let a user in no more, and end every session."""
        self._put(municipality, self._user_id(municipality, username), DisableUser(reason=reason))

    def enable(self, municipality: str, username: str, reason: str = "") -> None:
        """Let a disabled user in again; sessions and tokens from before stay ended."""
        self._put(municipality, self._user_id(municipality, username), EnableUser(reason=reason))

    def _put(self, municipality: str, user_id: str, command: Command) -> None:
        stream = StreamId(municipality, "user", user_id)
        self._store.handle(stream, command, by=command_line(municipality), command_id=uuid4())

    def _user_id(self, municipality: str, username: str) -> str:
        with self._database.connection(municipality) as connection:
            row = connection.execute("select user_id from users where username = %s", [username]).fetchone()
        if row is None:
            raise NoSuchUser
        return str(row["user_id"])

    # Names and passwords ---------------------------------------------------------------------------------------------

    def _reserve(self, municipality: str, username: str, display_name: str, password_hash: str | None) -> str:
        """The user id of a name that nobody has yet. A name without facts was left by an addition that was cut off."""
        values = {"id": new_user_id(), "name": username, "hash": password_hash, "shown": display_name}
        insert = (
            "insert into users (user_id, username, password_hash, display_name) values (%(id)s, %(name)s, %(hash)s,"
            " %(shown)s) on conflict (municipality, username) do nothing returning user_id"
        )
        with self._database.connection(municipality) as connection:
            row = connection.execute(insert, values).fetchone()
        if row is not None:
            return str(row["user_id"])
        user_id = self._user_id(municipality, username)
        version, _ = self._store.read(StreamId(municipality, "user", user_id))
        if version:
            raise UsernameTaken
        with self._database.connection(municipality) as connection:
            connection.execute(
                "update users set password_hash = %(hash)s, display_name = %(shown)s where username = %(name)s",
                values,
            )
        return user_id

    def name(self, municipality: str, user_id: str, username: str, password: str, display_name: str) -> None:
        """Give a user who has none a name and a password; refuses where there is one, or another has the name."""
        if username.startswith(OF_TOKENS):
            raise UsernameTaken
        with self._database.connection(municipality) as connection:
            row = connection.execute(
                "insert into users (user_id, username, password_hash, display_name) values (%s, %s, %s, %s)"
                " on conflict do nothing returning user_id",
                [user_id, username, hash_password(password), display_name],
            ).fetchone()
        if row is None:
            raise UsernameTaken

    def set_password(self, municipality: str, username: str, password: str) -> None:
        """A new password, which ends what was open under the old one."""
        with self._database.transaction(municipality) as connection:
            row = connection.execute(
                "update users set password_hash = %s where username = %s and password_hash is not null"
                " returning user_id",
                [hash_password(password), username],
            ).fetchone()
            if row is None:
                raise NoSuchUser
            connection.execute(
                "update sessions set revoked_at = %s where user_id = %s and revoked_at is null",
                [self._store.clock.now(), row["user_id"]],
            )

    def set_display_name(self, municipality: str, username: str, display_name: str) -> None:
        """The name that colleagues see."""
        with self._database.connection(municipality) as connection:
            row = connection.execute(
                "update users set display_name = %s where username = %s returning user_id",
                [display_name, username],
            ).fetchone()
        if row is None:
            raise NoSuchUser

    def names(self, municipality: str) -> dict[str, str]:
        """Display names by user id, for pages that say who did what."""
        with self._database.connection(municipality) as connection:
            rows = connection.execute("select user_id, display_name from users").fetchall()
        return {row["user_id"]: row["display_name"] for row in rows}

    def usernames(self, municipality: str) -> dict[str, str]:
        """User names by user id."""
        with self._database.connection(municipality) as connection:
            rows = connection.execute("select user_id, username from users").fetchall()
        return {row["user_id"]: row["username"] for row in rows}


def new_user_id() -> str:
    """An opaque id that says nothing of whom it is."""
    return f"u-{secrets.token_hex(5)}"
