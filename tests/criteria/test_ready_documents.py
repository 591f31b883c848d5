"""The ready criteria documents: nothing is found in them, and their key figures are counted here once more by hand."""

import json
from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pytest
import yaml

from domain.adopted_criteria import check_text
from domain.criteria import READY_CRITERIA_FOLDER, ready_criteria
from domain.criteria.calculation import calculate
from domain.criteria.compiler import compile_rule_set
from domain.criteria.document import criteria_json_schema
from domain.criteria.line_evaluation import InputValue
from domain.criteria.result import CalculationResult
from domain.criteria.rows import budget_of, inputs_from_rows
from domain.criteria.ruleset import RuleSet
from domain.criteria.settlement import final_account
from domain.criteria.sharing import Unsharable
from domain.criteria.units import plain

NAMES = sorted(ready_criteria())
LANGUAGES = {"fi", "sv", "en"}

Row = Mapping[str, Any]


def document(name: str) -> RuleSet:
    return compile_rule_set(ready_criteria()[name])


def run(name: str, budget: str | None, rows: Mapping[str, Row], **slots: str) -> CalculationResult:
    """A round of these lines under a ready document; a slot that is not given has its preview."""
    rules = document(name)
    demands = inputs_from_rows(rules, [{"id": id_, **row} for id_, row in rows.items()])
    return calculate(rules, budget_of(budget), demands, {**rules.previews, **slots})


def outcomes(result: CalculationResult) -> dict[str, str]:
    """Each line's amount, or its outcome and reasons."""
    return {
        line.case: str(line.amount)
        if line.outcome == "granted"
        else f"{line.outcome} {' '.join(line.reasons)}"
        for line in result.lines
    }


def final(name: str, granted: str, paid: str, scheme: str = "grant", **inputs: str) -> str:
    """The final grant on a final account."""
    given = {each: InputValue(value=value, source="test") for each, value in inputs.items()}
    amount, _ = final_account(document(name), given, {scheme: Decimal(granted)}, Decimal(paid), {})
    return str(amount)


# Every document ------------------------------------------------------------------------------------------------------


def test_there_is_a_document_for_each_kind_of_practice() -> None:
    assert NAMES == [
        "budget-divided-by-length",
        "class-share-fixed-by-the-board",
        "class-share-of-costs-under-a-cap",
        "class-weighted-length-to-the-cent",
        "class-weighted-length-whole-euro-price",
        "ferry-and-bridge-after-state-aid",
        "improvement-by-estimate-tiers",
        "maintenance-and-improvement-in-one-budget",
        "per-household-and-length",
        "points-times-costs",
        "reasonable-costs-a-kilometre",
        "renewed-without-application",
        "reserves-reduce-the-grant",
        "top-up-of-state-aid",
        "work-done-and-invoiced",
    ]


@pytest.mark.parametrize("name", NAMES)
def test_nothing_is_found_in_it(name: str) -> None:
    rules, findings = check_text(ready_criteria()[name])
    assert [str(each) for each in findings] == []
    assert rules is not None


@pytest.mark.parametrize("name", NAMES)
def test_its_file_is_called_what_it_is_called(name: str) -> None:
    assert document(name).name == name
    assert (READY_CRITERIA_FOLDER / f"{name}.yaml").is_file()


@pytest.mark.parametrize("name", NAMES)
def test_every_text_stands_in_three_languages(name: str) -> None:
    rules = document(name)
    doc = rules.document
    texts: list[Mapping[Any, str]] = [doc.title, *doc.conditions]
    for named in (doc.inputs, doc.slots, doc.tables, doc.values, doc.schemes):
        texts += [each.text for each in named.values()]
    for part in (doc, *doc.schemes.values()):
        rules_of_part = (part.eligibility, part.caps, part.reductions)
        texts += [each.text for of_a_kind in rules_of_part for each in of_a_kind]
        texts += [part.minimum.text] if part.minimum else []
    assert [text for text in texts if set(text) != LANGUAGES] == []


