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


def _process(checker: InvariantChecker, fact: RecordedEvent) -> str:
    if fact.stream.kind == "case":
        return checker.records[fact.stream].submitted.process
    return checker.proposals[fact.stream.key].process


@invariant(ce.Served, ce.DecisionPublished, de.Published, ce.ClaimDismissed)
def counted_day_by_day(checker: InvariantChecker, fact: RecordedEvent, accepted: AcceptedCommand) -> None:
    """The clock that is stored is what comes of the command, counted on a wall calendar."""
    asked, clock = accepted.command, fact.event.clock  # type: ignore[attr-defined]  # each of these facts has one
    claim, made_known = OTHERWISE.get(_process(checker, fact), (CLAIM, "published"))
    days = APPEAL if isinstance(fact.event, ce.ClaimDismissed) else claim
    on = getattr(asked, "on", None) or accepted.today
    mode = getattr(asked, "mode", made_known)
    served = served_on(mode, on, getattr(asked, "shown_served_on", None))
    assert (clock.mode, clock.on, clock.days) == (mode, on, days)
    assert clock.served == served, f"served on {served} by the wall calendar"
    assert clock.last_day == last_day(served, days), f"ends on {last_day(served, days)} by the wall calendar"


@invariant(ce.AppealPeriodEnded)
def ended_after_every_last_day(
    checker: InvariantChecker, fact: RecordedEvent, accepted: AcceptedCommand
) -> None:
    record = checker.records[fact.stream]
    assert record.parties <= set(record.served), "a party is not served"
    assert accepted.today > max(record.last_days), "somebody could still claim"


@invariant(ce.LegalForceReached)
def final_at_last(checker: InvariantChecker, fact: RecordedEvent, accepted: AcceptedCommand) -> None:
    record, event = checker.records[fact.stream], fact.event
    assert isinstance(event, ce.LegalForceReached)
    assert not record.contested, "a timely claim or a call-up is open"
    assert record.parties <= set(record.served), "a party is not served"
    force = legal_force_from(record.last_days, record.submitted.settings.grace_working_days)
    assert event.from_day == force, f"final from {force} by the wall calendar"
    assert accepted.today >= force, "mail on its way still has its days of grace"


@invariant(ce.PersonalDataRemoved)
def off_the_web_after_the_members_day(
    checker: InvariantChecker, fact: RecordedEvent, accepted: AcceptedCommand
) -> None:
    event = fact.event
    assert isinstance(event, ce.PersonalDataRemoved)
    assert accepted.today > event.last_day, "the members' period runs"
    if fact.stream.kind == "case":
        assert event.last_day == checker.records[fact.stream].published


@invariant(de.ClaimFiled)
def in_time_or_late(checker: InvariantChecker, fact: RecordedEvent, accepted: AcceptedCommand) -> None:
    """Before the members' last day it is in time, after everybody's last day it is late."""
    event = fact.event
    assert isinstance(event, de.ClaimFiled)
    records = [checker.records[fact.stream._replace(kind="case", key=key)] for key in event.cases]
    if any(record.published is None for record in records):
        assert event.in_time, "no period has begun"
        return
    arrived = event.arrived_at.astimezone(HELSINKI).date()
    members = [record.published for record in records if record.published]
    everybody = [day for record in records for day in (*record.served.values(), *members)]
    assert event.in_time or arrived >= max(members), "turned away before the last day was over"
    if all(record.served for record in records):
        assert not event.in_time or arrived <= max(everybody), "nobody's period was open"


@invariant(ce.Served)
def served_after_the_decision(
    checker: InvariantChecker, fact: RecordedEvent, accepted: AcceptedCommand
) -> None:
    record, event = checker.records[fact.stream], fact.event
    assert isinstance(event, ce.Served)
    assert record.decided is not None
    assert record.decided.decided_on <= event.clock.on <= accepted.today
    before = record.served.get(event.party)
    assert before is None or event.clock.last_day >= before, "a party's time is cut short"
    if event.clock.mode == "electronic":
        consented = record.submitted.electronic_consent and event.party == "applicant"
        assert consented, "served electronically without consent (L 13/2003 19 §)"


@invariant(ce.CalledUp)
def called_up_in_its_time(checker: InvariantChecker, fact: RecordedEvent, accepted: AcceptedCommand) -> None:
    """A matter that is decided may be called up within the time for claims (KuntaL 92 §)."""
    event = fact.event
    assert isinstance(event, ce.CalledUp)
    assert event.called_on <= accepted.today, "a call-up that is still to come"
    assert _process(checker, fact) not in OTHERWISE, "a statutory notice is called up (KuntaL 92.5 §)"
    if fact.stream.kind == "case":
        record = checker.records[fact.stream]
        assert record.decided is not None
        assert record.published is None or event.called_on <= record.published, "called up too late"
        assert event.called_on >= record.decided.decided_on, "called up before there was a decision"


@invariant(de.ClaimFiled)
def claimed_after_the_decision(
    checker: InvariantChecker, fact: RecordedEvent, accepted: AcceptedCommand
) -> None:
    event = fact.event
    assert isinstance(event, de.ClaimFiled)
    decided = checker.records[fact.stream._replace(kind="case", key=event.cases[0])].decided
    assert decided is not None
    assert event.arrived_at <= accepted.now, "a claim that is still to come"
    assert event.arrived_at.astimezone(HELSINKI).date() >= decided.decided_on, "claimed before the decision"


@invariant(ce.ClaimDismissed)
def dismissed_after_it_came(
    checker: InvariantChecker, fact: RecordedEvent, accepted: AcceptedCommand
) -> None:
    """The claimant's 30 days cannot have begun before the claim was there."""
    event = fact.event
    assert isinstance(event, ce.ClaimDismissed)
    if fact.stream.kind == "case":
        arrived_at = checker.records[fact.stream].claims[event.claim].arrived_at
        assert arrived_at.astimezone(HELSINKI).date() <= event.clock.on <= accepted.today
