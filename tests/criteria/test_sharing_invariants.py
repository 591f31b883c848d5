"""What is true of every round under every criteria: shared by the engine, and shared again by hand."""

import json
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise
from random import Random

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from domain.criteria.calculation import calculate
from domain.criteria.compiler import compile_rule_set, compile_with_findings
from domain.criteria.line_evaluation import ApplicationInputs
from domain.criteria.result import CalculationResult
from domain.criteria.sharing import Unsharable
from tests.criteria import oracle as naive
from tests.criteria.generators import (
    BUDGETS,
    EVERY_METHOD,
    MODES,
    PLENTY,
    STEPS,
    GeneratedCriteria,
    GeneratedRoad,
    GeneratedScheme,
    RoadClass,
    criteria,
    lists_of_roads,
    roads,
    schemes,
)

CLASSES = (
    RoadClass(80, Decimal(3), 900),
    RoadClass(75, Decimal("1.33"), 700),
    RoadClass(50, Decimal(1), 500),
)
STEADY = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
TOGETHER = settings(STEADY, max_examples=40)


def amounts(result: CalculationResult) -> dict[str, Decimal]:
    return {line.case: line.amount for line in result.lines}


def step_of(scheme: GeneratedScheme) -> Fraction:
    return STEPS[scheme.line[1]]


# The second implementation -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("method", EVERY_METHOD)
@settings(STEADY, max_examples=80)
@given(st.data(), lists_of_roads(2), BUDGETS)
def test_the_engine_and_the_second_implementation_agree_to_the_cent(
    method: str, data: st.DataObject, there: dict[str, GeneratedRoad], budget: Decimal
) -> None:
    agree(GeneratedCriteria(CLASSES, (data.draw(schemes((method,))),)), there, budget)


@settings(STEADY, max_examples=80)
@given(criteria(EVERY_METHOD), lists_of_roads(1), BUDGETS | st.none())
def test_they_agree_on_several_schemes_and_without_a_budget(
    of: GeneratedCriteria, there: dict[str, GeneratedRoad], budget: Decimal | None
) -> None:
    agree(of, there, budget)


def agree(of: GeneratedCriteria, there: dict[str, GeneratedRoad], budget: Decimal | None) -> None:
    assume(
        budget is not None
        or all(each.method in ("none", "pro_rata") and not each.budget for each in of.schemes)
    )
    try:
        by_hand = of.naively(there, budget)
    except naive.TooLittle:
        with pytest.raises(Unsharable, match="raise the budget"):
            of.run(there, budget)
        return
    result = of.run(there, budget)
    for part, outcome in zip(result.parts, by_hand, strict=True):
        got = {
            line.case: Fraction(line.parts[part.scheme]) for line in result.lines if part.scheme in line.parts
        }
        assert got == {id_: amount for id_, amount in outcome.amounts.items() if amount}
        for line in result.lines:
            refused = [each for each in line.reasons if each == "below-minimum"]
            assert bool(refused) == any(line.case in each.below for each in by_hand)
        if part.unit_price is not None:
            assert outcome.price is not None
            assert abs(Fraction(part.unit_price) - outcome.price) < Fraction(1, 10**20)
    for line in result.lines:
        late = any(line.case in each.waiting for each in by_hand)
        assert ("budget-used" in line.reasons) == late


# Sums and bounds -----------------------------------------------------------------------------------------------------


@TOGETHER
@given(criteria(), lists_of_roads(), BUDGETS)
def test_the_lines_are_the_total_and_with_what_is_left_they_are_the_budget(
    of: GeneratedCriteria, there: dict[str, GeneratedRoad], budget: Decimal
) -> None:
    result = of.run(there, budget)
    assert sum(amounts(result).values()) == result.total == sum(part.total for part in result.parts)
    assert result.total + result.unallocated == budget
    assert result.total <= budget - result.reserve
    for part in result.parts:
        assert part.available is not None
        assert 0 <= part.total == part.available - part.unallocated <= part.available
        assert part.total == sum(line.parts.get(part.scheme, 0) for line in result.lines)
    assert {line.case for line in result.lines} == set(there)