@pytest.mark.parametrize("name", NAMES)
def test_it_asks_for_evidence_binds_the_grant_and_has_worked_examples(name: str) -> None:
    rules = document(name)
    wanted = {kind for kind, _ in (*rules.evidence, *(each for s in rules.schemes for each in s.evidence))}
    assert "minutes" in wanted
    in_finnish = " ".join(texts["fi"] for texts in rules.document.conditions)
    assert "85 §" in in_finnish
    assert "selvitys" in in_finnish or "lopputilitys" in in_finnish
    assert "periä takaisin" in in_finnish
    assert rules.document.examples


class Editor(yaml.SafeLoader):
    """YAML 1.2, as editors read it: a word such as `on` or `yes` stays a word."""


Editor.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if tag != "tag:yaml.org,2002:bool"]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


def as_json(value: Any) -> Any:
    """Days and moments as texts: JSON has none."""
    return json.loads(json.dumps(value, default=_written))


def _written(of: date | datetime) -> str:
    return of.isoformat(" ") if isinstance(of, datetime) else of.isoformat()


@pytest.mark.parametrize("name", NAMES)
def test_an_editor_finds_nothing_either(name: str) -> None:
    jsonschema_rs = pytest.importorskip("jsonschema_rs")
    validator = jsonschema_rs.Draft202012Validator(criteria_json_schema())
    instance = as_json(yaml.load(ready_criteria()[name], Loader=Editor))
    assert [f"{each.instance_path}: {each.message}" for each in validator.iter_errors(instance)] == []


@pytest.mark.parametrize("name", NAMES)
def test_the_order_of_the_lines_does_not_matter(name: str) -> None:
    rules = document(name)
    for example in rules.document.examples:
        rows = [
            {key: value for key, value in row.items() if key not in ("gives", "final", "invoice")}
            for row in example.lines
        ]
        budget = budget_of(example.budget or rules.document.budget)
        slots = {**rules.previews, **example.slots}
        there = calculate(rules, budget, inputs_from_rows(rules, rows), slots)
        back = inputs_from_rows(rules, rows)[::-1]
        assert calculate(rules, budget, back, slots).bytes() == there.bytes()


# A: the budget divided by length (Muonio 2022) -----------------------------------------------------------------------

MUONIO = {
    "Jäkälätörmäntie": (510, "351.90"),
    "Kalliotie": (750, "517.50"),
    "Kangosjärven yksityistiekunta": (2900, "2001.00"),
    "Keimiöniemen yksityistie": (2500, "1725.00"),
    "Kemiläisen yksityistie": (1500, "1035.00"),
    "Kropion yksityistiekunta": (3600, "2484.00"),
    "Kumpulantie": (2200, "1518.00"),
    "Käpytien yksityistie": (700, "483.00"),
    "Kätkäjärven yksityistie": (1000, "690.00"),
    "Lehdontien yksityistie": (1300, "897.00"),
    "Nulusniemen yksityistie": (2400, "1656.00"),
    "Ojalehdontie": (3500, "2415.00"),
    "Oostatien tiekunta": (940, "648.60"),
    "Paalumaan yksityistie": (1100, "759.00"),
    "Siepinvaaran yksityistie": (520, "358.80"),
    "Soukan yksityistie": (10450, "7210.50"),
    "Särkijärven yksityistie": (1200, "828.00"),
    "Vanhaniemen tiekunta": (1200, "828.00"),
    "Äkäskeron yksityistie": (5000, "3450.00"),
}
"""Metres and euros as Muonio published them."""


def test_muonio_2022_comes_out_to_the_cent() -> None:
    rows = {road: {"length": length} for road, (length, _) in MUONIO.items()}
    result = run("budget-divided-by-length", "30 000 €", rows)
    assert outcomes(result) == {road: grant for road, (_, grant) in MUONIO.items()}
    assert result.unit_price == 690
    assert (str(result.total), str(result.unallocated)) == ("29856.30", "143.70")
    assert document("budget-divided-by-length").title == "Elinvoimalautakunta 31.5.2022 § 58"


