"""What happens to a case."""

from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, ClassVar, Literal, TypeVar

from pydantic import BaseModel, Field, JsonValue

from domain.criteria.line_evaluation import InputValue, LineOutcome, TraceStep
from domain.law.appeal import AppealClock, ClockStep
from domain.messages import NO_MONEY, WIRE_CONFIG, Euros, Event, Sentence
from domain.municipality.events import Language, Settings
from domain.personal import Iban, Personal, no_personal_text, personal_text
from domain.texts.choices import ChoiceEnum, choice_texts

ContactPerson = Annotated[
    Literal["applicant", "party", "association", "another"],
    choice_texts(
        {
            "applicant": "The applicant",
            "party": "Another party",
            "association": "The road association",
            "another": "Somebody else",
        }
    ),
]
ContactMeans = Annotated[
    Literal["phone", "email", "visit", "letter"],
    choice_texts(
        {"phone": "By telephone", "email": "By e-mail", "visit": "At the counter", "letter": "By letter"}
    ),
]
EligibilityOutcome = Annotated[
    Literal["eligible", "rejected"],
    choice_texts({"eligible": "Meets the criteria", "rejected": "To be rejected"}),
]
ArrivalChannel = Annotated[
    Literal["e-service", "paper", "counter", "renewal"],
    choice_texts(
        {
            "e-service": "E-service",
            "paper": "Paper",
            "counter": "At the counter",
            "renewal": "Renewed from an earlier round",
        }
    ),
]


class EventValue(BaseModel):
    """A part of a fact, frozen like it."""

    model_config = WIRE_CONFIG


class Contact(EventValue):
    """Whom the municipality reaches about the case (yhteyshenkilö), with the address the party has given."""

    name: Annotated[Personal, personal_text("contact"), Field(title="Name")]
    email: Annotated[Personal, personal_text("contact", required=False)] = Field(
        title="E-mail", default_factory=no_personal_text("contact")
    )
    phone: Annotated[Personal, personal_text("contact", required=False)] = Field(
        title="Phone", default_factory=no_personal_text("contact")
    )
    address: Annotated[Personal, personal_text("contact"), Field(title="Postal address")]


class Account(EventValue):
    """Where a grant is paid (tilinumero); the holder's exact name is compared by the bank (EU 2024/886)."""

    iban: Annotated[Iban, Field(title="Account number (IBAN)")]
    holder: Annotated[Personal, personal_text("account"), Field(title="Account holder")]


PersonalRecord = TypeVar("PersonalRecord", Contact, Account)


def move_personal_values(told: PersonalRecord) -> PersonalRecord:
    """The same personal values on their way to another case."""
    values = {name: getattr(told, name).moved() for name in type(told).model_fields}
    return told.model_copy(update=values)


class Attachment(EventValue):
    """A document by the SHA-256 of its bytes (liite)."""

    kind: Annotated[str, Field(title="Kind")]
    sha256: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$", title="SHA-256")]
    name: Annotated[str, Field(max_length=120, title="File name")]
    media_type: Annotated[str, Field(title="Type")]
    size: Annotated[int, Field(ge=1, title="Bytes")]


class Plan(EventValue):
    """How a grant is paid: so much at once, so much on account of a final account, or invoiced for work done."""

    at_once: Euros = NO_MONEY
    on_account: Euros = NO_MONEY
    """The most that the final account can come to."""
    instalments: Euros = NO_MONEY
    """The most of it that may be paid before the final account."""
    invoice: Euros = NO_MONEY
    """What the municipality invoices, where it does the work itself."""
    parts: dict[str, Euros] = {}
    """The grant by scheme."""


class Fee(EventValue):
    """What a decision costs its applicant (maksu), why so much, and by which provision of the tariff (taksa)."""

    amount: Annotated[Euros, Field(gt=0)]
    reason: str
    """In the case's language."""
    source: str


class Ground(ChoiceEnum):
    """Why somebody is disqualified (hallintolaki 28.1 §), by the numbers of the subsection."""

    PARTY = "1", "1: you or someone close to you is a party"
    ASSISTS = "2", "2: you or someone close to you assists or represents a party"
    BENEFIT = "3", "3: special benefit or loss can be expected"
    EMPLOYED = "4", "4: employed by a party or by whom it benefits"
    ON_THE_BOARD = "5", "5: on the board of a body that is a party or benefits"
    BOARD_OF_STATE = "6", "6: on the board of a supervised body"
    OTHER = "7", "7: confidence in impartiality is endangered for another reason"


class Submitted(Event):
    """An application or a notice arrived (saapunut); its legal moment is `arrived_at` (hallintolaki 18–20 §).

    It carries the process edition and the settings it was made under: the case's own law.
    """

    process: str
    edition: int
    settings: Settings
    round: str | None
    title: str
    organisation: str | None
    contact: Contact
    account: Account | None
    language: Language
    electronic_consent: bool
    channel: ArrivalChannel
    owner: str | None
    arrived_at: datetime
    entered_reason: str | None
    late: bool
    form: dict[str, JsonValue]
    attachments: tuple[Attachment, ...]


