"""What may be asked of a case. The first line of each docstring is its title in the pages."""

from datetime import date
from typing import Annotated, ClassVar, Literal

from pydantic import AwareDatetime, Field, JsonValue

from domain.case.events import (
    Account,
    ArrivalChannel,
    Attachment,
    Contact,
    ContactMeans,
    ContactPerson,
    EligibilityOutcome,
    Ground,
)
from domain.law.appeal import Mode
from domain.messages import Command, Euros, Sentence
from domain.texts.choices import LanguageCode, enum_texts
from domain.texts.translation import DEFAULT_LANGUAGE

Reason = Annotated[Sentence, Field(title="Reason")]
EvidenceText = Annotated[Sentence, Field(title="Evidence: a document, a voucher number, a look-up")]
Attachments = Annotated[tuple[Attachment, ...], Field(max_length=50, title="Attachments")]
PaymentId = Annotated[str, Field(min_length=1, max_length=35, title="Payment")]


class CaseCommand(Command):
    """What is asked of one case."""

    kind: ClassVar[str] = "case"


class Submit(CaseCommand):
    """Submit an application or a notice"""

    process: Annotated[str, Field(title="Process")]
    round: Annotated[str | None, Field(title="Round")] = None
    organisation: Annotated[str | None, Field(max_length=200, title="Organisation")] = None
    contact: Annotated[Contact, Field(title="Contact person")]
    account: Annotated[Account | None, Field(title="Account")] = None
    language: Annotated[str, LanguageCode(), Field(title="Language of the case")] = DEFAULT_LANGUAGE
    electronic_consent: Annotated[bool, Field(title="The decision may be served electronically")] = False
    channel: Annotated[ArrivalChannel, Field(title="Channel")] = "e-service"
    arrived_at: Annotated[AwareDatetime | None, Field(title="Arrived earlier, at")] = None
    entered_reason: Annotated[
        str | None, Field(max_length=2000, title="Why it is entered later than it arrived")
    ] = None
    form: Annotated[dict[str, JsonValue], Field(title="The application")]
    attachments: Attachments = ()


class Register(CaseCommand):
    """Register the case"""


class Assign(CaseCommand):
    """Assign to a handler"""

    handler: Annotated[str | None, Field(title="Handler (empty: yourself)")] = None


class DeclareImpartiality(CaseCommand):
    """Declare that nothing disqualifies you"""


class DeclareDisqualification(CaseCommand):
    """Declare yourself disqualified"""

    ground: Annotated[Ground, Field(title="Ground: the number in hallintolaki 28.1 §")]
    note: Annotated[str, Field(max_length=2000, title="Note")] = ""


class RecordCheck(CaseCommand):
    """Record a check"""

    item: Annotated[str, Field(title="What was checked", json_schema_extra={"x-choices": "checklist"})]
    met: Annotated[bool, Field(title="In order")]
    evidence: EvidenceText
    checked_on: Annotated[date | None, Field(title="Looked up on (empty: today)")] = None


class RequestCompletion(CaseCommand):
    """Request completion"""

    what: Annotated[Sentence, Field(title="What is missing, and how to complete it")]
    due: Annotated[date | None, Field(title="Last day (empty: as the municipality's settings say)")] = None


class ExtendCompletion(CaseCommand):
    """Give more time to complete"""

    due: Annotated[date, Field(title="New last day")]
    reason: Reason


class CancelCompletion(CaseCommand):
    """Cancel the completion request"""

    reason: Reason


class AnswerCompletion(CaseCommand):
    """Complete the application"""

    answer: Annotated[Sentence, Field(title="Answer")]
    form: Annotated[dict[str, JsonValue], Field(title="Changed answers")] = {}  # noqa: RUF012 - frozen by pydantic
    attachments: Attachments = ()


class LapseCompletion(CaseCommand):
    """End the time to complete"""

    internal: ClassVar[bool] = True


class Withdraw(CaseCommand):
    """Withdraw the application"""

    reason: Reason


class ChangeAccount(CaseCommand):
    """Change the account"""

    account: Annotated[Account, Field(title="New account")]
    evidence: EvidenceText


class AddParty(CaseCommand):
    """Add a party"""

    contact: Annotated[Contact, Field(title="Party")]
    reason: Reason


