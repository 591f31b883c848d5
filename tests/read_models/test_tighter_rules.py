"""Read models are rebuilt from what was stored, whatever today's rules say of it."""

import pytest

from projections.read_model import read_models
from tests.limits import tightened
from tests.read_models.conftest import ScenarioDatabases


@pytest.mark.parametrize("name", sorted(read_models()))
def test_a_read_model_is_rebuilt_to_the_same_rows_with_every_limit_tightened(
    databases: ScenarioDatabases, name: str
) -> None:
    """A formula limit of 10 once stopped `rebuild rounds` and the follower of every municipality."""
    model = read_models()[name]
    with databases.owner() as owner:
        with tightened():
            model.rebuild(owner, databases.store)
        assert set(model.verify(owner, databases.store).values()) == {0}
