"""A command as a form on a page, and what was sent back: to the API, and on to the next page or to what must be mended."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from http import HTTPStatus
from typing import Any
from uuid import uuid4

import httpx
from starlette.datastructures import FormData, UploadFile

from api.ui.form_input import DocumentError, command_json, document_errors, errors_by_field, input_from_values
from api.ui.forms import Field, FormContext, FormInput, fields_of, flatten_fields
from api.ui.page_request import PageRequest, Refused, problem_of
from api.v1.commands import CREATION_COMMANDS, command_title, kebab
from api.v1.reads import command_schema
from domain.messages import Command
from domain.streams import STREAM_KINDS, commands_by_name

VERSION_FIELD, KEY_FIELD = "_version", "_key"
MENTION_KEYS = ("cases", "questions", "conditions", "reasons", "values", "input", "attachments")
"""The details of a refusal that name what it is about."""


@dataclass(frozen=True)
class Attempt:
    """A command that the API refused: what was typed stays, and what is wrong stands at its field."""

    command: str
    typed: FormInput
    problem: Mapping[str, Any]
    status: int


@dataclass(frozen=True)
class CommandForm:
    """One command as a form."""

    name: str
    title: str
    action: str
    fields: tuple[Field, ...]
    typed: FormInput
    version: int | None = None
    errors: Mapping[str, str] = field(default_factory=dict)
    problem: Mapping[str, Any] | None = None
    needed: frozenset[str] = frozenset()
    findings: Sequence[DocumentError] = ()
    """Errors with their places in the document that was typed."""
    about: Sequence[str] = ()
    """What the refusal speaks of, by its name: cases, questions, values, kinds of attachment."""
    key: str = field(default_factory=lambda: str(uuid4()))

    @property
    def visible(self) -> list[Field]:
        """The fields to fill in; a command without any is a button."""
        return [each for each in self.fields if each.kind != "fixed"]

    @property
    def has_files(self) -> bool:
        return any(each.kind == "files" for each in flatten_fields(self.fields))

    def kept(self, path: str) -> list[dict[str, Any]]:
        """Documents that were sent already and are kept while the rest is mended."""
        return [json.loads(each) for each in self.typed.get(path, [])]

    def without(self, *names: str) -> "CommandForm":
        """The same form without some of its fields."""
        return replace(self, fields=tuple(each for each in self.fields if each.name not in names))

    def ordered(self, *names: str) -> "CommandForm":
        """The same form with these fields first."""
        place = {name: n for n, name in enumerate(names)}
        return replace(
            self, fields=tuple(sorted(self.fields, key=lambda each: place.get(each.name, len(names))))
        )

    def requiring(self, *names: str) -> "CommandForm":
        """The same form with some fields required: what this process asks for."""
        return replace(
            self,
            fields=tuple(
                replace(each, required=True) if each.name in names else each for each in self.fields
            ),
        )


def command_form(
    link: Mapping[str, Any],
    place: FormContext,
    language: str,
    *,
    version: int | None = None,
    prefill: Mapping[str, Any] | None = None,
    attempt: Attempt | None = None,
) -> CommandForm:
    """The form of one command that the API says is allowed."""
    fields = fields_of(link["schema"], place, language)
    name = kebab(link["name"])
    made = CommandForm(
        name=name,
        title=link["title"],
        action=link["href"].removeprefix("/api/v1"),
        fields=fields,
        typed=input_from_values(fields, {**place.values, **(prefill or {})}),
        version=version,
        needed=place.needed,
    )
    if attempt is None or attempt.command != name:
        return made
    told = attempt.problem.get("errors", [])
    return replace(
        made,
        typed=attempt.typed,
        errors=errors_by_field(fields, told),
        problem=attempt.problem,
        findings=document_errors(attempt.typed, told),
        about=[place.titles.get(each, each) for each in mentioned_codes(attempt.problem)],
        needed=place.needed | set(attempt.problem.get("attachments", ())),
    )


def mentioned_codes(problem: Mapping[str, Any]) -> list[str]:
    """The names and codes that a refusal gives besides its sentence."""
    found: list[str] = []
    for name in MENTION_KEYS:
        value = problem.get(name, ())
        found += [value] if isinstance(value, str) else value
    return found


def forms_for_subject(
    subject: Mapping[str, Any],
    place: FormContext,
    language: str,
    attempt: Attempt | None = None,
    **prefill: Any,
) -> list[CommandForm]:
    """The forms of everything that may be done with a case, round, decision or municipality."""
    begin = {command.__name__ for command in CREATION_COMMANDS}
    return [
        command_form(
            link,
            place,
            language,
            version=None if link["name"] in begin else subject["version"],
            prefill=prefill,
            attempt=attempt,
        )
        for link in subject.get("allowed", [])
    ]


def creation_link(name: str, roles: Iterable[str]) -> dict[str, Any] | None:
    """The link to a command that begins something, for people with these roles; None where they may not."""
    command = commands_by_name()[name]
    assert command in CREATION_COMMANDS
    allowed = {"applicant", "customer-service"} if command.kind == "case" else {
        str(role) for stage in STREAM_KINDS[command.kind].stages[:1] for role in stage.answers.get(command, ())
    }  # fmt: skip
    if not allowed & set(roles):
        return None
    return {
        "name": name,
        "title": command_title(command),
        "href": f"/api/v1/{command.kind}s",
        "schema": command_schema(command),
    }


def command_named(kind: str, name: str) -> type[Command]:
    """The command of an address; raises `Refused` where there is none."""
    for each in commands_by_name().values():
        if not each.internal and each.kind == kind and kebab(each.__name__) == name:
            return each
    raise Refused(HTTPStatus.NOT_FOUND, {"detail": "There is nothing at this address.", "code": "not-found"})


async def submit_form(
    visit: PageRequest, command: type[Command], place: FormContext
) -> Attempt | dict[str, Any]:
    """Put the command that a form sent, at the address it was sent to: a receipt, or an attempt to be mended."""
    sent = await visit.request.form(max_fields=3000)
    typed = typed_from(sent)
    fields = fields_of(command_schema(command), place, visit.language)
    name = kebab(command.__name__)
    refusal = await _keep_documents(visit, fields, sent, typed)
    if refusal is None:
        body = _changed(command_json(fields, typed), place)
        headers = {"Idempotency-Key": "".join(typed.get(KEY_FIELD, [])) or str(uuid4())}
        if version := "".join(typed.get(VERSION_FIELD, [])):
            headers["If-Match"] = f'"{version}"'
        answer = await visit.ask("POST", visit.request.url.path, json=body, headers=headers)
        if answer.is_success:
            return dict(answer.json())
        refusal = answer
    problem = problem_of(refusal)
    if refusal.status_code in (HTTPStatus.UNAUTHORIZED, HTTPStatus.NOT_FOUND):
        raise Refused(refusal.status_code, problem)
    return Attempt(name, typed, problem, refusal.status_code)


def _changed(body: dict[str, Any], place: FormContext) -> dict[str, Any]:
    """Of the answers to the process's questions, only those that differ from what stands there now."""
    now = place.values.get("form")
    if not now or "form" not in body:
        return body
    changed = {name: value for name, value in body["form"].items() if str(value) != str(now.get(name))}
    return {**body, "form": changed}


