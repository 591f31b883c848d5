"""Contested: a claim in time or a call-up stops legal force; a late claim does not; a dismissal has its own clock."""

import pytest

from domain.case.events import (
    AppealPeriodEnded,
    CalledUp,
    CallUpEnded,
    ClaimDismissed,
    ClaimReceived,
    ClaimWithdrawn,
    LegalForceReached,
    PaymentOrdered,
    PersonalDataRemoved,
)
from domain.decision import commands as d
from domain.decision.events import ClaimFiled
from domain.law.appeal import AppealClock, Mode
from domain.messages import Actor, Role
from domain.municipality.events import Settings
from domain.personal import Personal
from domain.rejections import AlreadyDone, BadContent, NotAllowed, NotNow
from tests.stories.days import day, instant
from tests.stories.examples import (
    APPROVE,
    BOARD_DECIDED,
    CALCULATE,
    DECIDED,
    ELINA,
    HANNA,
    PROPOSE,
    PROPOSED,
    PUBLISH,
    PUBLISHED,
    REIJO,
    SERVED,
    SETTINGS,
    SIGN,
    applied,
    eligible,
    opened,
    served,
)
from tests.stories.story import Scenario, enters, given, like
from tests.stories.world import Step, case, put

CLAIM = d.ReceiveClaim(claimant=Personal("Matti Meikäläinen"), demand="Avustus on oikaistava.")
CLAIMED = [*SERVED, put(CLAIM, by=REIJO, on="28.7.2022")]
LATE_CLAIM = put(CLAIM, by=REIJO, on="29.7.2022 klo 9.00")


def claimed(arrived: str, *prefix: list[Step] | Step, **how: object) -> Scenario:
    """A claim that came then, recorded on the next Monday."""
    claim = CLAIM.model_copy(update={"arrived_at": instant(arrived), **how})
    return given(*(prefix or [SERVED])).settle("1.8.2022").when(claim, by=REIJO, on="1.8.2022")


# A claim -------------------------------------------------------------------------------------------------------------


def test_a_claim_is_filed_on_the_decision_and_told_to_each_case_it_covers() -> None:
    """KuntaL 134 and 137 §: a party and a member of the municipality may file."""
    story = given(SERVED).when(CLAIM, by=REIJO, on="20.7.2022")
    fields = {"claim": "claim-1", "arrived_at": instant("20.7.2022"), "in_time": True, "demand": CLAIM.demand}
    story.then(like(ClaimFiled, cases=("soukka",), **fields))
    story.then_in(case("soukka"), like(ClaimReceived, **fields))


def test_a_claim_may_cover_some_lines_and_touches_no_other() -> None:
    two = [*opened(), *applied(), *applied(to="second"), *eligible(), *eligible(to="second"), CALCULATE]
    decided = [*two, PROPOSE, APPROVE, SIGN, PUBLISH, served(), served(to="second")]
    story = given(decided).when(CLAIM.model_copy(update={"cases": ("second",)}), by=REIJO, on="28.7.2022")
    story.then(like(ClaimFiled, cases=("second",))).then_in(case("second"), ClaimReceived).then_in(
        case("soukka")
    )
    story = story.settle("2.8.2022")
    assert (story.state().stage, story.state("case", "second").stage) == ("payment-release", "claims")


@pytest.mark.parametrize(
    ("channel", "arrived", "in_time"),
    [
        ("electronic", "28.7.2022 klo 23.59.59,999", True),
        ("electronic", "29.7.2022 klo 0.00", False),
        ("paper", "28.7.2022 klo 15.00", True),
        ("paper", "28.7.2022 klo 15.00.01", False),
        ("paper", "29.7.2022 klo 8.00", False),
    ],
)
def test_a_claim_is_in_time_until_the_last_day_ends_for_it(channel: str, arrived: str, in_time: bool) -> None:
    """L 150/1930 6 §: paper before the registry closes (KHO:2014:78); electronic the whole day, as is set."""
    claimed(arrived, channel=channel).then(like(ClaimFiled, in_time=in_time))


def test_where_the_registrys_hours_bind_electronic_claims_too_five_seconds_is_late() -> None:
    """KHO 10.3.2016/780."""
    strict: Settings = SETTINGS.model_copy(update={"electronic_cutoff": "registry"})
    decided = [
        *opened(settings=strict),
        *applied(),
        *eligible(),
        CALCULATE,
        PROPOSE,
        APPROVE,
        SIGN,
        PUBLISH,
        served(),
    ]
    claimed("28.7.2022 klo 15.00", decided).then(like(ClaimFiled, in_time=True))
    claimed("28.7.2022 klo 15.00.05", decided).then(like(ClaimFiled, in_time=False))


