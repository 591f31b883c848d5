"""One line under a rule set: its inputs looked up, its values counted, its conditions judged, each step kept.

The trace is what a decision's reasons are written from (hallintolaki 45 §): each input with its source, each table row
that was chosen, each value with its formula, unit and rounding.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Literal

from pydantic import BaseModel, ConfigDict

from domain.criteria import document as d
from domain.criteria.expression import Expression, MissingInput, NoValue, Uncountable
from domain.criteria.ruleset import CompiledScheme, CompiledTable, RuleSet
from domain.criteria.units import (
    MONEY,
    PERCENT,
    TEXT,
    YES_NO,
    FormulaValue,
    Mistake,
    Rounding,
    ValueType,
    guarded,
    parse_value,
    plain,
    write_value,
)

LineOutcome = Literal["granted", "rejected", "manual", "incomplete"]


class TraceStep(BaseModel):
    """One step of a calculation: what was taken or counted, how, the value with its unit, and where it came from."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    code: str
    """What kind of step: input, row, value, rule, grant, budget, unit-price…"""
    name: str = ""
    """The document's own name or code for it."""
    formula: str = ""
    value: str
    unit: str
    source: str
    rounding: str = ""


class InputValue(BaseModel):
    """An input's value as it was written, and where it came from: an event, a row of a file."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    value: str
    source: str


class ApplicationInputs(BaseModel):
    """One line's inputs: whose, and each value with its source."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    case: str
    inputs: Mapping[str, InputValue]
    accepted: tuple[str, ...] = ()
    """Conditions left to a person that a person decided in favour."""


MAX_MONEY = Decimal("1e9")


def check_input_value(spec: d.Input, value: FormulaValue, text: str) -> None:
    """Whether an input may have this value. Raises `Mistake`."""
    if spec.choices and value not in spec.choices:
        raise Mistake(f"“{text}” is not one of the choices.", f"They are {', '.join(spec.choices)}.")
    if not isinstance(value, Decimal):
        return
    if value < 0 and spec.type in ("money", "length", "count", "percent"):
        raise Mistake(f"“{text}” is below nought.", "Look at it again.")
    if spec.type == "money" and value >= MAX_MONEY:
        raise Mistake(f"“{text}” is more than any sum here.", "Look at it again.")
    if spec.type == "count" and value % 1:
        raise Mistake(f"“{text}” is not a whole number.", "A count is whole; the type number is for others.")


class NoMatchingRow(NoValue):
    """No row of a table holds."""

    def __init__(self, table: CompiledTable) -> None:
        super().__init__(table.code)
        self.table = table


