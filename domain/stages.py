"""What a stage is, and the guard that every command passes: who may give which command when.

A stage is needed or not, and over or not, by looking at the facts; the stage a case is in is the first that is needed
and not over. So a command's function states facts only, and where the case goes next follows from the table.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Generic, Literal, TypeVar

from domain.messages import Actor, Command, Entered, Role
from domain.rejections import NotAllowed, NotNow
from domain.texts.translation import translate

State = TypeVar("State")

CommandRoles = Mapping[type[Command], Sequence[Role]]


Tone = Literal["grey", "blue", "teal", "violet", "amber", "red", "green"]
"""The colour that a stage is shown in."""


@dataclass(frozen=True, kw_only=True)
class StageTexts:
    """How people are told of a stage: English here, translated by the catalogues."""

    title: str
    phase: str
    """What the path of the case calls it; stages of one phase that follow each other stand there as one."""
    next_step: str
    """What happens in the stage, and who does it."""
    waiting: str = ""
    """Why something waits in a queue, where the stage waits for somebody."""
    tone: Tone = "grey"
    icon: str = "circle-dot"

    def in_language(self, language: str) -> dict[str, str]:
        """The texts as the API tells them."""
        return {
            "title": translate(language, self.title),
            "phase": translate(language, self.phase),
            "next_step": translate(language, self.next_step),
            "tone": self.tone,
            "icon": self.icon,
        }


@dataclass(frozen=True, kw_only=True)
class Stage(Generic[State]):
    """One phase (käsittelyvaihe): waits for whom, answers which commands from which roles, is due when, then what.

    `then` is the internal command that follows by itself: at once, or after the day or instant that `due` gives.
    """

    name: str
    texts: StageTexts
    answers: CommandRoles
    waits_for: Role | None = None
    needed: Callable[[State], bool] = lambda _: True
    over: Callable[[State], bool] = lambda _: False
    due: Callable[[State], date | datetime | None] = lambda _: None
    then: type[Command] | None = None

    def entered(self, state: State) -> Entered:
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


def current(stages: Sequence[Stage[State]], state: State) -> Stage[State]:
    """The first stage that is needed and not over."""
    return next(stage for stage in stages if stage.needed(state) and not stage.over(state))


def guard(stage: Stage[Any], command: type[Command], by: Actor) -> Role:
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


def allowed(stage: Stage[Any], by: Actor) -> Iterator[type[Command]]:
    """What `by` may do now: the same table as `guard` looks at, for the pages."""
    return (
        command
        for command, roles in stage.answers.items()
        if not command.internal and any(role in by.roles for role in roles)
    )
