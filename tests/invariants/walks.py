"""The walks of the state machine: the same at each run, and what they have covered by now in this process."""

import traceback
from collections import Counter

from hypothesis import Phase, seed, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.invariants.machine import MunicipalityMachine

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
made: Counter[int] = Counter()
"""How often each walk was made to its end in this process."""


def walk(number: int, how: settings = STEADY) -> None:
    """Make one walk; raises what is found to be wrong, with the shortest diary that shows it."""
    run_state_machine_as_test(seed(number)(type("Walk", (MunicipalityMachine,), {})), settings=how)
    made[number] += 1


def walk_all() -> None:
    """Make every walk that was not made here yet, so that what they cover together can be judged anywhere."""
    for number in range(WALKS):
        if not made[number]:
            walk(number)


STEPS = 120
"""Of a longer walk: three times as many as in the tests."""


def longer_walk(number: int) -> tuple[int, str]:
    """One longer walk, and what it found, not made shorter; an empty text where nothing is wrong."""
    try:
        walk(number, settings(STEADY, stateful_step_count=STEPS, phases=[Phase.generate]))
    except Exception:  # noqa: BLE001 - whatever is raised is a finding
        return number, traceback.format_exc(limit=-3)
    return number, ""
