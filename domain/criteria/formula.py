"""Formulas as a person writes them, `min(class.percent * costs, class.cap_per_km * length)`, read into typed expressions.

The grammar is small on purpose: numbers with units, names, arithmetic, comparisons, `and or not`, `in`,
`if … then … else …` and a few functions. There are no loops and no calls out of it; a formula's length, depth and
exponents are bounded. Units are checked before anything is counted: adding euros to kilometres says so and where.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from difflib import get_close_matches
from typing import NamedTuple

from domain.criteria.expression import (
    ARITHMETIC,
    COMPARISONS,
    Among,
    Binary,
    Both,
    Call,
    Conditional,
    Expression,
    Given,
    Literal,
    Name,
    Single,
    tree_height,
)
from domain.criteria.units import (
    DATE,
    DATE_PATTERN,
    DIGITS_PATTERN,
    LENGTH,
    MOMENT,
    MOMENT_PATTERN,
    NUMBER,
    TEXT,
    UNIT_PATTERN,
    YES_NO,
    FormulaValue,
    Mistake,
    Rounding,
    ValueType,
    parse_quantity,
)

MAX_FORMULA_LENGTH, MAX_NESTING, MAX_TREE_HEIGHT, MAX_EXPONENT = 1000, 40, 200, 3
BARE_METRES_FROM = 50
"""A bare number of a length from here on is meant in metres."""


# Words ---------------------------------------------------------------------------------------------------------------


class Token(NamedTuple):
    """A word of a formula, and where it stands."""

    kind: str
    text: str
    offset: int


TOKEN_PATTERN = re.compile(
    rf"(?P<space>\s+)|(?P<finnish_day>\d{{1,2}}\.\d{{1,2}}\.\d{{4}})|(?P<instant>{MOMENT_PATTERN.pattern})|(?P<day>{DATE_PATTERN.pattern})"
    rf"|(?P<number>{DIGITS_PATTERN}(?:[ \u00a0\u202f]*(?:{UNIT_PATTERN}))?)"
    r"|(?P<name>[^\W\d]\w*(?:\.[^\W\d]\w*)?)"
    r"""|(?P<string>"[^"\n]*"|'[^'\n]*')"""
    r"|(?P<op><=|>=|==|!=|[≤≥≠=<>+\-−–*×·/÷(),])"
)
OPERATOR_SYNONYMS = {
    "≤": "<=",
    "≥": ">=",
    "≠": "!=",
    "=": "==",
    "−": "-",
    "–": "-",
    "×": "*",
    "·": "*",
    "÷": "/",
}
FINNISH_KEYWORDS = {
    "jos": "if",
    "niin": "then",
    "muuten": "else",
    "muutoin": "else",
    "ja": "and",
    "tai": "or",
    "ei": "not",
    "kyllä": "yes",
}
KEYWORDS = {"if", "then", "else", "and", "or", "not", "in", "yes", "no", "true", "false"}


def tokenize(text: str) -> list[Token]:
    """The words of a formula, with `end` last."""
    if len(text) > MAX_FORMULA_LENGTH:
        raise Mistake(
            f"A formula has at most {MAX_FORMULA_LENGTH} characters.",
            "Give a part of it a name under `values`.",
        )
    found, at = [], 0
    while at < len(text):
        match = TOKEN_PATTERN.match(text, at)
        if match is None:
            raise Mistake(
                f"“{text[at]}” does not belong in a formula.",
                "See the signs and functions in docs/criteria.md.",
                at,
            )
        kind, word = match.lastgroup or "", match.group()
        if word == "," and text[at - 1 : at].isdigit() and text[at + 1 : at + 2].isdigit():
            raise Mistake(
                "A comma stands between two digits.",
                "Write decimals with a point: 0.75. Between two values a space follows the comma.",
                at,
            )
        if kind == "finnish_day":
            day, month, year = word.split(".")
            raise Mistake(
                f"“{word}” is not a day as formulas write it.", f"Write {year}-{month:0>2}-{day:0>2}.", at
            )
        if kind == "op":
            word = OPERATOR_SYNONYMS.get(word, word)
        elif kind == "name" and word.lower() in KEYWORDS:
            kind, word = "word", {"true": "yes", "false": "no"}.get(word.lower(), word.lower())
        if kind != "space":
            found.append(Token(kind, word, at))
        at = match.end()
    return [*found, Token("end", "", len(text))]


