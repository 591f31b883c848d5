"""What a page's forms choose from: the checklist, parties, lines, claims, reasons, questions, people, processes, rounds."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import Any

from pydantic.alias_generators import to_camel

from api.ui.code_texts import REASON_TEXTS
from api.ui.forms import Choice, Field, FieldKind, FormContext, fields_of
from domain.process import Process
from domain.processes import process, processes
from domain.texts.translation import in_language, translate

CriteriaQuestions = Sequence[Mapping[str, Any]]
"""Questions of the criteria, as the API tells them."""

BY_TYPE: Mapping[str, FieldKind] = {
    "money": "decimal",
    "length": "decimal",
    "count": "integer",
    "number": "decimal",
    "percent": "decimal",
    "yes_no": "choice",
    "date": "date",
    "moment": "instant",
}
HEADING_LENGTH = 200
"""Characters of a decision's heading at most."""
YES_OR_NO = (Choice("yes", "", translated=False), Choice("no", "", translated=False))


def newest_processes() -> list[Process]:
    """Each process in its newest edition."""
    return [process(name) for name in sorted({name for name, _ in processes()})]


def question_fields(kind: Process, language: str, asked: CriteriaQuestions = ()) -> tuple[Field, ...]:
    """A process's own questions as fields, and after them those of the round's criteria."""
    own = fields_of(kind.form.model_json_schema(), language=language)
    return (*own, *(_of_criteria(each) for each in asked))


def _of_criteria(each: Mapping[str, Any]) -> Field:
    """A question of the criteria; it may be left empty, for it may concern others than this applicant."""
    path, choices = to_camel(each["name"]), tuple(Choice(one, one) for one in each["choices"])
    kind = "choice" if choices else BY_TYPE.get(each["type"], "text")
    if each["type"] == "yes_no":
        choices = YES_OR_NO
    minimum = 0 if each["type"] in ("length", "count", "percent") else None
    hint = "" if each["type"] == "yes_no" else each["unit"]
    return Field(path, each["title"], kind, asked=True, choices=choices, minimum=minimum, hint=hint, longest=200 if kind == "text" else None)  # fmt: skip


def _answer(each: Mapping[str, Any], units: Mapping[str, str]) -> Any:
    """An answer as it stands in a form: a length without the unit that its question is put in."""
    value, unit = each["value"], units.get(each["name"])
    return value.removesuffix(f" {unit}") if unit and isinstance(value, str) else value


def attachment_choices(kind: Process, language: str) -> tuple[Choice, ...]:
    """A process's kinds of attachment."""
    return tuple(Choice(each.name, in_language(each.titles, language)) for each in kind.attachments)


def user_choices(names: Mapping[str, str] | None) -> tuple[Choice, ...]:
    return tuple(Choice(user, name) for user, name in sorted((names or {}).items(), key=lambda each: each[1]))


def case_context(case: Mapping[str, Any], names: Mapping[str, str] | None, language: str) -> FormContext:
    """What the commands of a case choose from."""
    kind = process(case["process"]["name"], case["process"]["edition"])
    say = partial(translate, language)
    asked = _asked_of_applicant(case, kind)
    units = {each["name"]: each["unit"] for each in asked}
    titles = {
        **{code: say(text) for code, text in REASON_TEXTS.items()},
        **{each["name"]: each["title"] for each in (*case["questions"], *case["finalAccountQuestions"])},
        **case["reasonTexts"],
        **{each["item"]: each["title"] for each in case["checklist"]},
        **{each["name"]: each["title"] for each in case["attachmentKinds"]},
    }
    return FormContext(
        lists={
            "checklist": tuple(Choice(each["item"], each["title"]) for each in case["checklist"]),
            "questions": tuple(Choice(each["name"], _with_answers(each, say)) for each in case["questions"]),
            "final-account": tuple(
                Choice(each["name"], each["title"], hint=_how(each, say))
                for each in case["finalAccountQuestions"]
            ),
            "reasons": tuple(Choice(code, titles.get(code, code)) for code in case["reasonsKnown"]),
            "parties": tuple(Choice(each["party"], "", translated=False) for each in case["parties"]),
            "claims": tuple(Choice(each["id"], each["id"]) for each in case["claims"]),
            "payments": tuple(Choice(each["id"], each["id"]) for each in reversed(case["payments"])),
            "handlers": user_choices(names),
        },
        questions=question_fields(kind, language, asked),
        kinds=attachment_choices(kind, language),
        titles=titles,
        values={"form": {to_camel(each["name"]): _answer(each, units) for each in case["form"]}},
    )


