"""A rule set (avustusperusteet): a criteria document whose formulas are typed and whose parts fit together.

The text itself is what was adopted: it is stored as it is, and its SHA-256 names it.
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from functools import cached_property
from typing import Any, Literal

from domain.criteria import document as d
from domain.criteria import expression as e
from domain.criteria import yaml_source as source
from domain.criteria.functions import FUNCTIONS
from domain.criteria.tokens import KEYWORDS
from domain.criteria.units import (
    INPUT_DIMENSIONS,
    LENGTH,
    MOMENT,
    MONEY,
    NUMBER,
    PER_KM,
    FormulaValue,
    Mistake,
    Rounding,
    ValueType,
    parse_value,
)
from domain.texts.formats import format_day
from domain.texts.translation import DEFAULT_LANGUAGE

GIVEN_BY_THE_SYSTEM: Mapping[str, ValueType] = {"arrived": MOMENT, "round_year": NUMBER}
"""Names that every document has: when the application arrived, and the year of the round."""

OF_THE_FINAL_ACCOUNT: Mapping[str, ValueType] = {"grant": MONEY, "paid": MONEY}
BUILT_IN_NAMES: Mapping[str, ValueType] = {**GIVEN_BY_THE_SYSTEM, **OF_THE_FINAL_ACCOUNT}
RESERVED_NAMES = {
    *FUNCTIONS,
    *KEYWORDS,
    *GIVEN_BY_THE_SYSTEM,
    *OF_THE_FINAL_ACCOUNT,
    "id",
    "gives",
    "final",
    "invoice",
    "scheme",
}


@dataclass(frozen=True)
class Finding:
    """Something about a document: what, where, how to mend it; an error keeps it from being adopted."""

    severity: Literal["error", "warning"]
    line: int
    column: int
    sentence: str
    mend: str

    def __str__(self) -> str:
        return f"{self.line}:{self.column}: {self.severity}: {self.sentence} {self.mend}".rstrip()


class Faulty(Exception):
    """A text that is no rule set, with its findings."""

    def __init__(self, findings: Sequence[Finding]) -> None:
        super().__init__("; ".join(map(str, findings)))
        self.findings = tuple(findings)


@dataclass(frozen=True)
class CompiledRow:
    """One row of a table: what it is called, when it holds, and its cells."""

    label: str
    holds: e.Expression
    cells: Mapping[str, e.Expression]


@dataclass(frozen=True)
class CompiledTable:
    """A table whose first row that holds is taken."""

    spec: d.Table
    code: str
    by: e.Expression | None
    rows: tuple[CompiledRow, ...]


@dataclass(frozen=True)
class CompiledValue:
    """A value with its formula and its rounding."""

    spec: d.CalculatedValue
    formula: e.Expression
    rounding: Rounding | None


@dataclass(frozen=True)
class CompiledScheme:
    """A scheme with its formulas read."""

    name: str
    spec: d.Scheme
    when: e.Expression | None
    budget: tuple[Decimal, ValueType] | None
    rules: tuple[tuple[d.Rule, e.Expression], ...]
    grant: e.Expression | None
    caps: tuple[tuple[d.Cap, e.Expression], ...]
    reductions: tuple[tuple[d.Reduction, e.Expression, e.Expression], ...]
    weight: e.Expression | None
    order_by: tuple[e.Expression, ...]
    line: Rounding
    unit_price: Rounding | None
    factor: Rounding | None
    minimum: e.Expression | None
    instalments: e.Expression | None
    final: e.Expression | None
    invoice: e.Expression | None
    evidence: tuple[tuple[str, e.Expression | None], ...]

    @property
    def demanded(self) -> e.Expression:
        """What a line brings to the sharing: its weight, or the grant it would get of a budget without end."""
        found = self.weight if self.spec.allocation.method in ("unit_price", "shares") else self.grant
        assert found is not None
        return found


@dataclass(frozen=True)
class OnTheWhole:
    """What holds for the sum of several schemes' grants: its caps, and the smallest sum that is granted."""

    caps: tuple[tuple[d.Cap, e.Expression], ...]
    minimum: e.Expression | None


