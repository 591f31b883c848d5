"""A criteria document as plain text for the board: what is asked, who is eligible, how a grant comes about."""

from collections.abc import Iterator, Mapping

from domain.criteria import document as d
from domain.criteria.application_fields import ApplicationFields
from domain.criteria.criteria_texts import ROUNDED, CriteriaTexts, localized
from domain.criteria.document import readable, text_in_language
from domain.criteria.expression import Expression, MissingInput
from domain.criteria.ruleset import CompiledScheme, CompiledTable, RuleSet
from domain.criteria.units import CENTS, FormulaValue, Rounding
from domain.texts.formats import format_instant
from domain.texts.translation import in_language, texts, translate

EXPLANATION_TEXTS = texts(
    {
        "adopted": "Adopted by {title}. Legal basis: {basis}.",
        "deadline": "Applications are in time until {deadline}.",
        "renewal": "A grant of the earlier round goes on without a new application.",
        "asked": "What is asked",
        "application": "in the application",
        "handler": "a person judges",
        "earlier_cases": "from earlier decisions",
        "final_account": "in the final account",
        "slots": "What the board fixes later",
        "preview": "{label} ({preview} in a preview)",
        "conditions": "Who is eligible",
        "reject": "otherwise the application is rejected: {text}",
        "complete": "otherwise completion is requested: {text}",
        "manual": "otherwise a person decides: {text}",
        "tables": "Tables",
        "row": "where {holds}: {cells}",
        "values": "Values that are counted",
        "grant": "The grant",
        "when": "Applies where {when}.",
        "formula": "The grant is {formula}.",
        "cap": "At most {most} ({text}).",
        "cut": "Where {when}, {what} is cut by {by} ({text}).",
        "demand": "what is brought to the sharing",
        "of-grant": "the grant itself",
        "none": "Granted in full; the budget must be enough.",
        "pro_rata": "If the budget is not enough, all grants are cut in the same proportion.",
        "unit_price": "The budget is shared by {weight}: the unit price is the budget divided by the sum of these, and the grant is this times the unit price.",
        "shares": "The budget is shared in proportion to {weight}.",
        "in_order": "Grants are made in the order of {order} as long as the budget lasts.",
        "partial-no": "The first that does not fit and all behind it get nothing.",
        "partial-yes": "The first that does not fit gets what is left.",
        "partial-skip": "Whoever does not fit is passed over.",
        "redistribute": "What a ceiling cuts off is shared among the others.",
        "remainder": "What rounding leaves goes to those whom it took most from.",
        "rounded-line": "The grant is {how}.",
        "rounded-price": "The unit price is {how}.",
        "rounded-factor": "The factor is {how}.",
        "minimum": "Nothing below {amount} is granted.",
        "share_again": "What this frees is shared among the others.",
        "keep": "What this frees is left over.",
        "on_account": "The grant is paid on approved costs after a final account.",
        "instalments": "During the works at most {share} of it may be paid.",
        "final": "The final grant is {formula}, never above what was decided.",
        "invoice": "The municipality does the work and invoices {formula}.",
        "rest": "What the other schemes leave is available.",
        "budget": "The budget is {budget}.",
        "reserve": "{reserve} is held back for claims.",
        "evidence": "Attached to the application: {kinds}.",
        "shown-by": "Shown by: {kinds}.",
        "together": "All schemes together",
        "decision": "Conditions of the decision",
    }
)


class NoInputs:
    """A line of nobody: every name is told by what it is called."""

    def look(self, name: str) -> FormulaValue:
        raise MissingInput(name)

    def has(self, name: str) -> bool:  # noqa: ARG002 - nobody has given anything, whatever it is called
        return False

    def seen(self, name: str) -> bool:  # noqa: ARG002 - nobody has given anything, whatever it is called
        return False


