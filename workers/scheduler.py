"""Timers: whatever is due and lies behind is put as its internal command. Deadlines are a read model, never a queue."""

from datetime import date, datetime
from functools import partial

from domain.messages import HELSINKI, derived_id
from domain.store.event_store import EventStore
from projections import deadlines, payments
from projections.reactions import reaction_id
from workers.process_manager import ProcessManager


class Scheduler:
    """Looks at the clock for every municipality."""

    def __init__(self, store: EventStore, reminders: ProcessManager, bank_every: float) -> None:
        self._store, self._reminders, self._bank_every = store, reminders, bank_every

    def tick(self) -> int:
        """Remind of every deadline that lies behind, and of the bank where money is on its way."""
        now = self._store.clock.now()
        today = now.astimezone(HELSINKI).date()
        sent = 0
        attempt = self._reminders.isolation.attempt
        for municipality in self._store.database.municipalities():
            sent += attempt(
                municipality, "timers", partial(self._remind_of_overdue, municipality, today, now), 0
            )
            sent += attempt(municipality, "bank", partial(self._remind_of_bank, municipality), 0)
        return sent

    def _remind_of_overdue(self, municipality: str, today: date, now: datetime) -> int:
        sent = 0
        for due in deadlines.overdue(self._store.database, municipality, today, now):
            assert due.name is not None
            key = reaction_id(due.cause, due.name)
            sent += self._reminders.remind_once(
                "put", key, municipality, due.stream, due.name, str(key), due.cause
            )
        return sent

    def _remind_of_bank(self, municipality: str) -> int:
        if not payments.payments_under_way(self._store.database, municipality):
            return 0
        key = derived_id("listen", municipality)
        return self._reminders.remind_once("listen", key, municipality, patience=self._bank_every)
