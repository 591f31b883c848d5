"""Write a golden file once: `python -m tests.golden.write NAME`. What is there already is never written over.

A file has the bytes that the store keeps for each event, and last, for each stream, the state that they fold to.
Personal values are sealed dummies: no key opens them, and folding needs none.
"""

import base64
import hashlib
import json
import sys
from collections.abc import Callable
from pathlib import Path

from domain.messages import Actor, RecordedEvent, StreamId, derived_id
from domain.personal import Personal
from domain.store.event_store import _Answer
from domain.streams import commands_by_name
from tests.golden.fold import folded, plain, read
from tests.golden.trails import TRAILS

FOLDER = Path(__file__).parent
SUMS = FOLDER / "SHA256SUMS"


def main(name: str) -> None:
    """Write the trail of this name, and its checksum beside those of the others."""
    path = FOLDER / f"{name}.jsonl"
    if path.exists():
        raise FileExistsError(path)
    written = "".join(f"{line}\n" for line in lines(name))
    with path.open("x", encoding="utf-8") as file:
        file.write(written)
    with SUMS.open("a") as sums:
        sums.write(f"{hashlib.sha256(path.read_bytes()).hexdigest()}  {path.name}\n")


def lines(name: str) -> list[str]:
    """The lines of a golden file: every event as it is stored, then what each stream has come to."""
    events = [_stored(recorded) for recorded in TRAILS[name]().log]
    states = folded(read(events))
    return [
        *events,
        *(_line({"stream": str(stream), "state": plain(state)}) for stream, state in states.items()),
    ]


def _stored(recorded: RecordedEvent) -> str:
    answer = _Answer(
        commands_by_name()[recorded.command].model_construct(),
        recorded.command_id,
        "",
        Actor(recorded.by, recorded.stream.municipality, frozenset({recorded.role})),
        recorded.role,
        recorded.cause,
        recorded.recorded_at,
    )
    stored = answer.store(recorded.stream, recorded.version, recorded.event, _sealer(recorded.stream))
    line = {"stream": stored.originator_id, "version": stored.originator_version, "topic": stored.topic}
    return _line({**line, "stored": json.loads(stored.state)})


def _sealer(stream: StreamId) -> Callable[[Personal], Personal]:
    def seal(value: Personal) -> Personal:
        return Personal(
            subject=value.subject,
            key_id=str(derived_id("golden", str(stream), value.subject)),
            sealed=base64.b64encode(f"{value.subject} of {stream}, sealed".encode()).decode(),
        )

    return seal


def _line(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


if __name__ == "__main__":
    try:
        main(sys.argv[1])
    except (IndexError, KeyError):
        sys.exit(f"Name one of: {', '.join(TRAILS)}")
    except FileExistsError as path:
        sys.exit(f"{path} is there already, and golden files are only ever added to.")