class Registered(Event):
    """The registry gave the case its number (diaarinumero) and class (tiedonhallintalaki 25–26 §)."""

    timeline_line: ClassVar[str] = "The case was registered under number {number}."

    number: str
    task_class: str


class Acknowledged(Event):
    """The arrival was acknowledged to the applicant (L 13/2003 12 §)."""

    timeline_line: ClassVar[str] = "The arrival was acknowledged."

    channel: ArrivalChannel


class Assigned(Event):
    """The case was given to a handler or taken by one."""

    handler: str


class ImpartialityDeclared(Event):
    """The handler declared that nothing disqualifies (hallintolaki 27 §)."""

    handler: str


class DisqualificationDeclared(Event):
    """The handler is disqualified (esteellinen); the case waits for another (hallintolaki 28–30 §)."""

    handler: str
    ground: Ground
    note: str


class Checked(Event):
    """An item of the checklist was looked up, with its evidence (hallintolaki 31 and 42 §)."""

    item: str
    met: bool
    evidence: str
    checked_on: date


class CompletionRequested(Event):
    """The applicant was asked to complete the application (täydennyspyyntö, hallintolaki 22 §)."""

    timeline_line: ClassVar[str] = "We asked for completion by {due}: {what}"

    what: str
    due: date


class CompletionExtended(Event):
    """The applicant got more time to complete."""

    timeline_line: ClassVar[str] = "The time to complete was extended. The last day is {due}."

    due: date
    reason: str


class CompletionCancelled(Event):
    """The request was withdrawn: nothing more is needed."""

    timeline_line: ClassVar[str] = "Completion is no longer needed."

    reason: str


class CompletionAnswered(Event):
    """The applicant completed the application; `form` holds the answers that changed."""

    timeline_line: ClassVar[str] = "The completion arrived."

    answer: str
    form: dict[str, JsonValue]
    attachments: tuple[Attachment, ...]


class CompletionLapsed(Event):
    """The time to complete ended without an answer; the case is decided on what there is."""

    timeline_line: ClassVar[str] = (
        "The time to complete ended on {due}. The case is handled on what there is."
    )

    due: date


class Withdrawn(Event):
    """The applicant withdrew the application (peruutettu)."""

    timeline_line: ClassVar[str] = "The case was withdrawn."

    reason: str


class AccountChanged(Event):
    """The account was changed on evidence; who changed it may not release the payment."""

    timeline_line: ClassVar[str] = "The account was changed."

    account: Account
    evidence: str
    changed_by: str


class PartyAdded(Event):
    """Another party of the case was named (asianosainen); the decision must be served on each."""

    party: str
    contact: Contact
    reason: str


class FindingRecorded(Event):
    """A question that the criteria leave to a person was answered, with its reason (harkinta, hallintolaki 31 §)."""

    input: str
    value: str
    reason: str
    found_by: str


class EligibilityEvaluated(Event):
    """The handler finished checking: eligible for the calculation, or to be rejected with reasons.

    `accepted` are conditions that do not hold by themselves, left to a person, and decided in the applicant's favour.
    """

    outcome: EligibilityOutcome
    reasons: tuple[str, ...]
    note: str
    evaluated_by: str
    accepted: tuple[str, ...]


class EvaluationReopened(Event):
    """The check was taken up again."""

    reason: str


class Calculated(Event):
    """The grant was calculated in a run over the whole round, on these inputs, with the trace that explains it."""

    run: int
    engine: str
    rule_set: str
    outcome: LineOutcome
    amount: Decimal
    reasons: tuple[str, ...]
    plan: Plan
    unit_price: Decimal | None
    inputs: dict[str, InputValue]
    trace: tuple[TraceStep, ...]


class ProposedForDecision(Event):
    """A decision that covers the case was proposed."""

    decision: str


class ProposalWithdrawn(Event):
    """The proposal no longer covers the case."""

    decision: str


class Decided(Event):
    """The case was decided (päätös): granted or rejected, with reasons, conditions and instructions.

    `grounds` are the reasons in words, in the case's language (hallintolaki 45 §); `plan` is how the grant is paid,
    and `fee` what the decision costs.
    """

    decision: str
    section: str
    decided_on: date
    granted: bool
    amount: Euros
    reasons: tuple[str, ...]
    legal_basis: str
    conditions: tuple[str, ...]
    instructions: str
    prepared_by: str
    decided_by: str
    grounds: tuple[str, ...]
    plan: Plan
    fee: Fee | None = None


class DecisionPublished(Event):
    """The decision with its instructions is on the public network: the members' clock runs (KuntaL 140 §)."""

    clock: AppealClock


class Served(Event):
    """The decision was served on a party (tiedoksianto): that party's clock runs (hallintolaki 59–62 §)."""

    party: str
    evidence: str
    clock: AppealClock


class InstructionsFoundWrong(Event):
    """The instructions for a claim were missing or wrong; no clock runs until right ones are served (49 §)."""

    reason: str


