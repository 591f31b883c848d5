"""The functions that a formula may call, each with what it may be given."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from decimal import Decimal

from domain.criteria.agreement import is_quantity, is_zero, same
from domain.criteria.expression import Call, Expression, Given, Literal, Name
from domain.criteria.tokens import MAX_FORMULA_LENGTH, Token
from domain.criteria.units import DATE, MOMENT, NUMBER, TEXT, YES_NO, FormulaValue, Mistake, Rounding

MakeCall = Callable[[Token, list[Expression]], Expression]
"""From a function's name and what it is given to its expression; raises `Mistake`."""


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
) -> MakeCall:
    def make(word: Token, given: list[Expression]) -> Expression:
        _arguments(word, given, 2, MAX_FORMULA_LENGTH)
        kind = given[0].kind
        first = given[0]
        for other in given[1:]:
            kind = same(other.offset, first, other, "compared")
            first = other if is_zero(first) else first
        if kind in (TEXT, YES_NO):
            raise Mistake(f"{word.text} compares numbers or dates, not {kind}.", "", word.offset)
        return Call(kind, word.offset, word.text, tuple(given), does)

    return make


def _rounding(mode: str) -> MakeCall:
    def make(word: Token, given: list[Expression]) -> Expression:
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
        is_quantity(of, "rounded")
        same(step.offset, of, step, "compared")
        rule = Rounding(mode, step.what, step.kind, f"{mode} {step.text}")
        return Call(of.kind, word.offset, word.text, (of, step), lambda value, _: rule(value))

    return make


def _absolute(word: Token, given: list[Expression]) -> Expression:
    _arguments(word, given, 1, 1)
    is_quantity(given[0], "taken without their sign")
    return Call(given[0].kind, word.offset, word.text, tuple(given), abs)


def _given(word: Token, given: list[Expression]) -> Expression:
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
    return Given(same(word.offset, given[0], given[1], "chosen between"), word.offset, given[0], given[1])


def _of_dates(does: Callable[..., FormulaValue], count: int) -> MakeCall:
    def make(word: Token, given: list[Expression]) -> Expression:
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


FUNCTIONS: Mapping[str, MakeCall] = {
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
