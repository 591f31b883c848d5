"""Criteria at work: what they ask, what they leave to a person or to the board, and what is paid on account of them."""

from decimal import Decimal
from typing import Any

import pytest

from domain.case import commands as c
from domain.case.events import (
    AppealPeriodEnded,
    Calculated,
    EligibilityEvaluated,
    FinalAccountSettled,
    FindingRecorded,
    ForwardedToInvoicing,
    InstalmentApproved,
    LegalForceReached,
    PaymentOrdered,
    PaymentReleased,
    PersonalDataRemoved,
    ToBeInvoiced,
    ToBeRecovered,
)
from domain.criteria.compiler import compile_rule_set
from domain.criteria.stored import as_stored
from domain.decision.events import DecisionLine, Proposed
from domain.messages import Role
from domain.municipality.commands import AdoptRuleSet
from domain.rejections import BadContent, FourEyes, Missing, NotAllowed, NotNow, OverLimit
from domain.road.events import Granted
from domain.round.commands import Calculate, FixValues, OpenRound, Renew
from domain.round.events import CalculationRun, RoundOpened, ValuesFixed
from tests.stories.days import day, instant
from tests.stories.documents import by_length, invoiced, on_account
from tests.stories.examples import (
    APPROVE,
    CALCULATE,
    CALCULATED_ON,
    CLOSES,
    HANNA,
    MAIJA,
    OPENS,
    OUTI,
    PAULA,
    PROPOSAL,
    PROPOSE,
    PUBLISH,
    SIGN,
    application,
    applied,
    checked,
    opened,
    person,
    served,
    taken,
)
from tests.stories.story import enters, given, like
from tests.stories.world import SYSTEM, Step, case, put, settle, stream

RULES = compile_rule_set(on_account())
TODAY = "1.7.2022"
SENT = [*opened("30000.00", criteria=RULES), *applied(form={"estimate": "10000"})]
IN_HAND = [*SENT, *taken(), *checked()]
FINDING = c.RecordFinding(input="road_class", value="I", reason="Läpikulkuliikennettä.")
FOUND = [*IN_HAND, put(FINDING, by=HANNA, on=TODAY)]
JUDGED = [*FOUND, put(c.Evaluate(outcome="eligible"), by=HANNA, on=TODAY)]
FIX = FixValues(
    values={"share": "25 %"}, decided_by="Elinvoimalautakunta", decided_on=day("4.7.2022"), section="§ 61"
)
FIXED = put(FIX, by=HANNA, on=CALCULATED_ON)
FINAL = [*JUDGED, FIXED, CALCULATE, PROPOSE, APPROVE, SIGN, PUBLISH, served(), settle("2.8.2022")]
"""25 % of 10 000 € is 2 500 €: half of it may be paid before the final account."""

LATER = "1.9.2022"
INSTALMENT = c.ApproveInstalment(amount=Decimal("1250.00"), evidence="Laskut 1–7.")
PAYMENT = "498-MUODno-2022-1-1"


def paid(payment: str, on: str = LATER) -> list[Step]:
    """Released by Maija and booked by the bank."""
    booked = c.BookPayment(payment=payment, booked_on=day(on), reference="pankki")
    return [put(c.ReleasePayment(payment=payment), by=MAIJA, on=on), put(booked, by=SYSTEM, on=on)]


def settled(costs: str) -> c.SettleAccount:
    return c.SettleAccount(inputs={"actual_costs": costs}, evidence="Lopputilitys tositteineen.")


# What the criteria ask -----------------------------------------------------------------------------------------------


def test_what_the_criteria_ask_is_kept_with_its_unit_and_named_by_the_event_that_gave_it() -> None:
    story = given(SENT)
    assert story.state().form["estimate"] == "10000"
    assert story.state().sources["estimate"] == 1


@pytest.mark.parametrize(("estimate", "saying"), [("kallis", "not a number"), ("10 km", "euros")])
def test_an_answer_that_cannot_be_read_is_refused_with_its_place(estimate: str, saying: str) -> None:
    story = given(SENT[:3]).when(application(form={"estimate": estimate}), by=OUTI, on="7.6.2022")
    story.rejected(BadContent)
    assert story.rejection is not None
    [error] = story.rejection.details["errors"]
    assert (error["field"], saying in error["sentence"]) == ("form.estimate", True)


