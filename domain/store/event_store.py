"""The event store: the only module that uses the event sourcing library.

`handle` is how everything happens: read the streams, decide, append to all of them or to none. A command id is answered
once; what was read must still be true when the facts are written; positions follow the order of commits.
"""

import json
import random
import time
from collections import OrderedDict
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime
from threading import Lock
from typing import Any
from uuid import UUID

import psycopg
from eventsourcing.persistence import Notification, StoredEvent
from eventsourcing.postgres import PostgresApplicationRecorder, PostgresDatastore
from psycopg import Connection, Cursor
from psycopg.rows import DictRow
from pydantic import ValidationError

from domain.context import Context
from domain.decider import decide_command, require_visible
from domain.messages import Actor, Command, Event, Receipt, RecordedEvent, Role, StreamEvent, StreamId
from domain.rejections import AnsweredOtherwise, Crowded, NotFound, Rejection, Stale
from domain.store.database import CHANNEL, Database
from domain.store.key_ring import KeyRing
from domain.store.settings import Clock, InstallationSettings
from domain.streams import empty_state, events_by_name, evolve

ATTEMPTS = 100
PAUSE = 0.01
"""Seconds that a lost race may add to the next wait."""
CACHED_STATES = 20_000

_municipality: ContextVar[str | None] = ContextVar("municipality", default=None)


class _Datastore(PostgresDatastore):
    """The library's datastore on our pool, so that its statements too see one municipality alone."""

    def __init__(self, database: Database) -> None:
        super().__init__(dbname="", host="", port="", user="", password="", originator_id_type="text")
        self._database = database

    @contextmanager
    def get_connection(self) -> Iterator[Connection[DictRow]]:
        with self._database.connection(_municipality.get()) as connection:
            for info in self.psycopg_type_adapters.values():
                if not connection.adapters.types.get(info.oid):
                    info.register(connection)
            yield connection


class _Moved(Exception):
    """A stream that the decision had read has moved on."""


class _Recorder(PostgresApplicationRecorder):
    """The library's recorder, appending only where everything that was read is still so."""

    def insert_events(self, stored_events: Sequence[StoredEvent], **kwargs: Any) -> Sequence[int]:
        read: Mapping[str, int] = kwargs["read"]
        with (
            self.datastore.get_connection() as connection,
            connection.transaction(),
            connection.cursor() as cursor,
        ):
            cursor.execute("select take_turn_now()")
            found = cursor.execute(
                "select originator_id, max(originator_version) as version from stored_events"
                " where originator_id = any(%s) group by originator_id",
                [list(read)],
            ).fetchall()
            now = {row["originator_id"]: row["version"] for row in found}
            if any(now.get(stream, 0) != version for stream, version in read.items()):
                raise _Moved
            self._insert_stored_events(cursor, stored_events)
            positions = self._fetch_ids_after_insert_events(cursor, stored_events) or []
            kwargs["afterwards"](cursor, positions)
        return positions

    def _lock_table(self, curs: Cursor[DictRow]) -> None:
        """The library locks the table, which our role may not; the turn is taken already, and by the table's trigger."""

    def _notify_channel(self, curs: Cursor[DictRow]) -> None:
        curs.execute("select pg_notify(%s, tenant())", [CHANNEL])


def event_tables() -> Sequence[Any]:
    """The statements that create the library's tables, for `migrate` alone."""
    recorder = _Recorder.__new__(_Recorder)
    PostgresApplicationRecorder.__init__(recorder, _Unconnected())
    return [
        (
            "do $$ begin create type public.stored_event_text as"
            " (originator_id text, originator_version bigint, topic text, state bytea);"
            " exception when duplicate_object then null; end $$"
        ),
        *(
            each
            for each in recorder.sql_create_statements
            if "CREATE TABLE" in each.as_string() or "INDEX" in each.as_string()
        ),
        (
            "create or replace function take_turn_now() returns void language sql"
            " as $$ select pg_advisory_xact_lock(7421002) $$"
        ),
    ]


class _Unconnected(PostgresDatastore):
    """A datastore that only spells statements."""

    def __init__(self) -> None:
        super().__init__(dbname="", host="", port="", user="", password="", originator_id_type="text")

    def register_type_adapters(self) -> None:
        pass


class _Streams(Mapping[StreamId, Any]):
    """Other streams, folded when a decision asks for them; remembers which versions it saw."""

    def __init__(self, store: "EventStore") -> None:
        self._store = store
        self._states: dict[StreamId, Any] = {}
        self.versions: dict[StreamId, int] = {}

    def __getitem__(self, stream: StreamId) -> Any:
        if stream not in self._states:
            self.versions[stream], self._states[stream] = self._store.read(stream)
        return self._states[stream]

    def __iter__(self) -> Iterator[StreamId]:
        return iter(self._states)

    def __len__(self) -> int:
        return len(self._states)


