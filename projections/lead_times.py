"""Lead times (läpimenoajat): to decision and to payment, the statutory wait apart, and the age of what is open.

Days are Europe/Helsinki days from arrival (hallintolaki 20 §). Medians and 90th percentiles are the continuous ones of
SQL (`percentile_cont`: between two cases it interpolates), rounded to a tenth of a day.
"""

from datetime import date
from typing import Any

from psycopg.rows import DictRow
from psycopg.types.json import Jsonb

from domain.case.events import (
    Closed,
    CompletionAnswered,
    CompletionCancelled,
    CompletionLapsed,
    CompletionRequested,
    Decided,
    InstructionsFoundWrong,
    LegalForceReached,
    PartyAdded,
    PaymentBooked,
    PaymentReturned,
    Registered,
    Served,
    Submitted,
    Withdrawn,
)
from domain.messages import HELSINKI, Event, RecordedEvent
from domain.store.database import Database
from domain.texts.translation import in_every_language, texts
from projections.read_model import Batch, ReadModel

LEAD_TIME_DEFINITIONS = texts(
    {
        "decision": "Days from arrival to decision.",
        "decision_net": "Days from arrival to decision without the days spent waiting for the applicant.",
        "payment": "Days from arrival to the bank's booking. A payment that came back does not count.",
        "payment_net": "Days from arrival to the bank's booking without the days spent waiting for the applicant.",
        "statutory_wait": "Days from sending or giving the decision to the last party until it has legal force. The period for appeals sets the length, not the speed of handling.",
        "open_age": "The age of open cases in days.",
    }
)

lead_times = ReadModel(
    "lead_times",
    edition=2,
    table="""
    create table case_time (
        municipality text not null default tenant(),
        stream text not null,
        number text,
        round text,
        arrived_on date not null,
        asked_on date,
        waited int not null default 0,
        decided_on date,
        parties int not null default 1,
        served jsonb not null default '{}',
        served_on date,
        force_on date,
        booked_on date,
        closed_on date,
        primary key (municipality, stream)
    )
    """,
)


def _day(recorded: RecordedEvent) -> date:
    return recorded.recorded_at.astimezone(HELSINKI).date()


def _set(rows: Batch, recorded: RecordedEvent, **values: Any) -> None:
    rows.update("case_time", {"stream": str(recorded.stream)}, **values)


@lead_times.on(Submitted)
def submitted(rows: Batch, recorded: RecordedEvent, event: Submitted) -> None:
    day = event.arrived_at.astimezone(HELSINKI).date()
    rows.insert("case_time", stream=str(recorded.stream), round=event.round, arrived_on=day)


@lead_times.on(Registered)
def registered(rows: Batch, recorded: RecordedEvent, event: Registered) -> None:
    _set(rows, recorded, number=event.number)


@lead_times.on(CompletionRequested)
def asked(rows: Batch, recorded: RecordedEvent, event: CompletionRequested) -> None:
    _set(rows, recorded, asked_on=_day(recorded))


@lead_times.on(CompletionAnswered, CompletionLapsed, CompletionCancelled, Withdrawn)
def answered(rows: Batch, recorded: RecordedEvent, event: Event) -> None:
    """Whatever ends the request ends the wait; a withdrawal ends it where there is one."""
    rows(
        "update case_time set waited = waited + coalesce(%(day)s - asked_on, 0), asked_on = null"
        " where stream = %(stream)s",
        day=_day(recorded),
        stream=str(recorded.stream),
    )


@lead_times.on(Decided)
def decided(rows: Batch, recorded: RecordedEvent, event: Decided) -> None:
    _set(rows, recorded, decided_on=event.decided_on)


@lead_times.on(PartyAdded)
def party_added(rows: Batch, recorded: RecordedEvent, event: PartyAdded) -> None:
    rows("update case_time set parties = parties + 1 where stream = %(stream)s", stream=str(recorded.stream))


