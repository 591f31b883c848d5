"""A line under criteria: what is missing, what is refused and by whom, and how a grant is paid."""

from decimal import Decimal

import pytest

from domain.criteria.allocation import Share, by_unit_price
from domain.criteria.calculation import calculate, evaluate_conditions
from domain.criteria.compiler import compile_rule_set
from domain.criteria.line_evaluation import ApplicationInputs, InputValue
from domain.criteria.result import CalculationResult, LineResult
from domain.criteria.settlement import final_account, payment_plan, required_evidence
from domain.criteria.sharing import Unsharable
from domain.criteria.units import CENTS, Mistake, Rounding
from tests.criteria.full_document import WHOLE

AT_LAST = WHOLE.replace("    invoice: ceil(costs * 10 %, 1 €)\n", "")
"""The same, where the grant for works is paid on account and not invoiced."""

FIXED = {"price": "650 €/km"}
COMPLETE = {
    "length": "1500",
    "costs": "2000",
    "households": "5",
    "road_class": "I",
    "points": "0",
    "open_road": "yes",
    "built": "2020-01-01",
    "asked": "2026-03-01 12:00",
}
IN_WORKS = {**COMPLETE, "road_class": "III"}


def inputs(**given: str) -> dict[str, InputValue]:
    return {
        name: InputValue(value=value, source="application")
        for name, value in {**COMPLETE, **given}.items()
        if value
    }


def demand(case: str = "a", accepted: tuple[str, ...] = (), /, **given: str) -> ApplicationInputs:
    return ApplicationInputs(case=case, inputs=inputs(**given), accepted=accepted)


def run(
    *demands: ApplicationInputs, text: str = WHOLE, budget: str | None = "30000.00", **slots: str
) -> CalculationResult:
    return calculate(
        compile_rule_set(text),
        None if budget is None else Decimal(budget),
        demands,
        {"price": "650 €/km", **slots},
    )


def line(*demands: ApplicationInputs, text: str = WHOLE) -> LineResult:
    return run(*demands, text=text).lines[0]


def outcome(of: LineResult) -> str:
    return " ".join([of.outcome, *of.reasons])


# Conditions ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({}, "granted"),
        ({"length": "299"}, "rejected too-short"),
        ({"length": "300"}, "granted"),
        ({"length": ""}, "incomplete missing-length"),
        ({"length": "long"}, "incomplete unreadable-length"),
        ({"length": "5 €"}, "incomplete unreadable-length"),
        ({"road_class": "IV"}, "incomplete unreadable-road-class"),
        ({"asked": "2026-05-02 00:00"}, "incomplete not-in-time"),
        ({"asked": "2026-05-02 00:00", "length": "299"}, "rejected too-short"),
        ({"points": ""}, "manual ask-points"),
        ({"points": "", "built": "", "asked": ""}, "incomplete missing-asked"),
        ({"last_year": "2023"}, "manual waited-too-little"),
        ({"last_year": "2022"}, "granted"),
        ({"arrived": "2026-04-30 16:00"}, "granted"),
        ({"arrived": "2026-04-30 16:01"}, "rejected late"),
        ({"arrived": "30.4.2026 klo 16.01", "length": ""}, "rejected late"),
        ({"road_class": "III", "built": "2000-01-01"}, "granted"),
        ({"road_class": "III", "households": "0", "open_road": ""}, "granted"),
        ({"road_class": "III", "open_road": ""}, "incomplete missing-open-road"),
        ({"households": "2.5"}, "incomplete unreadable-households"),
        ({"length": "-500"}, "incomplete unreadable-length"),
        ({"road_class": "III", "costs": ""}, "incomplete missing-costs"),
    ],
)  # fmt: skip
def test_a_line_is_granted_refused_or_left_open(given: dict[str, str], expected: str) -> None:
    assert outcome(line(demand(**given))) == expected
    judged = evaluate_conditions(compile_rule_set(WHOLE), demand(**given), {"price": "650 €/km"})
    assert judged.clear == (expected == "granted")


def test_a_person_decides_what_is_left_to_a_person_and_nothing_else() -> None:
    accepting = ("waited-too-little", "too-short")
    accepted = line(demand("a", accepting, last_year="2025"))
    assert outcome(accepted) == "granted"
    assert [step.source for step in accepted.trace if step.code == "accepted"] == ["handler"]
    assert outcome(line(demand("a", accepting, length="200"))) == "rejected too-short"


