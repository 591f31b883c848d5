"""What a page's forms choose from: the checklist, parties, lines, claims, reasons, people, processes, rounds."""

from collections.abc import Iterable, Mapping
from typing import Any

from pydantic.alias_generators import to_camel

from api.ui.forms import Choice, Field, Place, fields_of
from api.ui.language import translations
from api.ui.words import REASONS
from domain.process import Process, process, processes


def newest() -> list[Process]:
    """Each process in its newest edition."""
    return [process(name) for name in sorted({name for name, _ in processes()})]


def questions(kind: Process, language: str) -> tuple[Field, ...]:
    """A process's own questions as fields."""
    return fields_of(kind.form.model_json_schema(), language=language)


def kinds(kind: Process, language: str) -> tuple[Choice, ...]:
    """A process's kinds of attachment."""
    return tuple(Choice(each.name, each.titles[language]) for each in kind.attachments)


def people(names: Mapping[str, str] | None) -> tuple[Choice, ...]:
    return tuple(Choice(user, name) for user, name in sorted((names or {}).items(), key=lambda each: each[1]))


def of_case(case: Mapping[str, Any], names: Mapping[str, str] | None, language: str) -> Place:
    """What the commands of a case choose from."""
    kind = process(case["process"]["name"], case["process"]["edition"])
    say = translations(language).gettext
    checks = tuple(Choice(each["item"], each["title"]) for each in case["checklist"])
    return Place(
        lists={
            "checklist": checks,
            "reasons": (*checks, *(Choice(code, say(text)) for code, text in REASONS.items())),
            "parties": tuple(Choice(each["party"], "", translated=False) for each in case["parties"]),
            "claims": tuple(Choice(each["id"], each["id"]) for each in case["claims"]),
            "payments": tuple(Choice(each["id"], each["id"]) for each in reversed(case["payments"])),
            "handlers": people(names),
        },
        questions=questions(kind, language),
        kinds=kinds(kind, language),
        values={"form": {to_camel(each["name"]): each["value"] for each in case["form"]}},
    )


def of_application(kind: Process, round_: str | None, language: str) -> Place:
    """What an application is filled in from."""
    return Place(
        lists={},
        questions=questions(kind, language),
        kinds=kinds(kind, language),
        needed=frozenset(each.name for each in kind.attachments if each.required),
        values={"process": kind.name, "round": round_, "language": language},
    )


def of_decision(decision: Mapping[str, Any]) -> Place:
    """What the commands of a decision choose from."""
    return Place(
        {
            "lines": tuple(
                Choice(each["case"], f"{each['number']} {each['title']}") for each in decision["lines"]
            ),
            "claims": tuple(Choice(each["id"], each["id"]) for each in decision["claims"]),
        }
    )


def of_round(cases: Iterable[Mapping[str, Any]], key: str, heading: str) -> Place:
    """What a proposal is made from: the ready cases of a round."""
    ready = [each for each in cases if each["stage"] == "proposal"]
    return Place(
        {
            "cases": tuple(
                Choice(each["stream"].rpartition("/")[2], f"{each['number']} {each['title']}")
                for each in ready
            )
        },
        values={"round": key, "heading": heading},
    )


def of_municipality(municipality: Mapping[str, Any] | None, language: str) -> Place:
    """What rounds are opened from and criteria adopted for."""
    found = municipality or {"settings": None, "ruleSets": []}
    newest_set = found["ruleSets"][-1] if found["ruleSets"] else {}
    values: dict[str, Any] = {"settings": found["settings"] or {}}
    if newest_set:
        values["ruleSet"] = {**newest_set, "edition": newest_set["edition"] + 1}
    return Place(
        {
            "processes": tuple(Choice(each.name, each.titles[language]) for each in newest()),
        },
        values=values,
    )


def of_new_round(municipality: Mapping[str, Any], language: str) -> Place:
    """What a round is opened from."""
    rule_sets = municipality["ruleSets"]
    names = dict.fromkeys(each["name"] for each in rule_sets)
    return Place(
        {
            "ruleSets": tuple(Choice(name, name) for name in names),
            "processes": tuple(
                Choice(each.name, each.titles[language]) for each in newest() if each.has_round
            ),
        },
        values={"ruleSetEdition": rule_sets[-1]["edition"]} if rule_sets else {},
    )
