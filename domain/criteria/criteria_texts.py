"""A calculation in words: the outcome, its reasons, and every step of its trace.

The document's own texts name its inputs, values and reasons; the sentences around them stand here. A step's numbers are
stored in one spelling and told with decimal commas: `0.51 km × 690 €/km` is 0,51 km × 690 €/km.
"""

import re
from collections.abc import Iterable, Iterator

from domain.criteria.document import readable, text_in_language
from domain.criteria.line_evaluation import TraceStep
from domain.criteria.result import CalculationResult, LineResult
from domain.criteria.ruleset import RuleSet
from domain.criteria.units import NBSP
from domain.texts.formats import format_money, spell_day, spell_money, spell_number
from domain.texts.translation import texts, translate

STEP_SENTENCES = texts(
    {
        "input": "{label}: {value}",
        "slot": "{label}: {value}",
        "row": "Row of the table: {sum}",
        "value": "{label}: {sum}",
        "weight": "Share of the budget by: {sum}",
        "demand": "Grant before the budget is shared: {sum}",
        "cap": "{label}: at most {sum}",
        "unreadable": "{label}: “{value}” cannot be read: {formula}",
        "capped": "{label} limits the grant: {value}",
        "met": "The condition is met: {formula}",
        "unmet": "{label} (the condition does not hold: {formula})",
        "accepted": "Met in a person's judgement: {formula}",
        "applies": "{label}: {formula} holds",
        "reduction": "{label}: {sum}",
        "budget": "Budget: {value}",
        "reserve": "Held back for claims: {value}",
        "available": "To be shared: {value}",
        "total-weight": "Together ({formula}): {value}",
        "total-demand": "Grants before sharing, together ({formula}): {value}",
        "factor": "Factor: {sum}",
        "exact-price": "Exact unit price: {sum}",
        "unit-price": "Unit price: {value}",
        "ceilings": "The ceiling limits {value} applications; the rest of the budget is shared among the others",
        "share": "Share for a unit of it: {sum}",
        "ceiling": "The ceiling limits ({formula}): {value}",
        "grant": "Grant: {sum}",
        "remainder": "Of it from what rounding left: {value}",
        "taken-back": "Taken off so that the budget is not exceeded: {value}",
        "together": "Together: {sum}",
        "invoice": "The municipality does the work and invoices: {sum}",
        "final": "Final grant: {sum}",
    }
)

REASON_SENTENCES = texts(
    {
        "late": "The application arrived after the deadline",
        "below-minimum": "The grant would be below the smallest that is granted",
        "nothing-to-grant": "The calculation gives no grant",
        "budget-used": "The budget is not enough for this application",
        "not-countable": "It cannot be calculated with these values: a person decides",
        "no-scheme": "No kind of grant applies: a person decides",
        "unreadable-input": "A value cannot be read",
        "missing-": "Missing: {label}",
        "ask-": "Still to be judged by a person: {label}",
        "not-fixed-": "Still to be fixed by the board: {label}",
        "unreadable-": "Cannot be read: {label}",
        "no-row-": "No row applies: {label}",
    }
)

OUTCOME_SENTENCES = texts(
    {
        "granted": "granted {amount}",
        "rejected": "rejected: {reasons}",
        "manual": "for a person to decide: {reasons}",
        "incomplete": "to be completed: {reasons}",
    }
)

BUILT_IN_LABELS = texts(
    {
        "arrived": "Arrived",
        "round_year": "Year of the round",
        "grant": "Grant",
        "paid": "Paid",
    },
    context="criteria",
)

OF_THE_SHARING = {"available", "total-weight", "total-demand", "factor", "exact-price", "unit-price", "ceilings", "share", "grant", "final"}  # fmt: skip
"""Steps that a scheme has of its own; where there are several, they say whose they are."""

TOTALS = texts("Together {total}, unallocated {left}")

ROUNDED = texts(
    {
        "down": "rounded down to {step}",
        "up": "rounded up to {step}",
        "half_up": "to the nearest {step}",
        "half_even": "to the nearest even {step}",
    }
)

FORMULA_WORDS = texts(
    (
        "and",
        "or",
        "not",
        "in",
        "yes",
        "no",
        "default",
        "years",
        "days",
        "year",
        "given",
        "if",
        "then",
        "else",
        "min",
        "max",
        "round",
        "floor",
        "ceil",
        "abs",
    ),
    context="formula",
)

NUMBERS = re.compile(r"(?<![\w.])(\d{4})-(\d{2})-(\d{2})|(?<![\w.])(\d+)(\.\d+)?(?![\w.])( €)?")
AMOUNT = re.compile(r" ?(?:€|%|k?m\b)")
YEAR = len("2026")
"""A bare number of four digits may be a year, and stands without a space."""