class LineEvaluation:
    """A line being counted. Values are looked up once; the order of looking is the order of the trace."""

    __slots__ = ("fixed", "given", "id", "known", "read", "rows", "rules", "steps")

    def __init__(
        self,
        rules: RuleSet,
        given: Mapping[str, InputValue],
        fixed: Mapping[str, tuple[FormulaValue, str]],
        id_: str = "",
    ) -> None:
        self.rules, self.given, self.fixed, self.id = rules, given, fixed, id_
        self.known: dict[str, FormulaValue] = {}
        self.read: dict[str, FormulaValue] = {}
        self.rows: dict[str, Mapping[str, Expression]] = {}
        self.steps: list[TraceStep] = []

    def look(self, name: str) -> FormulaValue:
        """The value of a name. Raises `Missing`, `NoRow`, `Uncountable`, or `Mistake` for what cannot be read."""
        try:
            return self.known[name]
        except KeyError:
            found = self.known[name] = self._find(name)
            return found

    def has(self, name: str) -> bool:
        try:
            self.look(name)
        except MissingInput:
            return False
        return True

    def seen(self, name: str) -> bool:
        return name in self.known

    def _find(self, name: str) -> FormulaValue:
        rules = self.rules
        if (named := rules.values.get(name)) is not None:
            return self.count("value", name, named.formula, named.rounding)
        if (given := self.given.get(name)) is not None:
            return self._input(name, given)
        if name in self.fixed:
            value, source = self.fixed[name]
            self.put("slot", name, "", value, rules.kind(name), source)
            return value
        table, dot, column = name.partition(".")
        if dot:
            return self._row(table)[column].value(self)
        spec = rules.document.inputs.get(name)
        if spec is not None and spec.default is not None:
            return self._input(name, InputValue(value=spec.default, source="default"))
        if name == "round_year" and rules.document.round:
            return self.put(
                "input", name, "", Decimal(rules.document.round.year), rules.kind(name), "criteria"
            )
        raise MissingInput(name)

    def _input(self, name: str, given: InputValue) -> FormulaValue:
        value = self.read[name] if name in self.read else self.readable(name, given)
        return self.put("input", name, "", value, self.rules.asked[name][1], given.source)

    def readable(self, name: str, given: InputValue) -> FormulaValue:
        """The value of what was written. Raises `Mistake`."""
        spec, kind, unit = self.rules.asked[name]
        value = parse_value(given.value, kind, unit)
        if spec is not None:
            check_input_value(spec, value, given.value)
        self.read[name] = value
        return value

    def _row(self, name: str) -> Mapping[str, Expression]:
        if name not in self.rows:
            table = self.rules.tables[name]
            row = next((each for each in table.rows if each.holds.value(self)), None)
            if row is None:
                raise NoMatchingRow(table)
            self.rows[name] = row.cells
            how = table.by.shown(self) if table.by is not None else ""
            self.put("row", name, how, row.label, TEXT, "criteria")
        return self.rows[name]

    def count(
        self, code: str, name: str, formula: Expression, rounding: Rounding | None = None
    ) -> FormulaValue:
        """The value of a formula, rounded where the document says, with its step."""
        value = formula.value(self)
        if rounding is not None and isinstance(value, Decimal):
            value = rounding(value)
        return self.put(
            code,
            name,
            formula.shown(self),
            value,
            formula.kind,
            "criteria",
            rounding.text if rounding else "",
        )

    def put(
        self,
        code: str,
        name: str,
        formula: str,
        value: FormulaValue,
        kind: ValueType,
        source: str,
        rounding: str = "",
    ) -> FormulaValue:
        """Keep a step, and give its value."""
        unit = kind.symbol if kind.is_quantity else ""
        self.steps.append(
            TraceStep(
                code=code,
                name=name,
                formula=formula,
                value=plain(value, kind),
                unit=unit,
                source=source,
                rounding=rounding,
            )
        )
        return value


@dataclass
class Judgement:
    """What the conditions and the counting came to, by what each reason leads to."""

    rejected: list[str] = field(default_factory=list)
    incomplete: list[str] = field(default_factory=list)
    manual: list[str] = field(default_factory=list)

    @property
    def clear(self) -> bool:
        return not (self.rejected or self.incomplete or self.manual)

    @property
    def outcome(self) -> LineOutcome:
        if self.rejected:
            return "rejected"
        return "incomplete" if self.incomplete else "manual" if self.manual else "granted"

    @property
    def reasons(self) -> list[str]:
        return list(dict.fromkeys(self.rejected or self.incomplete or self.manual))

    def add(self, on_fail: d.OnFail, code: str) -> None:
        {"reject": self.rejected, "complete": self.incomplete, "manual": self.manual}[on_fail].append(code)

    def attempt(self, line: LineEvaluation, formula: Expression) -> FormulaValue | None:
        """The formula's value; or None, and the reason why it has none."""
        try:
            return formula.value(line)
        except MissingInput as missing:
            self.missing(line.rules, missing.name)
        except NoMatchingRow as none:
            self.add(none.table.spec.otherwise, none.table.code)
        except Uncountable:
            self.manual.append("not-countable")
        except Mistake:
            self.incomplete.append("unreadable-input")
        return None

    def missing(self, rules: RuleSet, name: str) -> None:
        if name in rules.document.slots:
            self.manual.append(f"not-fixed-{_hyphened(name)}")
        elif name in rules.document.inputs and rules.document.inputs[name].source == "handler":
            self.manual.append(f"ask-{_hyphened(name)}")
        else:
            self.incomplete.append(f"missing-{_hyphened(name)}")


def _hyphened(name: str) -> str:
    return name.replace("_", "-")


def judge_conditions(
    line: LineEvaluation,
    rules: Sequence[tuple[d.Rule, Expression]],
    judged: Judgement,
    accepted: Sequence[str] = (),
) -> None:
    """Each condition with its step; what fails is put down by what failing does, unless a person has accepted it."""
    for rule, require in rules:
        holds = judged.attempt(line, require)
        if holds is None:
            continue
        if not holds and rule.otherwise == "manual" and rule.code in accepted:
            line.put("accepted", rule.code, require.shown(line), True, YES_NO, "handler")
            continue
        line.put("rule", rule.code, require.shown(line), holds, YES_NO, "criteria")
        if not holds:
            judged.add(rule.otherwise, rule.code)


