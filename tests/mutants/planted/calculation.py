"""A whole calculation: reserve, schemes, minimum, final account."""

from tests.mutants import Change

FOUND_BY = ("tests/criteria",)

CALCULATION = "domain/criteria/calculation.py"
SETTLEMENT = "domain/criteria/settlement.py"
SHARING = "domain/criteria/sharing.py"

MUTANTS: dict[str, tuple[Change, ...]] = {
    "the order of the lines matters": (Change(CALCULATION, "sorted(demands, key=lambda each: each.case)", "list(demands)"),),
    "the reserve is ignored": (Change(CALCULATION, "whole = left = None if budget is None else budget - reserve", "whole = left = budget"),),
    "the reserve is rounded away": (Change(SHARING, "CENTS(budget * value) if kind.percent", "round_down_to_cent(budget * value) if kind.percent"),),
    "two schemes spend the same money": (Change(CALCULATION, "            left -= part.total\n", "            pass\n"),),
    "a scheme takes more than is left": (Change(SHARING, "return min(round_down_to_cent(whole * value), left)", "return round_down_to_cent(whole * value)"),),
    "a scheme's own sum is not held": (Change(SHARING, "    return value if left is None else min(value, left)", "    return left"),),
    "the minimum itself is too small": (Change(SHARING, "and amount < least and", "and amount <= least and"),),
    "the minimum looks away": (Change(SHARING, "and amount < least and", "and False and"),),
    "what the small ones leave is kept": (Change(SHARING, '        if scheme.spec.minimum.freed == "keep":', "        if True:"),),
    "what the small ones leave is always shared": (Change(SHARING, '        if scheme.spec.minimum.freed == "keep":', "        if False:"),),
    "the small ones go one by one": (Change(SHARING, "        rejected |= below\n", "        below = {min(below)}\n        rejected |= below\n"),),
    "too late is called too small": (Change(SHARING, " and id_ not in shared.passed_over", ""),),
    "the cut at the end is forgotten": (Change(SHARING, "        amount = scheme.line(amount * (1 - share))", "        amount = scheme.line(amount)"),),
    "a rejected line has its share": (Change(CALCULATION, "[work for work in works if work.judged.clear]", "works"),),
    "late is in time": (Change(CALCULATION, 'COMPARISONS[">"](arrived, rules.deadline)', 'COMPARISONS[">="](arrived, rules.deadline)'),),
    "a late one is looked at again": (Change(CALCULATION, '        work.judged.rejected.append("late")\n', ""),),
    "what nobody can read is nothing": (Change(CALCULATION, "    if wrong := unreadable_inputs(line):", "    if (wrong := unreadable_inputs(line)) and False:"),),
    "a scheme that is not for it": (Change(CALCULATION, "        if applies:\n", "        if True:\n"),),
    "one scheme's refusal is the end": (Change(CALCULATION, "    if alone or not judged.rejected:", "    if True:"),),
    "a line under no scheme is forgotten": (Change(CALCULATION, '            work.judged.manual.append("no-scheme")', "            pass"),),
    "instalments beyond the grant": (Change(SETTLEMENT, "min(max(share, Decimal(0)), Decimal(1))", "max(share, Decimal(0))"),),
    "a final grant beyond the decision": (Change(SETTLEMENT, "max(min(scheme.line(value), decided), ZERO_EUROS)", "max(scheme.line(value), ZERO_EUROS)"),),
    "an invoiced work is paid too": (Change(SETTLEMENT, "if scheme.invoice is not None or not amount:", "if not amount:"),),
    "evidence that nobody needs": (Change(SETTLEMENT, "return [kind for kind, when in wanted if when is None or judged.attempt(line, when)]", "return [kind for kind, when in wanted]"),),
    "a scheme's percentage is rounded half up": (Change(SHARING, "return min(round_down_to_cent(whole * value), left)", "return min(CENTS(whole * value), left)"),),
    "instalments are rounded half up": (Change(SETTLEMENT, 'CENTS.in_steps(part, "down") * CENTS.step', "CENTS(part)"),),
}  # fmt: skip
