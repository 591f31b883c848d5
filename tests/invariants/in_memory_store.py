"""The store's promises in memory: dicts instead of tables, and the very text that the real store would write.

A command id is answered once, facts of several streams are written together or not at all, and a personal value is
sealed before it is written. States are folded from what was read back, never from what was decided.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any
from uuid import UUID

from domain.case.events import PersonalDataErased
from domain.context import Context
from domain.decider import decide_command, require_visible
from domain.messages import HELSINKI, Actor, Command, Receipt, RecordedEvent, StreamEvent, StreamId
from domain.personal import Personal
from domain.rejections import AnsweredOtherwise, Stale
from domain.store.event_store import load
from domain.streams import empty_state, events_by_name, evolve

TYPES = events_by_name()


class FakeKeyRing:
    """A dummy key ring: what is sealed is a number, and only the vault knows what stands behind it."""

    def __init__(self) -> None:
        self._plain: dict[str, tuple[StreamId, str | None]] = {}

    def seal(self, stream: StreamId, value: Personal) -> Personal:
        plain = self.open(value) if value.is_sealed else value.plain
        number = f"sealed-{len(self._plain) + 1}"
        self._plain[number] = (stream, plain)
        return Personal(subject=value.subject, key_id=f"{stream}|{value.subject}", sealed=number)

    def open(self, value: Personal) -> str | None:
        """The plain text; None where its key is destroyed."""
        _, plain = self._plain[value.sealed]
        return plain

    def destroy(self, stream: StreamId) -> None:
        """Destroy the keys of a stream. Numbers are never given again, so the rows stay, empty."""
        for number, (owner, _) in self._plain.items():
            if owner == stream:
                self._plain[number] = (owner, None)

    def copy(self) -> "FakeKeyRing":
        other = FakeKeyRing()
        other._plain = dict(self._plain)
        return other


@dataclass(frozen=True)
class AcceptedCommand:
    """A command that was accepted, and every fact it led to."""

    stream: StreamId
    command: Command
    by: Actor
    now: datetime
    facts: tuple[RecordedEvent, ...]
    written: tuple[str, ...] = field(repr=False)
    """The same facts as the text that is stored."""

    @property
    def today(self) -> date:
        return self.now.astimezone(HELSINKI).date()


class StreamStates(dict[StreamId, Any]):
    """States by stream; a stream that nothing has happened to has its empty state."""

    def __missing__(self, stream: StreamId) -> Any:
        return empty_state(stream)


class InMemoryStore:
    """A store: streams of recorded facts, what they have come to, and which command ids are answered."""

    def __init__(self, now: datetime) -> None:
        self.now = now
        self.states = StreamStates()
        self.trails: Mapping[StreamId, tuple[RecordedEvent, ...]] = {}
        self.accepted: tuple[AcceptedCommand, ...] = ()
        self.receipts: Mapping[UUID, tuple[str, Receipt]] = {}
        self.position = 0
        self.key_ring = FakeKeyRing()

    @property
    def today(self) -> date:
        return self.now.astimezone(HELSINKI).date()

    def version(self, stream: StreamId) -> int:
        return len(self.trails.get(stream, ()))

    def handle(
        self,
        stream: StreamId,
        command: Command,
        *,
        by: Actor,
        command_id: UUID,
        expected_version: int | None = None,
        cause: str | None = None,
    ) -> Receipt:
        """Answer a command once, as the real store does. Raises its rejection, and nothing is written."""
        digest = _digest(stream, command, by)
        if command_id in self.receipts:
            known, receipt = self.receipts[command_id]
            if known != digest:
                raise AnsweredOtherwise("This command id was answered already, with another content.")
            return receipt
        require_visible(stream, self.states[stream], by)
        if expected_version not in (None, self.version(stream)):
            raise Stale("Others have worked on this since you looked at it.")
        context = Context(now=self.now, by=by, stream=stream, streams=self.states)
        role, facts = decide_command(command, context)
        said = {
            "at": self.now.isoformat(),
            "by": by.user_id,
            "role": role.value,
            "command": type(command).__name__,
            "id": str(command_id),
            "cause": cause,
        }
        self._append(facts, said, AcceptedCommand(stream, command, by, self.now, (), ()))
        receipt = Receipt(stream, self.version(stream), self.position)
        self.receipts = {**self.receipts, command_id: (digest, receipt)}
        return receipt

    def _append(self, facts: list[StreamEvent], said: Mapping[str, Any], accepted: AcceptedCommand) -> None:
        states, trails = StreamStates(self.states), dict(self.trails)
        recorded, written = [], []
        for position, (stream, event) in enumerate(facts, self.position + 1):
            text = _written(event, said, lambda value, to=stream: self.key_ring.seal(to, value))
            version = len(trails.get(stream, ())) + 1
            loaded = load(TYPES, str(stream), version, position, type(event).__name__, text.encode())
            trails[stream] = (*trails.get(stream, ()), loaded)
            states[stream] = evolve(stream, states[stream], loaded.event)
            recorded.append(loaded)
            written.append(text)
            if isinstance(event, PersonalDataErased):
                self.key_ring.destroy(stream)
        self.states, self.trails, self.position = states, trails, self.position + len(facts)
        self.accepted = (*self.accepted, replace(accepted, facts=tuple(recorded), written=tuple(written)))

    def copy(self) -> "InMemoryStore":
        """Another store that has come just as far."""
        other = InMemoryStore(self.now)
        other.__dict__.update(self.__dict__)
        other.key_ring = self.key_ring.copy()
        return other


def _digest(stream: StreamId, command: Command, by: Actor) -> str:
    content = json.dumps(command.model_dump(mode="json", context={"plain": True}), sort_keys=True)
    parts = (str(stream), type(command).__name__, by.user_id, content)
    return hashlib.sha256("\x1f".join(parts).encode()).hexdigest()


def _written(event: Any, said: Mapping[str, Any], seal: Any) -> str:
    fact = event.model_dump(mode="json", context={"seal": seal})
    return json.dumps({**said, "shape": event.shape, "fact": fact}, ensure_ascii=False)
