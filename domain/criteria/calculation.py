"""Calculating a round under a rule set: each line judged, the budget shared, every cent explained.

The same rule set, demands, budget and slots give the same result to the last byte, in whatever order the demands come.
"""

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal, localcontext

from domain.criteria.expression import COMPARISONS
from domain.criteria.line_evaluation import (
    ApplicationInputs,
    Judgement,
    LineEvaluation,
    judge_conditions,
    lowest_cap,
    scheme_claim,
    unreadable_inputs,
)
from domain.criteria.result import ZERO_EUROS, CalculationResult, LineResult, SchemeResult
from domain.criteria.ruleset import CompiledScheme, RuleSet
from domain.criteria.sharing import (
    NOTHING_TO_GRANT,
    LineInSharing,
    available_to,
    reserve_of,
    round_down_to_cent,
    share_scheme,
    trace_step,
)
from domain.criteria.units import CENTS, EXACT, MONEY, NUMBER, TEXT, YES_NO, FormulaValue, plain, write_value

ENGINE = "3"
"""Raised when the same inputs could come out otherwise; stored with each run (tiedonhallintalaki 28 a §)."""


def calculate(
    rules: RuleSet,
    budget: Decimal | None,
    demands: Iterable[ApplicationInputs],
    fixed: Mapping[str, str] | None = None,
    cited: str = "preview",
) -> CalculationResult:
    """The outcome of every demand. `fixed` are the slots' values and `cited` the decision that fixed them.

    Raises `Unsharable` where the criteria ask for a budget and there is none, or say nothing of what to do without one.
    """
    with localcontext(EXACT):
        return _calculate(rules, budget, demands, fixed or {}, cited)


def evaluate_conditions(
    rules: RuleSet, demand: ApplicationInputs, fixed: Mapping[str, str] | None = None
) -> Judgement:
    """What the conditions say of one demand before anything is shared."""
    with localcontext(EXACT):
        slots = {name: (value, "preview") for name, value in rules.slots(fixed or {}).items()}
        return _judged(rules, demand, slots).judged


def _calculate(
    rules: RuleSet,
    budget: Decimal | None,
    demands: Iterable[ApplicationInputs],
    fixed: Mapping[str, str],
    cited: str,
) -> CalculationResult:
    slots: dict[str, tuple[FormulaValue, str]] = {
        name: (value, cited) for name, value in rules.slots(fixed).items()
    }
    works = [_judged(rules, demand, slots) for demand in sorted(demands, key=lambda each: each.case)]
    reserve = reserve_of(rules, budget)
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
    total = sum((line.amount for line in lines), ZERO_EUROS)
    return CalculationResult(
        engine=ENGINE,
        criteria=rules.digest,
        budget=budget,
        reserve=reserve,
        total=total,
        unallocated=ZERO_EUROS if budget is None else budget - total,
        slots=dict(sorted(fixed.items())),
        cited=cited if fixed else "",
        parts=tuple(_as_given(parts[scheme.name], works) for scheme in rules.schemes),
        lines=lines,
    )


def _parts(
    rules: RuleSet, works: Sequence[LineInSharing], budget: Decimal | None, reserve: Decimal
) -> dict[str, SchemeResult]:
    """Each scheme's money shared: first those that have a sum of their own, then those that take the rest."""
    whole = left = None if budget is None else budget - reserve
    parts = {}
    for scheme in sorted(rules.schemes, key=lambda each: each.budget is None):
        part = share_scheme(scheme, available_to(scheme, whole, left), works, budget, reserve)
        if left is not None:
            left -= part.total
        parts[scheme.name] = part
    return parts


def _as_given(part: SchemeResult, works: Sequence[LineInSharing]) -> SchemeResult:
    """The part with what its lines got in the end."""
    total = sum(
        (work.amounts.get(part.scheme, ZERO_EUROS) for work in works if work.judged.clear), ZERO_EUROS
    )
    left = ZERO_EUROS if part.available is None else part.available - total
    return part.model_copy(update={"total": total, "unallocated": left})


def _on_the_whole(rules: RuleSet, works: Sequence[LineInSharing]) -> list[LineInSharing]:
    """Sums cut to the caps on the whole; and those whose sum is below the smallest, which are rejected."""
    below = []
    minimum = rules.document.minimum
    for work in works:
        _cut(rules, work)
        if work.amounts and not any(work.amounts.values()) and work.invoice is None:
            work.amounts.clear()
            work.refused.append(NOTHING_TO_GRANT)
        total = sum(work.amounts.values(), ZERO_EUROS)
        if work.least is not None and minimum is not None and work.amounts and total < work.least:
            work.anew()
            formula = f"{write_value(total, MONEY)} ≥ {write_value(work.least, MONEY)}"
            work.line.put("rule", minimum.code, formula, False, YES_NO, "criteria")
            work.judged.rejected.append(minimum.code)
            below.append(work)
    return below


