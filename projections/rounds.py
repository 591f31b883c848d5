"""Rounds (hakukierrokset): demand against budget, what is checked, calculated and decided."""

from psycopg.rows import DictRow

from domain.case.events import (
    CompletionAnswered,
    Decided,
    EligibilityEvaluated,
    EvaluationReopened,
    Submitted,
    Withdrawn,
)
from domain.messages import Entered, RecordedEvent
from domain.round.events import CalculationRun, RoundOpened
from domain.store.database import Database
from projections.read_model import Batch, ReadModel

rounds = ReadModel(
    "rounds",
    edition=2,
    table="""
    create table round (
        municipality text not null default tenant(),
        key text not null,
        name text not null,
        process text not null,
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
        length_m int not null default 0,
        costs_eur numeric(12, 2) not null default 0,
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
        rule_set=event.rule_set.title,
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
            length_m=event.form.get("length_m", 0),
            costs_eur=event.form.get("costs_eur", 0),
        )


@rounds.on(CompletionAnswered)
def completed(rows: Batch, recorded: RecordedEvent, event: CompletionAnswered) -> None:
    rows(
        "update application set length_m = coalesce(%(length)s, length_m), costs_eur = coalesce(%(costs)s, costs_eur)"
        " where stream = %(stream)s",
        length=event.form.get("length_m"),
        costs=event.form.get("costs_eur"),
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
    """Rounds, the newest first, each with its applications counted and summed."""
    return rounds.query(
        database,
        municipality,
        "select r.*, a.* from round r left join lateral (select count(*) as applications,"
        " count(*) filter (where late) as late, count(*) filter (where outcome = 'eligible') as eligible,"
        " count(*) filter (where outcome = 'rejected') as rejected, count(*) filter (where outcome = 'open') as unchecked,"
        " coalesce(sum(length_m) filter (where outcome = 'eligible'), 0) as eligible_length_m,"
        " coalesce(sum(costs_eur) filter (where outcome <> 'withdrawn'), 0) as costs_eur,"
        " coalesce(sum(granted), 0) as granted, count(*) filter (where granted is not null) as decided"
        " from application where round = r.key) a on true"
        " where %(key)s::text is null or key = %(key)s order by opens_at desc, key",
        key=key,
    )