def test_a_road_under_500_metres_is_too_short() -> None:
    result = run("budget-divided-by-length", "1 000 €", {"a": {"length": 499}, "b": {"length": 500}})
    assert outcomes(result) == {"a": "rejected too-short", "b": "1000.00"}


# B: class-weighted length --------------------------------------------------------------------------------------------


def test_class_weights_use_the_budget_to_the_cent() -> None:
    rows: dict[str, Row] = {
        "one": {"road_class": "I", "length": 3200, "permanent_households": 2},
        "two": {"road_class": "II", "length": 2500, "permanent_households": 4},
        "three": {"road_class": "III", "length": 1300, "permanent_households": 0},
        "short": {"road_class": "II", "length": 999, "permanent_households": 4},
        "few": {"road_class": "II", "length": 1000, "permanent_households": 2},
        "unseen": {"length": 1000, "permanent_households": 2},
    }
    result = run("class-weighted-length-to-the-cent", "10 000 €", rows)
    # 10 000 ÷ (6.40 + 3.75 + 1.30): 5589.5196…, 3275.1091…, 1135.3711…
    assert outcomes(result) == {
        "one": "5589.52",
        "two": "3275.11",
        "three": "1135.37",
        "short": "rejected too-short-for-class",
        "few": "rejected too-few-households",
        "unseen": "manual ask-road-class",
    }
    assert str(result.total) == "10000.00"


def test_class_weights_with_a_price_in_whole_euros_leave_something() -> None:
    rows = {
        "one": {"road_class": "main", "length": 3200},
        "two": {"road_class": "collecting", "length": 2500},
        "three": {"road_class": "dwelling", "length": 1300},
        "at-400": {"road_class": "dwelling", "length": 399},
        "at-600": {"road_class": "collecting", "length": 599},
        "at-800": {"road_class": "main", "length": 799},
    }
    result = run("class-weighted-length-whole-euro-price", "10 000 €", rows)
    assert result.unit_price == 873  # 873.36…
    assert outcomes(result) == {
        "one": "5587.20",
        "two": "3273.75",
        "three": "1134.90",
        **dict.fromkeys(("at-400", "at-600", "at-800"), "rejected too-short-for-class"),
    }
    assert str(result.unallocated) == "4.15"


# C: a class's share of costs under a cap, pro rata -------------------------------------------------------------------

FOUR_ROADS: Mapping[str, Row] = {
    "C1": {"road_class": 1, "length": 5100, "costs": "7200.00"},
    "C2": {"road_class": 2, "length": 2400, "costs": "1480.50"},
    "C3": {"road_class": 2, "length": 1800, "costs": "2210.00"},
    "C4": {"road_class": 3, "length": 3000, "costs": "1750.00"},
}


@pytest.mark.parametrize("name", ["class-share-of-costs-under-a-cap", "class-share-fixed-by-the-board"])
def test_four_roads_within_6500_euros(name: str) -> None:
    result = run(name, "6 500 €", FOUR_ROADS)
    assert outcomes(result) == {"C1": "3802.41", "C2": "858.52", "C3": "969.24", "C4": "869.83"}
    assert str(result.factor) == "0.8284106623"
    assert str(result.total) == "6500.00"


@pytest.mark.parametrize("name", ["class-share-of-costs-under-a-cap", "class-share-fixed-by-the-board"])
def test_four_roads_where_the_budget_is_enough(name: str) -> None:
    result = run(name, "7 846.35 €", FOUR_ROADS)
    assert outcomes(result) == {"C1": "4590.00", "C2": "1036.35", "C3": "1170.00", "C4": "1050.00"}
    assert result.factor == 1


def test_what_the_board_has_not_fixed_keeps_a_line_waiting() -> None:
    rules = document("class-share-fixed-by-the-board")
    demands = inputs_from_rows(rules, [{"id": id_, **row} for id_, row in FOUR_ROADS.items()])
    fixed = {name: value for name, value in rules.previews.items() if name != "class_1_percent"}
    assert (
        outcomes(calculate(rules, Decimal(6500), demands, fixed))["C1"] == "manual not-fixed-class-1-percent"
    )


