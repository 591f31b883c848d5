"""A contact is noted in one line, in whatever stage the case is (palveluperiaate, hallintolaki 7 and 8 §)."""

import pytest
from pydantic import ValidationError

from domain.case import commands as c
from domain.case import events as e
from domain.case.stages import new
from domain.messages import Actor, Role
from domain.processes import process, processes
from domain.rejections import NotAllowed, NotFound
from domain.stages import guard
from tests.stories import examples
from tests.stories.story import given
from tests.stories.world import Step

CALL = c.LogContact(who="applicant", how="phone", what="Kysyi, milloin avustuksista päätetään.")
NOTED = e.ContactLogged(who="applicant", how="phone", what="Kysyi, milloin avustuksista päätetään.")


@pytest.mark.parametrize(
    "before", [examples.IN_HANDLING, examples.DECIDED, examples.RELEASED], ids=["handling", "signed", "paid"]
)
def test_customer_service_notes_a_call_and_the_case_goes_nowhere(before: list[Step]) -> None:
    story = given(*before)
    stage = story.state().stage
    noted = story.when(CALL, by=examples.AINO, on="4.8.2022").then(NOTED)
    assert noted.state().stage == stage


def test_every_stage_of_every_process_accepts_it_once_the_case_is_there() -> None:
    aino = Actor("aino", "498", frozenset({Role.CUSTOMER_SERVICE}))
    for each in processes().values():
        for stage in process(each.name, each.edition).stages:
            if stage is not new:
                assert guard(stage, c.LogContact, aino) is Role.CUSTOMER_SERVICE


def test_an_applicant_logs_nothing() -> None:
    given(*examples.IN_HANDLING).when(CALL, by=examples.OUTI, on="1.7.2022").rejected(NotAllowed)


def test_there_must_be_a_case() -> None:
    given().when(CALL, by=examples.AINO, on="4.8.2022").rejected(NotFound)


@pytest.mark.parametrize("what", ["", "ok", "kaksi\nriviä", "x" * 301])
def test_it_is_one_line(what: str) -> None:
    with pytest.raises(ValidationError):
        c.LogContact(who="applicant", how="phone", what=what)
