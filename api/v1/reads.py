"""What is read: queues, pages, lists and figures. Everything comes from the projections; nothing is decided here."""

from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime
from functools import cache
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Path, Query, Request, Response
from fastapi.responses import FileResponse
from pydantic import BaseModel
from pydantic.alias_generators import to_camel

from api.v1.commands import Files, Key, command_path, command_title
from api.v1.identity import CurrentUser, Store, holding, users_of
from api.v1.parameters import LanguageQuery, StaffUser
from domain import rejections
from domain.criteria.stored import StoredCriteria
from domain.messages import HELSINKI, STAFF, Command, Role, StreamId
from domain.personal import Personal
from domain.store.event_store import EventStore
from domain.store.sessions import SignedIn
from domain.streams import may_do, may_see
from domain.texts.translation import DEFAULT_LANGUAGE
from projections import automation, cases, deadlines, lead_times, payments, rounds, timeline, work_queue
from projections.read_model import ReadModel
from projections.views import case_page
from projections.views.criteria import criteria_view

router = APIRouter(tags=["reads"])

Limit = Annotated[int, Query(ge=1, le=100)]
MinPosition = Annotated[int, Query(alias="minPosition", ge=0)]
AuditReader = Annotated[SignedIn, Depends(holding(Role.AUDITOR, Role.ARCHIVIST))]


class Page(BaseModel):
    """A page of a list: its items, the cursor of the next page, and the position it is folded to."""

    items: list[dict[str, Any]]
    next: str | None = None
    position: int


class PaymentPage(Page):
    """Payments, and what the municipality is owed: fees, its own work, and what was paid too much."""

    receivables: list[dict[str, Any]]


def camel(body: Mapping[str, Any]) -> dict[str, Any]:
    """Names as the API writes them, however deep they stand."""
    return {to_camel(key) if "_" in key else key: _camel(each) for key, each in body.items()}


def _camel(value: Any) -> Any:
    match value:
        case dict():
            return camel(value)
        case list() | tuple():
            return [_camel(each) for each in value]
        case datetime():
            return value.astimezone(UTC)
    return value


def list_page(
    model: ReadModel, store: EventStore, who: SignedIn, rows: Iterable[Any], next_: str | None = None
) -> Page:
    position = model.position(store.database, who.actor.municipality)
    return Page(items=[camel(row) for row in rows], next=next_, position=position)


def wait_for_position(model: ReadModel) -> Any:
    """Read your own writes: wait for the position a receipt promised, at most a second."""

    def wait(who: CurrentUser, store: Store, position: MinPosition = 0) -> None:
        if position:
            model.wait_for(store.database, who.actor.municipality, position)

    return Depends(wait)


def today(store: EventStore) -> date:
    return store.clock.now().astimezone(HELSINKI).date()


def visible_stream(store: EventStore, who: SignedIn, kind: str, key: str) -> tuple[StreamId, int, Any]:
    """A stream that this person may see, with its version and state; what they may not see is not there."""
    stream = StreamId(who.actor.municipality, kind, key)
    version, state = store.read(stream)
    if not may_see(stream, state, who.actor):
        raise rejections.NotFound("There is no such thing here.")
    return stream, version, state


@cache
def command_schema(command: type[Command]) -> dict[str, Any]:
    """The JSON Schema of a command's body."""
    return command.model_json_schema()


def command_links(stream: StreamId, commands: Iterable[type[Command]]) -> list[dict[str, Any]]:
    """What may be done now: each command with its address and the schema that its form is made from."""
    return [
        {
            "name": command.__name__,
            "title": command_title(command),
            "href": f"/api/v1{command_path(command, stream.key)}",
            "schema": command_schema(command),
        }
        for command in commands
    ]


# Pages of one thing --------------------------------------------------------------------------------------------------


@router.get("/cases/{key}")
def case(
    key: Key, who: CurrentUser, store: Store, response: Response, lang: LanguageQuery = DEFAULT_LANGUAGE
) -> dict[str, Any]:
    """A case: state, checklist, calculation with its trace, clocks with their steps, parties, what may be done now."""
    stream, version, state = visible_stream(store, who, "case", key)
    response.headers["ETag"] = f'"{version}"'
    body = case_page.case_view(stream, version, state, who.actor, lang, _criteria(store, stream, state))
    may = [*may_do(stream, state, who.actor), *case_page.may_begin(state, who.actor)]
    return {**camel(body), "allowed": command_links(stream, may)}


