"""Formulas: what they come to, to the last digit, and what is said of those that cannot hold."""

import re
from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from domain.criteria import formula
from domain.criteria.expression import MissingInput, Uncountable
from domain.criteria.functions import FUNCTIONS
from domain.criteria.tokens import KEYWORDS
from domain.criteria.units import (
    DATE,
    LENGTH,
    MOMENT,
    MONEY,
    NUMBER,
    PER_KM,
    PERCENT,
    TEXT,
    YES_NO,
    FormulaValue,
    Mistake,
    ValueType,
)
from tests.criteria import oracle as naive

KINDS: Mapping[str, ValueType] = {
    "length": LENGTH,
    "costs": MONEY,
    "price": PER_KM,
    "households": NUMBER,
    "share": PERCENT,
    "road_class": TEXT,
    "open_road": YES_NO,
    "built": DATE,
    "asked": MOMENT,
    "nobody_gave": NUMBER,
    "unsaid": YES_NO,
}
VALUES: Mapping[str, FormulaValue] = {
    "length": Decimal("1.5"),
    "costs": Decimal(2000),
    "price": Decimal(690),
    "households": Decimal(4),
    "share": Decimal("0.5"),
    "road_class": "II",
    "open_road": True,
    "built": date(2016, 3, 1),
    "asked": datetime(2026, 4, 30, 16, 0),  # noqa: DTZ001 - the wall clock, as everywhere in criteria
}


class Line:
    """A line with these values and no others."""

    def look(self, name: str) -> FormulaValue:
        if name not in VALUES:
            raise MissingInput(name)
        return VALUES[name]

    def has(self, name: str) -> bool:
        return name in VALUES

    def seen(self, name: str) -> bool:
        return name in VALUES


def value(text: str) -> FormulaValue:
    return formula.parse_formula(text, KINDS.get, lambda: list(KINDS)).value(Line())


def mistake(text: str) -> Mistake:
    with pytest.raises(Mistake) as found:
        formula.parse_formula(text, KINDS.get, lambda: list(KINDS))
    return found.value


# What they come to ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2 + 3 * 4", 14),
        ("(2 + 3) * 4", 20),
        ("20 - 5 - 3", 12),
        ("20 / 5 / 2", 2),
        ("20 / (4 / 2)", 10),
        ("2 * 3 / 4 * 2", 3),
        ("-2 * -3 - -1", 7),
        ("- (2 + 3)", -5),
        ("50 % * costs", 1000),
        ("costs - 12.5 % * costs", 1750),
        ("share + 25 %", Decimal("0.75")),
        ("1 000 € + 1\u00a0000.50 eur + 2\u202f000 EUR", Decimal("4000.50")),
        ("500 m + 1 km", Decimal("1.5")),
        ("0.7 €/m * 2 km", 1400),
        ("690 €/km * length", 1035),
        ("costs / length / 2 €/km", Decimal(2000) / 3),
        ("costs ÷ 4 × 3 – 100 €", 1400),
        ("length · price − 35 €", 1000),
        ("abs(100 € - costs)", 1900),
        ("min(costs, 3 000 €, price * length)", 1035),
        ("max(0, costs - 5 000 €)", 0),
        ("min(0, 0, -5 €)", -5),
        ("round(2.5, 1) + round(-2.5, 1)", 0),
        ("round(1249.99 €, 500 €)", 1000),
        ("floor(-7, 5)", -5),
        ("ceil(-7, 5)", -5),
        ("ceil(7, 5) + floor(7, 5)", 15),
        ("ceil(1510 m, 100 m)", Decimal("1.6")),
        ("if households > 3 then 1 else 2", 1),
        ("if households < 3 then 1 else if households = 4 then 5 else 6", 5),
        ("(if open_road then 2 else 3) * 2", 4),
        ("if open_road then 2 else 3 * 2", 2),
        ("value_or(nobody_gave, 7) + value_or(households, 7)", 11),
        ("year(built) + year(asked)", 4042),
        ("years(built, 2026-02-28)", 9),
        ("years(built, 2026-03-01)", 10),
        ("years(2016-03-15, 2026-03-14)", 9),
        ("days(2024-02-28, 2024-03-01)", 2),
        ("days(asked, 2026-05-01)", 1),
        ("1 / 3 * 3 - 1 + 10 - 10", 0),
    ],
)
def test_a_formula_comes_to(text: str, expected: Decimal) -> None:
    found = value(text)
    assert isinstance(found, Decimal)
    assert abs(found - expected) < Decimal("1e-24")


