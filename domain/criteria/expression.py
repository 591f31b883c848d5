"""Typed expressions: what a formula is once it is read. Each gives its value for a line, and how it reads with values."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Protocol

from domain.criteria.units import MAX_QUANTITY, YES_NO, FormulaValue, Mistake, ValueType, write_value


class NoValue(Exception):
    """A formula has no value for this line."""


class MissingInput(NoValue):
    """A value that nobody has given; `name` is the input."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.name = name


class Uncountable(NoValue):
    """There is nothing to count: a division by nothing, a number beyond all bounds."""


class ValueLookup(Protocol):
    """Where a formula finds its values while it is counted."""

    def look(self, name: str) -> FormulaValue: ...
    def has(self, name: str) -> bool: ...
    def seen(self, name: str) -> bool: ...


class Expression(Protocol):
    """A typed expression: its kind of value, the value for a line, and how it reads with the line's values in it."""

    @property
    def kind(self) -> ValueType: ...
    @property
    def offset(self) -> int: ...

    def value(self, line: ValueLookup) -> FormulaValue: ...
    def shown(self, line: ValueLookup) -> str: ...


@dataclass(frozen=True, slots=True)
class Literal:
    """A value written in the formula."""

    kind: ValueType
    offset: int
    what: FormulaValue
    text: str

    def value(self, line: ValueLookup) -> FormulaValue:  # noqa: ARG002 - the same in every line
        return self.what

    def shown(self, line: ValueLookup) -> str:  # noqa: ARG002 - the same in every line
        return self.text


@dataclass(frozen=True, slots=True)
class Name:
    """A value by its name: an input, a named value, a slot, or a table's column."""

    kind: ValueType
    offset: int
    name: str

    def value(self, line: ValueLookup) -> FormulaValue:
        return line.look(self.name)

    def shown(self, line: ValueLookup) -> str:
        """The value; a yes or no with its name, because it says nothing alone. A name in «» is told by its label."""
        if not line.seen(self.name):
            return f"«{self.name}»"
        value = write_value(line.look(self.name), self.kind)
        return f"«{self.name}» = {value}" if self.kind == YES_NO else value


@dataclass(frozen=True, slots=True)
class Binary:
    """Two values and what is between them."""

    kind: ValueType
    offset: int
    sign: str
    left: Expression
    right: Expression
    does: Callable[[FormulaValue, FormulaValue], FormulaValue]

    def value(self, line: ValueLookup) -> FormulaValue:
        return self.does(self.left.value(line), self.right.value(line))

    def shown(self, line: ValueLookup) -> str:
        mine = PRECEDENCE[self.sign]
        left, right = self.left.shown(line), self.right.shown(line)
        if precedence(self.left) < mine:
            left = f"({left})"
        if precedence(self.right) <= mine:  # 2 × (1 ÷ 3) is not 2 × 1 ÷ 3 in the last of its digits
            right = f"({right})"
        return f"{left} {OPERATOR_SYMBOLS.get(self.sign, self.sign)} {right}"


@dataclass(frozen=True, slots=True)
class Both:
    """`and` and `or`: the right side is looked at only where the left leaves it open."""

    kind: ValueType
    offset: int
    sign: str
    left: Expression
    right: Expression

    def value(self, line: ValueLookup) -> FormulaValue:
        settles = self.sign == "or"
        try:
            first = self.left.value(line)
        except MissingInput:
            if self.right.value(line) is settles:
                return settles
            raise
        return settles if first is settles else self.right.value(line)

    def shown(self, line: ValueLookup) -> str:
        sides = [
            f"({text})" if precedence(side) < PRECEDENCE[self.sign] else text
            for side, text in ((self.left, self.left.shown(line)), (self.right, self.right.shown(line)))
        ]
        return f" {self.sign} ".join(sides)


@dataclass(frozen=True, slots=True)
class Single:
    """`−x` and `not x`."""

    kind: ValueType
    offset: int
    sign: str
    of: Expression

    def value(self, line: ValueLookup) -> FormulaValue:
        found = self.of.value(line)
        if self.sign == "not":
            return not found
        assert isinstance(found, Decimal)
        return -found

    def shown(self, line: ValueLookup) -> str:
        inside = self.of.shown(line)
        inside = f"({inside})" if precedence(self.of) < PRECEDENCE["single"] else inside
        return f"not {inside}" if self.sign == "not" else f"−{inside}"


@dataclass(frozen=True, slots=True)
class Conditional:
    """`if … then … else …`; a reader is shown the branch that was taken."""

    kind: ValueType
    offset: int
    when: Expression
    then: Expression
    otherwise: Expression

    def taken(self, line: ValueLookup) -> Expression:
        return self.then if self.when.value(line) else self.otherwise

    def value(self, line: ValueLookup) -> FormulaValue:
        return self.taken(line).value(line)

    def shown(self, line: ValueLookup) -> str:
        try:
            return self.taken(line).shown(line)
        except (NoValue, Mistake):  # on a side that nobody had to look at
            parts = [each.shown(line) for each in (self.when, self.then, self.otherwise)]
            return "(if {} then {} else {})".format(*parts)


