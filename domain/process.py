"""What a process and a stage are, and the one table that says who may put which command when.

A stage is needed or not, and over or not, by looking at the facts; the stage a case is in is the first that is needed
and not over. So a command's function states facts only, and where the case goes next follows from the table.
"""

import pkgutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from importlib import import_module
from typing import Any

from pydantic import BaseModel, Field, JsonValue

from domain.law.appeal import Regime
from domain.messages import SPOKEN, Actor, Command, Entered, Role
from domain.rejections import BadContent, NotAllowed, NotNow

Texts = Mapping[str, str]
"""A text in each language: fi, sv and en."""

Answers = Mapping[type[Command], Sequence[Role]]


@dataclass(frozen=True, kw_only=True)
class Stage:
    """One phase (käsittelyvaihe): waits for whom, answers which commands from which roles, is due when, then what.

    `then` is the internal command that follows by itself: at once, or after the day or instant that `due` gives.
    """

    name: str
    answers: Answers
    waits_for: Role | None = None
    needed: Callable[[Any], bool] = lambda _: True
    over: Callable[[Any], bool] = lambda _: False
    due: Callable[[Any], date | datetime | None] = lambda _: None
    then: type[Command] | None = None

    def entered(self, state: Any) -> Entered:
        """The fact that this stage was entered, as things stand."""
        due = self.due(state)
        instant = due if isinstance(due, datetime) else None
        return Entered(
            stage=self.name,
            waits_for=self.waits_for,
            due=None if instant else due,
            due_at=instant,
            then=self.then.__name__ if self.then else None,
        )


class Form(BaseModel):
    """What a process asks an applicant; a subclass in the process's own file names the questions."""

    model_config = SPOKEN

    @classmethod
    def named(cls, answers: Mapping[str, JsonValue]) -> dict[str, JsonValue]:
        """Answers under their stored names, whichever way they were sent; unknown ones stay as they are."""
        names = {field.alias: name for name, field in cls.model_fields.items()}
        return {names.get(key) or key: value for key, value in answers.items()}


@dataclass(frozen=True)
class AttachmentKind:
    """A kind of attachment that a process asks for."""

    name: str
    titles: Texts
    required: bool = False


@dataclass(frozen=True)
class Check:
    """One line of the handler's checklist, with the law or practice that asks for it."""

    item: str
    titles: Texts
    source: str


@dataclass(frozen=True, kw_only=True)
class Process:
    """One kind of case in one edition (prosessi): everything in which it differs from another, as data."""

    name: str
    edition: int
    titles: Texts
    task_class: str
    form: type[Form]
    title_field: str
    """The answer that names the case in queues and lists; never a person's name."""
    grantee_field: str | None = None
    """The answer that names what is granted to, from year to year; grants are remembered by it."""
    stages: tuple[Stage, ...]
    attachments: tuple[AttachmentKind, ...] = ()
    checklist: tuple[Check, ...] = ()
    has_round: bool = False
    regime: Regime | None = None
    pays: bool = False


def asked(fi: str, sv: str, en: str, **constraints: Any) -> Any:
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


def current(stages: Sequence[Stage], state: Any) -> Stage:
    """The first stage that is needed and not over."""
    return next(stage for stage in stages if stage.needed(state) and not stage.over(state))


def guard(stage: Stage, command: type[Command], by: Actor) -> Role:
    """The role that lets `by` put this command in this stage; refuses with `NotNow` or `NotAllowed`."""
    if command not in stage.answers:
        raise NotNow(
            f"This cannot be done in the stage “{stage.name}”; look at what the stage answers now.",
            stage=stage.name,
            command=command.__name__,
        )
    role = next((role for role in stage.answers[command] if role in by.roles), None)
    if role is None:
        needed = (
            ", ".join(role for role in stage.answers[command] if role is not Role.SYSTEM) or "nobody by hand"
        )
        raise NotAllowed(f"Your roles do not allow this; it is for {needed}.", command=command.__name__)
    return role


def allowed(stage: Stage, by: Actor) -> Iterator[type[Command]]:
    """What `by` may do now: the same table as `guard` looks at, for the pages."""
    return (
        command
        for command, roles in stage.answers.items()
        if not command.internal and any(role in by.roles for role in roles)
    )
