"""Sharing a budget (määrärahan jako) among lines: in full, pro rata, by a unit price, by weight, or in an order.

Shares are exact until the very end; then each becomes a whole number of steps (cents where nothing else is said) and
the steps that are left are kept, or given one by one by largest remainder: to the line whose share lost most by rounding
down, and among equals to the one whose id comes first. The order of the lines never matters.
"""

from bisect import bisect_left
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from domain.criteria.units import Rounding, guarded

ZERO_AMOUNT = Decimal(0)


@dataclass(frozen=True)
class Share:
    """One line's claim: its weight or demand, the most it may get, and its place in an order."""

    id: str
    weight: Decimal
    ceiling: Decimal | None = None
    order: tuple[Decimal | str, ...] = ()


@dataclass
class AllocationResult:
    """What each line gets; the price or factor that gave it; who was cut by a ceiling and who got a remainder's step."""

    amounts: dict[str, Decimal] = field(default_factory=dict)
    level: Decimal | None = None
    exact_level: Decimal | None = None
    total_weight: Decimal = ZERO_AMOUNT
    left: Decimal = ZERO_AMOUNT
    """What is shared among those whom no ceiling cuts, and their weight."""
    open_weight: Decimal = ZERO_AMOUNT
    capped: set[str] = field(default_factory=set)
    stepped: dict[str, int] = field(default_factory=dict)
    passes: int = 0
    passed_over: set[str] = field(default_factory=set)


class OverBudget(Exception):
    """The grants come to more than the budget, and the criteria do not say what then."""

    def __init__(self, total: Decimal, budget: Decimal) -> None:
        super().__init__(
            f"The grants come to {total} € and the budget is {budget} €, but the criteria do not say how it is shared: "
            "raise the budget, or adopt criteria with an allocation (pro_rata, in_order)."
        )


def in_full(budget: Decimal | None, shares: Sequence[Share], line: Rounding) -> AllocationResult:
    """Each gets what it demands. Raises `OverBudget` where there is not enough."""
    found = AllocationResult({each.id: _in_full(each, line) for each in shares})
    total = sum(found.amounts.values(), ZERO_AMOUNT)
    if budget is not None and total > budget:
        raise OverBudget(total, budget)
    return found


def pro_rata(
    budget: Decimal | None,
    shares: Sequence[Share],
    line: Rounding,
    factor: Rounding | None,
    *,
    largest_remainder: bool,
) -> AllocationResult:
    """Each gets the same part of its demand: all of it where the budget allows, and never more than that."""
    total = sum((_most(each) for each in shares), ZERO_AMOUNT)
    found = AllocationResult(total_weight=total, level=Decimal(1))
    if budget is not None and guarded(total) > budget:
        found.exact_level = budget / total
        found.level = factor(found.exact_level) if factor else found.exact_level
        if factor and guarded(found.level) > guarded(found.exact_level):
            found.level -= factor.step  # rounded up, it would promise more than there is
    assert found.level is not None
    exact = {each.id: _most(each) * found.level for each in shares}
    ceilings: dict[str, Decimal | None] = {each.id: _in_full(each, line) for each in shares}
    _in_steps(
        found,
        exact,
        ceilings,
        budget,
        line,
        largest_remainder=largest_remainder and found.exact_level is not None,
    )
    return found


def by_weight(
    budget: Decimal, shares: Sequence[Share], line: Rounding, *, redistribute: bool, largest_remainder: bool
) -> AllocationResult:
    """Each gets its weight's part of the budget, under its ceiling; what ceilings cut off may go to the others."""
    found = _level(budget, shares, redistribute=redistribute)
    found.level = found.exact_level
    exact = {each.id: _under(each, each.weight * (found.level or ZERO_AMOUNT)) for each in shares}
    ceilings = {each.id: each.ceiling for each in shares}
    whole = guarded(sum(exact.values(), ZERO_AMOUNT)) >= budget
    _in_steps(found, exact, ceilings, budget, line, largest_remainder=largest_remainder and whole)
    return found


def by_unit_price(
    budget: Decimal, shares: Sequence[Share], line: Rounding, price: Rounding | None, *, redistribute: bool
) -> AllocationResult:
    """The price of a unit of weight, rounded as the criteria say; each gets its weight times that, under its ceiling.

    The price is the largest whole step, not above the rounded one, with which the rounded lines do not exceed the budget.
    """
    found = _level(budget, shares, redistribute=redistribute)
    if (
        redistribute and found.capped and not found.open_weight
    ):  # all at their ceilings: no price has to be found
        full = {each.id: each.ceiling or ZERO_AMOUNT if each.weight else ZERO_AMOUNT for each in shares}
        found.amounts = {each.id: _cut(line(full[each.id]), each.ceiling, line) for each in shares}
        found.level = found.exact_level
        return found
    exact = found.exact_level or ZERO_AMOUNT
    level = price(exact) if price else exact

    def lines(at: Decimal) -> dict[str, Decimal]:
        return {each.id: _cut(line(each.weight * at), each.ceiling, line) for each in shares}

    def too_dear(steps: int) -> bool:
        return sum(lines(steps * price.step).values(), ZERO_AMOUNT) > budget if price else False

    if price:
        at = price.in_steps(level)
        level = price.step * (bisect_left(range(1, at + 1), x=True, key=too_dear) if too_dear(at) else at)
    amounts = lines(level)
    if sum(amounts.values(), ZERO_AMOUNT) > budget:
        ceilings = {each.id: each.ceiling for each in shares}
        _in_steps(
            found,
            {each.id: _under(each, each.weight * level) for each in shares},
            ceilings,
            budget,
            line,
            largest_remainder=False,
        )
    else:
        found.amounts = amounts
    found.level = level
    found.capped = {
        each.id for each in shares if each.ceiling is not None and each.weight * level > each.ceiling
    }
    return found


