"""The pages of one case, round, decision and of the municipality, each with everything that may be done with it."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from http import HTTPStatus
from typing import Any

from fastapi import APIRouter, Response
from pydantic.alias_generators import to_camel

from api.ui import form_contexts as places
from api.ui.command_forms import (
    Attempt,
    command_form,
    command_named,
    creation_link,
    forms_for_subject,
    submit_form,
)
from api.ui.forms import FormContext
from api.ui.page_request import IncomingPageRequest, PageRequest, Refused
from api.ui.pages.queue import cases_of_round
from api.ui.process_texts import process_of
from domain.messages import STAFF

router = APIRouter()


@dataclass(frozen=True)
class Subject:
    """What a page is about, what its forms choose from, and what else its template shows."""

    body: dict[str, Any]
    place: FormContext
    more: dict[str, Any]


async def load_case(visit: PageRequest, key: str) -> Subject:
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
    place = places.with_proposal(places.case_context(body, names, visit.language), body)
    return Subject(body, place, more)


def phases(case: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The stage bar: stages that belong together stand as one, each behind, now or ahead."""
    groups: list[dict[str, Any]] = []
    now = case["stages"].index(case["stage"]) if case["stage"] in case["stages"] else -1
    for place, stage in enumerate(case["path"]):
        if not groups or groups[-1]["phase"] != stage["phase"]:
            groups.append({"phase": stage["phase"], "name": stage["phase"], "state": "ahead"})
        if place == now:
            groups[-1]["state"] = "now"
        elif place < now:
            groups[-1]["state"] = "behind"
    last_is_over = case["stage"] in ("archived", "closed") and not case["withdrawn"]
    if last_is_over and groups:
        groups[-1]["state"] = "behind"
    return groups


def primary_command(case: Mapping[str, Any]) -> str:
    """The command that most likely comes next, to stand first; the others keep the API's order."""
    if case["stage"] == "proposal":
        return "propose"
    if case["stage"] != "handling":
        return ""
    if case["handler"] is None:
        return "assign"
    if any(each["check"] is None for each in case["checklist"]):
        return "record-check"
    asked = [each for each in case["questions"] if each["source"] == "handler"]
    return "record-finding" if any(each["finding"] is None for each in asked) else "evaluate"


def is_applicable(command: str, body: Mapping[str, Any]) -> bool:
    """Whether there is anything for this command at all, by the criteria, the process or the payments there are."""
    return command not in APPLICABLE or APPLICABLE[command](body)


def may_be_called_up(decision: Mapping[str, Any]) -> bool:
    decides = process_of(decision).decides
    return decides is not None and decides.may_be_called_up


APPLICABLE: Mapping[str, Callable[[Mapping[str, Any]], bool]] = {
    "RecordFinding": lambda case: bool(case["questions"]),
    "FixValues": lambda round_: bool(round_["slots"]),
    "Renew": lambda round_: bool(round_["ruleSet"]["renewal"]),
    "ApproveInstalment": lambda case: (
        Decimal(case["plan"]["instalments"]) > Decimal(case["instalmentsApproved"])
    ),
    "ChangeAccount": lambda case: process_of(case).pays,
    "BookPayment": lambda case: bool(case["payments"]),
    "ReturnPayment": lambda case: bool(case["payments"]),
    "CallUp": may_be_called_up,
}
"""Commands that the stage answers, but that a page offers only where there is something to do."""


async def load_round(visit: PageRequest, key: str) -> Subject:
    """A round with its applications, and the proposal that may follow."""
    me = await visit.me()
    body = await visit.get(f"/rounds/{key}", lang=visit.language, minPosition=visit.minimum)
    staff = bool(set(me["roles"]) & STAFF)
    cases = await cases_of_round(visit, key)
    rounds = (await visit.get("/rounds"))["items"]
    fixed = (body.get("fixed") or {}).get("values", {})
    for slot in body.get("slots", ()):
        slot["value"] = fixed.get(to_camel(slot["name"]))
    place = places.round_context(body, cases, rounds, visit.language)
    return Subject(body, place, {"cases": cases if staff else [], "staff": staff})


async def load_decision(visit: PageRequest, key: str) -> Subject:
    body = await visit.get(f"/decisions/{key}", lang=visit.language)
    return Subject(body, places.decision_context(body), {"names": await visit.see("/users") or {}})


async def load_municipality(visit: PageRequest, _key: str) -> Subject:
    body = await visit.get("/municipality")
    return Subject(body, places.municipality_context(body, visit.language), {})


async def load_user(visit: PageRequest, key: str) -> Subject:
    body = await visit.get(f"/users/{key}", lang=visit.language, minPosition=visit.minimum)
    names_them = body["username"] is None and "administrator" in (await visit.me())["roles"]
    return Subject(body, FormContext({}, values={"roles": body["roles"]}), {"names_them": names_them})


LOADERS: Mapping[str, Callable[[PageRequest, str], Awaitable[Subject]]] = {
    "case": load_case,
    "round": load_round,
    "decision": load_decision,
    "municipality": load_municipality,
    "user": load_user,
}


