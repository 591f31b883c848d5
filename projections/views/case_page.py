"""What a page about one case, round or decision shows: its state now, or as it was, and what may be done next.

Folded when asked for, from the stream itself; so it needs no table and is never behind. Personal values stay sealed:
the page says that they are there, and opening them is an act of its own that is logged.
"""

from collections.abc import Iterable, Mapping
from dataclasses import fields
from datetime import date
from decimal import Decimal
from typing import Any

from pydantic import BaseModel

from domain.case.decide import reasons_known
from domain.case.inputs import applicant_questions, final_account_questions, handler_questions
from domain.case.state import Case
from domain.criteria.criteria_texts import CriteriaTexts, localized, same
from domain.criteria.document import Input
from domain.criteria.line_evaluation import TraceStep
from domain.criteria.ruleset import RuleSet, unit_of
from domain.decider import stages_of
from domain.decision.state import Decision
from domain.messages import Actor, Command, RecordedEvent, StreamId
from domain.personal import Personal
from domain.process import process
from domain.round.events import CalculationRun
from domain.round.state import Round
from domain.stages import Stage, allowed, current
from domain.texts.formats import format_money
from domain.texts.translation import in_language


def stage_of(stream: StreamId, state: Any) -> Stage[Any]:
    """The stage as the facts have it."""
    return current(stages_of(stream, state), state)


def may_do(stream: StreamId, state: Any, by: Actor) -> list[type[Command]]:
    """What `by` may do now, by the table that the decisions themselves look at."""
    return list(allowed(stage_of(stream, state), by))


def to_plain(value: Any) -> Any:
    """A state in plain values for JSON; of a personal value only whether it is there or erased."""
    match value:
        case Personal():
            return {"personal": value.subject}
        case RuleSet():
            return criteria_view(value)
        case dict():
            return {str(key): to_plain(each) for key, each in value.items()}
        case list() | tuple() | set() | frozenset():
            return [to_plain(each) for each in value]
    names = _field_names(value)
    return value if names is None else {name: to_plain(getattr(value, name)) for name in names}


def _field_names(value: Any) -> list[str] | None:
    if isinstance(value, BaseModel):
        return list(type(value).model_fields)
    return [each.name for each in fields(value)] if hasattr(value, "__dataclass_fields__") else None


