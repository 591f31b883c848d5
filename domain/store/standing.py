"""What stands: a read model, or another task of the follower, that cannot go on in one municipality.

The follower writes a row when a task fails and takes it away when the task goes on; `doctor` and `/healthz`, which run in
other processes, read it. A table is the simplest thing that all of them see and that outlives a killed follower. The
other way, that whoever asks tries to fold the next events without keeping them, would cost a follower's work at each
look, take the locks that the follower needs, and miss what stands beside folding: timers and reminders. The price is
that a row tells what the follower saw last.

A row names the kind of an error, never its message: that may hold a personal value.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from traceback import walk_tb

import psycopg

from domain.store.database import Database, NotMigrated
from domain.store.event_store import UnreadableEvent

NAMED = 5
"""Municipalities that a sentence names before it counts the rest."""
OUR_PACKAGES = ("domain.", "projections.", "api.", "workers.")


@dataclass(frozen=True)
class Standing:
    """A task that stands: after `position`, before `event` (`498/case/c0@3 Submitted`, empty where none is known)."""

    municipality: str
    task: str
    position: int
    event: str
    error: str


def put_standing(database: Database, standing: Standing) -> None:
    """Remember that a task stands; `since` stays that of the first time."""
    with database.connection(standing.municipality) as connection:
        connection.execute(
            "insert into standing (task, position, event, error, since) values (%s, %s, %s, %s, now())"
            " on conflict (municipality, task) do update"
            " set position = excluded.position, event = excluded.event, error = excluded.error",
            [standing.task, standing.position, standing.event, standing.error],
        )


def clear_standing(database: Database, municipality: str, task: str) -> None:
    """The task goes on."""
    with database.connection(municipality) as connection:
        connection.execute("delete from standing where task = %s", [task])


def all_standing(database: Database) -> list[Standing]:
    """What stands in every municipality."""
    with database.connection(None) as connection:
        found = connection.execute("select municipality, task, position, event, error from all_standing()")
        return [Standing(**row) for row in found]


def standing_sentences(standing: Iterable[Standing]) -> list[str]:
    """A sentence for each cause, with all the tasks and municipalities that it holds up."""
    causes: dict[Standing, list[Standing]] = {}
    for each in standing:
        causes.setdefault(replace(each, task="", municipality=""), []).append(each)
    return [_sentence(cause, held_up) for cause, held_up in causes.items()]


def _sentence(cause: Standing, held_up: list[Standing]) -> str:
    tasks = ", ".join(dict.fromkeys(each.task for each in held_up))
    codes = list(dict.fromkeys(each.municipality for each in held_up))
    where = ", ".join(codes[:NAMED]) + (f" and {len(codes) - NAMED} more" if len(codes) > NAMED else "")
    position = f" at position {cause.position}" if cause.event or cause.position else ""
    before = f", before {cause.event}" if cause.event else ""
    return f"{tasks} cannot go on in {where}{position}{before}: {cause.error}"


def named_error(error: BaseException) -> str:
    """The kind of an error and where it was raised, or its SQLSTATE and constraint; its message may hold a value."""
    match error:
        case UnreadableEvent():
            return f"cannot be read: {error.wrong}"
        case NotMigrated():
            return str(error)
        case psycopg.Error():
            parts = [type(error).__name__, error.sqlstate, error.diag.constraint_name]
            return " ".join(filter(None, parts))
    ours = [
        f" at {module}:{line}"
        for frame, line in walk_tb(error.__traceback__)
        if (module := str(frame.f_globals.get("__name__"))).startswith(OUR_PACKAGES)
    ]
    return type(error).__name__ + (ours[-1] if ours else "")