class EventStore:
    """Reads streams, answers commands, and lets readers follow in the order of commits."""

    def __init__(self, database: Database, keys: KeyRing, clock: Clock) -> None:
        self.database, self.keys, self.clock = database, keys, clock
        self._recorder = _Recorder(_Datastore(database))
        self._types = events_by_name()
        self._cache: OrderedDict[StreamId, tuple[int, Any]] = OrderedDict()
        self._cache_lock = Lock()

    @classmethod
    def open(cls, settings: InstallationSettings, *, size: int = 12) -> "EventStore":
        """The store of an installation, as its environment says."""
        database = Database(settings.database_url, size=size).open()
        return cls(database, KeyRing(database, settings.master_key), settings.clock)

    # Answering -------------------------------------------------------------------------------------------------------

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
        """Answer a command once. Raises a `Rejection` where it is turned down; nothing is half-written."""
        digest = self.keys.digest(str(stream), type(command).__name__, by.user_id, _plain(command))
        for attempt in range(ATTEMPTS):
            time.sleep(random.uniform(0, min(attempt, 10) * PAUSE))  # noqa: S311 - so that writers get out of each other's way
            if earlier := self._answered(stream, command_id, digest):
                return earlier
            streams = _Streams(self)
            require_visible(stream, streams[stream], by)
            context = Context(now=self.clock.now(), by=by, stream=stream, streams=streams)
            try:
                self._still_at(stream, streams.versions[stream], expected_version)
                role, facts = decide_command(command, context)
            except Rejection:
                if earlier := self._answered(stream, command_id, digest):  # by a twin, since we looked
                    return earlier
                raise
            answer = _Answer(command, command_id, digest, by, role, cause, context.now)
            try:
                return self._append(answer, stream, facts, streams.versions)
            except (_Moved, psycopg.errors.UniqueViolation):
                continue
        raise Crowded("Others wrote to the same streams at the same moment; nothing was written. Try again.")

    def _answered(self, stream: StreamId, command_id: UUID, digest: str) -> Receipt | None:
        with self.database.connection(stream.municipality) as connection:
            row = connection.execute(
                "select digest, stream, version, position from answered where command_id = %s", [command_id]
            ).fetchone()
        if row is None:
            return None
        if row["digest"] != digest:
            raise AnsweredOtherwise(
                "This command id was answered already, with another content: use a new id."
            )
        return Receipt(StreamId.parse(row["stream"]), row["version"], row["position"])

    def _still_at(self, stream: StreamId, version: int, expected: int | None) -> None:
        if expected is None or expected == version:
            return
        if version == 0 and empty_state(stream) is None:
            raise NotFound("There is no such thing here.")
        since = [
            {"version": each.version, "what": each.command, "by": each.by, "at": each.recorded_at.isoformat()}
            for each in self.trail(stream, after=expected)
        ]
        raise Stale("Others have worked on this since you looked at it.", currentVersion=version, since=since)

    def _append(
        self, answer: "_Answer", stream: StreamId, facts: list[StreamEvent], read: Mapping[StreamId, int]
    ) -> Receipt:
        versions = dict(read)
        stored = []
        for target, event in facts:
            versions[target] = versions[target] + 1
            stored.append(answer.store(target, versions[target], event, self.keys.sealer(target)))

        def afterwards(cursor: Cursor[DictRow], positions: Sequence[int]) -> None:
            cursor.execute(
                "insert into answered (command_id, digest, stream, version, position) values (%s, %s, %s, %s, %s)",
                [answer.command_id, answer.digest, str(stream), versions[stream], positions[-1]],
            )
            cursor.execute("insert into municipalities default values on conflict do nothing")
            erased = [str(target) for target, event in facts if type(event).__name__ == "PersonalDataErased"]
            cursor.execute("delete from personal_keys where stream = any(%s)", [erased])

        with _as(stream.municipality):
            positions = self._recorder.insert_events(
                stored, read={str(each): version for each, version in read.items()}, afterwards=afterwards
            )
        return Receipt(stream, versions[stream], positions[-1])

    # Reading ---------------------------------------------------------------------------------------------------------

    def read(self, stream: StreamId) -> tuple[int, Any]:
        """The version and the state of a stream; 0 and its empty state where nothing has happened."""
        with self._cache_lock:
            version, state = self._cache.get(stream, (0, empty_state(stream)))
        for recorded in self.trail(stream, after=version):
            version, state = recorded.version, evolve(stream, state, recorded.event)
        with self._cache_lock:
            self._cache[stream] = (version, state)
            self._cache.move_to_end(stream)
            if len(self._cache) > CACHED_STATES:
                self._cache.popitem(last=False)
        return version, state

    def as_it_was(
        self, stream: StreamId, *, version: int | None = None, at: datetime | None = None
    ) -> tuple[int, Any]:
        """The version and state after event `version`, or as it was known at an instant."""
        seen, state = 0, empty_state(stream)
        for recorded in self.trail(stream, until=version):
            if at is not None and recorded.recorded_at > at:
                break
            seen, state = recorded.version, evolve(stream, state, recorded.event)
        return seen, state

    def trail(self, stream: StreamId, *, after: int = 0, until: int | None = None) -> list[RecordedEvent]:
        """The recorded events of one stream in order."""
        with _as(stream.municipality):
            found = self._recorder.select_events(str(stream), gt=after or None, lte=until)
        return [self._load(each, 0) for each in found]

    def follow(self, municipality: str, after: int, limit: int = 500) -> list[RecordedEvent]:
        """The next events of a municipality after a position, in the order of commits, none left out."""
        with _as(municipality):
            found = self._recorder.select_notifications(after, limit, inclusive_of_start=False)
        return [self._load(each, int(each.id)) for each in found]

    def stored(self, municipality: str, after: int, limit: int = 500) -> Sequence[Notification]:
        """The same as the bytes that are stored, for exports and proofs."""
        with _as(municipality):
            return list(self._recorder.select_notifications(after, limit, inclusive_of_start=False))

    def last_position(self, municipality: str) -> int:
        """The position of the municipality's last event; 0 where there is none."""
        with _as(municipality):
            return self._recorder.max_notification_id() or 0

    def _load(self, stored: StoredEvent | Notification, position: int) -> RecordedEvent:
        return load(
            self._types,
            str(stored.originator_id),
            stored.originator_version,
            position,
            stored.topic,
            stored.state,
        )


