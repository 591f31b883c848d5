"""The whole system in memory: the store, what follows by itself, the payment party, and the personal values given in.

What follows is worked out as the process manager, the scheduler and the actors do; each message may come at once, late,
twice or never.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from domain.adopted_criteria import compiled
from domain.case.commands import BookPayment, RecordInstruction, RecordRefusal, ReturnPayment
from domain.case.events import (
    PaymentBooked,
    PaymentInstructed,
    PaymentOrdered,
    PaymentRefused,
    PaymentReleased,
    PaymentReturned,
)
from domain.criteria.ruleset import RuleSet
from domain.messages import Actor, Command, Entered, Receipt, RecordedEvent, StreamId, derived_id
from domain.streams import commands_by_name
from tests.invariants.fake_payment_party import Manner, Party
from tests.invariants.in_memory_store import InMemoryStore
from tests.invariants.people import SYSTEM
from tests.invariants.values import Marks
from workers.adapters.payment import Booking, Instruction, PartyRefused, PartyUnavailable, Return

COMMANDS = commands_by_name()
ABOUT_MONEY = (PaymentReleased, PaymentInstructed, PaymentRefused, PaymentBooked, PaymentReturned)


@dataclass(frozen=True)
class Reminder:
    """A reminder that something follows from a fact: an internal command, or an act outside the system."""

    cause: RecordedEvent
    name: str

    @property
    def stream(self) -> StreamId:
        return self.cause.stream

    @property
    def command_id(self) -> UUID:
        return derived_id(self.cause.reference, self.name)


@dataclass(frozen=True)
class CommandMessage:
    """A command on its way into the system: everything that `handle` wants to know."""

    stream: StreamId
    command: Command
    by: Actor
    command_id: UUID
    expected_version: int | None = None
    cause: str | None = None


class InMemorySystem:
    """Everything there is, at one moment."""

    def __init__(self, now: datetime) -> None:
        self.store, self.party, self.marks = InMemoryStore(now), Party(), Marks()
        self.messages_made = 0
        self.heard = 0
        """How much of the bank's statement was listened to."""

    def copy(self) -> "InMemorySystem":
        other = InMemorySystem(self.store.now)
        other.store, other.party, other.marks = self.store.copy(), self.party.copy(), Marks(self.marks.given)
        other.messages_made, other.heard = self.messages_made, self.heard
        return other

    def command_message(
        self, stream: StreamId, command: Command, by: Actor, expected_version: int | None = None
    ) -> CommandMessage:
        """A command under an id that nobody has used."""
        self.messages_made += 1
        return CommandMessage(stream, command, by, UUID(int=self.messages_made), expected_version)

    def handle(self, command_message: CommandMessage) -> Receipt:
        return self.store.handle(
            command_message.stream,
            command_message.command,
            by=command_message.by,
            command_id=command_message.command_id,
            expected_version=command_message.expected_version,
            cause=command_message.cause,
        )

    def of(self, kind: str) -> dict[str, Any]:
        """What every stream of a kind has come to, by its key."""
        return {stream.key: state for stream, state in self.store.states.items() if stream.kind == kind}

    def criteria_of(self, case: Any) -> RuleSet | None:
        """The criteria that a case is decided under."""
        round_ = self.of("round").get(case.round) if case else None
        return compiled(round_.criteria) if round_ else None

    def unanswered(self, case: Any) -> list[str]:
        """Questions of the criteria that a handler has still to answer."""
        rules = self.criteria_of(case)
        inputs = rules.document.inputs if rules else {}
        return [
            name for name, asked in inputs.items() if asked.source == "handler" and name not in case.findings
        ]

    # What follows by itself ------------------------------------------------------------------------------------------

    def commands_that_follow(self) -> Iterator[Reminder]:
        """From each stream's last stage, what follows at once or because its due day or instant lies behind."""
        for trail in self.store.trails.values():
            entered = next((each for each in reversed(trail) if isinstance(each.event, Entered)), None)
            if entered is not None and isinstance(event := entered.event, Entered) and event.then:
                message = Reminder(entered, event.then)
                waits = event.due and event.due >= self.store.today
                waits = waits or (event.due_at and event.due_at > self.store.now)
                if not waits and message.command_id not in self.store.receipts:
                    yield message

    def acts_that_follow(self) -> Iterator[Reminder]:
        """Each payment that was released and that nothing is known of yet."""
        for trail in self.store.trails.values():
            last: dict[str, RecordedEvent] = {}
            for each in trail:
                if isinstance(each.event, ABOUT_MONEY):
                    last[each.event.payment] = each
            for each in last.values():
                if isinstance(each.event, PaymentReleased):
                    yield Reminder(each, "instruct_payment")

    def every_message(self) -> list[Reminder]:
        """Every reminder that was ever sent, for a queue that delivers late or twice."""
        recorded = [(each, each.event) for trail in self.store.trails.values() for each in trail]
        return [
            *(
                Reminder(each, event.then)
                for each, event in recorded
                if isinstance(event, Entered) and event.then
            ),
            *(
                Reminder(each, "instruct_payment")
                for each, event in recorded
                if isinstance(event, PaymentReleased)
            ),
        ]

    def put(self, message: Reminder) -> CommandMessage:
        """What the actor `put` sends."""
        cause = message.cause.reference
        return CommandMessage(
            message.stream, COMMANDS[message.name](), SYSTEM, message.command_id, cause=cause
        )

    def instruct(self, message: Reminder, manner: Manner) -> CommandMessage | None:
        """What the actor `instruct_payment` does: look, act, and send the record of it."""
        released, case = message.cause.event, self.store.states[message.stream]
        assert isinstance(released, PaymentReleased)
        payment = case.payment
        if payment is None or payment.id != released.payment or payment.state != "released":
            return None
        opened = [self.store.key_ring.open(each) for each in (released.account.iban, released.account.holder)]
        iban, holder = (each or "" for each in opened)
        instruction = Instruction(
            payment.id, payment.amount, message.stream.key, holder, iban, case.title, released.due
        )
        command: Command
        try:
            found = self.party.find(payment.id)
            if found is None and case.contested:
                return None  # no money moves meanwhile
            found = found or self.party.instruct(instruction, manner)
            command = RecordInstruction(
                payment=payment.id, amount=str(found.amount), reference=found.reference
            )
        except PartyRefused as refused:
            command = RecordRefusal(payment=payment.id, reason=refused.reason)
        except PartyUnavailable:
            return None
        return CommandMessage(
            message.stream, command, SYSTEM, message.command_id, cause=message.cause.reference
        )

    def hear(self, line: Booking | Return) -> CommandMessage:
        """What the actor `listen` sends for a line of the bank's statement."""
        command = self.said_by_the_bank(line)
        cause = f"bank:{line.reference}"
        command_id = derived_id(cause, line.payment_id, type(command).__name__)
        return CommandMessage(self.owner(line.payment_id), command, SYSTEM, command_id, cause=cause)

    def said_by_the_bank(self, line: Booking | Return) -> Command:
        if isinstance(line, Booking):
            return BookPayment(payment=line.payment_id, booked_on=line.booked_on, reference=line.reference)
        return ReturnPayment(payment=line.payment_id, returned_on=line.returned_on, reason=line.reason)

    def owner(self, payment_id: str) -> StreamId:
        """The case that a payment was ordered in."""
        return next(
            each.stream
            for trail in self.store.trails.values()
            for each in trail
            if isinstance(each.event, PaymentOrdered) and each.event.payment == payment_id
        )
