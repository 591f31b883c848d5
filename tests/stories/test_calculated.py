"""Calculated: one run over the whole round shares the budget, explains every cent, and replaces no earlier run."""

from collections.abc import Sequence
from decimal import Decimal

import pytest

from domain.case import commands as c
from domain.case.events import Calculated
from domain.criteria.compiler import compile_rule_set
from domain.criteria.result import LineResult
from domain.messages import Role
from domain.rejections import BadContent, Missing, NotAllowed, NotNow
from domain.round.commands import Calculate
from domain.round.events import CalculationRun
from tests.stories.documents import by_length
from tests.stories.examples import (
    CALCULATE,
    CALCULATED_ON,
    ELIGIBLE,
    HANNA,
    OUTI,
    PROPOSED,
    SUBMITTED,
    applied,
    eligible,
    opened,
    rejected,
)
from tests.stories.muonio import ROADS, TOTAL, UNALLOCATED, UNIT_PRICE, all_roads
from tests.stories.story import Scenario, enters, given, like
from tests.stories.world import Step, case, put, settle, stream

CLOSED = settle("1.7.2022")
RUN = Calculate()


def calculated(*steps: Step | Sequence[Step]) -> Scenario:
    return given(*steps).when(RUN, by=HANNA, on=CALCULATED_ON)


# Muonio 2022 ---------------------------------------------------------------------------------------------------------


def test_muonios_nineteen_roads_come_out_as_published_to_the_cent() -> None:
    """30 000 € ÷ 43.27 km = 693.32, floored to tens: 690 €/km; each grant is its kilometres times that."""
    story = calculated(all_roads())
    for road in ROADS:
        story.then_in(case(road.key), like(Calculated, run=1, amount=road.grant, unit_price=UNIT_PRICE))
    [run] = story.state("round").runs
    assert run.result.unit_price == UNIT_PRICE
    assert run.result.total == TOTAL
    assert run.result.unallocated == UNALLOCATED
    assert {line.case: line.amount for line in run.result.lines} == {road.key: road.grant for road in ROADS}


def test_nothing_is_lost_between_the_lines_and_the_budget() -> None:
    result = calculated(all_roads()).state("round").runs[0].result
    assert sum(line.amount for line in result.lines) == result.total
    assert result.total + result.unallocated == result.budget == Decimal("30000.00")


def test_the_order_in_which_applications_came_does_not_matter() -> None:
    forth = calculated(all_roads()).state("round").runs
    back = calculated(all_roads(ROADS[::-1])).state("round").runs
    assert forth == back


# The trace -----------------------------------------------------------------------------------------------------------


def test_the_trace_explains_a_grant_from_the_budget_to_the_last_cent() -> None:
    """Hallintolaki 45 §: the reasons name the facts and the rules; tiedonhallintalaki 28 a §: which rules, for years."""
    calculated(all_roads()).then_in(
        case("road-1"),
        like(
            Calculated,
            run=1,
            engine="3",
            rule_set="Elinvoimalautakunta 31.5.2022 § 58",
            outcome="granted",
            amount=Decimal("351.90"),
            unit_price=UNIT_PRICE,
        ),
        enters("proposal", waits_for=Role.HANDLER),
    )
    calculation = calculated(all_roads()).state("case", "road-1").calculation
    assert [(step.code, step.formula, step.value, step.unit, step.source) for step in calculation.trace] == [
        ("input", "", "0.51", "km", "498/case/road-1@1"),
        ("rule", "0.51 km ≥ 500 m", "yes", "", "criteria"),
        ("weight", "0.51 km", "0.51", "km", "criteria"),
        ("budget", "", "30000.00", "€", "criteria"),
        ("total-weight", "Σ 19", "43.27", "km", "criteria"),
        ("exact-price", "30000.00 € ÷ 43.27 km", "693.3210076265", "€/km", "criteria"),
        ("unit-price", "", "690", "€/km", "criteria"),
        ("grant", "0.51 km × 690 €/km", "351.90", "€", "criteria"),
    ]


def test_a_length_that_was_completed_says_so_in_the_trace() -> None:
    request = put(c.RequestCompletion(what="Pituus puuttuu."), by=HANNA, on="1.7.2022")
    answer = put(
        c.AnswerCompletion(answer="Mitattu.", form={"length_m": 9876}), by=OUTI, on="1.7.2022 klo 13.00"
    )
    found = put(c.Evaluate(outcome="eligible"), by=HANNA, on="1.7.2022 klo 14.00")
    story = calculated(
        ELIGIBLE, put(c.ReopenEvaluation(reason="Pituus."), by=HANNA, on="1.7.2022"), request, answer, found
    )
    length = next(step for step in story.state().calculation.trace if step.name == "length")
    assert (length.value, length.source) == ("9.876", "498/case/soukka@18")


