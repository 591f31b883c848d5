"""What passes between the house and the payment party: payments instructed, and the bank's bookings and returns recorded.

Each looks first, then acts, then records; so it may be asked for twice, late, or by two workers at once.
"""

import logging
from uuid import UUID

from domain.case.commands import BookPayment, RecordInstruction, RecordRefusal, ReturnPayment
from domain.case.events import PaymentReleased
from domain.case.state import Case
from domain.inputs import road_key
from domain.messages import Command, StreamId, derived_id
from domain.processes import process
from domain.store.event_store import EventStore, UnreadableEvent
from domain.store.outside_positions import outside_position, set_outside_position
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
)
from workers.system_commands import record

log = logging.getLogger("asiapolku.work")


def instruct_payment(
    store: EventStore, party: PaymentParty, stream: StreamId, command_id: UUID, cause: str
) -> None:
    """Look, act, record: a payment that was released goes to the payment party once.

    Its id was fixed in a fact before; whoever holds the lock is alone with it; the party is asked first whether it
    has the payment already.
    """
    version = int(cause.rpartition("@")[2])
    released = store.trail(stream, after=version - 1, until=version)[0].event
    assert isinstance(released, PaymentReleased)
    with store.database.turn(f"payment:{released.payment}") as mine:
        if not mine:
            return
        _, case = store.read(stream)
        if case.payment is None or case.payment.id != released.payment or case.payment.state != "released":
            return
        instruction = _instruction(store, stream, case, released)
        try:
            found = party.find(released.payment)
            if found is None and case.contested:
                return  # no money moves while a claim or a call-up is open; the reminder comes again
            found = found or party.instruct(instruction)
            found.agreeing_with(instruction)
        except PartyRefused as refused:
            record(
                store,
                stream,
                RecordRefusal(payment=released.payment, reason=refused.reason),
                command_id,
                cause,
            )
            return
        except PartyContradicts:
            log.error(  # noqa: TRY400 - a traceback would tell nothing more
                "the party holds another amount or account under %s: a person must look", released.payment
            )
            return
        answer = RecordInstruction(
            payment=released.payment, amount=str(found.amount), reference=found.reference
        )
        record(store, stream, answer, command_id, cause)


def _instruction(store: EventStore, stream: StreamId, case: Case, released: PaymentReleased) -> Instruction:
    assert case.payment is not None
    opened = store.keys.open(
        stream.municipality,
        {"iban": released.account.iban, "holder": released.account.holder},
        by="system",
        why=f"payment {released.payment}",
        now=store.clock.now(),
    )
    return Instruction(
        payment_id=released.payment,
        amount=case.payment.amount,
        payee_id=road_key(process(case.process, case.edition), case.form) or stream.key,
        payee_name=opened["holder"] or "",
        iban=opened["iban"] or "",
        message=f"{case.number} {case.title}"[:140],
        due=released.due,
    )


def record_bank_notifications(store: EventStore, party: PaymentParty, municipality: str) -> None:
    """Hear what the bank has booked and returned since, and record it; heard twice, it is recorded once."""
    database = store.database
    with database.turn(f"bank:{municipality}") as mine:
        if not mine:
            return
        try:
            notifications, heard = party.notifications(outside_position(database, municipality, "bank"))
        except PartyUnavailable:
            return
        settled = [_heard(store, municipality, each) for each in notifications]
        if not all(settled):
            return  # heard again later, from the same place
        set_outside_position(database, municipality, "bank", heard)


def _heard(store: EventStore, municipality: str, notification: Booking | Return) -> bool:
    """Record what the bank says; False where it must be heard again: too early, or the party's word is still missing."""
    payment = notification.payment_id
    if not payment.startswith(f"{municipality}-"):
        return True
    try:
        payments.payments.catch_up(store, municipality)
    except CannotFold:  # the follower names it
        up_to_date = False
    else:
        up_to_date = True
    name = payments.stream_of(store.database, municipality, payment)
    if name is None and not up_to_date:
        return False
    if name is None:
        log.warning("the bank speaks of a payment that is not known here")
        return True
    stream = StreamId.parse(name)
    try:
        case = store.read(stream)[1]
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
    return record(store, stream, command, derived_id(cause, payment, type(command).__name__), cause)
