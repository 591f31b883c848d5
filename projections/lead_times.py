"""Lead times (läpimenoajat): to decision and to payment, the statutory wait apart, and the age of what is open.

Days are Europe/Helsinki days from arrival (hallintolaki 20 §). Medians and 90th percentiles are the continuous ones of
SQL (`percentile_cont`), rounded to a tenth of a day; what the applicant was waited for is also shown taken off.
"""

from datetime import date
from typing import Any

from psycopg.rows import DictRow

from domain.case.events import (
    Closed,
    CompletionAnswered,
    CompletionCancelled,
    CompletionLapsed,
    CompletionRequested,
    Decided,
    LegalForceReached,
    PaymentBooked,
    PaymentReturned,
    Registered,
    Served,
    Submitted,
    Withdrawn,
)
from domain.database import Database
from domain.messages import HELSINKI, RecordedEvent
from projections.read_model import Batch, ReadModel

DEFINITIONS = {
    "decision": {
        "fi": "Päivät saapumisesta päätökseen.",
        "sv": "Dagar från ankomst till beslut.",
        "en": "Days from arrival to decision.",
    },
    "decision_net": {
        "fi": "Päivät saapumisesta päätökseen ilman päiviä, jolloin odotettiin hakijan täydennystä.",
        "sv": "Dagar från ankomst till beslut utan de dagar då sökandens komplettering inväntades.",
        "en": "Days from arrival to decision without the days spent waiting for the applicant.",
    },
    "payment": {
        "fi": "Päivät saapumisesta siihen, kun pankki kirjasi maksun.",
        "sv": "Dagar från ankomst tills banken bokförde betalningen.",
        "en": "Days from arrival to the bank's booking.",
    },
    "statutory_wait": {
        "fi": "Päivät tiedoksiannosta lainvoimaan; lyhyempi se ei voi lain mukaan olla.",
        "sv": "Dagar från delgivning till laga kraft; kortare kan den enligt lag inte vara.",
        "en": "Days from service to legal force; the law does not let it be shorter.",
    },
    "open_age": {
        "fi": "Avoimien asioiden ikä päivinä.",
        "sv": "Öppna ärendens ålder i dagar.",
        "en": "The age of open cases in days.",
    },
}

lead_times = ReadModel(
    "lead_times",
    edition=1,
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
        served_on date,
        force_on date,
        booked_on date,
        closed_on date,
        withdrawn boolean not null default false,
        primary key (municipality, stream)
    )
    """,
)


def _day(recorded: RecordedEvent) -> date:
    return recorded.recorded_at.astimezone(HELSINKI).date()


def _set(rows: Batch, recorded: RecordedEvent, change: str, **values: Any) -> None:
    rows(f"update case_time set {change} where stream = %(stream)s", stream=str(recorded.stream), **values)  # noqa: S608


@lead_times.on(Submitted)
def submitted(rows: Batch, recorded: RecordedEvent, event: Submitted) -> None:
    rows(
        "insert into case_time (stream, round, arrived_on) values (%(stream)s, %(round)s, %(arrived_on)s)",
        stream=str(recorded.stream),
        round=event.round,
        arrived_on=event.arrived_at.astimezone(HELSINKI).date(),
    )


@lead_times.on(Registered)
def registered(rows: Batch, recorded: RecordedEvent, event: Registered) -> None:
    _set(rows, recorded, "number = %(number)s", number=event.number)


@lead_times.on(CompletionRequested)
def asked(rows: Batch, recorded: RecordedEvent, event: CompletionRequested) -> None:
    _set(rows, recorded, "asked_on = %(day)s", day=_day(recorded))


@lead_times.on(CompletionAnswered, CompletionLapsed, CompletionCancelled)
def answered(
    rows: Batch, recorded: RecordedEvent, event: CompletionAnswered | CompletionLapsed | CompletionCancelled
) -> None:
    _set(rows, recorded, "waited = waited + (%(day)s - asked_on), asked_on = null", day=_day(recorded))


@lead_times.on(Decided)
def decided(rows: Batch, recorded: RecordedEvent, event: Decided) -> None:
    _set(rows, recorded, "decided_on = %(day)s", day=event.decided_on)


@lead_times.on(Served)
def served(rows: Batch, recorded: RecordedEvent, event: Served) -> None:
    """Served is the day on which the last party was reached."""
    _set(rows, recorded, "served_on = greatest(served_on, %(day)s)", day=event.clock.on)


@lead_times.on(LegalForceReached)
def legal_force(rows: Batch, recorded: RecordedEvent, event: LegalForceReached) -> None:
    _set(rows, recorded, "force_on = %(day)s", day=event.from_day)


@lead_times.on(PaymentBooked)
def booked(rows: Batch, recorded: RecordedEvent, event: PaymentBooked) -> None:
    _set(rows, recorded, "booked_on = %(day)s", day=event.booked_on)


@lead_times.on(PaymentReturned)
def returned(rows: Batch, recorded: RecordedEvent, event: PaymentReturned) -> None:
    """A payment that came back was no payment, and the case is open again."""
    _set(rows, recorded, "booked_on = null, closed_on = null")


@lead_times.on(Closed)
def closed(rows: Batch, recorded: RecordedEvent, event: Closed) -> None:
    _set(rows, recorded, "closed_on = %(day)s", day=_day(recorded))


@lead_times.on(Withdrawn)
def withdrawn(rows: Batch, recorded: RecordedEvent, event: Withdrawn) -> None:
    waited = "case when asked_on is null then waited else waited + (%(day)s - asked_on) end"
    _set(rows, recorded, f"withdrawn = true, waited = {waited}, asked_on = null", day=_day(recorded))


DAYS = {
    "decision": "decided_on - arrived_on",
    "decision_net": "decided_on - arrived_on - waited",
    "payment": "booked_on - arrived_on",
    "statutory_wait": "force_on - served_on",
    "open_age": "case when closed_on is null then %(today)s::date - arrived_on end",
}
"""How many days a figure counts for one case; null where the case does not count."""


def figures(database: Database, municipality: str, today: date, round_: str | None = None) -> dict[str, Any]:
    """For each figure: cases counted, median, 90th percentile and longest, in days; None where nothing counts."""
    result: dict[str, Any] = {}
    for name, days in DAYS.items():
        result[name] = lead_times.query(
            database,
            municipality,
            "select count(days) as cases, round((percentile_cont(0.5) within group (order by days))::numeric, 1) as median,"  # noqa: S608
            " round((percentile_cont(0.9) within group (order by days))::numeric, 1) as p90, max(days) as longest"
            f" from (select {days} as days from case_time where %(round)s::text is null or round = %(round)s) as each",
            today=today,
            round=round_,
        )[0]
    return {**result, "definitions": DEFINITIONS}


def cases_behind(
    database: Database,
    municipality: str,
    today: date,
    figure: str,
    round_: str | None = None,
    limit: int = 100,
) -> list[DictRow]:
    """The cases that a figure counts, the longest first; `figure` is one of `DAYS`."""
    return lead_times.query(
        database,
        municipality,
        "select * from (select stream, number, "  # noqa: S608 - one of our own expressions
        f"{DAYS[figure]} as days from case_time where %(round)s::text is null or round = %(round)s) as each"
        " where days is not null order by days desc, stream limit %(limit)s",
        today=today,
        round=round_,
        limit=limit,
    )