@TOGETHER
@given(criteria(EVERY_METHOD), lists_of_roads(1))
def test_nobody_is_granted_more_than_every_cap_allows_and_only_whole_steps(
    of: GeneratedCriteria, there: dict[str, GeneratedRoad]
) -> None:
    assume(len(of.schemes) == 1 or all(each.method != "none" for each in of.schemes))
    result = of.run(there, PLENTY)
    names = [part.scheme for part in result.parts]
    for name, scheme in zip(names, of.schemes, strict=True):
        ceilings = {each.id: each.ceiling for each in of.claims(scheme, there)}
        for line in result.lines:
            if name not in line.parts:
                continue
            got, ceiling = Fraction(line.parts[name]), ceilings[line.case]
            assert ceiling is None or got <= ceiling
            assert got > 0
            assert got % step_of(scheme) == 0


# Equals, orders, replays ---------------------------------------------------------------------------------------------


@TOGETHER
@given(criteria(), lists_of_roads(2), BUDGETS, st.randoms(use_true_random=False))
def test_the_order_of_the_roads_changes_not_one_byte(
    of: GeneratedCriteria, there: dict[str, GeneratedRoad], budget: Decimal, chance: Random
) -> None:
    turned = list(there.items())
    chance.shuffle(turned)
    assert of.run(dict(turned), budget).bytes() == of.run(there, budget).bytes()


@TOGETHER
@given(criteria(most=1), lists_of_roads(1), BUDGETS)
def test_equal_roads_get_equal_money_but_for_one_step_of_rounding(
    of: GeneratedCriteria, there: dict[str, GeneratedRoad], budget: Decimal
) -> None:
    scheme = replace(of.schemes[0], minimum=None)
    got = amounts(
        replace(of, schemes=(scheme,)).run(
            {**there, **{f"again-{id_}": road for id_, road in there.items()}}, budget
        )
    )
    alike = scheme.leftover == "keep" and scheme.line[0] == "down" and scheme.method != "in_order"
    for id_ in there:
        assert abs(got[id_] - got[f"again-{id_}"]) <= (0 if alike else Decimal(scheme.line[1]))


@TOGETHER
@given(criteria(), lists_of_roads(1), BUDGETS)
def test_a_replay_gives_the_same_bytes(
    of: GeneratedCriteria, there: dict[str, GeneratedRoad], budget: Decimal
) -> None:
    demands = [road.demand(id_) for id_, road in there.items()]
    first = calculate(compile_rule_set(of.text), budget, demands)
    anew, findings = compile_with_findings(of.text)
    assert anew is not None, findings
    assert anew is not compile_rule_set(of.text)
    through_json = [ApplicationInputs.model_validate_json(each.model_dump_json()) for each in demands]
    stored = CalculationResult.model_validate_json(first.bytes())
    assert calculate(compile_rule_set(of.text), budget, demands).bytes() == first.bytes()
    assert calculate(anew, budget, through_json).bytes() == first.bytes() == stored.bytes()
    assert json.loads(first.bytes())["criteria"] == anew.digest


@TOGETHER
@given(criteria(), lists_of_roads(1), roads, BUDGETS)
def test_a_rejected_road_changes_nothing_for_the_others(
    of: GeneratedCriteria, there: dict[str, GeneratedRoad], road: GeneratedRoad, budget: Decimal
) -> None:
    without = of.run(there, budget)
    beside = of.run({**there, "0-first": replace(road, allowed=False)}, budget)
    assert amounts(beside).pop("0-first") == 0
    others = [line for line in beside.lines if line.case != "0-first"]
    assert [line.model_dump() for line in others] == [line.model_dump() for line in without.lines]
    assert beside.parts == without.parts


# More money ----------------------------------------------------------------------------------------------------------


def promised(scheme: GeneratedScheme) -> GeneratedScheme:
    """The scheme as it promises that more money harms nobody: no remainders, no minimum, lines rounded down."""
    return replace(scheme, leftover="keep", minimum=None, line=("down", scheme.line[1]))


@TOGETHER
@given(schemes(("pro_rata", "unit_price", "shares")).map(promised), lists_of_roads(1), BUDGETS, BUDGETS)
def test_more_money_gives_nobody_less(
    scheme: GeneratedScheme, there: dict[str, GeneratedRoad], budget: Decimal, more: Decimal
) -> None:
    of = GeneratedCriteria(CLASSES, (scheme,))
    poor, rich = (amounts(of.run(there, each)) for each in (budget, budget + more))
    assert all(poor[id_] <= rich[id_] for id_ in there)


