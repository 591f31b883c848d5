"""Two sets of criteria beside each other: what changed, in words; and what new criteria would have given a past round."""

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any

from pydantic import BaseModel, ConfigDict

from domain.criteria import document as d
from domain.criteria.calculation import calculate, evaluate_conditions
from domain.criteria.criteria_texts import CriteriaTexts, format_euros
from domain.criteria.document import readable
from domain.criteria.line_evaluation import ApplicationInputs, LineOutcome
from domain.criteria.result import ZERO_EUROS, CalculationResult, LineResult
from domain.criteria.ruleset import RuleSet

# What changed --------------------------------------------------------------------------------------------------------

DIFFERENCE_SENTENCES = {
    "fi": {"new": "Uusi – {what}: {said}.", "gone": "Poistettu – {what}: {said}.", "changed": "{what}: {was} → {now}.", "same": "Laskentaan vaikuttavia muutoksia ei ole."},
    "sv": {"new": "Nytt – {what}: {said}.", "gone": "Borttaget – {what}: {said}.", "changed": "{what}: {was} → {now}.", "same": "Inga ändringar som påverkar kalkylen."},
    "en": {"new": "New – {what}: {said}.", "gone": "Gone – {what}: {said}.", "changed": "{what}: {was} → {now}.", "same": "Nothing changed that the calculation looks at."},
}  # fmt: skip

PART_LABELS = {
    "inputs": {"fi": "Tieto", "sv": "Uppgift", "en": "Input"},
    "slots": {"fi": "Myöhemmin vahvistettava arvo", "sv": "Värde som fastställs senare", "en": "Value fixed later"},
    "tables": {"fi": "Taulukko", "sv": "Tabell", "en": "Table"},
    "values": {"fi": "Laskettu arvo", "sv": "Beräknat värde", "en": "Calculated value"},
    "eligibility": {"fi": "Ehto", "sv": "Villkor", "en": "Condition"},
    "caps": {"fi": "Enimmäismäärä", "sv": "Maximibelopp", "en": "Cap"},
    "reductions": {"fi": "Vähennys", "sv": "Avdrag", "en": "Reduction"},
    "evidence": {"fi": "Liite", "sv": "Bilaga", "en": "Evidence"},
    "conditions": {"fi": "Päätöksen ehto", "sv": "Villkor i beslutet", "en": "Condition of the decision"},
    "schemes": {"fi": "Avustuslaji", "sv": "Bidragsslag", "en": "Scheme"},
    "grant": {"fi": "Avustuksen kaava", "sv": "Bidragets formel", "en": "Formula of the grant"},
    "allocation": {"fi": "Määrärahan jako", "sv": "Fördelning av anslaget", "en": "Sharing of the budget"},
    "rounding": {"fi": "Pyöristys", "sv": "Avrundning", "en": "Rounding"},
    "minimum": {"fi": "Pienin avustus", "sv": "Minsta bidrag", "en": "Smallest grant"},
    "payment": {"fi": "Maksaminen", "sv": "Utbetalning", "en": "Payment"},
    "invoice": {"fi": "Laskutus", "sv": "Fakturering", "en": "Invoice"},
    "budget": {"fi": "Määräraha", "sv": "Anslag", "en": "Budget"},
    "reserve": {"fi": "Varaus", "sv": "Reserv", "en": "Reserve"},
    "round": {"fi": "Hakukierros", "sv": "Ansökningsomgång", "en": "Round"},
    "adopted": {"fi": "Hyväksytty", "sv": "Godkänt", "en": "Adopted"},
    "legal_basis": {"fi": "Oikeusperuste", "sv": "Rättsgrund", "en": "Legal basis"},
    "renewal": {"fi": "Jatkuminen ilman hakemusta", "sv": "Fortsättning utan ansökan", "en": "Renewal without application"},
    "when": {"fi": "Milloin sovelletaan", "sv": "När det tillämpas", "en": "When it applies"},
}  # fmt: skip

