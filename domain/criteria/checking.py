"""Checking a document: what is wrong in it and where, what looks odd, and whether its worked examples come out."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from decimal import Decimal, localcontext
from functools import partial
from typing import Any

from domain.criteria import document as d
from domain.criteria import expression as e
from domain.criteria import yaml_source as source
from domain.criteria.calculation import calculate
from domain.criteria.compiler import compile_with_findings
from domain.criteria.probing import Probes, formulas_of, inputs_used, odd_rows
from domain.criteria.result import CalculationResult, LineResult
from domain.criteria.rows import budget_of, cell_text, inputs_from_rows
from domain.criteria.ruleset import CompiledScheme, Finding, RuleSet
from domain.criteria.settlement import final_account
from domain.criteria.sharing import Unsharable
from domain.criteria.units import EXACT, MONEY, Mistake, parse_quantity, plain
from domain.process import process
from domain.rejections import BadContent
from domain.texts.translation import languages

TENTH = Decimal("0.1")
MAX_EXAMPLE_WORK = 1_500_000
"""Lines of all examples times characters of the document, at most."""


def check_criteria(text: str) -> tuple[RuleSet | None, list[Finding]]:
    """The rule set, where nothing is wrong with it, and every finding in the order of the text."""
    rules, findings = compile_with_findings(text)
    if rules is None:
        return None, sorted(findings, key=_place)
    with localcontext(EXACT):
        errors = [*_unknown_to_the_process(rules), *_examples(rules)]
        odd = list(_odd(rules))
    found = sorted({*errors, *odd}, key=_place)
    return (rules if not errors else None), found


def findings_as_json(rules: RuleSet | None, findings: Sequence[Finding]) -> dict[str, Any]:
    """The answer of a check: whether the document can be adopted, what it is, and all that was found."""
    return {
        "adoptable": rules is not None,
        "name": rules.name if rules else None,
        "edition": rules.edition if rules else None,
        "sha256": rules.digest if rules else None,
        "findings": [asdict(each) for each in findings],
    }


def _place(finding: Finding) -> tuple[int, int, str]:
    return (finding.line, finding.column, finding.sentence)


# The process ---------------------------------------------------------------------------------------------------------


def _unknown_to_the_process(rules: RuleSet) -> Iterator[Finding]:
    """What is taken from the application or asked as evidence, and the process does not have."""

    def wrong(path: source.KeyPath, sentence: str, mend: str = "") -> Finding:
        place = rules.tree.place(path)
        return Finding("error", place.line, place.column, sentence, mend)

    doc = rules.document
    try:
        kind = process(doc.process)
    except BadContent as unknown:
        yield wrong(("process",), unknown.sentence)
        return
    for name, spec in doc.inputs.items():
        where, _, field = spec.source.partition(".")
        if where == "application" and field and field not in kind.form.model_fields:
            yield wrong(
                ("inputs", name, "from"),
                f"The application form has no {field}; it has {', '.join(kind.form.model_fields)}.",
                "Leave out what stands behind the point, and it becomes a question of its own.",
            )
    known = sorted(each.name for each in kind.attachments)
    for path, level in doc.levels():
        asked: list[tuple[source.KeyPath, str]] = [
            ((*path, "evidence", n, "kind"), each.kind) for n, each in enumerate(level.evidence)
        ]
        asked += [
            ((*path, "eligibility", n, "evidence", m), each)
            for n, rule in enumerate(level.eligibility)
            for m, each in enumerate(rule.evidence)
        ]
        for at, name in asked:
            if name not in known:
                yield wrong(
                    at, f"There is no kind of attachment {name}.", f"The kinds are {', '.join(known)}."
                )


# The worked examples -------------------------------------------------------------------------------------------------


EXPECTED = {"gives", "final", "invoice"}
"""What a line of an example says of its outcome; all else in it is its inputs."""


def _examples(rules: RuleSet) -> Iterator[Finding]:
    lines = sum(len(example.lines) for example in rules.document.examples)
    if lines * len(rules.text) > MAX_EXAMPLE_WORK:
        place = rules.tree.key(("examples",))
        yield Finding(
            "error",
            place.line,
            place.column,
            f"The examples have {lines} lines, more than can be counted at every check.",
            "Keep those that show something of their own.",
        )
        return
    for n, example in enumerate(rules.document.examples):
        yield from _example(rules, example, ("examples", n))


def _example(rules: RuleSet, example: d.Example, path: source.KeyPath) -> Iterator[Finding]:
    def wrong(at: source.KeyPath, sentence: str, mend: str = "Mend the example or the criteria.") -> Finding:
        place = rules.tree.place((*path, *at))
        return Finding("error", place.line, place.column, sentence, mend)

    try:
        rows = [{key: value for key, value in row.items() if key not in EXPECTED} for row in example.lines]
        demands = inputs_from_rows(rules, rows)
        budget = budget_of(example.budget or rules.document.budget)
        result = calculate(rules, budget, demands, {**rules.previews, **example.slots})
    except Mistake as mistake:
        yield wrong(("lines",), mistake.sentence, mistake.mend)
        return
    except Unsharable as error:
        yield wrong((), str(error), "Give the example a budget: line.")
        return
    lines = {line.case: line for line in result.lines}
    for n, row in enumerate(example.lines):
        line, gives = lines[cell_text(row["id"])], row.get("gives")
        came = (
            str(line.amount) + " €" if line.outcome == "granted" else " ".join([line.outcome, *line.reasons])
        )
        if gives is None:
            yield wrong(
                ("lines", n), f"The line {row['id']} does not say what it gives.", f"Add gives: {came}."
            )
        elif not _agrees(str(gives), line.outcome, line.amount, line.reasons):
            yield wrong(("lines", n, "gives"), f"{row['id']} should give {gives}, but gives {came}.")
        yield from _afterwards(rules, row, line, result, partial(wrong, ("lines", n)))
    yield from _figures(example, result, wrong)


def _afterwards(
    rules: RuleSet, row: Mapping[str, Any], line: LineResult, result: CalculationResult, wrong: Any
) -> Iterator[Finding]:
    """What a line's final account and its invoice should come to."""
    for key in ("final", "invoice"):
        if key not in row:
            continue
        try:
            said = parse_quantity(str(row[key]))[0]
            came = final_of(rules, row, line, result) if key == "final" else line.invoice
        except (Mistake, e.NoValue) as error:
            yield wrong(
                f"{row['id']}: its {key} cannot be counted ({error}).",
                "Give the figures of the final account in the line.",
            )
            continue
        if said != came:
            yield wrong(f"{row['id']} should have {key}: {said}, but has {came}.")


