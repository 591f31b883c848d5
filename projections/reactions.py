"""What must follow by itself and has not followed yet: the process manager's list, folded like everything else.

A fact that asks for something puts a row here; the fact that answers it takes the row away. So rewinding this list to
the beginning, or losing the queue that carries its messages, changes nothing that happens.
"""

from dataclasses import dataclass
from uuid import UUID

from domain.case.events import (
    PaymentBooked,
    PaymentInstructed,
    PaymentRefused,
    PaymentReleased,
    PaymentReturned,
)
from domain.messages import Entered, Event, RecordedEvent, derived_id
from domain.store.database import Database
from projections.read_model import Batch, ReadModel

EFFECT_ACTORS: dict[type[Event], str] = {PaymentReleased: "instruct_payment"}
"""What is done outside the house because of a fact, by the name of its actor; an internal command records it."""

SETTLED = (PaymentInstructed, PaymentRefused, PaymentBooked, PaymentReturned)
"""Facts that show an effect to be over, whoever recorded them; another payment of the case has its own."""

reactions = ReadModel(
    "reactions",
    edition=2,
    table="""
    create table pending (
        municipality text not null default tenant(),
        command_id uuid not null,
        stream text not null,
        name text not null,
        is_effect boolean not null,
        payment text,
        cause text not null,
        position bigint not null,
        primary key (municipality, command_id)
    );
    create index on pending (municipality, stream)
    """,
)


@dataclass(frozen=True)
class Reaction:
    """Something that must follow: an internal command or an outside effect, and the id its record will answer to."""

    municipality: str
    command_id: UUID
    stream: str
    name: str
    is_effect: bool
    cause: str


def reaction_id(cause: str, name: str) -> UUID:
    """The id of what follows from an event: the same each time it is worked out."""
    return derived_id(cause, name)


@reactions.on_each
def answered(rows: Batch, recorded: RecordedEvent, event: Event) -> None:
    """Whatever answers a pending reaction takes it away; an outside effect of this fact is put down."""
    rows.delete("pending", command_id=recorded.command_id)
    if isinstance(event, SETTLED):
        rows.delete("pending", stream=str(recorded.stream), payment=event.payment)
    if effect := EFFECT_ACTORS.get(type(event)):
        _put(rows, recorded, effect, is_effect=True, payment=getattr(event, "payment", None))


@reactions.on(Entered)
def entered(rows: Batch, recorded: RecordedEvent, event: Entered) -> None:
    """A new stage drops what its predecessor still wanted, and puts down what follows at once."""
    rows.delete("pending", stream=str(recorded.stream), is_effect=False)
    if event.then and event.due is None and event.due_at is None:
        _put(rows, recorded, event.then, is_effect=False)


def _put(
    rows: Batch, recorded: RecordedEvent, name: str, *, is_effect: bool, payment: str | None = None
) -> None:
    rows.insert_if_absent(
        "pending",
        command_id=reaction_id(recorded.reference, name),
        stream=str(recorded.stream),
        name=name,
        is_effect=is_effect,
        payment=payment,
        cause=recorded.reference,
        position=recorded.position,
    )


def pending(database: Database, municipality: str, limit: int = 1000) -> list[Reaction]:
    """What has not followed yet, oldest first."""
    found = reactions.query(
        database,
        municipality,
        "select municipality, command_id, stream, name, is_effect, cause from pending order by position limit %(limit)s",
        limit=limit,
    )
    return [Reaction(**row) for row in found]
