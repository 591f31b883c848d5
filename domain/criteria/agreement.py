"""Which values fit together in a formula: euros are not added to kilometres, and a refusal says how it should be written."""

from decimal import Decimal

from domain.criteria.expression import Expression, Literal
from domain.criteria.tokens import Token
from domain.criteria.units import DATE, LENGTH, MOMENT, NUMBER, TEXT, YES_NO, Mistake, ValueType

BARE_METRES_FROM = 50
"""A bare number of a length from here on is meant in metres."""


def is_yes_no(of: Expression, why: str) -> None:
    if of.kind != YES_NO:
        raise Mistake(
            f"{why}, but here is {of.kind}.", "Compare it with something: length >= 500 m.", of.offset
        )


def is_quantity(of: Expression, done: str) -> None:
    if not of.kind.is_quantity:
        raise Mistake(
            f"Only numbers can be {done}; here is {of.kind}.", "Look at the name and its type.", of.offset
        )


def same(offset: int, left: Expression, right: Expression, done: str) -> ValueType:
    """The common kind of two values; a bare nought fits every unit."""
    for one, other in ((left, right), (right, left)):
        if is_zero(one) and other.kind.is_quantity:
            return other.kind
    if left.kind == right.kind:
        if done in ("added", "subtracted"):
            is_quantity(left, done)
        return left.kind
    if left.kind.is_quantity and left.kind.fits(right.kind):
        return left.kind if left.kind.percent else right.kind
    mend = f"The left side is {left.kind}, the right side {right.kind}: look at the names and their types."
    if left.kind.is_quantity and right.kind.is_quantity:
        mend = f"The left side is in {left.kind}, the right side in {right.kind}; a number's unit is written behind it: {advice(left, right)}."
    elif {left.kind, right.kind} == {DATE, MOMENT}:
        mend = "A day with its clock time is written 2026-04-30 16:00."
    raise Mistake(f"{left.kind} and {right.kind} cannot be {done}.".capitalize(), mend, offset)


def comparable(sign: Token, left: Expression, right: Expression) -> None:
    kind = same(sign.offset, left, right, "compared")
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
