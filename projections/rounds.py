"""Rounds (hakukierrokset): demand against budget, what is checked, calculated and decided."""

from psycopg.rows import DictRow
from psycopg.types.json import Jsonb

from domain.case.events import (
    CompletionAnswered,
    Decided,
    EligibilityEvaluated,
    EvaluationReopened,
    Submitted,
    Withdrawn,
)
from domain.messages import Entered, RecordedEvent
from domain.process import Process
from domain.processes import processes
from domain.round.events import CalculationRun, RoundOpened
from domain.store.database import Database
from projections.read_model import Batch, ReadModel

rounds = ReadModel(
    "rounds",
    edition=3,
    table="""
    create table round (
        municipality text not null default tenant(),
        key text not null,
        name text not null,
        process text not null,
        edition int not null,
        rule_set text not null,
        budget numeric(12, 2) not null,
        opens_at timestamptz not null,
        closes_at timestamptz not null,
        stage text not null default 'open',
        runs int not null default 0,
        unit_price numeric(18, 6),
        factor numeric(14, 10),
        preview boolean not null default false,
        calculated numeric(12, 2),
        unallocated numeric(12, 2),
        primary key (municipality, key)
    );
    create table application (
        municipality text not null default tenant(),
        stream text not null,
        round text not null,
        late boolean not null,
        form jsonb not null,
        outcome text not null default 'open',
        granted numeric(12, 2),
        primary key (municipality, stream)
    );
    create index on application (municipality, round)
    """,
)


@rounds.on(RoundOpened)
def opened(rows: Batch, recorded: RecordedEvent, event: RoundOpened) -> None:
    rows.insert(
        "round",
        key=recorded.stream.key,
        name=event.name,
        process=event.process,
        edition=event.edition,
        rule_set=event.criteria.title,
        budget=event.budget,
        opens_at=event.opens_at,
        closes_at=event.closes_at,
    )


@rounds.on(Entered)
def entered(rows: Batch, recorded: RecordedEvent, event: Entered) -> None:
    if recorded.stream.kind == "round":
        rows.update("round", {"key": recorded.stream.key}, stage=event.stage)


@rounds.on(CalculationRun)
def calculated(rows: Batch, recorded: RecordedEvent, event: CalculationRun) -> None:
    rows.update(
        "round",
        {"key": recorded.stream.key},
        runs=event.run,
        unit_price=event.result.unit_price,
        factor=event.result.factor,
        preview=event.preview,
        calculated=event.result.total,
        unallocated=event.result.unallocated,
    )


@rounds.on(Submitted)
def submitted(rows: Batch, recorded: RecordedEvent, event: Submitted) -> None:
    if event.round:
        rows.insert(
            "application",
            stream=str(recorded.stream),
            round=event.round,
            late=event.late,
            form=Jsonb(event.form),
        )


@rounds.on(CompletionAnswered)
def completed(rows: Batch, recorded: RecordedEvent, event: CompletionAnswered) -> None:
    rows(
        "update application set form = form || %(form)s where stream = %(stream)s",
        form=Jsonb(event.form),
        stream=str(recorded.stream),
    )


@rounds.on(EligibilityEvaluated, EvaluationReopened, Withdrawn)
def judged(
    rows: Batch, recorded: RecordedEvent, event: EligibilityEvaluated | EvaluationReopened | Withdrawn
) -> None:
    outcome = "withdrawn" if isinstance(event, Withdrawn) else getattr(event, "outcome", "open")
    rows.update("application", {"stream": str(recorded.stream)}, outcome=outcome)


@rounds.on(Decided)
def decided(rows: Batch, recorded: RecordedEvent, event: Decided) -> None:
    rows.update("application", {"stream": str(recorded.stream)}, granted=event.amount)


def list_rounds(database: Database, municipality: str, key: str | None = None) -> list[DictRow]:
    """Rounds, the newest first, each with its applications counted and summed.

    The sums are called after the answers that the round's process names as its size and its costs.
    """
    known = {f"{kind.name}/{kind.edition}": kind for kind in processes().values()}
    found = rounds.query(
        database,
        municipality,
        "select r.*, a.* from (select *, process || '/' || edition as kind from round) r"
        " left join lateral (select count(*) as applications,"
        " count(*) filter (where late) as late, count(*) filter (where outcome = 'eligible') as eligible,"
        " count(*) filter (where outcome = 'rejected') as rejected, count(*) filter (where outcome = 'open') as unchecked,"
        " coalesce(sum((form ->> (%(sizes)s ->> r.kind))::bigint) filter (where outcome = 'eligible'), 0)::bigint as size,"
        " coalesce(sum((form ->> (%(costs)s ->> r.kind))::numeric(12, 2)) filter (where outcome <> 'withdrawn'), 0) as costs,"
        " coalesce(sum(granted), 0) as granted, count(*) filter (where granted is not null) as decided"
        " from application where round = r.key) a on true"
        " where %(key)s::text is null or key = %(key)s order by opens_at desc, key",
        key=key,
        sizes=Jsonb({name: kind.size_field.name for name, kind in known.items() if kind.size_field}),
        costs=Jsonb({name: kind.costs_field for name, kind in known.items() if kind.costs_field}),
    )
    return [_with_names(row, known[row["kind"]]) for row in found]


def _with_names(row: DictRow, kind: Process) -> DictRow:
    sums = {f"eligible_{kind.size_field.name}": row["size"]} if kind.size_field else {}
    costs = {kind.costs_field: row["costs"]} if kind.costs_field else {}
    return {name: value for name, value in row.items() if name not in INNER} | sums | costs


INNER = ("kind", "edition", "size", "costs")
"""Columns that only the query needs."""