@lead_times.on(Served)
def served(rows: Batch, recorded: RecordedEvent, event: Served) -> None:
    """Served is the latest day of all parties, once there is one for each; a party served again counts by the last time."""
    add = "update case_time set served = served || jsonb_build_object(%(party)s::text, %(day)s::date)"
    latest = "(select max(value::date) from jsonb_each_text(served) having count(*) = parties)"
    stream, where = str(recorded.stream), "where stream = %(stream)s"
    rows(f"{add} {where}", stream=stream, party=event.party, day=event.clock.on)
    rows(f"update case_time set served_on = {latest} {where}", stream=stream)  # noqa: S608 - our own expression


@lead_times.on(InstructionsFoundWrong)
def found_wrong(rows: Batch, recorded: RecordedEvent, event: InstructionsFoundWrong) -> None:
    """Nobody is served until it is done again with right instructions (hallintolaki 49 §)."""
    _set(rows, recorded, served=Jsonb({}), served_on=None)


@lead_times.on(LegalForceReached)
def legal_force(rows: Batch, recorded: RecordedEvent, event: LegalForceReached) -> None:
    _set(rows, recorded, force_on=event.from_day)


@lead_times.on(PaymentBooked)
def booked(rows: Batch, recorded: RecordedEvent, event: PaymentBooked) -> None:
    _set(rows, recorded, booked_on=event.booked_on)


@lead_times.on(PaymentReturned)
def returned(rows: Batch, recorded: RecordedEvent, event: PaymentReturned) -> None:
    """A payment that came back was no payment, and the case is open again."""
    _set(rows, recorded, booked_on=None, closed_on=None)


@lead_times.on(Closed)
def closed(rows: Batch, recorded: RecordedEvent, event: Closed) -> None:
    _set(rows, recorded, closed_on=_day(recorded))


DAYS = {
    "decision": "decided_on - arrived_on",
    "decision_net": "decided_on - arrived_on - waited",
    "payment": "booked_on - arrived_on",
    "payment_net": "booked_on - arrived_on - waited",
    "statutory_wait": "force_on - served_on",
    "open_age": "case when closed_on is null then %(today)s::date - arrived_on end",
}
"""How many days a figure counts for one case; null where the case does not count."""

IN_ROUND = "(%(round)s::text is null or round = %(round)s)"


def lead_time_summary(
    database: Database, municipality: str, today: date, round_: str | None = None
) -> dict[str, Any]:
    """For each figure: cases counted, median, 90th percentile and longest, in days; None where nothing counts.

    All of them are of one moment. An application that waits for its round to close is waited for like any other.
    """
    each = ", ".join(f"('{name}', {days})" for name, days in DAYS.items())
    found = lead_times.query(
        database,
        municipality,
        "select figure, count(days) as cases, max(days) as longest,"  # noqa: S608 - our own expressions
        " round((percentile_cont(0.5) within group (order by days))::numeric, 1) as median,"
        " round((percentile_cont(0.9) within group (order by days))::numeric, 1) as p90"
        f" from case_time cross join lateral (values {each}) as counted (figure, days) where {IN_ROUND} group by figure",
        today=today,
        round=round_,
    )
    nothing = {"cases": 0, "median": None, "p90": None, "longest": None}
    told = {row.pop("figure"): row for row in found}
    return {
        **{name: told.get(name, nothing) for name in DAYS},
        "definitions": {name: in_every_language(text) for name, text in LEAD_TIME_DEFINITIONS.items()},
    }


def cases_behind(
    database: Database,
    municipality: str,
    today: date,
    figure: str,
    round_: str | None = None,
    limit: int = 100,
) -> list[DictRow]:
    """The cases that a figure counts (stream, number, days), the longest first; `figure` is one of `DAYS`."""
    return lead_times.query(
        database,
        municipality,
        f"select stream, number, days from case_time cross join lateral (select {DAYS[figure]} as days) as counted"  # noqa: S608 - our own expression
        f" where days is not null and {IN_ROUND} order by days desc, stream limit %(limit)s",
        today=today,
        round=round_,
        limit=limit,
    )