# Reading -------------------------------------------------------------------------------------------------------------

ValueTypeLookup = Callable[[str], ValueType | None]
"""The kind of value that a name has, or None where there is no such name."""


class FormulaParser:
    """One formula being read: a descent that says at which character something is wrong."""

    def __init__(self, text: str, kinds: ValueTypeLookup, names: Callable[[], Sequence[str]]) -> None:
        self.words, self.at, self.depth = tokenize(text), 0, 0
        self.kinds, self.names = kinds, names

    def read(self) -> Expression:
        found = self.either()
        if self.now.kind != "end":
            raise self.unexpected("the formula should end here")
        if tree_height(found, lambda _: 1) > MAX_TREE_HEIGHT:
            raise Mistake("Too many values stand in a row.", "Give a part of it a name under `values`.")
        return found

    # Words

    @property
    def now(self) -> Token:
        return self.words[self.at]

    def next(self) -> Token:
        self.at += 1
        return self.words[self.at - 1]

    def sees(self, *texts: str) -> bool:
        return self.now.kind in ("op", "word") and self.now.text in texts

    def must(self, text: str, why: str) -> Token:
        if not self.sees(text):
            raise self.unexpected(f"“{text}” {why}")
        return self.next()

    def unexpected(self, wanted: str) -> Mistake:
        found, mend = self.now.text, "See the grammar in docs/criteria.md."
        before = self.words[self.at - 1] if self.at else None
        if found == "," and before and before.kind == "number":
            mend = "Write decimals with a point: 0.75."
        elif found.lower() == "is":
            mend = 'Write = for “is”: road_class = "I".'
        elif found.lower() == "of":
            mend = "Write * for “of”: 50 % * costs."
        elif found.lower() == "desc":
            mend = "For the largest first write a minus: -points."
        elif found.lower() in FINNISH_KEYWORDS:
            mend = f"Formulas have English words: write {FINNISH_KEYWORDS[found.lower()]}."
        what = f"“{found}” stands here" if found else "the formula ends here"
        return Mistake(f"{what}, but {wanted}.", mend, self.now.offset)

    def deeper(self, read: Callable[[], Expression]) -> Expression:
        self.depth += 1
        if self.depth > MAX_NESTING:
            raise Mistake(
                "The formula is nested too deeply.",
                "Give a part of it a name under `values`.",
                self.now.offset,
            )
        found = read()
        self.depth -= 1
        return found

    # The grammar, from the loosest to the tightest

    def either(self) -> Expression:
        return self.joined("or", lambda: self.joined("and", self.negated))

    def joined(self, word: str, inner: Callable[[], Expression]) -> Expression:
        left: Expression = inner()
        while self.sees(word):
            at, right = self.next().offset, inner()
            for side in (left, right):
                self.is_yes_no(side, f"“{word}” joins two conditions")
            left = Both(YES_NO, at, word, left, right)
        return left

    def negated(self) -> Expression:
        if self.sees("not"):
            at = self.next().offset
            inside = self.deeper(self.negated)
            self.is_yes_no(inside, "“not” turns a condition round")
            return Single(YES_NO, at, "not", inside)
        return self.compared()

    def compared(self) -> Expression:
        left = self.sums()
        if self.sees("in"):
            return self.among(left)
        if self.sees(*COMPARISONS):
            sign, right = self.next(), self.sums()
            self.comparable(sign, left, right)
            if self.sees(*COMPARISONS):
                raise Mistake("Two comparisons stand in a row.", "Write a <= b and b <= c.", self.now.offset)
            return Binary(YES_NO, sign.offset, sign.text, left, right, COMPARISONS[sign.text])
        return left

    def among(self, of: Expression) -> Expression:
        at = self.next().offset
        self.must("(", "begins the list of values")
        values = []
        while True:
            one = self.atom()
            if not isinstance(one, Literal) or not fits(one, of):
                raise Mistake(
                    f"The list holds values such as {of.kind}, written out.",
                    'Write for example in ("I", "II").',
                    one.offset,
                )
            values.append(one)
            if not self.sees(","):
                break
            self.next()
        self.must(")", "ends the list of values")
        return Among(YES_NO, at, of, tuple(values))

    def sums(self) -> Expression:
        left: Expression = self.products()
        while self.sees("+", "-"):
            sign, right = self.next(), self.products()
            kind = self.same(sign.offset, left, right, "added" if sign.text == "+" else "subtracted")
            left = Binary(kind, sign.offset, sign.text, left, right, ARITHMETIC[sign.text])
        return left

    def products(self) -> Expression:
        left: Expression = self.signed()
        while self.sees("*", "/"):
            sign, right = self.next(), self.signed()
            for side in (left, right):
                self.is_quantity(side, "multiplied" if sign.text == "*" else "divided")
            kind = left.kind.times(right.kind, 1 if sign.text == "*" else -1)
            if max(abs(kind.money), abs(kind.length)) > MAX_EXPONENT:
                raise Mistake(f"The product would be in {kind}.", "Look at the units again.", sign.offset)
            left = Binary(kind, sign.offset, sign.text, left, right, ARITHMETIC[sign.text])
        return left

    def signed(self) -> Expression:
        if self.sees("-"):
            at = self.next().offset
            inside = self.deeper(self.signed)
            self.is_quantity(inside, "negated")
            return Single(inside.kind, at, "-", inside)
        return self.atom()

    def atom(self) -> Expression:  # noqa: PLR0911 - a way of writing a value each
        word = self.now
        match word.kind:
            case "number":
                return self.number()
            case "string":
                self.next()
                return Literal(TEXT, word.offset, word.text[1:-1], word.text)
            case "day" | "instant":
                return self.moment()
            case "name":
                return self.call() if self.words[self.at + 1].text == "(" else self.name()
        if self.sees("("):
            self.next()
            found = self.deeper(self.either)
            self.must(")", "closes the bracket")
            return found
        if self.sees("if"):
            return self.deeper(self.choice)
        if self.sees("yes", "no"):
            self.next()
            return Literal(YES_NO, word.offset, word.text == "yes", word.text)
        raise self.unexpected("a value should stand here")

    def number(self) -> Literal:
        word = self.next()
        try:
            value, kind = parse_quantity(word.text)
        except Mistake as mistake:
            raise Mistake(mistake.sentence, mistake.mend, word.offset) from None
        return Literal(kind, word.offset, value, " ".join(word.text.split()))

    def moment(self) -> Literal:
        word = self.next()
        try:
            if word.kind == "day":
                return Literal(DATE, word.offset, date.fromisoformat(word.text), word.text)
            return Literal(MOMENT, word.offset, datetime.fromisoformat(word.text), word.text)
        except ValueError:
            raise Mistake(f"There is no day {word.text}.", "Look at the calendar.", word.offset) from None

    def name(self) -> Name:
        word = self.next()
        kind = self.kinds(word.text)
        if kind is None:
            near = get_close_matches(word.text, self.names(), 1, 0.6)
            mend = (
                f"Did you mean {near[0]}?"
                if near
                else f"The names are {', '.join(sorted(self.names())[:30])}."
            )
            if word.text.lower() in FINNISH_KEYWORDS:
                mend = f"Formulas have English words: write {FINNISH_KEYWORDS[word.text.lower()]}."
            raise Mistake(f"There is nothing called {word.text}.", mend, word.offset)
        return Name(kind, word.offset, word.text)

    def choice(self) -> Expression:
        at = self.next().offset
        when = self.either()
        self.is_yes_no(when, "after “if” stands a condition")
        self.must("then", "follows the condition")
        then = self.either()
        self.must("else", "is needed: a value in every case")
        otherwise = self.either()
        return Conditional(self.same(at, then, otherwise, "chosen between"), at, when, then, otherwise)

    def call(self) -> Expression:
        word = self.next()
        make = FUNCTIONS.get(word.text)
        if make is None:
            raise Mistake(
                f"There is no function {word.text}.",
                f"The functions are {', '.join(FUNCTIONS)}.",
                word.offset,
            )
        self.must("(", "begins what the function is given")
        given: list[Expression] = []
        while not self.sees(")"):
            given.append(self.deeper(self.either))
            if not self.sees(","):
                break
            self.next()
        self.must(")", "ends what the function is given")
        return make(self, word, given)

    # What fits together

    def is_yes_no(self, of: Expression, why: str) -> None:
        if of.kind != YES_NO:
            raise Mistake(
                f"{why}, but here is {of.kind}.", "Compare it with something: length >= 500 m.", of.offset
            )

    def is_quantity(self, of: Expression, done: str) -> None:
        if not of.kind.is_quantity:
            raise Mistake(
                f"Only numbers can be {done}; here is {of.kind}.", "Look at the name and its type.", of.offset
            )

    def same(self, offset: int, left: Expression, right: Expression, done: str) -> ValueType:
        """The common kind of two values; a bare nought fits every unit."""
        for one, other in ((left, right), (right, left)):
            if is_zero(one) and other.kind.is_quantity:
                return other.kind
        if left.kind == right.kind:
            if done in ("added", "subtracted"):
                self.is_quantity(left, done)
            return left.kind
        if left.kind.is_quantity and left.kind.fits(right.kind):
            return left.kind if left.kind.percent else right.kind
        mend = (
            f"The left side is {left.kind}, the right side {right.kind}: look at the names and their types."
        )
        if left.kind.is_quantity and right.kind.is_quantity:
            mend = f"The left side is in {left.kind}, the right side in {right.kind}; a number's unit is written behind it: {advice(left, right)}."
        elif {left.kind, right.kind} == {DATE, MOMENT}:
            mend = "A day with its clock time is written 2026-04-30 16:00."
        raise Mistake(f"{left.kind} and {right.kind} cannot be {done}.".capitalize(), mend, offset)

    def comparable(self, sign: Token, left: Expression, right: Expression) -> None:
        kind = self.same(sign.offset, left, right, "compared")
        if sign.text not in ("==", "!=") and kind in (TEXT, YES_NO):
            raise Mistake(
                f"There is no order between values that are {kind}.", "Compare them with = or ≠.", sign.offset
            )


