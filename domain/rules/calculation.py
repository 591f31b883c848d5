"""Calculating a round under a rule set: each line judged, the budget shared, every cent explained.

The same rule set, demands, budget and slots give the same result to the last byte, in whatever order the demands come.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal, localcontext
from typing import Any

from pydantic import BaseModel, ConfigDict

from domain.rules import allocation
from domain.rules.allocation import OverBudget, Share, Shared
from domain.rules.reckoning import (
    Claim,
    Demand,
    Judged,
    Outcome,
    Reckoning,
    Step,
    claim,
    judge,
    lowest,
    unreadable,
)
from domain.rules.ruleset import RuleSet, Scheme
from domain.rules.units import CENTS, EXACT, MONEY, NUMBER, TEXT, YES_NO, Kind, Value, plain, shown

ENGINE = "3"
"""Raised when the same inputs could come out otherwise; stored with each run (tiedonhallintalaki 28 a §)."""

ZERO = Decimal("0.00")
NOTHING_LEFT, NOTHING_TO_GRANT = "budget-used", "nothing-to-grant"


class Unsharable(Exception):
    """The round cannot be calculated at all; the sentence says why and how to mend it."""


class Frozen(BaseModel):
    """A part of a result."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Line(Frozen):
    """One line's outcome with its own trace."""

    case: str
    outcome: Outcome
    amount: Decimal
    reasons: tuple[str, ...] = ()
    parts: Mapping[str, Decimal] = {}
    """The amount by scheme."""
    invoice: Decimal | None = None
    """What the municipality invoices, where it does the work itself."""
    trace: tuple[Step, ...] = ()


class Part(Frozen):
    """What one scheme shared: its money, its price or factor, what was left, and the steps common to its lines."""

    scheme: str
    available: Decimal | None
    total: Decimal
    unallocated: Decimal
    unit_price: Decimal | None = None
    factor: Decimal | None = None
    trace: tuple[Step, ...] = ()


class Result(Frozen):
    """A whole round's outcome."""

    engine: str
    criteria: str
    """SHA-256 of the document's text."""
    budget: Decimal | None
    reserve: Decimal
    total: Decimal
    unallocated: Decimal
    slots: Mapping[str, str]
    cited: str = ""
    """The decision that fixed the slots; `preview` before there is one."""
    parts: tuple[Part, ...]
    lines: tuple[Line, ...]

    @property
    def unit_price(self) -> Decimal | None:
        """The unit price, where one scheme has one."""
        return next((part.unit_price for part in self.parts if part.unit_price is not None), None)

    @property
    def factor(self) -> Decimal | None:
        """The pro-rata factor, where one scheme has one."""
        return next((part.factor for part in self.parts if part.factor is not None), None)

    def bytes(self) -> bytes:
        """The result in its one spelling: what is hashed, and what a replay must give again."""
        return json.dumps(
            self.model_dump(mode="json"), ensure_ascii=False, sort_keys=True, separators=(",", ":")
        ).encode()

    def stripped(self) -> "Result":
        """The same without the lines' traces, which stand in their cases."""
        return self.model_copy(
            update={"lines": tuple(line.model_copy(update={"trace": ()}) for line in self.lines)}
        )

    def hash(self) -> str:
        """SHA-256 of the bytes."""
        return hashlib.sha256(self.bytes()).hexdigest()


def canonical(value: Any) -> str:
    """SHA-256 of a value's one spelling in JSON."""
    return hashlib.sha256(
        json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()
    ).hexdigest()


@dataclass
class _Work:
    """A line on its way to its outcome."""

    id: str
    line: Reckoning
    judged: Judged = field(default_factory=Judged)
    claims: list[Claim] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)
    """Reasons of schemes that reject what others may grant."""
    applied: int = 0
    amounts: dict[str, Decimal] = field(default_factory=dict)
    steps: dict[str, list[Step]] = field(default_factory=dict)
    """The steps of each scheme's sharing."""
    ceiling: Decimal | None = None
    """The most that all schemes together give, and the code of the cap that says so."""
    binding: str = ""
    least: Decimal | None = None
    judged_steps: int = 0
    judged_refused: int = 0

    def anew(self) -> None:
        """As it was before anything was shared."""
        del self.line.steps[self.judged_steps :]
        del self.refused[self.judged_refused :]
        self.amounts.clear()
        self.steps.clear()

    invoice: Decimal | None = None