def test_what_an_applicant_left_out_is_asked_for_before_anything_is_concluded() -> None:
    """Hallintolaki 22 §: the authority asks to complete."""
    unanswered = [*SENT[:3], *applied(), *taken(), *checked(), put(FINDING, by=HANNA, on=TODAY)]
    given(unanswered).when(c.Evaluate(outcome="eligible"), by=HANNA, on=TODAY).rejected(
        Missing, "request completion", reasons=["missing-estimate"]
    )
    completed = [
        put(c.RequestCompletion(what="Kustannusarvio puuttuu."), by=HANNA, on=TODAY),
        put(c.AnswerCompletion(answer="Tässä.", form={"estimate": "9000"}), by=OUTI, on="1.7.2022 klo 13.00"),
    ]
    given(unanswered, completed).when(c.Evaluate(outcome="eligible"), by=HANNA, on="1.7.2022 klo 14.00").then(
        EligibilityEvaluated, enters("calculation")
    )


def test_a_question_of_discretion_is_answered_by_the_handler_with_a_reason() -> None:
    given(IN_HAND).when(c.Evaluate(outcome="eligible"), by=HANNA, on=TODAY).rejected(
        Missing, "answer them first", questions=["ask-road-class"]
    )
    given(IN_HAND).when(FINDING, by=HANNA, on=TODAY).then(
        FindingRecorded(input="road_class", value="I", reason="Läpikulkuliikennettä.", found_by="hanna")
    )
    given(IN_HAND).when(FINDING, by=OUTI, on=TODAY).rejected(NotAllowed, "handler")
    other = FINDING.model_copy(update={"value": "III"})
    given(IN_HAND).when(other, by=HANNA, on=TODAY).rejected(
        BadContent, "not one of the choices", field="value"
    )
    unknown = FINDING.model_copy(update={"input": "estimate"})
    given(IN_HAND).when(unknown, by=HANNA, on=TODAY).rejected(BadContent, "road_class", field="input")


def test_a_condition_left_to_a_person_is_met_only_with_its_reason_in_words() -> None:
    dear = [
        *SENT[:3],
        *applied(form={"estimate": "25000"}),
        *taken(),
        *checked(),
        put(FINDING, by=HANNA, on=TODAY),
    ]
    given(dear).when(c.Evaluate(outcome="eligible"), by=HANNA, on=TODAY).rejected(
        BadContent, "in words", field="note", conditions=["too-dear"]
    )
    found = c.Evaluate(outcome="eligible", note="Silta on uusittava.")
    given(dear).when(found, by=HANNA, on=TODAY).then(
        like(EligibilityEvaluated, outcome="eligible", accepted=("too-dear",)), enters("calculation")
    )
    turned_down = c.Evaluate(outcome="rejected", reasons=("too-dear",))
    given(dear).when(turned_down, by=HANNA, on=TODAY).then(
        like(EligibilityEvaluated, outcome="rejected", reasons=("too-dear",)), enters("proposal")
    )
    story = given(dear, put(found, by=HANNA, on=TODAY), FIXED).when(Calculate(), by=HANNA, on=CALCULATED_ON)
    assert [step.code for step in story.state().calculation.trace if step.name == "too-dear"] == ["accepted"]


def test_the_round_closes_when_the_criteria_say() -> None:
    """KHO:2009:100: the deadline was adopted with the criteria."""
    content = {
        "name": "n",
        "process": "private-road-grant",
        "rule_set": RULES.name,
        "budget": Decimal("1.00"),
        "opens_at": instant(OPENS),
    }
    for closes, field in (("30.6.2022 klo 15.01", "closesAt"), ("30.6.2023 klo 15.00", "closesAt")):
        wrong = OpenRound(**content, closes_at=instant(closes))
        given(SENT[:2]).when(wrong, by=HANNA, on="31.5.2022").rejected(BadContent, "deadline", field=field)
    given(SENT[:2]).when(OpenRound(**content, closes_at=instant(CLOSES)), by=HANNA, on="31.5.2022").then(
        like(RoundOpened, criteria=as_stored(RULES)), enters("open")
    )


