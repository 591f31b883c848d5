"""Served and published: each party is served in a lawful way, the members by publication, and both clocks run."""

from typing import Any

import pytest

from domain.case import commands as c
from domain.case.events import DecisionPublished, InstructionsFoundWrong, PersonalDataRemoved, Served
from domain.decision import commands as d
from domain.decision.events import Published
from domain.law.appeal import AppealClock, Mode
from domain.messages import Role
from domain.personal import Personal
from domain.rejections import BadContent, NoConsent, NotAllowed, NotNow
from tests.stories.days import day
from tests.stories.examples import (
    APPROVE,
    CALCULATE,
    CHECKED,
    CONTACT,
    DECIDED,
    ELINA,
    FINAL,
    HANNA,
    PROPOSE,
    PROPOSED,
    PUBLISH,
    PUBLISHED,
    PUBLISHED_ON,
    REIJO,
    ROUND_OPEN,
    SERVED,
    SIGN,
    applied,
    eligible,
    served,
)
from tests.stories.story import enters, given, like
from tests.stories.world import case, put

TO_A_DECISION = [CALCULATE, PROPOSE, APPROVE, SIGN]
CONSENTED = [*ROUND_OPEN, *applied(electronic_consent=True), *eligible(), *TO_A_DECISION]
ANOTHER_PARTY = put(c.AddParty(contact=CONTACT, reason="Tie on kahden."), by=HANNA, on="1.7.2022")
TWO_PARTIES = [
    *CHECKED,
    ANOTHER_PARTY,
    put(c.Evaluate(outcome="eligible"), by=HANNA, on="1.7.2022"),
    *TO_A_DECISION,
    PUBLISH,
]
WRONG = d.FindInstructionsWrong(reason="Oikaisuvaatimusohjeessa oli väärä osoite.")


def clock(mode: Mode, on: str, deemed: str, last: str) -> Any:
    return like(AppealClock, mode=mode, on=day(on), days=14, served=day(deemed), last_day=day(last))


# Published -----------------------------------------------------------------------------------------------------------


def test_the_members_clock_runs_from_the_seventh_day_after_publication() -> None:
    """KuntaL 140.3 §: Thursday 7.7.2022, noticed on 14.7., fourteen days until Thursday 28.7."""
    members = clock(Mode.PUBLISHED, "7.7.2022", "14.7.2022", "28.7.2022")
    story = given(DECIDED).when(d.Publish(more_information=Personal("Hanna")), by=REIJO, on="7.7.2022")
    story.then(
        Published(
            clock=story.state("decision").published, more_information=Personal("Hanna", subject="information")
        ),
        enters("published", due=day("28.7.2022"), then="RemovePersonalData"),
    )
    story.then_in(case("soukka"), like(DecisionPublished, clock=members))


def test_a_decision_is_published_once_it_is_signed_by_the_registry() -> None:
    given(PROPOSED).when(d.Publish(), by=REIJO, on="7.7.2022").rejected(NotNow, stage="proposed")
    given(DECIDED).when(d.Publish(), by=ELINA, on="7.7.2022").rejected(NotAllowed, "registry")
    given(PUBLISHED).when(d.Publish(), by=REIJO, on="8.7.2022").rejected(NotNow, stage="published")


def test_publishing_alone_serves_no_party() -> None:
    """KHO:2018:100: the case waits for service, and no last day is known, however long it takes."""
    story = given(PUBLISHED).settle("31.12.2022").then(PersonalDataRemoved)
    assert (story.state().stage, story.state().last_day) == ("service", None)


# Served --------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("mode", "deemed", "last"),
    [
        (Mode.LETTER, "14.7.2022", "28.7.2022"),  # hallintolaki 59 §: the seventh day
        (
            Mode.ELECTRONIC,
            "10.7.2022",
            "25.7.2022",
        ),  # L 13/2003 19 §: the third, a Sunday; 24.7. is a Sunday too
        (Mode.HANDED, "7.7.2022", "21.7.2022"),  # hallintolaki 60 §
        (Mode.RECEIPT, "7.7.2022", "21.7.2022"),
        (Mode.SUBSTITUTE, "10.7.2022", "25.7.2022"),  # hallintolaki 61 §
    ],
)
def test_a_partys_clock_runs_from_how_it_was_served(mode: Mode, deemed: str, last: str) -> None:
    given(CONSENTED).when(c.Serve(mode=mode, evidence="kuitti"), by=REIJO, on="7.7.2022").then(
        like(Served, party="applicant", evidence="kuitti", clock=clock(mode, "7.7.2022", deemed, last))
    )


