"""Sharing a scheme's money among its lines, and the steps that tell how each came to its amount."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from domain.criteria import allocation
from domain.criteria.allocation import AllocationResult, OverBudget, Share
from domain.criteria.line_evaluation import Judgement, LineEvaluation, SchemeClaim, TraceStep
from domain.criteria.result import ZERO_EUROS, SchemeResult
from domain.criteria.ruleset import CompiledScheme, RuleSet
from domain.criteria.units import CENTS, MONEY, NUMBER, YES_NO, FormulaValue, ValueType, plain, write_value

NOTHING_LEFT, NOTHING_TO_GRANT = "budget-used", "nothing-to-grant"


class Unsharable(Exception):
    """The round cannot be calculated at all; the sentence says why and how to mend it."""


@dataclass
class LineInSharing:
    """A line on its way to its outcome."""

    id: str
    line: LineEvaluation
    judged: Judgement = field(default_factory=Judgement)
    claims: list[SchemeClaim] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)
    """Reasons of schemes that reject what others may grant."""
    applied: int = 0
    amounts: dict[str, Decimal] = field(default_factory=dict)
    steps: dict[str, list[TraceStep]] = field(default_factory=dict)
    """The steps of each scheme's sharing."""
    ceiling: Decimal | None = None
    binding: str = ""
    """The most that all schemes together give, and the code of the cap that says so."""
    least: Decimal | None = None
    """The smallest sum of all schemes that is granted."""
    invoice: Decimal | None = None
    """What the municipality bills, where it does the work itself."""
    judged_steps: int = 0
    judged_refused: int = 0
    """How many steps and reasons there were before anything was shared."""

    def anew(self) -> None:
        """As it was before anything was shared."""
        del self.line.steps[self.judged_steps :]
        del self.refused[self.judged_refused :]
        self.amounts.clear()
        self.steps.clear()


def reserve_of(rules: RuleSet, budget: Decimal | None) -> Decimal:
    """What is held back of the budget for claims, in euros: never more than there is."""
    if rules.reserve is None or budget is None:
        return ZERO_EUROS
    value, kind = rules.reserve
    return min(CENTS(budget * value) if kind.percent else value.quantize(ZERO_EUROS), budget)


def available_to(scheme: CompiledScheme, whole: Decimal | None, left: Decimal | None) -> Decimal | None:
    """What a scheme may spend: its own budget, or all that is left; None is without end. Raises `Unsharable`."""
    if scheme.budget is None:
        return left
    value, kind = scheme.budget
    if kind.percent:
        if whole is None or left is None:
            raise Unsharable("The schemes share a budget, and there is none: give the budget.")
        return min(round_down_to_cent(whole * value), left)
    return value if left is None else min(value, left)


def round_down_to_cent(value: Decimal) -> Decimal:
    """Rounded down to a whole cent."""
    return CENTS.in_steps(value, "down") * CENTS.step


def share_scheme(
    scheme: CompiledScheme,
    available: Decimal | None,
    works: Sequence[LineInSharing],
    budget: Decimal | None,
    reserve: Decimal,
) -> SchemeResult:
    """One scheme shared: its lines get their amounts and steps, or a reason. Raises `Unsharable`.

    Who would get less than the minimum is refused, and the rest is shared anew as often as that frees money.
    """
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
    total = sum((amount for amount in amounts.values()), ZERO_EUROS)
    by_price = scheme.spec.allocation.method == "unit_price"
    return SchemeResult(
        scheme=scheme.name,
        available=available,
        total=total,
        unallocated=ZERO_EUROS if available is None else available - total,
        unit_price=shared.level if by_price else None,
        factor=_ten(shared.level) if scheme.spec.allocation.method == "pro_rata" else None,
        trace=tuple(steps),
    )


def _ten(value: Decimal | None) -> Decimal | None:
    return None if value is None else value.quantize(Decimal("1e-10"))


def _refuse(
    work: LineInSharing, scheme: CompiledScheme, code: str, found: SchemeClaim, amount: Decimal | None
) -> None:
    if amount is not None and found.minimum is not None:
        formula = f"{write_value(amount, MONEY)} ≥ {write_value(found.minimum, MONEY)}"
        work.line.put("rule", code, formula, False, YES_NO, "criteria")
    work.refused.append(code)


