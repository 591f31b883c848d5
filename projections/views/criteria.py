"""Criteria as pages show them: told by their rule set, or the text alone where today's rules cannot read it."""

from collections.abc import Mapping
from typing import Any

from domain.adopted_criteria import compiled
from domain.criteria.criteria_texts import CriteriaTexts
from domain.criteria.document import Input
from domain.criteria.ruleset import RuleSet, unit_of
from domain.criteria.stored import StoredCriteria
from domain.rejections import CriteriaUnreadable


def readable_rules(criteria: StoredCriteria | None) -> tuple[RuleSet | None, str | None]:
    """The rule set, or the sentence that says why there is none; neither where a case has no criteria."""
    if criteria is None:
        return None, None
    try:
        return compiled(criteria), None
    except CriteriaUnreadable as unreadable:
        return None, unreadable.sentence


def criteria_view(criteria: StoredCriteria) -> dict[str, Any]:
    """Criteria as they were adopted: the text and its SHA-256, and, where it can be read, what it says."""
    rules, unreadable = readable_rules(criteria)
    document = rules.document if rules else None
    return {
        "name": criteria.name,
        "edition": criteria.edition,
        "title": criteria.title,
        "process": criteria.process,
        "adopted_by": document.adopted.by if document else None,
        "adopted_on": document.adopted.on if document else None,
        "section": document.adopted.section if document else None,
        "legal_basis": document.legal_basis if document else None,
        "conditions": [dict(each) for each in document.conditions] if document else [],
        "slots": list(document.slots) if document else [],
        "renewal": document.renewal if document else False,
        "sha256": criteria.sha256,
        "document": criteria.text,
        "unreadable": unreadable,
    }


def question_view(inputs: Mapping[str, Input], told: CriteriaTexts) -> list[dict[str, Any]]:
    """Questions of the criteria as a form puts them."""
    return [
        {
            "name": name,
            "title": told.label(name),
            "type": spec.type,
            "unit": unit_of(spec),
            "choices": list(spec.choices),
            "source": spec.source,
        }
        for name, spec in inputs.items()
    ]
