"""The work queue and the list of cases."""

from datetime import datetime
from typing import Any

from fastapi import APIRouter, Response

from api.ui.page_request import IncomingPageRequest, PageRequest, Refused, problem_of
from domain.messages import HELSINKI

router = APIRouter()


@router.get("/queue")
async def queue_page(
    visit: IncomingPageRequest, role: str = "", mine: str = "", cursor: str | None = None
) -> Response:
    """What waits for my roles, the nearest last day first."""
    me = await visit.me()
    found = await visit.get(
        "/work-queue",
        mine="true" if mine else None,
        role=role or None,
        cursor=cursor,
        minPosition=visit.minimum,
    )
    items = [each for each in found["items"] if not role or each["waitsFor"] == role]
    today = visit.request.app.state.store.clock.now().astimezone(HELSINKI).date()
    for each in items:
        each["waited"] = (today - datetime.fromisoformat(each["since"]).astimezone(HELSINKI).date()).days
    names = await visit.see("/users")
    counts = await visit.see("/work-queue/counts") or {}
    tabs = [(each, counts.get(each, 0)) for each in me["roles"] if counts.get(each)]
    return await visit.show(
        "queue.html",
        items=items,
        next=found["next"],
        names=names or {},
        tabs=tabs,
        total=sum(count for _, count in tabs),
        role=role,
        mine=bool(mine),
        takes="handler" in me["roles"],
    )


@router.post("/queue/take-next")
async def take_next(visit: IncomingPageRequest) -> Response:
    """Take the oldest case that nobody has taken, and go to it."""
    found = await visit.get("/work-queue/next")
    if found["id"] is None:
        return visit.go("/queue", done="nothing-to-take")
    headers = {
        "If-Match": f'"{found["version"]}"',
        "Idempotency-Key": f"take-{found['id']}-{found['version']}",
    }
    answer = await visit.ask("POST", f"/cases/{found['id']}/assign", json={}, headers=headers)
    if answer.is_error:
        raise Refused(answer.status_code, problem_of(answer))
    return visit.go(f"/cases/{found['id']}", min=answer.json()["position"], done="assign")


@router.get("/cases")
async def cases_page(visit: IncomingPageRequest, q: str = "", cursor: str | None = None) -> Response:
    """Find a case; an applicant sees their own."""
    found = await visit.get("/cases", q=q[:100], cursor=cursor, minPosition=visit.minimum)
    return await visit.show("cases.html", items=found["items"], next=found["next"], q=q)


async def cases_of_round(visit: PageRequest, key: str) -> list[dict[str, Any]]:
    """Every case of a round, page by page."""
    items: list[dict[str, Any]] = []
    cursor: str | None = None
    while True:
        found = await visit.get("/cases", round=key, limit=100, cursor=cursor, minPosition=visit.minimum)
        items += found["items"]
        cursor = found["next"]
        if cursor is None:
            return items
