"""No text whatever crashes the checking, and whatever is wrong with one is told with a place that is in it."""

import json
import re
import time
from contextlib import suppress

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from domain.criteria import formula
from domain.criteria.calculation import calculate
from domain.criteria.compiler import compile_rule_set
from domain.criteria.criteria_texts import CriteriaTexts
from domain.criteria.expression import MissingInput, Uncountable
from domain.criteria.functions import FUNCTIONS
from domain.criteria.line_evaluation import InputValue, LineEvaluation, NoMatchingRow
from domain.criteria.rows import budget_of, inputs_from_rows, rows_of
from domain.criteria.ruleset import Finding
from domain.criteria.tokens import KEYWORDS
from domain.criteria.units import Mistake, ValueType
from tests.criteria.applications import checked
from tests.criteria.full_document import WHOLE

LINE_BREAKS = re.compile("\r\n|[\n\r\x85\u2028\u2029]")
"""What YAML counts as the end of a line."""

ANY = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
SECONDS = 5.0
"""Far more than is needed, so that a busy machine does not fail; what is exponential takes hours."""


def looked_at(text: str) -> list[Finding]:
    """The findings, after a look at whether each is one that a person can find."""
    began = time.process_time()
    rules, findings = checked(text)
    assert time.process_time() - began < SECONDS
    lines = LINE_BREAKS.split(text)
    for each in findings:
        assert 1 <= each.line <= len(lines) + 1, each
        assert 1 <= each.column <= len(lines[min(each.line, len(lines)) - 1]) + 1, each
        assert each.sentence.endswith((".", "!", "?")), each
        str(each).encode()
    if rules is None:
        assert any(each.severity == "error" for each in findings)
    else:
        assert not any(each.severity == "error" for each in findings)
    return findings


def test_the_whole_document_has_nothing_wrong_before_anything_is_done_to_it() -> None:
    assert looked_at(WHOLE) == []


# Any text ------------------------------------------------------------------------------------------------------------

SIGNS_OF_YAML = [
    *"-:?[]{},#&*!|>'\"%@` \n\t",
    *("  ", "\n  ", "\n    - ", "a: ", "name", "inputs", ": |\n", "<<: ", "---\n", "...", "%YAML 1.1\n"),
    *('"\\x00"', '"\\ud800"', '"\\Uffffffff"', "\ufeff", "\u2028", "\x85", "~", "null"),
]
YAMLISH = st.lists(st.sampled_from(SIGNS_OF_YAML) | st.text(max_size=3), max_size=60).map("".join)


@settings(ANY, max_examples=150)
@given(st.text() | YAMLISH)
@example('"\\Uffffffff": 1')
@example('name: "\\ud800"')
@example('name: "\\0"')
@example("a: \ud800")
@example("\x00")
@example("\ufeff# nothing")
@example("? [a]\n: b")
@example("%TAG ! tag:x,2000:\n--- !a b")
@example("a: 1\n---\nb: 2")
def test_any_text_is_told_what_is_wrong_with_it(text: str) -> None:
    assert [each.severity for each in looked_at(text)] != []


# The whole document, mutated -----------------------------------------------------------------------------------------

PIECES = [
    *(
        "&a ",
        "*a",
        "!!python/object:os.system ",
        "!x ",
        "\t",
        "\x00",
        "\x85",
        "\u2028",
        "\ud800",
        '"\\ud800"',
        "\ufeff",
    ),
    *(
        "1e999",
        "-1",
        "0",
        "9" * 30,
        "0." + "0" * 35 + "1",
        "1 €/m",
        "100 %",
        "150 %",
        "-50 %",
        "0 €",
        "0.005 €",
    ),
    *(
        "2026-02-31",
        "0000-00-00",
        "2026-13-01 25:61",
        "٣٤",
        "²",
        "1,5",
        "1.234.567",
        "30.2.2026",
        "yes",
        "no",
        "~",
    ),
    *(
        "[",
        "]",
        "{",
        "}",
        "((((",
        "))))",
        '"',
        "'",
        ": ",
        "- ",
        "# ",
        "|\n",
        ">-\n",
        ", ",
        "= ",
        "=",
        "“",
        "\r\n",
        "\r",
    ),
    *(
        "rate",
        "weighted",
        "waited",
        "class.cap",
        "class.percent",
        "class.word",
        "tier.weight",
        "kind.bonus",
        "price",
    ),
    *(
        "length",
        "costs",
        "new_road",
        "given(",
        "value_or(points, 1)",
        "if yes then ",
        " else ",
        " / 0",
        " * 10 €",
        " ÷ ",
    ),
    *(
        "length / 0.00000000000000000001",
        "1 / 0.000000000000000000000001",
        "- length",
        "not ",
        "in (1, 2)",
        "round(1, 0.1)",
    ),
    *(
        "method: in_order",
        "method: unit_price",
        "method: none",
        "leftover: keep",
        "by: ",
        "when: ",
        "is: ",
        "id: a",
        'id: " a "',
    ),
]


