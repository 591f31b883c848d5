"""Payments (maksatukset): what may be paid, what is on its way, what came back, and why not yet; and what is invoiced."""

from datetime import date
from decimal import Decimal

from psycopg.rows import DictRow

from domain.case.events import (
    AccountChanged,
    Decided,
    ForwardedToInvoicing,
    PaymentBooked,
    PaymentInstructed,
    PaymentOrdered,
    PaymentRefused,
    PaymentReleased,
    PaymentReturned,
    Registered,
    Submitted,
    ToBeInvoiced,
    ToBeRecovered,
)
from domain.messages import Entered, Event, RecordedEvent
from domain.store.database import Database
from projections.read_model import Batch, ReadModel

payments = ReadModel(
    "payments",
    edition=2,
    table="""
    create table entry (
        municipality text not null default tenant(),
        stream text not null,
        number text,
        title text not null,
        round text,
        granted numeric(12, 2),
        decision text,
        stage text not null default 'new',
        due date,
        primary key (municipality, stream)
    );
    create table payment (
        municipality text not null default tenant(),
        payment text not null,
        stream text not null,
        amount numeric(12, 2) not null,
        state text not null,
        due date,
        booked_on date,
        note text not null default '',
        primary key (municipality, payment)
    );
    create table receivable (
        municipality text not null default tenant(),
        stream text not null,
        why text not null,
        amount numeric(12, 2) not null,
        state text not null,
        reference text not null default '',
        primary key (municipality, stream, why)
    )
    """,
)

UNPAID_REASONS = {
    "service": "not-served-or-published",
    "appeal-period": "appeal-period-runs",
    "claims": "claim-or-call-up-open",
    "legal-force": "days-of-grace-run",
    "payment-account": "account-needed",
    "payment-order": "being-ordered",
    "payment-release": "release-needed",
    "payment-booking": "at-the-bank",
    "on-account": "final-account-awaited",
    "invoicing": "to-be-invoiced",
}
"""The stage says why a granted sum is not paid yet."""

STATES: dict[type[Event], str] = {
    PaymentReleased: "released",
    PaymentInstructed: "instructed",
    PaymentRefused: "refused",
    PaymentBooked: "booked",
    PaymentReturned: "returned",
}


@payments.on(Submitted)
def submitted(rows: Batch, recorded: RecordedEvent, event: Submitted) -> None:
    rows.insert("entry", stream=str(recorded.stream), title=event.title, round=event.round)


@payments.on(Registered)
def registered(rows: Batch, recorded: RecordedEvent, event: Registered) -> None:
    rows.update("entry", {"stream": str(recorded.stream)}, number=event.number)


@payments.on(Decided)
def decided(rows: Batch, recorded: RecordedEvent, event: Decided) -> None:
    rows.update("entry", {"stream": str(recorded.stream)}, granted=event.amount, decision=event.decision)
    if event.plan.invoice:
        _receivable(rows, recorded, "work", event.plan.invoice, "awaits-legal-force")
    if event.fee:
        _receivable(rows, recorded, "fee", event.fee.amount, "awaits-legal-force")


@payments.on(ToBeInvoiced)
def to_be_invoiced(rows: Batch, recorded: RecordedEvent, event: ToBeInvoiced) -> None:
    _receivable(rows, recorded, event.why, event.amount, "to-be-handed-over")


@payments.on(ToBeRecovered)
def to_be_recovered(rows: Batch, recorded: RecordedEvent, event: ToBeRecovered) -> None:
    _receivable(rows, recorded, "recovery", event.amount, "to-be-handed-over")


def _receivable(rows: Batch, recorded: RecordedEvent, why: str, amount: Decimal, state: str) -> None:
    """A sum that the municipality is owed by a case for this reason, and how far it has come."""
    rows.delete("receivable", stream=str(recorded.stream), why=why)
    rows.insert("receivable", stream=str(recorded.stream), why=why, amount=amount, state=state)


