"""What is always true. The walks are the same at each run; together they must tell every fact there is."""

from collections import Counter
from typing import Any

import pytest
from hypothesis import seed, settings
from hypothesis.stateful import run_state_machine_as_test

from domain.case.commands import Note
from domain.case.events import Noted
from domain.decider import STREAM_KINDS, commands_by_name, events_by_name
from domain.messages import STAFF, Actor, Role
from domain.process import processes
from domain.rejections import Rejection
from domain.stages import Stage, allowed, guard
from tests.invariants.machine import ACCEPTED_COMMANDS, RECORDED_EVENTS, MunicipalityMachine
from tests.invariants.people import CODE, PEOPLE, SYSTEM
from tests.invariants.rules import INVARIANTS
from tests.invariants.rules.waived import WAIVED

WALKS = 40
"""Each of its own seed and of ten examples: beyond those hypothesis varies what it has tried, and goes less far."""

STEADY = settings(
    derandomize=True,
    database=None,
    max_examples=10,
    stateful_step_count=40,
    deadline=None,  # an example is a day's work of a municipality; how long it takes says nothing
    report_multiple_bugs=False,
    print_blob=False,
)
walked: Counter[int] = Counter()

STAGES = [
    (kind, stage)
    for kind, stages in [
        *((name, kind.stages) for name, kind in STREAM_KINDS.items()),
        *((process.name, process.stages) for process in processes().values()),
    ]
    for stage in stages
]


@pytest.mark.parametrize("walk", range(WALKS))
def test_what_is_always_true(walk: int) -> None:
    run_state_machine_as_test(seed(walk)(type("Walk", (MunicipalityMachine,), {})), settings=STEADY)
    walked[walk] += 1


def test_what_is_waived_is_a_law() -> None:
    assert set(WAIVED) <= {law.__name__ for _, law in INVARIANTS}


def after_every_walk(told: Counter[str]) -> set[str]:
    """What was told or accepted, which says something only when every walk was made to its end."""
    if len(walked) < WALKS:
        pytest.skip("not every walk was made to its end")
    return set(told)


def test_every_fact_was_told() -> None:
    notes = any(Note in stage.answers for _, stage in STAGES)
    facts = {name for name, kind in events_by_name().items() if kind.__module__.startswith("domain.")}
    missing = facts - after_every_walk(RECORDED_EVENTS) - (set() if notes else {Noted.__name__})
    assert not missing, "the walks proved nothing about these facts"


def test_every_command_was_accepted() -> None:
    missing = set(commands_by_name()) - after_every_walk(ACCEPTED_COMMANDS)
    assert not missing, "the walks proved nothing about these commands"


@pytest.mark.parametrize(("kind", "stage"), STAGES, ids=lambda value: getattr(value, "name", value))
def test_a_stage_offers_what_it_answers(kind: str, stage: Stage[Any]) -> None:
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