def final_of(rules: RuleSet, row: Mapping[str, Any], line: LineResult, result: CalculationResult) -> Decimal:
    """The final grant of an example's line, by the figures that stand in it."""
    [demand] = inputs_from_rows(rules, [{key: value for key, value in row.items() if key not in EXPECTED}])
    return final_account(rules, demand.inputs, line.parts, Decimal(0), result.slots)[0]


def _agrees(gives: str, outcome: str, amount: Decimal, reasons: Sequence[str]) -> bool:
    word, *codes = gives.replace(",", " ").split() or [""]
    if word in ("rejected", "manual", "incomplete"):
        return outcome == word and (not codes or set(codes) == set(reasons))
    try:
        return outcome == "granted" and parse_quantity(gives)[0] == amount
    except Mistake:
        return False


def _figures(example: d.Example, result: CalculationResult, wrong: Any) -> Iterator[Finding]:
    figures = {"total": result.total, "unallocated": result.unallocated, "unit_price": result.unit_price}
    for name, came in figures.items():
        said = getattr(example, name)
        if said is None:
            continue
        try:
            agrees = parse_quantity(said)[0] == came
        except Mistake as mistake:
            yield wrong((name,), mistake.sentence, mistake.mend)
            continue
        if not agrees:
            yield wrong((name,), f"{name} should be {said}, but is {came}.")


# What looks odd ------------------------------------------------------------------------------------------------------


def _odd(rules: RuleSet) -> Iterator[Finding]:
    def odd(path: source.KeyPath, sentence: str, mend: str = "", *, key: bool = False) -> Finding:
        place = rules.tree.key(path) if key else rules.tree.place(path)
        return Finding("warning", place.line, place.column, sentence, mend)

    yield from _texts(rules, odd)
    probes = Probes(rules)
    for name, table in rules.tables.items():
        yield from odd_rows(probes, name, table, odd)
    yield from _budgets(rules, odd)
    for scheme in rules.schemes:
        yield from _minimum(rules, scheme, odd)
        yield from _unlooked(rules, scheme, odd)
    yield from _unused(rules, odd)
    yield from _inputs(rules, odd)
    if not rules.document.examples:
        yield odd(
            (),
            "The document has no worked examples.",
            "Add examples: with lines and what each gives; they are counted at every check.",
        )


