"""The timeline (asian kulku): what has happened, in plain words for the applicant.

It is curated, not the log: names of events may change, and what an applicant has no use for is left out. A fact that is
told in one way has its sentence beside it, `timeline_line`; what can be told in several ways stands here, and what
tells an outcome in the process. A row keeps a code and its values, so that a better sentence needs no rebuild.
"""

import re
from collections.abc import Callable, Iterator
from datetime import datetime
from string import Formatter
from typing import Any

from psycopg.types.json import Jsonb
from pydantic import TypeAdapter
from pydantic.fields import FieldInfo

from domain.case import events as e
from domain.decision import events as d
from domain.law.appeal import Mode
from domain.messages import HELSINKI, Entered, Event, RecordedEvent
from domain.municipality import events as m
from domain.process import LocalizedText, Outcome, Process
from domain.processes import process
from domain.register import events as register
from domain.road import events as road
from domain.round import events as r
from domain.store.database import Database
from domain.texts.formats import format_day, format_money, format_value
from domain.texts.translation import in_language, texts, translate
from domain.user import events as u
from projections.read_model import Batch, ReadModel

timeline = ReadModel(
    "timeline",
    edition=4,
    table="""
    create table entry (
        municipality text not null default tenant(),
        stream text not null,
        version int not null,
        at timestamptz not null,
        role text not null,
        code text not null,
        told jsonb not null,
        primary key (municipality, stream, version)
    );
    create table case_process (
        municipality text not null default tenant(),
        stream text not null,
        process text not null,
        edition int not null,
        primary key (municipality, stream)
    );
    create table payment (
        municipality text not null default tenant(),
        payment text not null,
        amount numeric(12, 2) not null,
        primary key (municipality, payment)
    )
    """,
)

TIMELINE_SENTENCES = texts(
    {
        "received": "The case arrived at the municipality on {arrived}.",
        "received-late": "The application arrived on {arrived}, after the deadline. A decision will be made on it.",
        "renewed": "The application of an earlier round was renewed on {arrived}. No new application is needed.",
        "in-handling": "The case is being handled.",
        "served": "The decision was served {how} on {on}. A revised decision can be claimed until {last}.",
        "served-on-another": "The decision was served on another party on {on}.",
        "published": "The decision was published on {on}.",
        "instructions-wrong": "The instructions for a claim were wrong. The decision is served again, and the time starts anew.",
        "to-be-invoiced": "The municipality invoices {amount} for the work that it did.",
        "fee-to-be-invoiced": "The fee of {amount} for the decision is invoiced.",
        "legal-force": "The decision has legal force from {from_day}.",
        "paid": "{amount} of the grant was paid on {booked}.",
    }
)
"""Sentences of facts that can be told in several ways, or with values that they do not have as fields."""

DECISION_SENTENCES: dict[str, Callable[[Outcome, Outcome], LocalizedText]] = {
    "accepted": lambda granted, _: granted.checked,
    "not-accepted": lambda _, rejected: rejected.checked,
    "granted": lambda granted, _: granted.decided,
    "rejected": lambda _, rejected: rejected.decided,
}
"""Codes whose sentence is the process's own."""

MODE_PHRASES = texts(
    {
        Mode.LETTER: "by letter",
        Mode.ELECTRONIC: "electronically",
        Mode.HANDED: "in person",
        Mode.RECEIPT: "against a receipt",
        Mode.SUBSTITUTE: "by substitute service",
        Mode.PUBLISHED: "on the web",
        Mode.NOTICE: "by public notice",
    }
)
"""How a decision was served, in the words of the sentence about it."""

TimelineEntry = tuple[str, dict[str, Any]] | None


def _carriers(kind: type[Event]) -> Iterator[type[Event]]:
    """The facts that carry their own line."""
    if kind.timeline_line:
        yield kind
    for each in kind.__subclasses__():
        yield from _carriers(each)


def _code(kind: type[Event]) -> str:
    """`CompletionRequested` is told as `completion-requested`."""
    return re.sub(r"(?<!^)(?=[A-Z])", "-", kind.__name__).lower()


LINE_CARRIERS = {_code(kind): kind for kind in _carriers(Event)}


def _entry_of_line(event: Event) -> TimelineEntry:
    """The line's code, and those of the fact's values that it has places for."""
    places = {name for _, name, _, _ in Formatter().parse(event.timeline_line) if name}
    return _code(type(event)), event.model_dump(mode="json", include=places)


TIMELINE_ENTRIES: dict[type[Event], Callable[[Any], TimelineEntry]] = {
    **dict.fromkeys(LINE_CARRIERS.values(), _entry_of_line),
    e.Submitted: lambda it: (
        "renewed" if it.channel == "renewal" else "received-late" if it.late else "received",
        {"arrived": _helsinki(it.arrived_at)},
    ),
    Entered: lambda it: ("in-handling", {}) if it.stage == "handling" else None,
    e.EligibilityEvaluated: lambda it: ("accepted" if it.outcome == "eligible" else "not-accepted", {}),
    e.Decided: lambda it: (
        "granted" if it.granted else "rejected",
        {"amount": str(it.amount), "section": it.section, "decided": it.decided_on.isoformat()},
    ),
    e.Served: lambda it: (
        "served" if it.party == "applicant" else "served-on-another",
        {
            "how": it.clock.mode.value,
            "on": it.clock.on.isoformat(),
            "last": it.clock.last_day.isoformat(),
        },
    ),
    e.DecisionPublished: lambda it: ("published", {"on": it.clock.on.isoformat()}),
    e.InstructionsFoundWrong: lambda _: ("instructions-wrong", {}),
    e.LegalForceReached: lambda it: ("legal-force", {"from_day": it.from_day.isoformat()}),
    e.ToBeInvoiced: lambda it: (
        "fee-to-be-invoiced" if it.why == "fee" else "to-be-invoiced",
        {"amount": str(it.amount)},
    ),
    e.PaymentBooked: lambda it: ("paid", {"booked": it.booked_on.isoformat()}),
}
"""Which facts are told, as which sentence, with which of their values; of stages entered, handling alone."""

