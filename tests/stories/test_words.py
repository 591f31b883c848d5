"""The words themselves: every event, command, stage and rejection says what it is, and every command is handled."""

import inspect
from typing import Any

import pytest

from domain import rejections
from domain.case import commands as case_commands
from domain.case import stages
from domain.decider import DECIDE_FUNCTIONS
from domain.decision import commands as decision_commands
from domain.messages import Actor, Command, Event, Role
from domain.municipality import commands as municipality_commands
from domain.processes import processes
from domain.rejections import NotAllowed, NotNow, Rejection
from domain.round import commands as round_commands
from domain.stages import Stage, allowed, guard
from domain.streams import STREAM_KINDS, commands_by_name, events_by_name
from domain.user import commands as user_commands

MODULES = (case_commands, round_commands, decision_commands, municipality_commands, user_commands)
COMMANDS = [
    kind
    for module in MODULES
    for kind in vars(module).values()
    if inspect.isclass(kind) and issubclass(kind, Command) and kind.__module__ == module.__name__
]
ABSTRACT = {case_commands.CaseCommand, decision_commands.DecisionCommand, decision_commands.ClaimCommand}
ASKED = [kind for kind in COMMANDS if kind not in ABSTRACT]
EVENTS = [kind for kind in events_by_name().values() if kind.__module__.startswith("domain.")]
NOES = [
    Rejection,
    *(kind for kind in vars(rejections).values() if inspect.isclass(kind) and kind.__base__ is Rejection),
]
SPOKEN = [kind for kind in ASKED if not kind.internal and kind.kind != "municipality"]
"""What a person fills in as a form; adoption has a page of its own."""


def name(kind: type) -> str:
    return kind.__name__


def every_stage() -> list[Stage[Any]]:
    tables = [
        *(kind.stages for kind in STREAM_KINDS.values()),
        *(process.stages for process in processes().values()),
    ]
    return [stage for table in tables for stage in table]


@pytest.mark.parametrize("kind", [*EVENTS, *COMMANDS, *NOES], ids=name)
def test_every_event_command_and_rejection_says_what_it_is(kind: type) -> None:
    own = vars(kind).get("__doc__")
    assert own, f"{kind.__name__} has no docstring of its own"
    assert own.strip().splitlines()[0]


@pytest.mark.parametrize("kind", ASKED, ids=name)
def test_a_commands_docstring_begins_with_its_title(kind: type[Command]) -> None:
    title = (kind.__doc__ or "").strip().splitlines()[0]
    assert len(title) <= 80
    assert not title.endswith("."), "a title, not a sentence"


@pytest.mark.parametrize("kind", EVENTS, ids=name)
def test_an_event_is_shown_in_a_sentence(kind: type[Event]) -> None:
    assert (kind.__doc__ or "").strip().splitlines()[0].rstrip().endswith((".", "…"))


@pytest.mark.parametrize("kind", ASKED, ids=name)
def test_every_command_is_accepted_in_some_stage(kind: type[Command]) -> None:
    answered = {
        command for stage in vars(stages).values() if isinstance(stage, Stage) for command in stage.answers
    }
    answered |= {
        command for each in processes().values() for stage in each.stages for command in stage.answers
    }
    answered |= {
        command for table in STREAM_KINDS.values() for stage in table.stages for command in stage.answers
    }
    assert kind in answered, f"no stage answers {kind.__name__}"


@pytest.mark.parametrize("kind", commands_by_name().values(), ids=name)
def test_every_command_that_a_stage_accepts_is_decided_by_a_named_function(kind: type[Command]) -> None:
    decide: Any = DECIDE_FUNCTIONS[kind.kind]
    assert decide.dispatch(kind) is not decide.dispatch(object), f"nothing decides {kind.__name__}"
    assert decide.dispatch(kind).__name__ != "_", f"the function that decides {kind.__name__} has no name"


def test_a_stage_accepts_commands_of_one_kind_and_lets_somebody_give_each() -> None:
    for stage in every_stage():
        assert len({command.kind for command in stage.answers}) <= 1, stage.name
        for command, roles in stage.answers.items():
            assert roles, f"nobody may put {command.__name__} in {stage.name}"


@pytest.mark.parametrize("role", Role)
def test_what_the_pages_offer_is_what_the_guard_lets_through(role: Role) -> None:
    somebody = Actor("somebody", "498", frozenset({role}))
    for stage in every_stage():
        offered = set(allowed(stage, somebody))
        for kind in ASKED:
            try:
                assert guard(stage, kind, somebody) is role
                assert kind in offered or kind.internal
            except (NotAllowed, NotNow):
                assert kind not in offered


def test_what_follows_by_itself_is_accepted_from_the_system_in_that_stage() -> None:
    for stage in every_stage():
        if stage.then is not None:
            assert "system" in stage.answers[stage.then], stage.name


@pytest.mark.parametrize("kind", SPOKEN, ids=name)
def test_each_field_of_a_command_has_a_title(kind: type[Command]) -> None:
    untitled = [field for field, told in kind.model_fields.items() if not told.title]
    assert not untitled, f"{kind.__name__} asks {', '.join(untitled)} without a title"


@pytest.mark.parametrize("process", processes().values(), ids=lambda process: process.name)
def test_each_question_and_attachment_and_check_of_a_process_is_told_in_three_languages(process: Any) -> None:
    told = [process.titles, *(each.titles for each in (*process.attachments, *process.checklist))]
    told += [each.unmet for each in process.checklist if each.unmet]
    if process.decides:
        outcomes = (process.decides.granted, process.decides.rejected)
        told += [text for each in outcomes for text in (each.word, each.checked, each.decided)]
    if process.size_field:
        told.append(process.size_field.unit)
    told += [
        (field.json_schema_extra or {}).get("x-titles", {}) for field in process.form.model_fields.values()
    ]
    for titles in told:
        assert {"fi", "sv", "en"} <= set(titles), titles
        assert all(titles.values())


@pytest.mark.parametrize("kind", [kind for kind in NOES if kind is not Rejection], ids=name)
def test_a_no_has_a_code_that_stays(kind: type[Rejection]) -> None:
    code = kind("…").code
    assert code.replace("-", "").isalpha()
    assert code == code.lower()


def test_a_rejection_shows_no_detail_that_it_does_not_have() -> None:
    assert rejections.NotNow("…", stage="closed", due=None).details == {"stage": "closed"}