KEY_LABELS = {
    "formula": ("kaava", "formel"), "require": ("vaatimus", "krav"), "most": ("enintään", "högst"), "when": ("milloin", "när"),
    "by": ("peruste", "grund"), "of": ("kohde", "föremål"), "round": ("pyöristys", "avrundning"), "method": ("tapa", "sätt"),
    "weight": ("jakoperuste", "fördelningsgrund"), "redistribute": ("uudelleenjako", "omfördelning"), "leftover": ("jakojäännös", "rest"),
    "order_by": ("järjestys", "ordning"), "partial": ("osittain", "delvis"), "line": ("rivi", "rad"), "unit_price": ("yksikköhinta", "enhetspris"),
    "factor": ("kerroin", "koefficient"), "amount": ("määrä", "belopp"), "freed": ("vapautuva", "frigjort"), "instalments": ("maksuerät", "delbetalningar"),
    "final": ("lopputilitys", "slutredovisning"), "rows": ("rivi", "rad"), "otherwise": ("muutoin", "annars"), "type": ("tyyppi", "typ"),
    "unit": ("yksikkö", "enhet"), "from": ("lähde", "källa"), "choices": ("vaihtoehto", "alternativ"), "default": ("oletus", "standard"),
    "evidence": ("selvitys", "utredning"), "year": ("vuosi", "år"), "deadline": ("määräaika", "tidsfrist"), "on": ("päivä", "dag"),
    "section": ("pykälä", "paragraf"), "budget": ("määräraha", "anslag"), "is": ("arvo", "värde"), "up_to": ("enintään", "högst"),
    "above": ("yli", "över"), "below": ("alle", "under"), "kind": ("laji", "slag"), "preview": ("ennakko", "förhand"), "grant": ("avustus", "bidrag"),
    "eligibility": ("ehto", "villkor"), "allocation": ("jako", "fördelning"), "rounding": ("pyöristys", "avrundning"), "caps": ("enimmäismäärä", "maximibelopp"),
    "payment": ("maksaminen", "utbetalning"), "minimum": ("pienin", "minsta"), "invoice": ("laskutus", "fakturering"), "scheme": ("laji", "slag"),
}  # fmt: skip
"""A document's own keys, in Finnish and Swedish; a key that is not here is told as it is written."""

IGNORED_KEYS = {"text", "code", "examples", "title", "name", "edition", "process"}

Pieces = dict[tuple[str, str], dict[str, str]]
"""A document piece by piece: its part and name, and each of its keys with what stands there."""


def differences(old: RuleSet, new: RuleSet, language: str) -> list[str]:
    """What changed from one document to the other, a sentence a change; texts and examples are left out."""
    words, before, after = DIFFERENCE_SENTENCES[language], pieces(old.document), pieces(new.document)
    was_told, now_told = CriteriaTexts(old, language), CriteriaTexts(new, language)
    found = []
    for piece in [*before, *(each for each in after if each not in before)]:
        part, name = piece
        was, now = before.get(piece), after.get(piece)
        label = (now_told if now is not None else was_told).label(name) if name else ""
        what = f"{PART_LABELS[part][language]} “{label}”" if label else PART_LABELS[part][language]
        if was is None or now is None:
            said = ", ".join(
                f"{_key(key, language)} {value}".strip() for key, value in (was or now or {}).items()
            )
            found.append(words["new" if was is None else "gone"].format(what=what, said=said))
            continue
        for key in [*was, *(each for each in now if each not in was)]:
            one, other = was.get(key), now.get(key)
            if one != other:
                path = f"{what} {_key(key, language)}".strip()
                found.append(words["changed"].format(what=path, was=one or "–", now=other or "–"))
    return found or [words["same"]]


def pieces(document: d.Document) -> Pieces:
    """What a document says, piece by piece, each value in one spelling."""
    said = document.model_dump(mode="json", by_alias=True, exclude_defaults=True)
    found: Pieces = {}
    for part, value in said.items():
        if part in IGNORED_KEYS:
            continue
        if isinstance(value, dict) and part in ("inputs", "slots", "tables", "values", "schemes"):
            found |= {(part, name): dict(_leaves(each)) for name, each in value.items()}
        elif isinstance(value, list):
            found |= {(part, _named(each)): dict(_leaves(each)) for each in value}
        else:
            found[(part, "")] = dict(_leaves(value))
    return found


def _named(each: Any) -> str:
    return str(each.get("code") or each.get("kind") or each.get("fi") or next(iter(each.values()), ""))


def _leaves(value: Any, path: str = "") -> Iterator[tuple[str, str]]:
    match value:
        case dict():
            for key, each in value.items():
                if key not in IGNORED_KEYS:
                    yield from _leaves(each, f"{path} {key}".strip())
        case list():
            for n, each in enumerate(value, 1):
                yield from _leaves(each, f"{path} {n}" if len(value) > 1 or path == "rows" else path)
        case bool():
            yield path, "yes" if value else "no"
        case _:
            yield path, str(value)


def _key(path: str, language: str) -> str:
    at = {"fi": 0, "sv": 1}.get(language)
    return " ".join(
        readable(key) if at is None or key not in KEY_LABELS else KEY_LABELS[key][at] for key in path.split()
    )


# What if -------------------------------------------------------------------------------------------------------------