def test_the_board_fixes_another_percentage() -> None:
    result = run("class-share-fixed-by-the-board", "9 000 €", FOUR_ROADS, class_1_percent="50 %")
    assert outcomes(result)["C1"] == "3600.00"  # 50 % of 7 200 is below 5.1 km × 900 €/km


# D: points × costs, a ceiling and redistribution ---------------------------------------------------------------------

POINTS: Mapping[str, Row] = {
    "one": {"costs": 2000, "base_points": 100},
    "two": {"costs": 4000, "base_points": 100, "outside_traffic_points": 60, "high_cost_points": 25},
    "three": {"costs": 6000, "base_points": 50},
}


@pytest.mark.parametrize(
    ("budget", "grants", "left"),
    [
        ("1 200 €", ("200.00", "700.00", "300.00"), "0.00"),  # nobody at 75 %
        (
            "6 000 €",
            ("1200.00", "3000.00", "1800.00"),
            "0.00",
        ),  # the second is at 3 000, the others share 3 000
        ("7 000 €", ("1500.00", "3000.00", "2500.00"), "0.00"),  # then the first is at 1 500
        ("20 000 €", ("1500.00", "3000.00", "4500.00"), "11000.00"),  # all are
    ],
)
def test_what_the_ceiling_cuts_off_goes_to_the_others(
    budget: str, grants: tuple[str, ...], left: str
) -> None:
    rows = {id_: {"length": 400, "free_service_traffic": "yes", **row} for id_, row in POINTS.items()}
    result = run("points-times-costs", budget, rows)
    assert outcomes(result) == dict(zip(POINTS, grants, strict=True))
    assert str(result.unallocated) == left


def test_a_fee_from_service_traffic_and_a_short_road_are_rejected() -> None:
    rows = {
        "toll": {"length": 400, "free_service_traffic": "no", **POINTS["one"]},
        "short": {"length": 399, "free_service_traffic": "yes", **POINTS["one"]},
    }
    assert outcomes(run("points-times-costs", "7 000 €", rows)) == {
        "toll": "rejected fee-from-service-traffic",
        "short": "rejected too-short",
    }


# E: improvement in tiers by the estimate (Ilomantsi) -----------------------------------------------------------------

PROJECT: Row = {"state_aid": "no", "private_share": 100, "registered": "yes", "round_year": 2026}
TIERS = [
    ("8000.00", "no", "4000.00"),
    ("10000.00", "no", "5000.00"),
    ("10000.01", "no", "4000.00"),  # the jump
    ("37500.00", "no", "15000.00"),
    ("60000.00", "no", "15000.00"),
    ("8000.00", "yes", "1600.00"),
    ("10000.00", "yes", "2000.00"),
    ("10000.01", "yes", "1500.00"),
    ("120000.00", "yes", "15000.00"),
]


@pytest.mark.parametrize(("estimate", "state_aid", "grant"), TIERS)
def test_the_estimate_decides_the_tier(estimate: str, state_aid: str, grant: str) -> None:
    row = {**PROJECT, "estimate": estimate, "state_aid": state_aid}
    assert outcomes(run("improvement-by-estimate-tiers", None, {"road": row})) == {"road": grant}


def test_only_private_persons_share_counts() -> None:
    row = {**PROJECT, "estimate": 20000, "private_share": 85}
    assert outcomes(run("improvement-by-estimate-tiers", None, {"road": row})) == {"road": "6800.00"}


@pytest.mark.parametrize(
    ("last", "comes"),
    [("2017", "rejected granted-within-ten-years"), ("2016", "4000.00"), ("", "4000.00")],
)
def test_once_in_ten_years(last: str, comes: str) -> None:
    row = {**PROJECT, "estimate": 8000, "last_grant_year": last}
    assert outcomes(run("improvement-by-estimate-tiers", None, {"road": row})) == {"road": comes}


