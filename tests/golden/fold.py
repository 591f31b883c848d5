"""Read golden lines through the store's own `load`, fold them, and compare with the state that is written beside."""

import dataclasses
import json
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, time
from decimal import Decimal
from enum import StrEnum
from typing import Any

from pydantic import BaseModel

from domain.messages import RecordedEvent, StreamId
from domain.personal import Personal
from domain.store.event_store import load
from domain.streams import empty_state, events_by_name, evolve


def read(lines: Iterable[str]) -> list[RecordedEvent]:
    """The events of a golden file, loaded from the bytes that the store keeps."""
    types, events = events_by_name(), []
    for position, line in enumerate(map(json.loads, lines), 1):
        stored = json.dumps(line["stored"], ensure_ascii=False, separators=(",", ":")).encode()
        events.append(load(types, line["stream"], line["version"], position, line["topic"], stored))
    return events


def folded(events: Iterable[RecordedEvent]) -> dict[StreamId, Any]:
    """What every stream has come to."""
    states: dict[StreamId, Any] = {}
    for recorded in events:
        name = recorded.stream
        states[name] = evolve(name, states.get(name, empty_state(name)), recorded.event)
    return states


def plain(value: Any) -> Any:
    """A state as JSON that people can read."""
    shown = value
    if isinstance(value, Personal):
        shown = value.to_stored()
    elif (fields := _fields(value)) is not None:
        shown = {name: plain(each) for name, each in fields.items()}
    elif isinstance(value, Mapping):
        shown = {_key(key): plain(each) for key, each in value.items()}
    elif isinstance(value, frozenset):
        shown = sorted(plain(each) for each in value)
    elif isinstance(value, tuple | list):
        shown = [plain(each) for each in value]
    elif isinstance(value, date | time):
        shown = value.isoformat()
    elif isinstance(value, StrEnum | Decimal):
        shown = str(value)
    return shown


def differences(recorded: Any, value: Any, where: str = "") -> Iterator[str]:
    """Where a state is not as it was written. A field that has come since may be there; none may be gone or changed."""
    fields = None if isinstance(value, Personal) else _fields(value)
    if fields is not None and isinstance(recorded, dict):
        for name, each in recorded.items():
            if name in fields:
                yield from differences(each, fields[name], f"{where}.{name}")
            else:
                yield f"{where}.{name} is gone"
    elif isinstance(value, Mapping) and isinstance(recorded, dict) and {*map(_key, value)} == {*recorded}:
        for key, each in value.items():
            yield from differences(recorded[_key(key)], each, f"{where}[{_key(key)}]")
    elif isinstance(value, tuple | list) and isinstance(recorded, list) and len(value) == len(recorded):
        for n, (before, now) in enumerate(zip(recorded, value, strict=True)):
            yield from differences(before, now, f"{where}[{n}]")
    elif plain(value) != recorded:
        yield f"{where}: {json.dumps(recorded, ensure_ascii=False)} has become {json.dumps(plain(value), ensure_ascii=False)}"


def _fields(value: Any) -> dict[str, Any] | None:
    if isinstance(value, BaseModel):
        return {name: getattr(value, name) for name in type(value).model_fields}
    if dataclasses.is_dataclass(value):
        return {each.name: getattr(value, each.name) for each in dataclasses.fields(value)}
    return None


def _key(key: Any) -> str:
    return " ".join(map(str, key)) if isinstance(key, tuple) else str(key)