@st.composite
def mutated(draw: st.DrawFn) -> str:
    """The whole document after a few blows."""
    text = WHOLE
    for _ in range(draw(st.integers(1, 3))):
        at, length = draw(st.integers(0, len(text))), draw(st.integers(1, 12))
        piece = draw(st.sampled_from(PIECES) | st.text(max_size=3))
        blow = draw(
            st.sampled_from(
                ["delete", "insert", "replace", "word", "word", "word", "swap", "line", "move", "deep"]
            )
        )
        match blow:
            case "delete":
                text = text[:at] + text[at + length :]
            case "insert":
                text = text[:at] + piece + text[at:]
            case "replace":
                text = text[:at] + piece + text[at + length :]
            case "word" | "swap":
                spans = [each.span() for each in re.finditer(r"\w+(?:\.\w+)?|[^\w\s]", text)] or [(0, 0)]
                start, end = draw(st.sampled_from(spans))
                if blow == "swap":
                    other = draw(st.sampled_from(spans))
                    piece = text[slice(*other)]
                text = text[:start] + piece + text[end:]
            case "line":
                lines = text.splitlines(keepends=True) or [""]
                del lines[draw(st.integers(0, len(lines) - 1))]
                text = "".join(lines)
            case "move":
                lines = text.splitlines(keepends=True) or [""]
                n, m = draw(st.integers(0, len(lines) - 1)), draw(st.integers(0, len(lines) - 1))
                lines.insert(m, lines[n])
                text = "".join(lines)
            case "deep":
                text = text[:at] + "[(" * draw(st.integers(1, 60)) + text[at:]
    return text


@settings(ANY, max_examples=180)
@given(mutated())
def test_a_document_that_was_damaged_is_told_where(text: str) -> None:
    looked_at(text)


FORMULAS = [
    *(
        "{}",
        "({})",
        "{} / 0",
        "{} / 0.000000000000000000000000001",
        "1 / ({} - {})",
        "{} * {} * {}",
        "-({})",
        "abs({})",
    ),
    *(
        "round({}, 0.000000001)",
        "round({}, 0.00000000000000000000001)",
        "min({}, 0)",
        "if open_road then {} else {}",
    ),
    *(
        "if {} > 1 then {} else {}",
        "value_or(points, {})",
        "floor({}, 1 €/km)",
        "max({}, {}, {})",
        "{} + {}",
        "{} - 1 €",
    ),
]
ATOMS = [
    "length",
    "costs",
    "households",
    "share",
    "points",
    "price",
    "class.cap",
    "tier.weight",
    "0",
    "1 €",
    "2 km",
    "3",
]


@st.composite
def formulas(draw: st.DrawFn, deep: int = 3) -> str:
    if not deep or draw(st.booleans()):
        return draw(st.sampled_from(ATOMS))
    shape = draw(st.sampled_from(FORMULAS))
    return shape.format(*(draw(formulas(deep - 1)) for _ in range(3)))


PLACES = [
    ("rate * costs + kind.bonus", "({} ) * 1 €"),
    ("90 % * costs", "({}) * 1 €"),
    ("rate * costs + kind.bonus", "{}"),
    ("weighted,", "'{}',"),
    ("10 %, of: demand", "'{}', of: demand"),
    ("amount: 50 €", "amount: '{}'"),
    ("tier.weight * length\n    *", "{} *"),
    ("length >= 0.3 km", "{} >= 0 or open_road"),
    ("ceil(costs * 10 %, 1 €)", "'{}'"),
]