@payments.on(ForwardedToInvoicing)
def forwarded(rows: Batch, recorded: RecordedEvent, event: ForwardedToInvoicing) -> None:
    """Everything that was to be handed over is with invoicing, under one reference."""
    rows.update(
        "receivable",
        {"stream": str(recorded.stream), "state": "to-be-handed-over"},
        state="with-invoicing",
        reference=event.reference,
    )


@payments.on(Entered)
def entered(rows: Batch, recorded: RecordedEvent, event: Entered) -> None:
    rows.update("entry", {"stream": str(recorded.stream)}, stage=event.stage, due=event.due)


@payments.on(PaymentOrdered)
def ordered(rows: Batch, recorded: RecordedEvent, event: PaymentOrdered) -> None:
    stream = str(recorded.stream)
    rows.insert("payment", payment=event.payment, stream=stream, amount=event.amount, state="ordered")


@payments.on(PaymentReleased, PaymentInstructed, PaymentRefused, PaymentBooked, PaymentReturned)
def moved(
    rows: Batch,
    recorded: RecordedEvent,
    event: PaymentReleased | PaymentInstructed | PaymentRefused | PaymentBooked | PaymentReturned,
) -> None:
    rows(
        "update payment set state = case when state in ('booked', 'returned') and %(state)s = 'instructed' then state"
        " else %(state)s end, due = coalesce(%(due)s, due), booked_on = coalesce(%(booked_on)s, booked_on),"
        " note = coalesce(%(note)s, note) where payment = %(payment)s",
        payment=event.payment,
        state=STATES[type(event)],
        due=getattr(event, "due", None),
        booked_on=getattr(event, "booked_on", None),
        note=getattr(event, "reason", None),
    )


@payments.on(AccountChanged)
def account_changed(rows: Batch, recorded: RecordedEvent, event: AccountChanged) -> None:
    """A changed account is a thing to look at before release."""
    rows.update("payment", {"stream": str(recorded.stream), "state": "ordered"}, note="account-changed")


def list_payments(database: Database, municipality: str, today: date, limit: int = 1000) -> list[DictRow]:
    """Every granted case with its latest payment and, where it is not paid, why not yet and until when."""
    found = payments.query(
        database,
        municipality,
        "select c.stream, c.number, c.title, c.round, c.granted, c.decision, c.stage, c.due, p.payment, p.amount, p.state,"
        " p.due as pay_on, p.booked_on, p.note, coalesce(paid.total, 0.00) as paid from entry c"
        " left join lateral (select * from payment where stream = c.stream"
        " order by length(payment) desc, payment desc limit 1) p on true"
        " left join lateral (select sum(amount) as total from payment where stream = c.stream and state = 'booked')"
        " paid on true where c.granted > 0 order by c.number, c.stream limit %(limit)s",
        limit=limit,
    )
    for row in found:
        row["why_not_yet"] = None if row["paid"] == row["granted"] else UNPAID_REASONS.get(row["stage"])
    return found


def list_receivables(database: Database, municipality: str, limit: int = 1000) -> list[DictRow]:
    """What the municipality is owed: why, how much, how far it has come, and invoicing's reference; open ones first.

    `why` is fee, work or recovery; `state` is awaits-legal-force, to-be-handed-over or with-invoicing.
    """
    return payments.query(
        database,
        municipality,
        "select stream, number, title, why, amount, state, reference, decision from receivable join entry"
        " using (municipality, stream) order by array_position(%(states)s::text[], state), number, stream, why"
        " limit %(limit)s",
        states=["to-be-handed-over", "awaits-legal-force", "with-invoicing"],
        limit=limit,
    )


def payments_under_way(database: Database, municipality: str) -> bool:
    """Whether the bank may have something to tell: a payment that was paid lately or is about to be."""
    found = payments.query(
        database,
        municipality,
        "select 1 from payment where state in ('released', 'instructed', 'booked') limit 1",
    )
    return bool(found)


def stream_of(database: Database, municipality: str, payment: str) -> str | None:
    """The case that a payment's id belongs to."""
    found = payments.query(
        database, municipality, "select stream from payment where payment = %(payment)s", payment=payment
    )
    return found[0]["stream"] if found else None
