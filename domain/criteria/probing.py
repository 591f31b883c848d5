"""Probing a document's tables with values around every bound that it names.

So rows that overlap, gaps, and rows that nobody reaches are found without understanding any formula.
"""

from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from itertools import pairwise, product
from math import prod
from typing import Any

from domain.criteria import expression as e
from domain.criteria.line_evaluation import InputValue, LineEvaluation, NoMatchingRow
from domain.criteria.ruleset import CompiledTable, Finding, RuleSet, unit_of
from domain.criteria.units import TEXT, YES_NO, FormulaValue, Mistake, ValueType, plain

MAX_PROBES = 500_000
"""So many comparisons at most are made to find rows that nobody reaches."""


def formulas_of(rules: RuleSet) -> Iterator[object]:
    for table in rules.tables.values():
        yield table.by
        for row in table.rows:
            yield row.holds
            yield from row.cells.values()
    yield from (each.formula for each in rules.values.values())
    yield from (require for _, require in rules.rules)
    yield from (when for _, when in rules.evidence)
    yield from (most for _, most in rules.on_the_whole.caps)
    yield rules.on_the_whole.minimum
    for s in rules.schemes:
        yield from (s.when, s.grant, s.weight, *s.order_by, s.minimum, s.instalments, s.final, s.invoice)
        yield from (require for _, require in s.rules)
        yield from (most for _, most in s.caps)
        yield from (each for _, *pair in s.reductions for each in pair)
        yield from (when for _, when in s.evidence)


class Probes:
    """The bounds and words that a document names, and how much may still be tried with them."""

    def __init__(self, rules: RuleSet) -> None:
        self.rules, self.left = rules, MAX_PROBES
        self.bounds: dict[ValueType, set[Decimal]] = {}
        self.words: set[str] = set()
        for literal in _literals(tuple(formulas_of(rules))):
            if isinstance(literal.what, Decimal):
                kind = ValueType(money=literal.kind.money, length=literal.kind.length)
                self.bounds.setdefault(kind, set()).add(literal.what)
            elif isinstance(literal.what, str):
                self.words.add(literal.what)


def odd_rows(probes: Probes, name: str, table: CompiledTable, odd: Any) -> Iterator[Finding]:
    """Every row is tried with the values around each bound that the document names."""
    tried = list(_tried(probes, table))
    if not tried:
        return
    at = ("tables", name, "rows")
    hit = {holding[0] for holding, _ in tried if holding}
    for n in sorted(set(range(len(table.rows))) - hit):
        yield odd(
            (*at, n),
            f"Nobody can reach this row of {name}.",
            "An earlier row takes everybody, or the inputs have no such value.",
        )
    overlaps = {
        pair: where
        for holding, where in reversed(tried)
        for pair in pairwise(holding)
        if table.by is not None
    }
    for (one, other), where in sorted(overlaps.items()):
        if other in hit:
            yield odd(
                (*at, other),
                f"The rows {one + 1} and {other + 1} of {name} overlap ({where}); the first is taken.",
                "Write up_to: and above: for bounds that meet.",
            )
    gap = next((where for holding, where in tried if not holding), None)
    if gap is not None and table.spec.otherwise == "manual":
        yield odd(
            ("tables", name),
            f"The rows of {name} leave a gap ({gap}): such a line is left to a person.",
            "Add a row, or say otherwise: reject.",
            key=True,
        )


def _tried(probes: Probes, table: CompiledTable) -> Iterator[tuple[list[int], str]]:
    """For each sample the rows that hold, and what the sample was."""
    rules = probes.rules
    slots = {each: (_slot(rules, each), "check") for each in rules.document.slots}
    for sample in _samples(probes, table):
        line = LineEvaluation(rules, sample, slots)
        try:
            holding = [n for n, row in enumerate(table.rows) if row.holds.value(line)]
        except (e.MissingInput, e.Uncountable, NoMatchingRow, Mistake):
            continue
        yield holding, _told(rules, table, line)