def _texts(rules: RuleSet, odd: Any) -> Iterator[Finding]:
    doc = rules.document
    named: list[tuple[source.KeyPath, str, Mapping[Any, str]]] = [
        (("inputs", name), name, each.text) for name, each in doc.inputs.items()
    ]
    named += [(("slots", name), name, each.text) for name, each in doc.slots.items()]
    named += [
        (("tables", name), rules.tables[name].code, each.text)
        for name, each in doc.tables.items()
        if each.otherwise != "manual"
    ]
    for path, part in doc.levels():
        for where in ("eligibility", "caps", "reductions"):
            named += [
                ((*path, where, n), each.code, each.text) for n, each in enumerate(getattr(part, where))
            ]
        if part.minimum and part.minimum.code != "below-minimum":
            named.append(((*path, "minimum"), part.minimum.code, part.minimum.text))
    for at, name, texts in named:
        if missing := [each for each in languages() if each not in texts]:
            yield odd(
                at,
                f"“{name}” has no text in {', '.join(missing)}.",
                "Add it under text: the reasons of decisions are written with it.",
                key=isinstance(at[-1], str),
            )


def _budgets(rules: RuleSet, odd: Any) -> Iterator[Finding]:
    budget = budget_of(rules.document.budget)
    if rules.reserve is not None:
        value, kind = rules.reserve
        if (kind.percent and value == 1) or (budget is not None and not kind.percent and value >= budget):
            yield odd(
                ("reserve",),
                "The reserve takes the whole budget: nothing of it can be spent.",
                "Make it smaller.",
            )
    own = [scheme.budget for scheme in rules.schemes if scheme.budget is not None]
    shares = sum((value for value, kind in own if kind.percent), Decimal(0))
    sums = sum((value for value, kind in own if not kind.percent), Decimal(0))
    if shares > 1 or (budget is not None and sums + shares * budget > budget):
        yield odd(
            ("schemes",),
            "The schemes' budgets come to more than the whole.",
            "The last of them get less than they say.",
            key=True,
        )
    elif len(own) == len(rules.schemes) and (
        (budget is not None and sums + shares * budget < budget) or (not sums and shares < 1)
    ):
        yield odd(
            ("schemes",),
            "The schemes' budgets come to less than the whole: a part of the budget cannot be spent.",
            "Give one scheme budget: rest.",
            key=True,
        )
    for n, scheme in enumerate(rules.schemes):
        available = (
            scheme.budget[0]
            if scheme.budget and not scheme.budget[1].percent
            else budget
            if n == 0 and scheme.budget is None
            else None
        )
        if available is not None and scheme.line.step > available:
            yield odd(
                (*(("schemes", scheme.name) if rules.document.schemes else ()), "rounding", "line"),
                "A grant is rounded to more than the whole budget: nothing of it can be spent.",
                "Look at the step.",
            )


def _minimum(rules: RuleSet, scheme: CompiledScheme, odd: Any) -> Iterator[Finding]:
    if scheme.minimum is None or not isinstance(scheme.minimum, e.Literal):
        return
    least = scheme.minimum.what
    path: source.KeyPath = () if rules.document.schemes == {} else ("schemes", scheme.name)
    for n, (cap, most) in enumerate(scheme.caps):
        highest = _highest(rules, most)
        if highest is not None and isinstance(least, Decimal) and highest < least:
            yield odd(
                (*path, "caps", n, "most"),
                f"The cap {cap.code} is at most {plain(highest, MONEY)} €, below the smallest grant: nobody can be granted anything.",
                "Look at both.",
            )


USED = {
    "none": set(),
    "pro_rata": {"leftover", "factor"},
    "unit_price": {"weight", "redistribute", "unit_price"},
    "shares": {"weight", "redistribute", "leftover"},
    "in_order": {"order_by", "partial"},
}
"""What each method of sharing looks at; another key would be passed over in silence."""


