"""Sharing a round's budget, its runs, and renewing it: found by the walks of the state machine."""

from tests.mutants import Change

FOUND_BY = ("tests/invariants",)

CALCULATION = "domain/criteria/calculation.py"
ROUND_DECIDE = "domain/decide/round.py"
ROUND_STAGES = "domain/round/stages.py"

MUTANTS: dict[str, tuple[Change, ...]] = {
    "calculated again after the decision": (
        Change(ROUND_DECIDE, "any(case.proposed_in for case in eligible.values())", "False"),
    ),
    "the round shares more than it has": (
        Change(ROUND_DECIDE, "calculate(rules, round_.budget,", "calculate(rules, round_.budget + 1000,"),
    ),
    "the reserve is shared as well": (
        Change(
            CALCULATION,
            "left = None if budget is None else budget - reserve",
            "left = None if budget is None else budget",
        ),
    ),
    "a run is made on other values than it cites": (
        Change(ROUND_DECIDE, 'fixed.cited if fixed else "preview")', '"preview")'),
    ),
    "a run is made on the previews": (
        Change(
            ROUND_DECIDE,
            "{**rules.previews, **(fixed.values if fixed else {})}",
            "{**(fixed.values if fixed else {}), **rules.previews}",
        ),
    ),
    "a preview calculates cases": (Change(ROUND_DECIDE, "    if preview:\n        return\n", ""),),
    "a case gets another line than the run's": (
        Change(ROUND_DECIDE, "outcome=line.outcome,", 'outcome="granted",'),
    ),
    "a case's plan has a part that is not paid": (
        Change(
            ROUND_DECIDE,
            "Plan(**plan, parts=dict(line.parts))",
            "Plan(**{**plan, 'on_account': plan['instalments']}, parts=dict(line.parts))",
        ),
    ),
    "a renewed contact keeps its keys": (
        Change(
            ROUND_DECIDE,
            'contact=move_personal_values(case.parties["applicant"])',
            'contact=case.parties["applicant"]',
        ),
    ),
    "a renewed account keeps its keys": (
        Change(
            ROUND_DECIDE,
            "account=move_personal_values(case.account) if case.account else None",
            "account=case.account",
        ),
    ),
    "renewed twice": (
        Change(
            ROUND_DECIDE,
            "_road_or_title(case) in present or new in round_.cases",
            "_road_or_title(case) in ()",
        ),
    ),
    "renewed after the closing instant": (
        Change(ROUND_DECIDE, "<= context.now <= round_.closes_at", "<= context.now"),
        Change(
            ROUND_STAGES,
            "r.Calculate: [Role.HANDLER], r.FixValues: [Role.HANDLER]}",
            "r.Calculate: [Role.HANDLER], r.FixValues: [Role.HANDLER], r.Renew: [Role.HANDLER]}",
        ),
    ),
}