@router.get("/cases/{key}/as-it-was")
def as_it_was(
    key: Key,
    who: StaffUser,
    store: Store,
    version: Annotated[int | None, Query(ge=1, le=1_000_000)] = None,
    at: Annotated[date | None, Query()] = None,
    lang: LanguageQuery = DEFAULT_LANGUAGE,
) -> dict[str, Any]:
    """The case as it was after event n, or as it was known at the end of a day."""
    stream, _, _ = visible_stream(store, who, "case", key)
    end = datetime(at.year, at.month, at.day, 23, 59, 59, 999999, HELSINKI) if at else None
    reached, state = store.as_it_was(stream, version=version, at=end)
    if state is None:
        raise rejections.NotFound("The case did not exist then.")
    criteria = _criteria(store, stream, state)
    return camel(case_page.case_view(stream, reached, state, who.actor, lang, criteria))


def _criteria(store: Store, stream: StreamId, state: Any) -> StoredCriteria | None:
    """The criteria of the case's round; a round keeps those that it was opened with."""
    if state.round is None:
        return None
    _, found = store.read(StreamId(stream.municipality, "round", state.round))
    criteria: StoredCriteria = found.criteria
    return criteria


@router.get("/rounds/{key}", dependencies=[wait_for_position(rounds.rounds)])
def round_(
    key: Key, who: CurrentUser, store: Store, response: Response, lang: LanguageQuery = DEFAULT_LANGUAGE
) -> dict[str, Any]:
    """A round with its criteria and every calculation run."""
    stream, version, state = visible_stream(store, who, "round", key)
    response.headers["ETag"] = f'"{version}"'
    body = case_page.round_view(stream, version, state, lang)
    summary = rounds.list_rounds(store.database, who.actor.municipality, key)
    if not who.actor.roles & STAFF:
        return {
            name: camel(body)[name]
            for name in (
                "id",
                "name",
                "process",
                "opensAt",
                "closesAt",
                "stage",
                "stageTexts",
                "questions",
                "evidence",
                "criteriaUnreadable",
            )
        }
    demand = camel(summary[0]) if summary else {}
    return {
        **camel(body),
        "demand": demand,
        "allowed": command_links(stream, may_do(stream, state, who.actor)),
    }


@router.get("/decisions/{key}")
def decision(
    key: Key, who: StaffUser, store: Store, response: Response, lang: LanguageQuery = DEFAULT_LANGUAGE
) -> dict[str, Any]:
    """A decision with its lines."""
    stream, version, state = visible_stream(store, who, "decision", key)
    response.headers["ETag"] = f'"{version}"'
    body = case_page.decision_view(stream, version, state, lang)
    return {**camel(body), "allowed": command_links(stream, may_do(stream, state, who.actor))}


@router.get("/municipality")
def municipality(who: StaffUser, store: Store, response: Response) -> dict[str, Any]:
    """Settings in force and criteria adopted."""
    stream, version, state = visible_stream(store, who, "municipality", "settings")
    response.headers["ETag"] = f'"{version}"'
    adopted = [criteria_view(each) for each in state.rule_sets.values()]
    body = {"version": version, "settings": case_page.to_plain(state.settings), "rule_sets": adopted}
    return {**camel(body), "allowed": command_links(stream, may_do(stream, state, who.actor))}


@router.get("/cases/{key}/timeline", dependencies=[wait_for_position(timeline.timeline)])
def case_timeline(key: Key, who: CurrentUser, store: Store, lang: LanguageQuery = DEFAULT_LANGUAGE) -> Page:
    """What has happened, in plain words for the applicant."""
    stream, _version, _state = visible_stream(store, who, "case", key)
    rows = timeline.entries(store.database, who.actor.municipality, str(stream), lang)
    return list_page(timeline.timeline, store, who, rows)