def test_a_party_served_later_has_longer_than_the_members() -> None:
    later = [*PUBLISHED, served(on="11.7.2022")]
    claimed("29.7.2022", later, as_party=True).then(like(ClaimFiled, in_time=True))
    claimed("29.7.2022", later, as_party=False).then(like(ClaimFiled, in_time=False))


def test_while_no_clock_runs_every_claim_is_in_time() -> None:
    """Hallintolaki 49 §: before it is served, or published for members, no time has begun."""
    claimed("1.8.2022", DECIDED).then(like(ClaimFiled, in_time=True))
    claimed("1.8.2022", PUBLISHED, as_party=True).then(like(ClaimFiled, in_time=True))
    claimed("1.8.2022", PUBLISHED, as_party=False).then(like(ClaimFiled, in_time=False))
    given(BOARD_DECIDED).when(CLAIM, by=REIJO, on="13.7.2022").then(like(ClaimFiled, in_time=True))


def test_a_claim_is_about_lines_of_the_decision_and_has_arrived() -> None:
    given(SERVED).when(CLAIM.model_copy(update={"cases": ("road-1",)}), by=REIJO, on="20.7.2022").rejected(
        BadContent, field="cases", cases=["road-1"]
    )
    to_come = CLAIM.model_copy(update={"arrived_at": instant("21.7.2022")})
    given(SERVED).when(to_come, by=REIJO, on="20.7.2022").rejected(BadContent, field="arrivedAt")
    given(PROPOSED).when(CLAIM, by=REIJO, on="20.7.2022").rejected(NotNow, stage="proposed")
    given(SERVED).when(CLAIM, by=HANNA, on="20.7.2022").rejected(NotAllowed, "registry")


# What it stops -------------------------------------------------------------------------------------------------------


def test_a_claim_in_time_stops_legal_force_for_as_long_as_it_is_open() -> None:
    story = given(CLAIMED).settle("31.12.2022")
    story.then(PersonalDataRemoved, AppealPeriodEnded, enters("claims", waits_for=Role.APPROVER, due=None))
    assert story.state().legal_force is None


def test_a_late_claim_does_not() -> None:
    story = given(SERVED, LATE_CLAIM).settle("2.8.2022")
    assert story.state().claims["claim-1"].in_time is False
    story.then(like(LegalForceReached, from_day=day("2.8.2022")), PaymentOrdered)


# Its end -------------------------------------------------------------------------------------------------------------


def test_withdrawn_it_stops_nothing_any_more() -> None:
    withdraw = d.WithdrawClaim(claim="claim-1", reason="Asia selvisi.")
    story = given(CLAIMED).settle("10.8.2022").when(withdraw, by=REIJO, on="10.8.2022")
    story.then(ClaimWithdrawn(claim="claim-1", reason="Asia selvisi."))
    story = story.then_in(case("soukka"), ClaimWithdrawn, enters("legal-force", then="ReachLegalForce"))
    story.settle().then(like(LegalForceReached, from_day=day("2.8.2022")), PaymentOrdered)


def test_dismissed_it_gives_its_filer_thirty_days_to_appeal() -> None:
    """KuntaL 137.3 and 138 §: posted on 10.8., noticed on 17.8., thirty days until Friday 16.9."""
    dismiss = d.DismissClaim(claim="claim-1", reason="Ei vaatimusoikeutta.")
    thirty = like(AppealClock, mode=Mode.LETTER, days=30, served=day("17.8.2022"), last_day=day("16.9.2022"))
    story = given(CLAIMED).settle("10.8.2022").when(dismiss, by=ELINA, on="10.8.2022")
    story.then(like(ClaimDismissed, claim="claim-1", clock=thirty))
    story = story.then_in(
        case("soukka"), like(ClaimDismissed, clock=thirty), enters("appeal-period", due=day("16.9.2022"))
    )
    story.settle("16.9.2022 klo 23.59").then()
    story.settle("21.9.2022").then(
        AppealPeriodEnded(last_day=day("16.9.2022")),
        like(LegalForceReached, from_day=day("21.9.2022")),
        PaymentOrdered,
    )


def test_a_late_claim_is_dismissed_as_late_and_its_filers_clock_runs_too() -> None:
    dismiss = d.DismissClaim(claim="claim-1", reason="Myöhässä.", mode=Mode.HANDED, on=day("29.7.2022"))
    story = given(SERVED, LATE_CLAIM).when(dismiss, by=ELINA, on="29.7.2022")
    story.then_in(case("soukka"), ClaimDismissed, enters("appeal-period", due=day("29.8.2022")))


