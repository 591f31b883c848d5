"""Coming in and going out: sessions and API tokens, of which only hashes are kept.

Whoever comes in acts in the roles that their stream of facts says at that moment: a role that has ended counts no more
at once, and what was open before a user was disabled stays ended.
"""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from domain.messages import Actor, StreamId
from domain.store.event_store import EventStore
from domain.store.passwords import is_password
from domain.user.state import User

SESSION = timedelta(hours=10)
FAILURES, WINDOW = 5, timedelta(minutes=15)


class NotSignedIn(Exception):
    """The user name and the password, or the session, let nobody in."""


class TooManyTries(Exception):
    """Too many wrong passwords for this name or from this address."""


@dataclass(frozen=True)
class SignedIn:
    """A person or a programme that has come in, and the session they came with."""

    actor: Actor
    display_name: str
    session: str
    by_cookie: bool


class Sessions:
    """The sessions and tokens of one installation."""

    def __init__(self, store: EventStore) -> None:
        self._store, self._database, self._clock = store, store.database, store.clock

    def sign_in(self, municipality: str, username: str, password: str, address: str) -> str:
        """A session's token for the right password. Five failures in a quarter of an hour are enough for a while."""
        now = self._clock.now()
        who = [
            self._store.keys.digest("user", municipality, username),
            self._store.keys.digest("address", address),
        ]
        self._refuse_after_failures(municipality, who, now)
        with self._database.connection(municipality) as connection:
            row = connection.execute(
                "select user_id, password_hash from users where username = %s", [username]
            ).fetchone()
        right = is_password(password, row["password_hash"] if row else None)
        user = self._user(municipality, row["user_id"]) if row else None
        if not right or row is None or user is None or user.disabled:
            self._note_failure(municipality, who, now)
            raise NotSignedIn
        return self.begin(municipality, row["user_id"], now + SESSION)

    def _refuse_after_failures(self, municipality: str, who: list[str], now: datetime) -> None:
        with self._database.connection(municipality) as connection:
            connection.execute("delete from sign_in_failures where at < %s", [now - WINDOW])
            rows = connection.execute(
                "select who, count(*) as n from sign_in_failures where who = any(%s) group by who", [who]
            ).fetchall()
        failures = {row["who"]: row["n"] for row in rows}
        name, address = (failures.get(each, 0) for each in who)
        if name >= FAILURES or address >= FAILURES * 4:
            raise TooManyTries

    def _note_failure(self, municipality: str, who: list[str], now: datetime) -> None:
        with self._database.connection(municipality) as connection:
            for each in who:
                connection.execute(
                    "insert into sign_in_failures (who, at) values (%s, %s) on conflict do nothing",
                    [each, now],
                )

    def _user(self, municipality: str, user_id: str) -> User | None:
        """The user as the stream says now; what has been read of it before is not folded again."""
        _, user = self._store.read(StreamId(municipality, "user", user_id))
        assert user is None or isinstance(user, User)
        return user

    def begin(self, municipality: str, user_id: str, expires_at: datetime | None, label: str = "") -> str:
        """A new session, or a token where nothing ends it but its user's disabling."""
        token = f"{municipality}.{secrets.token_urlsafe(32)}"
        user = self._user(municipality, user_id)
        assert user is not None, "only a user has a session"
        with self._database.connection(municipality) as connection:
            connection.execute(
                "insert into sessions (token_hash, user_id, times_disabled, label, created_at, expires_at)"
                " values (%s, %s, %s, %s, %s, %s)",
                [_hash(token), user_id, user.times_disabled, label, self._clock.now(), expires_at],
            )
        return token

    def come_in(self, token: str, *, by_cookie: bool) -> SignedIn:
        """Who holds this token, in the roles that they hold now; refuses an unknown, ended or revoked one."""
        municipality = token.partition(".")[0]
        with self._database.connection(municipality) as connection:
            row = connection.execute(
                "select s.user_id, s.times_disabled, u.display_name from sessions s join users u"
                " using (municipality, user_id) where s.token_hash = %s and s.revoked_at is null"
                " and (s.expires_at is null or s.expires_at > %s)",
                [_hash(token), self._clock.now()],
            ).fetchone()
        if row is None:
            raise NotSignedIn
        user = self._user(municipality, row["user_id"])
        if user is None or user.disabled or user.times_disabled != row["times_disabled"]:
            raise NotSignedIn
        actor = Actor(row["user_id"], municipality, user.roles)
        return SignedIn(actor, row["display_name"], _hash(token), by_cookie)

    def leave(self, who: SignedIn) -> None:
        """Revoke the session."""
        with self._database.connection(who.actor.municipality) as connection:
            connection.execute(
                "update sessions set revoked_at = %s where token_hash = %s", [self._clock.now(), who.session]
            )


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
