"""The README's session runs as it is written."""

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

README = (Path(__file__).parent.parent / "README.md").read_text()
SESSIONS = re.findall(r"```console\n(.*?)```", README, re.DOTALL)
STEPS = [
    (command, expected)
    for session in SESSIONS
    for command, expected in re.findall(r"^\$ ([^\n]+)\n((?:(?!\$ )[^\n]*\n)*)", session, re.MULTILINE)
]


def test_there_is_a_session_to_run() -> None:
    assert STEPS


@pytest.mark.parametrize(("command", "expected"), STEPS)
def test_the_session_answers_as_the_readme_says(command: str, expected: str) -> None:
    program, *words = shlex.split(command)
    assert program == "asiapolku"
    ran = subprocess.run(
        [Path(sys.executable).with_name("asiapolku"), *words],
        env=dict(os.environ),
        capture_output=True,
        text=True,
        check=True,
    )
    assert ran.stdout == expected


def test_every_path_in_the_readme_exists() -> None:
    root = Path(__file__).parent.parent
    named = re.findall(r"`((?:domain|projections|api|workers|tests)/[\w./]*)`", README)
    assert len(named) > 20
    assert [path for path in named if not (root / path).exists()] == []


def test_every_fact_in_the_readme_exists() -> None:
    from domain.streams import events_by_name

    facts = {
        name
        for row in re.findall(r"^\| [A-Z].* \| (`[A-Z][^|]*) \|", README, re.MULTILINE)
        for name in re.findall(r"`(\w+)`", row)
    }
    assert len(facts) > 15
    assert facts <= set(events_by_name())
