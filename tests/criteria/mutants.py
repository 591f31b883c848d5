"""Plant a bug in the rules and see it found, before you trust their tests: `python -m tests.criteria.mutants [name…]`.

Each bug is planted in a copy of the tree, where the tests run until one of them fails; the tree itself is not touched.
"""

import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).parent.parent.parent
TESTS = [
    f"tests/criteria/test_{name}.py"
    for name in ("units", "formula", "checking", "calculation", "always", "fuzz")
]


QUICK = """\
from hypothesis import Phase, settings

settings.register_profile("quick", phases=[Phase.explicit, Phase.generate])
settings.load_profile("quick")
"""
"""What is found need not be made smaller."""


class Mutant(NamedTuple):
    """A text of a file in `domain/criteria/`, and what the bug makes of it."""

    file: str
    right: str
    wrong: str


MUTANTS: dict[str, Mutant] = {
    # allocation.py
    "a grant in full is lifted over its cap": Mutant(
        "allocation.py", "return _cut(line(_most(each)), each.ceiling, line)", "return line(_most(each))"
    ),
    "more than the budget is granted in full": Mutant("allocation.py", "if budget is not None and total > budget:", "if False:"),
    "the budget itself is too much": Mutant("allocation.py", "budget is not None and total > budget:", "budget is not None and total >= budget:"),
    "a factor below one where the money suffices": Mutant("allocation.py", "if budget is not None and guarded(total) > budget:", "if budget is not None and total:"),
    "the factor is not rounded": Mutant("allocation.py", "factor(found.exact_level) if factor else found.exact_level", "found.exact_level"),
    "a factor rounded up stays up": Mutant("allocation.py", "            found.level -= factor.step", "            found.level -= 0"),
    "pro rata knows no largest remainder": Mutant("allocation.py", "largest_remainder=largest_remainder and found.exact_level is not None", "largest_remainder=False"),
    "remainders beyond what was asked": Mutant("allocation.py", "{each.id: _in_full(each, line) for each in shares}\n    _in_steps", "{each.id: None for each in shares}\n    _in_steps"),
    "ceilings of shares are ignored": Mutant("allocation.py", "exact = {each.id: _under(each, each.weight * (found.level or NOTHING)) for each in shares}", "exact = {each.id: each.weight * (found.level or NOTHING) for each in shares}"),
    "remainders though ceilings left money": Mutant("allocation.py", "largest_remainder=largest_remainder and whole", "largest_remainder=largest_remainder"),
    "the unit price is not rounded": Mutant("allocation.py", "level = price(exact) if price else exact", "level = exact"),
    "a price a step too low": Mutant("allocation.py", "(bisect_left(range(1, at + 1), x=True, key=too_dear) if too_dear(at) else at)", "(at - 1 if too_dear(at) else at)"),
    "a price that is too dear": Mutant("allocation.py", "if too_dear(at) else at)", "if False else at)"),
    "a price over the ceiling": Mutant("allocation.py", "_cut(line(each.weight * at), each.ceiling, line)", "line(each.weight * at)"),
    "the last in the order is first": Mutant("allocation.py", "places = sorted({each.order for each in shares})", "places = sorted({each.order for each in shares}, reverse=True)"),
    "who comes after the money ran out is served": Mutant("allocation.py", "        open_ = open_ and skip\n", ""),
    "nobody is passed over": Mutant("allocation.py", "        open_ = open_ and skip\n", "        open_ = False\n"),
    "equals of a place are not together": Mutant("allocation.py", "if open_ and sum(wanted.values(), NOTHING) <= left:", "if open_ and max(wanted.values()) <= left:"),
    "the one for whom it just suffices is refused": Mutant("allocation.py", "if open_ and sum(wanted.values(), NOTHING) <= left:", "if open_ and sum(wanted.values(), NOTHING) < left:"),
    "no part for the one in the middle": Mutant("allocation.py", "if open_ and partial:", "if False:"),
    "redistribution in one pass": Mutant("allocation.py", "        if at == before:\n", "        if at == before or found.passes > 1:\n"),
    "no redistribution": Mutant("allocation.py", "    if not redistribute:\n", "    if True:\n"),
    "redistribution unasked": Mutant("allocation.py", "    if not redistribute:\n", "    if False:\n"),
    "a full line's weight still counts": Mutant("allocation.py", "left - ceiling, weight - open_[at].weight, at + 1", "left - ceiling, weight, at + 1"),
    "a full line's money still counts": Mutant("allocation.py", "left - ceiling, weight - open_[at].weight, at + 1", "left, weight - open_[at].weight, at + 1"),
    "the highest ceiling fills first": Mutant("allocation.py", "NOTHING if each.ceiling is None else each.ceiling / each.weight, each.id)", "NOTHING if each.ceiling is None else -each.ceiling / each.weight, each.id)"),
    "steps over the budget are not taken back": Mutant("allocation.py", "    if over > 0:", "    if over > budget:"),
    "taken back from who gained least": Mutant("allocation.py", "(guarded(exact[id_] - found.amounts[id_]), id_)", "(-guarded(exact[id_] - found.amounts[id_]), id_)"),
    "a step too many taken back": Mutant("allocation.py", "            if over <= 0:\n                break\n", ""),
    "the remainder goes to who lost least": Mutant("allocation.py", "(lost[id_], id_))\n    while", "(-lost[id_], id_))\n    while"),
    "the remainder goes by the last id": Mutant("allocation.py", "key=lambda id_: (lost[id_], id_))\n    while", "key=lambda id_: (lost[id_], [-ord(c) for c in id_]))\n    while"),
    "remainders over the ceiling": Mutant("allocation.py", "if (limit := most[id_]) is None or steps[id_] < limit][:left]", "][:left]"),
    "no weight and yet a grant": Mutant("allocation.py", "each.ceiling or NOTHING if each.weight else NOTHING", "each.ceiling or NOTHING"),
    "only one round of remainders": Mutant("allocation.py", "        left -= len(may)\n", "        left = 0\n"),
    "a rounded amount over its ceiling": Mutant("allocation.py", "return amount if ceiling is None or amount <= ceiling else line.in_steps", "return amount if True else line.in_steps"),
    # calculation.py
    "the order of the lines matters": Mutant("calculation.py", "sorted(demands, key=lambda each: each.case)", "list(demands)"),
    "the reserve is ignored": Mutant("calculation.py", "whole = left = None if budget is None else budget - reserve", "whole = left = budget"),
    "the reserve is rounded away": Mutant("sharing.py", "CENTS(budget * value) if kind.percent", "down(budget * value) if kind.percent"),
    "two schemes spend the same money": Mutant("calculation.py", "            left -= part.total\n", "            pass\n"),
    "a scheme takes more than is left": Mutant("sharing.py", "return min(down(whole * value), left)", "return down(whole * value)"),
    "a scheme's own sum is not held": Mutant("sharing.py", "    return value if left is None else min(value, left)", "    return left"),
    "the minimum itself is too small": Mutant("sharing.py", "and amount < least and", "and amount <= least and"),
    "the minimum looks away": Mutant("sharing.py", "and amount < least and", "and False and"),
    "what the small ones leave is kept": Mutant("sharing.py", '        if scheme.spec.minimum.freed == "keep":', "        if True:"),
    "what the small ones leave is always shared": Mutant("sharing.py", '        if scheme.spec.minimum.freed == "keep":', "        if False:"),
    "the small ones go one by one": Mutant("sharing.py", "        rejected |= below\n", "        below = {min(below)}\n        rejected |= below\n"),
    "too late is called too small": Mutant("sharing.py", " and id_ not in shared.passed_over", ""),
    "the cut at the end is forgotten": Mutant("sharing.py", "        amount = scheme.line(amount * (1 - share))", "        amount = scheme.line(amount)"),
    "a rejected line has its share": Mutant("calculation.py", "[work for work in works if work.judged.clear]", "works"),
    "late is in time": Mutant("calculation.py", "> rules.deadline  # type", ">= rules.deadline  # type"),
    "a late one is looked at again": Mutant("calculation.py", '        work.judged.rejected.append("late")\n', ""),
    "what nobody can read is nothing": Mutant("calculation.py", "    if wrong := unreadable(line):", "    if False:"),
    "a scheme that is not for it": Mutant("calculation.py", "        if applies:\n", "        if True:\n"),
    "one scheme's refusal is the end": Mutant("calculation.py", "    if alone or not judged.rejected:", "    if True:"),
    "a line under no scheme is forgotten": Mutant("calculation.py", '            work.judged.manual.append("no-scheme")', "            pass"),
    "instalments beyond the grant": Mutant("settlement.py", "min(max(share, Decimal(0)), Decimal(1))", "max(share, Decimal(0))"),
    "a final grant beyond the decision": Mutant("settlement.py", "max(min(scheme.line(value), decided), ZERO)", "max(scheme.line(value), ZERO)"),
    "an invoiced work is paid too": Mutant("settlement.py", "if scheme.invoice is not None or not amount:", "if not amount:"),
    "evidence that nobody needs": Mutant("settlement.py", "return [kind for kind, when in wanted if when is None or judged.attempt(line, when)]", "return [kind for kind, when in wanted]"),
    # reckoning.py
    "the highest cap binds": Mutant("reckoning.py", "return min(found, key=lambda each: each[0]) if found", "return max(found, key=lambda each: each[0]) if found"),
    "a cap does not bind": Mutant("reckoning.py", "not by_weight and demand > ceiling:", "False:"),
    "a cut is twice the share": Mutant("reckoning.py", "    found = amount * (1 - share)", "    found = amount * (1 - 2 * share)"),
    "a cut for everybody": Mutant("reckoning.py", "share = judged.attempt(line, by) if holds else None", "share = judged.attempt(line, by)"),
    "a cut beyond everything": Mutant("reckoning.py", "min(max(share, Decimal(0)), Decimal(1))", "share"),
    "the cut of the grant falls on the demand": Mutant("reckoning.py", '        if cut.of == "grant":', "        if False:"),
    "a demand below nothing": Mutant("reckoning.py", "scheme, line, max(demand, Decimal(0)),", "scheme, line, demand,"),
    "the first row is taken always": Mutant("reckoning.py", "(each for each in table.rows if each.holds.value(self))", "(each for each in table.rows)"),
    "the last row that holds is taken": Mutant("reckoning.py", "(each for each in table.rows if each.holds.value(self))", "(each for each in reversed(table.rows) if each.holds.value(self))"),
    "a value is not rounded": Mutant("reckoning.py", "if rounding is not None and isinstance(value, Decimal):", "if False:"),
    "a default before what was given": Mutant("reckoning.py", "        if (given := self.given.get(name)) is not None:", "        if (given := self.given.get(name)) is not None and not (rules.document.inputs.get(name) and rules.document.inputs[name].default):"),
    "what fails the handler's condition is rejected": Mutant("reckoning.py", '"manual": self.manual}[on_fail]', '"manual": self.rejected}[on_fail]'),
    "what must be completed is rejected": Mutant("reckoning.py", '"complete": self.incomplete', '"complete": self.rejected'),
    "a person's acceptance is not heard": Mutant("reckoning.py", "and rule.code in accepted:", "and False:"),
    "a person accepts what is not theirs": Mutant("reckoning.py", 'if not holds and rule.otherwise == "manual" and rule.code in accepted:', "if not holds and rule.code in accepted:"),
    "incomplete though rejected": Mutant("reckoning.py", "        if self.rejected:\n", "        if self.rejected and not self.incomplete:\n"),
    "what the handler must say is missing": Mutant("reckoning.py", '.source == "handler":', '.source == "nobody":'),
    "any word is a choice": Mutant("reckoning.py", "if spec.choices and value not in spec.choices:", "if False:"),
    # units.py, tokens.py, formula.py, functions.py, expression.py
    "half a cent is down": Mutant("units.py", '"half_up": ROUND_HALF_UP', '"half_up": "ROUND_HALF_DOWN"'),
    "up is away from nothing": Mutant("units.py", '"up": ROUND_CEILING', '"up": "ROUND_UP"'),
    "down is below": Mutant("units.py", '"down": ROUND_DOWN', '"down": "ROUND_FLOOR"'),
    "even is up": Mutant("units.py", '"half_even": ROUND_HALF_EVEN', '"half_even": ROUND_HALF_UP'),
    "dust counts": Mutant("units.py", "    return value.quantize(GUARD, ROUND_HALF_EVEN, EXACT)", "    return value"),
    "a percentage is a tenth": Mutant("units.py", '"%": (PERCENT, Decimal("0.01"))', '"%": (PERCENT, Decimal("0.1"))'),
    "a metre is a hundredth": Mutant("units.py", '"m": (LENGTH, Decimal("0.001"))', '"m": (LENGTH, Decimal("0.01"))'),
    "euros fit everything": Mutant("units.py", "return (self.name, self.money, self.length) == (other.name, other.money, other.length)", "return True"),
    "a quotient multiplies units": Mutant("formula.py", 'left.kind.times(right.kind, 1 if sign.text == "*" else -1)', "left.kind.times(right.kind)"),
    "lists know no units": Mutant("formula.py", "not isinstance(one, Literal) or not fits(one, of):", "not isinstance(one, Literal) or one.kind.name != of.kind.name:"),
    "subtraction from the right": Mutant("formula.py", "            sign, right = self.next(), self.products()", "            sign, right = self.next(), self.sums()"),
    "or before and": Mutant("formula.py", 'self.joined("or", lambda: self.joined("and", self.negated))', 'self.joined("and", lambda: self.joined("or", self.negated))'),
    "a decimal comma parts two values": Mutant("tokens.py", "text[at - 1 : at].isdigit() and text[at + 1 : at + 2].isdigit():", "False:"),
    "brackets are left out": Mutant("expression.py", "        if strength(self.left) < mine:", "        if False:"),
    "brackets on the right are left out": Mutant("expression.py", "strength(self.right) <= mine:", "strength(self.right) < mine:"),
    "a fallback goes without brackets": Mutant("expression.py", "        case Given() if of.otherwise is not None:", "        case Given() if False:"),
    "a missing side is forgotten": Mutant("expression.py", "            if self.right.value(line) is settles:\n                return settles\n            raise\n", "            return self.right.value(line)\n"),
    "or is and": Mutant("expression.py", 'settles = self.sign == "or"', 'settles = self.sign == "and"'),
    "division is bounded by nothing": Mutant("expression.py", "    return bounded(left / right)", "    return left / right"),
    "at most is below": Mutant("expression.py", '"<=": lambda a, b: a <= b', '"<=": lambda a, b: a < b'),
    "nested choices take for ever": Mutant("expression.py", "return min(strength(of.then), strength(of.otherwise))", "return strength(of.then) and min(strength(of.then), strength(of.otherwise))"),
    "the branch not taken is asked for": Mutant("expression.py", "        except (NoValue, Mistake):  # on a side that nobody had to look at", "        except ZeroDivisionError:"),
    "a birthday comes too early": Mutant("functions.py", "((end.month, end.day) < (start.month, start.day))", "(end.month < start.month)"),
    # document_reader.py, reading_order.py, checking.py, worked_examples.py, source.py
    "a nought decides a column": Mutant("document_reader.py", "next((each.kind for each in cells if not is_zero(each)), NUMBER)", "cells[0].kind"),
    "circles are not seen": Mutant("reading_order.py", "                elif below in open_:", "                elif False:"),
    "chains without end": Mutant("reading_order.py", "        if self.heights[name] > MAX_EVALUATION_DEPTH:", "        if False:"),
    "places are of the whole value": Mutant("source.py", "                if seen == wanted:", "                if seen == 0:"),
    "a quote counts as a letter": Mutant("source.py", "opening = self.quoted and n == 0", "opening = False"),
    "an escape counts as its letters": Mutant("source.py", 'LETTERS[self.raw[0] if self.quoted else ""]', 'LETTERS[""]'),
    "half a character": Mutant("source.py", "    if LONE.search(node.value):", "    if False:"),
    "a process that there is not": Mutant("checking.py", '        yield wrong(("process",), f"There is no such process; the processes are {known}.")\n', ""),
    "a field that the form has not": Mutant("checking.py", "field not in application.fields", "False"),
    "evidence of no kind": Mutant("checking.py", "for n, each in enumerate(level.evidence)", "for n, each in enumerate(())"),
    "evidence of the document alone": Mutant("checking.py", "    for path, level in doc.levels():", "    for path, level in [((), doc)]:"),
    "evidence of conditions is anything": Mutant("checking.py", "for m, each in enumerate(rule.evidence)", "for m, each in enumerate(())"),
    "an example that is a cent off": Mutant("worked_examples.py", "quantity(gives)[0] == amount", "abs(quantity(gives)[0] - amount) < 2"),
    "bounds are not tried": Mutant("probing.py", "for off in (-step, Decimal(0), step)}", "for off in (-step, step)}"),
}  # fmt: skip