@TOGETHER
@given(schemes(("pro_rata", "shares")), lists_of_roads(1), BUDGETS, BUDGETS)
def test_with_remainders_or_other_roundings_more_money_takes_at_most_a_step(
    scheme: GeneratedScheme, there: dict[str, GeneratedRoad], budget: Decimal, more: Decimal
) -> None:
    scheme = replace(scheme, minimum=None, after=None, factor=None, redistribute=True)
    of = GeneratedCriteria(CLASSES, (scheme,))
    poor, rich = (amounts(of.run(there, each)) for each in (budget, budget + more))
    assert all(poor[id_] - rich[id_] <= Decimal(scheme.line[1]) for id_ in there)


@TOGETHER
@given(lists_of_roads(1), BUDGETS)
def test_where_all_is_granted_in_full_money_beyond_it_changes_nobody(
    there: dict[str, GeneratedRoad], more: Decimal
) -> None:
    of = GeneratedCriteria(CLASSES, (GeneratedScheme("none"),))
    enough = of.run(there, None).total
    assert (
        amounts(of.run(there, enough))
        == amounts(of.run(there, enough + more))
        == amounts(of.run(there, None))
    )


def test_one_more_cent_and_a_remainder_goes_to_another() -> None:
    """The largest remainder promises no more: Alabama's paradox, in euros."""
    of = GeneratedCriteria(
        CLASSES,
        (GeneratedScheme("shares", ("down", "1"), leftover="largest_remainder"),),
    )
    there = {
        "a": GeneratedRoad("III", 6000, 0),
        "b": GeneratedRoad("III", 6000, 0),
        "c": GeneratedRoad("III", 2000, 0),
    }
    assert amounts(of.run(there, Decimal("10.00"))) == {"a": 4, "b": 4, "c": 2}
    assert amounts(of.run(there, Decimal("11.00"))) == {"a": 5, "b": 5, "c": 1}


def test_one_more_euro_lifts_somebody_over_the_minimum_and_others_get_less() -> None:
    of = GeneratedCriteria(CLASSES, (GeneratedScheme("pro_rata", minimum=100),))
    there = {"big": GeneratedRoad("III", 500, 400000), "small": GeneratedRoad("III", 500, 100000)}
    assert amounts(of.run(there, Decimal(499))) == {"big": 499, "small": 0}
    assert amounts(of.run(there, Decimal(500))) == {"big": 400, "small": 100}


def test_more_money_for_the_first_in_the_order_leaves_less_for_the_next() -> None:
    of = GeneratedCriteria(CLASSES, (GeneratedScheme("in_order"),))
    there = {
        "first": GeneratedRoad("III", 500, 20000, priority=1),
        "second": GeneratedRoad("III", 500, 100000, priority=2),
        "third": GeneratedRoad("III", 500, 20000, priority=3),
    }
    assert amounts(of.run(there, Decimal("599.99"))) == {"first": 100, "second": 0, "third": 0}
    assert amounts(of.run(there, Decimal("600.00"))) == {"first": 100, "second": 500, "third": 0}
    assert of.run(there, Decimal("599.99")).lines[2].reasons == ("budget-used",)
    partly = GeneratedCriteria(CLASSES, (GeneratedScheme("in_order", partial="yes"),))
    passing = GeneratedCriteria(CLASSES, (GeneratedScheme("in_order", partial="skip"),))
    assert amounts(passing.run(there, Decimal("599.99"))) == {"first": 100, "second": 0, "third": 100}
    assert amounts(partly.run(there, Decimal("599.99"))) == {
        "first": 100,
        "second": Decimal("499.99"),
        "third": 0,
    }


# Water-filling -------------------------------------------------------------------------------------------------------


@TOGETHER
@given(schemes(("shares", "unit_price")), lists_of_roads(1), BUDGETS)
def test_money_is_left_only_where_everybody_is_at_the_ceiling(
    scheme: GeneratedScheme, there: dict[str, GeneratedRoad], budget: Decimal
) -> None:
    scheme = replace(
        scheme,
        redistribute=True,
        minimum=None,
        after=None,
        price=None,
        cap_of_class=True,
        line=("down", "0.01"),
    )
    of = GeneratedCriteria(CLASSES, (scheme,))
    result, got = of.run(there, budget), {}
    got = {id_: Fraction(amount) for id_, amount in amounts(result).items()}
    cent = Fraction(1, 100)
    claims = [each for each in of.claims(scheme, there) if each.weight > 0]
    full = {each.id for each in claims if each.ceiling is not None and got[each.id] > each.ceiling - cent}
    if Fraction(result.unallocated) > len(claims) * cent:
        assert full == {each.id for each in claims}
    levels = sorted(got[each.id] / each.weight for each in claims if each.id not in full)
    for low, high in pairwise(levels):
        assert high - low <= cent / min(each.weight for each in claims)
    for each in claims:
        if each.id in full and levels and each.ceiling is not None:
            assert each.ceiling / each.weight <= levels[-1] + cent / min(each.weight for each in claims)


