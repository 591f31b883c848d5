"""Completed: what is missing is asked for within a time, which is extended, cancelled, used, or lapses (22 §)."""

from typing import Any

import pytest

from domain.case import commands as c
from domain.case.events import (
    Checked,
    CompletionAnswered,
    CompletionCancelled,
    CompletionExtended,
    CompletionLapsed,
    CompletionRequested,
    Withdrawn,
)
from domain.messages import Role
from domain.rejections import BadContent, NotAllowed, NotFound, NotNow
from tests.stories.days import day
from tests.stories.examples import (
    AINO,
    ELIGIBLE,
    HANNA,
    IN_HANDLING,
    MAIJA,
    OUTI,
    attachment,
    checked,
    person,
)
from tests.stories.story import enters, given, like
from tests.stories.world import SYSTEM, put

WHAT = "Vuosikokouksen pöytäkirja puuttuu."
REQUEST = c.RequestCompletion(what=WHAT, due=day("15.7.2022"))
REQUESTED = [*IN_HANDLING, put(REQUEST, by=HANNA, on="1.7.2022")]
ANSWER = c.AnswerCompletion(answer="Tässä on pöytäkirja.", attachments=(attachment("minutes"),))


def test_the_applicant_is_asked_to_complete_by_a_day() -> None:
    given(IN_HANDLING).when(REQUEST, by=HANNA, on="1.7.2022").then(
        CompletionRequested(what=WHAT, due=day("15.7.2022")),
        enters("completion", waits_for=Role.APPLICANT, due=day("15.7.2022"), then="LapseCompletion"),
    )


def test_where_no_day_is_given_the_time_is_the_municipalitys_own() -> None:
    given(IN_HANDLING).when(c.RequestCompletion(what=WHAT), by=HANNA, on="1.7.2022").then(
        like(CompletionRequested, due=day("15.7.2022"))
    )


def test_the_applicant_has_at_least_until_tomorrow() -> None:
    today = c.RequestCompletion(what=WHAT, due=day("1.7.2022"))
    given(IN_HANDLING).when(today, by=HANNA, on="1.7.2022").rejected(BadContent, "after today", field="due")
    tomorrow = c.RequestCompletion(what=WHAT, due=day("2.7.2022"))
    given(IN_HANDLING).when(tomorrow, by=HANNA, on="1.7.2022").then(CompletionRequested)


def test_while_the_case_waits_for_the_applicant_it_is_not_concluded() -> None:
    given(REQUESTED).when(c.Evaluate(outcome="eligible"), by=HANNA, on="4.7.2022").rejected(
        NotNow, stage="completion"
    )
    given(REQUESTED).when(REQUEST, by=HANNA, on="4.7.2022").rejected(NotNow, stage="completion")


# Used ----------------------------------------------------------------------------------------------------------------


def test_the_applicant_completes_and_the_case_is_the_handlers_again() -> None:
    given(REQUESTED).when(ANSWER, by=OUTI, on="15.7.2022 klo 23.59").then(
        CompletionAnswered(answer="Tässä on pöytäkirja.", form={}, attachments=(attachment("minutes"),)),
        enters("handling", waits_for=Role.HANDLER, due=None),
    )


@pytest.mark.parametrize("form", [{"length_m": 10400}, {"lengthM": 10400}])
def test_only_the_answers_that_changed_are_stored(form: dict[str, Any]) -> None:
    same_too = ANSWER.model_copy(update={"form": {**form, "village": "Muotkavaara"}})
    story = given(REQUESTED).when(same_too, by=OUTI, on="4.7.2022")
    story.then(like(CompletionAnswered, form={"length_m": 10400}))
    answered = story.state().sources
    assert answered["length_m"] > answered["road_name"] == 1
    assert story.state().form["road_name"] == "Soukan yksityistie"


def test_what_cannot_be_used_is_refused_here_too() -> None:
    short = ANSWER.model_copy(update={"form": {"usage_unit": "K7905"}})
    given(REQUESTED).when(short, by=OUTI, on="4.7.2022").rejected(BadContent, "see each of them")
    unknown = ANSWER.model_copy(update={"form": {"colour": "red"}})
    given(REQUESTED).when(unknown, by=OUTI, on="4.7.2022").rejected(BadContent)
    photograph = ANSWER.model_copy(update={"attachments": (attachment("photograph"),)})
    given(REQUESTED).when(photograph, by=OUTI, on="4.7.2022").rejected(BadContent, field="attachments")