def load(
    types: Mapping[str, Any], stream: str, version: int, position: int, topic: str, state: bytes
) -> RecordedEvent:
    """A recorded event from its stored bytes, carried over to today's form where it is older.

    Raises UnreadableEvent, and nothing else.
    """
    where = stream, version, position, topic
    if (kind := types.get(topic)) is None:
        raise UnreadableEvent(*where, "no event of this name is known here")
    try:
        written = json.loads(state)
    except (ValueError, RecursionError):
        raise UnreadableEvent(*where, "its bytes are not JSON") from None
    try:
        shape, fact = int(written["shape"]), written["fact"]
        if shape <= kind.shape:
            return RecordedEvent(
                stream=StreamId.parse(stream),
                version=version,
                position=position,
                recorded_at=datetime.fromisoformat(written["at"]),
                by=written["by"],
                role=Role(written["role"]),
                command=written["command"],
                command_id=UUID(written["id"]),
                cause=written["cause"],
                event=kind.model_validate(
                    fact if shape == kind.shape else kind.upcast(shape, fact), context={"stored": True}
                ),
            )
    except Exception as error:  # noqa: BLE001 - whatever an upcast or a validator raises is one thing to a reader
        raise UnreadableEvent(*where, f"it does not fit ({_misfit(kind, error)})") from None
    raise UnreadableEvent(*where, f"its shape {shape} is newer than {kind.shape}, the newest known here")


def _misfit(kind: type[Event], error: Exception) -> str:
    """What kind of error, and in which of the event's fields; never a value, nor a name that only the bytes have."""
    places = error.errors(include_input=False) if isinstance(error, ValidationError) else []
    fields = sorted({str(each["loc"][0]) for each in places if each["loc"]} & set(kind.model_fields))
    return " ".join([type(error).__name__, *fields])


class UnreadableEvent(Exception):
    """A stored event that this version of the programme cannot read: where it stands and what is wrong, never a value.

    Its own stream and the followers of its municipality stand before it; what is wrong is in its bytes or in the
    programme's age. Once it can be read they go on from there. `position` is 0 where a stream was read.
    """

    def __init__(self, stream: str, version: int, position: int, topic: str, wrong: str) -> None:
        self.event = f"{stream}@{version} {topic}"
        super().__init__(f"{self.event} cannot be read: {wrong}")
        self.stream, self.version, self.position, self.topic, self.wrong = (
            stream,
            version,
            position,
            topic,
            wrong,
        )


class _Answer:
    """What every fact of one answer says besides itself."""

    def __init__(
        self,
        command: Command,
        command_id: UUID,
        digest: str,
        by: Actor,
        role: Role,
        cause: str | None,
        at: datetime,
    ) -> None:
        self.command_id, self.digest = command_id, digest
        self._common = {
            "at": at.isoformat(),
            "by": by.user_id,
            "role": role.value,
            "command": type(command).__name__,
            "id": str(command_id),
            "cause": cause,
        }

    def store(self, stream: StreamId, version: int, event: Any, seal: Any) -> StoredEvent:
        fact = event.model_dump(mode="json", context={"seal": seal})
        written = {**self._common, "shape": event.shape, "fact": fact}
        return StoredEvent(
            originator_id=str(stream),
            originator_version=version,
            topic=type(event).__name__,
            state=json.dumps(written, ensure_ascii=False, separators=(",", ":")).encode(),
        )


def _plain(command: Command) -> str:
    return json.dumps(command.model_dump(mode="json", context={"plain": True}), sort_keys=True)


@contextmanager
def _as(municipality: str) -> Iterator[None]:
    token = _municipality.set(municipality)
    try:
        yield
    finally:
        _municipality.reset(token)
