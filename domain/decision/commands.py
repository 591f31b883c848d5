"""What may be asked of a decision."""

from datetime import date
from typing import Annotated, ClassVar

from pydantic import AwareDatetime, Field

from domain.case.commands import Reason
from domain.decision.events import Body
from domain.law.appeal import ClaimChannel, Mode
from domain.messages import Command, Sentence
from domain.personal import Personal, no_personal_text, personal_text


class DecisionCommand(Command):
    """What is asked of one decision."""

    kind: ClassVar[str] = "decision"


class Propose(DecisionCommand):
    """Propose a decision"""

    round: Annotated[str | None, Field(title="Round")] = None
    cases: Annotated[tuple[str, ...], Field(title="Cases (empty: every ready case of the round)")] = ()
    body: Annotated[Body, Field(title="Who decides")] = "officeholder"
    heading: Annotated[str, Field(min_length=3, max_length=200, title="Heading")]


class ReturnProposal(DecisionCommand):
    """Return the proposal"""

    reason: Reason


class Approve(DecisionCommand):
    """Approve the proposal"""


class Sign(DecisionCommand):
    """Sign the decision"""

    signature: Annotated[
        Personal, personal_text("signer"), Field(title="Name and office, as they stand under the decision")
    ]


class PutOnTheAgenda(DecisionCommand):
    """Put on the board's agenda"""

    meets_on: Annotated[date, Field(title="The board meets on")]


class RecordMeeting(DecisionCommand):
    """Record the board's decision"""

    section: Annotated[str, Field(pattern=r"^§ ?\d{1,4}$", title="§ in the minutes, e.g. § 58")]
    decided_on: Annotated[date, Field(title="Decided on")]


class CheckMinutes(DecisionCommand):
    """Record that the minutes are checked"""

    checked_on: Annotated[date | None, Field(title="Checked on (empty: today)")] = None


class Publish(DecisionCommand):
    """Publish the decision"""

    more_information: Annotated[Personal, personal_text("information", required=False)] = Field(
        title="Who gives more information", default_factory=no_personal_text("information")
    )


class FindInstructionsWrong(DecisionCommand):
    """Record that the instructions for a claim were missing or wrong"""

    reason: Reason


class ReceiveClaim(DecisionCommand):
    """Receive a claim for a revised decision"""

    cases: Annotated[
        tuple[str, ...], Field(title="Cases it covers (empty: all)", json_schema_extra={"x-choices": "lines"})
    ] = ()
    claimant: Annotated[Personal, personal_text("claimant"), Field(title="Who claims")]
    arrived_at: Annotated[AwareDatetime | None, Field(title="Arrived at (empty: now)")] = None
    channel: Annotated[ClaimChannel, Field(title="How it came")] = "electronic"
    as_party: Annotated[
        bool, Field(title="The claimant is a party (not only a member of the municipality)")
    ] = False
    demand: Annotated[Sentence, Field(title="What is demanded, and why")]


class ClaimCommand(DecisionCommand):
    """What is asked about one claim."""

    claim: Annotated[str, Field(title="Claim", json_schema_extra={"x-choices": "claims"})]
    reason: Reason


class WithdrawClaim(ClaimCommand):
    """Record that a claim was withdrawn"""


class DismissClaim(ClaimCommand):
    """Dismiss a claim without examining it"""

    mode: Annotated[Mode, Field(title="Served on the claimant")] = Mode.LETTER
    on: Annotated[date | None, Field(title="Served on (empty: today)")] = None


class CallUp(DecisionCommand):
    """Record that the matter was called up"""

    body: Annotated[str, Field(min_length=1, max_length=120, title="Body")]
    called_on: Annotated[date | None, Field(title="Called up on (empty: today)")] = None


class EndCallUp(DecisionCommand):
    """End the call-up"""

    reason: Reason


class RemovePersonalData(DecisionCommand):
    """Remove personal data from the web"""

    internal: ClassVar[bool] = True
