"""The worked examples of a document: each is calculated, and what does not come out as it says is an error."""

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from functools import partial
from typing import Any

from domain.criteria import document as d
from domain.criteria import expression as e
from domain.criteria import yaml_source as source
from domain.criteria.calculation import calculate
from domain.criteria.result import CalculationResult, LineResult
from domain.criteria.rows import budget_of, cell_text, inputs_from_rows
from domain.criteria.ruleset import Finding, RuleSet
from domain.criteria.settlement import final_account
from domain.criteria.sharing import Unsharable
from domain.criteria.units import Mistake, parse_quantity

MAX_EXAMPLE_WORK = 1_500_000
"""Lines of all examples times characters of the document, at most."""

EXPECTED = {"gives", "final", "invoice"}
"""What a line of an example says of its outcome; all else in it is its inputs."""


def example_findings(rules: RuleSet) -> Iterator[Finding]:
    """What does not come out as the examples say, each with its place."""
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