def test_electronic_service_needs_the_partys_consent() -> None:
    """KHO:2018:100: without consent it is no service, and no clock starts."""
    given(DECIDED).when(c.Serve(mode=Mode.ELECTRONIC), by=REIJO, on="7.7.2022").rejected(
        NoConsent, "by letter"
    )


def test_once_published_and_served_the_appeal_period_runs_to_the_later_last_day() -> None:
    given(PUBLISHED).when(c.Serve(mode=Mode.HANDED), by=REIJO, on="7.7.2022").then(
        Served, enters("appeal-period", due=day("28.7.2022"), then="EndAppealPeriod")
    )
    given(PUBLISHED).when(c.Serve(mode=Mode.LETTER), by=REIJO, on="11.7.2022").then(
        Served, enters("appeal-period", due=day("1.8.2022"))
    )


def test_service_may_come_before_publication() -> None:
    story = given(DECIDED).when(c.Serve(mode=Mode.LETTER), by=REIJO, on="6.7.2022").then(Served)
    story.when(d.Publish(), by=REIJO, on="7.7.2022").then_in(
        case("soukka"), DecisionPublished, enters("appeal-period", due=day("28.7.2022"))
    )


def test_a_letter_shown_to_have_come_later_counts_from_that_day() -> None:
    """Hallintolaki 59.2 §: "jollei muuta näytetä"."""
    shown = c.Serve(
        mode=Mode.LETTER, on=day("7.7.2022"), shown_served_on=day("18.7.2022"), evidence="Posti 4."
    )
    given(PUBLISHED).when(shown, by=REIJO, on="18.7.2022").then(
        like(Served, clock=clock(Mode.LETTER, "7.7.2022", "18.7.2022", "1.8.2022")),
        enters("appeal-period", due=day("1.8.2022")),
    )


def test_nothing_earlier_than_deemed_can_be_shown_and_nothing_of_what_was_handed_over() -> None:
    earlier = c.Serve(mode=Mode.LETTER, shown_served_on=day("14.7.2022"))
    given(PUBLISHED).when(earlier, by=REIJO, on="7.7.2022").rejected(BadContent, field="shownServedOn")
    handed = c.Serve(mode=Mode.HANDED, on=day("7.7.2022"), shown_served_on=day("8.7.2022"))
    given(PUBLISHED).when(handed, by=REIJO, on="8.7.2022").rejected(BadContent, field="shownServedOn")


@pytest.mark.parametrize(
    ("on", "may"), [("5.7.2022", False), ("6.7.2022", True), ("7.7.2022", True), ("8.7.2022", False)]
)
def test_a_decision_is_served_after_it_is_made_and_not_in_the_future(on: str, may: bool) -> None:
    story = given(DECIDED).when(c.Serve(mode=Mode.LETTER, on=day(on)), by=REIJO, on=PUBLISHED_ON)
    if may:
        story.then(like(Served, clock=like(AppealClock, on=day(on))))
    else:
        story.rejected(BadContent, "served after it is made", field="on")


def test_only_a_party_is_served_and_only_by_the_registry() -> None:
    given(DECIDED).when(c.Serve(party="neighbour", mode=Mode.LETTER), by=REIJO, on="7.7.2022").rejected(
        BadContent, "it has applicant", field="party"
    )
    given(DECIDED).when(c.Serve(mode=Mode.LETTER), by=HANNA, on="7.7.2022").rejected(NotAllowed, "registry")
    given(PROPOSED).when(c.Serve(mode=Mode.LETTER), by=REIJO, on="7.7.2022").rejected(
        NotNow, stage="decision"
    )


