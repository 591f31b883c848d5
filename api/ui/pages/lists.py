"""Rounds, payments, deadlines, figures and the log of who has looked."""

from typing import Any

from fastapi import APIRouter, Response

from api.ui.command_forms import creation_link
from api.ui.page_request import IncomingPageRequest
from domain.streams import commands_by_name

router = APIRouter()


@router.get("/rounds")
async def rounds_page(visit: IncomingPageRequest) -> Response:
    """Every round; staff see the demand against the budget."""
    found = await visit.get("/rounds", minPosition=visit.minimum)
    me = await visit.me()
    return await visit.show(
        "rounds.html", items=found["items"], opens=bool(creation_link("OpenRound", me["roles"]))
    )


@router.get("/payments")
async def payments_page(visit: IncomingPageRequest) -> Response:
    """What may be paid, what is on its way, and why not yet; and what is invoiced."""
    found = await visit.get("/payments", minPosition=visit.minimum)
    return await visit.show("payments.html", items=found["items"], receivables=found["receivables"])


@router.get("/deadlines")
async def deadlines_page(visit: IncomingPageRequest) -> Response:
    """What is due when, and what follows by itself."""
    found = await visit.get("/deadlines", minPosition=visit.minimum)
    for each in found["items"]:
        command = commands_by_name().get(each["name"] or "")
        each["follows"] = (command.__doc__ or "").strip().splitlines()[0] if command else ""
    return await visit.show("deadlines.html", items=found["items"])


@router.get("/figures")
async def figures_page(visit: IncomingPageRequest, round: str | None = None) -> Response:  # noqa: A002 - the word in the address
    """Lead times and automation, with their definitions and the cases behind them."""
    lead_times = await visit.get("/lead-times", round=round)
    automation = await visit.get("/automation")
    rounds_: list[Any] = (await visit.get("/rounds"))["items"]
    return await visit.show(
        "figures.html", lead_times=lead_times, automation=automation, rounds=rounds_, chosen=round
    )


@router.get("/access-log")
async def access_log_page(visit: IncomingPageRequest) -> Response:
    """Who has looked at personal data, at what, when and why."""
    found = await visit.get("/access-log")
    return await visit.show("access_log.html", items=found["items"], names=await visit.see("/users") or {})