def fits(one: Expression, other: Expression) -> bool:
    """Whether the two are of one kind, in units that fit."""
    if one.kind.is_quantity and other.kind.is_quantity:
        return one.kind.fits(other.kind) or is_zero(one)
    return one.kind == other.kind


def is_zero(of: Expression) -> bool:
    return isinstance(of, Literal) and of.kind == NUMBER and of.what == 0


def usual_unit(number: Decimal, kind: ValueType) -> str:
    """The unit that a bare number was most likely meant in."""
    return "m" if kind == LENGTH and number >= BARE_METRES_FROM else kind.symbol


def advice(left: Expression, right: Expression) -> str:
    """The number without a unit as it should have been written."""
    for one, other in ((left, right), (right, left)):
        if isinstance(one, Literal) and one.kind == NUMBER and other.kind.is_quantity:
            assert isinstance(one.what, Decimal)
            return f"{one.text} {usual_unit(one.what, other.kind)}"
    return "10 000 €, 500 m, 690 €/km, 75 %"


# Functions -----------------------------------------------------------------------------------------------------------


def _arguments(word: Token, given: Sequence[Expression], least: int, most: int) -> None:
    if not least <= len(given) <= most:
        wanted = (
            str(least)
            if least == most
            else f"{least} to {most}"
            if most < MAX_FORMULA_LENGTH
            else f"{least} or more"
        )
        raise Mistake(
            f"{word.text} is given {len(given)} values, but takes {wanted}.",
            "Commas stand between the values, and decimals have a point.",
            word.offset,
        )