class Explanation:
    """One rule set told in one language."""

    def __init__(self, rules: RuleSet, language: str, applications: Mapping[str, ApplicationFields]) -> None:
        known = applications.get(rules.document.process, ApplicationFields())
        self.evidence = {
            kind: in_language(titles, language).lower() for kind, titles in known.attachments.items()
        }
        self.rules, self.language, self.told = rules, language, CriteriaTexts(rules, language)

    def say(self, code: str, **values: str) -> str:
        return translate(self.language, EXPLANATION_TEXTS[code], **values)

    def formula(self, of: Expression) -> str:
        """A formula with its names told by their labels."""
        return self.told.named(localized(of.shown(NoInputs()), self.language))

    def lines(self) -> Iterator[str]:
        """The whole text; a heading begins with #, an entry with a hyphen."""
        document = self.rules.document
        yield f"# {text_in_language(document.title, self.language, readable(document.name))}"
        yield self.say("adopted", title=self.rules.title, basis=document.legal_basis)
        if self.rules.deadline is not None:
            yield self.say("deadline", deadline=format_instant(self.rules.deadline, self.language))
        if document.renewal:
            yield self.say("renewal")
        if document.budget:
            yield self.say("budget", budget=localized(document.budget, self.language))
        if document.reserve:
            yield self.say("reserve", reserve=localized(document.reserve, self.language))
        yield from self.inputs()
        yield from self.conditions(self.rules.rules)
        yield from self.tables()
        yield from self.values()
        for scheme in self.rules.schemes:
            yield from self.scheme(scheme)
        yield from self.on_the_whole()
        if document.conditions:
            yield from ("", f"## {self.say('decision')}")
            yield from (f"- {text_in_language(each, self.language, '')}" for each in document.conditions)

    def on_the_whole(self) -> Iterator[str]:
        """What holds for the sum of the schemes."""
        whole, minimum = self.rules.on_the_whole, self.rules.document.minimum
        if whole.caps or whole.minimum is not None:
            yield from ("", f"## {self.say('together')}")
        for cap, most in whole.caps:
            yield self.say("cap", most=self.formula(most), text=self.told.label(cap.code))
        if whole.minimum is not None and minimum is not None:
            yield f"{self.say('minimum', amount=self.formula(whole.minimum))} {self.say(minimum.freed)}"

    def inputs(self) -> Iterator[str]:
        yield from ("", f"## {self.say('asked')}")
        for name, spec in self.rules.document.inputs.items():
            source = spec.source.partition(".")[0]
            yield f"- {self.told.label(name)} ({self.say(source)})"
        if self.rules.document.slots:
            yield from ("", f"## {self.say('slots')}")
        for name, slot in self.rules.document.slots.items():
            label = self.told.label(name)
            preview = localized(slot.preview or "", self.language)
            yield f"- {self.say('preview', label=label, preview=preview) if preview else label}"

    def conditions(self, rules: tuple[tuple[d.Rule, Expression], ...]) -> Iterator[str]:
        if rules:
            yield from ("", f"## {self.say('conditions')}")
        for rule, require in rules:
            yield self.condition(rule, require)

    def condition(self, rule: d.Rule, require: Expression) -> str:
        """What is required, what failing does, and what shows it."""
        otherwise = self.say(rule.otherwise, text=self.told.label(rule.code))
        kinds = ", ".join(self.evidence.get(kind, readable(kind)) for kind in rule.evidence)
        shown = f" {self.say('shown-by', kinds=kinds)}" if kinds else ""
        return f"- {self.formula(require)}; {otherwise}.{shown}"

    def tables(self) -> Iterator[str]:
        if self.rules.tables:
            yield from ("", f"## {self.say('tables')}")
        for name, table in self.rules.tables.items():
            yield from self.table(name, table)

    def table(self, name: str, table: CompiledTable) -> Iterator[str]:
        by = f", {self.formula(table.by)}" if table.by is not None else ""
        yield f"{readable(name)}{by}:"
        for row in table.rows:
            cells = ", ".join(
                f"{readable(column)} {self.formula(cell)}" for column, cell in row.cells.items()
            )
            holds = localized(row.label, self.language) if table.by is not None else self.formula(row.holds)
            yield f"- {self.say('row', holds=holds, cells=cells)}"
        yield f"- {self.say(table.spec.otherwise, text=self.told.reason(table.code))}."

    def values(self) -> Iterator[str]:
        if self.rules.values:
            yield from ("", f"## {self.say('values')}")
        for name, value in self.rules.values.items():
            rounded = f" ({self.rounded(value.rounding)})" if value.rounding else ""
            yield f"- {self.told.label(name)} = {self.formula(value.formula)}{rounded}"

    def rounded(self, rounding: Rounding) -> str:
        _, _, step = rounding.text.partition(" ")
        return translate(self.language, ROUNDED[rounding.mode], step=localized(step, self.language))

    def scheme(self, scheme: CompiledScheme) -> Iterator[str]:
        several = len(self.rules.schemes) > 1
        yield from ("", f"## {self.told.label(scheme.name) if several else self.say('grant')}")
        if scheme.when is not None:
            yield self.say("when", when=self.formula(scheme.when))
        if several and scheme.budget is None:
            yield self.say("rest")
        elif scheme.spec.budget and several:
            yield self.say("budget", budget=localized(scheme.spec.budget, self.language))
        for rule, require in scheme.rules:
            yield self.condition(rule, require)
        if scheme.grant is not None:
            yield self.say("formula", formula=self.formula(scheme.grant))
        for cap, most in scheme.caps:
            yield self.say("cap", most=self.formula(most), text=self.told.label(cap.code))
        for cut, when, by in scheme.reductions:
            what = self.say("demand" if cut.of == "demand" else "of-grant")
            yield self.say(
                "cut", when=self.formula(when), what=what, by=self.formula(by), text=self.told.label(cut.code)
            )
        yield from self.sharing(scheme)
        yield from self.paying(scheme)

    def sharing(self, scheme: CompiledScheme) -> Iterator[str]:
        spec = scheme.spec.allocation
        weight = self.formula(scheme.weight) if scheme.weight is not None else ""
        order = "; ".join(map(self.formula, scheme.order_by))
        yield self.say(spec.method, weight=weight, order=order)
        if spec.redistribute:
            yield self.say("redistribute")
        if spec.method == "in_order":
            yield self.say(f"partial-{spec.partial}")
        if spec.leftover == "largest_remainder":
            yield self.say("remainder")
        if scheme.line.text != CENTS.text:
            yield self.say("rounded-line", how=self.rounded(scheme.line))
        if scheme.unit_price is not None:
            yield self.say("rounded-price", how=self.rounded(scheme.unit_price))
        if scheme.factor is not None:
            yield self.say("rounded-factor", how=self.rounded(scheme.factor))
        if scheme.minimum is not None and scheme.spec.minimum is not None:
            freed = "" if spec.method == "none" else f" {self.say(scheme.spec.minimum.freed)}"
            yield f"{self.say('minimum', amount=self.formula(scheme.minimum))}{freed}"

    def paying(self, scheme: CompiledScheme) -> Iterator[str]:
        if scheme.spec.payment.when == "on_account":
            yield self.say("on_account")
        if scheme.instalments is not None:
            yield self.say("instalments", share=self.formula(scheme.instalments))
        if scheme.final is not None:
            yield self.say("final", formula=self.formula(scheme.final))
        if scheme.invoice is not None:
            yield self.say("invoice", formula=self.formula(scheme.invoice))
        kinds = [kind for kind, _ in (*self.rules.evidence, *scheme.evidence)]
        if kinds:
            yield self.say(
                "evidence",
                kinds=", ".join(self.evidence.get(kind, readable(kind)) for kind in dict.fromkeys(kinds)),
            )


def explain_criteria(rules: RuleSet, language: str, applications: Mapping[str, ApplicationFields]) -> str:
    """The document as plain text, in fi, sv or en; attachments by their titles, where its process is one of those known."""
    return "\n".join(Explanation(rules, language, applications).lines()) + "\n"
