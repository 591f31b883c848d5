"""An event notice from end to end: received, checked, noted, closed; no round, decision, appeal or payment.

This file and `domain/processes/event_notice.py` go together: without the two everything else still passes.
"""

from decimal import Decimal
from typing import Any

import pytest

from domain.case import commands as c
from domain.case.events import (
    Acknowledged,
    Checked,
    Closed,
    CompletionAnswered,
    CompletionLapsed,
    DisqualificationDeclared,
    Ground,
    Noted,
    PersonalDataErased,
    Registered,
    Submitted,
    Withdrawn,
)
from domain.decision.commands import Propose
from domain.messages import Role
from domain.municipality.commands import AdoptRuleSet, AdoptSettings
from domain.rejections import BadContent, Disqualified, Missing, NotAllowed, NotNow, NotYours
from domain.round.commands import OpenRound
from tests.stories.days import day, instant
from tests.stories.documents import by_length
from tests.stories.examples import (
    ARJA,
    CLOSES,
    CONTACT,
    HANNA,
    HEIKKI,
    MAIJA,
    OPENS,
    OUTI,
    PAULA,
    SETTINGS,
    attachment,
    taken,
)
from tests.stories.story import enters, given, like
from tests.stories.world import put

FORM: dict[str, Any] = {
    "event_name": "Muonion markkinat",
    "place": "Kirkonkylän kenttä",
    "starts_on": "2022-08-06",
    "ends_on": "2022-08-07",
    "expected": 800,
}
ADOPTED = [
    put(AdoptSettings(settings=SETTINGS, adopted_on=day("2.5.2022"), section="§ 41"), by=PAULA, on="2.5.2022")
]


def notice(**changes: Any) -> c.Submit:
    return c.Submit(**{"process": "event-notice", "contact": CONTACT, "form": FORM, **changes})


NOTE = c.Note(note="Merkitään tiedoksi.")
CHECK = c.RecordCheck(item="place-free", met=True, evidence="Varauskalenteri 1.7.2022")
RECEIVED = [*ADOPTED, put(notice(), by=OUTI, on="20.6.2022")]
IN_HANDLING = [*RECEIVED, *taken()]
CHECKED = [*IN_HANDLING, put(CHECK, by=HANNA, on="1.7.2022")]


def test_a_notice_is_received_outside_any_round_and_without_an_account() -> None:
    story = given(ADOPTED).when(notice(attachments=(attachment("map"),)), by=OUTI, on="20.6.2022 klo 8.15")
    story = story.then(
        like(
            Submitted,
            process="event-notice",
            edition=1,
            settings=SETTINGS,
            round=None,
            title="Muonion markkinat",
            account=None,
            arrived_at=instant("20.6.2022 klo 8.15"),
            late=False,
            form=FORM,
        ),
        enters("reception"),
    )
    story.settle().then(
        Registered(number="MUODno-2022-1", task_class="10.03.01.06"),
        Acknowledged(channel="e-service"),
        enters("handling", waits_for=Role.HANDLER),
    )


@pytest.mark.parametrize("change", [{"expected": 0}, {"starts_on": "soon"}, {"road_name": "Soukantie"}])
def test_its_form_asks_its_own_questions(change: dict[str, Any]) -> None:
    given(ADOPTED).when(notice(form={**FORM, **change}), by=OUTI, on="20.6.2022").rejected(BadContent)


def test_its_attachments_are_its_own() -> None:
    given(ADOPTED).when(notice(attachments=(attachment("minutes"),)), by=OUTI, on="20.6.2022").rejected(
        BadContent, "the kinds are map", field="attachments"
    )


def test_it_is_checked_and_noted_by_an_impartial_handler_and_closed() -> None:
    story = given(IN_HANDLING).when(CHECK, by=HANNA, on="1.7.2022").then(like(Checked, item="place-free"))
    story = story.when(NOTE, by=HANNA, on="1.7.2022")
    story = story.then(Noted(note="Merkitään tiedoksi."), enters("closed", then="Close")).settle()
    zero = Decimal("0.00")
    story.then(
        Closed(granted=zero, paid=zero, days_to_decision=None, days_to_payment=None, days=11),
        enters("archived"),
    )


