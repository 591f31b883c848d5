"""A calculation in words, in fi, sv and en: the outcome, its reasons, and every step of its trace.

The document's own texts name its inputs, values and reasons; the sentences around them stand here. A step's numbers are
stored in one spelling and told with decimal commas: `0.51 km × 690 €/km` is 0,51 km × 690 €/km.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal

from domain.criteria.document import readable, text_in_language
from domain.criteria.line_evaluation import TraceStep
from domain.criteria.result import CalculationResult, LineResult
from domain.criteria.ruleset import RuleSet
from domain.criteria.units import NBSP

TextTable = Mapping[str, Mapping[str, str]]

STEP_SENTENCES: TextTable = {
    "input": {"fi": "{label}: {value}", "sv": "{label}: {value}", "en": "{label}: {value}"},
    "slot": {"fi": "{label}: {value}", "sv": "{label}: {value}", "en": "{label}: {value}"},
    "row": {"fi": "Taulukon rivi: {sum}", "sv": "Tabellens rad: {sum}", "en": "Row of the table: {sum}"},
    "value": {"fi": "{label}: {sum}", "sv": "{label}: {sum}", "en": "{label}: {sum}"},
    "weight": {"fi": "Jakoperuste: {sum}", "sv": "Fördelningsgrund: {sum}", "en": "Share of the budget by: {sum}"},
    "demand": {"fi": "Avustus ennen määrärahan jakoa: {sum}", "sv": "Bidrag före fördelningen av anslaget: {sum}", "en": "Grant before the budget is shared: {sum}"},
    "cap": {"fi": "{label}: enintään {sum}", "sv": "{label}: högst {sum}", "en": "{label}: at most {sum}"},
    "unreadable": {"fi": "{label}: “{value}” ei ole luettavissa: {formula}", "sv": "{label}: “{value}” kan inte läsas: {formula}", "en": "{label}: “{value}” cannot be read: {formula}"},
    "capped": {"fi": "{label} rajaa avustuksen: {value}", "sv": "{label} begränsar bidraget: {value}", "en": "{label} limits the grant: {value}"},
    "met": {"fi": "Ehto täyttyy: {formula}", "sv": "Villkoret uppfylls: {formula}", "en": "The condition is met: {formula}"},
    "unmet": {"fi": "{label} (ehto ei täyty: {formula})", "sv": "{label} (villkoret uppfylls inte: {formula})", "en": "{label} (the condition does not hold: {formula})"},
    "accepted": {"fi": "Käsittelijän harkinnan mukaan täyttyy: {formula}", "sv": "Uppfylls enligt handläggarens prövning: {formula}", "en": "Met in a person's judgement: {formula}"},
    "applies": {"fi": "{label}: {formula} täyttyy", "sv": "{label}: {formula} uppfylls", "en": "{label}: {formula} holds"},
    "reduction": {"fi": "{label}: {sum}", "sv": "{label}: {sum}", "en": "{label}: {sum}"},
    "budget": {"fi": "Määräraha: {value}", "sv": "Anslag: {value}", "en": "Budget: {value}"},
    "reserve": {"fi": "Varataan oikaisuvaatimuksia varten: {value}", "sv": "Reserveras för omprövningar: {value}", "en": "Held back for claims: {value}"},
    "available": {"fi": "Jaettavana: {value}", "sv": "Att fördela: {value}", "en": "To be shared: {value}"},
    "total-weight": {"fi": "Jakoperuste yhteensä ({formula}): {value}", "sv": "Fördelningsgrund sammanlagt ({formula}): {value}", "en": "Together ({formula}): {value}"},
    "total-demand": {"fi": "Avustukset ennen jakoa yhteensä ({formula}): {value}", "sv": "Bidrag före fördelningen sammanlagt ({formula}): {value}", "en": "Grants before sharing, together ({formula}): {value}"},
    "factor": {"fi": "Jakokerroin: {sum}", "sv": "Fördelningskoefficient: {sum}", "en": "Factor: {sum}"},
    "exact-price": {"fi": "Tarkka yksikköhinta: {sum}", "sv": "Exakt enhetspris: {sum}", "en": "Exact unit price: {sum}"},
    "unit-price": {"fi": "Yksikköhinta: {value}", "sv": "Enhetspris: {value}", "en": "Unit price: {value}"},
    "ceilings": {"fi": "Enimmäismäärä rajaa {value} hakemusta; loput määrärahasta jaetaan muille", "sv": "Maximibeloppet begränsar {value} ansökningar; resten av anslaget fördelas på de övriga", "en": "The ceiling limits {value} applications; the rest of the budget is shared among the others"},
    "share": {"fi": "Osuus jakoperusteen yksikköä kohti: {sum}", "sv": "Andel per enhet av fördelningsgrunden: {sum}", "en": "Share for a unit of it: {sum}"},
    "ceiling": {"fi": "Enimmäismäärä rajaa ({formula}): {value}", "sv": "Maximibeloppet begränsar ({formula}): {value}", "en": "The ceiling limits ({formula}): {value}"},
    "grant": {"fi": "Avustus: {sum}", "sv": "Bidrag: {sum}", "en": "Grant: {sum}"},
    "remainder": {"fi": "Josta pyöristyksen jakojäännöksestä: {value}", "sv": "Varav av avrundningens rest: {value}", "en": "Of it from what rounding left: {value}"},
    "taken-back": {"fi": "Josta vähennetty, jotta määräraha ei ylity: {value}", "sv": "Avdrag för att anslaget inte ska överskridas: {value}", "en": "Taken off so that the budget is not exceeded: {value}"},
    "together": {"fi": "Yhteensä: {sum}", "sv": "Sammanlagt: {sum}", "en": "Together: {sum}"},
    "invoice": {"fi": "Kunta tekee työn ja laskuttaa: {sum}", "sv": "Kommunen utför arbetet och fakturerar: {sum}", "en": "The municipality does the work and invoices: {sum}"},
    "final": {"fi": "Lopullinen avustus: {sum}", "sv": "Slutligt bidrag: {sum}", "en": "Final grant: {sum}"},
}  # fmt: skip

REASON_SENTENCES: TextTable = {
    "late": {"fi": "Hakemus saapui määräajan jälkeen", "sv": "Ansökan kom in efter tidsfristen", "en": "The application arrived after the deadline"},
    "below-minimum": {"fi": "Avustus jäisi alle pienimmän myönnettävän määrän", "sv": "Bidraget skulle bli mindre än det minsta som beviljas", "en": "The grant would be below the smallest that is granted"},
    "nothing-to-grant": {"fi": "Laskelma ei anna avustusta", "sv": "Kalkylen ger inget bidrag", "en": "The calculation gives no grant"},
    "budget-used": {"fi": "Määräraha ei riitä tälle hakemukselle", "sv": "Anslaget räcker inte till denna ansökan", "en": "The budget is not enough for this application"},
    "not-countable": {"fi": "Laskelmaa ei voi tehdä näillä tiedoilla: käsittelijä ratkaisee", "sv": "Kalkylen kan inte göras med dessa uppgifter: en handläggare avgör", "en": "It cannot be calculated with these values: a person decides"},
    "no-scheme": {"fi": "Mikään avustuslaji ei sovellu: käsittelijä ratkaisee", "sv": "Inget bidragsslag är tillämpligt: en handläggare avgör", "en": "No kind of grant applies: a person decides"},
    "unreadable-input": {"fi": "Jotakin tietoa ei voi lukea", "sv": "Någon uppgift kan inte läsas", "en": "A value cannot be read"},
    "missing-": {"fi": "Tieto puuttuu: {label}", "sv": "Uppgift saknas: {label}", "en": "Missing: {label}"},
    "ask-": {"fi": "Käsittelijä arvioi vielä: {label}", "sv": "En handläggare bedömer ännu: {label}", "en": "Still to be judged by a person: {label}"},
    "not-fixed-": {"fi": "Toimielin vahvistaa vielä: {label}", "sv": "Organet fastställer ännu: {label}", "en": "Still to be fixed by the board: {label}"},
    "unreadable-": {"fi": "Tietoa ei voi lukea: {label}", "sv": "Uppgiften kan inte läsas: {label}", "en": "Cannot be read: {label}"},
    "no-row-": {"fi": "Mikään rivi ei sovellu: {label}", "sv": "Ingen rad är tillämplig: {label}", "en": "No row applies: {label}"},
}  # fmt: skip

OUTCOME_SENTENCES: TextTable = {
    "granted": {"fi": "myönnetään {amount}", "sv": "beviljas {amount}", "en": "granted {amount}"},
    "rejected": {"fi": "hylätään: {reasons}", "sv": "avslås: {reasons}", "en": "rejected: {reasons}"},
    "manual": {"fi": "käsittelijä ratkaisee: {reasons}", "sv": "en handläggare avgör: {reasons}", "en": "for a person to decide: {reasons}"},
    "incomplete": {"fi": "täydennettävä: {reasons}", "sv": "ska kompletteras: {reasons}", "en": "to be completed: {reasons}"},
}  # fmt: skip

BUILT_IN_LABELS: TextTable = {
    "arrived": {"fi": "Saapunut", "sv": "Inkommen", "en": "Arrived"},
    "round_year": {"fi": "Hakukierroksen vuosi", "sv": "Ansökningsomgångens år", "en": "Year of the round"},
    "grant": {"fi": "Avustus", "sv": "Bidrag", "en": "Grant"},
    "paid": {"fi": "Maksettu", "sv": "Utbetalt", "en": "Paid"},
}  # fmt: skip

OF_THE_SHARING = {"available", "total-weight", "total-demand", "factor", "exact-price", "unit-price", "ceilings", "share", "grant", "final"}  # fmt: skip
"""Steps that a scheme has of its own; where there are several, they say whose they are."""

TOTALS = {
    "fi": "Yhteensä {total}, jakamatta {left}",
    "sv": "Sammanlagt {total}, ofördelat {left}",
    "en": "Together {total}, unallocated {left}",
}

ROUNDED: TextTable = {
    "down": {"fi": "alaspäin, tarkkuus {step}", "sv": "nedåt till {step}", "en": "rounded down to {step}"},
    "up": {"fi": "ylöspäin, tarkkuus {step}", "sv": "uppåt till {step}", "en": "rounded up to {step}"},
    "half_up": {"fi": "lähimpään, tarkkuus {step}", "sv": "till närmaste {step}", "en": "to the nearest {step}"},
    "half_even": {"fi": "lähimpään parilliseen, tarkkuus {step}", "sv": "till närmaste jämna {step}", "en": "to the nearest even {step}"},
}  # fmt: skip

FORMULA_WORDS = {
    "fi": {"and": "ja", "or": "tai", "not": "ei", "in": "jokin näistä:", "yes": "kyllä", "no": "ei", "default": "oletus", "years": "vuosia", "days": "päiviä", "year": "vuosi", "given": "tiedossa", "if": "jos", "then": "niin", "else": "muutoin", "min": "pienin", "max": "suurin", "round": "lähimpään", "floor": "alaspäin", "ceil": "ylöspäin", "abs": "itseisarvo"},
    "sv": {"and": "och", "or": "eller", "not": "inte", "in": "någon av", "yes": "ja", "no": "nej", "default": "standard", "years": "år", "days": "dagar", "year": "år", "given": "känd", "if": "om", "then": "så", "else": "annars", "min": "minsta", "max": "största", "round": "till närmaste", "floor": "nedåt", "ceil": "uppåt", "abs": "absolutbelopp"},
    "en": {},
}  # fmt: skip

NUMBERS = re.compile(r"(?<![\w.])(\d{4})-(\d{2})-(\d{2})|(?<![\w.])(\d+)(\.\d+)?(?![\w.])")


AMOUNT = re.compile(r" ?(?:€|%|k?m\b)")
YEAR = len("2026")
"""A bare number of four digits may be a year, and stands without a space."""


def localized(text: str, language: str) -> str:
    """A formula or a value as people write it: decimal commas, days, no-break spaces before units, small words."""

    def number(found: re.Match[str]) -> str:
        if found[1]:
            return f"{int(found[3])}.{int(found[2])}.{found[1]}"
        grouped = len(found[4]) > YEAR or found[5] or AMOUNT.match(found.string, found.end())
        whole = f"{int(found[4]):,}".replace(",", NBSP) if grouped else found[4]
        return whole + (found[5] or "").replace(".", ",")

    text = re.sub(rf"(?<=\d)[ {NBSP}](?=\d{{3}}(?!\d))", "", text.replace(", ", "; "))
    text = NUMBERS.sub(number, text)
    words = FORMULA_WORDS[language]
    text = re.sub(r"\b[a-z]+\b", lambda found: words.get(found[0], found[0]), text)
    return re.sub(r"(?<=\d) (?=[€%]|k?m\b)", NBSP, text)


def format_euros(amount: Decimal, language: str) -> str:
    """3 802,41 €"""
    return localized(f"{amount:.2f} €", language)


def says_only_its_value(formula: str, value: str) -> bool:
    """Whether a formula says no more than its value: 16 000 € is 16 000,00 €."""
    plain = [each.replace(",00", "").strip() for each in (formula, value)]
    return plain[0] == plain[1]


class CriteriaTexts:
    """The words of one rule set in one language."""

    def __init__(self, rules: RuleSet, language: str) -> None:
        self.language, self.texts = language, rules.texts()
        self.several = len(rules.schemes) > 1

    def label(self, name: str) -> str:
        """What the document calls an input, a value or a reason; else its name as words."""
        built_in = BUILT_IN_LABELS.get(name, {}).get(self.language)
        return text_in_language(self.texts.get(name, {}), self.language, built_in or readable(name))

    def reason(self, code: str) -> str:
        """The reason's own text, or the built-in one."""
        if code in self.texts:
            return self.label(code)
        if code in REASON_SENTENCES:
            return REASON_SENTENCES[code][self.language]
        for beginning, texts in REASON_SENTENCES.items():
            if beginning.endswith("-") and code.startswith(beginning):
                about = code.removeprefix(beginning)
                return texts[self.language].format(label=self.label(about.replace("-", "_")))
        return readable(code)

    def outcome(self, line: LineResult) -> str:
        """The line's outcome with its amount or its reasons."""
        reasons = "; ".join(self.reason(code) for code in line.reasons)
        return OUTCOME_SENTENCES[line.outcome][self.language].format(
            amount=format_euros(line.amount, self.language), reasons=reasons
        )

    def totals(self, result: CalculationResult) -> str:
        return TOTALS[self.language].format(
            total=format_euros(result.total, self.language),
            left=format_euros(result.unallocated, self.language),
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
        text = words[self.language].format(
            label=self.reason(step.name)
            if step.code in ("rule", "cap", "capped", "reduction", "reduction-test")
            else self.label(step.name),
            code=readable(step.name),
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
        return f" ({ROUNDED[mode][self.language].format(step=localized(size, self.language))})"

    def source(self, step: TraceStep) -> str:
        if step.code not in ("input", "slot") or step.source in ("criteria", ""):
            return ""
        return f" [{FORMULA_WORDS[self.language].get(step.source, step.source)}]"
