"""Stories at the edges: who comes late, twice, in the wrong order, or from somewhere else."""

import pytest

from domain.case import commands as c
from domain.case.events import ClaimDismissed, ClaimReceived, PaymentBooked, PaymentInstructed
from domain.decision import commands as d
from domain.decision.events import Proposed
from domain.law.appeal import Mode
from domain.messages import Actor, Command, Role
from domain.municipality.commands import AdoptRuleSet, AdoptSettings
from domain.personal import Personal
from domain.rejections import (
    AlreadyDone,
    BadContent,
    Disqualified,
    FourEyes,
    NoConsent,
    NotFound,
    NotNow,
    NotYours,
)
from domain.round.commands import Calculate
from domain.round.events import CalculationRun
from tests.stories.days import day, instant
from tests.stories.examples import (
    APPROVE,
    CALCULATE,
    CALCULATED_ON,
    CONTACT,
    CRITERIA,
    ELINA,
    FINAL,
    HANNA,
    HEIKKI,
    IN_HANDLING,
    NEW_ACCOUNT,
    PAULA,
    PAYMENT,
    PROPOSAL,
    PROPOSE,
    PROPOSED,
    PROPOSED_ON,
    PUBLISH,
    PUBLISHED,
    PUBLISHED_ON,
    REIJO,
    RELEASED,
    ROUND_OPEN,
    SERVED,
    SETTINGS,
    SIGN,
    SIGNATURE,
    SIGNED_ON,
    SUBMITTED,
    application,
    applied,
    checked,
    eligible,
    person,
    rejected,
    served,
    taken,
)
from tests.stories.story import given, like
from tests.stories.world import SYSTEM, Step, case, put, settle

BOOKED = c.BookPayment(payment=PAYMENT, booked_on=day("3.8.2022"), reference="1")
RETURNED = c.ReturnPayment(payment=PAYMENT, returned_on=day("5.8.2022"), reason="AC04")
PAID = [*RELEASED, put(BOOKED, by=SYSTEM, on="4.8.2022")]
CLAIM = d.ReceiveClaim(claimant=Personal("Matti"), demand="x")
IN_TIME = CLAIM.model_copy(update={"channel": "paper", "arrived_at": instant("28.7.2022")})
DISMISS = d.DismissClaim(claim="claim-1", reason="Myöhässä.")
REQUESTED = [*IN_HANDLING, put(c.RequestCompletion(what="x", due=day("15.7.2022")), by=HANNA, on="1.7.2022")]
TO = [CALCULATE, PROPOSE, APPROVE, SIGN]


def test_the_banks_booking_is_recorded_also_while_a_claim_is_open() -> None:
    given(RELEASED, put(IN_TIME, by=REIJO, on="3.8.2022")).when(BOOKED, by=SYSTEM, on="4.8.2022").then(
        PaymentBooked
    )


def test_the_instruction_is_recorded_also_while_a_claim_is_open() -> None:
    command = c.RecordInstruction(payment=PAYMENT, amount="29991.50", reference="r")
    given(RELEASED, put(IN_TIME, by=REIJO, on="3.8.2022")).when(command, by=SYSTEM, on="4.8.2022").then(
        PaymentInstructed
    )


@pytest.mark.parametrize("prefix", [FINAL, RELEASED, PAID])
def test_a_late_claim_dismissed_after_legal_force_moves_nothing(prefix: list[Step]) -> None:
    story = given(prefix, put(CLAIM, by=REIJO, on="10.8.2022"))
    story.when(DISMISS, by=ELINA, on="10.8.2022").then_in(case("soukka"), ClaimDismissed)
    assert story.when(DISMISS, by=ELINA, on="10.8.2022").state().stage == story.state().stage


def test_the_applicants_consent_is_not_another_partys() -> None:
    other = put(c.AddParty(contact=CONTACT, reason="r"), by=HANNA, on="1.7.2022")
    decided = [
        *ROUND_OPEN,
        *applied(electronic_consent=True),
        *taken(),
        other,
        *checked(),
        put(c.Evaluate(outcome="eligible"), by=HANNA, on="1.7.2022"),
        *TO,
    ]
    given(decided).when(c.Serve(party="party-2", mode=Mode.ELECTRONIC), by=REIJO, on=PUBLISHED_ON).rejected(
        NoConsent
    )


def test_each_party_and_claimant_has_a_key_of_their_own() -> None:
    story = given(IN_HANDLING).when(c.AddParty(contact=CONTACT, reason="r"), by=HANNA, on="1.7.2022")
    assert story.state().parties["party-2"].name.subject == "party-2"
    given(SERVED).when(CLAIM, by=REIJO, on="20.7.2022").then_in(
        case("soukka"), like(ClaimReceived, claimant=Personal("Matti", subject="claim-1"))
    )