@dataclass(frozen=True, eq=False)
class RuleSet:
    """Criteria that can be applied; equal where their texts are."""

    text: str
    document: d.Document
    tables: Mapping[str, CompiledTable]
    values: Mapping[str, CompiledValue]
    rules: tuple[tuple[d.Rule, e.Expression], ...]
    schemes: tuple[CompiledScheme, ...]
    on_the_whole: OnTheWhole
    evidence: tuple[tuple[str, e.Expression | None], ...]
    reserve: tuple[Decimal, ValueType] | None
    deadline: datetime | None
    tree: source.SourceTree = field(repr=False)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, RuleSet) and self.text == other.text

    def __hash__(self) -> int:
        return hash(self.text)

    @cached_property
    def digest(self) -> str:
        """SHA-256 of the text as it was adopted."""
        return hashlib.sha256(self.text.encode()).hexdigest()

    @property
    def name(self) -> str:
        return self.document.name

    @property
    def edition(self) -> int:
        return self.document.edition

    @property
    def title(self) -> str:
        """Who adopted it, when and under which §, as decisions cite it."""
        adopted = self.document.adopted
        return f"{adopted.by} {format_day(adopted.on, DEFAULT_LANGUAGE)} {adopted.section}"

    @cached_property
    def asked(self) -> Mapping[str, tuple[d.Input | None, ValueType, str]]:
        """Every name that a line may give: its input where the document has one, its kind, and a bare number's unit."""
        own = {
            name: (spec, value_type_of(spec), unit_of(spec)) for name, spec in self.document.inputs.items()
        }
        return {**{name: (None, kind, "") for name, kind in GIVEN_BY_THE_SYSTEM.items()}, **own}

    def kind(self, name: str) -> ValueType:
        """The kind of an input or a slot."""
        if name in BUILT_IN_NAMES:
            return BUILT_IN_NAMES[name]
        spec = self.document.inputs.get(name) or self.document.slots[name]
        return value_type_of(spec)

    def slots(self, fixed: Mapping[str, str]) -> dict[str, FormulaValue]:
        """The slots' values from texts; raises `Mistake` for one that is not there or has another unit."""
        found = {}
        for name, text in fixed.items():
            if name not in self.document.slots:
                known = ", ".join(self.document.slots) or "none"
                raise Mistake(f"There is no slot {name}.", f"The slots are: {known}.")
            kind = self.kind(name)
            if kind == LENGTH and text.replace(" ", "").replace(".", "").replace(",", "").isdigit():
                raise Mistake(f"{name}: {text} has no unit.", f"Write {text} m or {text} km.")
            found[name] = parse_value(text, kind)
        return found

    @cached_property
    def previews(self) -> dict[str, str]:
        """What the slots are taken for before the board has fixed them."""
        return {name: slot.preview for name, slot in self.document.slots.items() if slot.preview}

    def texts(self) -> dict[str, Mapping[Any, str]]:
        """Every text of the document by its code or name."""
        doc = self.document
        found: dict[str, Mapping[Any, str]] = {}
        for named in (doc.inputs, doc.slots, doc.values, doc.schemes):
            found |= {name: each.text for name, each in named.items()}
        found |= {self.tables[name].code: each.text for name, each in doc.tables.items()}
        for _, part in doc.levels():
            found |= {each.code: each.text for each in part.eligibility}
            found |= {each.code: each.text for each in part.caps}
            found |= {each.code: each.text for each in part.reductions}
            if part.minimum:
                found[part.minimum.code] = part.minimum.text
        return {name: text for name, text in found.items() if text}

    @property
    def left_to_a_person(self) -> set[str]:
        """The codes of conditions whose failing a person may overrule."""
        coded = [rule for rule, _ in (*self.rules, *(each for s in self.schemes for each in s.rules))]
        return {rule.code for rule in coded if rule.otherwise == "manual"}

    @property
    def reasons(self) -> list[str]:
        """The codes that the document itself rejects with."""
        coded = [rule.code for rule, _ in (*self.rules, *(each for s in self.schemes for each in s.rules))]
        tables = [each.code for each in self.tables.values() if each.spec.otherwise == "reject"]
        least = [
            each.minimum.code for each in (self.document, *(s.spec for s in self.schemes)) if each.minimum
        ]
        return list(dict.fromkeys([*coded, *tables, *least]))


def value_type_of(spec: d.Input | d.Slot) -> ValueType:
    """The kind of value that an input or a slot holds."""
    if isinstance(spec, d.Slot) and spec.unit == "€/km":
        return PER_KM
    return INPUT_DIMENSIONS[spec.type]


def unit_of(spec: d.Input | d.Slot) -> str:
    """What a bare number is in."""
    if spec.type == "length":
        return spec.unit or "m"
    return "%" if spec.type == "percent" else value_type_of(spec).symbol
