"""Numbers with units, as documents and people write them, and the four ways of rounding."""

from datetime import date, datetime
from decimal import Decimal, localcontext
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.criteria.units import (
    DATE,
    EXACT,
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
    Rounding,
    ValueType,
    guarded,
    parse_quantity,
    parse_value,
    write_value,
)
from tests.criteria import oracle as naive

MODES = ("down", "up", "half_up", "half_even")


@pytest.mark.parametrize(
    ("text", "value", "kind"),
    [
        ("690 €/km", "690", PER_KM),
        ("0.7 €/m", "700.0", PER_KM),
        ("75 %", "0.75", PERCENT),
        ("75%", "0.75", PERCENT),
        ("500 m", "0.5", LENGTH),
        ("0.5 km", "0.5", LENGTH),
        ("1 400.50 €", "1400.50", MONEY),
        ("1\u00a0400 EUR", "1400", MONEY),
        ("12 345 678", "12345678", NUMBER),
        ("−3", "-3", NUMBER),
        ("-3 %", "-0.03", PERCENT),
        (" 2 ", "2", NUMBER),
        ("5 eur/km", "5", PER_KM),
        ("2 eur/m", "2000", PER_KM),
    ],
)
def test_a_number_with_its_unit(text: str, value: str, kind: ValueType) -> None:
    assert parse_quantity(text) == (Decimal(value), kind)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("0,75", "has a decimal comma"),
        ("-1,5 km", "has a decimal comma"),
        ("1 23", "is not a number with a unit"),
        ("1 2345", "is not a number with a unit"),
        ("1.2.3", "is not a number with a unit"),
        ("5 kg", "is not a number with a unit"),
        ("€ 5", "is not a number with a unit"),
        ("1e5", "is not a number with a unit"),
        ("", "is not a number with a unit"),
        ("1" + "0" * 15, "too large"),
        ("0." + "1" * 40, "too large"),
    ],
)
def test_what_is_no_number(text: str, sentence: str) -> None:
    with pytest.raises(Mistake, match=sentence):
        parse_quantity(text)


@pytest.mark.parametrize(
    ("text", "kind", "unit", "value"),
    [
        ("1500", LENGTH, "m", Decimal("1.5")),
        ("1500", LENGTH, "km", Decimal(1500)),
        ("1,5 km", LENGTH, "m", Decimal("1.5")),
        ("1500 m", LENGTH, "km", Decimal("1.5")),
        ("2 000,50", MONEY, "", Decimal("2000.50")),
        ("2000.50 €", MONEY, "", Decimal("2000.50")),
        ("50", PERCENT, "%", Decimal("0.5")),
        ("50", PERCENT, "", Decimal("0.5")),
        ("12,5 %", PERCENT, "", Decimal("0.125")),
        ("690", PER_KM, "", Decimal(690)),
        ("7", NUMBER, "", Decimal(7)),
        ("kyllä", YES_NO, "", True),
        ("JA", YES_NO, "", True),
        ("nej", YES_NO, "", False),
        ("0", YES_NO, "", False),
        (" II ", TEXT, "", "II"),
        ("30.4.2026", DATE, "", date(2026, 4, 30)),
        ("2026-04-30", DATE, "", date(2026, 4, 30)),
        ("30.4.2026 klo 16.05", MOMENT, "", datetime(2026, 4, 30, 16, 5)),  # noqa: DTZ001 - the wall clock, as everywhere in criteria
        ("2026-04-30 16:05", MOMENT, "", datetime(2026, 4, 30, 16, 5)),  # noqa: DTZ001 - the wall clock, as everywhere in criteria
        ("2026-04-30T13:05Z", MOMENT, "", datetime(2026, 4, 30, 16, 5)),  # noqa: DTZ001 - the wall clock, as everywhere in criteria
    ],
)
def test_what_people_write_into_a_form(text: str, kind: ValueType, unit: str, value: FormulaValue) -> None:
    assert parse_value(text, kind, unit) == value


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("5 km", MONEY),
        ("5 €", LENGTH),
        ("5 %", NUMBER),
        ("5 €", NUMBER),
        ("5 €", PER_KM),
        ("perhaps", YES_NO),
        ("31.2.2026", DATE),
        ("2026-02-31", DATE),
        ("yesterday", DATE),
        ("30.4.2026 klo 25.00", MOMENT),
        ("31.2.2026 12.00", MOMENT),
        ("0001-01-01T00:00+14:00", MOMENT),
        ("noon", MOMENT),
        ("much", MONEY),
        ("1.000,50", MONEY),
        ("1,000,50", MONEY),
    ],
)
def test_what_people_write_that_cannot_be_taken(text: str, kind: ValueType) -> None:
    with pytest.raises(Mistake):
        parse_value(text, kind)


