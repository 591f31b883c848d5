"""Users and their roles, for administrators and auditors: who may act as what, who could on a day, and a new user's name."""

from datetime import date
from http import HTTPStatus
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request, Response
from pydantic import BaseModel, Field, SecretStr, model_validator

from api.v1.commands import Key
from api.v1.identity import Store, holding, users_of
from api.v1.parameters import LanguageQuery
from api.v1.problems import Problem
from api.v1.reads import Page, camel, command_links, list_page, today, visible_stream, wait_for_position
from domain.messages import WIRE_CONFIG, YEARS, Role, storable
from domain.store.sessions import SignedIn
from domain.store.users import UsernameTaken
from domain.streams import may_do, stage_of
from domain.texts.translation import DEFAULT_LANGUAGE
from projections.role_holders import accounts, history, holders, role_holders

router = APIRouter(tags=["users"])

Reader = Annotated[SignedIn, Depends(holding(Role.ADMINISTRATOR, Role.AUDITOR))]
Administrator = Annotated[SignedIn, Depends(holding(Role.ADMINISTRATOR))]


class Credentials(BaseModel):
    """A user name, a password, and the name that colleagues see."""

    model_config = WIRE_CONFIG
    _legible = model_validator(mode="before")(storable)
    username: Annotated[str, Field(min_length=1, max_length=120, pattern=r"^\S+$")]
    display_name: Annotated[str, Field(min_length=1, max_length=200)]
    password: Annotated[SecretStr, Field(min_length=12, max_length=400)]


@router.get("/user-accounts", dependencies=[wait_for_position(role_holders)])
def user_accounts(who: Reader, store: Store, request: Request) -> Page:
    """Every user with their roles, whether they are disabled, and since when it is so."""
    municipality = who.actor.municipality
    names, usernames = users_of(request).names(municipality), users_of(request).usernames(municipality)
    rows = [
        {**row, "name": names.get(row["user_id"]), "username": usernames.get(row["user_id"])}
        for row in accounts(store.database, municipality)
    ]
    return list_page(role_holders, store, who, rows)


@router.get("/users/{key}", dependencies=[wait_for_position(role_holders)])
def user(
    key: Key,
    who: Reader,
    store: Store,
    request: Request,
    response: Response,
    lang: LanguageQuery = DEFAULT_LANGUAGE,
) -> dict[str, Any]:
    """A user: the roles they have, each time that they could act in one, and what may be done now."""
    stream, version, state = visible_stream(store, who, "user", key)
    response.headers["ETag"] = f'"{version}"'
    municipality = who.actor.municipality
    names = users_of(request).names(municipality)
    body = {
        "id": key,
        "version": version,
        "name": names.get(key),
        "username": users_of(request).usernames(municipality).get(key),
        "roles": sorted(state.held),
        "disabled": state.disabled,
        "stage": stage_of(stream, state).name,
        "stage_texts": stage_of(stream, state).texts.in_language(lang),
        "history": [
            {
                **row,
                "granted_by_name": names.get(row["granted_by"]),
                "ended_by_name": names.get(row["ended_by"]),
            }
            for row in history(store.database, municipality, key)
        ],
    }
    own = key == who.actor.user_id  # nobody decides of their own roles, so nothing is offered
    offered = [] if own else may_do(stream, state, who.actor)
    return {**camel(body), "allowed": command_links(stream, offered)}


@router.put("/users/{key}/credentials", status_code=HTTPStatus.NO_CONTENT)
def name_user(key: Key, body: Credentials, who: Administrator, store: Store, request: Request) -> None:
    """Give a user who was just added a name and a first password; these are no facts, and are kept apart from them."""
    visible_stream(store, who, "user", key)
    try:
        users_of(request).name(
            who.actor.municipality, key, body.username, body.password.get_secret_value(), body.display_name
        )
    except UsernameTaken:
        raise Problem(
            HTTPStatus.UNPROCESSABLE_ENTITY,
            "username-taken",
            "This user has a name already, or another user has this one: choose another name.",
        ) from None


@router.get("/role-holders", dependencies=[wait_for_position(role_holders)])
def role_holder_list(
    who: Reader,
    store: Store,
    request: Request,
    role: Annotated[Role | None, Query()] = None,
    on: Annotated[date | None, Query(description="A day in Helsinki; today where none is given.")] = None,
) -> Page:
    """Who could act in a role on a day: from when until when, granted and ended by whom and for what reason."""
    day = on or today(store)
    if day.year not in YEARS:
        raise Problem(HTTPStatus.BAD_REQUEST, "malformed", "That year is not of our time; look at it again.")
    names = users_of(request).names(who.actor.municipality)
    rows = [
        {
            **row,
            "name": names.get(row["user_id"]),
            "granted_by_name": names.get(row["granted_by"]),
            "ended_by_name": names.get(row["ended_by"]),
        }
        for row in holders(store.database, who.actor.municipality, day, role)
    ]
    return list_page(role_holders, store, who, rows)
