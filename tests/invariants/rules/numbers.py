"""Case numbers and § numbers have no gaps and no twins in a municipality and year (tiedonhallintalaki 26 §)."""

from domain.case.events import Registered
from domain.decision.events import Signed
from domain.messages import RecordedEvent
from domain.register.events import NumberTaken
from tests.invariants.in_memory_store import AcceptedCommand
from tests.invariants.rules.checker import InvariantChecker, invariant


@invariant(NumberTaken)
def taken_in_order(checker: InvariantChecker, fact: RecordedEvent, accepted: AcceptedCommand) -> None:
    event = fact.event
    assert isinstance(event, NumberTaken)
    assert event.running == checker.numbers.get(fact.stream, 0) + 1, "a number was skipped or given twice"
    assert event.taken_by == str(accepted.stream)
    checker.numbers[fact.stream] = event.running


@invariant(Registered)
def numbered(checker: InvariantChecker, fact: RecordedEvent, accepted: AcceptedCommand) -> None:
    event, year = fact.event, accepted.today.year
    assert isinstance(event, Registered)
    book = fact.stream._replace(kind="register", key=f"{year}-cases")
    settings = checker.records[fact.stream].submitted.settings
    assert event.number == settings.number(checker.numbers[book], year, event.task_class)
    assert sum(isinstance(each.event, NumberTaken) for each in accepted.facts) == 1


@invariant(Signed)
def given_a_section(checker: InvariantChecker, fact: RecordedEvent, accepted: AcceptedCommand) -> None:
    event = fact.event
    assert isinstance(event, Signed)
    book = fact.stream._replace(kind="register", key=f"{accepted.today.year}-sections")
    assert event.section == f"§ {checker.numbers[book]}"
