"""One task of one municipality fails alone: it is named, tried again after a pause that grows, and goes on by itself.

The one place where any exception is caught to go on: a mistake in one read model must stop neither the payments nor another
municipality. What fails for everybody at once, a database or a Redis that is not there, is not caught here.
"""

import logging
from collections.abc import Callable
from typing import TypeVar

import redis

from domain.store.database import Database, NotMigrated, is_outage
from domain.store.standing import (
    Standing,
    all_standing,
    clear_standing,
    named_error,
    put_standing,
    standing_sentences,
)
from projections.read_model import CannotFold

log = logging.getLogger("asiapolku.work")

FIRST_PAUSE, LONGEST_PAUSE = 1.0, 60.0
"""Seconds until what failed is tried again; twice as long each time."""


def stops_everything(error: Exception) -> bool:
    """Whether it fails for everybody at once: no task is to blame, and all of them go on when it is back."""
    return is_outage(error) or isinstance(error, redis.RedisError)


Returned = TypeVar("Returned")
Task = tuple[str, str]
"""A municipality, and a read model's name or what the follower does beside folding: reminders, timers, bank."""


class Isolation:
    """Runs tasks, and remembers which of them stand."""

    def __init__(
        self, database: Database, monotonic: Callable[[], float], longest_pause: float = LONGEST_PAUSE
    ) -> None:
        self._database, self._monotonic, self._longest = database, monotonic, longest_pause
        self._again_at: dict[Task, float] = {}
        self._pauses: dict[Task, float] = {}
        self._standing: set[Task] = set()
        self._looked_at = float("-inf")
        self._refused: set[str] = set()
        self._failed: list[Standing] = []
        self._mended: dict[str, list[str]] = {}

    def look(self) -> None:
        """Now and then, see what stands for another follower, or stood for one that was killed; it is tried here too."""
        if self._monotonic() - self._looked_at >= self._longest:
            self._looked_at = self._monotonic()
            self._standing |= {(each.municipality, each.task) for each in all_standing(self._database)}

    def is_standing(self, municipality: str, task: str) -> bool:
        """Whether the task failed when it was tried last."""
        return (municipality, task) in self._standing

    def attempt(
        self, municipality: str, task: str, act: Callable[[], Returned], otherwise: Returned
    ) -> Returned:
        """What the act returns; `otherwise` where it fails, or failed a moment ago."""
        key = municipality, task
        if self._monotonic() < self._again_at.get(key, float("-inf")):
            return otherwise
        try:
            result = act()
        except Exception as error:
            if stops_everything(error):
                raise
            self._stand(key, error)
            return otherwise
        if key in self._standing:
            self._go_on(key)
        return result

    def _stand(self, key: Task, error: Exception) -> None:
        municipality, task = key
        pause = self._pauses.get(key, min(FIRST_PAUSE, self._longest))
        self._again_at[key] = self._monotonic() + pause
        self._pauses[key] = min(2 * pause, self._longest)
        standing = (
            error.standing
            if isinstance(error, CannotFold)
            else Standing(municipality, task, 0, "", named_error(error))
        )
        put_standing(self._database, standing)
        self._standing.add(key)
        if not isinstance(error, NotMigrated):
            self._failed.append(standing)
        elif (
            task not in self._refused
        ):  # said once for all municipalities: nothing but a migration changes it
            self._refused.add(task)
            log.error("%s", error)

    def _go_on(self, key: Task) -> None:
        clear_standing(self._database, *key)
        self._standing.discard(key)
        self._refused.discard(key[1])
        self._pauses.pop(key, None)
        self._again_at.pop(key, None)
        self._mended.setdefault(key[0], []).append(key[1])

    def write_log(self) -> None:
        """A line for each cause that held something up since, and for each municipality where something goes on."""
        for sentence in standing_sentences(self._failed):
            log.error("%s", sentence)
        for municipality, tasks in self._mended.items():
            log.info("%s: %s go on", municipality, ", ".join(tasks))
        self._failed.clear()
        self._mended.clear()
