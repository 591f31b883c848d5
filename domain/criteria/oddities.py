"""What looks odd in a document that can be adopted: warnings, each with its place and what may be meant."""

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

from domain.criteria import expression as e
from domain.criteria import yaml_source as source
from domain.criteria.probing import Probes, formulas_of, inputs_used, odd_rows
from domain.criteria.rows import budget_of
from domain.criteria.ruleset import CompiledScheme, Finding, RuleSet
from domain.criteria.units import MONEY, plain
from domain.texts.translation import languages

TENTH = Decimal("0.1")


def odd_findings(rules: RuleSet) -> Iterator[Finding]:
    """Every warning of a rule set."""

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