def test_two_claims_are_both_settled_before_anything_goes_on() -> None:
    both = [*CLAIMED, put(CLAIM, by=REIJO, on="28.7.2022")]
    story = given(both, put(d.WithdrawClaim(claim="claim-1", reason="x"), by=REIJO, on="1.8.2022"))
    assert story.settle("31.12.2022").state().stage == "claims"
    story = story.when(d.WithdrawClaim(claim="claim-2", reason="x"), by=REIJO, on="1.9.2022")
    story.then_in(case("soukka"), ClaimWithdrawn, enters("legal-force"))


@pytest.mark.parametrize(
    ("command", "by"),
    [
        (d.WithdrawClaim(claim="claim-1", reason="x"), REIJO),
        (d.DismissClaim(claim="claim-1", reason="x"), ELINA),
    ],
)
def test_a_claim_ends_once_and_only_one_that_there_is(command: d.ClaimCommand, by: Actor) -> None:
    unknown = command.model_copy(update={"claim": "claim-9"})
    given(CLAIMED).when(unknown, by=by, on="1.8.2022").rejected(BadContent, field="claim")
    for first, whom in ((d.WithdrawClaim, REIJO), (d.DismissClaim, ELINA)):
        ended = put(first(claim="claim-1", reason="x"), by=whom, on="1.8.2022")
        story = given(CLAIMED, ended).when(command, by=by, on="1.8.2022")
        story.rejected(AlreadyDone, state="withdrawn" if whom is REIJO else "dismissed")


def test_a_claim_is_dismissed_by_an_approver_and_served_no_later_than_today() -> None:
    dismiss = d.DismissClaim(claim="claim-1", reason="x", on=day("2.8.2022"))
    given(CLAIMED).when(dismiss, by=ELINA, on="1.8.2022").rejected(BadContent, field="on")
    given(CLAIMED).when(dismiss, by=HANNA, on="2.8.2022").rejected(NotAllowed, "approver")


# Called up -----------------------------------------------------------------------------------------------------------

CALL_UP = d.CallUp(body="Kunnanhallitus")


def test_a_matter_is_called_up_within_the_time_for_claims_and_not_after() -> None:
    """KuntaL 92 §."""
    story = given(SERVED).when(CALL_UP, by=REIJO, on="28.7.2022")
    story.then(CalledUp(body="Kunnanhallitus", called_on=day("28.7.2022"))).then_in(case("soukka"), CalledUp)
    given(SERVED).when(CALL_UP, by=REIJO, on="29.7.2022").rejected(
        NotNow, "KuntaL 92 §", lastDay="2022-07-28"
    )
    recorded_later = CALL_UP.model_copy(update={"called_on": day("28.7.2022")})
    given(SERVED).settle("29.7.2022").when(recorded_later, by=REIJO, on="29.7.2022").then_in(
        case("soukka"), CalledUp, enters("claims", waits_for=Role.APPROVER)
    )


def test_while_it_is_called_up_it_has_no_legal_force() -> None:
    story = given(SERVED, put(CALL_UP, by=ELINA, on="20.7.2022")).settle("31.12.2022")
    assert (story.state().stage, story.state().legal_force) == ("claims", None)
    story = story.when(d.EndCallUp(reason="Ei muutosta."), by=REIJO, on="31.12.2022 klo 13.00")
    story.then(CallUpEnded(reason="Ei muutosta."))
    story = story.then_in(case("soukka"), CallUpEnded, enters("legal-force"))
    story.settle().then(LegalForceReached, PaymentOrdered)


def test_it_is_called_up_once_and_ended_once() -> None:
    called = [*SERVED, put(CALL_UP, by=REIJO, on="20.7.2022")]
    given(called).when(CALL_UP, by=REIJO, on="21.7.2022").rejected(AlreadyDone)
    end = d.EndCallUp(reason="Ei muutosta.")
    given(SERVED).when(end, by=REIJO, on="21.7.2022").rejected(NotNow, "not called up")
    ended = given(called, put(end, by=REIJO, on="21.7.2022"))
    ended.when(end, by=REIJO, on="22.7.2022").rejected(NotNow, "not called up")
    ended.when(CALL_UP, by=REIJO, on="22.7.2022").then(CalledUp)
    given(called).when(CALL_UP, by=HANNA, on="21.7.2022").rejected(NotAllowed, "registry, approver")


def test_before_publication_it_may_be_called_up_any_day() -> None:
    given(DECIDED).when(CALL_UP, by=REIJO, on="1.9.2022").then(CalledUp)
