"""Opened: criteria are adopted and frozen, and a round opens and closes under them at a clock time."""

from decimal import Decimal

import pytest

from domain.criteria.compiler import compile_rule_set
from domain.criteria.stored import as_stored
from domain.messages import Actor, Role
from domain.municipality.commands import AdoptRuleSet, AdoptSettings
from domain.municipality.events import RuleSetAdopted, SettingsAdopted
from domain.rejections import AlreadyDone, BadContent, Missing, NotAllowed, NotFound, NotNow
from domain.round.commands import Calculate, CloseRound, OpenRound
from domain.round.events import Enlisted, RoundClosed, RoundOpened
from tests.stories.days import day, instant
from tests.stories.documents import by_length
from tests.stories.examples import (
    CLOSES,
    CRITERIA,
    HANNA,
    OPENS,
    OUTI,
    PAULA,
    ROUND_OPEN,
    SETTINGS,
    application,
    opened,
)
from tests.stories.story import enters, given, like
from tests.stories.world import SYSTEM, put, stream

ADOPTED = opened()[:2]
NEXT_YEAR = by_length(floor_to=1, edition=2)


def a_round(**changes: object) -> OpenRound:
    content = {
        "name": "Yksityistieavustukset 2022",
        "process": "private-road-grant",
        "rule_set": CRITERIA.name,
        "budget": Decimal("30000.00"),
        "opens_at": instant(OPENS),
        "closes_at": instant(CLOSES),
    }
    return OpenRound.model_validate({**content, **changes})


def test_settings_are_adopted_under_a_section_and_not_before_their_day() -> None:
    adopt = AdoptSettings(settings=SETTINGS, adopted_on=day("2.5.2022"), section="§ 41")
    given().when(adopt, by=PAULA, on="2.5.2022").then(
        SettingsAdopted(settings=SETTINGS, adopted_on=day("2.5.2022"), section="§ 41")
    )
    given().when(adopt, by=PAULA, on="1.5.2022").rejected(BadContent, "still to come", field="adoptedOn")


def test_the_competent_bodys_criteria_are_adopted_by_the_administrator_alone() -> None:
    adopt = AdoptRuleSet(document=CRITERIA.text)
    given().when(adopt, by=PAULA, on="31.5.2022").then(RuleSetAdopted(criteria=as_stored(CRITERIA)))
    given().when(adopt, by=HANNA, on="31.5.2022").rejected(NotAllowed, "administrator")


def test_an_adopted_edition_is_frozen_and_cannot_be_adopted_again() -> None:
    changed = by_length(minimum=400)
    given(ADOPTED).when(AdoptRuleSet(document=changed), by=PAULA, on="1.6.2022").rejected(
        AlreadyDone, "frozen", name="yksityistieavustus", edition=1
    )


def test_a_change_is_adopted_as_a_new_edition_beside_the_old() -> None:
    story = given(ADOPTED).when(AdoptRuleSet(document=NEXT_YEAR), by=PAULA, on="1.6.2022")
    story.then(RuleSetAdopted(criteria=as_stored(compile_rule_set(NEXT_YEAR))))
    assert list(story.state("municipality").rule_sets) == [
        ("yksityistieavustus", 1),
        ("yksityistieavustus", 2),
    ]


def test_a_round_opens_carrying_the_criteria_and_the_settings_it_opens_under() -> None:
    given(ADOPTED).when(a_round(), by=HANNA, on="31.5.2022 klo 13.00").then(
        like(
            RoundOpened,
            process="private-road-grant",
            edition=1,
            criteria=as_stored(CRITERIA),
            settings=SETTINGS,
            budget=Decimal("30000.00"),
            opens_at=instant(OPENS),
            closes_at=instant(CLOSES),
        ),
        enters("open", waits_for=Role.APPLICANT, due_at=instant(CLOSES), then="CloseRound"),
    )


