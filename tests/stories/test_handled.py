"""Handled: the case is in one impartial person's hands, checked with evidence, and found eligible or not."""

import pytest

from domain.case import commands as c
from domain.case.events import (
    AccountChanged,
    Assigned,
    Checked,
    DisqualificationDeclared,
    EligibilityEvaluated,
    EvaluationReopened,
    Ground,
    ImpartialityDeclared,
    PartyAdded,
    Withdrawn,
)
from domain.messages import Role
from domain.rejections import (
    AlreadyDone,
    BadContent,
    Disqualified,
    Missing,
    NotAllowed,
    NotFound,
    NotNow,
    NotYours,
)
from tests.stories.days import day
from tests.stories.examples import (
    AINO,
    CHECKED,
    CONTACT,
    ELIGIBLE,
    HANNA,
    HEIKKI,
    IN_HANDLING,
    JOUNI,
    MAIJA,
    NEW_ACCOUNT,
    OUTI,
    PROPOSED,
    ROUND_OPEN,
    SUBMITTED,
    applied,
    checked,
    person,
    taken,
)
from tests.stories.story import enters, given, like
from tests.stories.world import Step, put

TODAY = "1.7.2022 klo 13.00"
ELIGIBLE_NOW = c.Evaluate(outcome="eligible")
CHECK = c.RecordCheck(item="digiroad", met=True, evidence="Digiroad-tosite 4711")
ASSIGNED = [*SUBMITTED, put(c.Assign(), by=HANNA, on="1.7.2022")]

# In whose hands ------------------------------------------------------------------------------------------------------


def test_a_handler_takes_a_case() -> None:
    given(SUBMITTED).when(c.Assign(), by=HANNA, on=TODAY).then(Assigned(handler="hanna"))


def test_a_manager_assigns_it_and_takes_none() -> None:
    given(SUBMITTED).when(c.Assign(handler="heikki"), by=JOUNI, on=TODAY).then(Assigned(handler="heikki"))
    given(SUBMITTED).when(c.Assign(), by=JOUNI, on=TODAY).rejected(NotAllowed, "name the handler")
    given(SUBMITTED).when(c.Assign(), by=MAIJA, on=TODAY).rejected(NotAllowed, "handler, manager")


def test_a_case_is_not_given_to_whom_has_it() -> None:
    given(ASSIGNED).when(c.Assign(), by=HANNA, on=TODAY).rejected(AlreadyDone)


def test_another_handler_takes_it_over_and_declares_anew() -> None:
    story = given(IN_HANDLING).when(c.Assign(), by=HEIKKI, on=TODAY).then(Assigned(handler="heikki"))
    story.when(CHECK, by=HANNA, on=TODAY).rejected(NotYours, handler="heikki")
    story.when(CHECK, by=HEIKKI, on=TODAY).rejected(Disqualified, "Declare first")


# Impartial -----------------------------------------------------------------------------------------------------------


def test_whoever_handles_declares_first_whether_anything_disqualifies() -> None:
    """Hallintolaki 27 §: each decides on their own disqualification, in each case."""
    for command in (CHECK, ELIGIBLE_NOW, c.RequestCompletion(what="Pöytäkirja puuttuu.")):
        given(ASSIGNED).when(command, by=HANNA, on=TODAY).rejected(Disqualified, "27–30 §")
    given(ASSIGNED).when(c.DeclareImpartiality(), by=HANNA, on=TODAY).then(
        ImpartialityDeclared(handler="hanna")
    )


def test_impartiality_is_declared_once_and_by_whom_has_the_case() -> None:
    given(IN_HANDLING).when(c.DeclareImpartiality(), by=HANNA, on=TODAY).rejected(AlreadyDone)
    given(ASSIGNED).when(c.DeclareImpartiality(), by=HEIKKI, on=TODAY).rejected(NotYours)
    given(SUBMITTED).when(c.DeclareImpartiality(), by=HANNA, on=TODAY).rejected(NotYours, "take it first")


