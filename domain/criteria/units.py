"""Values and their units (yksiköt): what may be added to what, how a number is read from a text and rounded.

A quantity is a `Decimal` of euros and kilometres in some power; counts and percentages have neither. Nothing here
rounds by itself: what is not exact is kept to fifty digits, and a rounding that a document asks for looks at twenty
decimals, so that a third times three is one.
"""

import re
from dataclasses import dataclass
from datetime import date, datetime
from decimal import ROUND_CEILING, ROUND_DOWN, ROUND_HALF_EVEN, ROUND_HALF_UP, Context, Decimal
from functools import cached_property
from zoneinfo import ZoneInfo

EXACT = Context(prec=50)
"""What is counted between roundings."""

GUARD = Decimal("1e-20")
MAX_QUANTITY = Decimal("1e15")
MAX_STEP_DECIMALS = 9
"""Of the finest step of a rounding: seven decimals, of a per cent too."""
NBSP = "\u00a0"
LOCAL_TIME = ZoneInfo("Europe/Helsinki")
"""A moment that names no zone is told by the clock in Finland."""


class Mistake(Exception):
    """Something in a document that cannot hold: the sentence, how to mend it, and the offset in its own text."""

    def __init__(self, sentence: str, mend: str = "", offset: int = 0) -> None:
        super().__init__(sentence)
        self.sentence, self.mend, self.offset = sentence, mend, offset


@dataclass(frozen=True)
class ValueType:
    """A kind of value: a quantity of euros and kilometres in some power, or a text, yes/no, date or moment."""

    name: str = "quantity"
    money: int = 0
    length: int = 0
    percent: bool = False

    @property
    def is_quantity(self) -> bool:
        return self.name == "quantity"

    def __str__(self) -> str:
        """The unit in words: euros, kilometres, euros per kilometre; or what it is where it has no unit."""
        if not self.is_quantity:
            return self.name
        if (self.money, self.length) == (0, 0):
            return "a percentage" if self.percent else "a plain number"
        over = [_power(name, n) for name, n in (("euros", self.money), ("kilometres", self.length)) if n > 0]
        under = [_power(name, -n) for name, n in (("euro", self.money), ("kilometre", self.length)) if n < 0]
        return " per ".join(filter(None, ["·".join(over) or "one", "·".join(under)]))

    @cached_property
    def symbol(self) -> str:
        """The unit as it is written behind a number: €, km, €/km, % or nothing."""
        if self.percent:
            return "%"
        over = "·".join(_power(name, n) for name, n in (("€", self.money), ("km", self.length)) if n > 0)
        under = "·".join(_power(name, -n) for name, n in (("€", self.money), ("km", self.length)) if n < 0)
        return f"{over or '1'}/{under}" if under else over

    def times(self, other: "ValueType", sign: int = 1) -> "ValueType":
        """The unit of a product, or of a quotient where `sign` is −1."""
        return ValueType(
            money=self.money + sign * other.money,
            length=self.length + sign * other.length,
            percent=False,
        )

    def fits(self, other: "ValueType") -> bool:
        """Whether the two may be added and compared."""
        return (self.name, self.money, self.length) == (other.name, other.money, other.length)


def _power(name: str, n: int) -> str:
    return "" if not n else name if n == 1 else f"{name}^{n}"


NUMBER, PERCENT = ValueType(), ValueType(percent=True)
MONEY, LENGTH, PER_KM = ValueType(money=1), ValueType(length=1), ValueType(money=1, length=-1)
TEXT, YES_NO, DATE, MOMENT = (
    ValueType("text"),
    ValueType("yes/no"),
    ValueType("a date"),
    ValueType("a moment"),
)

INPUT_DIMENSIONS = {
    "money": MONEY,
    "length": LENGTH,
    "count": NUMBER,
    "number": NUMBER,
    "percent": PERCENT,
    "text": TEXT,
    "yes_no": YES_NO,
    "date": DATE,
    "moment": MOMENT,
}

UNITS = {
    "": (NUMBER, Decimal(1)),
    "%": (PERCENT, Decimal("0.01")),
    "€": (MONEY, Decimal(1)),
    "eur": (MONEY, Decimal(1)),
    "km": (LENGTH, Decimal(1)),
    "m": (LENGTH, Decimal("0.001")),
    "€/km": (PER_KM, Decimal(1)),
    "€/m": (PER_KM, Decimal(1000)),
    "eur/km": (PER_KM, Decimal(1)),
    "eur/m": (PER_KM, Decimal(1000)),
}