def _extreme(
    does: Callable[..., FormulaValue],
) -> Callable[[FormulaParser, Token, list[Expression]], Expression]:
    def make(reader: FormulaParser, word: Token, given: list[Expression]) -> Expression:
        _arguments(word, given, 2, MAX_FORMULA_LENGTH)
        kind = given[0].kind
        first = given[0]
        for other in given[1:]:
            kind = reader.same(other.offset, first, other, "compared")
            first = other if is_zero(first) else first
        if kind in (TEXT, YES_NO):
            raise Mistake(f"{word.text} compares numbers or dates, not {kind}.", "", word.offset)
        return Call(kind, word.offset, word.text, tuple(given), does)

    return make


def _rounding(mode: str) -> Callable[[FormulaParser, Token, list[Expression]], Expression]:
    def make(reader: FormulaParser, word: Token, given: list[Expression]) -> Expression:
        if len(given) == 1:
            raise Mistake(
                "The step is missing.", f"Write for example {word.text}(length, 100 m).", word.offset
            )
        _arguments(word, given, 2, 2)
        of, step = given
        if (
            not isinstance(step, Literal)
            or not isinstance(step.what, Decimal)
            or not Rounding.may_be(step.what)
        ):
            raise Mistake(
                "The second value is the step, written out.",
                f"Write for example {word.text}(length, 100 m).",
                step.offset,
            )
        reader.is_quantity(of, "rounded")
        reader.same(step.offset, of, step, "compared")
        rule = Rounding(mode, step.what, step.kind, f"{mode} {step.text}")
        return Call(of.kind, word.offset, word.text, (of, step), lambda value, _: rule(value))

    return make