def test_a_later_adoption_does_not_touch_an_open_round_nor_its_applications() -> None:
    """KHO:2011:112: the criteria are the same for everyone who applies in the round."""
    stricter = SETTINGS.model_copy(update={"completion_days": 3})
    story = given(
        ROUND_OPEN,
        put(AdoptRuleSet(document=NEXT_YEAR), by=PAULA, on="1.6.2022"),
        put(
            AdoptSettings(settings=stricter, adopted_on=day("1.6.2022"), section="§ 60"),
            by=PAULA,
            on="1.6.2022",
        ),
        put(application(), by=OUTI, on="7.6.2022"),
    )
    assert story.state("round").criteria == as_stored(CRITERIA)
    assert story.state("round").settings == story.state("case").settings == SETTINGS


def test_a_round_needs_settings_that_are_adopted() -> None:
    given(put(AdoptRuleSet(document=CRITERIA.text), by=PAULA, on="31.5.2022")).when(
        a_round(), by=HANNA, on="31.5.2022"
    ).rejected(Missing, "settings")


@pytest.mark.parametrize(
    ("change", "saying"),
    [
        ({"rule_set": "kylaavustus"}, "adopted criteria of its process"),
        ({"rule_set_edition": 2}, "adopted criteria of its process"),
        ({"closes_at": instant(OPENS)}, "closes after it opens"),
        ({"budget": Decimal("0.00")}, "needs a budget"),
        ({"process": "boat-place"}, "no such process"),
    ],
)
def test_a_round_is_not_opened_under(change: dict[str, object], saying: str) -> None:
    given(ADOPTED).when(a_round(**change), by=HANNA, on="31.5.2022 klo 13.00").rejected(BadContent, saying)


def test_a_round_is_opened_once() -> None:
    given(ROUND_OPEN).when(a_round(), by=HANNA, on="1.6.2022").rejected(NotNow, stage="open")


def test_an_applicant_opens_no_round() -> None:
    given(ADOPTED).when(a_round(), by=OUTI, on="31.5.2022").rejected(NotAllowed, "handler, administrator")


def test_a_round_closes_by_itself_at_its_instant_and_not_before() -> None:
    given(ROUND_OPEN).when(CloseRound(), by=SYSTEM, on="30.6.2022 klo 14.59.59,999").rejected(
        NotNow, "still open", closesAt=instant(CLOSES).isoformat()
    )
    story = given(ROUND_OPEN)
    story.settle("30.6.2022 klo 14.59.59,999").then_in(stream("round"))
    story = story.settle(CLOSES)
    story.then_in(stream("round"), RoundClosed(), enters("closed", waits_for=Role.HANDLER))
    assert (story.state("round").stage, story.state("round").due_at) == ("closed", None)


def test_nobody_closes_a_round_by_hand() -> None:
    given(ROUND_OPEN).when(CloseRound(), by=HANNA, on="30.6.2022 klo 16.00").rejected(
        NotAllowed, "nobody by hand"
    )


def test_an_open_round_is_not_calculated() -> None:
    given(ROUND_OPEN).when(Calculate(), by=HANNA, on="29.6.2022").rejected(NotNow, stage="open")


@pytest.mark.parametrize(
    ("arrives", "late"),
    [
        ("1.6.2022 klo 9.00", False),
        ("30.6.2022 klo 14.59.59,999", False),
        ("30.6.2022 klo 15.00.00,000", False),
        ("30.6.2022 klo 15.00.00,001", True),
        ("30.6.2022 klo 15.01", True),
    ],
)
def test_the_closing_instant_itself_is_in_time_and_a_millisecond_later_is_late(
    arrives: str, late: bool
) -> None:
    given(ROUND_OPEN).when(application(), by=OUTI, on=arrives).then_in(
        stream("round"), Enlisted(case="soukka", late=late)
    )


def test_before_the_opening_instant_nothing_is_received() -> None:
    given(ROUND_OPEN).when(application(), by=OUTI, on="1.6.2022 klo 8.59.59,999").rejected(
        NotNow, "not open yet", opensAt=instant(OPENS).isoformat()
    )


def test_another_municipality_sees_no_round_here() -> None:
    stranger = Actor("stranger", "999", frozenset({Role.HANDLER}))
    given(ROUND_OPEN).when(Calculate(), by=stranger, on="1.7.2022").rejected(NotFound)
