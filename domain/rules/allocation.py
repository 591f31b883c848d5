"""Sharing a budget, with every step kept: the trace that a decision's reasons are written from (hallintolaki 45 §)."""

from collections.abc import Sequence
from decimal import ROUND_DOWN, ROUND_HALF_UP, Decimal

from pydantic import BaseModel, ConfigDict

from domain.rejections import BadContent
from domain.rules.ruleset import BudgetByLength

ENGINE = "2"
"""Raised when the same inputs could come out otherwise; stored with each run (tiedonhallintalaki 28 a §)."""

CENT = Decimal("0.01")


class Step(BaseModel):
    """One step of a calculation: what was taken or counted, how, the value with its unit, and where it came from."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    code: str
    formula: str = ""
    value: str
    unit: str
    source: str


class Demand(BaseModel):
    """One line's input: whose, how many metres, and the event that says so."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    case: str
    length_m: int
    source: str


class Line(BaseModel):
    """One line's outcome with its own trace."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    case: str
    length_m: int
    amount: Decimal
    trace: tuple[Step, ...]


class Allocation(BaseModel):
    """A whole round's outcome: what was shared, at which price, and what was left."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    engine: str = ENGINE
    budget: Decimal
    total_length_m: int
    unit_price: Decimal
    total: Decimal
    unallocated: Decimal
    lines: tuple[Line, ...]
    trace: tuple[Step, ...]


def share_by_length(
    formula: BudgetByLength, criteria: str, budget: Decimal, demands: Sequence[Demand]
) -> Allocation:
    """Type A: unit price = budget ÷ kilometres floored to tens, grant = kilometres × unit price, half up to the cent.

    The order of the demands does not matter. Raises `BadContent` where nothing can be shared.
    """
    metres = sum(demand.length_m for demand in demands)
    if not metres:
        raise BadContent(
            "There is nothing to share the budget among: no eligible road has a length.", field="cases"
        )
    kilometres = Decimal(metres) / 1000
    exact = budget / kilometres
    unit_price = (exact / formula.floor_to).to_integral_value(ROUND_DOWN) * formula.floor_to
    while sum(_amount(demand, unit_price) for demand in demands) > budget:
        unit_price -= formula.floor_to  # lines rounded up may come to some cents too much
    if not unit_price:
        raise BadContent(
            f"The budget gives less than {formula.floor_to} € a kilometre, so every grant would be nothing.",
            field="budget",
        )
    shared = (
        Step(code="budget", value=str(budget), unit="€", source=criteria),
        Step(code="total-length", formula=f"Σ {len(demands)}", value=_km(metres), unit="km", source="round"),
        Step(
            code="exact-price",
            formula=f"{budget} € ÷ {_km(metres)} km",
            value=str(exact.quantize(CENT, ROUND_DOWN)),
            unit="€/km",
            source=criteria,
        ),
        Step(
            code="unit-price",
            formula=f"↓ {formula.floor_to} €/km",
            value=str(unit_price),
            unit="€/km",
            source=criteria,
        ),
    )
    lines = tuple(_line(demand, unit_price, shared) for demand in sorted(demands, key=lambda each: each.case))
    total = sum((line.amount for line in lines), Decimal("0.00"))
    return Allocation(
        budget=budget,
        total_length_m=metres,
        unit_price=unit_price,
        total=total,
        unallocated=budget - total,
        lines=lines,
        trace=shared,
    )


def _amount(demand: Demand, unit_price: Decimal) -> Decimal:
    return (Decimal(demand.length_m) * unit_price / 1000).quantize(CENT, ROUND_HALF_UP)


def _line(demand: Demand, unit_price: Decimal, shared: tuple[Step, ...]) -> Line:
    amount = _amount(demand, unit_price)
    length = Step(code="length", value=_km(demand.length_m), unit="km", source=demand.source)
    grant = Step(
        code="grant",
        formula=f"{_km(demand.length_m)} km × {unit_price} €/km",
        value=str(amount),
        unit="€",
        source=shared[-1].source,
    )
    return Line(case=demand.case, length_m=demand.length_m, amount=amount, trace=(*shared, length, grant))


def _km(metres: int) -> str:
    kilometres = Decimal(metres) / 1000
    return str(kilometres.quantize(CENT) if metres % 10 == 0 else kilometres)