def _cut(rules: RuleSet, work: LineInSharing) -> None:
    """What is above the cap on the whole is taken from the last scheme first."""
    over = sum(work.amounts.values(), ZERO_EUROS) - work.ceiling if work.ceiling is not None else ZERO_EUROS
    if over <= 0:
        return
    assert work.ceiling is not None
    for scheme in reversed(rules.schemes):
        if (amount := work.amounts.get(scheme.name)) is not None:
            cut = min(over, amount)
            work.amounts[scheme.name] = amount - cut
            over -= cut
    work.steps["on the whole"] = [trace_step("capped", work.ceiling, MONEY, name=work.binding)]


# Judging a line ------------------------------------------------------------------------------------------------------


def _judged(
    rules: RuleSet, demand: ApplicationInputs, slots: Mapping[str, tuple[FormulaValue, str]]
) -> LineInSharing:
    line = LineEvaluation(rules, demand.inputs, slots, demand.case)
    work = LineInSharing(demand.case, line)
    if wrong := unreadable_inputs(line):
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
    judge_conditions(line, rules.rules, work.judged, demand.accepted)
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


def _late(rules: RuleSet, line: LineEvaluation) -> bool:
    """Whether the application came after the deadline, with its step (KHO:2009:100)."""
    if rules.deadline is None or "arrived" not in line.given:
        return False
    arrived = line.look("arrived")
    late = COMPARISONS[">"](arrived, rules.deadline)
    formula = f"{plain(arrived, NUMBER)} ≤ {plain(rules.deadline, NUMBER)}"
    line.put("rule", "late", formula, not late, YES_NO, "criteria")
    return late


def _judge_the_whole(rules: RuleSet, work: LineInSharing) -> None:
    """What all schemes together may give this line, and the smallest sum of them."""
    ceiling, work.binding = lowest_cap(work.line, rules.on_the_whole.caps, work.judged)
    work.ceiling = None if ceiling is None else round_down_to_cent(max(ceiling, ZERO_EUROS))
    least = rules.on_the_whole.minimum
    found = work.judged.attempt(work.line, least) if least is not None else None
    work.least = found if isinstance(found, Decimal) else None


def _under(scheme: CompiledScheme, work: LineInSharing, accepted: Sequence[str], *, alone: bool) -> None:
    """The line's claim under a scheme; what the scheme rejects, another may still grant."""
    judged = Judgement()
    judge_conditions(work.line, scheme.rules, judged, accepted)
    found = scheme_claim(work.line, scheme, judged) if not judged.rejected else None
    if alone or not judged.rejected:
        work.judged.rejected += judged.rejected
        work.judged.incomplete += judged.incomplete
        work.judged.manual += judged.manual
    else:
        work.refused += judged.rejected
    if found is not None:
        work.claims.append(found)
        if scheme.instalments is not None:
            work.judged.attempt(work.line, scheme.instalments)
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


# The outcome ---------------------------------------------------------------------------------------------------------


def _line(rules: RuleSet, work: LineInSharing) -> LineResult:
    judged, trace = work.judged, list(work.line.steps)
    if not judged.clear:
        return LineResult(
            case=work.id,
            outcome=judged.outcome,
            amount=ZERO_EUROS,
            reasons=tuple(judged.reasons),
            trace=tuple(trace),
        )
    for steps in work.steps.values():
        trace += steps
    amount = sum(work.amounts.values(), ZERO_EUROS)
    if not work.amounts:
        return LineResult(
            case=work.id,
            outcome="rejected",
            amount=ZERO_EUROS,
            reasons=tuple(dict.fromkeys(work.refused)),
            trace=tuple(trace),
        )
    if len(work.amounts) > 1:
        formula = " + ".join(write_value(each, MONEY) for each in work.amounts.values())
        trace.append(trace_step("together", amount, MONEY, formula))
    return LineResult(
        case=work.id,
        outcome="granted",
        amount=amount,
        reasons=tuple(dict.fromkeys(work.refused)),
        parts=dict(sorted(work.amounts.items())),
        invoice=work.invoice,
        trace=tuple(trace),
    )
