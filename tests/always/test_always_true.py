"""What is always true. One walk of many examples serves every test here; it is the same at each run."""

from collections import Counter
from functools import cache

from hypothesis import settings
from hypothesis.stateful import run_state_machine_as_test

from domain.case.commands import Note
from domain.case.events import Noted
from domain.decider import commands_by_name, events_by_name
from domain.process import processes
from tests.always.machine import ACCEPTED, TOLD, Municipality

STEADY = settings(
    derandomize=True,
    database=None,
    max_examples=600,
    stateful_step_count=40,
    deadline=None,  # an example is a whole municipality; how long it takes says nothing
)


@cache
def walked() -> tuple[Counter[str], Counter[str]]:
    """How often each fact was told and each command accepted, when nothing that is always true was ever false."""
    run_state_machine_as_test(Municipality, settings=STEADY)
    return TOLD, ACCEPTED


def test_what_is_always_true() -> None:
    walked()


def test_every_fact_was_told() -> None:
    notes = any(Note in stage.answers for process in processes().values() for stage in process.stages)
    facts = {name for name, kind in events_by_name().items() if kind.__module__.startswith("domain.")}
    missing = facts - set(walked()[0]) - (set() if notes else {Noted.__name__})
    assert not missing, "the walks proved nothing about these facts"


def test_every_command_was_accepted() -> None:
    missing = set(commands_by_name()) - set(walked()[1])
    assert not missing, "the walks proved nothing about these commands"