def test_it_is_the_applicant_who_completes_or_customer_service_for_them() -> None:
    given(REQUESTED).when(ANSWER, by=AINO, on="4.7.2022").then(CompletionAnswered)
    given(REQUESTED).when(ANSWER, by=MAIJA, on="4.7.2022").rejected(NotAllowed, "applicant, customer-service")
    given(REQUESTED).when(ANSWER, by=person("olli", Role.APPLICANT), on="4.7.2022").rejected(NotFound)


def test_without_a_request_there_is_nothing_to_complete() -> None:
    given(IN_HANDLING).when(ANSWER, by=OUTI, on="4.7.2022").rejected(NotNow, stage="handling")


# Extended, cancelled, withdrawn --------------------------------------------------------------------------------------


def test_more_time_moves_the_last_day() -> None:
    extend = c.ExtendCompletion(due=day("29.7.2022"), reason="Hoitokunta kokoontuu 25.7.")
    story = given(REQUESTED).when(extend, by=HANNA, on="14.7.2022")
    story = story.then(
        CompletionExtended(due=day("29.7.2022"), reason="Hoitokunta kokoontuu 25.7."),
        enters("completion", due=day("29.7.2022")),
    )
    story.settle("29.7.2022 klo 23.59").then()
    story.settle("30.7.2022 klo 0.00").then(CompletionLapsed(due=day("29.7.2022")))


def test_an_extension_gives_more_time_and_not_less() -> None:
    for last in ("15.7.2022", "14.7.2022"):
        extend = c.ExtendCompletion(due=day(last), reason="Kiire.")
        given(REQUESTED).when(extend, by=HANNA, on="4.7.2022").rejected(
            BadContent, field="due", due="2022-07-15"
        )


def test_a_request_that_was_needless_is_cancelled() -> None:
    given(REQUESTED).when(c.CancelCompletion(reason="Löytyi."), by=HANNA, on="4.7.2022").then(
        CompletionCancelled(reason="Löytyi."), enters("handling", due=None)
    )


def test_the_applicant_may_withdraw_instead() -> None:
    given(REQUESTED).when(c.Withdraw(reason="Emme hae."), by=OUTI, on="4.7.2022").then(
        Withdrawn, enters("closed")
    )


# Lapsed --------------------------------------------------------------------------------------------------------------


def test_the_time_lapses_by_itself_the_day_after_its_last_day_and_not_on_it() -> None:
    waiting = given(REQUESTED)
    waiting.when(c.LapseCompletion(), by=SYSTEM, on="15.7.2022 klo 23.59.59,999").rejected(
        NotNow, "not behind us", due="2022-07-15"
    )
    waiting.settle("15.7.2022 klo 23.59.59,999").then()
    waiting.settle("16.7.2022 klo 0.00").then(
        CompletionLapsed(due=day("15.7.2022")), enters("handling", waits_for=Role.HANDLER)
    )


def test_nobody_ends_the_time_by_hand() -> None:
    given(REQUESTED).when(c.LapseCompletion(), by=HANNA, on="16.7.2022").rejected(
        NotAllowed, "nobody by hand"
    )


def test_after_the_lapse_nothing_is_completed_and_the_case_is_decided_on_what_there_is() -> None:
    lapsed = given(REQUESTED).settle("16.7.2022")
    lapsed.when(ANSWER, by=OUTI, on="16.7.2022").rejected(NotNow, stage="handling")
    lapsed.when(
        c.ExtendCompletion(due=day("29.7.2022"), reason="Pyyntö."), by=HANNA, on="16.7.2022"
    ).rejected(NotNow, stage="handling")
    lapsed.when(
        c.RecordCheck(item="digiroad", met=False, evidence="Ei tositetta."), by=HANNA, on="16.7.2022"
    ).then(Checked)


def test_after_the_lapse_more_may_be_asked_again() -> None:
    again = c.RequestCompletion(what=WHAT, due=day("22.7.2022"))
    given(REQUESTED).settle("16.7.2022").when(again, by=HANNA, on="16.7.2022").then(
        like(CompletionRequested, due=day("22.7.2022")), enters("completion")
    )


def test_an_answer_in_time_leaves_nothing_to_lapse() -> None:
    story = given(REQUESTED, put(ANSWER, by=OUTI, on="4.7.2022"), checked(on="5.7.2022"))
    story.settle("1.8.2022").then()
    story.when(c.LapseCompletion(), by=SYSTEM, on="1.8.2022").rejected(NotNow, stage="handling")


def test_once_the_check_is_finished_nothing_more_is_asked() -> None:
    given(ELIGIBLE).when(REQUEST, by=HANNA, on="4.7.2022").rejected(NotNow, stage="calculation")