async def subject_page(visit: PageRequest, kind: str, key: str, attempt: Attempt | None = None) -> Response:
    """The page of a subject, with the attempt that must be mended where there is one."""
    subject = await LOADERS[kind](visit, key)
    offered = [each for each in subject.body.get("allowed", ()) if is_applicable(each["name"], subject.body)]
    forms = forms_for_subject({**subject.body, "allowed": offered}, subject.place, visit.language, attempt)
    if kind == "case":
        first = primary_command(subject.body)
        forms.sort(key=lambda each: each.name != first)
    if kind == "round":
        link = creation_link("Propose", (await visit.me())["roles"])
        if link and subject.place.lists["cases"]:
            forms.append(command_form(link, subject.place, visit.language, attempt=attempt))
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


async def handle_form(visit: PageRequest, kind: str, key: str, name: str) -> Response:
    """Put the command and go back to its subject, or show what must be mended."""
    subject = await LOADERS[kind](visit, key)
    done = await submit_form(visit, command_named(kind, name), subject.place)
    if isinstance(done, Attempt):
        return await subject_page(visit, kind, key, done)
    address = "/municipality" if kind == "municipality" else f"/{kind}s/{key}"
    return visit.go(address, min=done["position"], done=name)


@router.get("/cases/{key}")
async def case_page(visit: IncomingPageRequest, key: str) -> Response:
    return await subject_page(visit, "case", key)


@router.get("/rounds/{key}")
async def round_page(visit: IncomingPageRequest, key: str) -> Response:
    if key == "new":
        return await _beginning(visit, "OpenRound")
    return await subject_page(visit, "round", key)


@router.get("/decisions/{key}")
async def decision_page(visit: IncomingPageRequest, key: str) -> Response:
    return await subject_page(visit, "decision", key)


@router.get("/municipality")
async def municipality_page(visit: IncomingPageRequest) -> Response:
    return await subject_page(visit, "municipality", "settings")


@router.post("/rounds")
async def post_round(visit: IncomingPageRequest) -> Response:
    """Open a round."""
    place = places.new_round_context(await visit.get("/municipality"), visit.language)
    done = await submit_form(visit, command_named("round", "open-round"), place)
    if isinstance(done, Attempt):
        return await _beginning(visit, "OpenRound", done)
    return visit.go(f"/rounds/{done['id']}", min=done["position"], done="open-round")


async def _beginning(visit: PageRequest, name: str, attempt: Attempt | None = None) -> Response:
    link = creation_link(name, (await visit.me())["roles"])
    if link is None:
        raise Refused(HTTPStatus.FORBIDDEN, {"detail": "Your roles do not allow this."})
    place = places.new_round_context(await visit.get("/municipality"), visit.language)
    made = command_form(link, place, visit.language, attempt=attempt)
    return await visit.show(
        "beginning.html", attempt.status if attempt else HTTPStatus.OK, form=made, attempt=attempt
    )


@router.post("/decisions")
async def propose(visit: IncomingPageRequest) -> Response:
    """Propose a decision; it is begun on the page of its round, or of its case where there is no round."""
    sent = await visit.request.form(max_fields=3000)
    kind = "round" if sent.get("round") else "case"
    key = str(sent.get("round") or sent.get("cases", ""))
    if not key:
        raise Refused(HTTPStatus.NOT_FOUND, {"detail": "There is nothing at this address."})
    subject = await LOADERS[kind](visit, key)
    done = await submit_form(visit, command_named("decision", "propose"), subject.place)
    if isinstance(done, Attempt):
        return await subject_page(visit, kind, key, done)
    return visit.go(f"/decisions/{done['id']}", min=done["position"], done="propose")


@router.post("/cases/{key}/{name}")
async def on_case(visit: IncomingPageRequest, key: str, name: str) -> Response:
    return await handle_form(visit, "case", key, name)


@router.post("/rounds/{key}/{name}")
async def on_round(visit: IncomingPageRequest, key: str, name: str) -> Response:
    return await handle_form(visit, "round", key, name)


@router.post("/decisions/{key}/{name}")
async def on_decision(visit: IncomingPageRequest, key: str, name: str) -> Response:
    return await handle_form(visit, "decision", key, name)


@router.post("/municipality/{name}")
async def on_municipality(visit: IncomingPageRequest, name: str) -> Response:
    return await handle_form(visit, "municipality", "settings", name)


@router.get("/cases/{key}/{name}")
async def back_to_case(visit: IncomingPageRequest, key: str, name: str) -> Response:
    """The address of a refused command, opened anew: back to what it was about."""
    command_named("case", name)
    return visit.go(f"/cases/{key}")


@router.get("/rounds/{key}/{name}")
async def back_to_round(visit: IncomingPageRequest, key: str, name: str) -> Response:
    command_named("round", name)
    return visit.go(f"/rounds/{key}")


@router.get("/decisions/{key}/{name}")
async def back_to_decision(visit: IncomingPageRequest, key: str, name: str) -> Response:
    command_named("decision", name)
    return visit.go(f"/decisions/{key}")


@router.get("/municipality/{name}")
async def back_to_municipality(visit: IncomingPageRequest, name: str) -> Response:
    command_named("municipality", name)
    return visit.go("/municipality")


@router.get("/decisions")
async def back_to_rounds(visit: IncomingPageRequest) -> Response:
    """Decisions are proposed on the page of their round or their case."""
    return visit.go("/rounds")