@router.get("/{kind}/{key}/trail")
def trail(
    kind: Key,
    key: Key,
    who: AuditReader,
    store: Store,
    request: Request,
    after: Annotated[int, Query(ge=0, le=10**9)] = 0,
) -> dict[str, Any]:
    """The raw trail of a stream for the auditor; personal values stay sealed."""
    singular = {
        "cases": "case",
        "rounds": "round",
        "decisions": "decision",
        "municipality": "municipality",
        "users": "user",
    }.get(kind)
    if singular is None:
        raise rejections.NotFound("There is no such thing here.")
    stream, version, _ = visible_stream(store, who, singular, key)
    if version == 0:
        raise rejections.NotFound("There is no such thing here.")
    found = store.trail(stream, after=after)
    names = users_of(request).names(who.actor.municipality)
    return {"items": [{**camel(row), "byName": names.get(row["by"])} for row in case_page.changes(found)]}


@router.get("/cases/{key}/personal-data")
def personal_data(
    key: Key,
    who: CurrentUser,
    store: Store,
    reason: Annotated[str, Query(min_length=3, max_length=200, description="Why you look: it is logged.")],
) -> dict[str, Any]:
    """Contact and account data of a case, opened; who looked, at what, when and why is logged first."""
    stream, _, state = visible_stream(store, who, "case", key)
    values: dict[str, Personal | None] = {}
    for party, contact in state.parties.items():
        for name in type(contact).model_fields:
            values[f"{party}.{name}"] = getattr(contact, name)
    if state.account:
        values |= {"account.iban": state.account.iban, "account.holder": state.account.holder}
    opened = store.keys.open(
        who.actor.municipality, values, by=who.actor.user_id, why=reason, now=store.clock.now()
    )
    return {"case": stream.key, "erased": state.erased, "values": opened}


@router.get("/cases/{key}/attachments/{sha256}", response_class=FileResponse)
def attachment(key: Key, sha256: Key, who: CurrentUser, store: Store, files: Files) -> FileResponse:
    """The bytes of one attachment of a case."""
    _, _, state = visible_stream(store, who, "case", key)
    found = next((each for each in state.attachments if each.sha256 == sha256), None)
    if found is None:
        raise rejections.NotFound("The case has no such attachment.")
    path = files.open(who.actor.municipality, sha256)
    return FileResponse(path, media_type=found.media_type, filename=found.name)


# Lists ---------------------------------------------------------------------------------------------------------------


@router.get("/work-queue", dependencies=[wait_for_position(work_queue.work_queue)])
def queue(
    who: StaffUser,
    store: Store,
    role: Annotated[Role | None, Query()] = None,
    mine: Annotated[bool, Query()] = False,
    limit: Limit = 50,
    cursor: Annotated[str | None, Query(max_length=300)] = None,
) -> Page:
    """What waits for your roles, the nearest last day first, with why it is here and how many days are left."""
    after = tuple(cursor.split("|", 1)) if cursor and "|" in cursor else None
    rows = work_queue.waiting_cases(
        store.database,
        who.actor.municipality,
        sorted(who.actor.roles & {role}) if role else sorted(who.actor.roles),
        today(store),
        handler=who.actor.user_id if mine else None,
        after=(after[0], after[1]) if after else None,
        limit=limit,
    )
    next_ = f"{rows[-1]['sort_key']}|{rows[-1]['stream']}" if len(rows) == limit else None
    return list_page(work_queue.work_queue, store, who, rows, next_)


@router.get("/work-queue/counts")
def queue_counts(who: StaffUser, store: Store) -> dict[str, int]:
    """How much waits for each role."""
    return work_queue.counts(store.database, who.actor.municipality)


@router.get("/work-queue/next")
def queue_next(who: Annotated[SignedIn, Depends(holding(Role.HANDLER))], store: Store) -> dict[str, Any]:
    """The oldest case that nobody has taken: assign it to yourself to take it."""
    stream = work_queue.next_unassigned(store.database, who.actor.municipality, who.actor.user_id)
    if stream is None:
        return {"id": None}
    name = StreamId.parse(stream)
    return {"id": name.key, "version": store.read(name)[0]}