def typed_from(sent: FormData) -> FormInput:
    """The texts of a form by path."""
    typed: FormInput = {}
    for name, value in sent.multi_items():
        if isinstance(value, str):
            typed.setdefault(name, []).append(value.replace("\r\n", "\n"))
    return typed


async def _keep_documents(
    visit: PageRequest, fields: Sequence[Field], sent: FormData, typed: FormInput
) -> httpx.Response | None:
    """Send each chosen document to the API; what it is named by joins what was typed. A refusal is returned."""
    for each in [one for one in flatten_fields(fields) if one.kind == "files"]:
        for kind in each.choices:
            for file in sent.getlist(f"{each.path}.{kind.value}"):
                if not isinstance(file, UploadFile) or not file.filename:
                    continue
                answer = await visit.ask(
                    "POST", "/attachments", files={"file": (file.filename, file.file, file.content_type)}
                )
                if answer.is_error:
                    return _about(answer, each.path)
                kept = {**answer.json(), "kind": kind.value}
                typed.setdefault(each.path, []).append(json.dumps(kept))
    return None


def _about(answer: httpx.Response, path: str) -> httpx.Response:
    """The same refusal, said to be about a field."""
    problem = problem_of(answer)
    errors = [{"field": path, "sentence": problem["detail"]}]
    return httpx.Response(answer.status_code, json={**problem, "errors": errors})
