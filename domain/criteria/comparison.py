"""Two sets of criteria beside each other: what changed, in words; and what new criteria would have given a past round."""

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any

from pydantic import BaseModel, ConfigDict

from domain.criteria import document as d
from domain.criteria.calculation import calculate, evaluate_conditions
from domain.criteria.criteria_texts import CriteriaTexts
from domain.criteria.document import readable
from domain.criteria.line_evaluation import ApplicationInputs, LineOutcome
from domain.criteria.result import ZERO_EUROS, CalculationResult, LineResult
from domain.criteria.ruleset import RuleSet
from domain.texts.formats import format_money
from domain.texts.translation import texts, translate

# What changed --------------------------------------------------------------------------------------------------------

DIFFERENCE_SENTENCES = texts(
    {
        "new": "New – {what}: {said}.",
        "gone": "Gone – {what}: {said}.",
        "changed": "{what}: {was} → {now}.",
        "same": "Nothing changed that the calculation looks at.",
    }
)

PART_LABELS = texts(
    {
        "inputs": "Input",
        "slots": "Value fixed later",
        "tables": "Table",
        "values": "Calculated value",
        "eligibility": "Condition",
        "caps": "Cap",
        "reductions": "Reduction",
        "evidence": "Evidence",
        "conditions": "Condition of the decision",
        "schemes": "Scheme",
        "grant": "Formula of the grant",
        "allocation": "Sharing of the budget",
        "rounding": "Rounding",
        "minimum": "Smallest grant",
        "payment": "Payment",
        "invoice": "Invoice",
        "budget": "Budget",
        "reserve": "Reserve",
        "round": "Round",
        "adopted": "Adopted",
        "legal_basis": "Legal basis",
        "renewal": "Renewal without application",
        "when": "When it applies",
    },
    context="criteria",
)

KEY_LABELS = texts(
    (
        "formula",
        "require",
        "most",
        "when",
        "by",
        "of",
        "round",
        "method",
        "weight",
        "redistribute",
        "leftover",
        "order by",
        "partial",
        "line",
        "unit price",
        "factor",
        "amount",
        "freed",
        "instalments",
        "final",
        "rows",
        "otherwise",
        "type",
        "unit",
        "from",
        "choices",
        "default",
        "evidence",
        "year",
        "deadline",
        "on",
        "section",
        "budget",
        "is",
        "up to",
        "above",
        "below",
        "kind",
        "preview",
        "grant",
        "eligibility",
        "allocation",
        "rounding",
        "caps",
        "payment",
        "minimum",
        "invoice",
        "scheme",
    ),
    context="key",
)
"""A document's own keys as words; a key that is not here is told as it is written."""

IGNORED_KEYS = {"text", "code", "examples", "title", "name", "edition", "process"}

Pieces = dict[tuple[str, str], dict[str, str]]
"""A document piece by piece: its part and name, and each of its keys with what stands there."""


def differences(old: RuleSet, new: RuleSet, language: str) -> list[str]:
    """What changed from one document to the other, a sentence a change; texts and examples are left out."""
    before, after = pieces(old.document), pieces(new.document)
    was_told, now_told = CriteriaTexts(old, language), CriteriaTexts(new, language)
    found = []
    for piece in [*before, *(each for each in after if each not in before)]:
        part, name = piece
        was, now = before.get(piece), after.get(piece)
        label = (now_told if now is not None else was_told).label(name) if name else ""
        what = translate(language, PART_LABELS[part], context="criteria") + (f" “{label}”" if label else "")
        if was is None or now is None:
            said = ", ".join(
                f"{_key(key, language)} {value}".strip() for key, value in (was or now or {}).items()
            )
            sentence = DIFFERENCE_SENTENCES["new" if was is None else "gone"]
            found.append(translate(language, sentence, what=what, said=said))
            continue
        for key in [*was, *(each for each in now if each not in was)]:
            one, other = was.get(key), now.get(key)
            if one != other:
                path = f"{what} {_key(key, language)}".strip()
                changed = {"what": path, "was": one or "–", "now": other or "–"}
                found.append(translate(language, DIFFERENCE_SENTENCES["changed"], **changed))
    return found or [translate(language, DIFFERENCE_SENTENCES["same"])]


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
    words = map(readable, path.split())
    return " ".join(
        translate(language, each, context="key") if each in KEY_LABELS else each for each in words
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
        change = f"{sign}{format_money(abs(line.change), language)}"
        reasons = "; ".join(words.reason(code) for code in line.reasons)
        yield (
            f"{line.name}: {format_money(line.old, language)} → {format_money(line.new, language)} ({change})"
            + (f" – {reasons}" if reasons else "")
        )