def test_two_parties_served_on_different_days_have_two_last_days() -> None:
    """Each party's clock is its own; the case waits for the later."""
    first = given(TWO_PARTIES).when(c.Serve(mode=Mode.LETTER), by=REIJO, on="7.7.2022")
    first = first.then(Served)
    assert first.state().stage == "service"
    second = first.when(c.Serve(party="party-2", mode=Mode.LETTER), by=REIJO, on="11.7.2022")
    second.then(
        like(Served, party="party-2", clock=clock(Mode.LETTER, "11.7.2022", "18.7.2022", "1.8.2022")),
        enters("appeal-period", due=day("1.8.2022")),
    )
    assert [each.last_day for each in second.state().served.values()] == [day("28.7.2022"), day("1.8.2022")]


# Served anew ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "on", ["20.7.2022", "29.7.2022"], ids=["in the appeal period", "in the days of grace"]
)
def test_served_again_the_later_service_governs(on: str) -> None:
    story = given(SERVED).settle(on).when(c.Serve(mode=Mode.HANDED), by=REIJO, on=on)
    last = {"20.7.2022": "3.8.2022", "29.7.2022": "12.8.2022"}[on]
    story.then(Served, enters("appeal-period", due=day(last)))


def test_wrong_instructions_stop_every_clock_until_right_ones_are_served() -> None:
    """Hallintolaki 49 §, KHO:2020:132: the time begins from the service of correct instructions."""
    story = given(SERVED).when(WRONG, by=REIJO, on="20.7.2022")
    story.then(InstructionsFoundWrong(reason=WRONG.reason), enters("to-publish", waits_for=Role.REGISTRY))
    story = story.then_in(case("soukka"), InstructionsFoundWrong, enters("service", waits_for=Role.REGISTRY))
    story.settle("31.12.2022").then()


def test_right_instructions_start_both_clocks_anew() -> None:
    story = given(SERVED, put(WRONG, by=REIJO, on="20.7.2022"), put(d.Publish(), by=REIJO, on="21.7.2022"))
    assert story.state("decision").published.last_day == day("11.8.2022")
    story = story.when(c.Serve(mode=Mode.LETTER), by=REIJO, on="22.7.2022")
    story.then(
        like(Served, clock=clock(Mode.LETTER, "22.7.2022", "29.7.2022", "12.8.2022")),
        enters("appeal-period", due=day("12.8.2022")),
    )


def test_right_instructions_are_both_published_and_served_before_the_period_runs() -> None:
    wrong = given(SERVED, put(WRONG, by=REIJO, on="20.7.2022"))
    served_only = wrong.when(c.Serve(mode=Mode.LETTER), by=REIJO, on="21.7.2022").then(Served)
    published_only = wrong.when(d.Publish(), by=REIJO, on="21.7.2022").then(Published)
    for half in (served_only, published_only):
        assert (half.state().stage, half.state().last_day) == ("service", None)


def test_wrong_instructions_are_found_before_publishing_too_and_after_the_period() -> None:
    given(DECIDED).when(WRONG, by=HANNA, on="7.7.2022").then(InstructionsFoundWrong)
    given(SERVED).settle("29.7.2022").when(WRONG, by=REIJO, on="29.7.2022").then_in(
        case("soukka"), InstructionsFoundWrong, enters("service")
    )


def test_after_legal_force_it_is_for_the_court_to_restore_the_time() -> None:
    given(FINAL).when(WRONG, by=REIJO, on="3.8.2022").rejected(NotNow, "HOL 114 §")


def test_each_case_of_a_decision_is_served_on_its_own() -> None:
    second = applied(to="second", electronic_consent=True)
    story = given(
        [*ROUND_OPEN, *applied(), *second, *eligible(), *eligible(to="second"), *TO_A_DECISION, PUBLISH],
        served(),
        served(to="second", mode=Mode.ELECTRONIC),
    )
    last_days = [story.state("case", key).served["applicant"].last_day for key in ("soukka", "second")]
    assert last_days == [day("28.7.2022"), day("25.7.2022")]
    assert [story.state("case", key).due for key in ("soukka", "second")] == [day("28.7.2022")] * 2