def test_a_default_stands_in_only_where_nobody_gave_a_value() -> None:
    steps = {
        step.name: step
        for step in line(demand(households="", road_class="III", built="1990-01-01", open_road="no")).trace
        if step.code == "input"
    }
    assert (steps["households"].value, steps["households"].source) == ("1", "default")
    assert (steps["road_class"].value, steps["road_class"].source) == ("III", "application")
    given = {step.name: step for step in line(demand(road_class="III", share="90", built="1990-01-01")).trace}
    assert (given["share"].value, given["share"].source) == ("90", "application")
    assert given["rate"].value == "90"


def test_the_board_has_not_fixed_the_slot_yet() -> None:
    result = calculate(compile_rule_set(WHOLE), Decimal(30000), [demand(road_class="II"), demand("b")], {})
    assert [outcome(each) for each in result.lines] == ["manual not-fixed-price", "granted"]
    with pytest.raises(Mistake, match="no slot prize"):
        run(demand(), prize="5")
    with pytest.raises(Mistake, match="euros per kilometre is asked for"):
        run(demand(), price="650 km")


def test_a_table_says_what_a_road_without_a_row_comes_to() -> None:
    text = WHOLE.replace("choices: [I, II, III]", "choices: [I, II, III, IV]").replace(
        'when: road_class = "III"', "when: length > 0"
    )
    assert outcome(line(demand(road_class="IV", built="2020-01-01"), text=text)) == "rejected no-class"


def test_a_division_by_nothing_is_left_to_a_person() -> None:
    text = WHOLE.replace("grant: rate * costs + kind.bonus", "grant: costs / households")
    assert outcome(line(demand(road_class="III", households="0"), text=text)) == "manual not-countable"


def test_a_value_is_rounded_where_it_says_so_and_the_first_row_that_holds_is_taken() -> None:
    text = WHOLE.replace("else max(share, 40 %)", "else max(share, 40 %) * 1.01")
    works = line(demand(road_class="III", share="50", built="1990-01-01", households="5"), text=text)
    assert works.amount == Decimal(51) / 100 * 2000 + 100
    assert next(step.rounding for step in works.trace if step.name == "rate") == "half_up 1 %"
    few = line(demand(road_class="III", share="50", built="1990-01-01", households="2"), text=text)
    assert few.amount == 1020


# Schemes -------------------------------------------------------------------------------------------------------------

TWO = """\
name: two-kinds
process: private-road-grant
adopted: {by: Lautakunta, on: 2026-02-03, section: § 12}
inputs: {costs: {type: money}, length: {type: length}, kind: {type: text}}
schemes:
  small:
    when: kind != "none"
    grant: 50 % * costs
    caps: [{code: top, most: 300 €}]
    eligibility: [{code: too-dear, require: costs < 1 000 €}]
    reductions: [{code: cut, when: length < 1 km, by: 10 %}, {code: more, when: length < 1 km, by: 5 %, of: grant}]
  large:
    when: kind = "both"
    grant: 10 % * costs
    eligibility: [{code: too-cheap, require: costs > 100 €}]
"""


@pytest.mark.parametrize(
    ("kind", "costs", "amount", "expected"),
    [
        ("both", "500", "300.00", "granted"),
        ("both", "2000", "200.00", "granted too-dear"),
        ("both", "100", "50.00", "granted too-cheap"),
        ("one", "500", "250.00", "granted"),
        ("one", "2000", "0.00", "rejected too-dear"),
        ("none", "500", "0.00", "manual no-scheme"),
        ("both", "900", "390.00", "granted"),
    ],
)
def test_what_one_scheme_refuses_another_may_grant(kind: str, costs: str, amount: str, expected: str) -> None:
    of = ApplicationInputs(
        case="a",
        inputs={
            name: InputValue(value=value, source="")
            for name, value in {"kind": kind, "costs": costs, "length": "2000"}.items()
        },
    )
    found = calculate(compile_rule_set(TWO), None, [of]).lines[0]
    assert (outcome(found), found.amount) == (expected, Decimal(amount))


