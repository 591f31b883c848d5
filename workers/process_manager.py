"""Follows the events: folds the read models, and reminds the actors of what must follow and has not.

Nothing is remembered here but when a reminder was last sent; what must follow is a read model, so this process can be
killed, rewound or doubled. Each read model of each municipality is followed alone: one that fails stops only itself, and
an event that cannot be read stops only its municipality (its read models stand before it; what they found before is
followed up, and commands to its other streams are answered).
"""

from collections.abc import Callable
from functools import partial
from uuid import UUID

from domain.store.event_store import EventStore
from projections import deadlines, reactions
from projections.read_model import read_models
from workers.isolation import Isolation

Send = Callable[..., object]
REMINDER_INTERVAL = 15.0
"""Seconds after which a reminder that led to nothing is sent again."""
PAUSES = 4
"""What fails again and again is tried after so many times that at the latest: a minute."""

MUST_FOLLOW = (reactions.reactions, deadlines.deadlines)
"""Folded before all others: payments and legal deadlines wait for no list that people read."""


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
        self.isolation = Isolation(store.database, monotonic, PAUSES * patience)
        self._models = sorted(read_models().values(), key=lambda each: each not in MUST_FOLLOW)
        self._sent: dict[UUID, float] = {}
        self._folded: dict[str, tuple[int, float]] = {}

    def follow(self) -> int:
        """Fold what has happened in every municipality, and remind; returns how many reminders went out."""
        self.isolation.look()
        try:
            return sum(self._follow(municipality) for municipality in self._store.database.municipalities())
        finally:
            self.isolation.write_log()

    def _follow(self, municipality: str) -> int:
        news, alone = self._has_news(municipality), partial(self.isolation.attempt, municipality)
        for model in self._models:
            if news or self.isolation.is_standing(municipality, model.name):
                alone(model.name, partial(model.catch_up, self._store, municipality), 0)
        return alone("reminders", partial(self._remind_all, municipality), 0)

    def _remind_all(self, municipality: str) -> int:
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
