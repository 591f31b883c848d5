"""Rows that come in from outside, and lines that go out: a CSV or a JSON list as demands, a result as JSON."""

import csv
import io
import json
import re
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from domain.criteria.line_evaluation import ApplicationInputs, InputValue
from domain.criteria.result import CalculationResult, LineResult
from domain.criteria.ruleset import GIVEN_BY_THE_SYSTEM, RuleSet
from domain.criteria.units import MONEY, NUMBER, Mistake, parse_quantity
from domain.criteria.yaml_source import UNSTORABLE_PATTERN

MAX_ROWS, MAX_DIGITS = 200_000, 40


def _number(text: str) -> Decimal:
    try:
        return Decimal(text)
    except ArithmeticError:
        raise Mistake(f"{text} is not a number that can be counted with.", "Write it out.") from None


def rows_of(text: str, *, as_json: bool) -> list[Mapping[str, Any]]:
    """The rows of a CSV with a heading (commas, semicolons or tabs) or of a JSON list of objects. Raises `Mistake`."""
    if as_json:
        try:
            found = json.loads(text, parse_float=_number)
        except json.JSONDecodeError as error:
            raise Mistake(
                f"The inputs are not JSON: {error.msg}, line {error.lineno}, column {error.colno}.", ""
            ) from None
        except (ValueError, RecursionError):  # a number of thousands of digits, brackets without end
            raise Mistake(
                "The inputs are nested too deeply, or a number is too long.", "Look at them again."
            ) from None
        if not isinstance(found, list) or not all(isinstance(each, dict) for each in found):
            raise Mistake("The inputs are a JSON list of objects.", 'Write [{"id": "…", "length": 1500}, …].')
        return found
    text = text.removeprefix("\ufeff")
    heading = text.partition("\n")[0]
    delimiter = max(";\t,", key=heading.count)
    reader = csv.DictReader(io.StringIO(text), delimiter=delimiter, restkey="", strict=False)
    try:
        rows: list[Mapping[str, Any]] = [dict(each) for each in reader]
    except csv.Error as error:
        raise Mistake(f"The inputs are not a table: {error}.", "Save it as CSV with a heading row.") from None
    for n, row in enumerate(rows, 2):
        if row.get("") is not None and any(row[""]):
            raise Mistake(
                f"Row {n} has more cells than the heading.",
                "A decimal comma needs quotes, or semicolons between the cells.",
            )
    return [{(key or "").strip(): value for key, value in row.items() if key} for row in rows]


def inputs_from_rows(rules: RuleSet, rows: Sequence[Mapping[str, Any]]) -> list[ApplicationInputs]:
    """The rows as demands. Raises `Mistake` for a row without an id, an id that stands twice, or an unknown column."""
    if len(rows) > MAX_ROWS:
        raise Mistake(f"There are more than {MAX_ROWS} rows.", "Share them among several runs.")
    known = {*rules.document.inputs, *GIVEN_BY_THE_SYSTEM}
    seen: set[str] = set()
    demands = []
    for n, row in enumerate(rows, 1):
        id_ = cell_text(row.get("id"))
        if not id_:
            near = next((name for name in row if name.strip().lower() == "id" and name != "id"), None)
            mend = (
                f"The column is called {near}; write id." if near else "Each row has an id column of its own."
            )
            raise Mistake(f"Row {n} has no id.", mend)
        if id_ in seen:
            raise Mistake(f"The id {id_} stands twice (row {n}).", "Each row has an id of its own.")
        seen.add(id_)
        if unknown := sorted(set(row) - known - {"id"}):
            raise Mistake(
                f"Row {n} has a column {unknown[0]} that the criteria do not ask.",
                f"The columns are id, {', '.join(sorted(known))}.",
            )
        given = {
            name: InputValue(value=text, source=f"row {n}")
            for name, value in row.items()
            if name != "id" and (text := cell_text(value))
        }
        demands.append(ApplicationInputs(case=id_, inputs=given))
    return demands


def cell_text(value: Any) -> str:
    """A value of a cell as text; what nobody filled in is empty."""
    match value:
        case None:
            return ""
        case bool():
            return "yes" if value else "no"
        case Decimal() if abs(value.adjusted()) < MAX_DIGITS:
            return f"{value:f}"
        case list() | dict():
            raise Mistake("A value is a single number or text.", "Write one value a column.")
    text = str(value).strip()
    if UNSTORABLE_PATTERN.search(text):
        raise Mistake("There is a character that cannot be kept.", "Type the value anew.")
    return text


def budget_of(text: str | None) -> Decimal | None:
    """A budget as it is written: `30000`, `30 000 €`, `30000,50`. Raises `Mistake`."""
    if text is None:
        return None
    spelled = re.sub(r",(?=\d{1,2}\D*$)", ".", text)
    try:
        value, kind = parse_quantity(spelled)
    except Mistake:
        raise Mistake(f"“{text}” is no budget.", "Write euros and cents: 30000.00.") from None
    if kind not in (MONEY, NUMBER) or value < 0 or value != value.quantize(Decimal("0.01")):
        raise Mistake(f"{text} is no budget.", "Write euros and cents: 30000.00.")
    return value.quantize(Decimal("0.01"))


def result_as_json(result: CalculationResult, finals: Mapping[str, Decimal]) -> dict[str, Any]:
    """The answer of `criteria run --json`; `finals` are the final grants of lines that have a final account."""
    found: dict[str, Any] = {
        "lines": [line_as_json(line, finals.get(line.case)) for line in result.lines],
        "totalEur": str(result.total),
        "unallocatedEur": str(result.unallocated),
    }
    if result.unit_price is not None:
        found["unitPrice"] = f"{result.unit_price.normalize():f}"
    if result.factor is not None:
        found["factor"] = f"{result.factor:f}"
    if len(result.parts) > 1:
        found["schemes"] = [
            {
                "scheme": part.scheme,
                "availableEur": None if part.available is None else str(part.available),
                "totalEur": str(part.total),
                "unallocatedEur": str(part.unallocated),
            }
            for part in result.parts
        ]
    return {**found, "engine": result.engine, "criteria": result.criteria, "runHash": result.hash()}


def line_as_json(line: LineResult, final: Decimal | None = None) -> dict[str, Any]:
    """One line of it."""
    found: dict[str, Any] = {
        "id": line.case,
        "outcome": line.outcome,
        "amountEur": str(line.amount),
        "reasons": list(line.reasons),
        "trace": [step.model_dump(mode="json", exclude_defaults=True) for step in line.trace],
    }
    if len(line.parts) > 1:
        found["parts"] = {name: str(amount) for name, amount in line.parts.items()}
    if line.invoice is not None:
        found["invoiceEur"] = str(line.invoice)
    if final is not None:
        found["finalEur"] = str(final)
    return found
