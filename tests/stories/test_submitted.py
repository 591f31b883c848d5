"""Received: an application comes from the applicant or on paper, complete, in time or late; never into silence."""

from typing import Any

import pytest
from pydantic import ValidationError

from domain.case.commands import Submit
from domain.case.events import Submitted
from domain.messages import Role
from domain.personal import Personal
from domain.rejections import BadContent, Missing, NotAllowed, NotFound, NotNow
from domain.round.events import Enlisted
from tests.stories.days import instant
from tests.stories.examples import (
    AINO,
    CONTACT,
    FORM,
    HANNA,
    OUTI,
    ROUND_OPEN,
    SETTINGS,
    SUBMITTED,
    application,
    attachment,
    on_paper,
    person,
)
from tests.stories.story import enters, given, like
from tests.stories.world import stream


def test_an_applicant_applies_through_the_e_service() -> None:
    story = given(ROUND_OPEN).when(application(electronic_consent=True), by=OUTI, on="7.6.2022 klo 20.15")
    story.then(
        like(
            Submitted,
            process="private-road-grant",
            edition=1,
            round="2022",
            title="Soukan yksityistie",
            contact=CONTACT,
            electronic_consent=True,
            channel="e-service",
            owner="outi",
            arrived_at=instant("7.6.2022 klo 20.15"),
            entered_reason=None,
            late=False,
            form=FORM,
            attachments=(attachment("minutes"),),
        ),
        enters("reception", waits_for=Role.REGISTRY, then="Register"),
    )
    story.then_in(stream("round"), Enlisted(case="soukka", late=False))


def test_the_case_carries_the_settings_of_its_round() -> None:
    assert given(SUBMITTED).state().settings == SETTINGS


# On paper ------------------------------------------------------------------------------------------------------------


def test_paper_arrived_on_the_day_it_came_and_is_entered_later_with_a_reason() -> None:
    """Hallintolaki 18 §: a document arrives on the day it is given to the authority."""
    letter = on_paper("30.6.2022 klo 14.30", "Tuli postissa viimeisenä päivänä.")
    given(ROUND_OPEN).when(letter, by=AINO, on="1.7.2022").then(
        like(
            Submitted,
            channel="paper",
            owner=None,
            arrived_at=instant("30.6.2022 klo 14.30"),
            entered_reason="Tuli postissa viimeisenä päivänä.",
            late=False,
        )
    )


def test_an_earlier_arrival_without_a_reason_is_not_believed() -> None:
    given(ROUND_OPEN).when(on_paper("30.6.2022", ""), by=AINO, on="1.7.2022").rejected(
        BadContent, "with the reason", field="enteredReason"
    )


def test_an_applicant_does_not_say_when_the_application_arrived() -> None:
    earlier = application(arrived_at=instant("30.6.2022"), entered_reason="Verkko oli poikki.")
    given(ROUND_OPEN).when(earlier, by=OUTI, on="1.7.2022").rejected(BadContent, field="enteredReason")


def test_nothing_arrives_in_the_future() -> None:
    given(ROUND_OPEN).when(on_paper("8.6.2022"), by=AINO, on="7.6.2022").rejected(
        BadContent, "still to come", field="arrivedAt"
    )


def test_paper_is_entered_by_customer_service_and_the_e_service_is_the_applicants() -> None:
    given(ROUND_OPEN).when(on_paper("7.6.2022"), by=OUTI, on="7.6.2022").rejected(
        NotAllowed, "customer service"
    )
    given(ROUND_OPEN).when(application(), by=AINO, on="7.6.2022").rejected(NotAllowed, "An applicant sends")
    given(ROUND_OPEN).when(application(), by=HANNA, on="7.6.2022").rejected(NotAllowed, "applicant, customer")


def test_on_paper_a_missing_attachment_is_asked_for_later() -> None:
    given(ROUND_OPEN).when(on_paper("7.6.2022", attachments=()), by=AINO, on="7.6.2022").then(Submitted)


# What it holds -------------------------------------------------------------------------------------------------------


def test_through_the_e_service_the_required_attachments_come_along() -> None:
    given(ROUND_OPEN).when(
        application(attachments=(attachment("accounts"),)), by=OUTI, on="7.6.2022"
    ).rejected(Missing, "Required attachments", attachments=["minutes"])