def criteria_view(rules: RuleSet) -> dict[str, Any]:
    """Criteria as they were adopted: who, when, the text and its SHA-256, and what it leaves open."""
    document = rules.document
    return {
        "name": rules.name,
        "edition": rules.edition,
        "title": rules.title,
        "process": document.process,
        "adopted_by": document.adopted.by,
        "adopted_on": document.adopted.on,
        "section": document.adopted.section,
        "legal_basis": document.legal_basis,
        "conditions": [dict(each) for each in document.conditions],
        "slots": list(document.slots),
        "renewal": document.renewal,
        "sha256": rules.digest,
        "document": rules.text,
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


def case_view(
    stream: StreamId, version: int, case: Case, by: Actor, language: str, rules: RuleSet | None = None
) -> dict[str, Any]:
    """A case: stage and whose turn, checklist, documents, calculation, clocks with their steps, parties, payments."""
    told = CriteriaTexts(rules, language) if rules else None
    kind = process(case.process, case.edition)
    stage, path = stage_of(stream, case), _path(kind.stages, case)
    return {
        "id": stream.key,
        "version": version,
        "number": case.number,
        "title": case.title,
        "organisation": case.organisation,
        "process": {"name": kind.name, "edition": kind.edition, "title": in_language(kind.titles, language)},
        "stage": stage.name,
        "stage_texts": stage.texts.in_language(language),
        "waits_for": stage.waits_for,
        "due": case.due,
        "stages": [each.name for each in path],
        "path": [{"stage": each.name, **each.texts.in_language(language)} for each in path],
        "arrived_at": case.arrived_at,
        "late": case.late,
        "channel": case.channel,
        "handler": case.handler,
        "round": case.round,
        "language": case.language,
        "electronic_consent": case.electronic_consent,
        "withdrawn": case.withdrawn,
        "erased": case.erased,
        "form": [
            {"name": name, "title": in_language(_titles(field), language), "value": case.form.get(name)}
            for name, field in kind.form.model_fields.items()
        ]
        + [
            {**each, "value": case.form.get(each["name"])}
            for each in (question_view(applicant_questions(rules, kind), told) if rules and told else ())
        ],
        "questions": [
            {**each, "finding": to_plain(case.findings.get(each["name"]))}
            for each in (question_view(handler_questions(rules), told) if rules and told else ())
        ],
        "final_account_questions": question_view(final_account_questions(rules), told)
        if rules and told
        else [],
        "attachments": to_plain(case.attachments),
        "attachment_kinds": [
            {"name": each.name, "title": in_language(each.titles, language)} for each in kind.attachments
        ],
        "checklist": [
            {
                "item": check.item,
                "title": in_language(check.titles, language),
                "source": check.source,
                "check": to_plain(case.checks.get(check.item)),
            }
            for check in kind.checklist
        ],
        "reasons_known": reasons_known(kind, rules),
        "reason_texts": _reason_texts(case, rules, told),
        "completion": to_plain(case.completion),
        "evaluation": to_plain(case.evaluation),
        "calculation": _calculation(case, told),
        "decision": to_plain(case.decision),
        "parties": [
            {
                "party": party,
                "served": party in case.served,
                "clock": clock_view(case.served.get(party), language),
            }
            for party in case.parties
        ],
        "members_clock": clock_view(case.published, language),
        "legal_force": _force(case, language),
        "claims": to_plain(list(case.claims.values())),
        "called_up": case.called_up,
        "granted": case.granted,
        "paid": case.paid,
        "payments": to_plain(case.payments),
        "plan": to_plain(case.plan),
        "part_titles": {name: told.label(name) for name in case.plan.parts} if told else {},
        "instalments_approved": case.instalments,
        "final_account": _final_account(case, told),
        "receivable": case.receivable,
        "closed": case.closed,
    }


def _calculation(case: Case, told: CriteriaTexts | None) -> dict[str, Any] | None:
    """The calculation with its trace, and the trace in words."""
    if case.calculation is None:
        return None
    trace = case.calculation.trace
    sentences = list(told.trace(trace, sources=False)) if told else []
    return {
        **to_plain(case.calculation),
        "formula": formula(trace, case.calculation.amount, told),
        "sentences": sentences,
    }


HEADLINES = ("together", "reduction", "grant", "ceiling", "demand")
"""Steps whose formula may give the amount itself."""


def formula(trace: Iterable[TraceStep], amount: Decimal, told: CriteriaTexts | None) -> str:
    """How the amount was come to at last: the last formula that gives it and says more than the amount."""
    if told is None:
        return ""
    for step in reversed(list(trace)):
        if step.code in HEADLINES and step.formula and step.value == str(amount):
            words = told.named(localized(step.formula, told.language))
            if not same(words, format_money(amount, told.language)):
                return words
    return ""


def _final_account(case: Case, told: CriteriaTexts | None) -> dict[str, Any] | None:
    if case.final_account is None:
        return None
    sentences = list(told.trace(case.final_account.trace, sources=False)) if told else []
    return {**to_plain(case.final_account), "sentences": sentences}


def _reason_texts(case: Case, rules: RuleSet | None, told: CriteriaTexts | None) -> dict[str, str]:
    """The criteria's own reasons in words."""
    if rules is None or told is None:
        return {}
    codes = {*rules.reasons, *(case.evaluation.accepted if case.evaluation else ())}
    codes |= set(case.calculation.reasons) if case.calculation else set()
    return {code: told.reason(code) for code in sorted(codes)}


def decision_view(stream: StreamId, version: int, decision: Decision, language: str) -> dict[str, Any]:
    """A decision: its lines, who prepared and made it, its publication and what contests it."""
    stage = stage_of(stream, decision)
    state = to_plain(decision)
    proposal = state.pop("proposal")
    proposal.pop("settings")
    return {
        **state,
        **proposal,
        "id": stream.key,
        "version": version,
        "stage": stage.name,
        "stage_texts": stage.texts.in_language(language),
        "waits_for": stage.waits_for,
        "published": clock_view(decision.published, language),
        "claims": to_plain(list(decision.claims.values())),
    }


def round_view(stream: StreamId, version: int, round_: Round, language: str) -> dict[str, Any]:
    """A round: its frozen criteria, its cases and every calculation run with its trace."""
    stage = stage_of(stream, round_)
    state = to_plain(round_)
    told, kind = CriteriaTexts(round_.rule_set, language), process(round_.process, round_.edition)
    state["questions"] = question_view(applicant_questions(round_.rule_set, kind), told)
    state["slots"] = [
        {"name": name, "title": told.label(name), "unit": unit_of(slot), "preview": slot.preview}
        for name, slot in round_.rule_set.document.slots.items()
    ]
    state["runs"] = [
        {**run, **_run(each, told)} for run, each in zip(state["runs"], round_.runs, strict=True)
    ]
    codes = {*round_.rule_set.reasons}.union(
        *(line.reasons for run in round_.runs for line in run.result.lines)
    )
    state["reason_texts"] = {code: told.reason(code) for code in sorted(codes)}
    state["evidence"] = sorted({each for each, when in _evidence(round_.rule_set) if when is None})
    state.pop("settings")
    return {
        **state,
        "id": stream.key,
        "version": version,
        "stage": stage.name,
        "stage_texts": stage.texts.in_language(language),
        "waits_for": stage.waits_for,
    }


def _run(run: CalculationRun, told: CriteriaTexts) -> dict[str, Any]:
    """A run's result with the name of each kind of grant, and the steps of its sharing in words."""
    parts = [
        {
            **to_plain(part),
            "title": told.label(part.scheme),
            "sentences": list(told.trace(part.trace, sources=False)),
        }
        for part in run.result.parts
    ]
    return {"result": {**to_plain(run.result), "parts": parts}}


def _evidence(rules: RuleSet) -> Iterable[tuple[str, Any]]:
    yield from rules.evidence
    if len(rules.schemes) == 1:
        yield from rules.schemes[0].evidence


def clock_view(clock: Any, language: str) -> dict[str, Any] | None:
    """A clock with its arithmetic in words."""
    return (
        None
        if clock is None
        else {"mode": clock.mode, "on": clock.on, "days": clock.days, **clock.as_json(language)}
    )


def _force(case: Case, language: str) -> dict[str, Any] | None:
    if case.legal_force is None:
        return None
    return {
        "from_day": case.legal_force.from_day,
        "steps": [
            {"day": step.day, "why": step.why(language), "source": step.source}
            for step in case.legal_force.steps
        ],
    }


def _titles(field: Any) -> dict[str, str]:
    return dict(field.json_schema_extra["x-titles"])


def _path(stages: Iterable[Stage[Case]], case: Case) -> list[Stage[Case]]:
    """The stages that lie before and after in the ordinary way, for the stage bar."""
    aside = {"new", "completion", "claims", "payment-account", "archived"}
    now = current(list(stages), case)
    return [stage for stage in stages if stage.name not in aside or stage is now]


def changes(trail: list[RecordedEvent]) -> list[dict[str, Any]]:
    """A raw trail for the auditor: position, two times, actor, cause, command, and the fact with its seals."""
    return [
        {
            "reference": each.reference,
            "version": each.version,
            "event": type(each.event).__name__,
            "recorded_at": each.recorded_at,
            "legal_moment": legal_moment(each),
            "by": each.by,
            "role": each.role,
            "command": each.command,
            "command_id": str(each.command_id),
            "cause": each.cause,
            "fact": to_plain(each.event),
        }
        for each in trail
    ]


def legal_moment(recorded: RecordedEvent) -> Any:
    """The fact's own legal time, where it carries one besides when it was recorded."""
    names = (
        "arrived_at",
        "served_on",
        "decided_on",
        "booked_on",
        "returned_on",
        "checked_on",
        "called_on",
        "from_day",
    )
    for name in names:
        if (value := getattr(recorded.event, name, None)) is not None:
            return value
    clock = getattr(recorded.event, "clock", None)
    day: date | None = clock.on if clock else None
    return day
