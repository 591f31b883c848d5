"""Formulas as a person writes them, `min(class.percent * costs, class.cap_per_km * length)`, read into typed expressions.

The grammar is small on purpose: numbers with units, names, arithmetic, comparisons, `and or not`, `in`,
`if … then … else …` and a few functions. There are no loops and no calls out of it; a formula's length, depth and
exponents are bounded. Units are checked before anything is counted: adding euros to kilometres says so and where.
"""

from collections.abc import Callable, Sequence
from datetime import date, datetime
from difflib import get_close_matches

from domain.criteria.agreement import comparable, fits, is_quantity, is_yes_no, same
from domain.criteria.expression import (
    ARITHMETIC,
    COMPARISONS,
    Among,
    Binary,
    Both,
    Conditional,
    Expression,
    Literal,
    Name,
    Single,
    tree_height,
)
from domain.criteria.functions import FUNCTIONS
from domain.criteria.tokens import FINNISH_KEYWORDS, Token, tokenize
from domain.criteria.units import (
    DATE,
    MOMENT,
    TEXT,
    YES_NO,
    Mistake,
    ValueType,
    parse_quantity,
)

MAX_NESTING, MAX_TREE_HEIGHT, MAX_EXPONENT = 40, 200, 3


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
                is_yes_no(side, f"“{word}” joins two conditions")
            left = Both(YES_NO, at, word, left, right)
        return left

    def negated(self) -> Expression:
        if self.sees("not"):
            at = self.next().offset
            inside = self.deeper(self.negated)
            is_yes_no(inside, "“not” turns a condition round")
            return Single(YES_NO, at, "not", inside)
        return self.compared()

    def compared(self) -> Expression:
        left = self.sums()
        if self.sees("in"):
            return self.among(left)
        if self.sees(*COMPARISONS):
            sign, right = self.next(), self.sums()
            comparable(sign, left, right)
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
            kind = same(sign.offset, left, right, "added" if sign.text == "+" else "subtracted")
            left = Binary(kind, sign.offset, sign.text, left, right, ARITHMETIC[sign.text])
        return left

    def products(self) -> Expression:
        left: Expression = self.signed()
        while self.sees("*", "/"):
            sign, right = self.next(), self.signed()
            for side in (left, right):
                is_quantity(side, "multiplied" if sign.text == "*" else "divided")
            kind = left.kind.times(right.kind, 1 if sign.text == "*" else -1)
            if max(abs(kind.money), abs(kind.length)) > MAX_EXPONENT:
                raise Mistake(f"The product would be in {kind}.", "Look at the units again.", sign.offset)
            left = Binary(kind, sign.offset, sign.text, left, right, ARITHMETIC[sign.text])
        return left

    def signed(self) -> Expression:
        if self.sees("-"):
            at = self.next().offset
            inside = self.deeper(self.signed)
            is_quantity(inside, "negated")
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
        is_yes_no(when, "after “if” stands a condition")
        self.must("then", "follows the condition")
        then = self.either()
        self.must("else", "is needed: a value in every case")
        otherwise = self.either()
        return Conditional(same(at, then, otherwise, "chosen between"), at, when, then, otherwise)

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
        return make(word, given)


def parse_formula(
    text: str, kinds: ValueTypeLookup, names: Callable[[], Sequence[str]] = tuple
) -> Expression:
    """A formula as a typed expression. Raises `Mistake` with the offset of what is wrong."""
    return FormulaParser(text, kinds, names).read()