def _told(rules: RuleSet, table: CompiledTable, line: LineEvaluation) -> str:
    if table.by is not None:
        return (
            table.by.shown(line)
            if not isinstance(table.by, e.Name)
            else f"{table.by.name} = {table.by.shown(line)}"
        )
    names = sorted({each for row in table.rows for each in e.names_in(row.holds) if line.seen(each)})
    return ", ".join(f"{each} = {plain(line.known[each], _kind(rules, each))}" for each in names)


def _kind(rules: RuleSet, name: str) -> ValueType:
    if name in rules.values:
        return rules.values[name].formula.kind
    try:
        return rules.kind(name)
    except KeyError:
        return TEXT


def _slot(rules: RuleSet, name: str) -> FormulaValue:
    preview = rules.previews.get(name)
    return rules.slots({name: preview})[name] if preview else Decimal(1)


def _samples(probes: Probes, table: CompiledTable) -> Iterator[dict[str, InputValue]]:
    """Inputs that the rows look at, with the values at, just below and just above every bound.

    Nothing where there would be too many: a table that looks at so much is left to its examples.
    """
    rules = probes.rules
    inputs, size = inputs_used(rules, [table.by, *(row.holds for row in table.rows)])
    names = sorted(inputs)
    choices = [list(_values(rules, name, probes.bounds, probes.words)) for name in names]
    if not names:
        yield {}
        return
    count = prod(map(len, choices)) * size
    if count > probes.left:
        return
    probes.left -= count
    for values in product(*choices):
        yield {
            name: InputValue(value=value, source="check") for name, value in zip(names, values, strict=True)
        }


def _values(
    rules: RuleSet, name: str, bounds: Mapping[ValueType, set[Decimal]], words: Iterable[str]
) -> Iterator[str]:
    spec = rules.document.inputs.get(name)
    if spec is None:
        yield "2026" if name == "round_year" else "2026-01-01 12:00"
        return
    kind = rules.kind(name)
    if kind == TEXT:
        yield from spec.choices or [*sorted(words), "?"]
    elif kind == YES_NO:
        yield from ("yes", "no")
    elif kind.is_quantity:
        step = {"count": Decimal(1), "length": Decimal("0.001")}.get(spec.type, Decimal("0.01"))
        plain_kind = ValueType(money=kind.money, length=kind.length)
        at = {Decimal(0), *bounds.get(plain_kind, set())}
        around = {value + off for value in at for off in (-step, Decimal(0), step)} | {max(at) * 10 + step}
        whole = {v for v in around if v >= 0 and (spec.type != "count" or v == int(v))}
        factor = {"m": 1000, "km": 1, "%": 100}.get(unit_of(spec), 1)
        yield from (f"{value * factor:f}" for value in sorted(whole))
    else:
        yield "2026-01-01" if kind.name == "a date" else "2026-01-01 12:00"


def inputs_used(rules: RuleSet, formulas: Iterable[object]) -> tuple[set[str], int]:
    """The inputs that formulas come down to, and how much there is to count on the way."""
    found: set[str] = set()
    todo, seen, size = list(formulas), set[str](), 0
    while todo:
        formula = todo.pop()
        size += 1 + sum(1 for _ in _literals(formula))
        for name in e.names_in(formula):
            size += 1
            if name in seen:
                continue
            seen.add(name)
            table, dot, _ = name.partition(".")
            if name in rules.values:
                todo.append(rules.values[name].formula)
            elif dot:
                below = rules.tables[table]
                todo += [
                    below.by,
                    *(row.holds for row in below.rows),
                    *(cell for row in below.rows for cell in row.cells.values()),
                ]
            elif name not in rules.document.slots:
                found.add(name)
    return found, size


def _literals(of: object) -> Iterator[e.Literal]:
    if isinstance(of, e.Literal):
        yield of
    elif isinstance(of, tuple):
        for each in of:
            yield from _literals(each)
    elif hasattr(of, "__slots__"):
        for slot in type(of).__slots__:
            if slot not in ("kind", "does"):
                yield from _literals(getattr(of, slot))
