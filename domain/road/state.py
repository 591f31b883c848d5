"""What a road has been granted."""

from dataclasses import dataclass, replace

from domain.messages import Event
from domain.road.events import Granted


@dataclass(frozen=True)
class Road:
    """Every grant in the order of its decision; the nth was told by the stream's nth event."""

    grants: tuple[Granted, ...] = ()

    def last(self, scheme: str | None, but: str) -> tuple[int, Granted] | None:
        """The last grant, of a scheme where one is asked for, to another case than `but`; with its event's number."""
        found = [
            (n, each)
            for n, each in enumerate(self.grants, 1)
            if each.case != but and (scheme is None or scheme in each.parts)
        ]
        return found[-1] if found else None

    def count(self, scheme: str | None, but: str) -> int:
        """How many grants, to other cases."""
        return sum(each.case != but and (scheme is None or scheme in each.parts) for each in self.grants)


def evolve(event: Event, state: Road) -> Road:
    """Each grant is kept."""
    assert isinstance(event, Granted), "a road knows one fact"
    return replace(state, grants=(*state.grants, event))