class RecordFinding(CaseCommand):
    """Answer a question of the criteria"""

    input: Annotated[str, Field(title="Question", json_schema_extra={"x-choices": "questions"})]
    value: Annotated[str, Field(min_length=1, max_length=200, title="Answer")]
    reason: Reason


class Evaluate(CaseCommand):
    """Finish the check"""

    outcome: Annotated[EligibilityOutcome, Field(title="Outcome")]
    reasons: Annotated[
        tuple[str, ...], Field(title="Reasons for a rejection", json_schema_extra={"x-choices": "reasons"})
    ] = ()
    note: Annotated[str, Field(max_length=2000, title="Reasons in words")] = ""


class ReopenEvaluation(CaseCommand):
    """Take the check up again"""

    reason: Reason


class Serve(CaseCommand):
    """Serve the decision on a party"""

    party: Annotated[str, Field(title="Party", json_schema_extra={"x-choices": "parties"})] = "applicant"
    mode: Annotated[
        Literal[Mode.LETTER, Mode.ELECTRONIC, Mode.HANDED, Mode.RECEIPT, Mode.SUBSTITUTE],
        enum_texts(Mode.LETTER, Mode.ELECTRONIC, Mode.HANDED, Mode.RECEIPT, Mode.SUBSTITUTE),
        Field(title="How"),
    ]
    on: Annotated[date | None, Field(title="Posted, sent or handed over on (empty: today)")] = None
    shown_served_on: Annotated[date | None, Field(title="Shown to have arrived later, on")] = None
    evidence: Annotated[str, Field(max_length=2000, title="Evidence")] = ""


class EndAppealPeriod(CaseCommand):
    """End the appeal period"""

    internal: ClassVar[bool] = True


class ReachLegalForce(CaseCommand):
    """State legal force"""

    internal: ClassVar[bool] = True


class ApproveInstalment(CaseCommand):
    """Approve an instalment"""

    amount: Annotated[Euros, Field(gt=0, title="Amount, €")]
    evidence: EvidenceText


class SettleAccount(CaseCommand):
    """Settle the final account"""

    inputs: Annotated[
        dict[str, str],
        Field(title="Figures of the final account", json_schema_extra={"x-choices": "final-account"}),
    ]
    evidence: EvidenceText


class ForwardToInvoicing(CaseCommand):
    """Record that the sum is with invoicing"""

    reference: Annotated[str, Field(min_length=1, max_length=120, title="Reference of the invoice")]


class OrderPayment(CaseCommand):
    """Order the payment"""

    internal: ClassVar[bool] = True


class ReleasePayment(CaseCommand):
    """Release the payment"""

    payment: PaymentId
    due: Annotated[date | None, Field(title="Due (empty: today)")] = None


class RecordInstruction(CaseCommand):
    """Record that the payment party has the payment"""

    internal: ClassVar[bool] = True
    payment: PaymentId
    amount: Annotated[str, Field(pattern=r"^\d+\.\d\d$")]
    reference: str


class RecordRefusal(CaseCommand):
    """Record that the payment party refused the payment"""

    internal: ClassVar[bool] = True
    payment: PaymentId
    reason: str


class BookPayment(CaseCommand):
    """Record the bank's booking"""

    payment: PaymentId
    booked_on: Annotated[date, Field(title="Booked on")]
    reference: Annotated[str, Field(min_length=1, max_length=140, title="The bank's reference")]


class ReturnPayment(CaseCommand):
    """Record a returned payment"""

    payment: PaymentId
    returned_on: Annotated[date, Field(title="Returned on")]
    reason: Annotated[str, Field(min_length=1, max_length=140, title="The bank's reason")]


class LogContact(CaseCommand):
    """Log a contact"""

    who: Annotated[ContactPerson, Field(title="Who was in contact")]
    how: Annotated[ContactMeans, Field(title="How")]
    what: Annotated[
        str,
        Field(
            min_length=3,
            max_length=300,
            pattern=r"^[^\r\n]+$",
            title="What about, in one line and without names",
        ),
    ]


class Note(CaseCommand):
    """Note the notice"""

    note: Annotated[Sentence, Field(title="Note")]


class Close(CaseCommand):
    """Close the case"""

    internal: ClassVar[bool] = True


class ErasePersonalData(CaseCommand):
    """Erase the personal data of the case"""

    reason: Reason
