"""Reading a criteria document into a rule set; everything that is wrong with a text is found, each thing with its place."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from decimal import Decimal, localcontext
from difflib import get_close_matches
from functools import lru_cache, partial
from typing import Any

from pydantic import ValidationError

from domain.rules import document as d
from domain.rules import expression as e
from domain.rules import formula as f
from domain.rules import source
from domain.rules.ruleset import (
    GIVEN_BY_THE_SYSTEM,
    OF_THE_FINAL_ACCOUNT,
    TAKEN,
    Faulty,
    Finding,
    Named,
    OnTheWhole,
    Path,
    Row,
    RuleSet,
    Scheme,
    Table,
    kind_of,
    unit_of,
)
from domain.rules.shape import misshapen
from domain.rules.units import (
    CENTS,
    EXACT,
    MOMENT,
    MONEY,
    NUMBER,
    PERCENT,
    TEXT,
    YES_NO,
    Kind,
    Mistake,
    Rounding,
    quantity,
    value_of,
)


@lru_cache(maxsize=256)
def read(text: str) -> RuleSet:
    """The rule set of a text. Raises `Faulty`."""
    rule_set, findings = compiled(text)
    if rule_set is None:
        raise Faulty(findings)
    return rule_set


def compiled(text: str) -> tuple[RuleSet | None, list[Finding]]:
    """The rule set, where the text is one, and every error in it with its place."""
    try:
        tree = source.read(text)
    except source.Unreadable as error:
        return None, [Finding("error", error.line, error.column, error.sentence, error.mend)]
    try:
        found = d.Document.model_validate(tree.value)
    except ValidationError as error:
        return None, list(misshapen(error, tree))
    with localcontext(EXACT):
        compiler = _Compiler(tree, found)
        try:
            rule_set = compiler.rule_set(text)
        except _Enough:
            rule_set = None
    return (None if compiler.findings else rule_set), compiler.findings


# What the formulas ask for -------------------------------------------------------------------------------------------


MOST_FINDINGS, MOST_NAMES = 100, 500
"""So many errors are told at a time, and so many names are compared with one that is not known."""

HIGHEST = 450
"""How many calls deep the counting of a value may go: far more than any criteria need, far less than Python bears."""


class _Silent(Mistake):
    """Something that another finding says already."""


class _Enough(Exception):
    """There are so many errors that the rest can wait."""


class _Compiler:
    """One document being read; every mistake is put down with its place, and the reading goes on."""

    def __init__(self, tree: source.Tree, document: d.Document) -> None:
        self.tree, self.doc = tree, document
        self.findings: list[Finding] = []
        self.kinds: dict[str, Kind | None] = {**GIVEN_BY_THE_SYSTEM}
        self.values: dict[str, Named] = {}
        self.tables: dict[str, Table] = {}
        self.circular: set[str] = set()
        self.heights: dict[str, int] = {}
        self.extra: Mapping[str, Kind] = {}

    # Saying what is wrong

    def wrong(self, path: Path, sentence: str, mend: str = "", offset: int = 0, *, key: bool = False) -> None:
        place = self.tree.key(path) if key else self.tree.place(path)
        text = self.at(path)
        line, column = (
            place.at(offset, text) if isinstance(text, str) and not key else (place.line, place.column)
        )
        finding = Finding("error", line, column, sentence, mend)
        if finding not in self.findings:
            self.findings.append(finding)
        if len(self.findings) >= MOST_FINDINGS:
            raise _Enough

    def at(self, path: Path) -> Any:
        value = self.tree.value
        for part in path:
            try:
                value = value[part]
            except (KeyError, IndexError, TypeError):
                return None
        return value

    def attempt(self, path: Path, make: Callable[[], Any]) -> Any:
        """What `make` gives, or None with the mistake put down."""
        try:
            return make()
        except _Silent:
            return None
        except Mistake as mistake:
            self.wrong(path, mistake.sentence, mistake.mend, mistake.offset)
            return None

    # Names and their kinds

    def kind(self, name: str) -> Kind | None:
        if name in self.extra:
            return self.extra[name]
        if name in self.kinds:
            if self.kinds[name] is None:
                raise _Silent("")
            return self.kinds[name]
        table, _, column = name.partition(".")
        if table in self.doc.tables:
            return self.column(table, column)
        if name in self.doc.values:
            return self.value(name)
        spec = self.doc.inputs.get(name) or self.doc.slots.get(name)
        return kind_of(spec) if spec else None

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
        return list(dict.fromkeys(found))[:MOST_NAMES]

    # The order in which values and tables are read

    def in_order(self) -> list[str]:
        """Every value and table after those that it looks at; what needs itself is put down as wrong."""
        needs = {name: self.needs(name) for name in (*self.doc.tables, *self.doc.values)}
        done: dict[str, None] = {}
        for first, names in needs.items():
            open_ = {first: iter(names)}
            while open_:
                name = next(reversed(open_))
                if name in done:
                    del open_[name]
                    continue
                below = next((each for each in open_[name] if each in needs and each not in done), None)
                if below is None:
                    done[name] = None
                elif below in open_:
                    self.round_and_round([*list(open_)[list(open_).index(below) :], below])
                else:
                    open_[below] = iter(needs[below])
        return list(done)

    def needs(self, name: str) -> list[str]:
        """The names that stand in a value's formula or in a table."""
        texts: list[Any] = []
        if name in self.doc.values:
            texts.append(self.doc.values[name].formula)
        if name in self.doc.tables:
            texts.append(self.doc.tables[name].by)
            for row in self.doc.tables[name].rows:
                texts += [cell for key, cell in row.items() if key == "when" or str(cell).startswith("=")]
        found = []
        for text in texts:
            try:
                words = f.tokens(str(text or "").removeprefix("="))
            except Mistake:
                continue
            found += [word.text.partition(".")[0] for word in words if word.kind == "name"]
        return found

    def round_and_round(self, circle: list[str]) -> None:
        self.circular |= set(circle)
        first = circle[0]
        path: Path = ("values", first, "formula")
        if self.at(path) is None:
            path = ("values", first) if first in self.doc.values else ("tables", first)
        self.wrong(
            path,
            f"“{first}” needs itself: {' → '.join(circle)}.",
            "One of these must do without the others.",
            key=path[0] == "tables",
        )

    def below(self, name: str) -> int:
        """How many calls deep it goes from a name."""
        return 6 + self.heights.get(name.partition(".")[0], 0)

    def high(self, name: str, path: Path, formulas: Sequence[e.Expression | None]) -> bool:
        """Whether the chain of values that lean on each other grew too long with this one."""
        self.heights[name] = max(e.height(each, self.below) for each in formulas)
        if self.heights[name] > HIGHEST:
            self.wrong(
                path,
                f"“{name}” leans on too long a chain of other values.",
                "Put some of their formulas together.",
                key=path[0] == "tables",
            )
            return True
        return False

    def value(self, name: str) -> Kind:
        path: Path = ("values", name, "formula")
        if self.at(path) is None:
            path = ("values", name)
        if name in self.circular:
            raise _Silent("")
        spec = self.doc.values[name]
        found = self.expression(path, spec.formula)
        rounding = (
            self.rounding((*path[:2], "round"), spec.round, found.kind) if found and spec.round else None
        )
        if found is None or self.high(name, path, [found]):
            self.kinds[name] = None
            raise _Silent("")
        self.values[name] = Named(spec, found, rounding)
        self.kinds[name] = found.kind
        return found.kind

    def column(self, name: str, column: str) -> Kind:
        table = self.table(name)
        if table is None:
            raise _Silent("")
        cells = [row.cells[column] for row in table.rows if column in row.cells]
        if not cells:
            columns = sorted({each for row in table.rows for each in row.cells})[:MOST_NAMES]
            near = get_close_matches(column, columns, 1, 0.5)
            mend = (
                f"Did you mean {name}.{near[0]}?"
                if near
                else f"The columns are {', '.join(f'{name}.{each}' for each in columns[:30])}."
            )
            raise Mistake(
                f"The table {name} has no column {column}." if column else f"{name} is a table.", mend
            )
        return next((each.kind for each in cells if not f.nought(each)), NUMBER)

    # Expressions

    def expression(self, path: Path, text: str, *wanted: Kind, what: str = "This") -> e.Expression | None:
        """A formula of the document; of a kind that is wanted, where one is."""

        def make() -> e.Expression:
            found = f.read(text, self.kind, self.names)
            if wanted and not any(
                found.kind == each
                or (each.is_quantity and found.kind.fits(each))
                or (f.nought(found) and each.is_quantity)
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

    def optional(self, path: Path, text: str | None, *wanted: Kind, what: str) -> e.Expression | None:
        return self.expression(path, text, *wanted, what=what) if text is not None else None

    def rounding(self, path: Path, text: str | None, kind: Kind | None) -> Rounding | None:
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

    def whole_cents(self, path: Path, text: str) -> Rounding:
        found = self.rounding(path, text, MONEY) or CENTS
        if found.step % CENTS.step:
            self.wrong(path, "A grant is paid in whole cents.", "Write for example half_up 0.01 €.")
        return found

    def amount(self, path: Path, text: str | None, *kinds: Kind) -> tuple[Decimal, Kind] | None:
        """A sum of euros or a share, such as `30 000 €` or `5 %`."""
        if text is None:
            return None

        ways = f"Write {' or '.join('30 000 €' if each == MONEY else '5 %' for each in kinds)}."

        def make() -> tuple[Decimal, Kind]:
            try:
                value, kind = quantity(text)
            except Mistake as mistake:
                if "comma" in mistake.sentence:
                    raise
                raise Mistake(f"“{text}” cannot stand here.", f"{ways} No formula and no slot.") from None
            kind = MONEY if kind == NUMBER and kinds == (MONEY,) else kind
            if kind not in kinds or value < 0 or (kind == PERCENT and value > 1):
                raise Mistake(f"“{text}” cannot stand here.", ways)
            if kind == MONEY and value % CENTS.step:
                raise Mistake(f"“{text}” is finer than a cent.", "Write euros and cents.")
            return value, kind

        found: tuple[Decimal, Kind] | None = self.attempt(path, make)
        return found

    # Tables

    def table(self, name: str) -> Table | None:
        if name in self.tables:
            return self.tables[name]
        if name in self.circular:
            return None
        spec, before = self.doc.tables[name], len(self.findings)
        by = self.optional(("tables", name, "by"), spec.by, what="What chooses the row")
        rows = []
        if by is not None or spec.by is None:
            rows = [self.row(name, by, n, row) for n, row in enumerate(spec.rows)]
        if len(self.findings) > before or None in rows or (by is None and spec.by is not None):
            return None
        found = Table(spec, spec.code or f"no-row-{name.replace('_', '-')}", by, tuple(rows))  # type: ignore[arg-type]
        formulas = [by, *(each for row in found.rows for each in (row.holds, *row.cells.values()))]
        if not self.columns(name, found) or self.high(name, ("tables", name), formulas):
            return None
        self.tables[name] = found
        return found

    def columns(self, name: str, table: Table) -> bool:
        columns = {each for row in table.rows for each in row.cells}
        right = True
        for column in sorted(columns):
            kinds: dict[int, Kind] = {}
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
                kinds[n] = next((k for k in kinds.values() if f.nought(cell) and k.is_quantity), cell.kind)
            first = next((k for n, k in kinds.items() if not f.nought(table.rows[n].cells[column])), NUMBER)
            for n, kind in kinds.items():
                if kind != first and not f.nought(table.rows[n].cells[column]):
                    self.wrong(
                        ("tables", name, "rows", n, column),
                        f"{column} is {kind} here and {first} in another row.",
                        "A column holds one kind of value in one unit.",
                    )
                    right = False
        return right

    def row(self, name: str, by: e.Expression | None, n: int, cells: Mapping[str, Any]) -> Row | None:
        path: Path = ("tables", name, "rows", n)
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
        tests = [self.test(path, by, key, cells[key]) for key in chooses]
        found = {
            column: self.cell((*path, column), value)
            for column, value in cells.items()
            if column not in d.ROW_KEYS
        }
        if None in tests or None in found.values():
            return None
        holds = tests[0]
        for each in tests[1:]:
            holds = e.Both(YES_NO, 0, "and", holds, each)  # type: ignore[arg-type]
        label = ", ".join(_label(key, cells[key]) for key in chooses)
        return Row(label, holds, found)  # type: ignore[arg-type]

    def test(self, path: Path, by: e.Expression | None, key: str, value: Any) -> e.Expression | None:
        path = (*path, key)
        if key == "when" or by is None:
            return self.expression(path, str(value), YES_NO, what="A row's condition")
        if key == "is":
            values = value if isinstance(value, list) else [value]
            literals = [
                self.literal((*path, n) if isinstance(value, list) else path, each, by.kind)
                for n, each in enumerate(values)
            ]
            return None if None in literals else e.Among(YES_NO, 0, by, tuple(literals))  # type: ignore[arg-type]
        literal = self.literal(path, value, by.kind)
        if literal is None:
            return None
        if literal.kind in (TEXT, YES_NO):
            self.wrong(path, f"There is no order between values that are {literal.kind}.", "Use is: instead.")
            return None
        sign = {"from": ">=", "above": ">", "up_to": "<=", "below": "<"}[key]
        return e.Binary(YES_NO, 0, sign, by, literal, e.COMPARED[sign])

    def literal(self, path: Path, value: Any, kind: Kind) -> e.Literal | None:
        """A value of a kind as it stands in a row."""

        def make() -> e.Literal:
            if not isinstance(value, str):
                raise Mistake("A single value should stand here.", "")
            if kind == TEXT:
                return e.Literal(TEXT, 0, value, value)
            if not kind.is_quantity:
                return e.Literal(kind, 0, value_of(value, kind), value)
            found, unit = quantity(value)
            if not unit.fits(kind) and not (unit == NUMBER and found == 0):
                raise Mistake(
                    f"“{value}” is {unit}, but the table is chosen by {kind}.",
                    f"Write {value} {f.usual_unit(found, kind)}.".replace(" .", "."),
                )
            return e.Literal(kind, 0, found, value)

        found: e.Literal | None = self.attempt(path, make)
        return found

    def cell(self, path: Path, value: Any) -> e.Expression | None:  # noqa: PLR0911 - a way of writing each
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
                return f.read(value[1:], self.kind, self.names)
            except _Silent:
                return None
            except Mistake as mistake:
                self.wrong(path, mistake.sentence, mistake.mend, mistake.offset + 1)
                return None
        try:
            number, kind = quantity(value)
        except Mistake as mistake:
            if "comma" in mistake.sentence:
                self.wrong(path, mistake.sentence, mistake.mend)
                return None
            if value in ("yes", "no"):
                return e.Literal(YES_NO, 0, value == "yes", value)
            return e.Literal(TEXT, 0, value, value)
        return e.Literal(kind, 0, number, value)

    # The whole

    def rule_set(self, text: str) -> RuleSet | None:
        doc = self.doc
        self.clashes()
        self.inputs()
        for name in self.in_order():
            if name in doc.tables:
                self.table(name)
            if name in doc.values and name not in self.kinds:
                self.attempt(("values", name), partial(self.value, name))
        rules = self.rules(("eligibility",), doc.eligibility) if doc.schemes else ()
        evidence = self.evidence(("evidence",), doc.evidence) if doc.schemes else ()
        if doc.schemes:
            self.nothing_outside()
            schemes = [self.scheme(("schemes", name), name, each) for name, each in doc.schemes.items()]
        else:
            schemes = [self.scheme((), "grant", doc)]
        self.amount(("budget",), doc.budget, MONEY)
        reserve = self.amount(("reserve",), doc.reserve, MONEY, PERCENT)
        deadline = self.deadline()
        on_the_whole = self.on_the_whole() if doc.schemes else OnTheWhole((), None)
        if self.findings:
            return None
        return RuleSet(
            text,
            doc,
            self.tables,
            self.values,
            rules,
            tuple(schemes),
            on_the_whole,
            evidence,
            reserve,
            deadline,
            self.tree,
        )

    def on_the_whole(self) -> OnTheWhole:
        """What stands outside the schemes holds for the sum of what they give."""
        minimum = self.doc.minimum
        least = self.optional(
            ("minimum", "amount"), minimum.amount if minimum else None, MONEY, what="The minimum"
        )
        return OnTheWhole(self.caps(("caps",), self.doc.caps), least)

    def caps(self, path: Path, caps: Sequence[d.Cap]) -> tuple[tuple[d.Cap, e.Expression], ...]:
        found = [
            (cap, self.expression((*path, n, "most"), cap.most, MONEY, what="A cap"))
            for n, cap in enumerate(caps)
        ]
        return tuple((cap, each) for cap, each in found if each is not None)

    def deadline(self) -> datetime | None:
        if self.doc.round is None or self.doc.round.deadline is None:
            return None
        text = self.doc.round.deadline
        found: datetime | None = self.attempt(("round", "deadline"), lambda: value_of(text, MOMENT))
        return found

    def clashes(self) -> None:
        seen: dict[str, str] = {}
        doc = self.doc
        for where, named in (
            ("inputs", doc.inputs),
            ("slots", doc.slots),
            ("tables", doc.tables),
            ("values", doc.values),
        ):
            for name in named:
                if name in TAKEN:
                    self.wrong(
                        (where, name),
                        f"“{name}” is a word of its own in formulas.",
                        "Choose another name.",
                        key=True,
                    )
                elif name in seen:
                    self.wrong(
                        (where, name),
                        f"“{name}” is a name under {seen[name]} already.",
                        "Choose another name.",
                        key=True,
                    )
                seen[name] = where

    def inputs(self) -> None:
        for name, spec in self.doc.inputs.items():
            path: Path = ("inputs", name)
            kind = kind_of(spec)
            if spec.unit and spec.type != "length":
                self.wrong((*path, "unit"), "Only a length has a unit of its own.", "Leave it out.")
            if spec.choices and spec.type != "text":
                self.wrong(
                    (*path, "choices"), "Only a text has choices.", "Leave them out, or make the type text."
                )
            if spec.default is not None:
                value = self.attempt((*path, "default"), partial(value_of, spec.default, kind, unit_of(spec)))
                if spec.choices and value not in spec.choices:
                    self.wrong(
                        (*path, "default"), "The default is not one of the choices.", "Add it to them."
                    )
        for name, slot in self.doc.slots.items():
            if slot.preview is not None:
                self.attempt(("slots", name, "preview"), partial(value_of, slot.preview, kind_of(slot)))

    def nothing_outside(self) -> None:
        common = {"text", "eligibility", "evidence", "budget", "caps", "minimum"}
        for key in d.Scheme.model_fields:
            if key in self.doc.model_fields_set and key not in common:
                self.wrong(
                    (key,),
                    f"“{key}” stands outside the schemes.",
                    "Where there are schemes, each has its own.",
                    key=True,
                )

    def rules(self, path: Path, rules: Sequence[d.Rule]) -> tuple[tuple[d.Rule, e.Expression], ...]:
        found = [
            (rule, self.expression((*path, n, "require"), rule.require, YES_NO, what="What is required"))
            for n, rule in enumerate(rules)
        ]
        codes = [rule.code for rule in rules]
        for n, code in enumerate(codes):
            if code in codes[:n]:
                self.wrong(
                    (*path, n, "code"), f"The code {code} is used twice.", "Give each condition its own."
                )
        return tuple((rule, each) for rule, each in found if each is not None)

    def evidence(
        self, path: Path, wanted: Sequence[d.Evidence]
    ) -> tuple[tuple[str, e.Expression | None], ...]:
        return tuple(
            (each.kind, self.optional((*path, n, "when"), each.when, YES_NO, what="The condition"))
            for n, each in enumerate(wanted)
        )

    def orders(self, path: Path, formulas: Sequence[str]) -> tuple[e.Expression, ...]:
        """What puts the lines in order: numbers, days, moments or texts."""
        listed = isinstance(self.at(path), list)
        found = []
        for n, text in enumerate(formulas):
            each = self.expression((*path, n) if listed else path, text, what="The order")
            if each is not None and each.kind == YES_NO:
                self.wrong(
                    (*path, n) if listed else path,
                    "A yes or no has no order.",
                    "Write for example if priority then 1 else 2.",
                )
            elif each is not None:
                found.append(each)
        return tuple(found)

    def scheme(self, path: Path, name: str, spec: d.Scheme) -> Scheme:
        sharing, method = spec.allocation, spec.allocation.method
        by_weight = method in ("unit_price", "shares")
        here: Callable[..., Path] = lambda *keys: (*path, *keys)  # noqa: E731
        needed = ("allocation", "weight") if by_weight else ("grant",)
        if (sharing.weight if by_weight else spec.grant) is None:
            what = f"“{needed[-1]}” is missing: {'what the budget is shared by' if by_weight else 'the formula of the grant'}."
            self.wrong(
                here("allocation") if by_weight else path,
                what,
                "For example weight: length." if by_weight else "For example grant: 50 % * costs.",
                key=True,
            )
        if by_weight and spec.grant is not None:
            self.wrong(
                here("grant"),
                f"With the method {method} the grant comes from the weight.",
                "Leave the grant out, or choose another method.",
                key=True,
            )
        if method == "in_order" and not sharing.order_by:
            self.wrong(
                here("allocation"),
                "“order_by” is missing: what puts the lines in order.",
                "For example order_by: priority.",
                key=True,
            )
        weight = self.optional(here("allocation", "weight"), sharing.weight, what="The weight")
        if weight is not None and not weight.kind.is_quantity:
            self.wrong(
                here("allocation", "weight"), f"The weight is {weight.kind}, but should be a number.", ""
            )
        price = MONEY.times(weight.kind, -1) if weight is not None and weight.kind.is_quantity else None
        own_budget = spec.budget if spec is not self.doc else None
        self.extra = OF_THE_FINAL_ACCOUNT
        final = self.optional(here("payment", "final"), spec.payment.final, MONEY, what="The final grant")
        self.extra = {}
        return Scheme(
            name=name,
            spec=spec,
            when=self.optional(here("when"), spec.when, YES_NO, what="The condition"),
            budget=self.amount(here("budget"), own_budget, MONEY, PERCENT) if own_budget != "rest" else None,
            rules=self.rules(here("eligibility"), spec.eligibility),
            grant=self.optional(here("grant"), spec.grant, MONEY, what="The grant"),
            caps=self.caps(here("caps"), spec.caps),
            reductions=tuple(
                (cut, when, by)
                for n, cut in enumerate(spec.reductions)
                if (
                    when := self.expression(
                        here("reductions", n, "when"), cut.when, YES_NO, what="The condition"
                    )
                )
                and (by := self.expression(here("reductions", n, "by"), cut.by, PERCENT, what="A reduction"))
            ),
            weight=weight,
            order_by=self.orders(here("allocation", "order_by"), sharing.order_by),
            line=self.whole_cents(here("rounding", "line"), spec.rounding.line),
            unit_price=self.rounding(here("rounding", "unit_price"), spec.rounding.unit_price, price),
            factor=self.rounding(here("rounding", "factor"), spec.rounding.factor, PERCENT),
            minimum=self.optional(
                here("minimum", "amount"),
                spec.minimum.amount if spec.minimum else None,
                MONEY,
                what="The minimum",
            ),
            instalments=self.optional(
                here("payment", "instalments"),
                spec.payment.instalments,
                PERCENT,
                what="The share of instalments",
            ),
            final=final,
            invoice=self.optional(here("invoice"), spec.invoice, MONEY, what="The invoice"),
            evidence=self.evidence(here("evidence"), spec.evidence),
        )


def _label(key: str, value: Any) -> str:
    sign = {"is": "", "from": "≥ ", "above": "> ", "up_to": "≤ ", "below": "< ", "when": ""}[key]
    return sign + (", ".join(map(str, value)) if isinstance(value, list) else str(value))