@pytest.mark.parametrize(
    ("text", "holds"),
    [
        ("length >= 1500 m and length <= 1.5 km", True),
        ("length > 1500 m or length < 1.5 km", False),
        ("length ≥ 1501 m", False),
        ("length ≠ 1500 m or costs ≤ 1999.99 €", False),
        ("not open_road or households = 4 and households == 4", True),
        ("not (open_road or households = 4)", False),
        ("not households = 5", True),
        ("yes or no and no", True),
        ("(yes or no) and no", False),
        ("TRUE and not False", True),
        ('road_class in ("I", "II")', True),
        ("road_class in ('I', 'III')", False),
        ("households in (1, 2, 4)", True),
        ("length in (1.5 km, 0)", True),
        ('road_class = "ii"', False),
        ("built < 2016-03-02 and built >= 2016-03-01", True),
        ("asked <= 2026-04-30 16:00", True),
        ("asked < 2026-04-30T16:00", False),
        ("min(built, 2026-01-01) = built", True),
        ("given(households) and not given(nobody_gave)", True),
        ("given(nobody_gave) and nobody_gave > 3", False),
        ("households > 0 - 5", True),
        ("open_road = yes", True),
    ],
)
def test_a_condition_holds_or_does_not(text: str, holds: bool) -> None:
    assert value(text) is holds


@pytest.mark.parametrize(
    ("text", "holds"),
    [
        ("no and unsaid", False),
        ("unsaid and no", False),
        ("yes or unsaid", True),
        ("unsaid or yes", True),
        ("unsaid and yes", None),
        ("yes and unsaid", None),
        ("unsaid or no", None),
        ("no or unsaid", None),
        ("not unsaid", None),
        ("if unsaid then yes else yes", None),
        ("if open_road then yes else unsaid", True),
    ],
)
def test_what_nobody_said_matters_only_where_the_rest_leaves_it_open(text: str, holds: bool | None) -> None:
    if holds is None:
        with pytest.raises(MissingInput, match="unsaid"):
            value(text)
    else:
        assert value(text) is holds


@pytest.mark.parametrize(
    "text",
    [
        "1 / 0",
        "costs / (households - 4)",
        "900 000 000 000 000 * 2",
        "1 / 0.0000000000000001",
        "-9 * 900 000 000 000 000",
    ],
)
def test_what_cannot_be_counted_is_left_to_a_person(text: str) -> None:
    with pytest.raises(Uncountable):
        value(text)


# The same by hand ----------------------------------------------------------------------------------------------------

Tree = tuple[str, Fraction | None, int]
"""A formula's text, its value in fractions or None where it has none, and how tightly it holds together."""

STEADY = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
OR, SUM, PRODUCT, ALONE = 0, 5, 6, 9
numbers = st.integers(0, 200).map(lambda n: (str(n), Fraction(n), ALONE))
decimals = st.integers(0, 9999).map(lambda n: (f"{n / 100:.2f}", Fraction(n, 100), ALONE))
percents = st.integers(0, 150).map(lambda n: (f"({n} % * 1)", Fraction(n, 100), ALONE))