@settings(ANY, max_examples=80)
@given(st.sampled_from(PLACES), formulas())
@example(("weighted,", "'{}',"), "length / 1000000000 / 1000000000 / 1000000000")
@example(("weighted,", "'{}',"), "0 - length")
@example(("10 %, of: demand", "'{}', of: grant"), "3 - 9")
def test_whatever_formula_stands_in_it_the_examples_are_counted_or_told_why_not(
    place: tuple[str, str], text: str
) -> None:
    looked_at(WHOLE.replace(place[0], place[1].format(text)))


# Formulas and rows ---------------------------------------------------------------------------------------------------

KINDS = {name: compile_rule_set(WHOLE).kind(name) for name in compile_rule_set(WHOLE).document.inputs}
SIGNS_OF_FORMULAS = [
    *(*KINDS, *FUNCTIONS, *sorted(KEYWORDS), *"()+-*/=<>,.≤≥≠×÷%€ "),
    *("==", "1", "0.5", "1 000", "10 €", "5 km", "2026-02-31", "2026-01-01 12:00", '"I"', "'", "²", "٣"),
    *("1e999", "eur/m", "€/", "class.", "\u00a0", "\n"),
]
SIGNS = st.lists(st.sampled_from(SIGNS_OF_FORMULAS) | st.text(max_size=2), max_size=40)


@settings(ANY, max_examples=180)
@given(SIGNS.map(" ".join) | SIGNS.map("".join) | st.text())
@example("(" * 500 + ")" * 500)
@example("not " * 200 + "yes")
@example("-" * 900 + "1")
@example("1" + " + 1" * 240)
@example("if yes then " * 80 + "1")
@example("9" * 999)
@example("length in (" + "(" * 400)
@example("1" + " 000" * 240 + " 00")
@example("0." + "0" * 990 + "1")
def test_a_formula_is_read_or_told_at_which_character_it_is_wrong(text: str) -> None:
    wrong = found = None
    try:
        found = formula.parse_formula(text, KINDS.get, lambda: list(KINDS))
    except Mistake as mistake:
        wrong = mistake
    if found is None:
        assert wrong is not None
        assert 0 <= wrong.offset <= len(text)
        assert wrong.sentence
        return
    assert isinstance(found.kind, ValueType)
    line = LineEvaluation(compile_rule_set(WHOLE), {"length": InputValue(value="1500", source="row")}, {})
    with suppress(MissingInput, Uncountable, NoMatchingRow):
        found.value(line)
        assert found.shown(line)


CSVISH = st.lists(
    st.sampled_from(
        ["id", "length", "costs", ",", ";", "\t", "\n", "\r", '"', "a", "1", "1,5", "\x00", "", "€"]
    )
).map("".join)
JSONISH = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=4)
    | st.sampled_from(["id", "length"]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["id", "length", "costs", "x", ""]), inner, max_size=4)
    ),
    max_leaves=12,
).map(json.dumps)


@settings(ANY, max_examples=180)
@given(st.text() | CSVISH | JSONISH, st.booleans())
@example('[{"id": "\\ud800"}]', True)
@example('[{"id": "a", "length": "\\ud800"}]', True)
@example('[{"id": "a", "length": 1e999999999999999999999}]', True)
@example('[{"id": "a", "length": 1e999999999}]', True)
@example('[{"id": "a", "length": 1e-999999999}]', True)
@example('[{"id": "a", "length": -1e40}]', True)
@example('[{"id": "a", "length": NaN, "costs": -Infinity}]', True)
@example('[{"id": ' + "9" * 5000 + "}]", True)
@example("[" * 100_000, True)
@example('{"a":' * 50_000, True)
@example("id,length\n" + "a" * 200_000 + ",1", False)
@example('id,length\na,"1\n', False)
@example("id\x00,length\na,1", False)
def test_rows_from_outside_become_demands_or_a_mistake_and_what_becomes_of_them_can_be_kept(
    text: str, as_json: bool
) -> None:
    rules = compile_rule_set(WHOLE)
    try:
        demands = inputs_from_rows(rules, rows_of(text, as_json=as_json))
    except Mistake:
        return
    result = calculate(rules, budget_of("30 000 €"), demands, rules.previews)
    assert b"\\u0000" not in result.bytes()
    for line in result.lines:
        for language in ("fi", "sv", "en"):
            assert CriteriaTexts(rules, language).outcome(line)
            assert all(CriteriaTexts(rules, language).trace(line.trace))


