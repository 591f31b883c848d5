"""An export has every stored event of what was chosen, from the first to the last, byte for byte; the table itself is asked."""

import json
from collections import Counter
from collections.abc import Callable
from functools import partialmethod
from hashlib import sha256
from pathlib import Path
from typing import NamedTuple

import psycopg
import pytest
from typer.testing import CliRunner

from api.cli import app
from domain.case import commands as c
from domain.messages import Role
from domain.store.event_store import EventStore
from domain.store.settings import InstallationSettings
from projections.views import export
from tests.conftest import client_factory, new_municipality
from tests.live_municipality import LiveMunicipality


class StoredRow(NamedTuple):
    """A row of the table of events, as a line of an export has it."""

    position: int
    stream: str
    version: int
    topic: str
    state: str


def notice(name: str) -> c.Submit:
    form = {
        "eventName": name,
        "place": "Kenttä",
        "startsOn": "2023-08-06",
        "endsOn": "2023-08-07",
        "expected": 5,
    }
    return c.Submit.model_validate(
        {
            "process": "event-notice",
            "contact": {"name": "Olli", "address": "Tie 1"},
            "channel": "e-service",
            "form": form,
        }
    )


@pytest.fixture(scope="module")
def exported(settings: InstallationSettings, store: EventStore) -> LiveMunicipality:
    """Two grants of a round, and a notice on each side of midnight at the end of the year."""
    municipality = new_municipality(settings, store)
    municipality.to_release(2)
    for key, moment in (("eve", (2022, 12, 31, 21, 59)), ("new-year", (2022, 12, 31, 22, 0))):
        municipality.at(*moment)
        municipality.put("case", key, notice(key), "applicant", Role.APPLICANT)
        municipality.settle()
    return municipality


def read_rows(settings: InstallationSettings, municipality: LiveMunicipality) -> list[StoredRow]:
    """What the table holds of the municipality by now, read by its owner and by nothing of ours."""
    with psycopg.connect(str(settings.migration_database_url)) as owner:
        found = owner.execute(
            "select notification_id, originator_id, originator_version, topic, state from stored_events"
            " where originator_id like %s order by notification_id",
            [f"{municipality.code}/%"],
        ).fetchall()
    return [
        StoredRow(position, stream, version, topic, bytes(state).decode())
        for position, stream, version, topic, state in found
    ]


def check_lines(lines: list[str], expected: list[StoredRow]) -> None:
    """Each row once, in order, and a manifest that counts and hashes them."""
    assert expected, "nothing was looked for"
    *events, last = lines
    assert [StoredRow(**json.loads(line)) for line in events] == expected
    counts = Counter(row.stream for row in expected)
    assert json.loads(last)["manifest"] == {
        "municipality": expected[0].stream.split("/")[0],
        "events": len(expected),
        "streams": len(counts),
        "firstPosition": expected[0].position,
        "lastPosition": expected[-1].position,
        "sha256": sha256("".join(events).encode()).hexdigest(),
        "byStream": dict(counts),
    }


CHOICES: dict[str, tuple[dict[str, str], Callable[[str], bool]]] = {
    "everything": ({}, lambda _: True),
    "case": ({"case": "c0"}, lambda name: name == "case/c0"),
    "round": ({"round": "r"}, lambda name: name in ("round/r", "case/c0", "case/c1", "decision/d")),
    "year": ({"year": "2022"}, lambda name: name in ("case/c0", "case/c1", "case/eve", "decision/d")),
    "the next year": ({"year": "2023"}, lambda name: name == "case/new-year"),
}
"""What may be chosen, and which streams that is."""


@pytest.mark.parametrize("choice", CHOICES)
def test_an_export_has_every_event_of_what_was_chosen(
    choice: str,
    exported: LiveMunicipality,
    settings: InstallationSettings,
    url: str,
    store: EventStore,
    tmp_path: Path,
) -> None:
    """Over HTTP, and from the command line into a file and to stdout."""
    query, chosen = CHOICES[choice]
    options = [f"--{name}={value}" for name, value in query.items()]
    with client_factory(url, store, exported) as client_for:
        auditor = client_for(Role.AUDITOR)
        expected = [row for row in read_rows(settings, exported) if chosen(row.stream.partition("/")[2])]
        check_lines(auditor.get("/exports", params=query).text.splitlines(keepends=True), expected)
    ran = asiapolku("export", f"--municipality={exported.code}", f"--folder={tmp_path}", *options)
    check_lines(ran.splitlines(keepends=True), expected)


@pytest.mark.parametrize("size", [1, 7, "all", 500])
def test_nothing_is_lost_where_one_batch_ends_and_the_next_begins(
    size: int | str,
    exported: LiveMunicipality,
    settings: InstallationSettings,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    rows = read_rows(settings, exported)
    limit = len(rows) if size == "all" else size
    monkeypatch.setattr(EventStore, "stored", partialmethod(EventStore.stored, limit=limit))
    check_lines(list(export.export_lines(exported.store, exported.code, None)), rows)


def test_an_export_into_a_file_is_verified_and_a_missing_last_event_is_found(
    exported: LiveMunicipality,
    settings: InstallationSettings,
    tmp_path: Path,
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    rows = read_rows(settings, exported)
    file, folder = tmp_path / "trail.jsonl", f"--folder={tmp_path_factory.mktemp('parts')}"
    asiapolku("export", f"--municipality={exported.code}", folder, f"--out={file}")
    lines = file.read_text(encoding="utf-8").splitlines(keepends=True)
    check_lines(lines, rows)
    assert list(tmp_path.iterdir()) == [file], "a half-written file is left"
    verified = json.loads(asiapolku("verify", folder, f"--export={file}", "--json"))
    assert verified == {"events": len(rows), "streams": len({row.stream for row in rows}), "faults": []}
    for missing in (lines[:-2] + lines[-1:], lines[1:], lines[:-1], lines[:9] + lines[10:]):
        file.write_text("".join(missing), encoding="utf-8")
        assert json.loads(asiapolku("verify", folder, f"--export={file}", "--json", code=1))["faults"]


def asiapolku(*words: str, code: int = 0) -> str:
    """What a command of the command line writes to stdout, on the tests' installation."""
    ran = CliRunner().invoke(app, list(words))
    assert ran.exit_code == code, ran.output
    return ran.stdout