@st.composite
def trees(draw: st.DrawFn, inner: st.SearchStrategy[Tree]) -> Tree:  # noqa: PLR0911 - a way of joining each
    """A larger tree of smaller ones, with brackets only where the meaning needs them."""
    (a, x, i), (b, y, j), (c, z, _) = draw(inner), draw(inner), draw(inner)
    sign = draw(
        st.sampled_from([*"+-*/+-*/", "min", "max", "round", "floor", "ceil", "if", "neg", "abs", "or"])
    )
    if x is None or y is None or z is None:
        return f"({a}) + 0", x, SUM
    match sign:
        case "+" | "-" | "*" | "/":
            mine = SUM if sign in "+-" else PRODUCT
            left = f"({a})" if i < mine else a
            right = f"({b})" if j <= mine else b
            if sign == "/":
                return f"{left} / {right}", x / y if y else None, mine
            return f"{left} {sign} {right}", x + y if sign == "+" else x - y if sign == "-" else x * y, mine
        case "min" | "max":
            return f"{sign}({a}, {b}, {c})", (min if sign == "min" else max)(x, y, z), ALONE
        case "round" | "floor" | "ceil":
            step = draw(st.sampled_from(["1", "0.5", "3", "0.01"]))
            mode = {"round": "half_up", "floor": "down", "ceil": "up"}[sign]
            return f"{sign}({a}, {step})", naive.rounded(x, (mode, Fraction(step))), ALONE
        case "if":
            compare = draw(st.sampled_from(["<", "<=", ">", ">=", "=", "!="]))
            holds = {"<": x < y, "<=": x <= y, ">": x > y, ">=": x >= y, "=": x == y, "!=": x != y}[compare]
            left, right = (f"({each})" if strength == OR else each for each, strength in ((a, i), (b, j)))
            return f"if {left} {compare} {right} then {c} else {a}", z if holds else x, OR
        case "neg":
            return f"-({a})", -x, SUM
        case "or":
            return f"value_or(nobody_gave, {a})", x, ALONE
    return f"abs({a})", abs(x), ALONE


@settings(STEADY, max_examples=300)
@given(st.recursive(numbers | decimals | percents, trees, max_leaves=14))
def test_the_engine_and_the_second_implementation_count_alike(tree: Tree) -> None:
    text, expected, _ = tree
    found = formula.parse_formula(text, KINDS.get)
    if expected is None or abs(expected) > 10**15:
        with pytest.raises(Uncountable):
            found.value(Line())
        return
    try:
        got = found.value(Line())
    except Uncountable:
        return  # on the way there it went beyond all bounds
    assert isinstance(got, Decimal)
    assert abs(Fraction(got) - expected) <= Fraction(1, 10**20)


@settings(STEADY, max_examples=200)
@given(st.recursive(numbers | decimals, trees, max_leaves=8))
def test_a_formula_as_it_is_shown_comes_to_the_same(tree: Tree) -> None:
    """What stands in the reasons is a formula too: reading it again gives the same value."""
    found = formula.parse_formula(tree[0], KINDS.get)
    try:
        first = found.value(Line())
    except Uncountable:
        return
    assert formula.parse_formula(found.shown(Line()), KINDS.get).value(Line()) == first


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("2*(3+4)", "2 × (3 + 4)"),
        ("2*(1/3)", "2 × (1 ÷ 3)"),
        ("2+(3-4)", "2 + (3 − 4)"),
        ("2*1/3", "2 × 1 ÷ 3"),
        ("2 * value_or(nobody_gave, 3 + 4)", "2 × (3 + 4)"),
        ("-value_or(nobody_gave, 3 + 4)", "−(3 + 4)"),
        ("(2*3)+4", "2 × 3 + 4"),
        ("(2+3)*4", "(2 + 3) × 4"),
        ("(2-3)/(4-5)", "(2 − 3) ÷ (4 − 5)"),
        ("(yes or no) and no", "(yes or no) and no"),
        ("10-(4-3)", "10 − (4 − 3)"),
        ("10/(4*3)", "10 ÷ (4 × 3)"),
        ("length*price", "1.50 km × 690 €/km"),
        ("not (open_road and yes) or no", "not («open_road» = yes and yes) or no"),
        ("if open_road then share * costs else 5 €", "50 % × 2000.00 €"),
        ('road_class in ("I","II")', 'II in ("I", "II")'),
        ("length >= 500m", "1.50 km ≥ 500m"),
        ("-(2+3)", "−(2 + 3)"),
        ("value_or(nobody_gave, 3)", "3"),
        ("open_road or (if unsaid then yes else no)", "«open_road» = yes or (if «unsaid» then yes else no)"),
        ("2 * (if open_road then 3 + 4 else 5)", "2 × (3 + 4)"),
    ],
)
def test_a_formula_with_its_values_in_it(text: str, shown: str) -> None:
    assert formula.parse_formula(text, KINDS.get).shown(Line()) == shown