def test_what_a_ceiling_cuts_off_lifts_another_to_its_own_ceiling_and_the_rest_get_it_all() -> None:
    """Three passes: the first fills a, what it left fills b, and c has the rest."""
    of = GeneratedCriteria(CLASSES, (GeneratedScheme("shares", cap_of_class=True, redistribute=True),))
    there = {
        "a": GeneratedRoad("I", 1000, 0),
        "b": GeneratedRoad("III", 1000, 0),
        "c": GeneratedRoad("III", 9000, 0),
    }
    result = of.run(there, Decimal(6000))
    assert amounts(result) == {"a": 900, "b": 500, "c": 4500}
    assert result.unallocated == 100
    longer = {**there, "c": GeneratedRoad("II", 10000, 0)}
    assert amounts(of.run(longer, Decimal(8200))) == {"a": 900, "b": 500, "c": 6800}
    without = GeneratedCriteria(CLASSES, (GeneratedScheme("shares", cap_of_class=True),)).run(
        there, Decimal(5200)
    )
    assert amounts(without) == {"a": 900, "b": 400, "c": 3600}
    assert amounts(of.run(there, Decimal(5200))) == {"a": 900, "b": 430, "c": 3870}


@pytest.mark.parametrize("method", ["shares", "unit_price"])
def test_a_road_without_weight_gets_nothing_though_all_others_are_at_their_ceilings(method: str) -> None:
    of = GeneratedCriteria(
        CLASSES, (GeneratedScheme(method, redistribute=True, price=("down", "1"), cap=95),)
    )
    result = of.run({"a": GeneratedRoad("I", 1000, 0), "none": GeneratedRoad("I", 0, 0)}, Decimal(100))
    assert amounts(result) == {"a": 95, "none": 0}


def test_what_a_ceiling_cuts_off_is_no_remainder() -> None:
    of = GeneratedCriteria(
        CLASSES, (GeneratedScheme("shares", leftover="largest_remainder", cap_of_class=True),)
    )
    result = of.run({"a": GeneratedRoad("I", 1000, 0), "c": GeneratedRoad("III", 9000, 0)}, Decimal(4000))
    assert amounts(result) == {"a": 900, "c": 3000}


def test_a_price_at_which_the_rounded_lines_are_too_much_goes_down_by_steps() -> None:
    of = GeneratedCriteria(CLASSES, (GeneratedScheme("unit_price", ("up", "10"), ("down", "10")),))
    result = of.run({id_: GeneratedRoad("III", 330, 0) for id_ in "abc"}, Decimal(1000))
    assert (result.unit_price, amounts(result)) == (Decimal(1000), dict.fromkeys("abc", Decimal(330)))


@pytest.mark.parametrize("mode", MODES)
def test_a_cap_is_a_cap_however_grants_are_rounded(mode: str) -> None:
    for method in EVERY_METHOD:
        of = GeneratedCriteria(CLASSES, (GeneratedScheme(method, (mode, "10"), cap=95, redistribute=True),))
        result = of.run(
            {"a": GeneratedRoad("I", 1000, 200000), "b": GeneratedRoad("I", 1000, 200000)}, PLENTY
        )
        assert amounts(result) == {"a": 90, "b": 90}, method


def test_a_factor_that_is_rounded_up_promises_no_more_than_there_is() -> None:
    of = GeneratedCriteria(CLASSES, (GeneratedScheme("pro_rata", factor=("up", "10")),))
    there = {"a": GeneratedRoad("III", 500, 100000), "b": GeneratedRoad("III", 500, 100000)}
    result = of.run(there, Decimal(955))
    assert amounts(result) == {"a": 450, "b": 450}
    assert result.factor == Decimal("0.9")


def test_remainders_give_nobody_more_than_it_asked_for() -> None:
    of = GeneratedCriteria(
        CLASSES, (GeneratedScheme("pro_rata", factor=("down", "10"), leftover="largest_remainder"),)
    )
    there = {"big": GeneratedRoad("III", 500, 180000), "small": GeneratedRoad("III", 500, 200)}
    assert amounts(of.run(there, Decimal(890))) == {"big": 889, "small": 1}
