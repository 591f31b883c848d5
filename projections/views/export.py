"""Full event trails as JSON Lines: every stored event by its very bytes, and a manifest of counts and SHA-256.

A line is `{"position", "stream", "version", "topic", "state"}`; `state` is the stored text, so its bytes can be hashed
again. The last line is the manifest; an export without it was cut off.
"""

import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from domain.messages import StreamId
from domain.store.event_store import EventStore, UnreadableEvent, load
from domain.streams import empty_state, events_by_name, evolve
from projections import cases
from projections.views.case_page import to_plain


def select_streams(
    store: EventStore,
    municipality: str,
    *,
    case: str | None = None,
    round_: str | None = None,
    year: int | None = None,
) -> set[str] | None:
    """The streams of a case, a round with its cases and decisions, or the cases of a year; None is everything."""
    if case:
        return {str(StreamId(municipality, "case", case))}
    if round_ is None and year is None:
        return None
    arrived = (date(year, 1, 1), date(year, 12, 31)) if year else None
    streams = cases.streams_of(store.database, municipality, round_=round_, arrived=arrived)
    decisions = {
        str(StreamId(municipality, "decision", state.decision.decision))
        for state in (store.read(StreamId.parse(stream))[1] for stream in streams)
        if state.decision
    }
    rounds = {str(StreamId(municipality, "round", round_))} if round_ else set()
    return {*streams, *decisions, *rounds}


def export_lines(store: EventStore, municipality: str, streams: set[str] | None) -> Iterator[str]:
    """The lines of an export, in the order of positions, and the manifest last."""
    whole, count, by_stream = hashlib.sha256(), 0, Counter[str]()
    first = last = position = 0
    while batch := store.stored(municipality, position):
        for stored in batch:
            position = int(stored.id)
            stream = str(stored.originator_id)
            if streams is not None and stream not in streams:
                continue
            line = _line(
                {
                    "position": position,
                    "stream": stream,
                    "version": stored.originator_version,
                    "topic": stored.topic,
                    "state": stored.state.decode(),
                }
            )
            whole.update(line.encode())
            count, first, last = count + 1, first or position, position
            by_stream[stream] += 1
            yield line
    manifest = {
        "municipality": municipality,
        "events": count,
        "streams": len(by_stream),
        "firstPosition": first,
        "lastPosition": last,
        "sha256": whole.hexdigest(),
        "byStream": dict(sorted(by_stream.items())),
    }
    yield _line({"manifest": manifest})


def _line(value: dict[str, Any]) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")) + "\n"


@dataclass
class ExportCheck:
    """What reading an export again found: how much, the states it folds to, and what is wrong."""

    events: int = 0
    states: dict[str, Any] = field(default_factory=dict)
    versions: dict[str, int] = field(default_factory=dict)
    faults: list[str] = field(default_factory=list)


def check_export(text: Iterable[str]) -> ExportCheck:
    """Read an export again: hash, count and fold it; faults say the line and what is wrong with it."""
    found, whole, manifest, types = ExportCheck(), hashlib.sha256(), None, events_by_name()
    for number, line in enumerate(text, start=1):
        try:
            value = json.loads(line)
            if "manifest" in value:
                manifest = value["manifest"]
                continue
            stream, version = value["stream"], value["version"]
            if version != found.versions.get(stream, 0) + 1:
                found.faults.append(
                    f"line {number}: {stream} goes from {found.versions.get(stream, 0)} to {version}"
                )
            recorded = load(
                types, stream, version, value["position"], value["topic"], value["state"].encode()
            )
            name = StreamId.parse(stream)
            found.states[stream] = evolve(name, found.states.get(stream, empty_state(name)), recorded.event)
            found.versions[stream] = version
        except UnreadableEvent as error:
            found.faults.append(f"line {number}: {error}")
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            found.faults.append(f"line {number}: it cannot be read ({type(error).__name__})")
        whole.update(line.encode())
        found.events += 1
    if manifest is None:
        found.faults.append("there is no manifest: the export was cut off")
    elif (manifest["events"], manifest["sha256"]) != (found.events, whole.hexdigest()):
        found.faults.append("the manifest's count or SHA-256 is not that of the lines")
    return found


def compare(store: EventStore, exported: ExportCheck) -> list[str]:
    """Where the store's streams fold to something else than the export's, up to the export's versions."""
    faults = []
    for stream, version in exported.versions.items():
        try:
            reached, state = store.as_it_was(StreamId.parse(stream), version=version)
        except UnreadableEvent as error:
            faults.append(f"in the store {error}")
            continue
        if reached != version or to_plain(state) != to_plain(exported.states[stream]):
            faults.append(f"{stream}: the store's state at version {version} differs from the export's")
    return faults
