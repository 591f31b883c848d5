"""Follows the events: folds the read models, and reminds the actors of what must follow and has not.

Nothing is remembered here but when a reminder was last sent; what must follow is a read model, so this process can be
killed, rewound or doubled.
"""

import logging
from collections.abc import Callable
from uuid import UUID

import psycopg

from domain.store.event_store import EventStore
from projections import reactions
from projections.read_model import read_models

log = logging.getLogger("asiapolku.work")

Send = Callable[..., object]
REMINDER_INTERVAL = 15.0
"""Seconds after which a reminder that led to nothing is sent again."""


class ProcessManager:
    """One follower of all municipalities."""

    def __init__(
        self,
        store: EventStore,
        send: Send,
        monotonic: Callable[[], float],
        patience: float = REMINDER_INTERVAL,
    ) -> None:
        self._store, self._send, self._monotonic, self._patience = store, send, monotonic, patience
        self._sent: dict[UUID, float] = {}
        self._folded: dict[str, tuple[int, float]] = {}

    def follow(self) -> int:
        """Fold what has happened in every municipality, and remind; returns how many reminders went out."""
        return sum(self._follow_one(municipality) for municipality in self._store.database.municipalities())

    def _follow_one(self, municipality: str) -> int:
        """One municipality whose facts cannot be folded keeps none of the others waiting."""
        try:
            return self._follow(municipality)
        except psycopg.DataError as error:
            self._folded.pop(municipality, None)
            log.error("municipality %s cannot be folded: %s", municipality, type(error).__name__)  # noqa: TRY400 - the message may hold values
            return 0

    def _follow(self, municipality: str) -> int:
        if self._has_news(municipality):
            for model in read_models().values():
                model.catch_up(self._store, municipality)
        return sum(self._remind(each) for each in reactions.pending(self._store.database, municipality))

    def _has_news(self, municipality: str) -> bool:
        """Whether something was recorded since; now and then yes all the same, for a read model that was rewound."""
        now, last = self._monotonic(), self._store.last_position(municipality)
        folded, at = self._folded.get(municipality, (-1, 0.0))
        if folded == last and now - at < self._patience:
            return False
        self._folded[municipality] = (last, now)
        return True

    def _remind(self, reaction: reactions.Reaction) -> bool:
        return self.remind_once(
            "react" if reaction.is_effect else "put",
            reaction.command_id,
            reaction.municipality,
            reaction.stream,
            reaction.name,
            str(reaction.command_id),
            reaction.cause,
        )

    def remind_once(self, actor: str, key: UUID, *message: str, patience: float | None = None) -> bool:
        """Send a message, unless the same was sent a moment ago."""
        now = self._monotonic()
        if now - self._sent.get(key, float("-inf")) < (self._patience if patience is None else patience):
            return False
        if len(self._sent) > 100_000:  # noqa: PLR2004 - forgetting only means reminding once more
            self._sent.clear()
        self._sent[key] = now
        self._send(actor, *message)
        return True