class ClaimReceived(Event):
    """A claim for a revised decision was filed (oikaisuvaatimus, KuntaL 134 and 137 §)."""

    timeline_line: ClassVar[str] = "A claim for a revised decision was filed."

    claim: str
    claimant: Annotated[Personal, personal_text("claimant")]
    arrived_at: datetime
    in_time: bool
    demand: str


class ClaimWithdrawn(Event):
    """The claimant withdrew the claim."""

    timeline_line: ClassVar[str] = "The claim for a revised decision was withdrawn."

    claim: str
    reason: str


class ClaimDismissed(Event):
    """The claim was dismissed without examining it (jätetty tutkimatta); its filer may appeal for 30 days."""

    timeline_line: ClassVar[str] = "The claim for a revised decision was dismissed without examining it."

    claim: str
    reason: str
    clock: AppealClock


class CalledUp(Event):
    """A higher body called the matter up (otto-oikeus, KuntaL 92 §)."""

    timeline_line: ClassVar[str] = "A higher body called the matter up."

    body: str
    called_on: date


class CallUpEnded(Event):
    """The call-up ended without changing the decision."""

    timeline_line: ClassVar[str] = "The higher body did not change the decision."

    reason: str


class AppealPeriodEnded(Event):
    """The last day of every clock lies behind."""

    timeline_line: ClassVar[str] = "The time to claim a revised decision ended on {last_day}."

    last_day: date


class LegalForceReached(Event):
    """The decision has legal force for this case (lainvoima), and these are the steps that show it."""

    from_day: date
    steps: tuple[ClockStep, ...]


class PersonalDataRemoved(Event):
    """Personal data left the web with the end of the members' period (KuntaL 140.1 §)."""

    timeline_line: ClassVar[str] = "Personal data was removed from the web."

    last_day: date


class InstalmentApproved(Event):
    """A part of a grant on account may be paid before the final account (maksuerä); who approved it may not release it."""

    timeline_line: ClassVar[str] = "An instalment of {amount} was approved to be paid."

    amount: Euros
    evidence: str
    approved_by: str


class FinalAccountSettled(Event):
    """The final account was checked (lopputilitys): what the grant comes to at last, on these inputs, and why."""

    timeline_line: ClassVar[str] = "The final account has been checked. The final grant is {final}."

    settled_by: str
    inputs: dict[str, InputValue]
    evidence: str
    engine: str
    final: Euros
    balance: Decimal
    """What is still to be paid; below nought, to be recovered."""
    trace: tuple[TraceStep, ...]


class ToBeInvoiced(Event):
    """The municipality invoices this: a share of the work that it did itself, or the fee of the decision."""

    amount: Euros
    why: Literal["work", "fee"] = "work"


class ToBeRecovered(Event):
    """More was paid than the final account gives: this is to be recovered (takaisinperintä)."""

    timeline_line: ClassVar[str] = "Too much of the grant was paid. {amount} is to be paid back."

    amount: Euros


class ForwardedToInvoicing(Event):
    """The sum was handed to the municipality's invoicing, under this reference."""

    timeline_line: ClassVar[str] = "The sum of {amount} was handed to invoicing."

    amount: Euros
    reference: str


class PaymentOrdered(Event):
    """A payment got its id before any money moves; the id names this payment for ever."""

    payment: str
    amount: Euros


class PaymentReleased(Event):
    """A person released the payment to this account (maksuunpano); what is sent is what was released."""

    timeline_line: ClassVar[str] = (
        "The payment of {amount} is on its way. It leaves the municipality's account on {due}."
    )

    payment: str
    due: date
    account: Account
    released_by: str


class PaymentInstructed(Event):
    """The payment party has the payment under its id and with its amount."""

    payment: str
    amount: Euros
    reference: str


class PaymentRefused(Event):
    """The payment party refused the instruction; nothing was paid."""

    timeline_line: ClassVar[str] = (
        "The payment could not be sent to the account given. We need a new account number."
    )

    payment: str
    reason: str


class PaymentBooked(Event):
    """The bank booked the payment."""

    payment: str
    booked_on: date
    reference: str


class PaymentReturned(Event):
    """The money came back (palautunut); it is paid again to a new account."""

    timeline_line: ClassVar[str] = "The payment came back on {returned_on}. We need a new account number."

    payment: str
    returned_on: date
    reason: str


class ContactLogged(Event):
    """Somebody was in contact about the case, and it was noted in one line (yhteydenotto)."""

    timeline_line: ClassVar[str] = "Contact ({who}, {how}): {what}"

    who: ContactPerson
    how: ContactMeans
    what: str


class Noted(Event):
    """A notice that needs no decision was noted (merkitty tiedoksi)."""

    timeline_line: ClassVar[str] = "The notice has been noted."

    note: str


class Closed(Event):
    """Nothing is left open; the case's final figures."""

    timeline_line: ClassVar[str] = "The handling of the case has ended."

    granted: Euros
    paid: Euros
    days_to_decision: int | None
    days_to_payment: int | None
    days: int


class PersonalDataErased(Event):
    """The keys of the case's personal values were destroyed; the facts stay (tietosuoja-asetus 17 artikla)."""

    timeline_line: ClassVar[str] = "The personal data of the case has been erased."

    reason: Sentence