def test_a_disqualified_handler_lets_the_case_go_and_never_gets_it_back() -> None:
    """Hallintolaki 28.1 § 5 k: a member of the applicant's board does not handle its case."""
    note = "Olen tiekunnan hoitokunnan jäsen."
    declare = c.DeclareDisqualification(ground=Ground.ON_THE_BOARD, note=note)
    story = given(IN_HANDLING).when(declare, by=HANNA, on=TODAY)
    story = story.then(DisqualificationDeclared(handler="hanna", ground=Ground.ON_THE_BOARD, note=note))
    assert story.state().handler is None
    story.when(CHECK, by=HANNA, on=TODAY).rejected(NotYours)
    story.when(c.Assign(), by=HANNA, on=TODAY).rejected(Disqualified, "choose another")
    story.when(c.Assign(handler="hanna"), by=JOUNI, on=TODAY).rejected(Disqualified)
    story.when(c.Assign(handler="heikki"), by=JOUNI, on=TODAY).then(Assigned(handler="heikki"))


def test_nobody_declares_for_another() -> None:
    given(IN_HANDLING).when(c.DeclareDisqualification(ground=Ground.OTHER), by=HEIKKI, on=TODAY).rejected(
        NotYours
    )


# Checked -------------------------------------------------------------------------------------------------------------


def test_a_check_is_recorded_with_its_evidence_and_the_day_it_was_looked_up() -> None:
    """Hallintolaki 42 §: facts taken from a register are recorded; YksTL 84 § asks for both registers."""
    given(IN_HANDLING).when(CHECK, by=HANNA, on=TODAY).then(
        Checked(item="digiroad", met=True, evidence="Digiroad-tosite 4711", checked_on=day("1.7.2022"))
    )
    earlier = CHECK.model_copy(update={"checked_on": day("29.6.2022")})
    given(IN_HANDLING).when(earlier, by=HANNA, on=TODAY).then(like(Checked, checked_on=day("29.6.2022")))


def test_a_check_is_of_the_checklist_and_has_been_made() -> None:
    unknown = CHECK.model_copy(update={"item": "weather"})
    given(IN_HANDLING).when(unknown, by=HANNA, on=TODAY).rejected(BadContent, "road-register", field="item")
    to_come = CHECK.model_copy(update={"checked_on": day("2.7.2022")})
    given(IN_HANDLING).when(to_come, by=HANNA, on=TODAY).rejected(BadContent, field="checkedOn")


def test_a_check_made_again_replaces_the_first() -> None:
    story = given(ROUND_OPEN, applied(), taken(), checked(failing="digiroad"))
    story = story.when(CHECK, by=HANNA, on=TODAY).then(like(Checked, met=True))
    story.when(ELIGIBLE_NOW, by=HANNA, on=TODAY).then(like(EligibilityEvaluated, outcome="eligible"))


# Found eligible or not -----------------------------------------------------------------------------------------------


def test_an_application_in_order_is_eligible_and_waits_for_the_rounds_calculation() -> None:
    given(CHECKED).when(ELIGIBLE_NOW, by=HANNA, on=TODAY).then(
        EligibilityEvaluated(outcome="eligible", reasons=(), note="", evaluated_by="hanna", accepted=()),
        enters("calculation", waits_for=Role.HANDLER),
    )


def test_nothing_is_concluded_before_every_check_is_recorded() -> None:
    """Hallintolaki 31 §: the authority investigates."""
    for outcome in ("eligible", "rejected"):
        finding = c.Evaluate(outcome=outcome, reasons=("digiroad",) if outcome == "rejected" else ())
        given(IN_HANDLING, checked()[:3]).when(finding, by=HANNA, on=TODAY).rejected(
            Missing, items=["passable"]
        )


@pytest.mark.parametrize("item", ["road-register", "digiroad", "habitation", "passable"])
def test_a_failed_check_is_a_rejection_with_that_reason(item: str) -> None:
    story = given(IN_HANDLING, checked(failing=item))
    story.when(ELIGIBLE_NOW, by=HANNA, on=TODAY).rejected(BadContent, "rejected with reasons", reasons=[item])
    story.when(c.Evaluate(outcome="rejected"), by=HANNA, on=TODAY).then(
        like(EligibilityEvaluated, outcome="rejected", reasons=(item,)), enters("proposal")
    )


@pytest.mark.parametrize(("length_m", "reasons"), [(499, ("too-short",)), (500, ())])
def test_a_road_is_too_short_under_the_rounds_minimum_and_not_at_it(
    length_m: int, reasons: tuple[str, ...]
) -> None:
    story = given(ROUND_OPEN, applied(form={"length_m": length_m}), taken(), checked())
    outcome = "rejected" if reasons else "eligible"
    story.when(c.Evaluate(outcome=outcome), by=HANNA, on=TODAY).then(
        like(EligibilityEvaluated, reasons=reasons)
    )