# Time ----------------------------------------------------------------------------------------------------------------

HEAD = 'name: abc\nprocess: private-road-grant\nadopted: {by: X y, on: 2026-01-01, section: "1"}\ninputs:\n  a: {type: number}\n'
GRANT = "grant: a * 1 €\n"


def chained(count: int, last: str, more: str = "") -> str:
    """Values of which each looks at the next."""
    values = "".join(f"  v{n}: v{n + 1} + 1{more}\n" for n in range(count))
    return f"{HEAD}values:\n{values}  v{count}: {last}\ngrant: v0 * 1 €\nexamples:\n- lines: [{{id: x, a: 1, gives: 2 €}}]\n"


def table(rows: str, by: str = "    by: a\n") -> str:
    return f"{HEAD}tables:\n  t:\n{by}    rows:\n{rows}{GRANT}"


HEAVY = {
    "lines": "- a\n" * 24_000,
    "flow": "[" + "a," * 49_000 + "]",
    "keys": HEAD + "".join(f"key{n}: 1\n" for n in range(8000)),
    "brackets": "[" * 99_000,
    "question marks": "? " * 45_000,
    "hyphens": "- " * 45_000,
    "a long number": HEAD + f'grant: "{"1" * 90_000}"',
    "thousands": HEAD + f'budget: "{"1 111" * 15_000} x"\n{GRANT}',
    "unknown cells": table(
        "".join("    - {is: 1, " + ", ".join(f"c{k}: =zz{k}" for k in range(40)) + "}\n" for _ in range(150))
    ),
    "unknown columns": table("    - {is: 1, " + ", ".join(f"col{k}: =zz" for k in range(7000)) + "}\n"),
    "a long chain": chained(190, "a"),
    "a long circle": chained(190, "v0"),
    "a heavy chain": chained(60, "a", " + 1" * 50),
    "nested choices": f"{HEAD}grant: 1 * ({'if a > 1 then ' * 38}1 €{' else 2 €' * 38})\nexamples:\n- lines: [{{id: x, a: 2, gives: 1 €}}]\n",
    "many tiers": HEAD
    + "tables:\n"
    + "".join(
        f"  t{k}:\n    by: a\n    rows:\n" + "".join(f"    - {{from: {n}, c: 1}}\n" for n in range(100))
        for k in range(30)
    )
    + GRANT,
    "many sides": HEAD.replace(
        "  a: {type: number}\n", "".join(f"  a{n}: {{type: yes_no}}\n" for n in range(20))
    )
    + "tables:\n  t:\n    rows:\n    - {when: "
    + " and ".join(f"a{n}" for n in range(20))
    + ", c: 1 €}\ngrant: t.c\n",
    "many examples": HEAD
    + "values:\n"
    + "".join(f"  v{n}: {'a+' * 90}1\n" for n in range(80))
    + f"grant: ({'+'.join(f'v{n}' for n in range(80))}) * 1 €\nexamples:\n"
    + ("- budget: 1 €\n  lines:\n" + "".join(f"  - {{id: {n}, a: 1}}\n" for n in range(180))) * 5,
}


@pytest.mark.parametrize("what", HEAVY)
def test_no_text_takes_long(what: str) -> None:
    assert looked_at(HEAVY[what])


def test_a_chain_or_a_circle_of_values_is_counted_or_told_as_such() -> None:
    assert [each.sentence for each in looked_at(chained(40, "a")) if each.severity == "error"] == [
        "x should give 2 €, but gives 41.00 €."
    ]
    (circle,) = looked_at(chained(2, "v0"))
    assert (circle.line, circle.column, circle.sentence) == (7, 7, "“v0” needs itself: v0 → v1 → v2 → v0.")
    (long,) = looked_at(chained(190, "a"))
    assert "too long a chain" in long.sentence
