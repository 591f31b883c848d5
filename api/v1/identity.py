"""Who comes in: signing in with a password, sessions that can be revoked, tokens by role, and the hats they give."""

import hashlib
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from http import HTTPStatus
from typing import Annotated

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerifyMismatchError
from fastapi import APIRouter, Depends, Request, Response
from pydantic import BaseModel, ConfigDict, Field, SecretStr, model_validator
from pydantic.alias_generators import to_camel

from api.v1.problems import Problem
from domain.messages import Actor, Role, StreamId, storable
from domain.store.event_store import EventStore

SESSION_COOKIE = "asiapolku"
SESSION = timedelta(hours=10)
FAILURES, WINDOW = 5, timedelta(minutes=15)
MINIMUM = 12

hasher = PasswordHasher()
_nobody = hasher.hash(secrets.token_urlsafe())
"""Verified against when there is no such user, so that both answers take as long."""


@dataclass(frozen=True)
class SignedIn:
    """A person or a programme that has come in, and the session they came with."""

    actor: Actor
    display_name: str
    session: str
    by_cookie: bool


class Users:
    """The users, sessions and tokens of one installation."""

    def __init__(self, store: EventStore) -> None:
        self._store, self._database, self._clock = store, store.database, store.clock

    def add(
        self, municipality: str, username: str, password: str, display_name: str, roles: list[Role]
    ) -> str:
        """Add a user, or give an existing one a new password, name and roles, which ends what was open under the old ones.

        Returns the opaque user id.
        """
        if len(password) < MINIMUM:
            raise ValueError(f"a password has at least {MINIMUM} characters")
        with self._database.transaction(municipality) as connection:
            row = connection.execute(
                "insert into users (user_id, username, password_hash, display_name, roles) values (%s, %s, %s, %s, %s)"
                " on conflict (municipality, username) do update set password_hash = excluded.password_hash,"
                " display_name = excluded.display_name, roles = excluded.roles, disabled = false returning user_id",
                [
                    f"u-{secrets.token_hex(5)}",
                    username,
                    hasher.hash(password),
                    display_name,
                    [*map(str, roles)],
                ],
            ).fetchone()
            assert row is not None
            connection.execute(
                "update sessions set revoked_at = %s where user_id = %s and revoked_at is null",
                [self._clock.now(), row["user_id"]],
            )
        return str(row["user_id"])

    def disable(self, municipality: str, username: str) -> bool:
        """Let a user in no more, and end every session."""
        with self._database.transaction(municipality) as connection:
            row = connection.execute(
                "update users set disabled = true where username = %s returning user_id", [username]
            ).fetchone()
            if row:
                connection.execute(
                    "update sessions set revoked_at = %s where user_id = %s",
                    [self._clock.now(), row["user_id"]],
                )
        return row is not None

    def usernames(self, municipality: str) -> list[str]:
        """Who may sign in."""
        with self._database.connection(municipality) as connection:
            rows = connection.execute("select username from users where not disabled order by 1").fetchall()
        return [row["username"] for row in rows]

    def names(self, municipality: str) -> dict[str, str]:
        """Display names by user id, for pages that say who did what."""
        with self._database.connection(municipality) as connection:
            rows = connection.execute("select user_id, display_name from users").fetchall()
        return {row["user_id"]: row["display_name"] for row in rows}

    def sign_in(self, municipality: str, username: str, password: str, address: str) -> str:
        """A session's token for the right password. Five failures in a quarter of an hour close the door for a while."""
        now = self._clock.now()
        who = [
            self._store.keys.digest("user", municipality, username),
            self._store.keys.digest("address", address),
        ]
        with self._database.connection(municipality) as connection:
            connection.execute("delete from sign_in_failures where at < %s", [now - WINDOW])
            limit = connection.execute(
                "select who, count(*) as n from sign_in_failures where who = any(%s) group by who", [who]
            ).fetchall()
            failures = {row["who"]: row["n"] for row in limit}
            if failures.get(who[0], 0) >= FAILURES or failures.get(who[1], 0) >= FAILURES * 4:
                refusal = Problem(
                    HTTPStatus.TOO_MANY_REQUESTS,
                    "too-many-tries",
                    "Too many tries: wait a quarter of an hour and try again.",
                )
                refusal.headers = {"Retry-After": str(int(WINDOW.total_seconds()))}
                raise refusal
            user = connection.execute(
                "select user_id, password_hash, roles, disabled from users where username = %s", [username]
            ).fetchone()
            if (
                not _verified(user["password_hash"] if user else _nobody, password)
                or user is None
                or user["disabled"]
            ):
                for each in who:
                    connection.execute(
                        "insert into sign_in_failures (who, at) values (%s, %s) on conflict do nothing",
                        [each, now],
                    )
                raise Problem(
                    HTTPStatus.UNAUTHORIZED, "not-signed-in", "The user name or the password is not right."
                )
        return self.session(municipality, user["user_id"], user["roles"], now + SESSION)

    def session(
        self, municipality: str, user_id: str, roles: list[str], expires_at: datetime | None, label: str = ""
    ) -> str:
        """A new session or token; only its hash is kept."""
        token = f"{municipality}.{secrets.token_urlsafe(32)}"
        with self._database.connection(municipality) as connection:
            connection.execute(
                "insert into sessions (token_hash, user_id, roles, label, created_at, expires_at)"
                " values (%s, %s, %s, %s, %s, %s)",
                [_hash(token), user_id, roles, label, self._clock.now(), expires_at],
            )
        return token

    def token(self, municipality: str, label: str, roles: list[Role]) -> str:
        """An API token with these roles, under a user of its own that cannot sign in."""
        user_id = self.add(municipality, f"token:{label}", secrets.token_urlsafe(32), label, roles)
        return self.session(municipality, user_id, [*map(str, roles)], None, label)

    def come_in(self, token: str, *, by_cookie: bool) -> SignedIn:
        """Who holds this token; refuses an unknown, ended or revoked one."""
        municipality = token.partition(".")[0]
        with self._database.connection(municipality) as connection:
            row = connection.execute(
                "select s.user_id, s.roles, u.roles as user_roles, u.display_name from sessions s join users u"
                " using (municipality, user_id) where s.token_hash = %s and s.revoked_at is null and not u.disabled"
                " and (s.expires_at is null or s.expires_at > %s)",
                [_hash(token), self._clock.now()],
            ).fetchone()
        if row is None:
            raise Problem(HTTPStatus.UNAUTHORIZED, "not-signed-in", "The session has ended: sign in again.")
        roles = frozenset(Role(role) for role in row["roles"] if role in row["user_roles"])
        return SignedIn(
            Actor(row["user_id"], municipality, roles), row["display_name"], _hash(token), by_cookie
        )

    def leave(self, who: SignedIn) -> None:
        """Revoke the session."""
        with self._database.connection(who.actor.municipality) as connection:
            connection.execute(
                "update sessions set revoked_at = %s where token_hash = %s", [self._clock.now(), who.session]
            )


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def _verified(password_hash: str, password: str) -> bool:
    try:
        return hasher.verify(password_hash, password)
    except (VerifyMismatchError, InvalidHashError):
        return False


