"""What a page about one case, round or decision shows: its state now, or as it was, and what may be done next.

Folded when asked for, from the stream itself; so it needs no table and is never behind. Personal values stay sealed:
the page says that they are there, and opening them is an act of its own that is logged.
"""

from collections.abc import Iterable
from dataclasses import fields
from datetime import date
from decimal import Decimal
from typing import Any

from pydantic import BaseModel

from domain.case.state import Case
from domain.criteria.criteria_texts import CriteriaTexts, localized, says_only_its_value
from domain.criteria.line_evaluation import TraceStep
from domain.criteria.ruleset import RuleSet, unit_of
from domain.criteria.stored import StoredCriteria
from domain.decision.commands import Propose
from domain.decision.stages import DECISION_STAGES
from domain.decision.state import Decision
from domain.inputs import (
    applicant_questions,
    final_account_questions,
    handler_questions,
    reasons_known,
)
from domain.messages import Actor, Command, RecordedEvent, StreamId
from domain.personal import Personal
from domain.process import Process
from domain.processes import process
from domain.round.events import CalculationRun
from domain.round.state import Round
from domain.stages import Stage, allowed, current
from domain.streams import stage_of
from domain.texts.formats import format_money
from domain.texts.translation import in_language
from projections.views.criteria import criteria_view, question_view, readable_rules


def may_begin(case: Case, by: Actor) -> list[type[Command]]:
    """What `by` may begin from a case's page: the proposal of its decision, where no round proposes all its cases."""
    if case.round is not None or not process(case.process, case.edition).awaits_proposal(case):
        return []
    return [command for command in allowed(DECISION_STAGES[0], by) if command is Propose]


def to_plain(value: Any) -> Any:
    """A state in plain values for JSON; of a personal value only whether it is there or erased."""
    match value:
        case Personal():
            return {"personal": value.subject}
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


def case_view(
    stream: StreamId,
    version: int,
    case: Case,
    by: Actor,
    language: str,
    criteria: StoredCriteria | None = None,
) -> dict[str, Any]:
    """A case: stage and whose turn, checklist, documents, calculation, clocks with their steps, parties, payments.

    Where its criteria cannot be read under today's rules it says so, and what they would tell stands in codes.
    """
    rules, unreadable = readable_rules(criteria)
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
        "criteria_unreadable": unreadable,
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
        "proposed_in": case.proposed_in,
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
            if not says_only_its_value(words, format_money(amount, told.language)):
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
    kind = process(decision.proposal.process, decision.proposal.edition)
    proposal["lines"] = [_line(line, kind) for line in proposal["lines"]]
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


def _line(line: dict[str, Any], kind: Process) -> dict[str, Any]:
    """A line, its size called after the answer that says it; what the process does not ask or charge is not told."""
    size, fee = line.pop("size"), line.pop("fee")
    told = {kind.size_field.name: size} if kind.size_field else {}
    return line | told | ({"fee": fee} if fee else {})


def round_view(stream: StreamId, version: int, round_: Round, language: str) -> dict[str, Any]:
    """A round: its frozen criteria, its cases and every calculation run with its trace."""
    stage = stage_of(stream, round_)
    state = to_plain(round_)
    rules, state["criteria_unreadable"] = readable_rules(round_.criteria)
    state["rule_set"] = criteria_view(round_.criteria)
    told = CriteriaTexts(rules, language) if rules else None
    state |= _asked(rules, told, process(round_.process, round_.edition))
    state["runs"] = [
        {**run, **_run(each, told)} for run, each in zip(state["runs"], round_.runs, strict=True)
    ]
    codes = {*(rules.reasons if rules else ())}.union(
        *(line.reasons for run in round_.runs for line in run.result.lines)
    )
    state["reason_texts"] = {code: told.reason(code) for code in sorted(codes)} if told else {}
    for inward in ("settings", "criteria"):
        state.pop(inward)
    return {
        **state,
        "id": stream.key,
        "version": version,
        "stage": stage.name,
        "stage_texts": stage.texts.in_language(language),
        "waits_for": stage.waits_for,
    }


def _asked(rules: RuleSet | None, told: CriteriaTexts | None, kind: Process) -> dict[str, Any]:
    """What the criteria ask of an applicant, what they leave to the board, and the evidence that they always require."""
    if rules is None or told is None:
        return {"questions": [], "slots": [], "evidence": []}
    return {
        "questions": question_view(applicant_questions(rules, kind), told),
        "slots": [
            {"name": name, "title": told.label(name), "unit": unit_of(slot), "preview": slot.preview}
            for name, slot in rules.document.slots.items()
        ],
        "evidence": sorted({each for each, when in _evidence(rules) if when is None}),
    }


def _run(run: CalculationRun, told: CriteriaTexts | None) -> dict[str, Any]:
    """A run's result with the name of each kind of grant, and the steps of its sharing in words."""
    parts = [
        {
            **to_plain(part),
            "title": told.label(part.scheme) if told else part.scheme,
            "sentences": list(told.trace(part.trace, sources=False)) if told else [],
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
