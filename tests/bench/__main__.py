"""A round of type D (points × costs, a ceiling, redistribution) with full traces: how it grows from 50 roads to 50,000."""

import platform
import time
from collections.abc import Callable
from decimal import Decimal
from random import Random
from typing import TypeVar

from domain.criteria import ready_criteria
from domain.criteria.calculation import calculate
from domain.criteria.compiler import compile_rule_set
from domain.criteria.line_evaluation import ApplicationInputs, InputValue
from domain.criteria.result import CalculationResult

SIZES = (50, 500, 5_000, 50_000)
RULES = compile_rule_set(ready_criteria()["points-times-costs"])
Found = TypeVar("Found")


def round_of(size: int) -> list[ApplicationInputs]:
    """Roads with invented costs and points; the same each time."""
    chance = Random(size)

    def given(value: object) -> InputValue:
        return InputValue(value=str(value), source="bench")

    return [
        ApplicationInputs(
            case=f"{n:06}",
            inputs={
                "length": given(f"{chance.randint(300, 12_000)} m"),
                "costs": given(chance.randint(300, 9_000)),
                "free_service_traffic": given("yes"),
                "base_points": given(chance.choice([50, 100, 150])),
                "outside_traffic_points": given(chance.randint(0, 60)),
                "high_cost_points": given(chance.randint(0, 30)),
            },
        )
        for n in range(size)
    ]


def timed(do: Callable[[], Found]) -> tuple[float, Found]:
    began = time.perf_counter()
    found = do()
    return time.perf_counter() - began, found


def main() -> None:
    print(f"{platform.machine()}, Python {platform.python_version()}, {time.strftime('%-d.%-m.%Y')}")
    print("   roads   seconds   µs a road   against 50   hash   at the ceiling   left over")
    first = None
    for size in SIZES:
        demands, budget = round_of(size), Decimal(size) * 3000
        seconds, result = timed(lambda d=demands, b=budget: calculate(RULES, b, d))  # type: ignore[misc]  # the defaults give the types
        hashed, _ = timed(result.hash)
        each = seconds / size
        first = first or each
        print(
            f"{size:8}{seconds:10.3f}{each * 1e6:12.0f}{each / first:13.2f}{hashed:7.2f}{capped(result):17}{result.unallocated:12}"
        )


def capped(result: CalculationResult) -> int:
    """How many lines a ceiling limits."""
    return sum(any(step.code == "ceiling" for step in line.trace) for line in result.lines)


if __name__ == "__main__":
    main()
