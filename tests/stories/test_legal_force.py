"""Legal force: line by line, when every clock and the days of grace lie behind and nothing is open; with its steps."""

import pytest

from domain.case import commands as c
from domain.case.events import LegalForceReached, PaymentOrdered, Served
from domain.law.appeal import Mode
from domain.rejections import NotAllowed, NotNow
from tests.stories.days import day
from tests.stories.examples import (
    APPROVE,
    CALCULATE,
    PROPOSE,
    PUBLISH,
    REIJO,
    SERVED,
    SETTINGS,
    SIGN,
    applied,
    eligible,
    opened,
    rejected,
    served,
)
from tests.stories.story import enters, given, like
from tests.stories.world import SYSTEM, Step


def served_under(grace: int) -> list[Step]:
    settings = SETTINGS.model_copy(update={"grace_working_days": grace})
    return [
        *opened(settings=settings),
        *applied(),
        *eligible(),
        CALCULATE,
        PROPOSE,
        APPROVE,
        SIGN,
        PUBLISH,
        served(),
    ]


def test_legal_force_is_stated_after_two_working_days_of_grace_for_mail_on_its_way() -> None:
    """Last day Thursday 28.7.; Friday and Monday of grace (hallintolaki 18.2 §); legal force on Tuesday 2.8."""
    grace = given(SERVED).settle("1.8.2022 klo 23.59.59,999")
    assert (grace.state().stage, grace.state().legal_force) == ("legal-force", None)
    grace.when(c.ReachLegalForce(), by=SYSTEM, on="1.8.2022 klo 23.59.59,999").rejected(
        NotNow, "days of grace", fromDay="2022-08-02"
    )
    grace.settle("2.8.2022 klo 0.00").then(like(LegalForceReached, from_day=day("2.8.2022")), PaymentOrdered)


@pytest.mark.parametrize(
    ("grace", "from_day"), [(0, "29.7.2022"), (1, "30.7.2022"), (2, "2.8.2022"), (5, "5.8.2022")]
)
def test_the_grace_is_the_municipalitys_own(grace: int, from_day: str) -> None:
    story = given(served_under(grace)).settle("31.12.2022")
    assert story.state().legal_force.from_day == day(from_day)
    reached = next(each for each in story.news if isinstance(each.event, LegalForceReached))
    assert reached.recorded_at.date() == day(from_day)


def test_the_steps_show_every_clock_and_say_it_in_words() -> None:
    steps = given(SERVED).settle("2.8.2022").state().legal_force.steps
    assert [(step.code, step.day) for step in steps] == [
        ("party-ends", day("28.7.2022")),
        ("members-end", day("28.7.2022")),
        ("latest", day("28.7.2022")),
        ("grace", day("29.7.2022")),
        ("not-counted", day("30.7.2022")),
        ("not-counted", day("31.7.2022")),
        ("grace", day("1.8.2022")),
        ("legal-force", day("2.8.2022")),
    ]
    assert steps[-1].why("fi").startswith("Lainvoima voidaan todeta ti 2.8.2022 alkaen")


def test_each_line_has_its_own_day() -> None:
    second = applied(to="second")
    decided = [
        *opened(),
        *applied(),
        *second,
        *eligible(),
        *eligible(to="second"),
        CALCULATE,
        PROPOSE,
        APPROVE,
        SIGN,
    ]
    story = given(decided, PUBLISH, served(), served(to="second", on="15.7.2022")).settle("31.12.2022")
    days = [story.state("case", key).legal_force.from_day for key in ("soukka", "second")]
    assert days == [day("2.8.2022"), day("10.8.2022")]


def test_a_rejected_line_gets_legal_force_too_and_is_closed_without_payment() -> None:
    short = [*applied(to="short", form={"length_m": 400}), *eligible(), *rejected(to="short")]
    decided = [
        *opened(),
        *applied(),
        *short,
        CALCULATE,
        PROPOSE,
        APPROVE,
        SIGN,
        PUBLISH,
        served(),
        served(to="short"),
    ]
    story = given(decided).settle("2.8.2022")
    assert story.state("case", "short").legal_force.from_day == day("2.8.2022")
    assert (story.state("case", "short").stage, story.state("case", "short").payments) == ("archived", ())


def test_served_again_in_the_days_of_grace_the_period_runs_anew() -> None:
    story = given(SERVED).settle("29.7.2022").when(c.Serve(mode=Mode.HANDED), by=REIJO, on="29.7.2022")
    story = story.then(Served, enters("appeal-period", due=day("12.8.2022")))
    assert story.settle("16.8.2022").state().legal_force is None
    assert story.settle("17.8.2022").state().legal_force.from_day == day("17.8.2022")


def test_nobody_states_legal_force_by_hand() -> None:
    story = given(SERVED).settle("29.7.2022")
    story.when(c.ReachLegalForce(), by=REIJO, on="2.8.2022").rejected(NotAllowed, "nobody by hand")
    given(SERVED).when(c.ReachLegalForce(), by=SYSTEM, on="2.8.2022").rejected(NotNow, stage="appeal-period")
