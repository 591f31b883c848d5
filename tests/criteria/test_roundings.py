"""Which way a price, a part of the budget, an instalment and a grant are rounded, each at the values where the ways differ."""

from decimal import Decimal

import pytest

from domain.criteria.allocation import Share, by_unit_price, by_weight
from domain.criteria.compiler import compile_rule_set
from domain.criteria.sharing import available_to
from domain.criteria.units import CENTS, Rounding
from tests.criteria.generators import MODES, GeneratedCriteria, GeneratedRoad, GeneratedScheme, RoadClass

CHEAP, DEAR = RoadClass(100, Decimal(1), 100), RoadClass(100, Decimal(1), 9000)
CAPPED = (Share("a", Decimal(1), ceiling=Decimal(100)), Share("b", Decimal(1)))
"""A ceiling leaves so much over that no price is too dear: what is seen is the rounding of the price alone."""


@pytest.mark.parametrize(
    ("budget", "prices"),
    [
        ("1004", {"down": 500, "up": 510, "half_up": 500, "half_even": 500}),
        ("1010", {"down": 500, "up": 510, "half_up": 510, "half_even": 500}),
        ("1014", {"down": 500, "up": 510, "half_up": 510, "half_even": 510}),
        ("1020", {"down": 510, "up": 510, "half_up": 510, "half_even": 510}),
        ("1030", {"down": 510, "up": 520, "half_up": 520, "half_even": 520}),
    ],
)
def test_a_unit_price_is_rounded_the_way_that_the_criteria_say(budget: str, prices: dict[str, int]) -> None:
    for mode, price in prices.items():
        rounding = Rounding.parse(f"{mode} 10 €/km")
        found = by_unit_price(Decimal(budget), CAPPED, CENTS, rounding, redistribute=False)
        assert (found.level, found.amounts) == (Decimal(price), {"a": Decimal(100), "b": Decimal(price)}), (
            mode
        )


@pytest.mark.parametrize("mode", MODES)
def test_a_unit_price_without_a_rounding_is_exact_and_with_one_never_costs_more_than_the_budget(
    mode: str,
) -> None:
    shares = [Share(id_, Decimal(1)) for id_ in "ab"]
    exact = by_unit_price(Decimal(1010), shares, CENTS, None, redistribute=False)
    assert (exact.level, set(exact.amounts.values())) == (Decimal(505), {Decimal(505)})
    rounded = by_unit_price(
        Decimal(1010), shares, CENTS, Rounding.parse(f"{mode} 10 €/km"), redistribute=False
    )
    assert (rounded.level, set(rounded.amounts.values())) == (Decimal(500), {Decimal(500)})


def test_a_document_that_rounds_its_unit_price_down_never_gives_a_road_the_half_above() -> None:
    """1010 € for two kilometres is 505 €/km: 500, though 510 would be within the budget as well."""
    scheme = GeneratedScheme("unit_price", price=("down", "10"), cap_of_class=True)
    of = GeneratedCriteria((CHEAP, DEAR, DEAR), (scheme,))
    result = of.run({"a": GeneratedRoad("I", 1000, 0), "b": GeneratedRoad("II", 1000, 0)}, Decimal(1010))
    assert result.unit_price == 500
    assert {line.case: line.amount for line in result.lines} == {"a": 100, "b": 500}


@pytest.mark.parametrize(
    ("mode", "amount"), [("down", "500.0"), ("up", "500.1"), ("half_up", "500.1"), ("half_even", "500.0")]
)
def test_a_grant_by_weight_is_rounded_the_way_that_the_criteria_say(mode: str, amount: str) -> None:
    """Half of 1000.10 € is 500.05 €, in steps of ten cents."""
    line = Rounding.parse(f"{mode} 0.1 €")
    found = by_weight(Decimal("1000.10"), CAPPED, line, redistribute=False, largest_remainder=False)
    assert found.amounts == {"a": Decimal(100), "b": Decimal(amount)}


def test_a_percentage_of_the_budget_is_never_rounded_up() -> None:
    """A third of 100.07 € is 33.356… €."""
    scheme = compile_rule_set(
        """\
name: in-parts
process: private-road-grant
adopted: {by: Lautakunta, on: 2026-01-01, section: § 1}
inputs:
  costs: {type: money, from: application.costs_eur}
schemes:
  part:
    budget: 33.333 %
    grant: costs
    allocation: {method: pro_rata}
  rest:
    when: costs < 0 €
    grant: costs
    allocation: {method: pro_rata}
"""
    ).schemes[0]
    assert available_to(scheme, Decimal("100.07"), Decimal("100.07")) == Decimal("33.35")