class LineComparison(BaseModel):
    """One line under the old criteria and under the new."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    case: str
    name: str
    group: str
    """The class that the round's totals are given by."""
    old_outcome: LineOutcome | None
    old: Decimal
    new_outcome: LineOutcome
    new: Decimal
    reasons: tuple[str, ...]
    missing: tuple[str, ...]
    """Inputs that the new criteria ask and the old round never asked."""

    @property
    def change(self) -> Decimal:
        """What the line wins; below nought, what it loses."""
        return self.new - self.old

    @property
    def verdict(self) -> str:
        """winner, loser, same, newly-eligible, newly-rejected or unknown."""
        if self.new_outcome in ("manual", "incomplete"):
            return "unknown"
        if self.new_outcome == "granted" and self.old_outcome not in ("granted", None):
            return "newly-eligible"
        if self.new_outcome == "rejected" and self.old_outcome == "granted":
            return "newly-rejected"
        return "winner" if self.change > 0 else "loser" if self.change < 0 else "same"


class WhatIf(BaseModel):
    """A past round under new criteria; nothing of it is decided."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    criteria: str
    budget: Decimal | None
    old_total: Decimal
    result: CalculationResult
    lines: tuple[LineComparison, ...]

    @property
    def never_asked(self) -> dict[str, int]:
        """Inputs that the old round never asked, with how many lines lack them."""
        found: dict[str, int] = {}
        for line in self.lines:
            for name in line.missing:
                found[name] = found.get(name, 0) + 1
        return found

    def by_group(self) -> dict[str, tuple[int, Decimal, Decimal]]:
        """Lines, old and new totals by class."""
        found: dict[str, tuple[int, Decimal, Decimal]] = {}
        for line in self.lines:
            n, old, new = found.get(line.group, (0, ZERO_EUROS, ZERO_EUROS))
            found[line.group] = (n + 1, old + line.old, new + line.new)
        return dict(sorted(found.items()))

    def counts(self) -> dict[str, int]:
        """How many won, lost, stayed, became eligible or were rejected."""
        verdicts = [line.verdict for line in self.lines]
        return {
            each: verdicts.count(each)
            for each in ("winner", "loser", "same", "newly-eligible", "newly-rejected", "unknown")
        }


class PastLine(BaseModel):
    """A line of a past round: what the new criteria can know of it, and what it got then."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    demand: ApplicationInputs
    name: str
    barred: tuple[str, ...] = ()
    """Reasons to reject that no criteria change: it came late, a check failed."""
    outcome: LineOutcome | None
    amount: Decimal


def compare_past_round(
    rules: RuleSet, budget: Decimal | None, past: Sequence[PastLine], slots: Mapping[str, str]
) -> WhatIf:
    """New criteria on a past round's inputs. Raises `Unsharable` and `Mistake` as a calculation does."""
    demands = [each.demand for each in past if not each.barred]
    result = calculate(rules, budget, demands, {**rules.previews, **slots})
    lines: dict[str, LineResult] = {line.case: line for line in result.lines}
    for each in past:
        if each.barred:
            lines[each.demand.case] = LineResult(
                case=each.demand.case, outcome="rejected", amount=ZERO_EUROS, reasons=each.barred
            )
    compared = tuple(
        LineComparison(
            case=each.demand.case,
            name=each.name,
            group=_group(lines[each.demand.case]),
            old_outcome=each.outcome,
            old=each.amount,
            new_outcome=lines[each.demand.case].outcome,
            new=lines[each.demand.case].amount,
            reasons=lines[each.demand.case].reasons,
            missing=() if each.barred else _never_asked(rules, each.demand),
        )
        for each in past
    )
    old_total = sum((each.amount for each in past), ZERO_EUROS)
    return WhatIf(criteria=rules.title, budget=budget, old_total=old_total, result=result, lines=compared)


def _never_asked(rules: RuleSet, demand: ApplicationInputs) -> tuple[str, ...]:
    """What the criteria look for and nobody has given: every such input, whatever else the line lacks."""
    judged = evaluate_conditions(rules, demand, rules.previews)
    missing = {
        f"{beginning}-{name.replace('_', '-')}": name
        for name in rules.document.inputs
        for beginning in ("missing", "ask")
    }
    return tuple(
        dict.fromkeys(missing[code] for code in (*judged.incomplete, *judged.manual) if code in missing)
    )


def _group(line: LineResult) -> str:
    """The rows of tables that were chosen, or the schemes; one group where there are neither."""
    rows = [step.value for step in line.trace if step.code == "row"]
    return ", ".join(rows) or ", ".join(line.parts) or "–"


def comparison_sentences(found: WhatIf, rules: RuleSet, language: str) -> Iterator[str]:
    """The comparison as sentences."""
    words = CriteriaTexts(rules, language)
    for line in found.lines:
        sign = "+" if line.change > 0 else "−" if line.change < 0 else "±"
        change = f"{sign}{format_euros(abs(line.change), language)}"
        reasons = "; ".join(words.reason(code) for code in line.reasons)
        yield (
            f"{line.name}: {format_euros(line.old, language)} → {format_euros(line.new, language)} ({change})"
            + (f" – {reasons}" if reasons else "")
        )