# What the board fixes later ------------------------------------------------------------------------------------------


def test_before_the_board_has_fixed_a_value_a_run_is_a_preview_and_binds_nobody() -> None:
    story = given(JUDGED).when(Calculate(), by=HANNA, on=CALCULATED_ON)
    story.then(like(CalculationRun, preview=True)).then_in(case("soukka"))
    assert story.state("round").runs[0].result.total == Decimal("2000.00")
    assert story.state().stage == "calculation"


def test_the_run_after_the_boards_decision_cites_it_and_the_preview_stays() -> None:
    given(JUDGED).when(FIX, by=HANNA, on=CALCULATED_ON).then(
        like(ValuesFixed, values={"share": "25 %"}, section="§ 61")
    )
    story = given(JUDGED, CALCULATE, FIXED).when(Calculate(), by=HANNA, on=CALCULATED_ON)
    story.then(
        like(
            CalculationRun, run=2, preview=False, rule_set=f"{RULES.title}, Elinvoimalautakunta 4.7.2022 § 61"
        )
    )
    story.then_in(case("soukka"), like(Calculated, run=2, amount=Decimal("2500.00")), enters("proposal"))
    assert [run.preview for run in story.state("round").runs] == [True, False]
    [slot] = [step for step in story.state().calculation.trace if step.code == "slot"]
    assert (slot.value, slot.source) == ("25", "Elinvoimalautakunta 4.7.2022 § 61")


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"values": {"share": "25 €"}}, "percentage"),
        ({"values": {"shrae": "25 %"}}, "no slot shrae"),
        ({"decided_on": day("5.7.2022")}, "still to come"),
    ],
)
def test_values_that_cannot_be_are_not_fixed(change: dict[str, object], says: str) -> None:
    given(JUDGED).when(FIX.model_copy(update=change), by=HANNA, on=CALCULATED_ON).rejected(BadContent, says)


def test_criteria_that_leave_nothing_open_have_nothing_to_fix() -> None:
    given(opened()).when(FIX, by=HANNA, on=CALCULATED_ON).rejected(NotNow, "nothing open")


def test_what_is_proposed_stands_on_the_values_it_was_calculated_with() -> None:
    proposed = [*JUDGED, FIXED, CALCULATE, PROPOSE]
    given(proposed).when(FIX, by=HANNA, on="5.7.2022").rejected(NotNow, "proposed or decided already")


def test_a_run_in_which_everybody_is_below_the_smallest_grant_is_a_run_of_rejections() -> None:
    """Hallintolaki 45 §: each is rejected with its reason, and can be decided."""
    rules = compile_rule_set(by_length() + "minimum: {amount: 40 000 €}\n")
    sent = [
        *opened(criteria=rules),
        *applied(),
        *taken(),
        *checked(),
        put(c.Evaluate(outcome="eligible"), by=HANNA, on=TODAY),
    ]
    story = given(sent).when(Calculate(), by=HANNA, on=CALCULATED_ON)
    story.then_in(
        case("soukka"), like(Calculated, outcome="rejected", reasons=("below-minimum",)), enters("proposal")
    )
    given(sent, CALCULATE).when(PROPOSAL, by=HANNA, on="5.7.2022").then(
        like(Proposed, lines=(like(DecisionLine, granted=False, reasons=("below-minimum",)),)),
        enters("proposed"),
    )


# Paid on account -----------------------------------------------------------------------------------------------------


def test_a_grant_on_account_waits_for_instalments_and_its_final_account() -> None:
    story = given(FINAL)
    assert (story.state().stage, story.state().payable) == ("on-account", Decimal("0.00"))
    plan = story.state().plan
    assert (plan.at_once, plan.on_account, plan.instalments) == (
        Decimal("0.00"),
        Decimal("2500.00"),
        Decimal("1250.00"),
    )


