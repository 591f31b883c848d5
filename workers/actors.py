"""The dramatiq actors: what a message asks for, handed on to whoever does it.

A message is only a reminder: everything it needs is in the event store, so it may come twice, late or never. A message
that never comes is sent again, because what must follow is still on the process manager's list.
"""

import logging
from collections.abc import Callable, Mapping
from typing import Any
from uuid import UUID

import dramatiq
from dramatiq.brokers.redis import RedisBroker

from domain.messages import StreamId
from domain.store.event_store import EventStore, UnreadableEvent
from domain.store.settings import InstallationSettings
from domain.streams import commands_by_name
from workers.adapters.payment import PaymentParty, payment_party
from workers.payment_instructions import instruct_payment, record_bank_notifications
from workers.system_commands import record

log = logging.getLogger("asiapolku.work")

RETRY_AFTER = 6_000
"""Milliseconds; longer than the payment party's time-out of 5 s, so that the next look finds what a late answer left."""


class ActorContext:
    """What the actors of this process work with."""

    def __init__(self, settings: InstallationSettings) -> None:
        self.settings = settings
        self.store = EventStore.open(settings)
        self._party: PaymentParty | None = None

    @property
    def party(self) -> PaymentParty:
        """The payment party that this installation pays through."""
        if self._party is None:
            self._party = payment_party(
                self.settings.payment_url,
                bank_url=self.settings.bank_url,
                email=self.settings.payment_email,
                password=self.settings.payment_password.get_secret_value(),
            )
        return self._party


actor_context: ActorContext
"""Set once by `start`, before the first message."""


def start_actors(settings: InstallationSettings) -> RedisBroker:
    """Open the store and take the broker into use; the actors below are declared on it."""
    global actor_context  # noqa: PLW0603 - one process, one house
    actor_context = ActorContext(settings)
    return connect(settings.redis_url)


def connect(redis_url: str) -> RedisBroker:
    """The broker, with our actors on it."""
    broker = RedisBroker(url=redis_url)  # type: ignore[no-untyped-call]  # dramatiq has no types here
    dramatiq.set_broker(broker)
    for name, act in ACTOR_FUNCTIONS.items():
        declare = dramatiq.actor(
            actor_name=name, broker=broker, max_retries=20, min_backoff=RETRY_AFTER, max_backoff=60_000
        )
        ACTORS[name] = declare(act)
    return broker


ACTORS: dict[str, "dramatiq.Actor[..., None]"] = {}


def put_internal_command(municipality: str, stream: str, name: str, command_id: str, cause: str) -> None:
    """Put an internal command; one that has been answered is answered again, one that came too late is let go."""
    command = commands_by_name()[name]()
    record(actor_context.store, StreamId.parse(stream), command, UUID(command_id), cause)


def react(municipality: str, stream: str, name: str, command_id: str, cause: str) -> None:
    """Do what a fact asks to be done outside the house; a stream that cannot be read has to wait for the next reminder."""
    try:
        EFFECT_FUNCTIONS[name](StreamId.parse(stream), UUID(command_id), cause)
    except UnreadableEvent as stands:
        log.debug("%s on %s has to wait: %s", name, stream, stands)  # the follower names it


def instruct(stream: StreamId, command_id: UUID, cause: str) -> None:
    """Have a payment that was released carried out."""
    instruct_payment(actor_context.store, actor_context.party, stream, command_id, cause)


def listen(municipality: str) -> None:
    """Hear what the bank has booked and returned since."""
    record_bank_notifications(actor_context.store, actor_context.party, municipality)


EFFECT_FUNCTIONS: Mapping[str, Callable[[StreamId, UUID, str], None]] = {"instruct_payment": instruct}
"""What a fact may ask to be done outside the house, by the name that `projections.reactions` gives it."""

ACTOR_FUNCTIONS: Mapping[str, Callable[..., Any]] = {
    "put": put_internal_command,
    "react": react,
    "listen": listen,
}