# The door ------------------------------------------------------------------------------------------------------------


def users_of(request: Request) -> Users:
    found: Users = request.app.state.users
    return found


def store_of(request: Request) -> EventStore:
    found: EventStore = request.app.state.store
    return found


def signed_in(request: Request) -> SignedIn:
    """Whoever asks, by a bearer token or by the session's cookie; refuses with 401."""
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    cookie = request.cookies.get(SESSION_COOKIE, "")
    if scheme.lower() == "bearer" and token:
        return users_of(request).come_in(token, by_cookie=False)
    if not cookie:
        raise Problem(HTTPStatus.UNAUTHORIZED, "not-signed-in", "Sign in first: POST /api/v1/sessions.")
    if request.method not in ("GET", "HEAD") and not _same_site(request):
        raise Problem(
            HTTPStatus.FORBIDDEN, "cross-site", "This request came from another site, so it was not done."
        )
    return users_of(request).come_in(cookie, by_cookie=True)


def _same_site(request: Request) -> bool:
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None:
        return site in ("same-origin", "none")
    origin = request.headers.get("Origin")
    return origin is None or origin.partition("://")[2] == request.headers.get("Host")


CurrentUser = Annotated[SignedIn, Depends(signed_in)]
Store = Annotated[EventStore, Depends(store_of)]


def holding(*roles: Role) -> Callable[[SignedIn], SignedIn]:
    """Only for people who hold one of these roles."""

    def check(who: CurrentUser) -> SignedIn:
        if not who.actor.roles & set(roles):
            raise Problem(HTTPStatus.FORBIDDEN, "not-allowed", f"This is for {', '.join(sorted(roles))}.")
        return who

    return check


router = APIRouter(tags=["identity"])


class SignIn(BaseModel):
    """User name and password in one municipality."""

    model_config = ConfigDict(extra="forbid")
    _legible = model_validator(mode="before")(storable)
    municipality: Annotated[str, Field(pattern=r"^[0-9A-Za-z-]{1,32}$")]
    username: Annotated[str, Field(min_length=1, max_length=120)]
    password: Annotated[SecretStr, Field(min_length=1, max_length=400)]


class Session(BaseModel):
    """The token of a session: send it as `Authorization: Bearer`."""

    token: str


class Me(BaseModel):
    """Who is signed in."""

    model_config = ConfigDict(alias_generator=to_camel, populate_by_name=True)
    user_id: str
    display_name: str
    municipality: str
    municipality_name: str
    roles: list[Role]


@router.post("/sessions", status_code=HTTPStatus.CREATED)
def sign_in(body: SignIn, request: Request, response: Response) -> Session:
    """Sign in; a browser keeps the session in a cookie, a programme sends the token."""
    address = request.client.host if request.client else ""
    token = users_of(request).sign_in(
        body.municipality, body.username, body.password.get_secret_value(), address
    )
    response.set_cookie(
        SESSION_COOKIE,
        token,
        max_age=int(SESSION.total_seconds()),
        httponly=True,
        samesite="lax",
        secure=request.url.scheme == "https",
    )
    return Session(token=token)


@router.delete("/sessions/current", status_code=HTTPStatus.NO_CONTENT)
def sign_out(who: CurrentUser, request: Request, response: Response) -> None:
    """Sign out: the session is revoked on the server."""
    users_of(request).leave(who)
    response.delete_cookie(SESSION_COOKIE)


@router.get("/me")
def me(who: CurrentUser, store: Store) -> Me:
    """Who I am here."""
    _, municipality = store.read(StreamId(who.actor.municipality, "municipality", "settings"))
    name = municipality.settings.name if municipality.settings else who.actor.municipality
    return Me(
        user_id=who.actor.user_id,
        display_name=who.display_name,
        municipality=who.actor.municipality,
        municipality_name=name,
        roles=sorted(who.actor.roles),
    )