def test_instalments_stay_within_their_share_of_the_grant() -> None:
    given(FINAL).when(INSTALMENT, by=HANNA, on=LATER).then(
        InstalmentApproved(amount=Decimal("1250.00"), evidence="Laskut 1–7.", approved_by="hanna"),
        enters("payment-order"),
    )
    story = given(FINAL).when(INSTALMENT, by=HANNA, on=LATER).settle(LATER)
    story.then_in(case("soukka"), like(PaymentOrdered, amount=Decimal("1250.00")), enters("payment-release"))
    more = INSTALMENT.model_copy(update={"amount": Decimal("1250.01")})
    given(FINAL).when(more, by=HANNA, on=LATER).rejected(OverLimit, "At most 1250.00 €", limit="1250.00")
    again = INSTALMENT.model_copy(update={"amount": Decimal("0.01")})
    given(FINAL, put(INSTALMENT, by=HANNA, on=LATER), paid(PAYMENT)).when(again, by=HANNA, on=LATER).rejected(
        OverLimit
    )


@pytest.mark.parametrize(
    ("costs", "final", "balance", "stage"),
    [
        ("9000", "2250.00", "1000.00", "payment-order"),
        ("15000", "2500.00", "1250.00", "payment-order"),
        ("5000", "1250.00", "0.00", "closed"),
    ],
    ids=["less", "more, and never above what was decided", "just what was paid"],
)
def test_the_final_account_gives_what_the_actual_costs_give_and_the_balance_is_paid(
    costs: str, final: str, balance: str, stage: str
) -> None:
    story = given(FINAL, put(INSTALMENT, by=HANNA, on=LATER), paid(PAYMENT)).when(
        settled(costs), by=HANNA, on="3.10.2022"
    )
    story.then(like(FinalAccountSettled, final=Decimal(final), balance=Decimal(balance)), enters(stage))


def test_more_paid_than_the_final_account_gives_is_to_be_recovered_and_goes_to_invoicing() -> None:
    story = given(FINAL, put(INSTALMENT, by=HANNA, on=LATER), paid(PAYMENT)).when(
        settled("3000"), by=HANNA, on="3.10.2022"
    )
    story.then(
        like(FinalAccountSettled, final=Decimal("750.00"), balance=Decimal("-500.00")),
        ToBeRecovered(amount=Decimal("500.00")),
        enters("invoicing", waits_for=Role.PAYMENTS),
    )
    story.when(c.ForwardToInvoicing(reference="lasku 77"), by=HANNA, on="4.10.2022").rejected(
        NotAllowed, "payments"
    )
    story.when(c.ForwardToInvoicing(reference="lasku 77"), by=MAIJA, on="4.10.2022").then(
        ForwardedToInvoicing(amount=Decimal("500.00"), reference="lasku 77"), enters("closed")
    )


def test_whoever_approved_the_costs_may_not_release_what_is_paid_on_them() -> None:
    """Internal control (KuntaL 39 §): two people for every euro."""
    both = person("toini", Role.HANDLER, Role.PAYMENTS)
    approved = [*FINAL, put(INSTALMENT, by=both, on=LATER)]
    given(approved).when(c.ReleasePayment(payment=PAYMENT), by=both, on=LATER).rejected(
        FourEyes, "approved its costs"
    )
    given(approved).when(c.ReleasePayment(payment=PAYMENT), by=MAIJA, on=LATER).then(
        PaymentReleased, enters("payment-booking")
    )


def test_what_was_granted_to_the_road_since_the_calculation_is_looked_at_before_the_proposal() -> None:
    """Two rounds calculated at once: the second knows of the first one's grant."""
    second: dict[str, Any] = {"round": "again", "form": {"estimate": "10000"}}
    opened_again = put(
        OpenRound(
            name="Toinen",
            process="private-road-grant",
            rule_set=RULES.name,
            budget=Decimal("30000.00"),
            opens_at=instant(OPENS),
            closes_at=instant(CLOSES),
        ),
        by=HANNA,
        on="31.5.2022 klo 14.00",
        to="again",
    )
    both = [
        *SENT[:3], opened_again, *applied(form={"estimate": "10000"}), *applied(to="other", **second),
        *taken(), *checked(), put(FINDING, by=HANNA, on=TODAY), put(c.Evaluate(outcome="eligible"), by=HANNA, on=TODAY),
        *taken("other"), *checked("other"), put(FINDING, by=HANNA, on=TODAY, to="other"),
        put(c.Evaluate(outcome="eligible"), by=HANNA, on=TODAY, to="other"),
        FIXED, put(FIX, by=HANNA, on=CALCULATED_ON, to="again"), CALCULATE, put(Calculate(), by=HANNA, on=CALCULATED_ON, to="again"),
        PROPOSE, APPROVE, SIGN,
    ]  # fmt: skip
    proposal = PROPOSAL.model_copy(update={"round": "again"})
    given(both).when(proposal, by=HANNA, on="6.7.2022 klo 14.00", to="another").rejected(
        NotNow, "granted to this road"
    )


