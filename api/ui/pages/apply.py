"""Applying: choose what you apply for, fill in, and see it in your cases."""

from http import HTTPStatus
from typing import Any

from fastapi import APIRouter, Response

from api.ui import form_contexts as places
from api.ui.command_forms import Attempt, command_form, command_named, creation_link, submit_form
from api.ui.page_request import IncomingPageRequest, PageRequest, Refused
from domain.messages import HELSINKI
from domain.process import Process
from domain.texts.translation import in_language

router = APIRouter()
HIDDEN = ("process", "round")
ORDER = ("form", "organisation", "contact", "account", "attachments")
OF_CUSTOMER_SERVICE = ("channel", "arrivedAt", "enteredReason")


@router.get("/apply")
async def apply_page(visit: IncomingPageRequest) -> Response:
    """Every process, with its open rounds where it has rounds."""
    await _may(visit)
    rounds = (await visit.get("/rounds"))["items"]
    now = visit.request.app.state.store.clock.now().astimezone(HELSINKI).isoformat()
    return await visit.show(
        "apply_start.html",
        processes=[
            {
                "name": each.name,
                "title": in_language(each.titles, visit.language),
                "has_round": each.has_round,
                "rounds": [one for one in rounds if one["process"] == each.name],
                "needed": [
                    in_language(one.titles, visit.language) for one in each.attachments if one.required
                ],
            }
            for each in places.newest_processes()
        ],
        now=now,
    )


@router.get("/apply/{name}")
async def application_page(visit: IncomingPageRequest, name: str, round: str | None = None) -> Response:  # noqa: A002 - the word in the address
    return await _form(visit, _process(name), round)


@router.post("/cases")
async def post_application(visit: IncomingPageRequest) -> Response:
    """Submit what was filled in."""
    sent = await visit.request.form(max_fields=3000)
    kind, round_ = _process(str(sent.get("process", ""))), str(sent.get("round", "")) or None
    place = places.application_context(kind, await _round(visit, round_), visit.language)
    done = await submit_form(visit, command_named("case", "submit"), place)
    if isinstance(done, Attempt):
        return await _form(visit, kind, round_, done)
    return visit.go(f"/cases/{done['id']}", min=done["position"], done="submit")


def _process(name: str) -> Process:
    found = next((each for each in places.newest_processes() if each.name == name), None)
    if found is None:
        raise Refused(HTTPStatus.NOT_FOUND, {"detail": "There is nothing at this address."})
    return found


async def _may(visit: PageRequest) -> dict[str, Any]:
    link = creation_link("Submit", (await visit.me())["roles"])
    if link is None:
        raise Refused(
            HTTPStatus.FORBIDDEN,
            {"detail": "Applicants apply; customer service enters paper and counter visits."},
        )
    return link


async def _round(visit: PageRequest, key: str | None) -> dict[str, Any] | None:
    """The round that is applied in, with what its criteria ask; None where there is no such round."""
    found: dict[str, Any] | None = await visit.see(f"/rounds/{key}", lang=visit.language) if key else None
    return found


async def _form(
    visit: PageRequest, kind: Process, round_: str | None, attempt: Attempt | None = None
) -> Response:
    link = await _may(visit)
    on_paper = "customer-service" in (await visit.me())["roles"]
    prefill = {"channel": "paper"} if on_paper else {}
    found = await _round(visit, round_)
    place = places.application_context(kind, found, visit.language)
    made = command_form(link, place, visit.language, prefill=prefill, attempt=attempt)
    left_out = [*HIDDEN, *(() if on_paper else OF_CUSTOMER_SERVICE), *(() if kind.pays else ("account",))]
    needed = [*(("account",) if kind.pays else ()), *(("channel",) if on_paper else ())]
    return await visit.show(
        "apply.html",
        attempt.status if attempt else HTTPStatus.OK,
        form=made.without(*left_out).requiring(*needed).ordered(*ORDER),
        attempt=attempt,
        process=in_language(kind.titles, visit.language),
        hidden={"process": kind.name, "round": round_ or ""},
        round=found,
    )
