"""Around the calculation: the evidence that is required, how a grant is paid, and what a final account gives."""

from collections.abc import Mapping
from decimal import Decimal, localcontext

from domain.criteria.line_evaluation import InputValue, Judgement, LineEvaluation, TraceStep
from domain.criteria.result import ZERO_EUROS, LineResult
from domain.criteria.ruleset import RuleSet
from domain.criteria.units import CENTS, EXACT, MONEY, FormulaValue

SlotValues = Mapping[str, str]
"""The slots' values, as the run has them."""


def required_evidence(rules: RuleSet, inputs: Mapping[str, InputValue]) -> list[str]:
    """The kinds of attachment that are required on these inputs; a condition that cannot be told requires nothing yet."""
    with localcontext(EXACT):
        line, judged = LineEvaluation(rules, inputs, {}), Judgement()
        wanted = list(rules.evidence)
        for scheme in rules.schemes:
            if scheme.when is None or judged.attempt(line, scheme.when):
                wanted += scheme.evidence
        return [kind for kind, when in wanted if when is None or judged.attempt(line, when)]


def payment_plan(
    rules: RuleSet, line: LineResult, inputs: Mapping[str, InputValue], fixed: SlotValues
) -> dict[str, Decimal]:
    """How a line's grant is paid: at once, on account with instalments, or not at all where the work is invoiced."""
    plan = {
        "at_once": ZERO_EUROS,
        "on_account": ZERO_EUROS,
        "instalments": ZERO_EUROS,
        "invoice": line.invoice or ZERO_EUROS,
    }
    with localcontext(EXACT):
        for scheme in rules.schemes:
            amount = line.parts.get(scheme.name, ZERO_EUROS)
            if scheme.invoice is not None or not amount:
                continue
            if scheme.spec.payment.when == "at_once":
                plan["at_once"] += amount
                continue
            plan["on_account"] += amount
            if scheme.instalments is not None:
                share = scheme.instalments.value(LineEvaluation(rules, inputs, _slots(rules, fixed)))
                assert isinstance(share, Decimal)
                part = amount * min(max(share, Decimal(0)), Decimal(1))
                plan["instalments"] += CENTS.in_steps(part, "down") * CENTS.step
    return plan


def final_account(
    rules: RuleSet,
    inputs: Mapping[str, InputValue],
    parts: Mapping[str, Decimal],
    paid: Decimal,
    fixed: SlotValues,
) -> tuple[Decimal, tuple[TraceStep, ...]]:
    """The final grant on the final account's inputs, never above what was decided, with its trace.

    `grant` in a scheme's formula is what was decided under it. Raises `Missing` for an input that is not there.
    """
    total, trace = ZERO_EUROS, []
    with localcontext(EXACT):
        for scheme in rules.schemes:
            decided = parts.get(scheme.name, ZERO_EUROS)
            if scheme.final is None or scheme.invoice is not None:
                total += decided if scheme.invoice is None else ZERO_EUROS
                continue
            if not decided:
                continue
            known: dict[str, tuple[FormulaValue, str]] = {
                "grant": (decided, "decision"),
                "paid": (paid, "payments"),
            }
            line = LineEvaluation(rules, inputs, {**_slots(rules, fixed), **known})
            value = scheme.final.value(line)
            assert isinstance(value, Decimal)
            final = max(min(scheme.line(value), decided), ZERO_EUROS)
            formula = scheme.final.shown(line)
            line.put("final", scheme.name, formula, final, MONEY, "criteria", scheme.line.text)
            total += final
            trace += line.steps
    return total, tuple(trace)


def _slots(rules: RuleSet, fixed: SlotValues) -> dict[str, tuple[FormulaValue, str]]:
    return {name: (value, "decision") for name, value in rules.slots(fixed).items()}
