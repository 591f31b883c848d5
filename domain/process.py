"""What a process is: one kind of case in one edition, as data, and where the processes are found."""

import pkgutil
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from typing import Any

from pydantic import BaseModel, Field, JsonValue

from domain.case.state import Case
from domain.law.appeal import Regime
from domain.messages import WIRE_CONFIG
from domain.rejections import BadContent
from domain.stages import Stage

LocalizedText = Mapping[str, str]
"""A text in languages, English always one of them; what others read, `in_language` tells."""


class ProcessForm(BaseModel):
    """What a process asks an applicant; a subclass in the process's own file names the questions."""

    model_config = WIRE_CONFIG

    @classmethod
    def named(cls, answers: Mapping[str, JsonValue]) -> dict[str, JsonValue]:
        """Answers under their stored names, whichever way they were sent; unknown ones stay as they are."""
        names = {field.alias: name for name, field in cls.model_fields.items()}
        return {names.get(key) or key: value for key, value in answers.items()}


@dataclass(frozen=True)
class AttachmentKind:
    """A kind of attachment that a process asks for."""

    name: str
    titles: LocalizedText
    required: bool = False


@dataclass(frozen=True)
class Check:
    """One line of the handler's checklist, with the law or practice that asks for it."""

    item: str
    titles: LocalizedText
    source: str


@dataclass(frozen=True, kw_only=True)
class Process:
    """One kind of case in one edition (prosessi): everything in which it differs from another, as data."""

    name: str
    edition: int
    titles: LocalizedText
    task_class: str
    form: type[ProcessForm]
    title_field: str
    """The answer that names the case in queues and lists; never a person's name."""
    grantee_field: str | None = None
    """The answer that names what is granted to, from year to year; grants are remembered by it."""
    stages: tuple[Stage[Case], ...]
    attachments: tuple[AttachmentKind, ...] = ()
    checklist: tuple[Check, ...] = ()
    has_round: bool = False
    regime: Regime | None = None
    pays: bool = False


def form_question(fi: str, sv: str, en: str, **constraints: Any) -> Any:
    """A field of a process's form with its question in each language."""
    return Field(title=en, json_schema_extra={"x-titles": {"fi": fi, "sv": sv, "en": en}}, **constraints)


@cache
def processes() -> Mapping[tuple[str, int], Process]:
    """Every process there is, found by looking in `domain/processes/`, by name and edition."""
    folder = import_module("domain.processes")
    found = [
        value
        for module in pkgutil.iter_modules(folder.__path__)
        for value in vars(import_module(f"domain.processes.{module.name}")).values()
        if isinstance(value, Process)
    ]
    return {(process.name, process.edition): process for process in found}


def process(name: str, edition: int | None = None) -> Process:
    """A process in an edition, or in its newest."""
    editions = [key for key in processes() if key[0] == name and edition in (None, key[1])]
    if not editions:
        known = ", ".join(sorted({key[0] for key in processes()}))
        raise BadContent(
            f"There is no such process; the processes are {known}.", field="process", process=name
        )
    return processes()[max(editions)]
