"""A municipality that stories are played in, through the store; what must follow, follows as the tables say."""

from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, Self, cast
from uuid import UUID

from domain.messages import HELSINKI, Actor, Command, RecordedEvent, StreamId, derived_id, system_actor
from domain.store.event_store import EventStore
from domain.streams import commands_by_name
from projections import deadlines, reactions
from projections.read_model import read_models
from tests.stories.world import BEGINNING, Step, World


class StillClock:
    """A clock that stands where the story has come to."""

    def __init__(self) -> None:
        self.instant = BEGINNING

    def now(self) -> datetime:
        return self.instant.astimezone(UTC)


class ScenarioPlayer:
    """A municipality in the store that the steps of the stories are played in, as in their world in memory.

    The process manager and the scheduler are two loops, over `reactions.pending` and `deadlines.overdue`.
    """

    def __init__(self, store: EventStore, code: str) -> None:
        assert isinstance(store.clock, StillClock)
        self.store, self.code, self.now = store, code, BEGINNING
        self._clock, self._count = store.clock, 0

    def play(self, *steps: Step | Iterable[Step]) -> Self:
        """Play steps, or lists of them; each read model has followed when it returns."""
        for step in steps:
            for each in [step] if callable(step) else step:
                each(cast("World", self))  # it does what a world in memory does
        return self.followed()

    def followed(self) -> Self:
        for model in read_models().values():
            model.catch_up(self.store, self.code)
        return self

    def put(self, command: Command, by: Actor, to: StreamId) -> Self:
        self._count += 1
        self._handle(to.kind, to.key, command, by, derived_id("played", self.code, str(self._count)), None)
        return self

    def settle(self, until: datetime) -> Self:
        """Let happen what follows at once, and what is due until then, the earliest first."""
        assert until >= self.now
        while True:
            self._react()
            moments = [moment for moment in map(_moment, self._upcoming()) if moment <= until]
            if not moments:
                break
            self.now = max(self.now, min(moments))
            for due in deadlines.overdue(self.store.database, self.code, self.today, self.now):
                self._follow(due.stream, str(due.name), due.cause)
        self.now = until
        return self

    def _react(self) -> None:
        while True:
            for model in (reactions.reactions, deadlines.deadlines):
                model.catch_up(self.store, self.code)
            found = [each for each in reactions.pending(self.store.database, self.code) if not each.is_effect]
            if not found:
                return
            for each in found:
                self._follow(each.stream, each.name, each.cause)

    def _upcoming(self) -> list[deadlines.Deadline]:
        return [each for each in deadlines.upcoming(self.store.database, self.code) if each.name]

    def _follow(self, stream: str, name: str, cause: str) -> None:
        _, kind, key = StreamId.parse(stream)
        command = commands_by_name()[name]()
        self._handle(kind, key, command, system_actor(self.code), reactions.reaction_id(cause, name), cause)

    def _handle(
        self, kind: str, key: str, command: Command, by: Actor, command_id: UUID, cause: str | None
    ) -> None:
        self._clock.instant = self.now
        who = Actor(by.user_id, self.code, by.roles)
        self.store.handle(self.stream(kind, key), command, by=who, command_id=command_id, cause=cause)

    # Looking ---------------------------------------------------------------------------------------------------------

    def stream(self, kind: str, key: str) -> StreamId:
        return StreamId(self.code, kind, key)

    def case(self, key: str) -> Any:
        return self.store.read(self.stream("case", key))[1]

    def trail(self) -> list[RecordedEvent]:
        """Every fact of the municipality, straight from the store."""
        return self.store.follow(self.code, 0, 100_000)

    @property
    def today(self) -> date:
        return self.now.astimezone(HELSINKI).date()


def _moment(due: deadlines.Deadline) -> datetime:
    if due.due_at:
        return due.due_at
    assert due.due is not None
    return datetime.combine(due.due + timedelta(days=1), time(), HELSINKI)
