"""Reading a document's formulas, values and tables: which name is what kind of value, each mistake put down with its place."""

from collections.abc import Iterable, Mapping
from difflib import get_close_matches
from typing import Any, TypeVar

from domain.criteria import document as d
from domain.criteria import expression as e
from domain.criteria import yaml_source as source
from domain.criteria.agreement import is_zero, usual_unit
from domain.criteria.formula import parse_formula
from domain.criteria.reading_order import ReadingOrder, Silent
from domain.criteria.ruleset import (
    GIVEN_BY_THE_SYSTEM,
    CompiledRow,
    CompiledTable,
    CompiledValue,
    value_type_of,
)
from domain.criteria.units import (
    NUMBER,
    TEXT,
    YES_NO,
    Mistake,
    Rounding,
    ValueType,
    parse_quantity,
    parse_value,
)
from domain.criteria.yaml_source import KeyPath

Part = TypeVar("Part")

MAX_NAMES_COMPARED = 500
"""So many names are compared with one that is not known."""


class DocumentReader(ReadingOrder):
    """One document being read: its formulas, values and tables; each value after those that it looks at."""

    def __init__(self, tree: source.SourceTree, document: d.Document) -> None:
        super().__init__(tree, document)
        self.kinds: dict[str, ValueType | None] = {**GIVEN_BY_THE_SYSTEM}
        self.values: dict[str, CompiledValue] = {}
        self.tables: dict[str, CompiledTable] = {}
        self.extra: Mapping[str, ValueType] = {}

    # Names and their kinds

    def kind(self, name: str) -> ValueType | None:
        if name in self.extra:
            return self.extra[name]
        if name in self.kinds:
            if self.kinds[name] is None:
                raise Silent("")
            return self.kinds[name]
        table, _, column = name.partition(".")
        if table in self.doc.tables:
            return self.column(table, column)
        if name in self.doc.values:
            return self.value(name)
        spec = self.doc.inputs.get(name) or self.doc.slots.get(name)
        return value_type_of(spec) if spec else None

    def names(self) -> list[str]:
        columns = [
            f"{name}.{column}"
            for name, table in self.doc.tables.items()
            for row in table.rows
            for column in row
            if column not in d.ROW_KEYS
        ]
        doc = self.doc
        found = [*doc.inputs, *doc.slots, *doc.values, *GIVEN_BY_THE_SYSTEM, *self.extra, *columns]
        return list(dict.fromkeys(found))[:MAX_NAMES_COMPARED]

    def value(self, name: str) -> ValueType:
        path: KeyPath = ("values", name, "formula")
        if self.at(path) is None:
            path = ("values", name)
        if name in self.circular:
            raise Silent("")
        spec = self.doc.values[name]
        found = self.expression(path, spec.formula)
        rounding = (
            self.rounding((*path[:2], "round"), spec.round, found.kind) if found and spec.round else None
        )
        if found is None or self.high(name, path, [found]):
            self.kinds[name] = None
            raise Silent("")
        self.values[name] = CompiledValue(spec, found, rounding)
        self.kinds[name] = found.kind
        return found.kind

    def column(self, name: str, column: str) -> ValueType:
        table = self.table(name)
        if table is None:
            raise Silent("")
        cells = [row.cells[column] for row in table.rows if column in row.cells]
        if not cells:
            columns = sorted({each for row in table.rows for each in row.cells})[:MAX_NAMES_COMPARED]
            near = get_close_matches(column, columns, 1, 0.5)
            mend = (
                f"Did you mean {name}.{near[0]}?"
                if near
                else f"The columns are {', '.join(f'{name}.{each}' for each in columns[:30])}."
            )
            raise Mistake(
                f"The table {name} has no column {column}." if column else f"{name} is a table.", mend
            )
        return next((each.kind for each in cells if not is_zero(each)), NUMBER)

    # Expressions

    def expression(
        self, path: KeyPath, text: str, *wanted: ValueType, what: str = "This"
    ) -> e.Expression | None:
        """A formula of the document; of a kind that is wanted, where one is."""

        def make() -> e.Expression:
            found = parse_formula(text, self.kind, self.names)
            if wanted and not any(
                found.kind == each
                or (each.is_quantity and found.kind.fits(each))
                or (is_zero(found) and each.is_quantity)
                for each in wanted
            ):
                raise Mistake(
                    f"{what} is {found.kind}, but should be {wanted[0]}.",
                    "Look at the units in the formula.",
                    found.offset,
                )
            return found

        found: e.Expression | None = self.attempt(path, make)
        return found

    def optional(self, path: KeyPath, text: str | None, *wanted: ValueType, what: str) -> e.Expression | None:
        return self.expression(path, text, *wanted, what=what) if text is not None else None

    def rounding(self, path: KeyPath, text: str | None, kind: ValueType | None) -> Rounding | None:
        if text is None:
            return None

        def make() -> Rounding:
            found = Rounding.parse(text)
            if kind is not None and not found.kind.fits(kind):
                raise Mistake(
                    f"The rounding is in {found.kind}, the value in {kind}.",
                    f"Write for example half_up 0.01 {kind.symbol}.".replace(" .", "."),
                )
            return found

        found: Rounding | None = self.attempt(path, make)
        return found

    # Tables

    def table(self, name: str) -> CompiledTable | None:
        if name in self.tables:
            return self.tables[name]
        if name in self.circular:
            return None
        spec, before = self.doc.tables[name], len(self.findings)
        by = self.optional(("tables", name, "by"), spec.by, what="What chooses the row")
        if by is None and spec.by is not None:
            return None
        rows = _all_read(self.row(name, by, n, row) for n, row in enumerate(spec.rows))
        if len(self.findings) > before or rows is None:
            return None
        found = CompiledTable(spec, spec.code or f"no-row-{name.replace('_', '-')}", by, tuple(rows))
        formulas = [by, *(each for row in found.rows for each in (row.holds, *row.cells.values()))]
        if not self.columns(name, found) or self.high(name, ("tables", name), formulas):
            return None
        self.tables[name] = found
        return found

    def columns(self, name: str, table: CompiledTable) -> bool:
        columns = {each for row in table.rows for each in row.cells}
        right = True
        for column in sorted(columns):
            kinds: dict[int, ValueType] = {}
            for n, row in enumerate(table.rows):
                if column not in row.cells:
                    self.wrong(
                        ("tables", name, "rows", n),
                        f"This row has no {column}.",
                        "Each row has the same columns.",
                    )
                    right = False
                    continue
                cell = row.cells[column]
                kinds[n] = next((k for k in kinds.values() if is_zero(cell) and k.is_quantity), cell.kind)
            first = next((k for n, k in kinds.items() if not is_zero(table.rows[n].cells[column])), NUMBER)
            for n, kind in kinds.items():
                if kind != first and not is_zero(table.rows[n].cells[column]):
                    self.wrong(
                        ("tables", name, "rows", n, column),
                        f"{column} is {kind} here and {first} in another row.",
                        "A column holds one kind of value in one unit.",
                    )
                    right = False
        return right

    def row(self, name: str, by: e.Expression | None, n: int, cells: Mapping[str, Any]) -> CompiledRow | None:
        path: KeyPath = ("tables", name, "rows", n)
        chooses = [key for key in cells if key in d.ROW_KEYS]
        if by is None and chooses != ["when"]:
            self.wrong(
                path,
                "A table without `by` has rows with `when`.",
                "Add by: and the value that chooses, or a when: in each row; the last may be when: yes.",
            )
            return None
        if by is not None and (not chooses or "when" in chooses):
            self.wrong(
                path,
                "This row does not say when it is taken.",
                "A row has is:, or from:, above:, up_to: and below:.",
            )
            return None
        columns = [column for column in cells if column not in d.ROW_KEYS]
        tests = _all_read([self.test(path, by, key, cells[key]) for key in chooses])
        found = _all_read([self.cell((*path, column), cells[column]) for column in columns])
        if tests is None or found is None:
            return None
        holds = tests[0]
        for each in tests[1:]:
            holds = e.Both(YES_NO, 0, "and", holds, each)
        label = ", ".join(_label(key, cells[key]) for key in chooses)
        return CompiledRow(label, holds, dict(zip(columns, found, strict=True)))

    def test(self, path: KeyPath, by: e.Expression | None, key: str, value: Any) -> e.Expression | None:
        path = (*path, key)
        if key == "when" or by is None:
            return self.expression(path, str(value), YES_NO, what="A row's condition")
        if key == "is":
            values = value if isinstance(value, list) else [value]
            literals = _all_read(
                [
                    self.literal((*path, n) if isinstance(value, list) else path, each, by.kind)
                    for n, each in enumerate(values)
                ]
            )
            return None if literals is None else e.Among(YES_NO, 0, by, tuple(literals))
        literal = self.literal(path, value, by.kind)
        if literal is None:
            return None
        if literal.kind in (TEXT, YES_NO):
            self.wrong(path, f"There is no order between values that are {literal.kind}.", "Use is: instead.")
            return None
        sign = {"from": ">=", "above": ">", "up_to": "<=", "below": "<"}[key]
        return e.Binary(YES_NO, 0, sign, by, literal, e.COMPARISONS[sign])

    def literal(self, path: KeyPath, value: Any, kind: ValueType) -> e.Literal | None:
        """A value of a kind as it stands in a row."""

        def make() -> e.Literal:
            if not isinstance(value, str):
                raise Mistake("A single value should stand here.", "")
            if kind == TEXT:
                return e.Literal(TEXT, 0, value, value)
            if not kind.is_quantity:
                return e.Literal(kind, 0, parse_value(value, kind), value)
            found, unit = parse_quantity(value)
            if not unit.fits(kind) and not (unit == NUMBER and found == 0):
                raise Mistake(
                    f"“{value}” is {unit}, but the table is chosen by {kind}.",
                    f"Write {value} {usual_unit(found, kind)}.".replace(" .", "."),
                )
            return e.Literal(kind, 0, found, value)

        found: e.Literal | None = self.attempt(path, make)
        return found

    def cell(self, path: KeyPath, value: Any) -> e.Expression | None:  # noqa: PLR0911 - a way of writing each
        """A cell: a formula behind `=`, a number with its unit, yes or no, or a text."""
        if not isinstance(value, str):
            self.wrong(
                path,
                "A cell holds one value.",
                "Write for example 80 %, 900 €/km, yes, or a formula behind =.",
            )
            return None
        if self.tree.place(path).quoted and not value.startswith("="):
            return e.Literal(TEXT, 0, value, value)
        if value.startswith("="):
            try:
                return parse_formula(value[1:], self.kind, self.names)
            except Silent:
                return None
            except Mistake as mistake:
                self.wrong(path, mistake.sentence, mistake.mend, mistake.offset + 1)
                return None
        try:
            number, kind = parse_quantity(value)
        except Mistake as mistake:
            if "comma" in mistake.sentence:
                self.wrong(path, mistake.sentence, mistake.mend)
                return None
            if value in ("yes", "no"):
                return e.Literal(YES_NO, 0, value == "yes", value)
            return e.Literal(TEXT, 0, value, value)
        return e.Literal(kind, 0, number, value)


def _all_read(parts: Iterable[Part | None]) -> list[Part] | None:
    """Every part, where each could be read; all of them are tried, so that all mistakes are found."""
    tried = list(parts)
    found = [each for each in tried if each is not None]
    return found if len(found) == len(tried) else None


def _label(key: str, value: Any) -> str:
    sign = {"is": "", "from": "≥ ", "above": "> ", "up_to": "≤ ", "below": "< ", "when": ""}[key]
    return sign + (", ".join(map(str, value)) if isinstance(value, list) else str(value))
