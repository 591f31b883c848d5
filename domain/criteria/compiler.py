"""Reading a criteria document into a rule set; everything that is wrong with a text is found, each thing with its place."""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal, localcontext
from functools import partial

from pydantic import ValidationError

from domain.criteria import document as d
from domain.criteria import expression as e
from domain.criteria import yaml_source as source
from domain.criteria.document_reader import DocumentReader
from domain.criteria.reading_order import TooManyFindings
from domain.criteria.ruleset import (
    OF_THE_FINAL_ACCOUNT,
    RESERVED_NAMES,
    CompiledScheme,
    Faulty,
    Finding,
    OnTheWhole,
    RuleSet,
    unit_of,
    value_type_of,
)
from domain.criteria.shape import shape_findings
from domain.criteria.units import (
    CENTS,
    EXACT,
    MOMENT,
    MONEY,
    NUMBER,
    PERCENT,
    YES_NO,
    Mistake,
    Rounding,
    ValueType,
    parse_quantity,
    parse_value,
)
from domain.criteria.yaml_source import KeyPath


def compile_rule_set(text: str) -> RuleSet:
    """The rule set of a text. Raises `Faulty`."""
    rule_set, findings = compile_with_findings(text)
    if rule_set is None:
        raise Faulty(findings)
    return rule_set


def compile_with_findings(text: str) -> tuple[RuleSet | None, list[Finding]]:
    """The rule set, where the text is one, and every error in it with its place."""
    try:
        tree = source.parse_yaml(text)
    except source.Unreadable as error:
        return None, [Finding("error", error.line, error.column, error.sentence, error.mend)]
    try:
        found = d.Document.model_validate(tree.value)
    except ValidationError as error:
        return None, list(shape_findings(error, tree))
    with localcontext(EXACT):
        compiler = _Compiler(tree, found)
        try:
            rule_set = compiler.rule_set(text)
        except TooManyFindings:
            rule_set = None
    return (None if compiler.findings else rule_set), compiler.findings


class _Compiler(DocumentReader):
    """The whole document: its schemes, and all that they are made of."""

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

    def caps(self, path: KeyPath, caps: Sequence[d.Cap]) -> tuple[tuple[d.Cap, e.Expression], ...]:
        found = [
            (cap, self.expression((*path, n, "most"), cap.most, MONEY, what="A cap"))
            for n, cap in enumerate(caps)
        ]
        return tuple((cap, each) for cap, each in found if each is not None)

    def deadline(self) -> datetime | None:
        if self.doc.round is None or self.doc.round.deadline is None:
            return None
        text = self.doc.round.deadline
        found: datetime | None = self.attempt(("round", "deadline"), lambda: parse_value(text, MOMENT))
        return found

    def clashes(self) -> None:
        seen: dict[str, str] = {}
        for where, name in self.doc.named():
            said = ""
            if name in RESERVED_NAMES:
                said = f"“{name}” is a word of its own in formulas."
            elif name in seen:
                said = f"“{name}” is a name under {seen[name]} already."
            if said:
                self.wrong((where, name), said, "Choose another name.", key=True)
            seen[name] = where

    def inputs(self) -> None:
        for name, spec in self.doc.inputs.items():
            path: KeyPath = ("inputs", name)
            kind = value_type_of(spec)
            if spec.unit and spec.type != "length":
                self.wrong((*path, "unit"), "Only a length has a unit of its own.", "Leave it out.")
            if spec.choices and spec.type != "text":
                self.wrong(
                    (*path, "choices"), "Only a text has choices.", "Leave them out, or make the type text."
                )
            if spec.default is not None:
                value = self.attempt(
                    (*path, "default"), partial(parse_value, spec.default, kind, unit_of(spec))
                )
                if spec.choices and value not in spec.choices:
                    self.wrong(
                        (*path, "default"), "The default is not one of the choices.", "Add it to them."
                    )
        for name, slot in self.doc.slots.items():
            if slot.preview is not None:
                self.attempt(
                    ("slots", name, "preview"), partial(parse_value, slot.preview, value_type_of(slot))
                )

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

    def rules(self, path: KeyPath, rules: Sequence[d.Rule]) -> tuple[tuple[d.Rule, e.Expression], ...]:
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
        self, path: KeyPath, wanted: Sequence[d.Evidence]
    ) -> tuple[tuple[str, e.Expression | None], ...]:
        return tuple(
            (each.kind, self.optional((*path, n, "when"), each.when, YES_NO, what="The condition"))
            for n, each in enumerate(wanted)
        )

    def orders(self, path: KeyPath, formulas: Sequence[str]) -> tuple[e.Expression, ...]:
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

    def scheme(self, path: KeyPath, name: str, spec: d.Scheme) -> CompiledScheme:
        sharing, method = spec.allocation, spec.allocation.method
        by_weight = method in ("unit_price", "shares")

        def here(*keys: str | int) -> KeyPath:
            return (*path, *keys)

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
        return CompiledScheme(
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

    # Sums, shares and steps

    def whole_cents(self, path: KeyPath, text: str) -> Rounding:
        found = self.rounding(path, text, MONEY) or CENTS
        if found.step % CENTS.step:
            self.wrong(path, "A grant is paid in whole cents.", "Write for example half_up 0.01 €.")
        return found

    def amount(self, path: KeyPath, text: str | None, *kinds: ValueType) -> tuple[Decimal, ValueType] | None:
        """A sum of euros or a share, such as `30 000 €` or `5 %`."""
        if text is None:
            return None

        ways = f"Write {' or '.join('30 000 €' if each == MONEY else '5 %' for each in kinds)}."

        def make() -> tuple[Decimal, ValueType]:
            try:
                value, kind = parse_quantity(text)
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

        found: tuple[Decimal, ValueType] | None = self.attempt(path, make)
        return found