TWO = [
    *SUBMITTED,
    *applied(to="short", form={"road_name": "Lyhyt", "length_m": 400}),
    *eligible(),
    *rejected(to="short"),
]
REJECTION = PROPOSAL.model_copy(update={"cases": ("short",)})


def test_a_rejection_shares_nothing_and_is_decided_at_any_time() -> None:
    given(TWO).when(REJECTION, by=HANNA, on=CALCULATED_ON).then(Proposed)


def test_a_rejection_that_is_decided_does_not_stop_the_round_from_being_calculated_again() -> None:
    given(
        TWO,
        CALCULATE,
        put(REJECTION, by=HANNA, on=CALCULATED_ON),
        put(c.ReopenEvaluation(reason="r"), by=HANNA, on=CALCULATED_ON),
        put(c.Evaluate(outcome="eligible"), by=HANNA, on=CALCULATED_ON),
    ).when(Calculate(), by=HANNA, on=CALCULATED_ON).then(CalculationRun)


def test_nothing_is_proposed_while_one_who_shares_has_lost_its_calculation() -> None:
    again = [
        put(c.ReopenEvaluation(reason="r"), by=HANNA, on=CALCULATED_ON, to="b"),
        put(c.Evaluate(outcome="eligible"), by=HANNA, on=CALCULATED_ON, to="b"),
    ]
    given(SUBMITTED, applied(to="b"), eligible(), eligible(to="b"), CALCULATE, again).when(
        PROPOSAL, by=HANNA, on=PROPOSED_ON
    ).rejected(NotNow)


STRANGER = Actor("x", "999", frozenset(Role))


def test_nobody_begins_anything_in_another_municipality() -> None:
    given().when(
        AdoptSettings(settings=SETTINGS, adopted_on=day("1.1.2022"), section="1"), by=STRANGER, on="2.1.2022"
    ).rejected(NotFound)
    given(ROUND_OPEN).when(application(), by=STRANGER, on="7.6.2022").rejected(NotFound)


def test_booked_or_returned_twice_is_already_done() -> None:
    given(PAID).when(BOOKED, by=SYSTEM, on="5.8.2022").rejected(AlreadyDone)
    back = given(PAID, put(RETURNED, by=SYSTEM, on="5.8.2022"))
    back.when(RETURNED, by=SYSTEM, on="6.8.2022").rejected(AlreadyDone)


def test_the_disqualified_take_no_part() -> None:
    gone = given(IN_HANDLING, put(c.DeclareDisqualification(ground="1"), by=HANNA, on="1.7.2022"))
    gone.when(c.ChangeAccount(account=NEW_ACCOUNT, evidence="e"), by=HANNA, on="1.7.2022").rejected(
        Disqualified
    )
    gone.when(c.AddParty(contact=CONTACT, reason="e"), by=HANNA, on="1.7.2022").rejected(Disqualified)


@pytest.mark.parametrize(
    "command", [c.ExtendCompletion(due=day("1.8.2022"), reason="e"), c.CancelCompletion(reason="e")]
)
def test_whoever_has_the_case_extends_or_cancels(command: Command) -> None:
    given(REQUESTED).when(command, by=HEIKKI, on="2.7.2022").rejected(NotYours)


def test_an_extension_is_not_over_when_it_is_given() -> None:
    given(REQUESTED).when(
        c.ExtendCompletion(due=day("16.7.2022"), reason="e"), by=HANNA, on="20.7.2022"
    ).rejected(BadContent)


def test_a_partys_time_is_never_cut_short() -> None:
    given(SERVED).when(c.Serve(mode=Mode.HANDED, on=day("7.7.2022")), by=REIJO, on="9.7.2022").rejected(
        NotNow
    )


def test_whoever_approved_does_not_release() -> None:
    eero = person("eero", Role.APPROVER)
    given(
        PROPOSED, APPROVE, put(SIGNATURE, by=eero, on=SIGNED_ON), PUBLISH, served(), settle("2.8.2022")
    ).when(c.ReleasePayment(payment=PAYMENT), by=person("elina", Role.PAYMENTS), on="2.8.2022").rejected(
        FourEyes
    )


def test_what_is_to_come_is_not_recorded() -> None:
    given(PUBLISHED).when(d.CallUp(body="b", called_on=day("20.7.2022")), by=REIJO, on="8.7.2022").rejected(
        BadContent
    )
    given(PAID).when(
        RETURNED.model_copy(update={"returned_on": day("5.9.2022")}), by=SYSTEM, on="6.8.2022"
    ).rejected(BadContent)
    given().when(AdoptRuleSet(document=CRITERIA.text), by=PAULA, on="2.1.2022").rejected(BadContent)