def in_order(
    budget: Decimal, shares: Sequence[Share], line: Rounding, *, partial: bool, skip: bool
) -> AllocationResult:
    """In full as long as the budget lasts; lines of the same place are equals, so together they fit or they do not.

    Whoever does not fit ends it, gets what is left (`partial`), or is passed over for those behind (`skip`).
    """
    found, left = AllocationResult(), budget
    places = sorted({each.order for each in shares})
    open_ = True
    for place in places:
        equals = [each for each in shares if each.order == place]
        wanted = {each.id: _in_full(each, line) for each in equals}
        if open_ and sum(wanted.values(), ZERO_AMOUNT) <= left:
            found.amounts |= wanted
            left -= sum(wanted.values(), ZERO_AMOUNT)
            continue
        if open_ and partial:
            part = pro_rata(left, equals, line, None, largest_remainder=True)
            found.amounts |= part.amounts
            found.stepped |= part.stepped
        else:
            found.amounts |= dict.fromkeys(wanted, ZERO_AMOUNT)
            found.passed_over |= set(wanted)
        open_ = open_ and skip
    return found


# Levels and steps ----------------------------------------------------------------------------------------------------


def _most(each: Share) -> Decimal:
    return _under(each, each.weight)


def _in_full(each: Share, line: Rounding) -> Decimal:
    return _cut(line(_most(each)), each.ceiling, line)


def _under(each: Share, amount: Decimal) -> Decimal:
    return amount if each.ceiling is None else min(amount, each.ceiling)


def _cut(amount: Decimal, ceiling: Decimal | None, line: Rounding) -> Decimal:
    """A rounded amount under its ceiling, still in whole steps."""
    return amount if ceiling is None or amount <= ceiling else line.in_steps(ceiling, "down") * line.step


def _level(budget: Decimal, shares: Sequence[Share], *, redistribute: bool) -> AllocationResult:
    """What a unit of weight gets. With redistribution the level rises until the budget is used or all are at their ceiling.

    Water-filling: those whose ceiling lies lowest in proportion to their weight are filled first, and what is left is
    shared among the others; it ends after at most as many passes as there are lines.
    """
    found = AllocationResult(total_weight=sum((each.weight for each in shares), ZERO_AMOUNT))
    open_ = sorted((each for each in shares if each.weight > 0), key=_fills_at)
    left, weight = budget, found.total_weight
    if not weight:
        return found
    found.exact_level, found.left, found.open_weight = left / weight, left, weight
    if not redistribute:
        found.capped = {
            each.id
            for each in open_
            if each.ceiling is not None and each.weight * found.exact_level > each.ceiling
        }
        return found
    at = 0
    while at < len(open_):
        level, before = left / weight, at
        while (
            at < len(open_)
            and (ceiling := open_[at].ceiling) is not None
            and ceiling <= open_[at].weight * level
        ):
            found.capped.add(open_[at].id)
            left, weight, at = left - ceiling, weight - open_[at].weight, at + 1
        found.passes += 1
        if at == before:
            found.exact_level, found.left, found.open_weight = level, left, weight
            return found
    found.left, found.open_weight = left, ZERO_AMOUNT
    found.exact_level = max(each.ceiling / each.weight for each in open_ if each.ceiling is not None)
    return found


def _fills_at(each: Share) -> tuple[bool, Decimal, str]:
    """At which level the line's ceiling is reached; never, for one without."""
    return (
        each.ceiling is None,
        ZERO_AMOUNT if each.ceiling is None else each.ceiling / each.weight,
        each.id,
    )


def _in_steps(
    found: AllocationResult,
    exact: Mapping[str, Decimal],
    ceilings: Mapping[str, Decimal | None],
    budget: Decimal | None,
    line: Rounding,
    *,
    largest_remainder: bool,
) -> None:
    """Exact shares as whole steps that never exceed the budget or a ceiling."""
    if largest_remainder and budget is not None:
        _by_largest_remainder(found, exact, ceilings, budget, line)
        return
    found.amounts = {id_: _cut(line(share), ceilings[id_], line) for id_, share in exact.items()}
    over = sum(found.amounts.values(), ZERO_AMOUNT) - budget if budget is not None else ZERO_AMOUNT
    if over > 0:  # lines rounded up: a step is taken back from those that gained most
        for id_ in sorted(exact, key=lambda id_: (guarded(exact[id_] - found.amounts[id_]), id_)):
            if over <= 0:
                break
            if found.amounts[id_] >= line.step:
                found.amounts[id_] -= line.step
                found.stepped[id_] = -1
                over -= line.step


def _by_largest_remainder(
    found: AllocationResult,
    exact: Mapping[str, Decimal],
    ceilings: Mapping[str, Decimal | None],
    budget: Decimal,
    line: Rounding,
) -> None:
    steps = {id_: line.in_steps(share, "down") for id_, share in exact.items()}
    most = {id_: None if each is None else line.in_steps(each, "down") for id_, each in ceilings.items()}
    left = line.in_steps(budget, "down") - sum(steps.values())
    lost = {id_: guarded(steps[id_] * line.step - exact[id_]) for id_ in exact}
    ranking = sorted((id_ for id_ in exact if exact[id_] > 0), key=lambda id_: (lost[id_], id_))
    while left > 0:
        may = [id_ for id_ in ranking if (limit := most[id_]) is None or steps[id_] < limit][:left]
        if not may:
            break
        for id_ in may:
            steps[id_] += 1
            found.stepped[id_] = found.stepped.get(id_, 0) + 1
        left -= len(may)
    found.amounts = {id_: n * line.step for id_, n in steps.items()}
