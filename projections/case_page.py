"""What a page about one case, round or decision shows: its state now, or as it was, and what may be done next.

Folded when asked for, from the stream itself; so it needs no table and is never behind. Personal values stay sealed:
the page says that they are there, and opening them is an act of its own that is logged.
"""

from collections.abc import Iterable
from dataclasses import fields
from datetime import date
from typing import Any

from pydantic import BaseModel

from domain.case.decide import reasons_known
from domain.case.state import Case
from domain.decider import stages_of
from domain.decision.state import Decision
from domain.messages import Actor, Command, RecordedEvent, StreamId
from domain.personal import Personal
from domain.process import Stage, allowed, current, process
from domain.round.state import Round


def stage_of(stream: StreamId, state: Any) -> Stage:
    """The stage as the facts have it."""
    return current(stages_of(stream, state), state)


def may_do(stream: StreamId, state: Any, by: Actor) -> list[type[Command]]:
    """What `by` may do now, by the table that the decisions themselves look at."""
    return list(allowed(stage_of(stream, state), by))


def shown(value: Any) -> Any:
    """A state in plain values for JSON; of a personal value only whether it is there or erased."""
    match value:
        case Personal():
            return {"personal": value.subject}
        case BaseModel():
            return {name: shown(getattr(value, name)) for name in type(value).model_fields}
        case dict():
            return {str(key): shown(each) for key, each in value.items()}
        case list() | tuple() | set() | frozenset():
            return [shown(each) for each in value]
        case _ if hasattr(value, "__dataclass_fields__"):
            return {each.name: shown(getattr(value, each.name)) for each in fields(value)}
    return value


def case_page(stream: StreamId, version: int, case: Case, by: Actor, language: str) -> dict[str, Any]:
    """A case: stage and whose turn, checklist, documents, calculation, clocks with their steps, parties, payments."""
    kind = process(case.process, case.edition)
    stage = stage_of(stream, case)
    return {
        "id": stream.key,
        "version": version,
        "number": case.number,
        "title": case.title,
        "organisation": case.organisation,
        "process": {"name": kind.name, "edition": kind.edition, "title": kind.titles[language]},
        "stage": stage.name,
        "waits_for": stage.waits_for,
        "due": case.due,
        "stages": [each.name for each in _path(kind.stages, case)],
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
            {"name": name, "title": _titles(field)[language], "value": case.form.get(name)}
            for name, field in kind.form.model_fields.items()
        ],
        "attachments": shown(case.attachments),
        "attachment_kinds": [
            {"name": each.name, "title": each.titles[language]} for each in kind.attachments
        ],
        "checklist": [
            {
                "item": check.item,
                "title": check.titles[language],
                "source": check.source,
                "check": shown(case.checks.get(check.item)),
            }
            for check in kind.checklist
        ],
        "reasons_known": reasons_known(kind),
        "completion": shown(case.completion),
        "evaluation": shown(case.evaluation),
        "calculation": shown(case.calculation),
        "decision": shown(case.decision),
        "parties": [
            {
                "party": party,
                "served": party in case.served,
                "clock": clock_shown(case.served.get(party), language),
            }
            for party in case.parties
        ],
        "members_clock": clock_shown(case.published, language),
        "legal_force": _force(case, language),
        "claims": shown(list(case.claims.values())),
        "called_up": case.called_up,
        "granted": case.granted,
        "paid": case.paid,
        "payments": shown(case.payments),
        "closed": case.closed,
    }


def decision_page(stream: StreamId, version: int, decision: Decision, language: str) -> dict[str, Any]:
    """A decision: its lines, who prepared and made it, its publication and what contests it."""
    stage = stage_of(stream, decision)
    state = shown(decision)
    proposal = state.pop("proposal")
    proposal.pop("settings")
    return {
        **state,
        **proposal,
        "id": stream.key,
        "version": version,
        "stage": stage.name,
        "waits_for": stage.waits_for,
        "published": clock_shown(decision.published, language),
        "claims": shown(list(decision.claims.values())),
    }


def round_page(stream: StreamId, version: int, round_: Round, language: str) -> dict[str, Any]:
    """A round: its frozen criteria, its cases and every calculation run with its trace."""
    stage = stage_of(stream, round_)
    state = shown(round_)
    state.pop("settings")
    return {**state, "id": stream.key, "version": version, "stage": stage.name, "waits_for": stage.waits_for}


def clock_shown(clock: Any, language: str) -> dict[str, Any] | None:
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


def _path(stages: Iterable[Stage], case: Case) -> list[Stage]:
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
            "fact": shown(each.event),
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
