"""Checking a document: what is wrong in it and where, what looks odd, and whether its worked examples come out."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from decimal import localcontext
from typing import Any

from domain.criteria import yaml_source as source
from domain.criteria.application_fields import ApplicationFields
from domain.criteria.compiler import compile_with_findings
from domain.criteria.oddities import odd_findings
from domain.criteria.ruleset import Finding, RuleSet
from domain.criteria.units import EXACT
from domain.criteria.worked_examples import example_findings


def check_criteria(
    text: str, applications: Mapping[str, ApplicationFields]
) -> tuple[RuleSet | None, list[Finding]]:
    """The rule set, where nothing is wrong with it, and every finding in the order of the text.

    `applications` are the kinds of application that there are, by the name that a document calls its process.
    """
    rules, findings = compile_with_findings(text)
    if rules is None:
        return None, sorted(findings, key=_place)
    with localcontext(EXACT):
        errors = [*_unknown_to_the_process(rules, applications), *example_findings(rules)]
        odd = list(odd_findings(rules))
    found = sorted({*errors, *odd}, key=_place)
    return (rules if not errors else None), found


def findings_as_json(rules: RuleSet | None, findings: Sequence[Finding]) -> dict[str, Any]:
    """The answer of a check: whether the document can be adopted, what it is, and all that was found."""
    return {
        "adoptable": rules is not None,
        "name": rules.name if rules else None,
        "edition": rules.edition if rules else None,
        "sha256": rules.digest if rules else None,
        "findings": [asdict(each) for each in findings],
    }


def _place(finding: Finding) -> tuple[int, int, str]:
    return (finding.line, finding.column, finding.sentence)


def _unknown_to_the_process(
    rules: RuleSet, applications: Mapping[str, ApplicationFields]
) -> Iterator[Finding]:
    """What is taken from the application or asked as evidence, and the process does not have."""

    def wrong(path: source.KeyPath, sentence: str, mend: str = "") -> Finding:
        place = rules.tree.place(path)
        return Finding("error", place.line, place.column, sentence, mend)

    doc = rules.document
    if doc.process not in applications:
        known = ", ".join(sorted(applications))
        yield wrong(("process",), f"There is no such process; the processes are {known}.")
        return
    application = applications[doc.process]
    for name, spec in doc.inputs.items():
        where, _, field = spec.source.partition(".")
        if where == "application" and field and field not in application.fields:
            yield wrong(
                ("inputs", name, "from"),
                f"The application form has no {field}; it has {', '.join(application.fields)}.",
                "Leave out what stands behind the point, and it becomes a question of its own.",
            )
    kinds = sorted(application.attachments)
    for path, level in doc.levels():
        asked: list[tuple[source.KeyPath, str]] = [
            ((*path, "evidence", n, "kind"), each.kind) for n, each in enumerate(level.evidence)
        ]
        asked += [
            ((*path, "eligibility", n, "evidence", m), each)
            for n, rule in enumerate(level.eligibility)
            for m, each in enumerate(rule.evidence)
        ]
        for at, name in asked:
            if name not in kinds:
                yield wrong(
                    at, f"There is no kind of attachment {name}.", f"The kinds are {', '.join(kinds)}."
                )
