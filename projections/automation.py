"""Automation rate (automaatioaste): steps and decisions apart, each with what it counts.

A step is what one command did to one case; it is automatic when the system put it. A decision is automatic only when
no person made it (hallintolaki 53 e §); today a person signs every one.
"""

from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from psycopg.rows import DictRow

from domain.case.events import Decided
from domain.messages import Entered, Event, RecordedEvent, Role
from domain.store.database import Database
from domain.texts.translation import in_every_language, texts
from projections.read_model import Batch, ReadModel

AUTOMATION_DEFINITIONS = texts(
    {
        "steps": "The share of steps in cases that the system took without a person. A step is what one action changed in one case.",
        "decisions": "The share of cases decided automatically (Administrative Procedure Act, section 53 e).",
    }
)

automation = ReadModel(
    "automation",
    edition=2,
    table="""
    create table case_steps (
        municipality text not null default tenant(),
        stream text not null,
        last_command uuid not null,
        steps bigint not null,
        automatic bigint not null,
        decided_automatically boolean,
        primary key (municipality, stream)
    );
    create table command_steps (
        municipality text not null default tenant(),
        command text not null,
        automatic boolean not null,
        steps bigint not null,
        primary key (municipality, command, automatic)
    )
    """,
)


@automation.on_each
def step(rows: Batch, recorded: RecordedEvent, event: Event) -> None:
    """However many facts a command leads to in a case, it is one step; they stand next to each other in the stream.

    Coming to another stage is no step of its own.
    """
    if recorded.stream.kind != "case" or isinstance(event, Entered):
        return
    rows(
        "with counted as ("
        " insert into case_steps (stream, last_command, steps, automatic)"
        " values (%(stream)s, %(id)s, 1, %(automatic)s::boolean::int)"
        " on conflict (municipality, stream) do update set last_command = excluded.last_command,"
        " steps = case_steps.steps + 1, automatic = case_steps.automatic + excluded.automatic"
        " where case_steps.last_command <> excluded.last_command returning 1)"
        " insert into command_steps (command, automatic, steps) select %(command)s, %(automatic)s, 1 from counted"
        " on conflict (municipality, command, automatic) do update set steps = command_steps.steps + 1",
        stream=str(recorded.stream),
        id=recorded.command_id,
        command=recorded.command,
        automatic=recorded.role is Role.SYSTEM,
    )


@automation.on(Decided)
def decided(rows: Batch, recorded: RecordedEvent, event: Decided) -> None:
    automatic = event.decided_by == "system"
    rows.update("case_steps", {"stream": str(recorded.stream)}, decided_automatically=automatic)


def automation_rates(database: Database, municipality: str) -> dict[str, Any]:
    """Counts and rates in per cent with one decimal; a rate is None where there is nothing to count."""
    found = automation.query(
        database,
        municipality,
        "select coalesce(sum(steps), 0)::bigint as steps, coalesce(sum(automatic), 0)::bigint as automatic_steps,"
        " count(decided_automatically) as decisions, count(*) filter (where decided_automatically) as automatic_decisions"
        " from case_steps",
    )[0]
    return {
        **found,
        "step_rate": _rate(found["automatic_steps"], found["steps"]),
        "decision_rate": _rate(found["automatic_decisions"], found["decisions"]),
        "definitions": {name: in_every_language(text) for name, text in AUTOMATION_DEFINITIONS.items()},
    }


def by_command(database: Database, municipality: str) -> list[DictRow]:
    """The numerator and the rest: in how many steps each command was put, by the system or by a person."""
    return automation.query(
        database,
        municipality,
        "select command, automatic, steps from command_steps order by automatic desc, steps desc, command",
    )


def _rate(part: int, whole: int) -> Decimal | None:
    return (Decimal(100 * part) / whole).quantize(Decimal("0.1"), ROUND_HALF_UP) if whole else None