@pytest.mark.parametrize(
    ("value", "down", "up", "half_up", "half_even"),
    [
        ("2.5", 2, 3, 3, 2),
        ("3.5", 3, 4, 4, 4),
        ("2.4999", 2, 3, 2, 2),
        ("2.5001", 2, 3, 3, 3),
        ("-2.5", -2, -2, -3, -2),
        ("-3.5", -3, -3, -4, -4),
        ("-2.4999", -2, -2, -2, -2),
        ("-0.5", 0, 0, -1, 0),
        ("7", 7, 7, 7, 7),
        ("0", 0, 0, 0, 0),
    ],
)
def test_the_four_ways_of_rounding(value: str, down: int, up: int, half_up: int, half_even: int) -> None:
    found = [int(Rounding.parse(f"{mode} 1 €")(Decimal(value))) for mode in MODES]
    assert found == [down, up, half_up, half_even]
    assert Rounding.parse("nearest 1 €")(Decimal(value)) == half_up


@given(
    st.sampled_from(MODES),
    st.sampled_from(["0.01", "0.5", "1", "3", "10", "250"]),
    st.integers(-(10**9), 10**9),
    st.sampled_from([1, 3, 7, 20, 400]),
)
def test_rounding_agrees_with_its_definition_in_fractions(
    mode: str, step: str, over: int, under: int
) -> None:
    with localcontext(EXACT):
        found = Rounding.parse(f"{mode} {step} €")(Decimal(over) / under)
    assert Fraction(found) == naive.rounded(Fraction(over, under), (mode, Fraction(step)))


def test_a_third_times_three_is_one_to_every_rounding() -> None:
    with localcontext(EXACT):
        third = Decimal(1) / 3
        nearly = third * 3
        assert nearly != 1
        assert {Rounding.parse(f"{mode} 1 €")(nearly) for mode in MODES} == {Decimal(1)}
        assert guarded(nearly) == 1
        assert guarded(third) != guarded(third + Decimal("1e-19"))


@pytest.mark.parametrize(
    "text",
    ["down", "sideways 1 €", "down 0 €", "down -1 €", "down 0.0000000001 €", "down x", "", "half_up 1,5 €"],
)
def test_what_is_no_rounding(text: str) -> None:
    with pytest.raises(Mistake):
        Rounding.parse(text)


@pytest.mark.parametrize(
    ("value", "kind", "expected"),
    [
        (Decimal(7200), MONEY, "7200.00 €"),
        (Decimal("0.51"), LENGTH, "0.51 km"),
        (Decimal("0.5125"), LENGTH, "0.5125 km"),
        (Decimal("0.75"), PERCENT, "75 %"),
        (Decimal("0.125"), PERCENT, "12.5 %"),
        (Decimal(690), PER_KM, "690 €/km"),
        (Decimal(3), NUMBER, "3"),
        (Decimal("1e-15"), NUMBER, "0"),
        (Decimal("-1e-15"), MONEY, "0.00 €"),
        (Decimal("1e45"), NUMBER, "1" + "0" * 45),
        (True, YES_NO, "yes"),
        (False, YES_NO, "no"),
        (None, MONEY, "– €"),
        ("II", TEXT, "II"),
        (date(2026, 4, 30), DATE, "2026-04-30"),
        (datetime(2026, 4, 30, 16, 5), MOMENT, "2026-04-30 16:05"),  # noqa: DTZ001 - the wall clock, as everywhere in criteria
        (Decimal(2), ValueType(money=1, length=-2), "2 €/km^2"),
        (Decimal(2), ValueType(length=-1), "2 1/km"),
    ],
)
def test_a_value_has_one_spelling(value: FormulaValue | None, kind: ValueType, expected: str) -> None:
    assert write_value(value, kind) == expected
