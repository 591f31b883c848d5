"""Grounds: each line of a decision has its own, in the proposal and in what its case is told."""

from tests.mutants import Change

FOUND_BY = ("tests/stories",)

DECIDE = "domain/decide/decision.py"
LINE = "_line(key, case, kind, round_) for key, case in sorted(cases.items(), key=lambda each: each[1].title)"

MUTANTS: dict[str, tuple[Change, ...]] = {
    "a line's grounds carry the reasons of the lines before it": (
        Change(DECIDE, "    calculation: ce.Calculated | None,\n)", "    calculation: ce.Calculated | None,\n    before: list[str] = [],\n)"),
        Change(DECIDE, "    why = [checks.get(code) or told.reason(code) for code in reasons]\n", "    before += [checks.get(code) or told.reason(code) for code in reasons]\n    why = before\n"),
    ),
    "a rejected line has every rejected line's reasons": (
        Change(DECIDE, LINE, "_line(key, case, kind, round_).model_copy(update={'reasons': tuple(code for other in cases.values() if other.outcome == 'rejected' and other.evaluation for code in other.evaluation.reasons)} if case.outcome == 'rejected' else {}) for key, case in sorted(cases.items(), key=lambda each: each[1].title)"),
    ),
    "a rejected line has another line's grounds": (
        Change(DECIDE, "        grounds=_grounds(case, kind, round_, reasons, calculation),\n", "        grounds=_grounds(case, kind, round_, reasons and ('too-short',), calculation),\n"),
    ),
    "what the calculation rejects has the handler's reasons": (
        Change(DECIDE, "reasons = calculation.reasons if calculation and not granted else evaluation.reasons", "reasons = evaluation.reasons"),
    ),
    "a rejected line does not show its calculation": (
        Change(DECIDE, "told.trace(calculation.trace, sources=False) if calculation else ()", "told.trace(calculation.trace, sources=False) if calculation and calculation.outcome == 'granted' else ()"),
    ),
    "a line's note is left out": (Change(DECIDE, "        note=evaluation.note,\n", ""),),
    "grounds are in one language for all": (
        Change(DECIDE, "told = CriteriaTexts(compiled(round_.criteria), case.language)", "told = CriteriaTexts(compiled(round_.criteria), settings_language(case))"),
        Change(DECIDE, "def _grounds(\n", "def settings_language(case: Case) -> str:\n    return case.settings.languages[0]\n\n\ndef _grounds(\n"),
    ),
    "every case learns the first line's grounds": (Change(DECIDE, "                grounds=line.grounds,\n", "                grounds=proposal.lines[0].grounds,\n"),),
    "every case learns the first line's reasons": (Change(DECIDE, "                reasons=line.reasons,\n", "                reasons=proposal.lines[0].reasons,\n"),),
    "every case learns the last line's plan": (Change(DECIDE, "                plan=line.plan,\n", "                plan=proposal.lines[-1].plan,\n"),),
    "a rejected case has conditions": (Change(DECIDE, "conditions=proposal.conditions if line.granted else (),", "conditions=proposal.conditions,"),),
}  # fmt: skip
