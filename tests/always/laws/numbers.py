"""Case numbers and § numbers have no gaps and no twins in a municipality and year (tiedonhallintalaki 26 §)."""

from domain.case.events import Registered
from domain.decision.events import Signed
from domain.messages import RecordedEvent
from domain.register.events import NumberTaken
from tests.always.laws.clerk import Clerk, always
from tests.always.memory import Answer


@always(NumberTaken)
def taken_in_order(clerk: Clerk, fact: RecordedEvent, answer: Answer) -> None:
    event = fact.event
    assert isinstance(event, NumberTaken)
    assert event.running == clerk.numbers.get(fact.stream, 0) + 1, "a number was skipped or given twice"
    assert event.taken_by == str(answer.stream)
    clerk.numbers[fact.stream] = event.running


@always(Registered)
def numbered(clerk: Clerk, fact: RecordedEvent, answer: Answer) -> None:
    event, year = fact.event, answer.today.year
    assert isinstance(event, Registered)
    book = fact.stream._replace(kind="register", key=f"{year}-cases")
    settings = clerk.covers[fact.stream].submitted.settings
    assert event.number == settings.number(clerk.numbers[book], year, event.task_class)
    assert sum(isinstance(each.event, NumberTaken) for each in answer.facts) == 1


@always(Signed)
def given_a_section(clerk: Clerk, fact: RecordedEvent, answer: Answer) -> None:
    event = fact.event
    assert isinstance(event, Signed)
    book = fact.stream._replace(kind="register", key=f"{answer.today.year}-sections")
    assert event.section == f"§ {clerk.numbers[book]}"
