"""The work queue (työjono): what waits for whom, why it is here, and how many days are left."""

from datetime import date

from psycopg.rows import DictRow

from domain.case.events import (
    Assigned,
    Calculated,
    CompletionAnswered,
    CompletionCancelled,
    CompletionLapsed,
    DisqualificationDeclared,
    PaymentRefused,
    PaymentReturned,
    ProposalWithdrawn,
    Registered,
    Submitted,
    ToBeRecovered,
)
from domain.decision.events import Proposed
from domain.messages import Entered, Event, RecordedEvent
from domain.store.database import Database
from projections.read_model import Batch, ReadModel

work_queue = ReadModel(
    "work_queue",
    edition=2,
    table="""
    create table item (
        municipality text not null default tenant(),
        stream text not null,
        number text,
        title text not null,
        process text not null,
        arrived_at timestamptz,
        late boolean not null default false,
        amount numeric(12, 2),
        handler text,
        disqualified text[] not null default '{}',
        stage text not null default 'new',
        waits_for text,
        due date,
        since timestamptz not null,
        why text not null default '',
        primary key (municipality, stream)
    );
    create index on item (municipality, waits_for, due nulls last, arrived_at, stream)
    """,
)

QUEUE_REASONS: dict[type[Event], str] = {
    CompletionAnswered: "completion-answered",
    CompletionLapsed: "completion-lapsed",
    CompletionCancelled: "completion-cancelled",
    ProposalWithdrawn: "proposal-returned",
    PaymentReturned: "payment-returned",
    PaymentRefused: "payment-refused",
    ToBeRecovered: "to-be-recovered",
}
"""Facts that explain better than the stage why something is in somebody's queue."""


@work_queue.on(Submitted)
def submitted(rows: Batch, recorded: RecordedEvent, event: Submitted) -> None:
    rows.insert(
        "item",
        stream=str(recorded.stream),
        title=event.title,
        process=event.process,
        arrived_at=event.arrived_at,
        late=event.late,
        since=recorded.recorded_at,
    )


@work_queue.on(Proposed)
def proposed(rows: Batch, recorded: RecordedEvent, event: Proposed) -> None:
    rows.insert(
        "item",
        stream=str(recorded.stream),
        title=event.heading,
        process=event.process,
        amount=event.total,
        since=recorded.recorded_at,
    )


@work_queue.on(Entered)
def entered(rows: Batch, recorded: RecordedEvent, event: Entered) -> None:
    """The stage says whose turn it is; a reason given by the fact that led here is kept."""
    rows(
        "update item set why = case when stage = %(stage)s or why like '!%%' then ltrim(why, '!') else '' end,"
        " stage = %(stage)s, waits_for = %(waits_for)s, due = %(due)s, since = %(since)s where stream = %(stream)s",
        stream=str(recorded.stream),
        stage=event.stage,
        waits_for=event.waits_for,
        due=event.due,
        since=recorded.recorded_at,
    )


@work_queue.on(*QUEUE_REASONS)
def explained(rows: Batch, recorded: RecordedEvent, event: Event) -> None:
    """The mark `!` keeps the reason over the coming change of stage."""
    rows.update("item", {"stream": str(recorded.stream)}, why=f"!{QUEUE_REASONS[type(event)]}")


@work_queue.on(DisqualificationDeclared)
def disqualified(rows: Batch, recorded: RecordedEvent, event: DisqualificationDeclared) -> None:
    """The case waits for another handler, and is not offered to this one again."""
    rows(
        "update item set why = 'handler-disqualified', handler = null,"
        " disqualified = array_append(disqualified, %(handler)s) where stream = %(stream)s",
        handler=event.handler,
        stream=str(recorded.stream),
    )


@work_queue.on(Registered)
def registered(rows: Batch, recorded: RecordedEvent, event: Registered) -> None:
    rows.update("item", {"stream": str(recorded.stream)}, number=event.number)


@work_queue.on(Assigned)
def assigned(rows: Batch, recorded: RecordedEvent, event: Assigned) -> None:
    rows.update("item", {"stream": str(recorded.stream)}, handler=event.handler)


@work_queue.on(Calculated)
def calculated(rows: Batch, recorded: RecordedEvent, event: Calculated) -> None:
    rows.update("item", {"stream": str(recorded.stream)}, amount=event.amount)


def waiting_cases(
    database: Database,
    municipality: str,
    roles: list[str],
    today: date,
    *,
    handler: str | None = None,
    after: tuple[str, str] | None = None,
    limit: int = 50,
) -> list[DictRow]:
    """What waits for any of these roles, the nearest last day first; `after` is the last row's sort key and stream.

    Each row has `days_left` (None where nothing is due) and `why`, a reason's code or the stage's name.
    """
    return work_queue.query(
        database,
        municipality,
        "select stream, number, title, process, arrived_at, late, amount, handler, stage, waits_for, due, since,"
        " due - %(today)s as days_left, case when late and stage = 'handling' then 'late'"
        " when ltrim(why, '!') <> '' then ltrim(why, '!') else stage end as why,"
        " to_char(coalesce(due, 'infinity'), 'YYYY-MM-DD') || coalesce(arrived_at, since)::text as sort_key"
        " from item where waits_for = any(%(roles)s) and (%(handler)s::text is null or handler = %(handler)s)"
        " and (%(key)s::text is null or (to_char(coalesce(due, 'infinity'), 'YYYY-MM-DD')"
        " || coalesce(arrived_at, since)::text, stream) > (%(key)s, %(stream)s))"
        " order by sort_key, stream limit %(limit)s",
        roles=roles,
        today=today,
        handler=handler,
        key=after[0] if after else None,
        stream=after[1] if after else None,
        limit=limit,
    )


def next_unassigned(database: Database, municipality: str, handler: str) -> str | None:
    """The oldest case that waits for a handler, has none, and that this handler may take."""
    found = work_queue.query(
        database,
        municipality,
        "select stream from item where stage = 'handling' and handler is null and stream like '%%/case/%%'"
        " and not disqualified @> array[%(handler)s] order by arrived_at, stream limit 1",
        handler=handler,
    )
    return found[0]["stream"] if found else None


def counts(database: Database, municipality: str) -> dict[str, int]:
    """How many items wait for each role."""
    found = work_queue.query(
        database,
        municipality,
        "select waits_for, count(*) as n from item where waits_for is not null group by 1",
    )
    return {row["waits_for"]: row["n"] for row in found}