def test_a_condition_on_what_the_board_fixed_is_judged_by_what_it_fixed() -> None:
    text = on_account().replace("estimate <= 20 000 €, otherwise: manual", "share * estimate >= 2 400 €")
    rules = compile_rule_set(text)
    sent = [
        *opened("30000.00", criteria=rules),
        *applied(form={"estimate": "10000"}),
        *taken(),
        *checked(),
        put(FINDING, by=HANNA, on=TODAY),
    ]
    given(sent, FIXED).when(c.Evaluate(outcome="eligible"), by=HANNA, on="5.7.2022").then(
        EligibilityEvaluated, enters("calculation")
    )


def test_a_final_account_needs_the_figures_that_the_criteria_ask() -> None:
    nothing = c.SettleAccount(inputs={}, evidence="Tilitys.")
    given(FINAL).when(nothing, by=HANNA, on=LATER).rejected(Missing, input="actual_costs")
    given(FINAL).when(settled("paljon"), by=HANNA, on=LATER).rejected(BadContent, field="inputs.actual_costs")
    other = c.SettleAccount(inputs={"estimate": "1"}, evidence="Tilitys.")
    given(FINAL).when(other, by=HANNA, on=LATER).rejected(BadContent, "actual_costs", field="inputs")


# Invoiced, remembered, renewed ---------------------------------------------------------------------------------------


def test_where_the_municipality_does_the_work_nothing_is_paid_and_its_share_is_invoiced() -> None:
    rules = compile_rule_set(invoiced())
    decided = [
        *opened(criteria=rules), *applied(), *taken(), *checked(), put(c.Evaluate(outcome="eligible"), by=HANNA, on=TODAY),
        CALCULATE, PROPOSE, APPROVE, SIGN, PUBLISH, served(),
    ]  # fmt: skip
    story = given(decided).settle("2.8.2022")
    story.then_in(
        case("soukka"),
        PersonalDataRemoved,
        AppealPeriodEnded,
        enters("legal-force"),
        LegalForceReached,
        ToBeInvoiced(amount=Decimal("3000.00")),
        enters("invoicing"),
    )
    assert (story.state().granted, story.state().payable) == (Decimal("9000.00"), Decimal("0.00"))


def test_a_decision_is_remembered_by_what_it_grants_to() -> None:
    story = given(FINAL)
    [grant] = story.world.states[stream("road", "Y2004-11427")].grants
    assert grant == Granted(
        case="soukka",
        decided_on=day("6.7.2022"),
        amount=Decimal("2500.00"),
        parts={"grant": Decimal("2500.00")},
    )


def test_only_criteria_that_renew_let_a_round_be_renewed() -> None:
    given(opened()).when(Renew(earlier="2021"), by=HANNA, on="2.6.2022").rejected(NotNow, "do not renew")
    renewing = compile_rule_set(by_length() + "renewal: yes\n")
    given(opened(criteria=renewing)).when(Renew(earlier="2021"), by=HANNA, on="2.6.2022").rejected(
        BadContent, "no such earlier round", field="earlier"
    )


@pytest.mark.parametrize("on", ["31.5.2022 klo 14.00", "30.6.2022 klo 15.00.00,001"])
def test_applications_are_renewed_while_the_round_is_open(on: str) -> None:
    renewing = compile_rule_set(by_length() + "renewal: yes\n")
    given(opened(criteria=renewing)).when(Renew(earlier="2021"), by=HANNA, on=on).rejected(
        NotNow, "while the round is open"
    )


def test_an_adopted_document_may_not_be_of_tomorrow() -> None:
    given(SENT[:1]).when(AdoptRuleSet(document=on_account()), by=PAULA, on="30.5.2022").rejected(
        BadContent, "still to come", field="document"
    )