@pytest.mark.parametrize(
    ("registered", "comes"), [("no", "rejected not-registered"), ("", "manual ask-registered")]
)
def test_only_a_registered_association(registered: str, comes: str) -> None:
    row = {**PROJECT, "estimate": 8000, "registered": registered}
    assert outcomes(run("improvement-by-estimate-tiers", None, {"road": row})) == {"road": comes}


@pytest.mark.parametrize(
    ("estimate", "granted", "actual", "state_aid", "share", "comes"),
    [
        ("9800", "4900.00", "9000", "no", "100", "4500.00"),
        ("12000", "4800.00", "9500", "no", "100", "3800.00"),  # the tier of the estimate: 40 %, not 50 %
        ("20000", "6800.00", "18000", "no", "85", "6120.00"),
        ("20000", "3000.00", "10000", "yes", "100", "1500.00"),
        ("60000", "15000.00", "55000", "no", "100", "15000.00"),  # 22 000, the cap
        ("9000", "4500.00", "9800", "no", "100", "4500.00"),  # never above what was decided
    ],
)
def test_it_is_paid_on_actual_costs(
    estimate: str, granted: str, actual: str, state_aid: str, share: str, comes: str
) -> None:
    inputs = {"estimate": estimate, "actual_costs": actual, "state_aid": state_aid, "private_share": share}
    assert final("improvement-by-estimate-tiers", granted, "0.00", **inputs) == comes


# F: a top-up of state aid (Kangasniemi § 31/2021) --------------------------------------------------------------------


def test_kangasniemi_is_granted_16000_and_paid_12800_during_the_works() -> None:
    row = {"arrived": "2026-03-02 09:00", "estimate": 80000, "state_aid": "yes"}
    assert outcomes(run("top-up-of-state-aid", "16 000 €", {"road": row})) == {"road": "16000.00"}
    rules = document("top-up-of-state-aid")
    (scheme,) = rules.schemes
    assert scheme.instalments is not None
    assert plain(scheme.instalments.value(None), scheme.instalments.kind) == "80"  # type: ignore[arg-type]  # a share of nothing that the line says
    assert scheme.spec.payment.when == "on_account"


@pytest.mark.parametrize(
    ("actual", "comes", "balance"),
    [
        ("71250.00", "14250.00", "1450.00"),
        ("86400.00", "16000.00", "3200.00"),
        ("60000.00", "12000.00", "-800.00"),  # paid too much: recovered
    ],
)
def test_kangasniemis_final_account(actual: str, comes: str, balance: str) -> None:
    found = final("top-up-of-state-aid", "16000.00", "12800.00", actual_costs=actual)
    assert found == comes
    assert str(Decimal(found) - Decimal("12800.00")) == balance


def test_without_state_aid_there_is_no_top_up_and_the_first_come_first() -> None:
    rows = {
        "without": {"arrived": "2026-03-01 09:00", "estimate": 80000, "state_aid": "no"},
        "first": {"arrived": "2026-03-02 09:00", "estimate": 80000, "state_aid": "yes"},
        "second": {"arrived": "2026-03-02 09:01", "estimate": 40000, "state_aid": "yes"},
    }
    assert outcomes(run("top-up-of-state-aid", "20 000 €", rows)) == {
        "without": "rejected no-state-aid",
        "first": "16000.00",
        "second": "rejected budget-used",
    }


# G to L --------------------------------------------------------------------------------------------------------------


def test_per_household_and_length_with_a_cap_of_costs() -> None:
    rows = {
        "three": {"permanent_households": 3, "length": 1400, "costs": 900},
        "nine": {"permanent_households": 9, "length": 2200, "costs": 1300},
        "none": {"permanent_households": 0, "length": 2200, "costs": 1300},
    }
    assert outcomes(run("per-household-and-length", "5 000 €", rows)) == {
        "three": "432.00",
        "nine": "650.00",
        "none": "rejected no-permanent-household",
    }