def unreadable_inputs(line: LineEvaluation) -> dict[str, Mistake]:
    """Every given input that cannot be read, by its name."""
    found = {}
    for name, given in line.given.items():
        try:
            line.readable(name, given)
        except Mistake as mistake:
            found[name] = mistake
    return found


@dataclass
class SchemeClaim:
    """What one line brings to one scheme: its demand or weight, its ceiling and its place in the order."""

    scheme: CompiledScheme
    line: LineEvaluation
    demand: Decimal
    ceiling: Decimal | None
    order: tuple[Decimal | str, ...]
    after: list[tuple[str, str, Decimal]]
    """Reductions of the grant that come after the sharing: code, formula, share cut."""
    minimum: Decimal | None


def scheme_claim(line: LineEvaluation, scheme: CompiledScheme, judged: Judgement) -> SchemeClaim | None:
    """The line's claim under a scheme whose conditions it meets; or None, with the reasons why it has none."""
    by_weight = scheme.weight is not None
    demand = _counted(line, scheme.demanded, "weight" if by_weight else "demand", judged)
    ceiling, binding = lowest_cap(line, scheme.caps, judged)
    if demand is not None and ceiling is not None and not by_weight and demand > ceiling:
        line.put("capped", binding, "", ceiling, MONEY, "criteria")
        demand = ceiling
    after: list[tuple[str, str, Decimal]] = []
    for cut, formula, share in _reductions(line, scheme, judged):
        if cut.of == "grant":
            after.append((cut.code, formula, share))
        elif demand is not None:
            demand = apply_reduction(line, cut.code, demand, share, scheme.demanded.kind)
    places = [judged.attempt(line, each) for each in scheme.order_by]
    minimum = judged.attempt(line, scheme.minimum) if scheme.minimum is not None else None
    if demand is None or not judged.clear:
        return None
    if not guarded(demand):
        demand = Decimal(0)
    ordered = tuple(each if isinstance(each, Decimal | str) else str(each) for each in places)
    return SchemeClaim(
        scheme, line, max(demand, Decimal(0)), None if ceiling is None else max(ceiling, Decimal(0)), ordered, after,
        minimum if isinstance(minimum, Decimal) else None,
    )  # fmt: skip


def lowest_cap(
    line: LineEvaluation, caps: Sequence[tuple[d.Cap, Expression]], judged: Judgement
) -> tuple[Decimal | None, str]:
    """The lowest of the caps, and its code; each with its step."""
    found: list[tuple[Decimal, str]] = []
    for cap, most in caps:
        value = judged.attempt(line, most)
        if isinstance(value, Decimal):
            line.put("cap", cap.code, most.shown(line), value, MONEY, "criteria")
            found.append((value, cap.code))
    return min(found, key=lambda each: each[0]) if found else (None, "")


def _reductions(
    line: LineEvaluation, scheme: CompiledScheme, judged: Judgement
) -> Iterator[tuple[d.Reduction, str, Decimal]]:
    """The reductions whose condition holds: each with its formula and its share."""
    for cut, when, by in scheme.reductions:
        holds = judged.attempt(line, when)
        if holds is None:
            continue
        line.put("reduction-test", cut.code, when.shown(line), holds, YES_NO, "criteria")
        share = judged.attempt(line, by) if holds else None
        if isinstance(share, Decimal):
            yield cut, by.shown(line), min(max(share, Decimal(0)), Decimal(1))


def apply_reduction(
    line: LineEvaluation, code: str, amount: Decimal, share: Decimal, kind: ValueType
) -> Decimal:
    """The amount less a share of it, with its step."""
    found = amount * (1 - share)
    line.put(
        "reduction",
        code,
        f"{write_value(amount, kind)} × (100 % − {write_value(share, PERCENT)})",
        found,
        kind,
        "criteria",
    )
    return found


def _counted(line: LineEvaluation, formula: Expression, code: str, judged: Judgement) -> Decimal | None:
    value = judged.attempt(line, formula)
    if not isinstance(value, Decimal):
        return None
    line.put(code, "", formula.shown(line), value, formula.kind, "criteria")
    return value
