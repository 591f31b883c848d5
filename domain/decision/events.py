"""What happens to a decision. What befalls each of its cases is written to the cases in the same transaction."""

from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Literal

from domain.case.events import EventValue, Fee, Plan
from domain.law.appeal import AppealClock
from domain.messages import Euros, Event
from domain.municipality.events import Settings
from domain.personal import Personal, personal_text
from domain.texts.choices import choice_texts

Body = Annotated[
    Literal["officeholder", "board"],
    choice_texts({"officeholder": "An officeholder", "board": "The board"}),
]


class DecisionLine(EventValue):
    """What is proposed or decided about one case."""

    case: str
    number: str
    title: str
    granted: bool
    amount: Euros
    reasons: tuple[str, ...] = ()
    note: str = ""
    size: int | None = None
    """The answer that the process's `size_field` names."""
    grounds: tuple[str, ...] = ()
    """The reasons in words, in the case's language."""
    plan: Plan = Plan()
    fee: Fee | None = None


class Proposed(Event):
    """A decision was prepared and proposed (päätösehdotus)."""

    body: Body
    heading: str
    round: str | None
    process: str
    edition: int
    settings: Settings
    lines: tuple[DecisionLine, ...]
    total: Decimal
    legal_basis: str
    conditions: tuple[str, ...]
    budget_line: str
    prepared_by: str


class ProposalReturned(Event):
    """The proposal was returned to its preparer, with a reason; this decision goes no further."""

    reason: str


class Approved(Event):
    """The proposal was approved and waits for its signature."""

    approved_by: str


class Signed(Event):
    """The officeholder decided by signing: § number, day, instructions (hallintolaki 43–47 §, KuntaL 107 §)."""

    section: str
    decided_on: date
    signature: Annotated[Personal, personal_text("signer")]
    instructions: str
    decided_by: str


class PutOnAgenda(Event):
    """The proposal is on the agenda of the board's meeting (esityslista)."""

    meets_on: date


class DecidedInMeeting(Event):
    """The board decided in its meeting, under a § of its minutes."""

    section: str
    decided_on: date
    instructions: str
    entered_by: str


class MinutesChecked(Event):
    """The minutes were checked (pöytäkirja tarkastettu); only then may they be published (KuntaL 140 §)."""

    checked_on: date


class Published(Event):
    """The decision with its instructions was put on the public network, without contact data (KuntaL 140 §).

    `more_information` is the only personal value besides the signature; both leave when the members' period ends.
    """

    clock: AppealClock
    more_information: Annotated[Personal, personal_text("information", required=False)]


class ClaimFiled(Event):
    """A claim for a revised decision came to the decision; each case it covers says so too (KuntaL 134 §)."""

    claim: str
    claimant: Annotated[Personal, personal_text("claimant")]
    cases: tuple[str, ...]
    arrived_at: datetime
    in_time: bool
    demand: str
