"""The payment party and the bank, who remember everything and cry when money would move twice."""

from datetime import date
from typing import Literal

from workers.adapters.payment import (
    Booking,
    Instructed,
    Instruction,
    PartyRefused,
    PartyUnavailable,
    Return,
)

Manner = Literal["at once", "late", "broken", "refuse"]
"""How the party takes an instruction: it pays and says so; it pays and says nothing; it does nothing; it says no."""


class Party:
    """Keeps every instruction under its id, and the bank's statement line by line."""

    def __init__(self) -> None:
        self.held: dict[str, Instruction] = {}
        self.statement: list[Booking | Return] = []

    def find(self, payment_id: str) -> Instructed | None:
        held = self.held.get(payment_id)
        if held is None:
            return None
        return Instructed(
            payment_id, f"party-{payment_id}", held.amount, "accounted", held.payee_id, held.iban
        )

    def instruct(self, instruction: Instruction, manner: Manner) -> Instructed:
        """Take an instruction once; a second one under the same id is a payment made twice."""
        assert instruction.payment_id not in self.held, f"{instruction.payment_id} was instructed twice"
        if manner == "broken":
            raise PartyUnavailable
        if manner == "refuse":
            raise PartyRefused("the account number is not accepted")
        self.held[instruction.payment_id] = instruction
        if manner == "late":
            raise PartyUnavailable
        found = self.find(instruction.payment_id)
        assert found is not None
        return found

    def moves(self, payment_id: str, today: date, *, listed_twice: bool) -> None:
        """The bank books a payment that it holds, or sends back what it has booked."""
        line: Booking | Return
        if not self.has(Booking, payment_id):
            line = Booking(payment_id, today, f"bank-{payment_id}")
        elif not self.has(Return, payment_id):
            line = Return(payment_id, today, "AC04", f"back-{payment_id}")
        else:
            return
        self.statement += [line] * (2 if listed_twice else 1)

    def has(self, kind: type[Booking | Return], payment_id: str) -> bool:
        """Whether the statement tells of a payment in this way."""
        return any(type(line) is kind and line.payment_id == payment_id for line in self.statement)

    def copy(self) -> "Party":
        other = Party()
        other.held, other.statement = dict(self.held), list(self.statement)
        return other