@pytest.mark.parametrize(
    ("reserves", "comes"), [("0", "1500.00"), ("4000.00", "1500.00"), ("4000.01", "1125.00")]
)
def test_reserves_above_two_years_need_cut_a_quarter(reserves: str, comes: str) -> None:
    row = {"length": 400, "costs": 2000, "reserves": reserves, "yearly_need": 2000}
    assert outcomes(run("reserves-reduce-the-grant", "5 000 €", {"road": row})) == {"road": comes}


@pytest.mark.parametrize(
    ("road_class", "costs", "bears", "invoice"),
    [
        ("1", "2000.00", "1600.00", "400.00"),
        ("2", "1000.00", "750.00", "250.00"),
        ("2", "1000.02", "750.02", "250.00"),  # half a cent on both sides: together they are the costs
        ("3", "900.33", "630.23", "270.10"),
    ],
)
def test_the_municipality_does_the_work_and_invoices(
    road_class: str, costs: str, bears: str, invoice: str
) -> None:
    row = {"road_class": road_class, "costs": costs, "municipality_does_it": "yes"}
    (line,) = run("work-done-and-invoiced", "5 000 €", {"road": row}).lines
    assert (str(line.amount), str(line.invoice)) == (bears, invoice)
    assert line.amount + Decimal(invoice) == Decimal(costs)


def test_an_association_that_does_its_own_work_is_not_invoiced() -> None:
    row = {"road_class": 1, "costs": 2000, "municipality_does_it": "no"}
    (line,) = run("work-done-and-invoiced", "5 000 €", {"road": row}).lines
    assert (str(line.amount), line.invoice) == ("1600.00", None)


def test_a_ferry_and_a_bridge_after_the_states_share() -> None:
    rows = {
        "ferry": {"crossing": "ferry", "costs": 42000, "state_aid": 33600},
        "bridge": {"crossing": "bridge", "costs": 10000, "state_aid": 8000},
        "alone": {"crossing": "bridge", "costs": 10000, "state_aid": 0},
        "odd": {"crossing": "bridge", "costs": 10000, "state_aid": "8000.01"},
    }
    assert outcomes(run("ferry-and-bridge-after-state-aid", "6 000 €", rows)) == {
        "ferry": "4200.00",
        "bridge": "800.00",
        "alone": "rejected no-state-aid",
        "odd": "manual more-than-the-state-bears",
    }


def test_a_renewed_grant_asks_only_what_is_known() -> None:
    rules = document("renewed-without-application")
    assert rules.document.renewal is True
    assert all(each.source.startswith("application.") for each in rules.document.inputs.values())
    rows = {
        "six": {"permanent_households": 6, "length": 2500},
        "five": {"permanent_households": 5, "length": 2500},
        "three": {"permanent_households": 3, "length": 1310},
        "two": {"permanent_households": 2, "length": 1310},
        "none": {"permanent_households": 0, "length": 1310},
    }
    assert outcomes(run("renewed-without-application", "77 500 €", rows)) == {
        "six": "1300.00",
        "five": "1025.00",
        "three": "537.10",
        "two": "393.00",
        "none": "rejected no-permanent-household",
    }


def test_the_smaller_of_actual_and_reasonable_costs_counts() -> None:
    rows = {
        "one": {"road_class": 1, "permanent_households": 3, "length": 3200, "costs": 5100},
        "four": {"road_class": 4, "permanent_households": 2, "length": 900, "costs": 640},
        "short": {"road_class": 1, "permanent_households": 3, "length": 999, "costs": 640},
        "few": {"road_class": 4, "permanent_households": 1, "length": 900, "costs": 640},
    }
    assert outcomes(run("reasonable-costs-a-kilometre", "10 000 €", rows)) == {
        "one": "3136.00",
        "four": "256.00",
        "short": "rejected too-short-for-class",
        "few": "rejected too-few-households",
    }


# Two schemes in one budget -------------------------------------------------------------------------------------------

TOGETHER = "maintenance-and-improvement-in-one-budget"
IN_TIME = "2026-04-30 16:00"


def road(length: int, **more: Any) -> Row:
    return {
        "arrived": IN_TIME,
        "length": length,
        "length_to_last_dwelling": length,
        "permanent_households": 1,
        **more,
    }