def _unlooked(rules: RuleSet, scheme: CompiledScheme, odd: Any) -> Iterator[Finding]:
    """Keys that say something to another method of sharing, or to another way of paying."""
    path: source.KeyPath = () if not rules.document.schemes else ("schemes", scheme.name)
    spec, method = scheme.spec, scheme.spec.allocation.method
    said = [("allocation", key) for key in spec.allocation.model_fields_set - {"method"}]
    said += [("rounding", key) for key in spec.rounding.model_fields_set - {"line"}]
    for where, key in sorted(said):
        if key not in USED[method]:
            yield odd(
                (*path, where, key),
                f"The method {method} does not look at {key}.",
                "Leave it out, or choose the method that it belongs to.",
                key=True,
            )
    if scheme.factor is not None and scheme.factor.step >= TENTH:
        yield odd(
            (*path, "rounding", "factor"),
            "The factor is rounded to ten per cent or more.",
            "One decimal of a per cent is 0.1 %.",
        )
    if spec.payment.when == "at_once":
        for key in sorted(spec.payment.model_fields_set - {"when"}):
            yield odd(
                (*path, "payment", key),
                f"A grant that is paid at once has no {key}.",
                "Write when: on_account, or leave it out.",
                key=True,
            )
    elif scheme.final is None:
        yield odd(
            (*path, "payment"),
            "The final account has no formula: it comes to what was decided.",
            "Add final: for example min(20 % * actual_costs, grant).",
            key=True,
        )


def _inputs(rules: RuleSet, odd: Any) -> Iterator[Finding]:
    """Inputs that come too late for what looks at them, or count grants of a scheme that there is not."""
    before, _ = inputs_used(rules, list(_before_the_decision(rules)))
    for name, spec in rules.document.inputs.items():
        if spec.source == "final_account" and name in before:
            yield odd(
                ("inputs", name, "from"),
                f"“{name}” comes with the final account, but is needed before the decision: every application would be incomplete.",
                "Ask it in the application, or use it in payment: final: alone.",
            )
        if spec.scheme is not None and spec.scheme not in {scheme.name for scheme in rules.schemes}:
            known = ", ".join(scheme.name for scheme in rules.schemes)
            yield odd(
                ("inputs", name, "scheme"),
                f"There is no scheme {spec.scheme}: nothing would be counted.",
                f"The schemes are {known}.",
            )
        if spec.scheme is not None and not spec.source.startswith("earlier_cases"):
            yield odd(
                ("inputs", name, "scheme"),
                "Only earlier cases are counted by their scheme.",
                "Leave it out.",
                key=True,
            )


def _highest(rules: RuleSet, formula: e.Expression) -> Decimal | None:
    """The largest value of a formula that looks at no input: a number, or a column of numbers."""
    if isinstance(formula, e.Literal) and isinstance(formula.what, Decimal):
        return formula.what
    if isinstance(formula, e.Name) and "." in formula.name:
        table, _, column = formula.name.partition(".")
        cells = [row.cells[column] for row in rules.tables[table].rows]
        values = [
            cell.what for cell in cells if isinstance(cell, e.Literal) and isinstance(cell.what, Decimal)
        ]
        return max(values) if len(values) == len(cells) else None
    return None


def _unused(rules: RuleSet, odd: Any) -> Iterator[Finding]:
    used = {name for each in formulas_of(rules) for name in e.names_in(each)}
    used |= {name.partition(".")[0] for name in used}
    for where, name in rules.document.named():
        if name not in used:
            yield odd(
                (where, name),
                f"Nothing looks at “{name}”.",
                "Use it in a formula, or leave it out.",
                key=True,
            )


def _before_the_decision(rules: RuleSet) -> Iterator[object]:
    """What is counted before the decision; a value or a table is looked at only where something looks at it."""
    yield from (require for _, require in rules.rules)
    yield from (most for _, most in rules.on_the_whole.caps)
    yield rules.on_the_whole.minimum
    for s in rules.schemes:
        yield from (s.when, s.grant, s.weight, *s.order_by, s.minimum, s.invoice)
        yield from (require for _, require in s.rules)
        yield from (most for _, most in s.caps)
        yield from (each for _, *pair in s.reductions for each in pair)