@router.get("/cases", dependencies=[wait_for_position(cases.cases)])
def case_list(
    who: CurrentUser,
    store: Store,
    q: Annotated[str, Query(max_length=100)] = "",
    in_round: Annotated[str | None, Query(alias="round", max_length=64)] = None,
    limit: Limit = 50,
    cursor: Annotated[int | None, Query(ge=1, le=2**60)] = None,
) -> Page:
    """Cases by number, name or organisation, the newest first; an applicant finds their own."""
    rows = cases.find_cases(
        store.database,
        who.actor.municipality,
        text=q,
        owner=None if who.actor.roles & STAFF else who.actor.user_id,
        round_=in_round,
        before=cursor,
        limit=limit,
    )
    next_ = str(rows[-1]["position"]) if len(rows) == limit else None
    return list_page(cases.cases, store, who, rows, next_)


@router.get("/rounds", dependencies=[wait_for_position(rounds.rounds)])
def round_list(who: CurrentUser, store: Store) -> Page:
    """Rounds with demand against budget; an applicant sees when they open and close."""
    rows = rounds.list_rounds(store.database, who.actor.municipality)
    if not who.actor.roles & STAFF:
        rows = [
            {name: row[name] for name in ("key", "name", "process", "opens_at", "closes_at", "stage")}
            for row in rows
        ]
    return list_page(rounds.rounds, store, who, rows)


@router.get("/deadlines", dependencies=[wait_for_position(deadlines.deadlines)])
def deadline_list(who: StaffUser, store: Store, limit: Limit = 100) -> Page:
    """What is due when, and what follows by itself."""
    rows = deadlines.upcoming(store.database, who.actor.municipality, limit)
    return list_page(deadlines.deadlines, store, who, [vars(row) for row in rows])


@router.get("/payments", dependencies=[wait_for_position(payments.payments)])
def payment_list(who: StaffUser, store: Store) -> PaymentPage:
    """Granted sums: paid, on their way, or why not yet; and receivables: what they are for, and where they are by now."""
    municipality = who.actor.municipality
    rows = payments.list_payments(store.database, municipality, today(store))
    receivables = payments.list_receivables(store.database, municipality)
    page = list_page(payments.payments, store, who, rows)
    return PaymentPage(**page.model_dump(), receivables=[camel(row) for row in receivables])


@router.get("/lead-times", dependencies=[wait_for_position(lead_times.lead_times)])
def lead_time_figures(
    who: StaffUser, store: Store, in_round: Annotated[str | None, Query(alias="round", max_length=64)] = None
) -> dict[str, Any]:
    """Lead time to decision and to payment, the statutory wait apart, and the age of open cases."""
    found = lead_times.lead_time_summary(store.database, who.actor.municipality, today(store), in_round)
    return camel(found)


@router.get("/lead-times/{figure}/cases", dependencies=[wait_for_position(lead_times.lead_times)])
def lead_time_cases(
    figure: Annotated[str, Path(pattern=r"^[a-zA-Z]{1,30}$")],
    who: StaffUser,
    store: Store,
    in_round: Annotated[str | None, Query(alias="round", max_length=64)] = None,
) -> Page:
    """The cases that a figure counts, the longest first; the figure is named as in `GET /lead-times`."""
    name = {to_camel(each): each for each in lead_times.DAYS}.get(figure)
    if name is None:
        raise rejections.NotFound("There is no such figure; the figures are in GET /lead-times.")
    rows = lead_times.cases_behind(store.database, who.actor.municipality, today(store), name, in_round)
    return list_page(lead_times.lead_times, store, who, rows)


@router.get("/automation", dependencies=[wait_for_position(automation.automation)])
def automation_figures(who: StaffUser, store: Store) -> dict[str, Any]:
    """Automation rate of steps and, apart from it, of decisions, with the numerator by command."""
    municipality = who.actor.municipality
    found = automation.automation_rates(store.database, municipality)
    return camel({**found, "by_command": automation.by_command(store.database, municipality)})


@router.get("/access-log")
def access_log(
    who: Annotated[SignedIn, Depends(holding(Role.AUDITOR))], store: Store, limit: Limit = 100
) -> dict[str, Any]:
    """Who has looked at personal data: at what, when and why."""
    return {"items": [camel(row) for row in store.keys.readings(who.actor.municipality, limit)]}


@router.get("/users")
def users(who: StaffUser, request: Request) -> dict[str, str]:
    """Display names of the municipality's users by id."""
    return users_of(request).names(who.actor.municipality)
