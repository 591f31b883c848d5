"""Roads remember each of their grants, and a renewed application is its own: nothing in it is another's to read."""

import re

from domain.case import events as ce
from domain.decision import events as de
from domain.messages import Event, RecordedEvent, derived_id
from domain.road.events import Granted
from domain.round.commands import Renew
from tests.invariants.in_memory_store import AcceptedCommand
from tests.invariants.rules.checker import CaseRecord, InvariantChecker, invariant

KEYS = re.compile(r'"key": "([^"|]+)\|')
"""Under whose key a personal value is stored."""


@invariant(de.Signed, de.DecidedInMeeting)
def remembered_by_the_road(checker: InvariantChecker, fact: RecordedEvent, accepted: AcceptedCommand) -> None:
    """A § tells each road what it granted to it, and nothing else."""
    remembered = [
        (each.stream.key, each.event.case, each.event.decided_on, each.event.amount, each.event.parts)
        for each in accepted.facts
        if isinstance(each.event, Granted)
    ]
    granted = [
        (unit, each.stream.key, each.event.decided_on, each.event.amount, each.event.plan.parts)
        for each in accepted.facts
        if isinstance(each.event, ce.Decided)
        and each.event.granted
        and (unit := checker.records[each.stream].form.get("usage_unit"))
    ]
    assert remembered == granted, "a road remembers something else than was granted"


@invariant(Granted)
def granted_once(checker: InvariantChecker, fact: RecordedEvent, accepted: AcceptedCommand) -> None:
    event = fact.event
    assert isinstance(event, Granted)
    assert any(isinstance(each.event, ce.Decided) for each in accepted.facts), "granted without a decision"
    assert checker.records[fact.stream._replace(kind="case", key=event.case)].decided is not None


@invariant(Event)
def sealed_under_keys_of_its_own(
    checker: InvariantChecker, fact: RecordedEvent, accepted: AcceptedCommand
) -> None:
    """Destroying the keys of a stream takes all of it and nothing of another."""
    text = accepted.written[fact.position - accepted.facts[0].position]
    assert set(KEYS.findall(text)) <= {str(fact.stream)}, "a personal value under the key of another stream"


@invariant(ce.Submitted)
def renewed_as_it_stands(checker: InvariantChecker, fact: RecordedEvent, accepted: AcceptedCommand) -> None:
    event, asked = fact.event, accepted.command
    assert isinstance(event, ce.Submitted)
    assert (event.channel == "renewal") == isinstance(asked, Renew)
    if not isinstance(asked, Renew):
        return
    earlier = _earlier(checker, fact, asked)
    was = earlier.submitted
    assert earlier.decided is not None, "renewed before it was decided"
    assert earlier.decided.amount > 0, "renewed though nothing was granted"
    assert (event.title, event.organisation, event.language) == (was.title, was.organisation, was.language)
    assert (event.owner, event.electronic_consent) == (was.owner, was.electronic_consent)
    assert event.form.items() <= earlier.form.items(), "renewed with other answers"
    assert not event.late, "what is renewed is in time"


def _earlier(checker: InvariantChecker, fact: RecordedEvent, asked: Renew) -> CaseRecord:
    """The case that was renewed, found by the name that is derived from it."""
    event = fact.event
    assert isinstance(event, ce.Submitted)
    round_ = fact.stream._replace(kind="round", key=event.round or "")
    return next(
        record
        for stream, record in checker.records.items()
        if str(derived_id(str(round_), "renewal of", stream.key)) == fact.stream.key
        and record.submitted.round == asked.earlier
    )
