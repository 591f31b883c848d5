"""The payment party (maksaja): whoever carries out a payment for the municipality, and the bank that books it."""

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Protocol


@dataclass(frozen=True)
class Instruction:
    """One payment to be made. Its id is ours, fixed before: at most 35 characters, the bank's EndToEndId."""

    payment_id: str
    amount: Decimal
    payee_id: str
    payee_name: str = field(repr=False)
    iban: str = field(repr=False)
    message: str
    due: date


@dataclass(frozen=True)
class Instructed:
    """What the party holds under one of our ids."""

    payment_id: str
    reference: str
    amount: Decimal
    state: str


@dataclass(frozen=True)
class Booking:
    """The bank booked a payment."""

    payment_id: str
    booked_on: date
    reference: str


@dataclass(frozen=True)
class Return:
    """The bank sent a payment back, with a reason code such as AC04 (account closed)."""

    payment_id: str
    returned_on: date
    reason: str
    reference: str


class PartyUnavailable(Exception):
    """The party did not answer, or not now: look again later."""


class PartyRefused(Exception):
    """The party turned the payment down; a person must look."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class PartyContradicts(Exception):
    """The party holds something else under this id than we instructed; a person must look."""


class PaymentParty(Protocol):
    """Looking first, then acting, is the caller's part; an adapter never repeats an instruction by itself."""

    def find(self, payment_id: str) -> Instructed | None:
        """What the party holds under this id, if anything."""
        ...

    def instruct(self, instruction: Instruction) -> Instructed:
        """Have it paid, and read back what the party holds."""
        ...

    def notifications(self, after: str | None) -> tuple[list[Booking | Return], str]:
        """What the bank has booked and returned since a position, and the position to go on from."""
        ...


def payment_party(url: str, *, bank_url: str, email: str, password: str, timeout: float = 5) -> PaymentParty:
    """The party that an installation's settings name."""
    from workers.adapters.payment.bezala import BezalaAndBank

    return BezalaAndBank(url, bank_url, email, password, timeout)
