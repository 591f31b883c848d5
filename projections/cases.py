"""Cases (asiat): the register's list, for finding a case by number or name and for an applicant's own cases."""

from datetime import date

from psycopg.rows import DictRow

from domain.case.events import Closed, Decided, Registered, Submitted
from domain.messages import HELSINKI, Entered, RecordedEvent
from domain.store.database import Database
from projections.read_model import Batch, ReadModel

cases = ReadModel(
    "cases",
    edition=1,
    table="""
    create table entry (
        municipality text not null default tenant(),
        stream text not null,
        number text,
        title text not null,
        organisation text,
        process text not null,
        round text,
        owner text,
        arrived_on date not null,
        stage text not null default 'new',
        granted boolean,
        amount numeric(12, 2),
        closed_on date,
        position bigint not null,
        primary key (municipality, stream)
    );
    create index on entry (municipality, position desc);
    create index on entry (municipality, owner)
    """,
)


@cases.on(Submitted)
def submitted(rows: Batch, recorded: RecordedEvent, event: Submitted) -> None:
    rows.insert(
        "entry",
        stream=str(recorded.stream),
        title=event.title,
        organisation=event.organisation,
        process=event.process,
        round=event.round,
        owner=event.owner,
        arrived_on=event.arrived_at.astimezone(HELSINKI).date(),
        position=recorded.position,
    )


@cases.on(Registered)
def registered(rows: Batch, recorded: RecordedEvent, event: Registered) -> None:
    rows.update("entry", {"stream": str(recorded.stream)}, number=event.number)


@cases.on(Entered)
def entered(rows: Batch, recorded: RecordedEvent, event: Entered) -> None:
    rows.update("entry", {"stream": str(recorded.stream)}, stage=event.stage)


@cases.on(Decided)
def decided(rows: Batch, recorded: RecordedEvent, event: Decided) -> None:
    rows.update("entry", {"stream": str(recorded.stream)}, granted=event.granted, amount=event.amount)


@cases.on(Closed)
def closed(rows: Batch, recorded: RecordedEvent, event: Closed) -> None:
    day = recorded.recorded_at.astimezone(HELSINKI).date()
    rows.update("entry", {"stream": str(recorded.stream)}, closed_on=day)


def find_cases(
    database: Database,
    municipality: str,
    *,
    text: str = "",
    owner: str | None = None,
    round_: str | None = None,
    before: int | None = None,
    limit: int = 50,
) -> list[DictRow]:
    """Cases, the newest first, by a part of the number, name or organisation; one owner's, or one round's."""
    return cases.query(
        database,
        municipality,
        "select * from entry where (%(owner)s::text is null or owner = %(owner)s)"
        " and (%(round)s::text is null or round = %(round)s) and (%(before)s::bigint is null or position < %(before)s)"
        " and (%(text)s = '' or concat_ws(' ', number, title, organisation) ilike '%%' || %(text)s || '%%')"
        " order by position desc limit %(limit)s",
        text=text.replace("%", r"\%").replace("_", r"\_"),
        owner=owner,
        round=round_,
        before=before,
        limit=limit,
    )


def streams_of(
    database: Database,
    municipality: str,
    *,
    round_: str | None = None,
    arrived: tuple[date, date] | None = None,
) -> list[str]:
    """The streams of a round's cases, or of those that arrived between two days, for exports."""
    rows = cases.query(
        database,
        municipality,
        "select stream from entry where (%(round)s::text is null or round = %(round)s)"
        " and (%(from)s::date is null or arrived_on between %(from)s and %(to)s) order by position",
        **{"round": round_, "from": arrived[0] if arrived else None, "to": arrived[1] if arrived else None},
    )
    return [row["stream"] for row in rows]


def stream_by_number(database: Database, municipality: str, number: str) -> str | None:
    """The case of a case number."""
    rows = cases.query(
        database, municipality, "select stream from entry where number = %(number)s", number=number
    )
    return rows[0]["stream"] if rows else None