def calculate(
    rules: RuleSet,
    budget: Decimal | None,
    demands: Iterable[Demand],
    fixed: Mapping[str, str] | None = None,
    cited: str = "preview",
) -> Result:
    """The outcome of every demand. `fixed` are the slots' values and `cited` the decision that fixed them.

    Raises `Unsharable` where the criteria ask for a budget and there is none, or say nothing of what to do without one.
    """
    with localcontext(EXACT):
        return _calculate(rules, budget, demands, fixed or {}, cited)


def examine(rules: RuleSet, demand: Demand, fixed: Mapping[str, str] | None = None) -> Judged:
    """What the conditions say of one demand before anything is shared."""
    with localcontext(EXACT):
        slots = {name: (value, "preview") for name, value in rules.slots(fixed or {}).items()}
        return _judged(rules, demand, slots).judged


def _calculate(
    rules: RuleSet, budget: Decimal | None, demands: Iterable[Demand], fixed: Mapping[str, str], cited: str
) -> Result:
    slots: dict[str, tuple[Value, str]] = {name: (value, cited) for name, value in rules.slots(fixed).items()}
    works = [_judged(rules, demand, slots) for demand in sorted(demands, key=lambda each: each.case)]
    reserve = _reserve(rules, budget)
    while True:
        open_ = [work for work in works if work.judged.clear]
        parts = _parts(rules, open_, budget, reserve)
        below = _on_the_whole(rules, open_)
        if not below:
            break
        if rules.document.minimum and rules.document.minimum.freed == "keep":
            break
        for work in open_:
            if work.judged.clear:
                work.anew()
    lines = tuple(_line(rules, work) for work in works)
    total = sum((line.amount for line in lines), ZERO)
    return Result(
        engine=ENGINE,
        criteria=rules.digest,
        budget=budget,
        reserve=reserve,
        total=total,
        unallocated=ZERO if budget is None else budget - total,
        slots=dict(sorted(fixed.items())),
        cited=cited if fixed else "",
        parts=tuple(_as_given(parts[scheme.name], works) for scheme in rules.schemes),
        lines=lines,
    )


def _parts(
    rules: RuleSet, works: Sequence[_Work], budget: Decimal | None, reserve: Decimal
) -> dict[str, Part]:
    """Each scheme's money shared: first those that have a sum of their own, then those that take the rest."""
    whole = left = None if budget is None else budget - reserve
    parts = {}
    for scheme in sorted(rules.schemes, key=lambda each: each.budget is None):
        part = _shared(scheme, _available(scheme, whole, left), works, budget, reserve)
        if left is not None:
            left -= part.total
        parts[scheme.name] = part
    return parts


def _as_given(part: Part, works: Sequence[_Work]) -> Part:
    """The part with what its lines got in the end."""
    total = sum((work.amounts.get(part.scheme, ZERO) for work in works if work.judged.clear), ZERO)
    left = ZERO if part.available is None else part.available - total
    return part.model_copy(update={"total": total, "unallocated": left})


def _on_the_whole(rules: RuleSet, works: Sequence[_Work]) -> list[_Work]:
    """Sums cut to the caps on the whole; and those whose sum is below the smallest, which are rejected."""
    below = []
    minimum = rules.document.minimum
    for work in works:
        _cut(rules, work)
        total = sum(work.amounts.values(), ZERO)
        if work.least is not None and minimum is not None and work.amounts and total < work.least:
            work.anew()
            formula = f"{shown(total, MONEY)} ≥ {shown(work.least, MONEY)}"
            work.line.put("rule", minimum.code, formula, False, YES_NO, "criteria")
            work.judged.rejected.append(minimum.code)
            below.append(work)
    return below


def _cut(rules: RuleSet, work: _Work) -> None:
    """What is above the cap on the whole is taken from the last scheme first."""
    over = sum(work.amounts.values(), ZERO) - work.ceiling if work.ceiling is not None else ZERO
    if over <= 0:
        return
    assert work.ceiling is not None
    for scheme in reversed(rules.schemes):
        if (amount := work.amounts.get(scheme.name)) is not None:
            cut = min(over, amount)
            work.amounts[scheme.name] = amount - cut
            over -= cut
    work.steps["on the whole"] = [_step("capped", work.ceiling, MONEY, name=work.binding)]


