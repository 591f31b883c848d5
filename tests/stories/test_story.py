"""The language itself: a story that does not hold fails, and says readably where."""

import pytest

from domain.case import commands as c
from domain.case.events import Assigned, Registered
from domain.rejections import NotNow, NotYours
from tests.stories.examples import HANNA, SUBMITTED
from tests.stories.story import Scenario, enters, given, like
from tests.stories.world import put


def taken() -> Scenario:
    return given(SUBMITTED).when(c.Assign(), by=HANNA, on="1.7.2022")


def test_another_fact_than_awaited_is_shown_line_by_line() -> None:
    with pytest.raises(AssertionError) as failed:
        taken().then(Assigned(handler="heikki"))
    assert str(failed.value).splitlines() == [
        "Assign by hanna on 1.7.2022 klo 12.00.00,000 in the stage “handling”",
        "in 498/case/soukka:",
        "--- awaited",
        "+++ happened",
        "@@ -1,3 +1,3 @@",
        " Assigned {",
        '-  "handler": "heikki"',
        '+  "handler": "hanna"',
        " }",
    ]


def test_a_fact_too_many_or_too_few_is_a_difference() -> None:
    for awaited in ([], [Assigned, Registered], [enters("handling")]):
        with pytest.raises(AssertionError, match="Assigned"):
            taken().then(*awaited)


def test_an_event_given_by_some_fields_is_compared_by_those() -> None:
    taken().then(like(Assigned, handler="hanna"))
    with pytest.raises(AssertionError, match="heikki"):
        taken().then(like(Assigned, handler="heikki"))
    with pytest.raises(AssertionError, match="Assigned has no colour"):
        like(Assigned, colour="red")


def test_what_was_not_rejected_says_what_happened() -> None:
    with pytest.raises(
        AssertionError, match=r"awaited to be rejected with NotNow, but:\n  498/case/soukka Assigned"
    ):
        taken().rejected(NotNow)


def test_what_was_rejected_otherwise_says_how() -> None:
    story = given(SUBMITTED).when(c.DeclareImpartiality(), by=HANNA, on="1.7.2022")
    for wrong in (
        {"kind": NotNow},
        {"kind": NotYours, "saying": "tomorrow"},
        {"kind": NotYours, "handler": "x"},
    ):
        with pytest.raises(AssertionError, match="rejected: NotYours: The case is not in your hands"):
            story.rejected(**wrong)


def test_a_story_does_not_go_on_after_a_rejection_that_nobody_awaited() -> None:
    story = given(SUBMITTED).when(c.DeclareImpartiality(), by=HANNA, on="1.7.2022")
    for goes_on in (story.then, story.settle, story.state):
        with pytest.raises(AssertionError, match="was rejected with NotYours"):
            goes_on()


def test_a_story_does_not_go_back_in_time() -> None:
    with pytest.raises(AssertionError, match="does not go back in time"):
        taken().when(c.DeclareImpartiality(), by=HANNA, on="30.6.2022")
    with pytest.raises(AssertionError, match="does not go back in time"):
        given(SUBMITTED, put(c.Assign(), by=HANNA, on="6.6.2022"))


def test_the_same_story_is_the_same_each_time() -> None:
    assert taken().world.log == taken().world.log
