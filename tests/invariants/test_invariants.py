"""What is always true. The walks are the same at each run; together they must record every fact there is."""

from datetime import UTC, datetime
from random import Random
from typing import Any

import pytest
from pydantic import ValidationError

from domain.case.commands import Note
from domain.case.events import Noted
from domain.messages import STAFF, Actor, Command, Role
from domain.processes import process, processes
from domain.rejections import Rejection
from domain.stages import Stage, allowed, guard
from domain.streams import STREAM_KINDS, commands_by_name, events_by_name
from tests.invariants.generators import CommandContext, generate_command
from tests.invariants.generators.command_context import GENERATORS
from tests.invariants.in_memory_system import InMemorySystem
from tests.invariants.machine import (
    ACCEPTED_COMMANDS,
    BEGUN_PROCESSES,
    ENTERED_STAGES,
    EVERY_COMMAND,
    RECORDED_EVENTS,
)
from tests.invariants.people import CODE, PEOPLE, SYSTEM, stream
from tests.invariants.rules import INVARIANTS
from tests.invariants.rules.waived import WAIVED
from tests.invariants.values import FORMS, KNOWN
from tests.invariants.walks import WALKS, walk, walk_all

STAGES = [
    (kind, stage)
    for kind, stages in [
        *((name, kind.stages) for name, kind in STREAM_KINDS.items()),
        *((process.name, process.stages) for process in processes().values()),
    ]
    for stage in stages
]


@pytest.mark.parametrize("number", range(WALKS))
def test_what_is_always_true(number: int) -> None:
    walk(number)


def test_what_is_waived_is_an_invariant() -> None:
    assert set(WAIVED) <= {check.__name__ for _, check in INVARIANTS}


# What the walks cover ------------------------------------------------------------------------------------------------


@pytest.fixture(scope="session")
def every_walk() -> None:
    """Whatever is run of this file, on whichever worker: what is covered is judged when every walk was made.

    Workers share tests by the file (`--dist=loadfile`), so that no walk is made twice.
    """
    walk_all()


NOT_COVERED = (
    "the walks prove nothing about these: add a moment that leads there to tests/invariants/scenarios.py,"
    " or what leads on to ONWARDS in tests/invariants/available_commands.py"
)


@pytest.mark.usefixtures("every_walk")
def test_every_fact_was_recorded() -> None:
    notes = any(Note in stage.answers for _, stage in STAGES)
    facts = {name for name, kind in events_by_name().items() if kind.__module__.startswith("domain.")}
    missing = facts - set(RECORDED_EVENTS) - (set() if notes else {Noted.__name__})
    assert not missing, NOT_COVERED


@pytest.mark.usefixtures("every_walk")
def test_every_command_was_accepted() -> None:
    missing = set(commands_by_name()) - set(ACCEPTED_COMMANDS)
    assert not missing, NOT_COVERED


@pytest.mark.usefixtures("every_walk")
def test_every_process_was_begun_and_every_stage_entered() -> None:
    missing = {name for name, _ in processes()} - set(BEGUN_PROCESSES)
    assert not missing, NOT_COVERED
    stages = {stage.name for _, stage in STAGES} - {"new"}
    assert not stages - set(ENTERED_STAGES), NOT_COVERED


@pytest.mark.parametrize("kind", EVERY_COMMAND, ids=lambda kind: kind.__name__)
def test_the_state_machine_can_give_every_command(kind: type[Command]) -> None:
    """In a municipality where nothing has happened yet, which is where least can be said."""
    system = InMemorySystem(datetime(2022, 6, 1, 9, tzinfo=UTC))
    context = CommandContext(system, stream(kind.kind, "nowhere"), SYSTEM, Random(1))
    if kind in GENERATORS:
        return
    try:
        assert isinstance(generate_command(kind, context), kind)
    except ValidationError as error:
        pytest.fail(
            f"{kind.__name__} is not walked: write what it says in a function with @generates({kind.__name__})"
            f" in tests/invariants/generators/. {error}"
        )


@pytest.mark.parametrize("name", KNOWN)
def test_the_state_machine_can_fill_in_every_form(name: str) -> None:
    try:
        process(name).form.model_validate(FORMS[name])
    except ValidationError as error:
        pytest.fail(
            f"{name} is not walked: write its answers in FORMS of tests/invariants/values.py. {error}"
        )


def test_every_process_is_known_to_the_state_machine() -> None:
    assert set(KNOWN) == {name for name, _ in processes()}


# What is offered -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("kind", "stage"), STAGES, ids=lambda value: getattr(value, "name", value))
def test_a_stage_offers_what_it_accepts(kind: str, stage: Stage[Any]) -> None:
    """What is offered is never refused by the guard, and whatever may be done by hand is offered."""
    everybody = [
        *PEOPLE,
        SYSTEM,
        *(Actor("one-hat", CODE, frozenset({role})) for role in STAFF | {Role.APPLICANT}),
    ]
    for by in everybody:
        offered = set(allowed(stage, by))
        for command in commands_by_name().values():
            try:
                guard(stage, command, by)
            except Rejection:
                assert command not in offered, f"{command.__name__} is offered to {by.user_id} and refused"
            else:
                assert command in offered or command.internal