@pytest.mark.parametrize(
    ("metres", "budget", "grant"),
    [(505, "350.00", "349.97"), (501, "346.50", "346.19"), (10450, "30000.00", "29991.50")],
    ids=["349.965", "346.191", "29991.500"],
)
def test_a_grant_is_rounded_half_up_to_the_cent(metres: int, budget: str, grant: str) -> None:
    """Only a price in whole euros leaves thousandths; one in whole tens never does."""
    whole_euros = compile_rule_set(by_length(floor_to=1))
    story = calculated(opened(budget, criteria=whole_euros), applied(form={"length_m": metres}), eligible())
    assert str(story.state().calculation.amount) == grant


# The whole round -----------------------------------------------------------------------------------------------------


def test_everything_in_the_round_is_checked_before_its_budget_is_shared() -> None:
    """The budget is shared among all at once, so each length counts in each grant."""
    calculated(SUBMITTED, applied(to="second"), eligible()).rejected(Missing, cases=["MUODno-2022-2"])


def test_late_applications_do_not_hold_up_the_others() -> None:
    """They can only be rejected, so they take nothing of the budget."""
    late = applied(to="late", on="1.7.2022 klo 8.00")
    calculated(SUBMITTED, late, eligible()).then(CalculationRun).then_in(case("late"))


def test_rejected_and_withdrawn_applications_have_no_share() -> None:
    sent = [*applied(to="short", form={"length_m": 400}), *applied(to="gone")]
    gone = [*eligible(to="gone"), put(c.Withdraw(reason="Emme hae."), by=OUTI, on="1.7.2022", to="gone")]
    story = calculated(SUBMITTED, sent, eligible(), rejected(to="short"), gone)
    story.then_in(stream("round"), like(CalculationRun, run=1))
    story.then_in(case("short")).then_in(case("gone"))
    [line] = story.state("round").runs[0].result.lines
    assert line.case == "soukka"


def test_where_nothing_is_eligible_there_is_nothing_to_share() -> None:
    short = applied(form={"length_m": 400})
    calculated(opened(), short, rejected(to="soukka")).rejected(BadContent, "nothing to share", field="cases")


def test_a_budget_that_gives_every_road_nothing_is_not_shared() -> None:
    """A grant of nothing would be a rejection without reasons."""
    calculated(opened(budget="104.49"), applied(), eligible()).rejected(
        BadContent, "too small", field="budget"
    )
    calculated(opened(budget="104.50"), applied(), eligible()).then(CalculationRun)


# Run again -----------------------------------------------------------------------------------------------------------


def test_run_again_the_grants_are_new_and_the_earlier_run_stays_where_it_was() -> None:
    reopened = [
        put(c.ReopenEvaluation(reason="Digiroad."), by=HANNA, on=CALCULATED_ON, to="road-16"),
        put(
            c.RecordCheck(item="digiroad", met=False, evidence="Ei."),
            by=HANNA,
            on=CALCULATED_ON,
            to="road-16",
        ),
        put(c.Evaluate(outcome="rejected"), by=HANNA, on=CALCULATED_ON, to="road-16"),
    ]
    story = calculated(all_roads(), CALCULATE, reopened)
    story.then(like(CalculationRun, run=2))
    first, second = story.state("round").runs
    assert (first.result.unit_price, second.result.unit_price) == (UNIT_PRICE, Decimal(910))
    assert len(second.result.lines) == 18
    story.then_in(case("road-1"), like(Calculated, run=2, amount=Decimal("464.10")))
    story.then_in(case("road-16"))


def test_the_same_inputs_give_the_same_run_again() -> None:
    story = calculated(ELIGIBLE, CALCULATE)
    first, second = story.state("round").runs
    assert first.result == second.result
    assert second.result.lines == (like(LineResult, case="soukka", amount=first.result.total),)


def test_a_checked_case_taken_up_again_loses_its_calculation() -> None:
    story = given(ELIGIBLE, CALCULATE, put(c.ReopenEvaluation(reason="Pituus."), by=HANNA, on=CALCULATED_ON))
    assert story.state().calculation is None
    story.when(RUN, by=HANNA, on=CALCULATED_ON).rejected(Missing, "checked first")


def test_what_is_proposed_is_not_calculated_again() -> None:
    given(PROPOSED).when(RUN, by=HANNA, on="5.7.2022").rejected(NotNow, "proposed or decided already")


def test_a_handler_calculates() -> None:
    given(ELIGIBLE, CLOSED).when(RUN, by=OUTI, on=CALCULATED_ON).rejected(NotAllowed, "handler")