def with_proposal(place: FormContext, case: Mapping[str, Any]) -> FormContext:
    """The same for a case whose decision is proposed on its own page: the proposal is of this case alone."""
    heading = f"{case['process']['title']} {case['title']}"[:HEADING_LENGTH]
    return replace(
        place,
        lists={**place.lists, "cases": (Choice(case["id"], case["title"]),)},
        values={**place.values, "cases": [case["id"]], "heading": heading},
    )


def _asked_of_applicant(case: Mapping[str, Any], kind: Process) -> CriteriaQuestions:
    """The questions behind those of the process's own form."""
    return [each for each in case["form"] if each["name"] not in kind.form.model_fields]


def _how(each: Mapping[str, Any], say: Callable[[str], str]) -> str:
    """How a value is written: its choices, yes or no, or its unit."""
    if each["choices"]:
        return ", ".join(each["choices"])
    return say("yes or no") if each["type"] == "yes_no" else str(each["unit"])


def _with_answers(each: Mapping[str, Any], say: Callable[[str], str]) -> str:
    how = _how(each, say)
    return f"{each['title']} ({how})" if how else str(each["title"])


def application_context(kind: Process, round_: Mapping[str, Any] | None, language: str) -> FormContext:
    """What an application is filled in from: the process's own questions, and those of its round's criteria."""
    asked, evidence = (round_["questions"], round_["evidence"]) if round_ else ((), ())
    needed = frozenset({each.name for each in kind.attachments if each.required} | set(evidence))
    return FormContext(
        lists={},
        questions=question_fields(kind, language, asked),
        kinds=tuple(sorted(attachment_choices(kind, language), key=lambda each: each.value not in needed)),
        needed=needed,
        titles={each.name: in_language(each.titles, language) for each in kind.attachments},
        values={"process": kind.name, "round": round_["id"] if round_ else None, "language": language},
    )


def decision_context(decision: Mapping[str, Any]) -> FormContext:
    """What the commands of a decision choose from."""
    return FormContext(
        {
            "lines": tuple(
                Choice(each["case"], f"{each['number']} {each['title']}") for each in decision["lines"]
            ),
            "claims": tuple(Choice(each["id"], each["id"]) for each in decision["claims"]),
        }
    )


def round_context(
    round_: Mapping[str, Any], cases: Iterable[Mapping[str, Any]], rounds: Iterable[Mapping[str, Any]], language: str
) -> FormContext:  # fmt: skip
    """What a round is worked on with: its ready cases, the values its criteria leave open, the rounds before it."""
    say, slots = partial(translate, language), round_.get("slots", ())
    by_key = {each["stream"].rpartition("/")[2]: f"{each['number']} {each['title']}" for each in cases}
    ready = [each for each in cases if each["stage"] == "proposal"]
    keys = [each["stream"].rpartition("/")[2] for each in ready]
    return FormContext(
        {
            "cases": tuple(Choice(key, by_key[key]) for key in keys),
            "slots": tuple(Choice(each["name"], each["title"], hint=_preview(each, say)) for each in slots),
            "rounds": tuple(
                Choice(each["key"], each["name"])
                for each in rounds
                if each["process"] == round_["process"] and each["key"] != round_["id"]
            ),
        },
        titles={
            **{each["name"]: each["title"] for each in slots},
            **round_.get("reasonTexts", {}),
            **by_key,
        },
        values={
            "round": round_["id"],
            "heading": round_["name"],
            "values": {each["name"]: each["value"] for each in slots},
        },
    )


def _preview(slot: Mapping[str, Any], say: Callable[[str], str]) -> str:
    return f"{say('in the preview')} {slot['preview']}" if slot["preview"] else str(slot["unit"])


def municipality_context(municipality: Mapping[str, Any] | None, language: str) -> FormContext:
    """What rounds are opened from and criteria adopted for; new criteria are written over the newest."""
    found = municipality or {"settings": None, "ruleSets": []}
    values: dict[str, Any] = {"settings": found["settings"] or {}}
    if found["ruleSets"]:
        values["document"] = found["ruleSets"][-1]["document"]
    return FormContext(
        {
            "processes": tuple(
                Choice(each.name, in_language(each.titles, language)) for each in newest_processes()
            ),
        },
        values=values,
    )


def new_round_context(municipality: Mapping[str, Any], language: str) -> FormContext:
    """What a round is opened from."""
    rule_sets = municipality["ruleSets"]
    names = dict.fromkeys(each["name"] for each in rule_sets)
    return FormContext(
        {
            "ruleSets": tuple(Choice(name, name) for name in names),
            "processes": tuple(
                Choice(each.name, in_language(each.titles, language))
                for each in newest_processes()
                if each.has_round
            ),
        },
        values={"ruleSetEdition": rule_sets[-1]["edition"], "process": rule_sets[-1]["process"]}
        if rule_sets
        else {},
    )