NOT_IN_TIMELINE: frozenset[type[Event]] = frozenset(
    {
        # An applicant has no use for who does what inside the house.
        e.Assigned, e.ImpartialityDeclared, e.DisqualificationDeclared, e.Checked, e.PartyAdded, e.EvaluationReopened,
        e.FindingRecorded, e.Calculated, e.ProposedForDecision, e.ProposalWithdrawn, e.PaymentOrdered, e.PaymentInstructed,
        # What happens to rounds, decisions and municipalities is told in their cases, where it matters to them.
        d.Proposed, d.ProposalReturned, d.Approved, d.Signed, d.PutOnAgenda, d.DecidedInMeeting, d.MinutesChecked,
        d.Published, d.ClaimFiled, r.RoundOpened, r.Enlisted, r.RoundClosed, r.ValuesFixed,
        r.CalculationRun, m.SettingsAdopted, m.RuleSetAdopted, register.NumberTaken, road.Granted,
        # Who may act in which role is told to administrators and auditors.
        u.UserAdded, u.RolesChanged, u.UserDisabled, u.UserEnabled, u.AdministratorsChanged,
    }
)  # fmt: skip
"""Facts that are not told. Each fact there is stands here or in `TIMELINE_ENTRIES`; a test looks."""


@timeline.on(e.PaymentOrdered)
def ordered(rows: Batch, recorded: RecordedEvent, event: e.PaymentOrdered) -> None:
    """Hidden; but what is told of the payment later says how much it is."""
    rows.insert("payment", payment=event.payment, amount=event.amount)


@timeline.on(*TIMELINE_ENTRIES)
def add_entry(rows: Batch, recorded: RecordedEvent, event: Event) -> None:
    if isinstance(event, e.Submitted):
        _remember_process(rows, recorded, event)
    telling = TIMELINE_ENTRIES[type(event)](event) if recorded.stream.kind == "case" else None
    if telling is None:
        return
    code, told = telling
    rows(
        "insert into entry (stream, version, at, role, code, told) values"
        " (%(stream)s, %(version)s, %(at)s, %(role)s, %(code)s, %(told)s || coalesce("
        "(select jsonb_build_object('amount', amount::text) from payment where payment = %(payment)s), '{}'))",
        stream=str(recorded.stream),
        version=recorded.version,
        at=recorded.recorded_at,
        role=recorded.role.value,
        code=code,
        told=Jsonb(told),
        payment=getattr(event, "payment", None),
    )


def _remember_process(rows: Batch, recorded: RecordedEvent, event: e.Submitted) -> None:
    """Which process the case is of says how its outcome is told."""
    rows(
        "insert into case_process (stream, process, edition) values (%(stream)s, %(process)s, %(edition)s)",
        stream=str(recorded.stream),
        process=event.process,
        edition=event.edition,
    )


def entries(database: Database, municipality: str, stream: str, language: str) -> list[dict[str, Any]]:
    """What has happened, the latest last: when, by which role, and a sentence in the language."""
    found = timeline.query(
        database,
        municipality,
        "select at, role, code, told, process, edition from entry join case_process using (municipality, stream)"
        " where stream = %(stream)s order by version",
        stream=stream,
    )
    return [
        {
            "at": row["at"],
            "role": row["role"],
            "code": row["code"],
            "text": timeline_sentence(
                row["code"], row["told"], language, process(row["process"], row["edition"])
            ),
        }
        for row in found
    ]


def timeline_sentence(code: str, told: dict[str, str], language: str, kind: Process) -> str:
    """The sentence of a code with its values as the language writes them."""
    carrier = LINE_CARRIERS.get(code)
    fields = carrier.model_fields if carrier else {}
    shown = {
        name: field_words(fields[name], value, language)
        if name in fields
        else _written(name, value, language)
        for name, value in told.items()
    }
    if of_outcome := DECISION_SENTENCES.get(code):
        assert kind.decides is not None, "only a process that decides evaluates"
        return in_language(of_outcome(kind.decides.granted, kind.decides.rejected), language).format(**shown)
    return translate(language, carrier.timeline_line if carrier else TIMELINE_SENTENCES[code], **shown)


def field_words(field: FieldInfo, value: str, language: str) -> str:
    """A fact's value as its type is written: a choice by its text, money, a day; other words as they stand."""
    written_as: Any = field.annotation
    typed: Any = TypeAdapter(written_as).validate_python(value)
    extra = field.json_schema_extra if isinstance(field.json_schema_extra, dict) else {}
    choices: Any = extra.get("x-texts", {})
    if english := choices.get(typed) or getattr(typed, "text", ""):
        return translate(language, english)
    return format_value(typed, language)


def _written(name: str, value: str, language: str) -> str:
    match name:
        case "amount":
            return format_money(value, language)
        case "how":
            return translate(language, MODE_PHRASES[Mode(value)])
        case "section":
            return value
    return format_day(value, language)


def _helsinki(instant: datetime) -> str:
    return instant.astimezone(HELSINKI).date().isoformat()
