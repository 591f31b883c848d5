"""Golden trails: what was stored once is read and folds to the same for ever."""

import hashlib
import json
from pathlib import Path
from typing import Any

import pytest

from domain.adopted_criteria import compiled
from domain.case.commands import Note
from domain.case.events import Noted
from domain.criteria.calculation import ENGINE, calculate
from domain.processes import processes
from domain.streams import events_by_name
from tests.golden.fold import differences, folded, read
from tests.golden.write import FOLDER, SUMS, main

FILES = sorted(FOLDER.glob("*.jsonl"))
WRITTEN = [line for file in FILES for line in file.read_text(encoding="utf-8").splitlines()]


def name(file: Path) -> str:
    return file.stem


def parts(file: Path) -> tuple[list[str], dict[str, Any]]:
    """The events of a golden file, and by stream the states that are written beside them."""
    lines = file.read_text(encoding="utf-8").splitlines()
    states = {line["stream"]: line["state"] for line in map(json.loads, lines) if "state" in line}
    return [line for line in lines if "stored" in json.loads(line)], states


@pytest.mark.parametrize("file", FILES, ids=name)
def test_a_stored_trail_folds_to_the_state_that_it_did_when_it_was_written(file: Path) -> None:
    events, states = parts(file)
    found = {str(stream): state for stream, state in folded(read(events)).items()}
    assert list(found) == list(states)
    changed = [each for stream in found for each in differences(states[stream], found[stream], stream)]
    assert not changed, "\n".join(changed)


@pytest.mark.parametrize("file", FILES, ids=name)
def test_a_trail_has_every_version_of_its_streams_once_and_in_order(file: Path) -> None:
    seen: dict[str, int] = {}
    for recorded in read(parts(file)[0]):
        assert recorded.version == seen.get(str(recorded.stream), 0) + 1
        seen[str(recorded.stream)] = recorded.version


def test_stored_runs_of_this_engine_replay_to_the_same_bytes() -> None:
    """Where this fails, the same inputs come out otherwise: raise `ENGINE`, and keep what replays the older runs."""
    replayed = 0
    for file in FILES:
        rounds = [state for stream, state in folded(read(parts(file)[0])).items() if stream.kind == "round"]
        for round_ in rounds:
            for run in (each for each in round_.runs if each.result.engine == ENGINE):
                stored = run.result
                cited = stored.cited or "preview"
                again = calculate(compiled(round_.criteria), stored.budget, run.demands, stored.slots, cited)
                assert (again.hash(), again.stripped().bytes()) == (run.run_hash, stored.bytes()), file.stem
                replayed += 1
    assert replayed >= 8


def test_every_fact_in_its_present_shape_has_a_golden_line() -> None:
    """A fact that changes raises its shape and adds a file; the lines of older shapes stay and are carried over."""
    written = {
        (line["topic"], line["stored"]["shape"]) for line in map(json.loads, WRITTEN) if "stored" in line
    }
    needed = {(kind.__name__, kind.shape) for kind in our_facts()}
    missing = sorted(f"{fact} in shape {shape}" for fact, shape in needed - written)
    assert not missing, f"no golden line for {', '.join(missing)}: add a trail and write it"


def our_facts() -> list[Any]:
    noting = any(Note in stage.answers for process in processes().values() for stage in process.stages)
    ours = [kind for kind in events_by_name().values() if kind.__module__.startswith("domain.")]
    return [kind for kind in ours if noting or kind is not Noted]


def test_personal_values_are_sealed_in_every_golden_line() -> None:
    plain = (
        "Outi",
        "FI2112345600000785",
        "FI1410093000123458",
        "Soukantie 1",
        "Matti",
        "Elina Elinvoima",
        "040 ",
    )
    assert not [word for word in plain for line in WRITTEN if word in line]


def test_golden_files_are_as_they_were_written_and_none_is_gone() -> None:
    sums = {file: digest for digest, file in (line.split() for line in SUMS.read_text().splitlines())}
    assert {file.name: hashlib.sha256(file.read_bytes()).hexdigest() for file in FILES} == sums


def test_a_golden_file_is_never_written_over() -> None:
    before = FILES[0].read_bytes()
    with pytest.raises(FileExistsError):
        main(FILES[0].stem)
    assert FILES[0].read_bytes() == before


def test_a_difference_is_told_in_words() -> None:
    file = next(each for each in FILES if each.stem == "granted-and-paid")
    events, states = parts(file)
    case = next(state for stream, state in folded(read(events)).items() if str(stream) == "498/case/soukka")
    recorded = states["498/case/soukka"] | {"number": "MUODno-2022-7", "colour": "red"}
    assert list(differences(recorded, case, "soukka")) == [
        'soukka.number: "MUODno-2022-7" has become "MUODno-2022-1"',
        "soukka.colour is gone",
    ]
