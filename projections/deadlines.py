"""Deadlines (määräajat): what is due when, and what follows by itself when it lies behind."""

from dataclasses import dataclass
from datetime import date, datetime

from domain.messages import Entered, RecordedEvent
from domain.store.database import Database
from projections.read_model import Batch, ReadModel

deadlines = ReadModel(
    "deadlines",
    edition=1,
    table="""
    create table deadline (
        municipality text not null default tenant(),
        stream text not null,
        stage text not null,
        waits_for text,
        due date,
        due_at timestamptz,
        name text,
        cause text not null,
        primary key (municipality, stream)
    );
    create index on deadline (municipality, due);
    create index on deadline (municipality, due_at)
    """,
)


@dataclass(frozen=True)
class Deadline:
    """One stream's present deadline: a last day or an instant, and the internal command that follows it."""

    stream: str
    stage: str
    waits_for: str | None
    due: date | None
    due_at: datetime | None
    name: str | None
    cause: str


@deadlines.on(Entered)
def entered(rows: Batch, recorded: RecordedEvent, event: Entered) -> None:
    """A stage's deadline replaces the one before it."""
    rows.delete("deadline", stream=str(recorded.stream))
    if event.due or event.due_at:
        rows.insert(
            "deadline",
            stream=str(recorded.stream),
            stage=event.stage,
            waits_for=event.waits_for,
            due=event.due,
            due_at=event.due_at,
            name=event.then,
            cause=recorded.reference,
        )


DEADLINE_COLUMNS = "stream, stage, waits_for, due, due_at, name, cause"


def overdue(database: Database, municipality: str, today: date, now: datetime) -> list[Deadline]:
    """Deadlines that lie behind and that something follows from."""
    found = deadlines.query(
        database,
        municipality,
        f"select {DEADLINE_COLUMNS} from deadline where name is not null"  # noqa: S608 - our own column names
        " and (due < %(today)s or due_at <= %(now)s) order by coalesce(due_at, due::timestamptz), stream",
        today=today,
        now=now,
    )
    return [Deadline(**row) for row in found]


def upcoming(database: Database, municipality: str, limit: int = 100) -> list[Deadline]:
    """Deadlines in the order in which they come."""
    found = deadlines.query(
        database,
        municipality,
        f"select {DEADLINE_COLUMNS} from deadline"  # noqa: S608 - our own column names
        " order by coalesce(due_at, due::timestamptz), stream limit %(limit)s",
        limit=limit,
    )
    return [Deadline(**row) for row in found]