# Judging a line ------------------------------------------------------------------------------------------------------


def _judged(rules: RuleSet, demand: Demand, slots: Mapping[str, tuple[Value, str]]) -> _Work:
    line = Reckoning(rules, demand.inputs, slots, demand.case)
    work = _Work(demand.case, line)
    if wrong := unreadable(line):
        for name, mistake in wrong.items():
            work.judged.incomplete.append(f"unreadable-{name.replace('_', '-')}")
            given = demand.inputs[name]
            line.put(
                "unreadable",
                name,
                f"{mistake.sentence} {mistake.mend}".strip(),
                given.value,
                TEXT,
                given.source,
            )
        return work
    if _late(rules, line):
        work.judged.rejected.append("late")
        return work
    judge(line, rules.rules, work.judged, demand.accepted)
    for scheme in rules.schemes:
        applies = True if scheme.when is None else work.judged.attempt(line, scheme.when)
        if applies:
            work.applied += 1
            _under(scheme, work, demand.accepted, alone=len(rules.schemes) == 1)
    if work.claims:
        _judge_the_whole(rules, work)
    if work.judged.clear and not work.claims:
        if work.refused:
            work.judged.rejected.extend(work.refused)
        elif not work.applied:
            work.judged.manual.append("no-scheme")
    work.judged_steps, work.judged_refused = len(line.steps), len(work.refused)
    return work


def _late(rules: RuleSet, line: Reckoning) -> bool:
    """Whether the application came after the deadline, with its step (KHO:2009:100)."""
    if rules.deadline is None or "arrived" not in line.given:
        return False
    arrived = line.look("arrived")
    late = arrived > rules.deadline  # type: ignore[operator]
    formula = f"{plain(arrived, NUMBER)} ≤ {plain(rules.deadline, NUMBER)}"
    line.put("rule", "late", formula, not late, YES_NO, "criteria")
    return late


def _judge_the_whole(rules: RuleSet, work: _Work) -> None:
    """What all schemes together may give this line, and the smallest sum of them."""
    ceiling, work.binding = lowest(work.line, rules.on_the_whole.caps, work.judged)
    work.ceiling = None if ceiling is None else _down(max(ceiling, ZERO))
    least = rules.on_the_whole.minimum
    found = work.judged.attempt(work.line, least) if least is not None else None
    work.least = found if isinstance(found, Decimal) else None


def _under(scheme: Scheme, work: _Work, accepted: Sequence[str], *, alone: bool) -> None:
    """The line's claim under a scheme; what the scheme rejects, another may still grant."""
    judged = Judged()
    judge(work.line, scheme.rules, judged, accepted)
    found = claim(work.line, scheme, judged) if not judged.rejected else None
    if alone or not judged.rejected:
        work.judged.rejected += judged.rejected
        work.judged.incomplete += judged.incomplete
        work.judged.manual += judged.manual
    else:
        work.refused += judged.rejected
    if found is not None:
        work.claims.append(found)
        if scheme.invoice is not None:
            value = work.judged.attempt(work.line, scheme.invoice)
            if isinstance(value, Decimal):
                work.invoice = CENTS(value)
                work.line.put(
                    "invoice",
                    "",
                    scheme.invoice.shown(work.line),
                    work.invoice,
                    MONEY,
                    "criteria",
                    CENTS.text,
                )


# Sharing a scheme's money --------------------------------------------------------------------------------------------


def _reserve(rules: RuleSet, budget: Decimal | None) -> Decimal:
    if rules.reserve is None or budget is None:
        return ZERO
    value, kind = rules.reserve
    return min(CENTS(budget * value) if kind.percent else value.quantize(ZERO), budget)


def _available(scheme: Scheme, whole: Decimal | None, left: Decimal | None) -> Decimal | None:
    if scheme.budget is None:
        return left
    value, kind = scheme.budget
    if kind.percent:
        if whole is None or left is None:
            raise Unsharable("The schemes share a budget, and there is none: give the budget.")
        return min(_down(whole * value), left)
    return value if left is None else min(value, left)


def _down(value: Decimal) -> Decimal:
    return CENTS.in_steps(value, "down") * CENTS.step


