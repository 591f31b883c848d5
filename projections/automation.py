"""Automation rate (automaatioaste): steps and decisions apart, each with what it counts.

A step is what one command did to one case; it is automatic when the system put it. A decision is automatic only when
no person made it (hallintolaki 53 e §); today a person signs every one.
"""

from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from psycopg.rows import DictRow

from domain.case.events import Decided
from domain.database import Database
from domain.messages import Event, RecordedEvent, Role
from projections.read_model import Batch, ReadModel

DEFINITIONS = {
    "steps": {
        "fi": "Osuus asioiden vaiheista, jotka järjestelmä teki ilman ihmistä.",
        "sv": "Andelen steg i ärendena som systemet tog utan en människa.",
        "en": "The share of steps in cases that the system took without a person.",
    },
    "decisions": {
        "fi": "Osuus päätöksistä, jotka tehtiin automaattisesti (hallintolaki 53 e §).",
        "sv": "Andelen beslut som fattades automatiskt (förvaltningslagen 53 e §).",
        "en": "The share of decisions made automatically (Administrative Procedure Act, section 53e).",
    },
}

automation = ReadModel(
    "automation",
    edition=1,
    table="""
    create table step (
        municipality text not null default tenant(),
        stream text not null,
        command_id uuid not null,
        command text not null,
        automatic boolean not null,
        primary key (municipality, stream, command_id)
    );
    create table decided (
        municipality text not null default tenant(),
        stream text not null,
        automatic boolean not null,
        primary key (municipality, stream)
    )
    """,
)


@automation.on_each
def step(rows: Batch, recorded: RecordedEvent, event: Event) -> None:
    """However many facts a command leads to, it is one step of the case."""
    if recorded.stream.kind == "case":
        rows(
            "insert into step (stream, command_id, command, automatic)"
            " values (%(stream)s, %(id)s, %(command)s, %(automatic)s) on conflict do nothing",
            stream=str(recorded.stream),
            id=recorded.command_id,
            command=recorded.command,
            automatic=recorded.role is Role.SYSTEM,
        )


@automation.on(Decided)
def decided(rows: Batch, recorded: RecordedEvent, event: Decided) -> None:
    rows(
        "insert into decided (stream, automatic) values (%(stream)s, %(automatic)s)"
        " on conflict (municipality, stream) do update set automatic = excluded.automatic",
        stream=str(recorded.stream),
        automatic=event.decided_by == "system",
    )


def figures(database: Database, municipality: str) -> dict[str, Any]:
    """Counts and rates in per cent with one decimal; a rate is None where there is nothing to count."""
    found = automation.query(
        database,
        municipality,
        "select (select count(*) from step) as steps, (select count(*) from step where automatic) as automatic_steps,"
        " (select count(*) from decided) as decisions, (select count(*) from decided where automatic) as automatic_decisions",
    )[0]
    return {
        **found,
        "step_rate": _rate(found["automatic_steps"], found["steps"]),
        "decision_rate": _rate(found["automatic_decisions"], found["decisions"]),
        "definitions": DEFINITIONS,
    }


def by_command(database: Database, municipality: str) -> list[DictRow]:
    """The numerator and the rest: how often each command was put, and by whom."""
    return automation.query(
        database,
        municipality,
        "select command, automatic, count(*) as steps from step group by 1, 2 order by automatic desc, steps desc, command",
    )


def _rate(part: int, whole: int) -> Decimal | None:
    return (Decimal(100 * part) / whole).quantize(Decimal("0.1"), ROUND_HALF_UP) if whole else None