def test_a_late_application_is_rejected_as_late_without_more_checks() -> None:
    """KHO:2009:100: a deadline adopted with the criteria may be enforced strictly, by a decision."""
    story = given(ROUND_OPEN, applied(on="30.6.2022 klo 15.01"), taken())
    story.when(ELIGIBLE_NOW, by=HANNA, on=TODAY).rejected(BadContent, reasons=["late"])
    story.when(c.Evaluate(outcome="rejected"), by=HANNA, on=TODAY).then(
        like(EligibilityEvaluated, outcome="rejected", reasons=("late",)), enters("proposal")
    )


def test_a_rejection_gives_its_reasons() -> None:
    """Hallintolaki 45 §."""
    given(CHECKED).when(c.Evaluate(outcome="rejected"), by=HANNA, on=TODAY).rejected(
        BadContent, field="reasons"
    )
    unknown = c.Evaluate(outcome="rejected", reasons=("ugly",))
    given(CHECKED).when(unknown, by=HANNA, on=TODAY).rejected(BadContent, "the reasons are", unknown=["ugly"])
    other = c.Evaluate(outcome="rejected", reasons=("other",))
    given(CHECKED).when(other, by=HANNA, on=TODAY).rejected(BadContent, "in words", field="note")
    given(CHECKED).when(other.model_copy(update={"note": "Tie on suljettu."}), by=HANNA, on=TODAY).then(
        like(EligibilityEvaluated, reasons=("other",), note="Tie on suljettu.")
    )


def test_the_check_is_taken_up_again_by_whom_has_the_case() -> None:
    reopen = c.ReopenEvaluation(reason="Pituus tarkistetaan.")
    given(ELIGIBLE).when(reopen, by=HANNA, on=TODAY).then(
        EvaluationReopened(reason="Pituus tarkistetaan."), enters("handling")
    )
    given(ELIGIBLE).when(reopen, by=HEIKKI, on=TODAY).rejected(NotYours)
    given(PROPOSED).when(reopen, by=HANNA, on="5.7.2022").rejected(NotNow, stage="decision")


# Parties, account, withdrawal ----------------------------------------------------------------------------------------


def test_another_party_is_named_with_a_reason_and_will_be_served_too() -> None:
    story = given(IN_HANDLING).when(c.AddParty(contact=CONTACT, reason="Tie on kahden."), by=HANNA, on=TODAY)
    story.then(like(PartyAdded, party="party-2", reason="Tie on kahden."))
    assert list(story.state().parties) == ["applicant", "party-2"]


def test_an_account_is_changed_on_evidence_and_who_did_it_is_remembered() -> None:
    change = c.ChangeAccount(account=NEW_ACCOUNT, evidence="Pankin todistus 1.7.2022")
    given(IN_HANDLING).when(change, by=OUTI, on=TODAY).then(
        AccountChanged(account=NEW_ACCOUNT, evidence="Pankin todistus 1.7.2022", changed_by="outi")
    )
    given(IN_HANDLING).when(change, by=AINO, on=TODAY).rejected(NotAllowed)


@pytest.mark.parametrize(
    "stage", [SUBMITTED, IN_HANDLING, ELIGIBLE], ids=["submitted", "in-handling", "eligible"]
)
def test_an_applicant_withdraws_and_the_case_is_closed(stage: list[Step]) -> None:
    story = given(stage).when(c.Withdraw(reason="Tie siirtyi kunnalle."), by=OUTI, on=TODAY)
    story = story.then(Withdrawn(reason="Tie siirtyi kunnalle."), enters("closed", then="Close"))
    assert story.settle().state().closed


def test_what_is_proposed_for_a_decision_is_not_withdrawn() -> None:
    given(PROPOSED).when(c.Withdraw(reason="Tie siirtyi."), by=OUTI, on="5.7.2022").rejected(
        NotNow, stage="decision"
    )


def test_an_application_is_withdrawn_by_its_applicant_alone() -> None:
    withdraw = c.Withdraw(reason="Tie siirtyi.")
    given(SUBMITTED).when(withdraw, by=HANNA, on=TODAY).rejected(NotAllowed, "applicant, customer-service")
    given(SUBMITTED).when(withdraw, by=person("olli", Role.APPLICANT), on=TODAY).rejected(NotFound)
