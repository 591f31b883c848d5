"""An application or a notice arrives: what must be there, and what makes it late (hallintolaki 16–20 §)."""

from collections.abc import Mapping
from datetime import datetime

from pydantic import JsonValue, ValidationError

from domain.adopted_criteria import compiled
from domain.case import commands as c
from domain.case import events as e
from domain.case.state import Case
from domain.context import Context
from domain.criteria.ruleset import RuleSet
from domain.decide.case.dispatch import decide
from domain.inputs import evidence_needed, split_answers
from domain.messages import Facts, Role, StreamEvent
from domain.process import Process
from domain.processes import process
from domain.rejections import (
    BadContent,
    Missing,
    NotAllowed,
    NotNow,
)


@decide.register
def submit_case(command: c.Submit, case: Case | None, context: Context) -> Facts:
    kind = process(command.process)
    municipality = context.municipality()
    if municipality.settings is None:
        raise Missing("The municipality has adopted no settings yet: an administrator adopts them first.")
    arrived_at = _arrival(command, context)
    if kind.pays and command.account is None:
        raise BadContent("A grant needs an account to be paid to.", field="account")
    kinds_known(kind, command.attachments)
    late = False
    settings = municipality.settings
    rules: RuleSet | None = None
    if kind.has_round:
        if command.round is None:
            raise BadContent(
                "This process has rounds: say which round the application is for.", field="round"
            )
        round_ = context.find_round(command.round)
        if round_ is None or round_.process != kind.name:
            raise BadContent("There is no such round of this process.", field="round")
        if arrived_at < round_.opens_at:
            raise NotNow("The round is not open yet.", opensAt=round_.opens_at.isoformat())
        late, settings = arrived_at > round_.closes_at, round_.settings
        kind, rules = process(round_.process, round_.edition), compiled(round_.criteria)
        yield StreamEvent(context.of("round", command.round), round_.enlist(context.stream.key, late=late))
    form = filled_in(kind, command.form, rules)
    if command.channel == "e-service":
        _evidence(kind, rules, form, command.attachments)
    yield e.Submitted(
        process=kind.name,
        edition=kind.edition,
        settings=settings,
        round=command.round if kind.has_round else None,
        title=str(form[kind.title_field]),
        organisation=command.organisation,
        contact=command.contact,
        account=command.account if kind.pays else None,
        language=command.language,
        electronic_consent=command.electronic_consent,
        channel=command.channel,
        owner=context.by.user_id if command.channel == "e-service" else None,
        arrived_at=arrived_at,
        entered_reason=command.entered_reason,
        late=late,
        form=form,
        attachments=command.attachments,
    )


def _arrival(command: c.Submit, context: Context) -> datetime:
    """The legal moment of arrival: now through the e-service; earlier on paper, entered with a reason (18 §)."""
    if command.channel == "renewal":
        raise BadContent("An application is renewed in its round, not submitted.", field="channel")
    by_applicant = command.channel == "e-service"
    if (Role.APPLICANT if by_applicant else Role.CUSTOMER_SERVICE) not in context.by.roles:
        raise NotAllowed(
            "An applicant sends through the e-service; customer service enters paper and counter visits."
        )
    arrived_at = command.arrived_at or context.now
    if arrived_at > context.now:
        raise BadContent("The arrival is still to come.", field="arrivedAt")
    if arrived_at < context.now and (by_applicant or not command.entered_reason):
        raise BadContent(
            "An earlier arrival is entered by customer service, with the reason.", field="enteredReason"
        )
    return arrived_at


def _evidence(
    kind: Process, rules: RuleSet | None, form: Mapping[str, JsonValue], attachments: tuple[e.Attachment, ...]
) -> None:
    """What the process and the criteria require must be there."""
    given = {attachment.kind for attachment in attachments}
    needed = [need.name for need in kind.attachments if need.required]
    if rules is not None:
        needed += [each for each in evidence_needed(rules, kind, form) if each not in needed]
    if missing := [each for each in needed if each not in given]:
        raise Missing("Required attachments are missing: add them and send again.", attachments=missing)


def filled_in(
    kind: Process, form: Mapping[str, JsonValue], rules: RuleSet | None = None
) -> dict[str, JsonValue]:
    """The answers as they are kept: those of the process's own form, then those that the round's criteria ask."""
    own, extra = split_answers(rules, kind, form) if rules is not None else (dict(form), {})
    return {**_own(kind, own), **extra}


def _own(kind: Process, form: Mapping[str, JsonValue]) -> dict[str, JsonValue]:
    try:
        return kind.form.model_validate(form).model_dump(mode="json")
    except ValidationError as error:
        raise BadContent(
            "Some answers in the form cannot be used: see each of them.",
            errors=[
                {
                    "field": ".".join(["form", *map(str, each["loc"])]),
                    "sentence": each["msg"].removeprefix("Value error, "),
                }
                for each in error.errors(include_input=False, include_url=False)
            ],
        ) from None


def kinds_known(kind: Process, attachments: tuple[e.Attachment, ...]) -> None:
    known = {each.name for each in kind.attachments}
    for attachment in attachments:
        if attachment.kind not in known:
            raise BadContent(
                f"There is no such kind of attachment; the kinds are {', '.join(sorted(known))}.",
                field="attachments",
            )
