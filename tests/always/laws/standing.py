"""How every stream stands after each step: its trail folds to its state, and its stage is what the table says."""

from typing import Any

from domain.decider import empty, evolve, stages_of
from domain.messages import Actor, Entered, StreamId
from domain.process import Stage, allowed, current, guard
from domain.rejections import Rejection
from tests.always.memory import Memory
from tests.always.people import PEOPLE, STRANGER, SYSTEM


def stands(store: Memory, stream: StreamId) -> None:
    """A stream is its trail and nothing else."""
    state, trail = store.states[stream], store.trails[stream]
    assert [fact.version for fact in trail] == list(range(1, len(trail) + 1)), "a version is missing"
    positions = [fact.position for fact in trail]
    assert positions == sorted(set(positions))
    folded: Any = empty(stream)
    for fact in trail:
        folded = evolve(stream, folded, fact.event)
    assert folded == state, "the trail folds to another state"
    if hasattr(state, "stage"):
        stage = current(stages_of(stream, state), state)
        entered = next(fact.event for fact in reversed(trail) if isinstance(fact.event, Entered))
        assert entered == stage.entered(state), "the stage is not the one that was entered last"
        assert (state.stage, state.due, state.due_at) == (entered.stage, entered.due, entered.due_at)
        for by in (*PEOPLE, STRANGER, SYSTEM):
            offers_what_it_answers(stage, by)


def offers_what_it_answers(stage: Stage, by: Actor) -> None:
    """What is offered is never refused by the guard, and what may be done by hand is offered."""
    offered = set(allowed(stage, by))
    for command in stage.answers:
        try:
            guard(stage, command, by)
        except Rejection:
            assert command not in offered, f"{command.__name__} is offered and refused"
        else:
            assert command in offered or command.internal
