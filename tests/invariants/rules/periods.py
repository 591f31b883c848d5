"""Every clock is what a careful person counts; nothing ends, is final or leaves the web before its day."""

from domain.case import events as ce
from domain.decision import events as de
from domain.messages import HELSINKI, RecordedEvent
from tests.invariants.calendar_oracle import last_day, legal_force_from, served_on
from tests.invariants.in_memory_store import AcceptedCommand
from tests.invariants.rules.checker import InvariantChecker, invariant

CLAIM, APPEAL = 14, 30
"""Days: a claim for a revised decision and an appeal (KuntaL 138 §)."""
GENERAL = 30
"""Days: a claim in a process that is not under kuntalaki (hallintolaki 49 c §)."""
OTHERWISE = {"felling-notice": (GENERAL, "notice")}
"""By process, the days of a claim and how a decision is made known, where it is not 14 days and on the web."""


def _process(clerk: InvariantChecker, fact: RecordedEvent) -> str:
    if fact.stream.kind == "case":
        return clerk.covers[fact.stream].submitted.process
    return clerk.proposals[fact.stream.key].process


@invariant(ce.Served, ce.DecisionPublished, de.Published, ce.ClaimDismissed)
def counted_day_by_day(clerk: InvariantChecker, fact: RecordedEvent, answer: AcceptedCommand) -> None:
    """The clock that is stored is what comes of the command, counted on a wall calendar."""
    asked, clock = answer.command, fact.event.clock  # type: ignore[attr-defined]  # each of these facts has one
    claim, made_known = OTHERWISE.get(_process(clerk, fact), (CLAIM, "published"))
    days = APPEAL if isinstance(fact.event, ce.ClaimDismissed) else claim
    on = getattr(asked, "on", None) or answer.today
    mode = getattr(asked, "mode", made_known)
    served = served_on(mode, on, getattr(asked, "shown_served_on", None))
    assert (clock.mode, clock.on, clock.days) == (mode, on, days)
    assert clock.served == served, f"served on {served} by the wall calendar"
    assert clock.last_day == last_day(served, days), f"ends on {last_day(served, days)} by the wall calendar"


@invariant(ce.AppealPeriodEnded)
def ended_after_every_last_day(clerk: InvariantChecker, fact: RecordedEvent, answer: AcceptedCommand) -> None:
    cover = clerk.covers[fact.stream]
    assert cover.parties <= set(cover.served), "a party is not served"
    assert answer.today > max(cover.last_days), "somebody could still claim"


@invariant(ce.LegalForceReached)
def final_at_last(clerk: InvariantChecker, fact: RecordedEvent, answer: AcceptedCommand) -> None:
    cover, event = clerk.covers[fact.stream], fact.event
    assert isinstance(event, ce.LegalForceReached)
    assert not cover.contested, "a timely claim or a call-up is open"
    assert cover.parties <= set(cover.served), "a party is not served"
    force = legal_force_from(cover.last_days, cover.submitted.settings.grace_working_days)
    assert event.from_day == force, f"final from {force} by the wall calendar"
    assert answer.today >= force, "mail on its way still has its days of grace"


@invariant(ce.PersonalDataRemoved)
def off_the_web_after_the_members_day(
    clerk: InvariantChecker, fact: RecordedEvent, answer: AcceptedCommand
) -> None:
    event = fact.event
    assert isinstance(event, ce.PersonalDataRemoved)
    assert answer.today > event.last_day, "the members' period runs"
    if fact.stream.kind == "case":
        assert event.last_day == clerk.covers[fact.stream].published


@invariant(de.ClaimFiled)
def in_time_or_late(clerk: InvariantChecker, fact: RecordedEvent, answer: AcceptedCommand) -> None:
    """Before the members' last day it is in time, after everybody's last day it is late."""
    event = fact.event
    assert isinstance(event, de.ClaimFiled)
    covers = [clerk.covers[fact.stream._replace(kind="case", key=key)] for key in event.cases]
    if any(cover.published is None for cover in covers):
        assert event.in_time, "no period has begun"
        return
    arrived = event.arrived_at.astimezone(HELSINKI).date()
    members = [cover.published for cover in covers if cover.published]
    everybody = [day for cover in covers for day in (*cover.served.values(), *members)]
    assert event.in_time or arrived >= max(members), "turned away before the last day was over"
    if all(cover.served for cover in covers):
        assert not event.in_time or arrived <= max(everybody), "nobody's period was open"


@invariant(ce.Served)
def served_after_the_decision(clerk: InvariantChecker, fact: RecordedEvent, answer: AcceptedCommand) -> None:
    cover, event = clerk.covers[fact.stream], fact.event
    assert isinstance(event, ce.Served)
    assert cover.decided is not None
    assert cover.decided.decided_on <= event.clock.on <= answer.today
    before = cover.served.get(event.party)
    assert before is None or event.clock.last_day >= before, "a party's time is cut short"
    if event.clock.mode == "electronic":
        consented = cover.submitted.electronic_consent and event.party == "applicant"
        assert consented, "served electronically without consent (L 13/2003 19 §)"


@invariant(ce.CalledUp)
def called_up_in_its_time(clerk: InvariantChecker, fact: RecordedEvent, answer: AcceptedCommand) -> None:
    """A matter that is decided may be called up within the time for claims (KuntaL 92 §)."""
    event = fact.event
    assert isinstance(event, ce.CalledUp)
    assert event.called_on <= answer.today, "a call-up that is still to come"
    assert _process(clerk, fact) not in OTHERWISE, "a statutory notice is called up (KuntaL 92.5 §)"
    if fact.stream.kind == "case":
        cover = clerk.covers[fact.stream]
        assert cover.decided is not None
        assert cover.published is None or event.called_on <= cover.published, "called up too late"
        assert event.called_on >= cover.decided.decided_on, "called up before there was a decision"


@invariant(de.ClaimFiled)
def claimed_after_the_decision(clerk: InvariantChecker, fact: RecordedEvent, answer: AcceptedCommand) -> None:
    event = fact.event
    assert isinstance(event, de.ClaimFiled)
    decided = clerk.covers[fact.stream._replace(kind="case", key=event.cases[0])].decided
    assert decided is not None
    assert event.arrived_at <= answer.now, "a claim that is still to come"
    assert event.arrived_at.astimezone(HELSINKI).date() >= decided.decided_on, "claimed before the decision"


@invariant(ce.ClaimDismissed)
def dismissed_after_it_came(clerk: InvariantChecker, fact: RecordedEvent, answer: AcceptedCommand) -> None:
    """The claimant's 30 days cannot have begun before the claim was there."""
    event = fact.event
    assert isinstance(event, ce.ClaimDismissed)
    if fact.stream.kind == "case":
        arrived_at = clerk.covers[fact.stream].claims[event.claim].arrived_at
        assert arrived_at.astimezone(HELSINKI).date() <= event.clock.on <= answer.today