def test_cuts_come_one_after_another_before_and_after_the_sharing() -> None:
    given = {"kind": "one", "costs": "900", "length": "500"}
    of = ApplicationInputs(
        case="a", inputs={name: InputValue(value=value, source="") for name, value in given.items()}
    )
    found = calculate(compile_rule_set(TWO), None, [of]).lines[0]
    assert found.amount == Decimal("256.50")  # 450 → 300 under the cap → less 10 % → less 5 % of that
    assert [
        (step.code, step.value)
        for step in found.trace
        if step.code in ("demand", "capped", "reduction", "grant")
    ] == [
        ("demand", "450.00"),
        ("capped", "300.00"),
        ("reduction", "270.00"),
        ("grant", "270.00"),
        ("reduction", "256.50"),
    ]


@pytest.mark.parametrize(("by", "amount"), [("150 %", "0.00"), ("0 % - 50 %", "300.00"), ("100 %", "0.00")])
def test_a_cut_takes_at_most_everything_and_never_adds(by: str, amount: str) -> None:
    for of in ("demand", "grant"):
        text = TWO.replace("by: 10 %}", f"by: {by}, of: {of}}}").replace(", by: 5 %, of: grant", ", by: 0 %")
        case = ApplicationInputs(
            case="a",
            inputs={
                name: InputValue(value=value, source="")
                for name, value in {"kind": "one", "costs": "900", "length": "500"}.items()
            },
        )
        result = calculate(compile_rule_set(text), Decimal(1000), [case])
        assert result.total == Decimal(amount)


def test_a_demand_below_nothing_takes_nothing_from_anybody() -> None:
    text = TWO.replace("grant: 50 % * costs", "grant: costs - 400 €\n    allocation: {method: pro_rata}")
    cases = [
        ApplicationInputs(
            case=case,
            inputs={
                "kind": InputValue(value="one", source=""),
                "costs": InputValue(value=costs, source=""),
                "length": InputValue(value="2000", source=""),
            },
        )
        for case, costs in (("a", "100"), ("b", "500"), ("c", "600"))
    ]
    result = calculate(compile_rule_set(text), Decimal(150), cases)
    assert [each.amount for each in result.lines] == [0, 50, 100]
    assert outcome(result.lines[0]) == "rejected nothing-to-grant"


def test_what_is_shared_needs_a_budget() -> None:
    for text in (
        WHOLE,
        TWO.replace("grant: 50 % * costs", "weight: length").replace(
            "    weight: length", "    allocation: {method: shares, weight: length}"
        ),
    ):
        with pytest.raises(Unsharable, match="give the budget"):
            calculate(compile_rule_set(text), None, [])


@pytest.mark.parametrize(
    ("one", "two", "parts"),
    [
        ("60 %", "60 %", (600, 400)),
        ("60 %", "rest", (600, 400)),
        ("rest", "60 %", (400, 600)),
        ("100 €", "rest", (100, 900)),
        ("100 €", "30 %", (100, 300)),
        ("900 €", "300 €", (900, 100)),
        ("33.3333 %", "66.6666 %", ("333.33", "666.66")),
    ],
)
def test_each_scheme_has_its_own_money_and_never_what_another_spent(
    one: str, two: str, parts: tuple[int | str, int | str]
) -> None:
    text = TWO.replace(
        "    grant: 50 % * costs\n",
        f"    budget: {one}\n    grant: costs\n    allocation: {{method: pro_rata}}\n",
    )
    text = text.replace(
        "    grant: 10 % * costs\n",
        f"    budget: {two}\n    grant: costs\n    allocation: {{method: pro_rata}}\n",
    )
    text = text.replace("caps: [{code: top, most: 300 €}]", "caps: [{code: top, most: 3 000 €}]").replace(
        "costs < 1 000 €", "costs < 9 000 €"
    )
    given = {"kind": "both", "costs": "2000", "length": "2000"}
    of = ApplicationInputs(
        case="a", inputs={name: InputValue(value=value, source="") for name, value in given.items()}
    )
    result = calculate(compile_rule_set(text), Decimal(1000), [of])
    assert [part.total for part in result.parts] == [Decimal(each) for each in parts]