def improvement(**more: Any) -> Row:
    asked = {"for_improvement": "yes", "improvement_estimate": 4000, "work_begun": "no"}
    return road(5000, **{**asked, "for_maintenance": "no", **more})


def test_improvement_has_its_share_maintenance_the_rest_and_the_reserve_is_held_back() -> None:
    rows = {
        "hill": {**improvement(improvement_estimate=5000, for_maintenance="yes"), "length_to_last_dwelling": 6000, "length": 7000},
        "lake": improvement(for_maintenance="yes"),
        "through": road(9000, permanent_households=0, significant_through_traffic="yes"),
        "short": road(600),
    }  # fmt: skip
    result = run(TOGETHER, "10 000 €", rows)
    assert str(result.reserve) == "500.00"
    assert [(part.scheme, str(part.available), str(part.total)) for part in result.parts] == [
        ("improvement", "2850.00", "2850.00"),
        ("maintenance", "6650.00", "6640.00"),
    ]
    assert result.unit_price == 332
    assert outcomes(result) == {
        "hill": "3575.33",  # 1 992.00 + 1 583.33
        "lake": "2926.67",  # 1 660.00 + 1 266.67
        "through": "2988.00",
        "short": "rejected below-smallest-grant",
    }
    assert str(result.unallocated) == "510.00"


def test_what_improvement_does_not_use_goes_to_maintenance() -> None:
    result = run(TOGETHER, "10 000 €", {"a": improvement(improvement_estimate=1000), "b": road(1000)})
    assert outcomes(result) == {"a": "400.00", "b": "9100.00"}


@pytest.mark.parametrize(
    ("row", "comes"),
    [
        (road(1000), "9500.00"),
        (road(1000, arrived="2026-04-30 16:01"), "rejected late"),
        (road(1000, length_to_last_dwelling=499), "rejected too-short"),
        (road(1000, length_to_last_dwelling=5000), "9500.00"),  # no more than the register's length
        (road(1000, permanent_households=0), "manual ask-significant-through-traffic"),
        (
            road(1000, permanent_households=0, significant_through_traffic="no"),
            "rejected no-use-to-aid",
        ),
        (improvement(), "1600.00"),
        (improvement(improvement_estimate=50000), "2850.00"),  # at most 8 000, and 30 % of 9 500
        (improvement(last_improvement_year=2024), "rejected improved-within-three-years"),
        (improvement(last_improvement_year=2023), "1600.00"),
        (improvement(work_begun="yes"), "rejected work-begun"),
    ],
)
def test_one_road_alone(row: Row, comes: str) -> None:
    assert outcomes(run(TOGETHER, "10 000 €", {"road": row})) == {"road": comes}


def test_an_improvement_that_is_rejected_does_not_take_the_maintenance_grant() -> None:
    row = improvement(last_improvement_year=2024, for_maintenance="yes")
    (line,) = run(TOGETHER, "10 000 €", {"road": row}).lines
    assert (line.outcome, str(line.amount)) == ("granted", "9500.00")
    assert line.reasons == ("improved-within-three-years",)


def test_an_improvement_is_paid_on_actual_costs() -> None:
    assert final(TOGETHER, "1600.00", "800.00", "improvement", actual_costs="3500") == "1400.00"
    assert final(TOGETHER, "1600.00", "800.00", "improvement", actual_costs="5000") == "1600.00"


def test_a_budget_is_needed_where_one_is_shared() -> None:
    with pytest.raises(Unsharable):
        run("budget-divided-by-length", None, {"road": {"length": 1000}})


def test_the_published_schema_changes_only_on_purpose() -> None:
    published = (READY_CRITERIA_FOLDER.parent.parent.parent / "docs" / "criteria.schema.json").read_text(
        encoding="utf-8"
    )
    assert json.loads(published) == json.loads(json.dumps(criteria_json_schema())), (
        "if this is meant: asiapolku criteria schema > docs/criteria.schema.json"
    )
