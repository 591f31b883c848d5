"""All that a decision may know besides its command and its own state: the time, who asks, and other streams."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from domain.case.state import Case
from domain.decision.state import Decision
from domain.messages import HELSINKI, Actor, StreamId
from domain.municipality.state import Municipality
from domain.register.state import NumberSeries
from domain.road.state import Road
from domain.round.state import Round
from domain.user.state import Administrators


@dataclass(frozen=True)
class Context:
    """The time, who asks, the command's own stream, and any other stream of the municipality, folded when asked for.

    Whatever was read must still be true when the facts are written.
    """

    now: datetime
    by: Actor
    stream: StreamId
    streams: Mapping[StreamId, Any] = field(default_factory=dict)

    @property
    def today(self) -> date:
        """The legal day: the date in Helsinki."""
        return self.now.astimezone(HELSINKI).date()

    def of(self, kind: str, key: str) -> StreamId:
        """The name of another stream of the same municipality."""
        return StreamId(self.stream.municipality, kind, key)

    def find_case(self, key: str) -> Case | None:
        """A case that somebody named; None where there is none."""
        found: Case | None = self.streams[self.of("case", key)]
        return found

    def case(self, key: str) -> Case:
        """A case that a fact names, so that it is there."""
        found = self.find_case(key)
        assert found is not None, "a fact names a case that is not there"
        return found

    def find_round(self, key: str) -> Round | None:
        """A round that somebody named; None where there is none."""
        found: Round | None = self.streams[self.of("round", key)]
        return found

    def round(self, key: str) -> Round:
        """A round that a fact names, so that it is there."""
        found = self.find_round(key)
        assert found is not None, "a fact names a round that is not there"
        return found

    def decision(self, key: str) -> Decision:
        """A decision that a fact names, so that it is there."""
        found: Decision | None = self.streams[self.of("decision", key)]
        assert found is not None, "a fact names a decision that is not there"
        return found

    def municipality(self) -> Municipality:
        """What the municipality has adopted."""
        found: Municipality = self.streams[self.of("municipality", "settings")]
        return found

    def road(self, key: str) -> Road:
        """What a road has been granted."""
        found: Road = self.streams[self.of("road", key)]
        return found

    def register(self, book: str) -> NumberSeries:
        """How far a book of running numbers has come."""
        found: NumberSeries = self.streams[self.of("register", book)]
        return found

    def administrators(self) -> Administrators:
        """Who acts as an administrator."""
        found: Administrators = self.streams[self.of("administrators", "all")]
        return found
