"""The pages of one case, round, decision and of the municipality, each with everything that may be done with it."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from fastapi import APIRouter, Response
from pydantic.alias_generators import to_camel

from api.ui import places
from api.ui.doors import Attempt, beginning, form, forms_of, named, put
from api.ui.forms import Place
from api.ui.pages.queue import of_round
from api.ui.visit import Refused, Visit, Visiting
from domain.messages import STAFF

router = APIRouter()


@dataclass(frozen=True)
class Subject:
    """What a page is about, what its forms choose from, and what else its template shows."""

    body: dict[str, Any]
    place: Place
    more: dict[str, Any]


async def a_case(visit: Visit, key: str) -> Subject:
    """A case with its timeline and the names of people."""
    me = await visit.me()
    body = await visit.get(f"/cases/{key}", lang=visit.language)
    names = await visit.see("/users") if set(me["roles"]) & STAFF else {}
    told = await visit.see(f"/cases/{key}/timeline", lang=visit.language, minPosition=visit.minimum)
    more = {
        "names": names or {},
        "timeline": (told or {"items": []})["items"],
        "staff": bool(set(me["roles"]) & STAFF),
        "looks": bool({"auditor", "archivist"} & set(me["roles"])),
        "phases": phases(body),
    }
    return Subject(body, places.of_case(body, names, visit.language), more)


def phases(case: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The stage bar: stages that belong together stand as one, each behind, now or ahead."""
    from api.ui.words import PHASES

    groups: list[dict[str, Any]] = []
    now = case["stages"].index(case["stage"]) if case["stage"] in case["stages"] else -1
    for place, stage in enumerate(case["stages"]):
        phase = PHASES.get(stage, stage)
        if not groups or groups[-1]["phase"] != phase:
            groups.append({"phase": phase, "name": stage, "state": "ahead"})
        if place == now:
            groups[-1]["state"] = "now"
        elif place < now:
            groups[-1]["state"] = "behind"
    last_is_over = case["stage"] in ("archived", "closed") and not case["withdrawn"]
    if last_is_over and groups:
        groups[-1]["state"] = "behind"
    return groups


async def a_round(visit: Visit, key: str) -> Subject:
    """A round with its applications, and the proposal that may follow."""
    me = await visit.me()
    body = await visit.get(f"/rounds/{key}", lang=visit.language, minPosition=visit.minimum)
    staff = bool(set(me["roles"]) & STAFF)
    cases = await of_round(visit, key)
    return Subject(
        body, places.of_round(cases, key, body["name"]), {"cases": cases if staff else [], "staff": staff}
    )


async def a_decision(visit: Visit, key: str) -> Subject:
    body = await visit.get(f"/decisions/{key}", lang=visit.language)
    return Subject(body, places.of_decision(body), {"names": await visit.see("/users") or {}})


async def the_municipality(visit: Visit, _key: str) -> Subject:
    body = await visit.get("/municipality")
    return Subject(body, places.of_municipality(body, visit.language), {})


LOADERS: Mapping[str, Callable[[Visit, str], Awaitable[Subject]]] = {
    "case": a_case,
    "round": a_round,
    "decision": a_decision,
    "municipality": the_municipality,
}


async def page(visit: Visit, kind: str, key: str, attempt: Attempt | None = None) -> Response:
    """The page of a subject, with the attempt that must be mended where there is one."""
    subject = await LOADERS[kind](visit, key)
    forms = forms_of(subject.body, subject.place, visit.language, attempt)
    if kind == "round":
        door = beginning("Propose", (await visit.me())["roles"])
        if door and subject.place.lists["cases"]:
            forms.append(form(door, subject.place, visit.language, attempt=attempt))
    return await visit.show(
        f"{kind}.html",
        attempt.status if attempt else HTTPStatus.OK,
        subject=subject.body,
        forms=forms,
        attempt=attempt,
        at_fields={} if attempt is None else _summary(forms, attempt),
        **subject.more,
    )


def _summary(forms: list[Any], attempt: Attempt) -> dict[str, Any]:
    """The refused form, for the summary above it; none where its command is not allowed any more."""
    return {"form": next((each for each in forms if each.name == attempt.command), None)}


async def answer(visit: Visit, kind: str, key: str, name: str) -> Response:
    """Put the command and go back to its subject, or show what must be mended."""
    subject = await LOADERS[kind](visit, key)
    done = await put(visit, named(kind, name), subject.place)
    if isinstance(done, Attempt):
        return await page(visit, kind, key, done)
    address = "/municipality" if kind == "municipality" else f"/{kind}s/{key}"
    return visit.go(address, min=done["position"], done=name)


@router.get("/cases/{key}")
async def case_page(visit: Visiting, key: str) -> Response:
    return await page(visit, "case", key)