# Which kind ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("costs / length", "euros per kilometre"),
        ("price * length", "euros"),
        ("costs / price", "kilometres"),
        ("length * length", "kilometres^2"),
        ("1 / length", "one per kilometre"),
        ("costs / costs", "a plain number"),
        ("share * share", "a plain number"),
        ("share + share", "a percentage"),
        ("0 + costs", "euros"),
        ("max(0, 0, costs)", "euros"),
        ("if yes then 0 else length", "kilometres"),
        ("share * costs", "euros"),
        ("days(built, asked)", "a plain number"),
        ("min(built, 2020-01-01)", "a date"),
        ("length > 0", "yes/no"),
        ("value_or(costs, 0)", "euros"),
        ("given(length)", "yes/no"),
        ('if yes then road_class else "I"', "text"),
    ],
)
def test_a_formula_has_a_unit(text: str, kind: str) -> None:
    assert str(formula.parse_formula(text, KINDS.get).kind) == kind


# What is wrong -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "at", "sentence", "mend"),
    [
        ("costs + length", 6, "Euros and kilometres cannot be added.", "left side is in euros, the right side in kilometres"),
        ("costs - 100", 6, "Euros and a plain number cannot be subtracted.", "100 €"),
        ("length >= 500", 7, "Kilometres and a plain number cannot be compared.", "500 m"),
        ("length >= 5", 7, "Kilometres and a plain number cannot be compared.", "5 km"),
        ("price * length > price", 15, "Euros and euros per kilometre cannot be compared.", "euros per kilometre"),
        ("max(1, costs)", 7, "A plain number and euros cannot be compared.", "1 €"),
        ("if yes then costs else length", 0, "Euros and kilometres cannot be chosen between.", ""),
        ("value_or(costs, 5)", 0, "Euros and a plain number cannot be chosen between.", "5 €"),
        ("length in (500, 1000)", 11, "The list holds values such as kilometres, written out.", ""),
        ("length in (1 km, 5 €)", 17, "The list holds values such as kilometres, written out.", ""),
        ("round(costs, 1)", 13, "Euros and a plain number cannot be compared.", "1 €"),
        ("built < 2020", 6, "A date and a plain number cannot be compared.", "names and their types"),
        ("asked <= 2026-04-30", 6, "A moment and a date cannot be compared.", "2026-04-30 16:00"),
        ("asked - asked", 0, "Only numbers can be subtracted; here is a moment.", ""),
        ("road_class * 2", 0, "Only numbers can be multiplied; here is text.", ""),
        ("-open_road", 1, "Only numbers can be negated; here is yes/no.", ""),
        ("costs and yes", 0, "“and” joins two conditions, but here is euros.", "length >= 500 m"),
        ("not costs", 4, "“not” turns a condition round, but here is euros.", ""),
        ("if costs then 1 else 2", 3, "after “if” stands a condition, but here is euros.", ""),
        ('road_class < "II"', 11, "There is no order between values that are text.", "="),
        ('max(road_class, "I")', 0, "max compares numbers or dates, not text.", ""),
        ("length * length * length * length", 25, "The product would be in kilometres^4.", ""),
        ("0,75 * costs", 1, "A comma stands between two digits.", "Write decimals with a point: 0.75."),
        ("min(0,75 * costs, 5 €)", 5, "A comma stands between two digits.", "a space follows the comma"),
        ("0, 75 * costs", 1, "“,” stands here, but the formula should end here.", "Write decimals with a point: 0.75."),
        ("lenght * 2", 0, "There is nothing called lenght.", "Did you mean length?"),
        ("zzz", 0, "There is nothing called zzz.", "The names are asked, built, costs"),
        ("foo(1)", 0, "There is no function foo.", "min, max"),
        ("min(1)", 0, "min is given 1 values, but takes 2 or more.", ""),
        ("years(built)", 0, "years is given 1 values, but takes 2.", ""),
        ("days(1, 2)", 5, "days is about dates; here is a plain number.", ""),
        ("round(costs, costs)", 13, "The second value is the step, written out.", "round(length, 100 m)"),
        ("round(costs, 0 €)", 13, "The second value is the step, written out.", ""),
        ("round(1, 0.0000000001)", 9, "The second value is the step, written out.", ""),
        ("given(length * 2)", 13, "given is about one name.", "given(last_grant_year)"),
        ("length in (households)", 11, "The list holds values such as kilometres, written out.", ""),
        ("length in 5", 10, "“5” stands here, but “(” begins the list of values.", ""),
        ("if yes then 1", 13, "the formula ends here, but “else” is needed: a value in every case.", ""),
        ("if yes 1", 7, "“1” stands here, but “then” follows the condition.", ""),
        ("road_class is 1", 11, "“is” stands here, but the formula should end here.", "Write ="),
        ("1 < 2 < 3", 6, "Two comparisons stand in a row.", "a <= b and b <= c"),
        ("(1 + 2", 6, "the formula ends here, but “)” closes the bracket.", ""),
        ("1 + ", 4, "the formula ends here, but a value should stand here.", ""),
        ("1 + # 2", 4, "“#” does not belong in a formula.", ""),
        ("built < 2026-02-31", 8, "There is no day 2026-02-31.", "calendar"),
        ("asked < 2026-02-01 24:10", 8, "There is no day 2026-02-01 24:10.", ""),
        ("9" * 16, 0, "This number is too large.", ""),
        ("1 + 1" + "0" * 15, 4, "This number is too large.", ""),
    ],
)  # fmt: skip
def test_a_mistake_says_what_where_and_how_to_mend_it(text: str, at: int, sentence: str, mend: str) -> None:
    found = mistake(text)
    assert (found.sentence, found.offset) == (sentence, at)
    assert mend in found.mend


@pytest.mark.parametrize(
    ("within", "beyond", "sentence"),
    [
        ("1" + " + 1" * 90, "1" + " + 1" * 110, "Too many values stand in a row."),
        ("(" * 30 + "1" + ")" * 30, "(" * 41 + "1" + ")" * 41, "The formula is nested too deeply."),
        ("not " * 30 + "yes", "not " * 41 + "yes", "The formula is nested too deeply."),
        ("-" * 30 + "1", "-" * 41 + "1", "The formula is nested too deeply."),
        ("1" + " " * 999, "1" + " " * 1000, "A formula has at most 1000 characters."),
    ],
)
def test_a_formula_is_neither_long_nor_deep_without_end(within: str, beyond: str, sentence: str) -> None:
    value(within)
    assert mistake(beyond).sentence == sentence


def test_every_name_is_a_word_of_its_own_or_a_sign() -> None:
    assert all(re.fullmatch(r"[a-z_]+", name) for name in FUNCTIONS)
    for word in KEYWORDS:
        assert mistake(f"{word} {word}").sentence
