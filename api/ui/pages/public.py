"""What anyone may read without signing in: published decisions, and how accessible the pages are."""

from http import HTTPStatus

from fastapi import APIRouter, Response

from api.ui.visit import Refused, Visiting

router = APIRouter()


@router.get("/p/{municipality}")
@router.get("/p/{municipality}/")
async def decisions(visit: Visiting, municipality: str, cursor: str | None = None) -> Response:
    """The decision list, the newest first."""
    found = await visit.get(f"/public/{municipality}/decisions", cursor=cursor)
    return visit.public(
        "public_list.html", municipality=municipality, items=found["items"], next=found["next"]
    )


@router.get("/p/{municipality}/decisions/{key}")
async def decision(visit: Visiting, municipality: str, key: str) -> Response:
    """One published decision."""
    cursor: str | None = None
    while True:
        found = await visit.get(f"/public/{municipality}/decisions", cursor=cursor, limit=100)
        for each in found["items"]:
            if key in (each.get("key"), each.get("id"), each.get("decision"), str(each.get("stream", "")).rpartition("/")[2]):  # fmt: skip
                return visit.public("public_decision.html", municipality=municipality, item=each)
        cursor = found["next"]
        if cursor is None:
            raise Refused(HTTPStatus.NOT_FOUND, {"detail": "The decision is not on the list."})


@router.get("/accessibility")
async def accessibility(visit: Visiting) -> Response:
    """The accessibility statement."""
    return visit.public("accessibility.html")