def test_attachments_are_of_the_kinds_that_the_process_knows() -> None:
    unknown = (attachment("minutes"), attachment("photograph"))
    given(ROUND_OPEN).when(application(attachments=unknown), by=OUTI, on="7.6.2022").rejected(
        BadContent, "register-extract", field="attachments"
    )


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("Y2004-11427", "Y2004-11427"),
        (" y2004-11427 ", "Y2004-11427"),
        ("000-2007-K007905", "000-2007-K7905"),
        ("000-2007-k7905", "000-2007-K7905"),
    ],
)
def test_a_usage_units_id_is_kept_as_the_register_writes_it(sent: str, kept: str) -> None:
    story = given(ROUND_OPEN).when(application(form={"usage_unit": sent}), by=OUTI, on="7.6.2022")
    assert story.state().form["usage_unit"] == kept


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("usage_unit", "K7905", "the short K7905 is not enough"),
        ("usage_unit", "1234567-8", "Y2004-11427"),
        ("length_m", 0, "greater than or equal to 1"),
        ("costs_eur", "-1.00", "greater than or equal to 0"),
        ("road_name", "", "at least 2 characters"),
        ("colour", "red", "not permitted"),
    ],
)
def test_an_answer_that_cannot_be_used_is_named(field: str, value: Any, sentence: str) -> None:
    story = given(ROUND_OPEN).when(application(form={field: value}), by=OUTI, on="7.6.2022")
    story.rejected(BadContent, "see each of them")
    assert story.rejection is not None
    [error] = story.rejection.details["errors"]
    assert error["field"] == f"form.{field}"
    assert sentence in error["sentence"]


def test_an_account_number_is_checked_by_its_digits_and_kept_without_spaces() -> None:
    written = application().model_dump(context={"plain": True})
    written["account"]["iban"] = "FI21 1234 5600 0007 85"
    account = Submit(**written).account
    assert account is not None
    assert account.iban == Personal("FI2112345600000785", subject="account")
    written["account"]["iban"] = "FI21 1234 5600 0007 86"
    with pytest.raises(ValidationError, match="not a valid IBAN"):
        Submit(**written)


def test_a_grant_needs_an_account_to_be_paid_to() -> None:
    given(ROUND_OPEN).when(application(account=None), by=OUTI, on="7.6.2022").rejected(
        BadContent, field="account"
    )


@pytest.mark.parametrize(("round_", "saying"), [(None, "has rounds"), ("2021", "no such round")])
def test_an_application_is_for_a_round_that_there_is(round_: str | None, saying: str) -> None:
    given(ROUND_OPEN).when(application(round=round_), by=OUTI, on="7.6.2022").rejected(
        BadContent, saying, field="round"
    )


def test_without_adopted_settings_nothing_is_received() -> None:
    given().when(application(), by=OUTI, on="7.6.2022").rejected(Missing, "adopted no settings")


def test_there_is_no_such_process() -> None:
    given(ROUND_OPEN).when(application(process="boat-place"), by=OUTI, on="7.6.2022").rejected(
        BadContent, "the processes are", field="process"
    )


def test_an_application_is_submitted_once_and_others_do_not_see_it() -> None:
    given(SUBMITTED).when(application(), by=OUTI, on="8.6.2022").rejected(NotNow, stage="handling")
    given(SUBMITTED).when(application(), by=person("olli", Role.APPLICANT), on="8.6.2022").rejected(NotFound)


# Late ----------------------------------------------------------------------------------------------------------------


def test_a_late_application_is_received_as_late_and_goes_on_to_be_decided() -> None:
    """KHO:2009:100: leaving it unprocessed was in law a rejection, so it is decided and can be appealed."""
    story = given(ROUND_OPEN).when(application(), by=OUTI, on="30.6.2022 klo 15.01")
    story.then(like(Submitted, late=True), enters("reception"))
    story.then_in(stream("round"), Enlisted(case="soukka", late=True))


def test_paper_that_came_after_the_closing_instant_is_late_too() -> None:
    given(ROUND_OPEN).when(on_paper("30.6.2022 klo 15.05"), by=AINO, on="1.7.2022").then(
        like(Submitted, late=True)
    )