@router.get("/rounds/{key}")
async def round_page(visit: Visiting, key: str) -> Response:
    if key == "new":
        return await _beginning(visit, "OpenRound")
    return await page(visit, "round", key)


@router.get("/decisions/{key}")
async def decision_page(visit: Visiting, key: str) -> Response:
    return await page(visit, "decision", key)


@router.get("/municipality")
async def municipality_page(visit: Visiting) -> Response:
    return await page(visit, "municipality", "settings")


@router.post("/rounds")
async def open_round(visit: Visiting) -> Response:
    """Open a round."""
    place = places.of_new_round(await visit.get("/municipality"), visit.language)
    done = await put(visit, named("round", "open-round"), place)
    if isinstance(done, Attempt):
        return await _beginning(visit, "OpenRound", done)
    return visit.go(f"/rounds/{done['id']}", min=done["position"], done="open-round")


async def _beginning(visit: Visit, name: str, attempt: Attempt | None = None) -> Response:
    door = beginning(name, (await visit.me())["roles"])
    if door is None:
        raise Refused(HTTPStatus.FORBIDDEN, {"detail": "Your roles do not allow this."})
    place = places.of_new_round(await visit.get("/municipality"), visit.language)
    made = form(door, place, visit.language, attempt=attempt)
    return await visit.show(
        "beginning.html", attempt.status if attempt else HTTPStatus.OK, form=made, attempt=attempt
    )


@router.post("/decisions")
async def propose(visit: Visiting) -> Response:
    """Propose a decision; it is begun on the page of its round."""
    sent = await visit.request.form(max_fields=3000)
    key = str(sent.get("round", ""))
    subject = await a_round(visit, key)
    done = await put(visit, named("decision", "propose"), subject.place)
    if isinstance(done, Attempt):
        return await page(visit, "round", key, done)
    return visit.go(f"/decisions/{done['id']}", min=done["position"], done="propose")


@router.get("/cases/{key}/personal-data")
async def personal_data(visit: Visiting, key: str) -> Response:
    """Ask why; nothing is opened by following a link."""
    case = await visit.get(f"/cases/{key}", lang=visit.language)
    return await visit.show("personal_data.html", subject=case, values=None, detail="", reason="")


@router.post("/cases/{key}/personal-data")
async def opened(visit: Visiting, key: str) -> Response:
    """Contact and account data, opened for a reason that is logged."""
    case = await visit.get(f"/cases/{key}", lang=visit.language)
    reason = str((await visit.request.form()).get("reason", "")).strip()
    answer_ = await visit.ask("GET", f"/cases/{key}/personal-data", params={"reason": reason})
    if answer_.is_error:
        detail = "Say why you look, in at least three letters; it is logged."
        return await visit.show(
            "personal_data.html",
            answer_.status_code,
            subject=case,
            values=None,
            detail=detail,
            reason=reason,
        )
    found: dict[str, dict[str, str]] = {}
    for name, value in answer_.json()["values"].items():
        about, _, what = name.partition(".")
        found.setdefault(about, {})[to_camel(what)] = value
    return await visit.show("personal_data.html", subject=case, values=found, detail="", reason=reason)


@router.get("/cases/{key}/attachments/{sha256}")
async def attachment(visit: Visiting, key: str, sha256: str) -> Response:
    """A document, as the API hands it out."""
    found = await visit.ask("GET", f"/cases/{key}/attachments/{sha256}")
    if found.is_error:
        raise Refused(found.status_code, found.json())
    kept = ("content-type", "content-disposition", "etag", "last-modified")
    headers = {name: value for name, value in found.headers.items() if name in kept}
    return Response(found.content, headers=headers)


@router.get("/cases/{key}/trail")
async def trail(visit: Visiting, key: str, version: int | None = None) -> Response:
    """The raw trail for the auditor, and the case as it was after one of its events."""
    found = await visit.get(f"/cases/{key}/trail")
    case = await visit.get(f"/cases/{key}", lang=visit.language)
    reached = version or len(found["items"])
    then = await visit.get(f"/cases/{key}/as-it-was", version=reached, lang=visit.language)
    return await visit.show("trail.html", subject=case, items=found["items"], then=then, reached=reached)


@router.post("/cases/{key}/{name}")
async def on_case(visit: Visiting, key: str, name: str) -> Response:
    return await answer(visit, "case", key, name)


@router.post("/rounds/{key}/{name}")
async def on_round(visit: Visiting, key: str, name: str) -> Response:
    return await answer(visit, "round", key, name)


@router.post("/decisions/{key}/{name}")
async def on_decision(visit: Visiting, key: str, name: str) -> Response:
    return await answer(visit, "decision", key, name)


@router.post("/municipality/{name}")
async def on_municipality(visit: Visiting, name: str) -> Response:
    return await answer(visit, "municipality", "settings", name)
