"""Registered: the case gets the next number of the year, without gaps, and its arrival is acknowledged."""

from domain.case.commands import Register
from domain.case.events import Acknowledged, Registered
from domain.messages import Role
from domain.register.events import NumberTaken
from domain.rejections import BadContent, NotAllowed
from tests.stories.days import day
from tests.stories.examples import (
    AINO,
    HANNA,
    OUTI,
    REIJO,
    ROUND_OPEN,
    SETTINGS,
    application,
    applied,
    on_paper,
    opened,
)
from tests.stories.story import enters, given, like
from tests.stories.world import case, happened, put, settle, stream

CASES_2022 = stream("register", "2022-cases")
SENT = application()


def test_a_case_is_registered_by_itself_with_the_next_number_and_its_task_class() -> None:
    """MUODno-2022-202, as Muonio writes it; 02.05.01.03 is municipal grants in the classification."""
    earlier = happened(CASES_2022, NumberTaken(running=201, taken_by="498/case/earlier"))
    story = given(ROUND_OPEN, earlier).when(SENT, by=OUTI, on="7.6.2022").settle()
    story.then(
        Registered(number="MUODno-2022-202", task_class="02.05.01.03"),
        Acknowledged(channel="e-service"),
        enters("handling", waits_for=Role.HANDLER),
    )
    story.then_in(CASES_2022, NumberTaken(running=202, taken_by="498/case/soukka"))


def test_numbers_run_without_gaps_whatever_is_refused_in_between() -> None:
    story = given(ROUND_OPEN, applied(to="first"), applied(to="second"))
    story = story.when(application(account=None), by=OUTI, on="8.6.2022", to="refused").rejected(BadContent)
    story = story.when(SENT, by=OUTI, on="8.6.2022", to="third").settle()
    story.then_in(case("third"), like(Registered, number="MUODno-2022-3"), Acknowledged)


def test_a_new_year_begins_from_one() -> None:
    first = applied(to="first", on="30.6.2022")
    late = put(on_paper("30.6.2022"), by=AINO, on="2.1.2023", to="found-later")
    story = given(ROUND_OPEN, first, late)
    assert story.state("case", "found-later").number == "MUODno-2023-1"
    assert story.state("case", "found-later").arrived_at.date() == day("30.6.2022")


def test_the_year_is_the_one_in_helsinki() -> None:
    late = put(on_paper("30.6.2022"), by=AINO, on="1.1.2023 klo 0.30")
    assert given(ROUND_OPEN, late).state().number == "MUODno-2023-1"


def test_a_municipality_writes_numbers_by_its_own_template() -> None:
    settings = SETTINGS.model_copy(
        update={"prefix": "KON", "case_number": "{prefix}/{running}/{task_class}/{year}"}
    )
    story = given(opened(settings=settings), applied())
    assert story.state().number == "KON/1/02.05.01.03/2022"


def test_paper_is_acknowledged_on_paper() -> None:
    story = given(ROUND_OPEN).when(on_paper("7.6.2022"), by=AINO, on="7.6.2022").settle()
    story.then(Registered, like(Acknowledged, channel="paper"))


def test_the_registry_may_register_by_hand_and_others_may_not() -> None:
    sent = given(ROUND_OPEN).when(SENT, by=OUTI, on="7.6.2022")
    sent.when(Register(), by=REIJO, on="7.6.2022").then(Registered, Acknowledged)
    sent.when(Register(), by=HANNA, on="7.6.2022").rejected(NotAllowed, "registry")


def test_a_late_application_is_registered_and_acknowledged_like_any_other() -> None:
    story = given(ROUND_OPEN, settle("1.7.2022")).when(SENT, by=OUTI, on="1.7.2022").settle()
    story.then_in(case("soukka"), Registered, Acknowledged, enters("handling"))
