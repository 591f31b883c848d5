"""What anyone may read without signing in: the decision list and its feed, one municipality at a time."""

from typing import Annotated, Any

from fastapi import APIRouter, Path, Query, Request, Response

from api.v1.commands import Key
from api.v1.identity import Store
from api.v1.reads import Limit, Page, camel, today
from domain import rejections
from domain.messages import StreamId
from domain.personal import Personal
from domain.store.event_store import EventStore
from projections import decision_list

router = APIRouter(prefix="/public", tags=["public"])

MunicipalityCode = Annotated[str, Path(pattern=r"^[0-9A-Za-z-]{1,32}$")]


def municipality_name(store: EventStore, municipality: str) -> str:
    """The municipality's name; what is not here is not found."""
    _, state = store.read(StreamId(municipality, "municipality", "settings"))
    if state.settings is None:
        raise rejections.NotFound("There is no such municipality here.")
    return str(state.settings.name)


def open_published_names(store: EventStore, municipality: str, row: dict[str, Any]) -> dict[str, Any]:
    """A published decision with the two names it may show while the members' period runs, and not a day longer.

    The names leave the row by their timer; the day is looked at here too, for the case that no worker is running.
    """
    if today(store) > row["members_last_day"]:
        row |= {"signature": None, "more_information": None}
    names = {
        name: Personal.from_stored(row.pop(name)) if row.get(name) else row.pop(name, None)
        for name in ("signature", "more_information")
    }
    return {**row, **store.keys.open_unlogged(municipality, names)}


@router.get("/{municipality}")
def public_municipality(municipality: MunicipalityCode, store: Store) -> dict[str, str]:
    """Whose decision list it is."""
    return {"code": municipality, "name": municipality_name(store, municipality)}


@router.get("/{municipality}/decisions/{key}")
def public_decision(municipality: MunicipalityCode, key: Key, store: Store) -> dict[str, Any]:
    """One published decision."""
    row = decision_list.published_decision(store.database, municipality, key)
    if row is None:
        raise rejections.NotFound("The decision is not on the list.")
    return camel(open_published_names(store, municipality, dict(row)))


@router.get("/{municipality}/decisions")
def decisions(
    municipality: MunicipalityCode,
    store: Store,
    limit: Limit = 50,
    cursor: Annotated[int | None, Query(ge=1, le=2**60)] = None,
) -> Page:
    """Published decisions, the newest first. Personal data leaves with the end of the members' period."""
    municipality_name(store, municipality)
    rows = decision_list.published(store.database, municipality, limit=limit, before=cursor)
    next_ = str(rows[-1]["position"]) if len(rows) == limit else None
    position = decision_list.decision_list.position(store.database, municipality)
    return Page(
        items=[camel(open_published_names(store, municipality, dict(row))) for row in rows],
        next=next_,
        position=position,
    )


@router.get("/{municipality}/decisions.atom", response_class=Response)
def feed(municipality: MunicipalityCode, store: Store, request: Request) -> Response:
    """The decision list as an Atom feed (RFC 4287), without any personal data."""
    name = municipality_name(store, municipality)
    rows = decision_list.published(store.database, municipality, limit=50)
    base = f"{str(request.base_url).rstrip('/')}/p/{municipality}"
    body = decision_list.atom(rows, municipality_name=name, base_url=base, updated=store.clock.now())
    return Response(body, media_type="application/atom+xml")
