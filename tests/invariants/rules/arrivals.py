"""What arrives is dated, in time or late, and under the law of its day; nothing lapses or closes before its time."""

from domain.case import events as ce
from domain.decision import events as de
from domain.messages import RecordedEvent
from domain.round.events import Enlisted, RoundClosed
from tests.invariants.in_memory_store import AcceptedCommand
from tests.invariants.rules.checker import InvariantChecker, invariant


@invariant(ce.Submitted)
def arrived(checker: InvariantChecker, fact: RecordedEvent, accepted: AcceptedCommand) -> None:
    event = fact.event
    assert isinstance(event, ce.Submitted)
    assert event.arrived_at <= accepted.now, "an arrival that is still to come"
    assert event.arrived_at == accepted.now or event.entered_reason, "entered later without a reason"
    assert fact.version == 1, "a case begins once"
    if event.channel != "renewal":
        assert event.owner == (fact.by if event.channel == "e-service" else None)
    if event.round is not None:
        round_ = checker.rounds[event.round]
        assert event.arrived_at >= round_.opens_at, "before the round opened"
        assert event.late == (event.arrived_at > round_.closes_at), "late is later than the closing instant"
        assert event.settings == round_.settings, "a case has the settings of its round"
        assert Enlisted(case=fact.stream.key, late=event.late) in [each.event for each in accepted.facts]


@invariant(RoundClosed)
def closed_at_its_instant(checker: InvariantChecker, fact: RecordedEvent, accepted: AcceptedCommand) -> None:
    assert accepted.now >= checker.rounds[fact.stream.key].closes_at


@invariant(ce.CompletionLapsed)
def lapsed_after_the_last_day(
    checker: InvariantChecker, fact: RecordedEvent, accepted: AcceptedCommand
) -> None:
    asked, event = checker.records[fact.stream].asked, fact.event
    assert isinstance(event, ce.CompletionLapsed)
    assert asked == event.due
    assert accepted.today > event.due, "the applicant still has time"


@invariant(de.Published)
def published_when_it_may_be(
    checker: InvariantChecker, fact: RecordedEvent, accepted: AcceptedCommand
) -> None:
    """An officeholder's decision once it is signed, a board's once its minutes are checked (KuntaL 140 §)."""
    board = checker.proposals[fact.stream.key].body == "board"
    assert checker.said[fact.stream] >= ({de.DecidedInMeeting, de.MinutesChecked} if board else {de.Signed})


@invariant(ce.PersonalDataErased)
def erased_when_nothing_is_open(
    checker: InvariantChecker, fact: RecordedEvent, accepted: AcceptedCommand
) -> None:
    record = checker.records[fact.stream]
    assert ce.Closed in checker.said[fact.stream], "erased before it was closed"
    assert not record.claims, "a claim is open"
    assert not record.called_up, "the matter is called up"
    assert all(each.state not in ("ordered", "released", "instructed") for each in record.payments.values())
