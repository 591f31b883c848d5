"""Who may not do both: four eyes, and nobody's hand in a case after they have declared a disqualification in it."""

from domain.case import events as ce
from domain.decision import events as de
from domain.messages import Event, RecordedEvent, Role
from tests.invariants.in_memory_store import AcceptedCommand
from tests.invariants.rules.checker import InvariantChecker, invariant


@invariant(de.Approved, de.Signed)
def another_decides(checker: InvariantChecker, fact: RecordedEvent, accepted: AcceptedCommand) -> None:
    assert fact.by != checker.proposals[fact.stream.key].prepared_by, "the preparer decides"


@invariant(ce.Decided)
def said_by_whom(checker: InvariantChecker, fact: RecordedEvent, accepted: AcceptedCommand) -> None:
    event = fact.event
    assert isinstance(event, ce.Decided)
    proposal = checker.proposals[event.decision]
    assert event.prepared_by == proposal.prepared_by
    assert event.decided_by == ("board" if proposal.body == "board" else fact.by)
    assert event.decided_by != event.prepared_by
    assert event.decided_by not in checker.records[fact.stream].disqualified, "a disqualified person decides"


@invariant(ce.PaymentReleased)
def a_third_person_releases(
    checker: InvariantChecker, fact: RecordedEvent, accepted: AcceptedCommand
) -> None:
    record, event = checker.records[fact.stream], fact.event
    assert isinstance(event, ce.PaymentReleased)
    assert record.decided is not None
    assert event.released_by == fact.by
    others = {record.decided.prepared_by, record.decided.decided_by, record.account_by}
    others.add(checker.approved.get(record.decided.decision))
    assert fact.by not in others, "the releaser prepared or made the decision, or changed the account"


@invariant(ce.AccountChanged)
def said_who_changed_it(checker: InvariantChecker, fact: RecordedEvent, accepted: AcceptedCommand) -> None:
    event = fact.event
    assert isinstance(event, ce.AccountChanged)
    assert event.changed_by == fact.by


@invariant(ce.FindingRecorded)
def said_who_found_it(checker: InvariantChecker, fact: RecordedEvent, accepted: AcceptedCommand) -> None:
    event = fact.event
    assert isinstance(event, ce.FindingRecorded)
    assert event.found_by == fact.by
    assert event.reason, "a finding has its reason (hallintolaki 31 §)"


@invariant(ce.EligibilityEvaluated)
def said_who_evaluated(checker: InvariantChecker, fact: RecordedEvent, accepted: AcceptedCommand) -> None:
    event = fact.event
    assert isinstance(event, ce.EligibilityEvaluated)
    assert event.evaluated_by == fact.by
    if event.accepted:
        assert event.outcome == "eligible"
        assert event.note, "a condition is accepted with a reason in words (hallintolaki 45 §)"


HANDLING = (
    *(ce.Checked, ce.CompletionRequested, ce.CompletionExtended, ce.CompletionCancelled),
    *(ce.PartyAdded, ce.AccountChanged, ce.EligibilityEvaluated, ce.EvaluationReopened, ce.Noted),
    *(ce.ProposedForDecision, ce.ClaimDismissed, ce.PaymentReleased, ce.FindingRecorded),
    *(ce.InstalmentApproved, ce.FinalAccountSettled, ce.ForwardedToInvoicing),
)
"""Facts that somebody has weighed; what the registry records and a round's arithmetic are not among them."""


@invariant(*HANDLING)
def disqualified_hands_off(checker: InvariantChecker, fact: RecordedEvent, accepted: AcceptedCommand) -> None:
    """A disqualified person takes no part in handling the case (hallintolaki 27 §)."""
    if fact.stream.kind == "case":
        assert fact.by not in checker.records[fact.stream].disqualified, "a disqualified person takes part"


@invariant(Event)
def applicants_in_their_own_cases(
    checker: InvariantChecker, fact: RecordedEvent, accepted: AcceptedCommand
) -> None:
    """What somebody does as an applicant, they do in a case of their own, or in one that begins."""
    if fact.role is Role.APPLICANT and fact.stream in checker.records:
        assert checker.records[fact.stream].submitted.owner == fact.by, "an applicant in another's case"
    assert fact.by == "system" or fact.role is not Role.SYSTEM
