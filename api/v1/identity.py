"""Who comes in over HTTP: signing in and out, and what an endpoint asks of whoever calls it."""

from collections.abc import Callable
from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response
from pydantic import BaseModel, ConfigDict, Field, SecretStr, model_validator
from pydantic.alias_generators import to_camel

from api.v1.problems import Problem
from domain.messages import Role, StreamId, storable
from domain.store.event_store import EventStore
from domain.store.sessions import SESSION, WINDOW, NotSignedIn, SignedIn, TooManyTries
from domain.store.users import Users

SESSION_COOKIE = "asiapolku"


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
        return _come_in(request, token, by_cookie=False)
    if not cookie:
        raise Problem(HTTPStatus.UNAUTHORIZED, "not-signed-in", "Sign in first: POST /api/v1/sessions.")
    if request.method not in ("GET", "HEAD") and not _same_site(request):
        raise Problem(
            HTTPStatus.FORBIDDEN, "cross-site", "This request came from another site, so it was not done."
        )
    return _come_in(request, cookie, by_cookie=True)


def _come_in(request: Request, token: str, *, by_cookie: bool) -> SignedIn:
    try:
        return users_of(request).sessions.come_in(token, by_cookie=by_cookie)
    except NotSignedIn:
        raise Problem(
            HTTPStatus.UNAUTHORIZED, "not-signed-in", "The session has ended: sign in again."
        ) from None


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
    try:
        token = users_of(request).sessions.sign_in(
            body.municipality, body.username, body.password.get_secret_value(), address
        )
    except NotSignedIn:
        raise Problem(
            HTTPStatus.UNAUTHORIZED, "not-signed-in", "The user name or the password is not right."
        ) from None
    except TooManyTries:
        refusal = Problem(
            HTTPStatus.TOO_MANY_REQUESTS,
            "too-many-tries",
            "Too many tries: wait a quarter of an hour and try again.",
        )
        refusal.headers = {"Retry-After": str(int(WINDOW.total_seconds()))}
        raise refusal from None
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
    users_of(request).sessions.leave(who)
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
