"""What anyone may read without signing in: published decisions, and how accessible the pages are."""

from fastapi import APIRouter, Response

from api.ui.page_request import IncomingPageRequest

router = APIRouter()


@router.get("/p/{municipality}")
@router.get("/p/{municipality}/")
async def public_decisions_page(
    visit: IncomingPageRequest, municipality: str, cursor: str | None = None
) -> Response:
    """The decision list, the newest first."""
    whose = await visit.get(f"/public/{municipality}")
    found = await visit.get(f"/public/{municipality}/decisions", cursor=cursor)
    return visit.public(
        "public_list.html",
        municipality=municipality,
        municipality_name=whose["name"],
        items=found["items"],
        next=found["next"],
    )


@router.get("/p/{municipality}/decisions/{key}")
async def public_decision_page(visit: IncomingPageRequest, municipality: str, key: str) -> Response:
    """One published decision."""
    whose = await visit.get(f"/public/{municipality}")
    item = await visit.get(f"/public/{municipality}/decisions/{key}")
    return visit.public(
        "public_decision.html", municipality=municipality, municipality_name=whose["name"], item=item
    )


@router.get("/accessibility")
async def accessibility(visit: IncomingPageRequest) -> Response:
    """The accessibility statement."""
    return visit.public("accessibility.html")