def test_a_reserve_is_a_share_rounded_to_the_cent_or_a_sum_and_never_more_than_the_budget() -> None:
    assert run(demand(), budget="10.10").reserve == Decimal("0.51")
    for reserve, held in (("100 €", "100.00"), ("99 999 €", "30000.00"), ("0 %", "0.00")):
        result = run(demand(), text=WHOLE.replace("reserve: 5 %", f"reserve: {reserve}"))
        assert result.reserve == Decimal(held)
        assert result.total <= 30000 - result.reserve


# Payment -------------------------------------------------------------------------------------------------------------


def test_evidence_is_asked_where_its_condition_holds_and_of_the_schemes_that_apply() -> None:
    rules = compile_rule_set(WHOLE)
    assert required_evidence(rules, inputs()) == ["map", "minutes", "cost-estimate"]
    assert required_evidence(rules, inputs(length="1000", costs="1000")) == ["minutes"]
    assert required_evidence(rules, inputs(road_class="III")) == ["map", "minutes"]
    assert required_evidence(rules, inputs(length="", costs="")) == ["minutes"]


def test_a_grant_is_paid_at_once_on_account_or_by_invoice() -> None:
    rules = compile_rule_set(WHOLE)
    upkeep, works = run(demand("a"), demand("b", road_class="III")).lines
    assert payment_plan(rules, upkeep, inputs(), FIXED) == {
        "at_once": upkeep.amount,
        "on_account": 0,
        "instalments": 0,
        "invoice": 0,
    }
    assert works.invoice == 200
    assert payment_plan(rules, works, inputs(road_class="III"), FIXED) == {
        "at_once": 0,
        "on_account": 0,
        "instalments": 0,
        "invoice": 200,
    }


@pytest.mark.parametrize(
    ("share", "most"),
    [
        ("80 %", "1280.00"),
        ("120 %", "1600.00"),
        ("0 % - 5 %", "0.00"),
        ("33.3333 %", "533.33"),
        ("33.3337 %", "533.33"),
    ],
)
def test_instalments_are_a_share_of_the_grant_and_never_more_than_it(share: str, most: str) -> None:
    text = AT_LAST.replace("instalments: 80 %", f"instalments: {share}")
    paid = line(demand(road_class="III", costs="2000", open_road="yes"), text=text)
    assert paid.amount == 1600
    plan = payment_plan(compile_rule_set(text), paid, inputs(road_class="III"), FIXED)
    assert plan == {"at_once": 0, "on_account": 1600, "instalments": Decimal(most), "invoice": 0}


def test_a_final_grant_is_counted_of_the_final_costs_and_never_above_what_was_decided() -> None:
    rules = compile_rule_set(AT_LAST)
    decided = {"works": Decimal(1500)}
    for costs, final in (("1000", 750), ("2000", 1500), ("9000", 1500), ("0", 0)):
        given = inputs(road_class="III", final_costs=costs)
        total, steps = final_account(rules, given, decided, Decimal(200), FIXED)
        assert total == final
        assert steps[-1].code == "final"
    kept, _ = final_account(rules, inputs(), {"upkeep": Decimal(900)}, Decimal(900), FIXED)
    assert kept == 900
    text = AT_LAST.replace("final: min(rate * final_costs, grant)", "final: rate * final_costs")
    given = inputs(road_class="III", final_costs="9000")
    beyond, _ = final_account(compile_rule_set(text), given, decided, Decimal(0), FIXED)
    assert beyond == 1500


def test_a_rounded_price_falls_as_many_steps_as_it_takes() -> None:
    """From 39.20 €/km down: 39.17 still comes to 3.97 €, and only 39.16 fits into 3.96 €."""
    metres = (6, 6, 24, 54, 11)
    shares = [Share(str(n), Decimal(each) / 1000) for n, each in enumerate(metres)]
    found = by_unit_price(
        Decimal("3.96"), shares, CENTS, Rounding.parse("down 0.01 €/km"), redistribute=False
    )
    assert found.level == Decimal("39.16")
    assert sum(found.amounts.values()) == Decimal("3.94")


def test_money_below_nought_makes_no_grant_larger() -> None:
    [line] = run(demand(costs="-1000")).lines
    assert (line.outcome, line.reasons) == ("incomplete", ("unreadable-costs",))