def apply_mutant(name: str) -> str:
    """What became of a bug: which test found it, after how many seconds."""
    bug = MUTANTS[name]
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder)
        for each in ("domain", "tests/criteria"):
            shutil.copytree(ROOT / each, copy / each, ignore=shutil.ignore_patterns("__pycache__"))
        (copy / "tests/__init__.py").touch()
        (copy / "conftest.py").write_text(QUICK)
        shutil.copy(ROOT / "pyproject.toml", copy)
        file = copy / "domain/criteria" / bug.file
        text = file.read_text()
        if text.count(bug.right) != 1:
            return f"NOT PLANTED: {bug.file} does not say {bug.right!r} once"
        wrong = text.replace(bug.right, bug.wrong)
        compile(wrong, bug.file, "exec")
        file.write_text(wrong)
        began = time.monotonic()
        try:
            found = subprocess.run(
                [
                    sys.executable,
                    "-m",
                    "pytest",
                    "-qx",
                    "-p",
                    "no:cacheprovider",
                    "--tb=no",
                    *TESTS,
                ],
                cwd=copy,
                env={**os.environ, "PYTHONPATH": folder},
                capture_output=True,
                text=True,
                check=False,
                timeout=300,
            ).stdout
        except subprocess.TimeoutExpired:
            return "found: it takes for ever"
    failed = re.search(r"(?:FAILED|ERROR) tests/criteria/(.{1,120})", found)
    told = f"{failed[1]} ({time.monotonic() - began:.0f} s)" if failed else "NOT FOUND"
    return told if failed or " passed" in found else found[-300:]


if __name__ == "__main__":
    names = sys.argv[1:] or list(MUTANTS)
    with ThreadPoolExecutor(os.cpu_count()) as crew:
        for name, told in zip(names, crew.map(apply_mutant, names), strict=True):
            print(f"{name}: {told}", flush=True)  # noqa: T201 - for whoever runs it