SPACE_PATTERN = f"[ {NBSP}\u202f]"
DIGITS_PATTERN = rf"(?:\d{{1,3}}(?:{SPACE_PATTERN}\d{{3}})+(?!\d)|\d+)(?:\.\d+)?"
UNIT_PATTERN = r"%|(?:€|[Ee][Uu][Rr]\b)(?:/(?:km|m)\b)?|km\b|m\b"
QUANTITY_PATTERN = re.compile(
    rf"(?P<sign>[-−]?)(?P<digits>{DIGITS_PATTERN})(?:{SPACE_PATTERN}*(?P<unit>{UNIT_PATTERN}))?"
)
DATE_PATTERN = re.compile(r"\d{4}-\d{2}-\d{2}")
FINNISH_DATE_PATTERN = re.compile(r"\d{1,2}\.\d{1,2}\.\d{4}")
MOMENT_PATTERN = re.compile(r"\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}(?::\d{2}(?:\.\d{1,6})?)?")

FormulaValue = Decimal | str | bool | date | datetime


def parse_decimal(digits: str) -> Decimal:
    """A number from its digits, thousands apart or not; refuses what no municipality has."""
    found = Decimal(re.sub(SPACE_PATTERN, "", digits))
    if found >= MAX_QUANTITY or len(digits) > 40:  # noqa: PLR2004 - digits of any sum of money, and more
        raise Mistake("This number is too large.", "Look at it again.")
    return found


def parse_quantity(text: str) -> tuple[Decimal, ValueType]:
    """A number with its unit: `690 €/km`, `75 %`, `1 400.50 €`, `2`. Raises `Mistake`."""
    found = QUANTITY_PATTERN.fullmatch(text.strip())
    if found is None:
        if re.fullmatch(rf"[-−]?\d+,\d+{SPACE_PATTERN}*(?:{UNIT_PATTERN})?", text.strip()):
            raise Mistake(
                f"“{text}” has a decimal comma.", f"Write a decimal point: {text.replace(',', '.')}"
            )
        raise Mistake(
            f"“{text}” is not a number with a unit.", "Write for example 690 €/km, 75 %, 500 m or 2."
        )
    kind, factor = UNITS[(found["unit"] or "").lower()]
    value = parse_decimal(found["digits"]) * factor
    return (-value if found["sign"] else value), kind


def guarded(value: Decimal) -> Decimal:
    """The value without the dust that a division left beyond twenty decimals."""
    if value.adjusted() > EXACT.prec - 22:
        return value
    return value.quantize(GUARD, ROUND_HALF_EVEN, EXACT)


MODES = {
    "down": ROUND_DOWN,
    "up": ROUND_CEILING,
    "half_up": ROUND_HALF_UP,
    "half_even": ROUND_HALF_EVEN,
    "nearest": ROUND_HALF_UP,
}


@dataclass(frozen=True)
class Rounding:
    """A rounding as a document writes it: `down 10 €/km`, `half_up 0.01 €`, `up 100 m`."""

    mode: str
    step: Decimal
    kind: ValueType
    text: str

    @classmethod
    def parse(cls, text: str) -> "Rounding":
        mode, _, step = text.strip().partition(" ")
        if mode not in MODES or not step:
            raise Mistake(
                f"“{text}” is not a rounding.",
                f"Write a way and a step, for example half_up 0.01 € or down 10 €/km; the ways are {', '.join(MODES)}.",
            )
        value, kind = parse_quantity(step)
        if not cls.may_be(value):
            raise Mistake(
                "A rounding's step is above nothing, with at most seven decimals.",
                "Write for example 0.01 €.",
            )
        return cls("half_up" if mode == "nearest" else mode, value, kind, f"{mode} {step.strip()}")

    @staticmethod
    def may_be(step: Decimal) -> bool:
        """Whether a step is above nothing and not finer than anything that is counted."""
        exponent = step.as_tuple().exponent
        return step > 0 and isinstance(exponent, int) and -exponent <= MAX_STEP_DECIMALS

    def __call__(self, value: Decimal) -> Decimal:
        return self.in_steps(value, self.mode) * self.step

    def in_steps(self, value: Decimal, mode: str = "down") -> int:
        """How many whole steps the value is, rounded this way."""
        steps = guarded(EXACT.divide(value, self.step))
        return int(steps.to_integral_value(MODES[mode]))