def _shared(
    scheme: Scheme,
    available: Decimal | None,
    works: Sequence[_Work],
    budget: Decimal | None,
    reserve: Decimal,
) -> Part:
    claims = {work.id: each for work in works for each in work.claims if each.scheme is scheme}
    at = {work.id: work for work in works}
    rejected: set[str] = set()
    while True:
        shares = [
            Share(id_, each.demand, each.ceiling, each.order)
            for id_, each in claims.items()
            if id_ not in rejected
        ]
        shared = _share(scheme, available, shares)
        amounts = {id_: _after(scheme, claims[id_], amount) for id_, amount in shared.amounts.items()}
        below = {
            id_
            for id_, amount in amounts.items()
            if (least := claims[id_].minimum) is not None and amount < least and id_ not in shared.passed_over
        }
        if not below:
            break
        rejected |= below
        assert scheme.spec.minimum is not None
        for id_ in below:
            _refuse(at[id_], scheme, scheme.spec.minimum.code, claims[id_], amounts[id_])
        if scheme.spec.minimum.freed == "keep":
            amounts = {id_: amount for id_, amount in amounts.items() if id_ not in below}
            break
    steps = _common(scheme, available, shared, len(shared.amounts), budget, reserve)
    for id_, amount in amounts.items():
        if not amount and (at[id_].invoice is None or id_ in shared.passed_over):
            reason = NOTHING_LEFT if id_ in shared.passed_over else NOTHING_TO_GRANT
            _refuse(at[id_], scheme, reason, claims[id_], None)
            continue
        at[id_].amounts[scheme.name] = amount
        at[id_].steps[scheme.name] = [*steps, *_own(scheme, claims[id_], shared, amount)]
    total = sum((amount for amount in amounts.values()), ZERO)
    by_price = scheme.spec.allocation.method == "unit_price"
    return Part(
        scheme=scheme.name,
        available=available,
        total=total,
        unallocated=ZERO if available is None else available - total,
        unit_price=shared.level if by_price else None,
        factor=_ten(shared.level) if scheme.spec.allocation.method == "pro_rata" else None,
        trace=tuple(steps),
    )


def _ten(value: Decimal | None) -> Decimal | None:
    return None if value is None else value.quantize(Decimal("1e-10"))


def _refuse(work: _Work, scheme: Scheme, code: str, found: Claim, amount: Decimal | None) -> None:
    if amount is not None and found.minimum is not None:
        formula = f"{shown(amount, MONEY)} ≥ {shown(found.minimum, MONEY)}"
        work.line.put("rule", code, formula, False, YES_NO, "criteria")
    work.refused.append(code)


def _share(scheme: Scheme, available: Decimal | None, shares: list[Share]) -> Shared:
    spec, line = scheme.spec.allocation, scheme.line
    remainder = spec.leftover == "largest_remainder"
    try:
        match spec.method:
            case "none":
                return allocation.in_full(available, shares, line)
            case "pro_rata":
                return allocation.pro_rata(
                    available, shares, line, scheme.factor, largest_remainder=remainder
                )
    except OverBudget as error:
        raise Unsharable(str(error)) from None
    if available is None:
        raise Unsharable("The criteria share a budget, and there is none: give the budget.")
    match spec.method:
        case "shares":
            return allocation.by_weight(
                available, shares, line, redistribute=spec.redistribute, largest_remainder=remainder
            )
        case "unit_price":
            return allocation.by_unit_price(
                available, shares, line, scheme.unit_price, redistribute=spec.redistribute
            )
    return allocation.in_order(
        available, shares, line, partial=spec.partial == "yes", skip=spec.partial == "skip"
    )


def _after(scheme: Scheme, found: Claim, amount: Decimal) -> Decimal:
    """The grant less the reductions that come after the sharing."""
    for _, _, share in found.after:
        amount = scheme.line(amount * (1 - share))
    return amount


# The trace of the sharing --------------------------------------------------------------------------------------------


def _step(code: str, value: Value, kind: Kind, formula: str = "", rounding: str = "", name: str = "") -> Step:
    symbol = kind.symbol if kind.is_quantity else ""
    return Step(
        code=code,
        name=name,
        formula=formula,
        value=plain(value, kind),
        unit=symbol,
        source="criteria",
        rounding=rounding,
    )