@dataclass(frozen=True, slots=True)
class Among:
    """`x in ("I", "II")`."""

    kind: ValueType
    offset: int
    of: Expression
    values: tuple[Literal, ...]

    def value(self, line: ValueLookup) -> FormulaValue:
        return self.of.value(line) in [each.what for each in self.values]

    def shown(self, line: ValueLookup) -> str:
        return f"{self.of.shown(line)} in ({', '.join(each.text for each in self.values)})"


@dataclass(frozen=True, slots=True)
class Call:
    """A function of the grammar."""

    kind: ValueType
    offset: int
    name: str
    of: tuple[Expression, ...]
    does: Callable[..., FormulaValue]

    def value(self, line: ValueLookup) -> FormulaValue:
        return self.does(*(each.value(line) for each in self.of))

    def shown(self, line: ValueLookup) -> str:
        return f"{self.name}({', '.join(each.shown(line) for each in self.of)})"


@dataclass(frozen=True, slots=True)
class Given:
    """`given(x)`: whether somebody has given the input; `value_or(x, y)`: it, or `y` where nobody has."""

    kind: ValueType
    offset: int
    of: Name
    otherwise: Expression | None = None

    def value(self, line: ValueLookup) -> FormulaValue:
        has = line.has(self.of.name)
        if self.otherwise is None:
            return has
        return self.of.value(line) if has else self.otherwise.value(line)

    def shown(self, line: ValueLookup) -> str:
        if self.otherwise is None:
            return f"given(«{self.of.name}»)"
        try:
            return (self.of if line.has(self.of.name) else self.otherwise).shown(line)
        except (NoValue, Mistake):
            return f"value_or({self.of.name}, {self.otherwise.shown(line)})"


PRECEDENCE = {"or": 1, "and": 2, "not": 3, "==": 4, "!=": 4, "<": 4, "<=": 4, ">": 4, ">=": 4, "+": 5, "-": 5, "*": 6, "/": 6, "single": 7}  # fmt: skip
OPERATOR_SYMBOLS = {"*": "×", "/": "÷", "-": "−", "==": "=", "!=": "≠", "<=": "≤", ">=": "≥"}


def precedence(of: Expression) -> int:
    match of:
        case Binary() | Both():
            return PRECEDENCE[of.sign]
        case Single():
            return PRECEDENCE["not" if of.sign == "not" else "single"]
        case Among():
            return PRECEDENCE["=="]
        case Conditional():
            return min(precedence(of.then), precedence(of.otherwise))
        case Given() if of.otherwise is not None:
            return precedence(of.otherwise)
        case _:
            return 9


def divide(left: Decimal, right: Decimal) -> Decimal:
    if not right:
        raise Uncountable("a division by nothing")
    return bounded(left / right)


def bounded(value: Decimal) -> Decimal:
    if abs(value) > MAX_QUANTITY:
        raise Uncountable("a number beyond all bounds")
    return value


COMPARISONS: Mapping[str, Callable[..., bool]] = {
    "<": lambda a, b: a < b,
    "<=": lambda a, b: a <= b,
    ">": lambda a, b: a > b,
    ">=": lambda a, b: a >= b,
    "==": lambda a, b: a == b,
    "!=": lambda a, b: a != b,
}
ARITHMETIC: Mapping[str, Callable[..., FormulaValue]] = {
    "+": lambda a, b: bounded(a + b),
    "-": lambda a, b: bounded(a - b),
    "*": lambda a, b: bounded(a * b),
    "/": divide,
}


def names_in(of: object) -> Iterator[str]:
    """Every name that an expression looks at."""
    if isinstance(of, Name):
        yield of.name
    elif isinstance(of, tuple):
        for each in of:
            yield from names_in(each)
    elif hasattr(of, "__slots__"):
        for slot in type(of).__slots__:
            if slot not in ("kind", "does"):
                yield from names_in(getattr(of, slot))


def tree_height(of: object, below: Callable[[str], int]) -> int:
    """How many calls deep the counting of it goes; `below` says it of a name."""
    highest, todo = 0, [(of, 0)]
    while todo:
        each, deep = todo.pop()
        if isinstance(each, Name):
            highest = max(highest, deep + below(each.name))
        elif isinstance(each, tuple):
            todo += [(one, deep) for one in each]
        elif hasattr(each, "__slots__"):
            highest = max(highest, deep + 2)
            parts = (slot for slot in type(each).__slots__ if slot not in ("kind", "does", "what"))
            todo += [(getattr(each, slot), deep + 2) for slot in parts]
    return highest
