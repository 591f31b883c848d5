"""The acts that messages ask for: put an internal command, or look, act and record outside the house.

A message is only a reminder: everything it needs is in the event store, so it may come twice, late or never. A message
that never comes is sent again, because what must follow is still on the process manager's list.
"""

import logging
from collections.abc import Callable, Mapping
from typing import Any
from uuid import UUID

import dramatiq
from dramatiq.brokers.redis import RedisBroker

from domain.case.commands import BookPayment, RecordInstruction, RecordRefusal, ReturnPayment
from domain.case.events import PaymentReleased
from domain.case.state import Case
from domain.decider import commands_by_name
from domain.messages import Command, StreamId, derived_id, system_actor
from domain.rejections import AlreadyDone, Crowded, NotNow, Rejection
from domain.store.event_store import EventStore, UnreadableEvent
from domain.store.settings import InstallationSettings
from projections import payments
from projections.read_model import CannotFold
from workers.adapters.payment import (
    Booking,
    Instruction,
    PartyContradicts,
    PartyRefused,
    PartyUnavailable,
    PaymentParty,
    Return,
    payment_party,
)

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
    broker = RedisBroker(url=redis_url)  # type: ignore[no-untyped-call]
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
    record(StreamId.parse(stream), command, UUID(command_id), cause)


def record(stream: StreamId, command: Command, command_id: UUID, cause: str) -> bool:
    """Answer as the system; False where it was turned down, or its stream stands, and a person must see.

    A stage that has moved on needs nothing any more, and what is done already is done.
    """
    try:
        actor_context.store.handle(
            stream, command, by=system_actor(stream.municipality), command_id=command_id, cause=cause
        )
    except Crowded:
        raise
    except (NotNow, AlreadyDone):
        log.info("%s on %s is not needed any more", type(command).__name__, stream)
    except Rejection as rejection:
        log.warning("%s on %s was turned down: %s", type(command).__name__, stream, rejection.code)
        return False
    except UnreadableEvent as stands:
        log.debug("%s on %s has to wait: %s", type(command).__name__, stream, stands)  # the follower names it
        return False
    return True


def react(municipality: str, stream: str, name: str, command_id: str, cause: str) -> None:
    """Do what a fact asks to be done outside the house; a stream that cannot be read has to wait for the next reminder."""
    try:
        EFFECT_FUNCTIONS[name](StreamId.parse(stream), UUID(command_id), cause)
    except UnreadableEvent as stands:
        log.debug("%s on %s has to wait: %s", name, stream, stands)  # the follower names it


def instruct_payment(stream: StreamId, command_id: UUID, cause: str) -> None:
    """Look, act, record: a payment that was released goes to the payment party once.

    Its id was fixed in a fact before; whoever holds the lock is alone with it; the party is asked first whether it
    has the payment already.
    """
    version = int(cause.rpartition("@")[2])
    released = actor_context.store.trail(stream, after=version - 1, until=version)[0].event
    assert isinstance(released, PaymentReleased)
    with actor_context.store.database.turn(f"payment:{released.payment}") as mine:
        if not mine:
            return
        _, case = actor_context.store.read(stream)
        if case.payment is None or case.payment.id != released.payment or case.payment.state != "released":
            return
        instruction = _instruction(stream, case, released)
        try:
            found = actor_context.party.find(released.payment)
            if found is None and case.contested:
                return  # no money moves while a claim or a call-up is open; the reminder comes again
            found = found or actor_context.party.instruct(instruction)
            found.agreeing_with(instruction)
        except PartyRefused as refused:
            record(stream, RecordRefusal(payment=released.payment, reason=refused.reason), command_id, cause)
            return
        except PartyContradicts:
            log.error(  # noqa: TRY400 - a traceback would tell nothing more
                "the party holds another amount or account under %s: a person must look", released.payment
            )
            return
        answer = RecordInstruction(
            payment=released.payment, amount=str(found.amount), reference=found.reference
        )
        record(stream, answer, command_id, cause)


def _instruction(stream: StreamId, case: Case, released: PaymentReleased) -> Instruction:
    assert case.payment is not None
    opened = actor_context.store.keys.open(
        stream.municipality,
        {"iban": released.account.iban, "holder": released.account.holder},
        by="system",
        why=f"payment {released.payment}",
        now=actor_context.store.clock.now(),
    )
    return Instruction(
        payment_id=released.payment,
        amount=case.payment.amount,
        payee_id=str(case.form.get("usage_unit", stream.key)),
        payee_name=opened["holder"] or "",
        iban=opened["iban"] or "",
        message=f"{case.number} {case.title}"[:140],
        due=released.due,
    )


EFFECT_FUNCTIONS: Mapping[str, Callable[[StreamId, UUID, str], None]] = {"instruct_payment": instruct_payment}


def listen(municipality: str) -> None:
    """Hear what the bank has booked and returned since, and record it; heard twice, it is recorded once."""
    database = actor_context.store.database
    with database.turn(f"bank:{municipality}") as mine:
        if not mine:
            return
        with database.connection(municipality) as connection:
            row = connection.execute("select position from outside_positions where party = 'bank'").fetchone()
        try:
            notifications, heard = actor_context.party.notifications(row["position"] if row else None)
        except PartyUnavailable:
            return
        settled = [_heard(municipality, each) for each in notifications]
        if not all(settled):
            return  # heard again later, from the same place
        with database.connection(municipality) as connection:
            connection.execute(
                "insert into outside_positions (party, position) values ('bank', %s)"
                " on conflict (municipality, party) do update set position = excluded.position",
                [heard],
            )


def _heard(municipality: str, notification: Booking | Return) -> bool:
    """Record what the bank says; False where it must be heard again: too early, or the party's word is still missing."""
    payment = notification.payment_id
    if not payment.startswith(f"{municipality}-"):
        return True
    try:
        payments.payments.catch_up(actor_context.store, municipality)
    except CannotFold:  # the follower names it
        up_to_date = False
    else:
        up_to_date = True
    name = payments.stream_of(actor_context.store.database, municipality, payment)
    if name is None and not up_to_date:
        return False
    if name is None:
        log.warning("the bank speaks of a payment that is not known here")
        return True
    stream = StreamId.parse(name)
    try:
        case = actor_context.store.read(stream)[1]
    except UnreadableEvent as stands:
        log.debug("what the bank says of a payment has to wait: %s", stands)  # the follower names it
        return False
    if any(each.id == payment and each.state == "released" for each in case.payments):
        return False  # what the party holds has not been compared yet
    command: Command
    if isinstance(notification, Booking):
        command = BookPayment(
            payment=payment, booked_on=notification.booked_on, reference=notification.reference
        )
    else:
        command = ReturnPayment(
            payment=payment, returned_on=notification.returned_on, reason=notification.reason
        )
    cause = f"bank:{notification.reference}"
    return record(stream, command, derived_id(cause, payment, type(command).__name__), cause)


ACTOR_FUNCTIONS: Mapping[str, Callable[..., Any]] = {
    "put": put_internal_command,
    "react": react,
    "listen": listen,
}
