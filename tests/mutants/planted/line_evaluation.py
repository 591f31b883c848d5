"""One line: caps, reductions, conditions, inputs."""

from tests.mutants import Change

FOUND_BY = ("tests/criteria",)

LINE_EVALUATION = "domain/criteria/line_evaluation.py"

MUTANTS: dict[str, tuple[Change, ...]] = {
    "the highest cap binds": (Change(LINE_EVALUATION, "return min(found, key=lambda each: each[0]) if found", "return max(found, key=lambda each: each[0]) if found"),),
    "a cap does not bind": (Change(LINE_EVALUATION, "not by_weight and demand > ceiling:", "False:"),),
    "a cut is twice the share": (Change(LINE_EVALUATION, "    found = amount * (1 - share)", "    found = amount * (1 - 2 * share)"),),
    "a cut for everybody": (Change(LINE_EVALUATION, "share = judged.attempt(line, by) if holds else None", "share = judged.attempt(line, by)"),),
    "a cut beyond everything": (Change(LINE_EVALUATION, "min(max(share, Decimal(0)), Decimal(1))", "share"),),
    "the cut of the grant falls on the demand": (Change(LINE_EVALUATION, '        if cut.of == "grant":', "        if False:"),),
    "a demand below nothing": (Change(LINE_EVALUATION, "scheme, line, max(demand, Decimal(0)),", "scheme, line, demand,"),),
    "the first row is taken always": (Change(LINE_EVALUATION, "(each for each in table.rows if each.holds.value(self))", "(each for each in table.rows)"),),
    "the last row that holds is taken": (Change(LINE_EVALUATION, "(each for each in table.rows if each.holds.value(self))", "(each for each in reversed(table.rows) if each.holds.value(self))"),),
    "a value is not rounded": (Change(LINE_EVALUATION, "if rounding is not None and isinstance(value, Decimal):", "if False:"),),
    "a default before what was given": (Change(LINE_EVALUATION, "        if (given := self.given.get(name)) is not None:", "        if (given := self.given.get(name)) is not None and not (rules.document.inputs.get(name) and rules.document.inputs[name].default):"),),
    "what fails the handler's condition is rejected": (Change(LINE_EVALUATION, '"manual": self.manual}[on_fail]', '"manual": self.rejected}[on_fail]'),),
    "what must be completed is rejected": (Change(LINE_EVALUATION, '"complete": self.incomplete', '"complete": self.rejected'),),
    "a person's acceptance is not heard": (Change(LINE_EVALUATION, "and rule.code in accepted:", "and False:"),),
    "a person accepts what is not theirs": (Change(LINE_EVALUATION, 'if not holds and rule.otherwise == "manual" and rule.code in accepted:', "if not holds and rule.code in accepted:"),),
    "incomplete though rejected": (Change(LINE_EVALUATION, "        if self.rejected:\n", "        if self.rejected and not self.incomplete:\n"),),
    "what the handler must say is missing": (Change(LINE_EVALUATION, '.source == "handler":', '.source == "nobody":'),),
    "any word is a choice": (Change(LINE_EVALUATION, "if spec.choices and value not in spec.choices:", "if False:"),),
}  # fmt: skip
