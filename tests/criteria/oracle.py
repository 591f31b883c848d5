"""Sharing a budget, written a second time from what it means: slowly, in whole fractions, and without the engine's code."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

Rounding = tuple[str, Fraction]
"""A way and a step: `("down", 10)`."""


class TooLittle(Exception):
    """The grants come to more than the budget, and nothing is said of what then."""


@dataclass(frozen=True)
class OracleClaim:
    """What a road asks by, the most it may get, its place in an order, the smallest grant and the cut at the end."""

    id: str
    weight: Fraction
    ceiling: Fraction | None = None
    place: Fraction = Fraction(0)
    cut: Fraction = Fraction(0)


@dataclass(frozen=True)
class SharingMethod:
    """A way of sharing, as a document says it."""

    method: str
    line: Rounding = ("half_up", Fraction(1, 100))
    price: Rounding | None = None
    factor: Rounding | None = None
    redistribute: bool = False
    remainders: bool = False
    partial: str = "no"
    minimum: Fraction | None = None
    share_again: bool = True


@dataclass(frozen=True)
class OracleOutcome:
    """What each gets, who fell below the minimum, and the price of a unit."""

    amounts: Mapping[str, Fraction]
    below: frozenset[str] = frozenset()
    waiting: frozenset[str] = frozenset()
    """Who came too late in the order: theirs is no small grant, but none at all."""
    price: Fraction | None = None


def steps(value: Fraction, step: Fraction, mode: str) -> int:
    """How many whole steps a value is, by its own definition of each way."""
    exact = value / step
    floor = exact.numerator // exact.denominator
    over = exact - floor
    match mode:
        case "down":
            return floor if exact >= 0 or over == 0 else floor + 1
        case "up":
            return floor + (over > 0)
        case "half_up":
            return floor + (over > Fraction(1, 2) or (over == Fraction(1, 2) and exact > 0))
        case "half_even":
            return floor + (over > Fraction(1, 2) or (over == Fraction(1, 2) and floor % 2 == 1))
    raise AssertionError(mode)


def rounded(value: Fraction, rounding: Rounding) -> Fraction:
    mode, step = rounding
    return steps(value, step, mode) * step


def share(way: SharingMethod, budget: Fraction | None, claims: Iterable[OracleClaim]) -> OracleOutcome:
    """The whole of it: shared, cut at the end, and shared again until nobody is below the minimum."""
    there, below = list(claims), set[str]()
    while True:
        found = _once(way, budget, there)
        amounts = {
            each.id: rounded(found.amounts[each.id] * (1 - each.cut), way.line)
            if each.cut
            else found.amounts[each.id]
            for each in there
        }
        small = {
            id_
            for id_, amount in amounts.items()
            if way.minimum is not None and amount < way.minimum and id_ not in found.waiting
        }
        below |= small
        if not small or not way.share_again:
            left = {id_: amount for id_, amount in amounts.items() if id_ not in small}
            return replace(found, amounts=left, below=frozenset(below))
        there = [each for each in there if each.id not in small]


def _once(way: SharingMethod, budget: Fraction | None, claims: Sequence[OracleClaim]) -> OracleOutcome:
    match way.method:
        case "none":
            return _in_full(way, budget, claims)
        case "pro_rata":
            return OracleOutcome(_pro_rata(way, budget, claims))
    assert budget is not None
    match way.method:
        case "unit_price":
            return _unit_price(way, budget, claims)
        case "shares":
            return OracleOutcome(_shares(way, budget, claims))
        case "in_order":
            return _in_order(way, budget, claims)
    raise AssertionError(way.method)


def _asked(each: OracleClaim) -> Fraction:
    return each.weight if each.ceiling is None else min(each.weight, each.ceiling)


def _under(amount: Fraction, ceiling: Fraction | None, line: Rounding) -> Fraction:
    """Rounded; but where that lifts it over the ceiling, the last whole step below it."""
    found = rounded(amount, line)
    if ceiling is not None and found > ceiling:
        return rounded(ceiling, ("down", line[1]))
    return found


def _whole(each: OracleClaim, line: Rounding) -> Fraction:
    return _under(_asked(each), each.ceiling, line)


def _in_full(way: SharingMethod, budget: Fraction | None, claims: Sequence[OracleClaim]) -> OracleOutcome:
    amounts = {each.id: _whole(each, way.line) for each in claims}
    if budget is not None and sum(amounts.values()) > budget:
        raise TooLittle
    return OracleOutcome(amounts)


def _pro_rata(
    way: SharingMethod, budget: Fraction | None, claims: Sequence[OracleClaim]
) -> dict[str, Fraction]:
    total = sum((_asked(each) for each in claims), Fraction(0))
    if budget is None or total <= budget:
        return _taken_back({each.id: _asked(each) for each in claims}, way.line, budget, claims)
    factor = budget / total
    if way.factor is not None:
        factor = rounded(factor, way.factor)
        while factor * total > budget:
            factor -= way.factor[1]
    exact = {each.id: _asked(each) * factor for each in claims}
    if way.remainders:
        return _remainders(exact, {each.id: _whole(each, way.line) for each in claims}, budget, way.line[1])
    return _taken_back(exact, way.line, budget, claims)


def _shares(way: SharingMethod, budget: Fraction, claims: Sequence[OracleClaim]) -> dict[str, Fraction]:
    level = _level(way, budget, claims)
    exact = {each.id: _asked(replace(each, weight=each.weight * level)) for each in claims}
    if way.remainders and sum(exact.values()) >= budget:
        return _remainders(exact, {each.id: each.ceiling for each in claims}, budget, way.line[1])
    return _taken_back(exact, way.line, budget, claims)


def _level(way: SharingMethod, budget: Fraction, claims: Sequence[OracleClaim]) -> Fraction:
    """What a unit of weight gets; with redistribution pass by pass, until nobody new is at a ceiling."""
    open_ = [each for each in claims if each.weight > 0]
    left, level = budget, Fraction(0)
    while open_:
        level = left / sum(each.weight for each in open_)
        full = [each for each in open_ if each.ceiling is not None and each.weight * level >= each.ceiling]
        if not full or not way.redistribute:
            return level
        if len(full) == len(open_):
            return max(each.ceiling / each.weight for each in open_ if each.ceiling is not None)
        left -= sum(each.ceiling for each in full if each.ceiling is not None)
        open_ = [each for each in open_ if each not in full]
    return level


def _unit_price(way: SharingMethod, budget: Fraction, claims: Sequence[OracleClaim]) -> OracleOutcome:
    level = _level(way, budget, claims)
    if way.price is None:
        exact = {each.id: _asked(replace(each, weight=each.weight * level)) for each in claims}
        return OracleOutcome(_taken_back(exact, way.line, budget, claims), price=level)
    there = [each for each in claims if each.weight > 0]
    if (
        way.redistribute
        and there
        and all(each.ceiling is not None and each.weight * level >= each.ceiling for each in there)
    ):
        full = {
            each.id: _under(_asked(replace(each, weight=each.weight * level)), each.ceiling, way.line)
            for each in claims
        }
        return OracleOutcome(full, price=level)  # all at their ceilings: no price is looked for
    price = rounded(level, way.price)
    while True:
        amounts = {each.id: _under(each.weight * price, each.ceiling, way.line) for each in claims}
        if sum(amounts.values()) <= budget:
            return OracleOutcome(amounts, price=price)
        price -= way.price[1]


def _in_order(way: SharingMethod, budget: Fraction, claims: Sequence[OracleClaim]) -> OracleOutcome:
    amounts = {each.id: Fraction(0) for each in claims}
    left, late = budget, {each.id for each in claims}
    for place in sorted({each.place for each in claims}):
        equals = [each for each in claims if each.place == place]
        wanted = {each.id: _whole(each, way.line) for each in equals}
        fits = sum(wanted.values()) <= left
        if fits or way.partial == "yes":
            late -= set(wanted)
        if not fits and way.partial == "skip":
            continue
        if not fits:
            if way.partial == "yes":
                amounts |= _pro_rata(replace(way, factor=None, remainders=True), left, equals)
            break
        amounts |= wanted
        left -= sum(wanted.values())
    return OracleOutcome(amounts, waiting=frozenset(late))


def _taken_back(
    exact: Mapping[str, Fraction], line: Rounding, budget: Fraction | None, claims: Sequence[OracleClaim]
) -> dict[str, Fraction]:
    """Rounded; and while that is over the budget, a step is taken from whoever gained most by it."""
    ceilings = {each.id: each.ceiling for each in claims}
    amounts = {id_: _under(amount, ceilings[id_], line) for id_, amount in exact.items()}
    back = set[str]()
    while budget is not None and sum(amounts.values()) > budget:
        may = [id_ for id_ in amounts if id_ not in back]
        id_ = min(may, key=lambda id_: (exact[id_] - amounts[id_], id_))
        amounts[id_] -= line[1]
        back.add(id_)
    return amounts


def _remainders(
    exact: Mapping[str, Fraction], most: Mapping[str, Fraction | None], budget: Fraction, step: Fraction
) -> dict[str, Fraction]:
    """Rounded down; then the steps that are left, one by one, round and round to whoever lost most."""
    amounts = {id_: rounded(amount, ("down", step)) for id_, amount in exact.items()}
    lost = {id_: exact[id_] - amounts[id_] for id_ in exact}
    turn: list[str] = []
    while sum(amounts.values()) + step <= budget:
        may = [id_ for id_ in exact if exact[id_] > 0]
        may = [id_ for id_ in may if (limit := most[id_]) is None or amounts[id_] + step <= limit]
        if not may:
            break
        fresh = [id_ for id_ in may if id_ not in turn]
        if not fresh:
            turn, fresh = [], may
        id_ = min(fresh, key=lambda id_: (-lost[id_], id_))
        amounts[id_] += step
        turn.append(id_)
    return amounts
