"""A case is decided once, on a finished check, for the amount that was calculated, and within the budget."""

from decimal import Decimal

from domain.case import events as ce
from domain.decision import events as de
from domain.messages import NO_MONEY, RecordedEvent
from domain.processes import process
from tests.invariants.in_memory_store import AcceptedCommand
from tests.invariants.rules.checker import CaseRecord, InvariantChecker, invariant


def _open(record: CaseRecord) -> None:
    """Nothing stands in the way of checking, proposing or deciding the case."""
    assert record.decided is None, "a case is decided once"
    assert not record.withdrawn, "a withdrawn application is not decided"
    assert not record.asked, "the applicant still has time to complete"


@invariant(ce.EligibilityEvaluated)
def evaluated(checker: InvariantChecker, fact: RecordedEvent, accepted: AcceptedCommand) -> None:
    record, event = checker.records[fact.stream], fact.event
    _open(record)
    assert isinstance(event, ce.EligibilityEvaluated)
    assert not (record.submitted.late and event.outcome == "eligible"), "late is late (KHO:2009:100)"
    assert event.outcome == "eligible" or event.reasons, "a rejection has reasons (hallintolaki 45 §)"


@invariant(de.Proposed)
def proposed(checker: InvariantChecker, fact: RecordedEvent, accepted: AcceptedCommand) -> None:
    event = fact.event
    assert isinstance(event, de.Proposed)
    for line in event.lines:
        record = checker.records[fact.stream._replace(kind="case", key=line.case)]
        _open(record)
        assert record.proposed is None, "a case is proposed in one decision at a time"
        assert record.evaluated is not None, "a case is checked before it is proposed"
    assert event.total == sum(line.amount for line in event.lines)
    charged = sum(line.fee.amount for line in event.lines if line.fee)
    if event.body == "officeholder":
        assert event.total + charged <= event.settings.officeholder_limit, "above the officeholder's limit"


@invariant(ce.Decided)
def decided(checker: InvariantChecker, fact: RecordedEvent, accepted: AcceptedCommand) -> None:
    record, event = checker.records[fact.stream], fact.event
    assert isinstance(event, ce.Decided)
    _open(record)
    assert record.proposed == event.decision, "decided without having been proposed there"
    assert record.evaluated is not None, "no decision without an evaluation"
    eligible, calculated = record.evaluated.outcome == "eligible", record.calculated
    if record.submitted.round is None:
        assert calculated is None, "without a round nothing is calculated"
        assert event.granted == eligible
        assert (event.amount, event.plan) == (NO_MONEY, ce.Plan()), "money is granted without a calculation"
        assert event.granted or event.reasons, "a rejection has reasons (hallintolaki 45 §)"
        return
    assert not eligible or calculated is not None, "a grant is calculated"
    assert event.granted == (eligible and calculated is not None and calculated.outcome == "granted")
    if event.granted:
        assert calculated is not None
        assert event.amount == calculated.amount, "another amount than was calculated"
        assert event.plan == calculated.plan, "paid otherwise than was calculated"
        assert not record.submitted.late, "a late application gets no grant"
    else:
        assert event.reasons == (calculated if eligible and calculated else record.evaluated).reasons
        assert event.reasons, "a rejection has reasons (hallintolaki 45 §)"
        assert not event.amount
        assert event.plan == ce.Plan()


@invariant(ce.Decided)
def charged_by_the_tariff(checker: InvariantChecker, fact: RecordedEvent, accepted: AcceptedCommand) -> None:
    """A decision costs what the tariff of its process says of its form, in the § and in the case alike."""
    record, event = checker.records[fact.stream], fact.event
    assert isinstance(event, ce.Decided)
    rules = process(record.submitted.process, record.submitted.edition).decides
    assert rules is not None, "a process that decides nothing"
    charge = rules.tariff(record.form) if rules.tariff else None
    assert (event.fee.amount if event.fee else 0) == (charge.amount if charge else 0), (
        "another fee than the tariff's"
    )
    [line] = [each for each in checker.proposals[event.decision].lines if each.case == fact.stream.key]
    assert line.fee == event.fee, "another fee than was proposed"


@invariant(ce.Decided)
def granted_within_budget(checker: InvariantChecker, fact: RecordedEvent, accepted: AcceptedCommand) -> None:
    record, event = checker.records[fact.stream], fact.event
    assert isinstance(event, ce.Decided)
    if (key := record.submitted.round) is not None:
        others = [each.decided for each in checker.records.values() if each.submitted.round == key]
        granted = event.amount + sum((each.amount for each in others if each), Decimal(0))
        assert granted <= checker.rounds[key].budget, "more is granted than the round has"


@invariant(de.Signed, de.DecidedInMeeting)
def decided_together(checker: InvariantChecker, fact: RecordedEvent, accepted: AcceptedCommand) -> None:
    """A § decides each of its lines and nothing else, all in one transaction."""
    cases = [each.stream.key for each in accepted.facts if isinstance(each.event, ce.Decided)]
    assert cases == [line.case for line in checker.proposals[fact.stream.key].lines]


@invariant(ce.Calculated)
def calculated_before_the_decision(
    checker: InvariantChecker, fact: RecordedEvent, accepted: AcceptedCommand
) -> None:
    _open(checker.records[fact.stream])


@invariant(ce.Withdrawn)
def withdrawn_before_the_decision(
    checker: InvariantChecker, fact: RecordedEvent, accepted: AcceptedCommand
) -> None:
    assert checker.records[fact.stream].decided is None