def _common(
    scheme: Scheme,
    available: Decimal | None,
    shared: Shared,
    lines: int,
    budget: Decimal | None,
    reserve: Decimal,
) -> list[Step]:
    method, kind, name = scheme.spec.allocation.method, scheme.demanded.kind, scheme.name
    steps: list[Step] = []
    if budget is not None:
        steps.append(_step("budget", budget, MONEY))
    if reserve:
        steps.append(_step("reserve", reserve, MONEY))
    if available is not None and available != budget:
        steps.append(_step("available", available, MONEY, name=name))
    if method in ("none", "in_order") or available is None:
        return steps
    steps.append(
        _step(
            "total-weight" if scheme.weight else "total-demand",
            shared.total_weight,
            kind,
            f"Σ {lines}",
            name=name,
        )
    )
    if shared.exact_level is None:
        return steps
    total = shown(shared.total_weight, kind)
    over = f"{shown(available, MONEY)} ÷ {total}"
    if shared.passes and shared.capped:
        over = (
            f"{shown(shared.left, MONEY)} ÷ {shown(shared.open_weight, kind)}" if shared.open_weight else ""
        )
        steps.append(_step("ceilings", Decimal(len(shared.capped)), NUMBER, name=name))
    match method:
        case "pro_rata":
            rounding = scheme.factor.text if scheme.factor else ""
            steps.append(_step("factor", shared.level or ZERO, NUMBER, over, rounding, name))
        case "unit_price":
            price = MONEY.times(kind, -1)
            steps.append(_step("exact-price", shared.exact_level, price, over, name=name))
            rounding = scheme.unit_price.text if scheme.unit_price else ""
            steps.append(_step("unit-price", shared.level or ZERO, price, "", rounding, name))
        case "shares":
            steps.append(_step("share", shared.exact_level, MONEY.times(kind, -1), over, name=name))
    return steps


def _own(scheme: Scheme, found: Claim, shared: Shared, amount: Decimal) -> list[Step]:
    """How this line came to its amount from the common level."""
    method, kind, id_ = scheme.spec.allocation.method, scheme.demanded.kind, found.line.id
    before = shared.amounts[id_]
    demand = shown(found.demand, kind)
    steps = []
    cut = id_ in shared.capped
    match method:
        case "none" | "in_order":
            formula = demand
        case "pro_rata":
            formula = (
                f"{demand} × {plain(shared.level or ZERO, NUMBER)}"
                if shared.exact_level is not None
                else demand
            )
        case _:
            level = shown(shared.level or ZERO, MONEY.times(kind, -1))
            formula = f"{demand} × {level}"
    if cut and found.ceiling is not None:
        steps.append(_step("ceiling", found.ceiling, MONEY, formula))
        formula = shown(found.ceiling, MONEY)
    steps.append(_step("grant", before, MONEY, formula, scheme.line.text, scheme.name))
    if n := shared.stepped.get(id_):
        steps.append(_step("remainder" if n > 0 else "taken-back", abs(n) * scheme.line.step, MONEY))
    for code, formula_, share in found.after:
        now = scheme.line(before * (1 - share))
        steps.append(
            _step(
                "reduction",
                now,
                MONEY,
                f"{shown(before, MONEY)} × (100 % − {formula_})",
                scheme.line.text,
                code,
            )
        )
        before = now
    return steps


# The outcome ---------------------------------------------------------------------------------------------------------


def _line(rules: RuleSet, work: _Work) -> Line:
    judged, trace = work.judged, list(work.line.steps)
    if not judged.clear:
        return Line(
            case=work.id,
            outcome=judged.outcome,
            amount=ZERO,
            reasons=tuple(judged.reasons),
            trace=tuple(trace),
        )
    for steps in work.steps.values():
        trace += steps
    amount = sum(work.amounts.values(), ZERO)
    if not work.amounts:
        return Line(
            case=work.id,
            outcome="rejected",
            amount=ZERO,
            reasons=tuple(dict.fromkeys(work.refused)),
            trace=tuple(trace),
        )
    if len(work.amounts) > 1:
        formula = " + ".join(shown(each, MONEY) for each in work.amounts.values())
        trace.append(_step("together", amount, MONEY, formula))
    return Line(
        case=work.id,
        outcome="granted",
        amount=amount,
        reasons=tuple(dict.fromkeys(work.refused)),
        parts=dict(sorted(work.amounts.items())),
        invoice=work.invoice,
        trace=tuple(trace),
    )
