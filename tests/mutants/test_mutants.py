"""Planted bugs do not rot: each can still be planted, and breaks the meaning of the product rather than its names."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.mutants import ROOT, Mutant, mutants, mutated
from tests.mutants.planting import run_tests


@pytest.mark.parametrize("mutant", mutants().values(), ids=lambda mutant: mutant.name)
def test_it_can_be_planted_once_in_each_place(mutant: Mutant) -> None:
    assert all(right != wrong for _, right, wrong in mutant.changes)
    assert mutated(mutant)


def test_no_planted_bug_uses_a_name_that_is_not_defined(tmp_path: Path) -> None:
    """Whatever is not defined would be found by any test, and prove nothing about them."""
    for number, mutant in enumerate(mutants().values()):
        for n, text in enumerate(mutated(mutant).values()):
            (tmp_path / f"mutant_{number}_{n}.py").write_text(f"# {mutant.name}\n{text}", encoding="utf-8")
    command = [sys.executable, "-m", "ruff", "check", "--isolated", "--no-cache", "--select", "F821,F823"]
    found = subprocess.run([*command, str(tmp_path)], capture_output=True, text=True, check=False)
    assert found.returncode == 0, found.stdout


@pytest.mark.parametrize(
    "path", sorted({path for each in mutants().values() for path in each.found_by}), ids=str
)
def test_the_tests_that_look_for_it_are_there(path: str) -> None:
    assert (ROOT / path.partition("::")[0]).exists()


@pytest.mark.parametrize(
    ("text", "survived", "what"),
    [
        ("def test_it() -> None: assert True", True, "every test passes"),
        ("def test_it() -> None: assert False", False, "test_one.py::test_it"),
        ("import nothing_of_this_name", True, "the tests did not run"),
    ],
)
def test_a_bug_is_found_by_a_test_that_fails_and_by_nothing_else(
    text: str, survived: bool, what: str, tmp_path: Path
) -> None:
    (tmp_path / "test_one.py").write_text(text, encoding="utf-8")
    found = run_tests(tmp_path, ["test_one.py"])
    assert found[0] is survived
    assert found[1].startswith(what)
