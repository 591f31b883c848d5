"""A case's inputs as its round's criteria ask for them: from the form, from a handler's findings, from earlier grants."""

from collections.abc import Iterator, Mapping
from typing import Any

from pydantic import JsonValue
from pydantic.alias_generators import to_camel

from domain.case.state import Case
from domain.context import Context
from domain.criteria import document as d
from domain.criteria.line_evaluation import ApplicationInputs, InputValue, check_input_value
from domain.criteria.rows import cell_text
from domain.criteria.ruleset import RuleSet, unit_of, value_type_of
from domain.criteria.settlement import required_evidence
from domain.criteria.units import LENGTH, Mistake, parse_value
from domain.messages import HELSINKI, StreamId
from domain.process import Process
from domain.processes import process
from domain.rejections import BadContent
from domain.road.state import Road


def road_key(kind: Process, form: Mapping[str, Any]) -> str | None:
    """The key of what is granted to, where the process names it."""
    return str(form[kind.grant_target_field]) if kind.grant_target_field else None


def applicant_questions(rules: RuleSet, kind: Process) -> Mapping[str, d.Input]:
    """What the criteria ask of an applicant besides the process's own form."""
    return {
        name: spec
        for name, spec in rules.document.inputs.items()
        if _asked_of_applicant(spec) and _field(name, spec) not in kind.form.model_fields
    }


def handler_questions(rules: RuleSet) -> Mapping[str, d.Input]:
    """What a person answers with a reason: questions of discretion, and grants from before this house kept them."""
    return {
        name: spec
        for name, spec in rules.document.inputs.items()
        if spec.source == "handler" or spec.source.startswith("earlier_cases")
    }


def final_account_questions(rules: RuleSet) -> Mapping[str, d.Input]:
    """What the criteria ask when the works are done and paid."""
    return {name: spec for name, spec in rules.document.inputs.items() if spec.source == "final_account"}


def reasons_known(kind: Process, rules: RuleSet | None) -> list[str]:
    """The codes that a rejection may give: an item of the checklist, one of the criteria, or one of any process."""
    own = rules.reasons if rules else []
    codes = [*(check.item for check in kind.checklist), "late", *own, "not-completed", "other"]
    return list(dict.fromkeys(codes))


def _asked_of_applicant(spec: d.Input) -> bool:
    return spec.source.startswith("application")


def _field(name: str, spec: d.Input) -> str:
    return spec.source.partition(".")[2] or name


def split_answers(
    rules: RuleSet, kind: Process, given: Mapping[str, JsonValue]
) -> tuple[dict[str, JsonValue], dict[str, JsonValue]]:
    """Answers apart: those of the process's own form, and those that the criteria ask, checked and under their names."""
    asked = applicant_questions(rules, kind)
    names = {to_camel(name): name for name in asked} | {name: name for name in asked}
    own = {name: value for name, value in given.items() if name not in names}
    extra: dict[str, JsonValue] = {}
    errors = []
    for key, value in given.items():
        if key not in names:
            continue
        name, spec = names[key], asked[names[key]]
        try:
            extra[name] = with_unit(cell_text(value), spec) or None
            if extra[name] is not None:
                check_answer(str(extra[name]), spec)
        except Mistake as mistake:
            errors.append(
                {"field": f"form.{name}", "sentence": f"{mistake.sentence} {mistake.mend}".rstrip()}
            )
    if errors:
        raise BadContent("Some answers in the form cannot be used: see each of them.", errors=errors)
    return own, extra


MAX_ANSWER_LENGTH = 500
"""Characters of an answer at most."""


def check_answer(text: str, spec: d.Input) -> None:
    """Whether a text is a value of the input. Raises `Mistake`."""
    if len(text) > MAX_ANSWER_LENGTH:
        raise Mistake(
            f"The answer has more than {MAX_ANSWER_LENGTH} characters.",
            "Make it shorter, and attach the rest.",
        )
    check_input_value(spec, parse_value(text, value_type_of(spec), unit_of(spec)), text)


def with_unit(text: str, spec: d.Input) -> str:
    """A bare length with the unit that was asked for, so that it reads the same under any later criteria."""
    bare = text.replace(" ", "").replace(",", "").replace(".", "").isdigit()
    return f"{text} {unit_of(spec)}" if spec.type == "length" and bare else text


def application_inputs(stream: StreamId, case: Case, rules: RuleSet, context: Context) -> ApplicationInputs:
    """The case's inputs, each with the event that gave it."""
    past: Road | None = None
    key = road_key(process(case.process, case.edition), case.form)
    if key and any(spec.source.startswith("earlier_cases") for spec in rules.document.inputs.values()):
        past = context.road(key)
    named = context.of("road", key) if key else None
    inputs = dict(_inputs(stream, case, rules, past, named))
    arrived = case.arrived_at.astimezone(HELSINKI).replace(tzinfo=None)
    inputs["arrived"] = InputValue(value=arrived.isoformat(sep=" "), source=f"{stream}@1")
    if case.round is not None:
        year = context.round(case.round).closes_at.astimezone(HELSINKI).year
        inputs["round_year"] = InputValue(value=str(year), source=f"{context.of('round', case.round)}@1")
    accepted = case.evaluation.accepted if case.evaluation else ()
    return ApplicationInputs(case=stream.key, inputs=dict(sorted(inputs.items())), accepted=accepted)


def _inputs(
    stream: StreamId, case: Case, rules: RuleSet, past: Road | None, named: StreamId | None
) -> Iterator[tuple[str, InputValue]]:
    for name, spec in rules.document.inputs.items():
        earlier = _earlier(past, spec, stream.key) if past is not None else None
        if earlier is not None:
            n, value = earlier
            yield name, InputValue(value=value, source=f"{named}@{n}")
        elif name in case.findings:
            source = f"{stream}@{case.sources[name]}"
            yield name, InputValue(value=with_unit(case.findings[name].value, spec), source=source)
        elif _asked_of_applicant(spec) and (text := _text(case.form, name, spec)):
            source = f"{stream}@{case.sources.get(_field(name, spec), 1)}"
            yield name, InputValue(value=text, source=source)


def _text(form: Mapping[str, Any], name: str, spec: d.Input) -> str:
    """The answer as it was written; the process's own lengths are in metres."""
    field = _field(name, spec)
    text = cell_text(form.get(field))
    return f"{text} m" if text and value_type_of(spec) == LENGTH and field.endswith("_m") else text


def _earlier(past: Road, spec: d.Input, but: str) -> tuple[int, str] | None:
    if not spec.source.startswith("earlier_cases"):
        return None
    if spec.source == "earlier_cases.count":
        count = past.count(spec.scheme, but)
        return (len(past.grants), str(count)) if count else None
    last = past.last(spec.scheme, but)
    if last is None:
        return None
    n, grant = last
    match spec.source:
        case "earlier_cases.last_year":
            return n, str(grant.decided_on.year)
        case "earlier_cases.last_date":
            return n, grant.decided_on.isoformat()
    return n, str(grant.parts.get(spec.scheme, grant.amount) if spec.scheme else grant.amount)


def evidence_needed(rules: RuleSet, kind: Process, form: Mapping[str, Any]) -> list[str]:
    """The kinds of attachment that the criteria require of these answers."""
    own = {name: spec for name, spec in rules.document.inputs.items() if _asked_of_applicant(spec)}
    given = {
        name: InputValue(value=text, source="application")
        for name, spec in own.items()
        if (text := _text(form, name, spec))
    }
    known = {each.name for each in kind.attachments}
    return [each for each in required_evidence(rules, given) if each in known]