def test_it_is_not_noted_before_it_is_checked_nor_by_others() -> None:
    given(IN_HANDLING).when(NOTE, by=HANNA, on="1.7.2022").rejected(Missing, items=["place-free"])
    given(CHECKED).when(NOTE, by=HEIKKI, on="1.7.2022").rejected(NotYours)
    given(CHECKED).when(NOTE, by=MAIJA, on="1.7.2022").rejected(NotAllowed, "handler")
    given(RECEIVED, put(c.Assign(), by=HANNA, on="1.7.2022")).when(NOTE, by=HANNA, on="1.7.2022").rejected(
        Disqualified
    )


def test_a_disqualified_handler_lets_it_go() -> None:
    declare = c.DeclareDisqualification(ground=Ground.ASSISTS)
    story = given(CHECKED).when(declare, by=HANNA, on="1.7.2022").then(DisqualificationDeclared)
    story.when(NOTE, by=HANNA, on="1.7.2022").rejected(NotYours)


def test_it_may_be_completed_or_left_to_lapse() -> None:
    request = put(c.RequestCompletion(what="Kartta puuttuu.", due=day("8.7.2022")), by=HANNA, on="1.7.2022")
    answer = c.AnswerCompletion(answer="Tässä.", form={"expected": 500}, attachments=(attachment("map"),))
    given(IN_HANDLING, request).when(answer, by=OUTI, on="8.7.2022").then(
        like(CompletionAnswered, form={"expected": 500}), enters("handling")
    )
    given(IN_HANDLING, request).settle("9.7.2022").then(
        CompletionLapsed(due=day("8.7.2022")), enters("handling")
    )


def test_it_may_be_withdrawn() -> None:
    given(IN_HANDLING).when(c.Withdraw(reason="Peruttu."), by=OUTI, on="1.7.2022").then(
        Withdrawn, enters("closed")
    )


def test_nothing_is_evaluated_decided_served_or_paid() -> None:
    """A notice needs no decision, so there is nothing to appeal against."""
    for command, by in (
        (c.Evaluate(outcome="eligible"), HANNA),
        (c.Serve(mode="letter"), HANNA),
        (c.AddParty(contact=CONTACT, reason="x"), HANNA),
        (c.ReleasePayment(payment="498-MUODno-2022-1-1"), MAIJA),
    ):
        given(CHECKED).when(command, by=by, on="1.7.2022").rejected(NotNow, stage="handling")
    propose = Propose(cases=("soukka",), heading="Markkinat")
    given(CHECKED).when(propose, by=HANNA, on="1.7.2022").rejected(NotNow, case="MUODno-2022-1")


def test_its_personal_data_is_erased_when_it_is_archived() -> None:
    erase = c.ErasePersonalData(reason="Säilytysaika päättyi.")
    given(CHECKED, put(NOTE, by=HANNA, on="1.7.2022")).when(erase, by=ARJA, on="1.7.2032").then(
        PersonalDataErased
    )


CRITERIA = by_length(name="notices", process="event-notice").replace(".length_m", "")
CRITERIA_ADOPTED = [*ADOPTED, put(AdoptRuleSet(document=CRITERIA), by=PAULA, on="31.5.2022")]


def a_round(**changes: Any) -> OpenRound:
    content = {"name": "n", "rule_set": "notices", "budget": "1.00"}
    return OpenRound(**{**content, "opens_at": instant(OPENS), "closes_at": instant(CLOSES), **changes})


@pytest.mark.parametrize("process", ["event-notice", None])
def test_a_process_without_rounds_opens_none(process: str | None) -> None:
    """Named or not: a round is of the process that its criteria are of."""
    given(CRITERIA_ADOPTED).when(a_round(process=process), by=HANNA, on="31.5.2022").rejected(
        BadContent, "no rounds", field="process"
    )


def test_criteria_of_another_process_open_no_round() -> None:
    given(CRITERIA_ADOPTED).when(a_round(process="private-road-grant"), by=HANNA, on="31.5.2022").rejected(
        BadContent, "of its process", field="ruleSet"
    )