def localized(text: str, language: str) -> str:
    """A formula or a value as people write it: decimal marks, days, money, no-break spaces before units, small words."""

    def number(found: re.Match[str]) -> str:
        if found[1]:
            return spell_day(int(found[3]), int(found[2]), int(found[1]), language)
        whole, decimals, is_money = found[4], found[5] or "", found[6]
        if len(whole) > YEAR or decimals or is_money or AMOUNT.match(found.string, found.end()):
            whole = f"{int(whole):,}"
        spelt = spell_number(whole + decimals, language)
        return spell_money(spelt, language) if is_money else spelt

    text = re.sub(rf"(?<=\d)[ {NBSP}](?=\d{{3}}(?!\d))", "", text.replace(", ", "; "))
    text = NUMBERS.sub(number, text)
    text = re.sub(r"\b[a-z]+\b", lambda found: formula_word(found[0], language), text)
    return re.sub(r"(?<=\d) (?=[€%]|k?m\b)", NBSP, text)


def formula_word(word: str, language: str) -> str:
    """A small word of formulas; any other stands as it is."""
    return translate(language, word, context="formula") if word in FORMULA_WORDS else word


def says_only_its_value(formula: str, value: str) -> bool:
    """Whether a formula says no more than its value: 16 000 € is 16 000,00 €."""
    plain = [re.sub(r"[.,]00\b", "", each).strip() for each in (formula, value)]
    return plain[0] == plain[1]


class CriteriaTexts:
    """The words of one rule set in one language."""

    def __init__(self, rules: RuleSet, language: str) -> None:
        self.language, self.texts = language, rules.texts()
        self.several = len(rules.schemes) > 1

    def label(self, name: str) -> str:
        """What the document calls an input, a value or a reason; else its name as words."""
        built_in = BUILT_IN_LABELS.get(name)
        otherwise = translate(self.language, built_in, context="criteria") if built_in else readable(name)
        return text_in_language(self.texts.get(name, {}), self.language, otherwise)

    def reason(self, code: str) -> str:
        """The reason's own text, or the built-in one."""
        if code in self.texts:
            return self.label(code)
        if code in REASON_SENTENCES:
            return translate(self.language, REASON_SENTENCES[code])
        for beginning, sentence in REASON_SENTENCES.items():
            if beginning.endswith("-") and code.startswith(beginning):
                about = code.removeprefix(beginning)
                return translate(self.language, sentence, label=self.label(about.replace("-", "_")))
        return readable(code)

    def outcome(self, line: LineResult) -> str:
        """The line's outcome with its amount or its reasons."""
        reasons = "; ".join(self.reason(code) for code in line.reasons)
        amount = format_money(line.amount, self.language)
        return translate(self.language, OUTCOME_SENTENCES[line.outcome], amount=amount, reasons=reasons)

    def totals(self, result: CalculationResult) -> str:
        return translate(
            self.language,
            TOTALS,
            total=format_money(result.total, self.language),
            left=format_money(result.unallocated, self.language),
        )

    def trace(self, steps: Iterable[TraceStep], *, sources: bool = True) -> Iterator[str]:
        """A sentence a step, those left out that say nothing of their own; with where an input came from, or without."""
        for step in steps:
            if sentence := self.step(step):
                yield sentence + (self.source(step) if sources else "")

    def step(self, step: TraceStep) -> str:
        """One step as a sentence; nothing where there is nothing to say."""
        holds = step.value == "yes"
        code = step.code
        if code == "rule":
            code = "met" if holds else "unmet"
        elif code == "reduction-test":
            if not holds:
                return ""
            code = "applies"
        words = STEP_SENTENCES.get(code)
        if words is None:
            return ""
        value = localized(f"{step.value} {step.unit}".rstrip(), self.language)
        formula = self.named(localized(step.formula, self.language))
        if step.code in ("row", "cap") and says_only_its_value(formula, value):
            formula = ""
        text = translate(
            self.language,
            words,
            label=self.reason(step.name)
            if step.code in ("rule", "cap", "capped", "reduction", "reduction-test")
            else self.label(step.name),
            value=value,
            formula=formula or value,
            sum=f"{formula} = {value}" if formula and not says_only_its_value(formula, value) else value,
        )
        whose = f"{self.label(step.name)}: " if self.several and step.code in OF_THE_SHARING else ""
        return f"{whose}{text}{self.rounded(step)}"

    def named(self, formula: str) -> str:
        """Names in «» told by their labels."""
        return re.sub(r"«([^»]+)»", lambda found: f"“{self.label(found[1])}”", formula)

    def rounded(self, step: TraceStep) -> str:
        mode, _, size = step.rounding.partition(" ")
        if not mode or step.rounding == "half_up 0.01 €":
            return ""
        return f" ({translate(self.language, ROUNDED[mode], step=localized(size, self.language))})"

    def source(self, step: TraceStep) -> str:
        if step.code not in ("input", "slot") or step.source in ("criteria", ""):
            return ""
        return f" [{formula_word(step.source, self.language)}]"