def _absolute(reader: FormulaParser, word: Token, given: list[Expression]) -> Expression:
    _arguments(word, given, 1, 1)
    reader.is_quantity(given[0], "taken without their sign")
    return Call(given[0].kind, word.offset, word.text, tuple(given), abs)


def _given(reader: FormulaParser, word: Token, given: list[Expression]) -> Expression:
    fallback = word.text == "value_or"
    _arguments(word, given, 1 + fallback, 1 + fallback)
    if not isinstance(given[0], Name):
        raise Mistake(
            f"{word.text} is about one name.",
            f"Write {word.text}(last_grant_year{', 0' * fallback}).",
            given[0].offset,
        )
    if not fallback:
        return Given(YES_NO, word.offset, given[0])
    return Given(
        reader.same(word.offset, given[0], given[1], "chosen between"), word.offset, given[0], given[1]
    )


def _of_dates(
    does: Callable[..., FormulaValue], count: int
) -> Callable[[FormulaParser, Token, list[Expression]], Expression]:
    def make(reader: FormulaParser, word: Token, given: list[Expression]) -> Expression:
        _arguments(word, given, count, count)
        for each in given:
            if each.kind not in (DATE, MOMENT):
                raise Mistake(
                    f"{word.text} is about dates; here is {each.kind}.",
                    "Write 2026-04-30, or a name of that type.",
                    each.offset,
                )
        return Call(NUMBER, word.offset, word.text, tuple(given), does)

    return make


def _days(start: date, end: date) -> Decimal:
    return Decimal(end.toordinal() - start.toordinal())


def _years(start: date, end: date) -> Decimal:
    """Whole years from the one day to the other."""
    return Decimal(end.year - start.year - ((end.month, end.day) < (start.month, start.day)))


FUNCTIONS: Mapping[str, Callable[[FormulaParser, Token, list[Expression]], Expression]] = {
    "min": _extreme(lambda *of: min(of)),
    "max": _extreme(lambda *of: max(of)),
    "round": _rounding("half_up"),
    "floor": _rounding("down"),
    "ceil": _rounding("up"),
    "abs": _absolute,
    "given": _given,
    "value_or": _given,
    "year": _of_dates(lambda day: Decimal(day.year), 1),
    "years": _of_dates(_years, 2),
    "days": _of_dates(_days, 2),
}


def parse_formula(
    text: str, kinds: ValueTypeLookup, names: Callable[[], Sequence[str]] = tuple
) -> Expression:
    """A formula as a typed expression. Raises `Mistake` with the offset of what is wrong."""
    return FormulaParser(text, kinds, names).read()
