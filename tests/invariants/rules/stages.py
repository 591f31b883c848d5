"""How every stream stands: its stage is what the table says after each step, and its stored text tells everything."""

from typing import Any

from domain.messages import Entered, StreamId
from domain.stages import current
from domain.store.event_store import load
from domain.streams import empty_state, evolve, stages_of
from tests.invariants.in_memory_store import TYPES, InMemoryStore


def stands(store: InMemoryStore, stream: StreamId) -> None:
    """A stream that was just written to has every version once, and its stage is the one that it entered last."""
    state, trail = store.states[stream], store.trails[stream]
    assert [fact.version for fact in trail] == list(range(1, len(trail) + 1)), "a version is missing"
    if hasattr(state, "stage"):
        stage = current(stages_of(stream, state), state)
        entered = next(fact.event for fact in reversed(trail) if isinstance(fact.event, Entered))
        assert entered == stage.entered(state), "the stage is not the one that was entered last"
        assert (state.stage, state.due, state.due_at) == (entered.stage, entered.due, entered.due_at)


def is_what_is_stored(store: InMemoryStore) -> None:
    """Every state is what the stored text folds to from its beginning."""
    states: dict[StreamId, Any] = {}
    position = 0
    for accepted in store.accepted:
        for fact, text in zip(accepted.facts, accepted.written, strict=True):
            assert fact.position == (position := position + 1), "positions do not follow the order of facts"
            name, kind = str(fact.stream), type(fact.event).__name__
            loaded = load(TYPES, name, fact.version, fact.position, kind, text.encode())
            assert loaded == fact, "what is stored is read back otherwise"
            states[fact.stream] = evolve(
                fact.stream, states.get(fact.stream, empty_state(fact.stream)), loaded.event
            )
    assert states == store.states, "a trail folds to another state"
