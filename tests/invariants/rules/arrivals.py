"""What arrives is dated, in time or late, and under the law of its day; nothing lapses or closes before its time."""

from domain.case import events as ce
from domain.decision import events as de
from domain.messages import RecordedEvent
from domain.round.events import Enlisted, RoundClosed
from tests.invariants.in_memory_store import AcceptedCommand
from tests.invariants.rules.checker import InvariantChecker, invariant


@invariant(ce.Submitted)
def arrived(clerk: InvariantChecker, fact: RecordedEvent, answer: AcceptedCommand) -> None:
    event = fact.event
    assert isinstance(event, ce.Submitted)
    assert event.arrived_at <= answer.now, "an arrival that is still to come"
    assert event.arrived_at == answer.now or event.entered_reason, "entered later without a reason"
    assert fact.version == 1, "a case begins once"
    if event.channel != "renewal":
        assert event.owner == (fact.by if event.channel == "e-service" else None)
    if event.round is not None:
        round_ = clerk.rounds[event.round]
        assert event.arrived_at >= round_.opens_at, "before the round opened"
        assert event.late == (event.arrived_at > round_.closes_at), "late is later than the closing instant"
        assert event.settings == round_.settings, "a case has the settings of its round"
        assert Enlisted(case=fact.stream.key, late=event.late) in [each.event for each in answer.facts]


@invariant(RoundClosed)
def closed_at_its_instant(clerk: InvariantChecker, fact: RecordedEvent, answer: AcceptedCommand) -> None:
    assert answer.now >= clerk.rounds[fact.stream.key].closes_at


@invariant(ce.CompletionLapsed)
def lapsed_after_the_last_day(clerk: InvariantChecker, fact: RecordedEvent, answer: AcceptedCommand) -> None:
    asked, event = clerk.covers[fact.stream].asked, fact.event
    assert isinstance(event, ce.CompletionLapsed)
    assert asked == event.due
    assert answer.today > event.due, "the applicant still has time"


@invariant(de.Published)
def published_when_it_may_be(clerk: InvariantChecker, fact: RecordedEvent, answer: AcceptedCommand) -> None:
    """An officeholder's decision once it is signed, a board's once its minutes are checked (KuntaL 140 §)."""
    board = clerk.proposals[fact.stream.key].body == "board"
    assert clerk.said[fact.stream] >= ({de.DecidedInMeeting, de.MinutesChecked} if board else {de.Signed})


@invariant(ce.PersonalDataErased)
def erased_when_nothing_is_open(
    clerk: InvariantChecker, fact: RecordedEvent, answer: AcceptedCommand
) -> None:
    cover = clerk.covers[fact.stream]
    assert ce.Closed in clerk.said[fact.stream], "erased before it was closed"
    assert not cover.claims, "a claim is open"
    assert not cover.called_up, "the matter is called up"
    assert all(each.state not in ("ordered", "released", "instructed") for each in cover.payments.values())