def _share(scheme: CompiledScheme, available: Decimal | None, shares: list[Share]) -> AllocationResult:
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


def _after(scheme: CompiledScheme, found: SchemeClaim, amount: Decimal) -> Decimal:
    """The grant less the reductions that come after the sharing."""
    for _, _, share in found.after:
        amount = scheme.line(amount * (1 - share))
    return amount


# The trace of the sharing --------------------------------------------------------------------------------------------


def trace_step(
    code: str, value: FormulaValue, kind: ValueType, formula: str = "", rounding: str = "", name: str = ""
) -> TraceStep:
    symbol = kind.symbol if kind.is_quantity else ""
    return TraceStep(
        code=code,
        name=name,
        formula=formula,
        value=plain(value, kind),
        unit=symbol,
        source="criteria",
        rounding=rounding,
    )


def _common(
    scheme: CompiledScheme,
    available: Decimal | None,
    shared: AllocationResult,
    lines: int,
    budget: Decimal | None,
    reserve: Decimal,
) -> list[TraceStep]:
    method, kind, name = scheme.spec.allocation.method, scheme.demanded.kind, scheme.name
    steps: list[TraceStep] = []
    if budget is not None:
        steps.append(trace_step("budget", budget, MONEY))
    if reserve:
        steps.append(trace_step("reserve", reserve, MONEY))
    if available is not None and available != budget:
        steps.append(trace_step("available", available, MONEY, name=name))
    if method in ("none", "in_order") or available is None:
        return steps
    steps.append(
        trace_step(
            "total-weight" if scheme.weight else "total-demand",
            shared.total_weight,
            kind,
            f"Σ {lines}",
            name=name,
        )
    )
    if shared.exact_level is None:
        return steps
    total = write_value(shared.total_weight, kind)
    over = f"{write_value(available, MONEY)} ÷ {total}"
    if shared.passes and shared.capped:
        over = (
            f"{write_value(shared.left, MONEY)} ÷ {write_value(shared.open_weight, kind)}"
            if shared.open_weight
            else ""
        )
        steps.append(trace_step("ceilings", Decimal(len(shared.capped)), NUMBER, name=name))
    match method:
        case "pro_rata":
            rounding = scheme.factor.text if scheme.factor else ""
            steps.append(trace_step("factor", shared.level or ZERO_EUROS, NUMBER, over, rounding, name))
        case "unit_price":
            price = MONEY.times(kind, -1)
            steps.append(trace_step("exact-price", shared.exact_level, price, over, name=name))
            rounding = scheme.unit_price.text if scheme.unit_price else ""
            steps.append(trace_step("unit-price", shared.level or ZERO_EUROS, price, "", rounding, name))
        case "shares":
            steps.append(trace_step("share", shared.exact_level, MONEY.times(kind, -1), over, name=name))
    return steps


def _own(
    scheme: CompiledScheme, found: SchemeClaim, shared: AllocationResult, amount: Decimal
) -> list[TraceStep]:
    """How this line came to its amount from the common level."""
    method, kind, id_ = scheme.spec.allocation.method, scheme.demanded.kind, found.line.id
    before = shared.amounts[id_]
    demand = write_value(found.demand, kind)
    steps = []
    cut = id_ in shared.capped
    match method:
        case "none" | "in_order":
            formula = demand
        case "pro_rata":
            formula = (
                f"{demand} × {plain(shared.level or ZERO_EUROS, NUMBER)}"
                if shared.exact_level is not None
                else demand
            )
        case _:
            level = write_value(shared.level or ZERO_EUROS, MONEY.times(kind, -1))
            formula = f"{demand} × {level}"
    if cut and found.ceiling is not None:
        steps.append(trace_step("ceiling", found.ceiling, MONEY, formula))
        formula = write_value(found.ceiling, MONEY)
    steps.append(trace_step("grant", before, MONEY, formula, scheme.line.text, scheme.name))
    if n := shared.stepped.get(id_):
        steps.append(trace_step("remainder" if n > 0 else "taken-back", abs(n) * scheme.line.step, MONEY))
    for code, formula_, share in found.after:
        now = scheme.line(before * (1 - share))
        steps.append(
            trace_step(
                "reduction",
                now,
                MONEY,
                f"{write_value(before, MONEY)} × (100 % − {formula_})",
                scheme.line.text,
                code,
            )
        )
        before = now
    return steps
