"""The payment party (maksaja): whoever carries out a payment for the municipality, and the bank that books it."""

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Protocol, Self

CENT = -2
"""The exponent of an amount in euros and cents."""


@dataclass(frozen=True)
class Instruction:
    """One payment to be made. Its id is ours and fixed before any money moves: it becomes the bank's EndToEndId.

    The amount is in euros; `payee_id` is the road's usage unit; the IBAN is written without spaces. Raises ValueError
    where a payment could not be carried out as it is written.
    """

    payment_id: str
    amount: Decimal
    payee_id: str
    payee_name: str = field(repr=False)
    iban: str = field(repr=False)
    message: str
    due: date

    def __post_init__(self) -> None:
        faults = {
            "an id of 1 to 35 characters": not 1 <= len(self.payment_id) <= 35,  # noqa: PLR2004 - the sentence says it
            "an amount above zero, in cents": not self.amount > 0 or self.amount.as_tuple().exponent != CENT,
            "a payee": not self.payee_id,
            "an account of letters and digits": not self.iban.isalnum(),
            "a message of 1 to 140 characters": not 1 <= len(self.message) <= 140,  # noqa: PLR2004 - the sentence says it
        }
        for needed, missing in faults.items():
            if missing:
                raise ValueError(f"Payment {self.payment_id!r} needs {needed}.")


@dataclass(frozen=True)
class Instructed:
    """What the party holds under one of our ids."""

    payment_id: str
    reference: str
    amount: Decimal
    state: str
    payee_id: str
    iban: str = field(repr=False)

    def agreeing_with(self, instruction: Instruction) -> Self:
        """Itself, where it is what was instructed. Raises PartyContradicts, which names the difference and no account."""
        held = {"amount": self.amount, "payee": self.payee_id, "account": self.iban}
        told = {"amount": instruction.amount, "payee": instruction.payee_id, "account": instruction.iban}
        if others := [name for name in told if held[name] != told[name]]:
            raise PartyContradicts(f"{self.payment_id}: the party holds another {' and '.join(others)}")
        return self


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
    """The party did not answer, not now, or not so that we understand: the payment may be made or not; look later."""


class PartyRefused(Exception):
    """The party turned the payment down and did nothing; a person must look."""

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
        """Have it paid, read back what the party holds, and compare."""
        ...

    def notifications(self, after: str | None) -> tuple[list[Booking | Return], str]:
        """What the bank has booked and returned since a position, and the position to go on from."""
        ...


def payment_party(url: str, *, bank_url: str, email: str, password: str, timeout: float = 5) -> PaymentParty:
    """The party that an installation's settings name; the time-out is in seconds."""
    from workers.adapters.payment.bezala import BezalaAndBank

    return BezalaAndBank(url, bank_url, email, password, timeout)
