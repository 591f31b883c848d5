"""Between a text and the rule set that it is: what may be adopted today, and what was adopted once, read under today's rules.

Folding stores a document and never compiles it (`domain/criteria/stored.py`); decisions and views ask here.
"""

from collections.abc import Mapping, Sequence
from functools import cache, lru_cache

from domain.criteria.application_fields import ApplicationFields
from domain.criteria.checking import check_criteria
from domain.criteria.compiler import compile_rule_set
from domain.criteria.ruleset import Faulty, Finding, RuleSet
from domain.criteria.stored import StoredCriteria
from domain.criteria.units import Mistake
from domain.processes import processes
from domain.rejections import BadContent, CriteriaUnreadable


@cache
def known_applications() -> Mapping[str, ApplicationFields]:
    """What criteria may take from an application of each process, in the process's newest edition."""
    newest = {name: kind for (name, _), kind in sorted(processes().items())}
    return {
        name: ApplicationFields(
            fields=tuple(kind.form.model_fields),
            attachments={each.name: each.titles for each in kind.attachments},
        )
        for name, kind in newest.items()
    }


def check_text(text: str) -> tuple[RuleSet | None, list[Finding]]:
    """The rule set of a text, where nothing is wrong with it, and every finding in the order of the text."""
    return check_criteria(text, known_applications())


def adoptable(text: str) -> RuleSet:
    """What may be adopted today: a document without errors under today's rules, whose worked examples come out.

    These rules may be tightened or widened at any release: they bind what is adopted from then on, and nothing stored.
    Refuses with each error, its place and how to mend it.
    """
    rule_set, findings = check_text(text)
    if rule_set is None:
        raise BadContent(
            "The document has errors: mend each of them and adopt it again.",
            field="document",
            errors=_errors("document", findings),
        )
    return rule_set


def compiled(criteria: StoredCriteria, fixed: Mapping[str, str] | None = None) -> RuleSet:
    """The rule set of stored criteria under today's rules, which also read the values that were `fixed` for them.

    Refuses with what today's rules do not take, its place and what to do.
    """
    try:
        rule_set = _compiled(criteria)
    except Faulty as faulty:
        first = faulty.findings[0]
        raise CriteriaUnreadable(
            f"The criteria {criteria.title} cannot be read under today's rules (line {first.line}, column {first.column})."
            " Their text stands as it was adopted: ask for a release of this system that reads it.",
            criteria=criteria.title,
            sha256=criteria.sha256,
            errors=_errors("criteria", faulty.findings),
        ) from None
    try:
        rule_set.slots(fixed or {})
    except Mistake as mistake:
        raise CriteriaUnreadable(
            f"A value fixed for the criteria {criteria.title} cannot be read under today's rules: fix the values anew.",
            criteria=criteria.title,
            errors=[{"field": "values", "sentence": f"{mistake.sentence} {mistake.mend}".rstrip()}],
        ) from None
    return rule_set


@lru_cache(maxsize=256)
def _compiled(criteria: StoredCriteria) -> RuleSet:
    """Compiled once per SHA-256, which is what stored criteria hash to. Raises `Faulty`."""
    return compile_rule_set(criteria.text)


def _errors(field: str, findings: Sequence[Finding]) -> list[dict[str, str]]:
    return [
        {
            "field": f"{field}.{each.line}.{each.column}",
            "sentence": f"Line {each.line}, column {each.column}: {each.sentence} {each.mend}".rstrip(),
        }
        for each in findings
        if each.severity == "error"
    ]