CENTS = Rounding.parse("half_up 0.01 €")


def write_value(value: FormulaValue | None, kind: ValueType) -> str:
    """A value with its unit in one spelling for all languages: `7200.00 €`, `0.51 km`, `75 %`, `yes`."""
    symbol = kind.symbol if kind.is_quantity else ""
    text = plain(value, kind)
    return f"{text} {symbol}" if symbol else text


def plain(value: FormulaValue | None, kind: ValueType) -> str:
    """The value without its unit; euros with their cents, kilometres with two decimals at least."""
    match value:
        case None:
            return "–"
        case bool():
            return "yes" if value else "no"
        case datetime():
            precise = "milliseconds" if value.microsecond else "seconds" if value.second else "minutes"
            return value.isoformat(sep=" ", timespec=precise)
        case date():
            return value.isoformat()
        case str():
            return value
    return _digits(value * 100 if kind.percent else value, kind)


TEN_DECIMALS = Decimal("1e-10")


def _digits(value: Decimal, kind: ValueType) -> str:
    short = (
        value if value.adjusted() > EXACT.prec - 12 else value.quantize(TEN_DECIMALS, ROUND_HALF_EVEN, EXACT)
    )
    text = f"{short:f}"
    whole, _, decimals = text.partition(".")
    decimals = decimals.rstrip("0")
    if (kind.money, kind.length) in ((1, 0), (0, 1)):
        decimals = decimals.ljust(2, "0")
    found = f"{whole}.{decimals}" if decimals else whole
    return found if short else found.removeprefix("-")


YES, NO = {"yes", "true", "y", "1", "kyllä", "k", "ja", "j"}, {"no", "false", "n", "0", "ei", "e", "nej"}


def parse_value(text: str, kind: ValueType, unit: str = "") -> FormulaValue:
    """What somebody wrote into a form or a table, as a value of this kind; `unit` is what a bare number is in.

    Decimal commas, spaces between thousands and a unit behind the number are read. Raises `Mistake`.
    """
    text = text.strip()
    match kind.name:
        case "text":
            return text
        case "yes/no":
            if text.lower() in YES | NO:
                return text.lower() in YES
            raise Mistake(f"“{text}” is neither yes nor no.", "Write yes or no.")
        case "a date":
            return _day(text)
        case "a moment":
            return _moment(text)
    number = (
        re.sub(r"(?<=\d),(?=\d+(?:\D|$))", ".", text) if text.count(",") == 1 and "." not in text else text
    )
    value, found = parse_quantity(number)
    if found == NUMBER and kind != NUMBER:
        factor = UNITS[unit or ("%" if kind.percent else kind.symbol)][1]
        return value * factor
    if not found.fits(kind) or found.percent != kind.percent:
        raise Mistake(
            f"“{text}” is {found}; {kind} is asked for.", f"Write a number in {kind.symbol or 'pieces'}."
        )
    return value


def _day(text: str) -> date:
    try:
        if found := re.fullmatch(r"(\d{1,2})\.(\d{1,2})\.(\d{4})", text):
            return date(int(found[3]), int(found[2]), int(found[1]))
        return date.fromisoformat(text)
    except ValueError:
        raise Mistake(f"“{text}” is not a day.", "Write 2026-04-30 or 30.4.2026.") from None


def _moment(text: str) -> datetime:
    try:
        if found := re.fullmatch(r"(\d{1,2}\.\d{1,2}\.\d{4})\s+(?:klo\s+)?(\d{1,2})[.:](\d{2})", text):
            return datetime.combine(_day(found[1]), datetime.min.time()).replace(
                hour=int(found[2]), minute=int(found[3])
            )
        if FINNISH_DATE_PATTERN.fullmatch(text):
            return datetime.combine(_day(text), datetime.min.time())
        moment = datetime.fromisoformat(text)
        return moment.astimezone(LOCAL_TIME).replace(tzinfo=None) if moment.tzinfo else moment
    except (ValueError, OverflowError):
        raise Mistake(f"“{text}” is not a day with a clock time.", "Write 2026-04-30 16:00.") from None
