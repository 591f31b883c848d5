"""Planting a bug in a copy of the tree, and running there the tests that look for it; the tree itself is not touched."""

import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from tests.mutants import ROOT, Mutant, Rotten, mutated

COPIED = ("domain", "projections", "api", "workers", "tests", "docs", "pyproject.toml", "README.md")
LEFT_OUT = shutil.ignore_patterns("__pycache__", "planted", "test_mutants.py")
LONGEST = 600
"""Seconds after which the tests count as hanging, which is a way of finding the bug."""

NO_SHRINKING = """\
from hypothesis import Phase, settings

settings.register_profile("search", phases=[Phase.explicit, Phase.generate])
settings.load_profile("search")
"""
"""What is found need not be made smaller."""


class Found(NamedTuple):
    """What became of a bug: whether it survived, which test found it or why nothing can be said, and in how long."""

    survived: bool
    what: str
    seconds: float


def look_for(mutant: Mutant) -> Found:
    """Plant the bug and run its tests until one of them fails."""
    began = time.monotonic()
    try:
        changed = mutated(mutant)
    except (Rotten, SyntaxError) as error:
        return Found(True, f"not planted: {error}", 0)
    with tempfile.TemporaryDirectory(prefix="mutant-") as name:
        folder = Path(name)
        copy_tree(folder)
        for file, text in changed.items():
            (folder / file).write_text(text, encoding="utf-8")
        survived, what = run_tests(folder, mutant.found_by)
    return Found(survived, what, time.monotonic() - began)


def copy_tree(folder: Path) -> None:
    """A copy of the product and its tests, in which examples are not made smaller."""
    for each in COPIED:
        source = ROOT / each
        if source.is_dir():
            shutil.copytree(source, folder / each, ignore=LEFT_OUT)
        else:
            shutil.copy(source, folder / each)
    (folder / "conftest.py").write_text(NO_SHRINKING, encoding="utf-8")


def run_tests(folder: Path, tests: Sequence[str]) -> tuple[bool, str]:
    """Whether all passed, and which failed first."""
    command = [sys.executable, "-m", "pytest", "-x", "-q", "--tb=line", "-p", "no:cacheprovider", *tests]
    environment = {**os.environ, "PYTHONPATH": str(folder), "PYTHONDONTWRITEBYTECODE": "1"}
    try:
        ran = subprocess.run(
            command, cwd=folder, env=environment, capture_output=True, text=True, check=False, timeout=LONGEST
        )
    except subprocess.TimeoutExpired:
        return False, f"not done in {LONGEST} s"
    if ran.returncode == 0:
        return True, "every test passes"
    failed = re.search(r"^(?:FAILED|ERROR) (?:tests/)?(\S+::.{1,160})", ran.stdout, re.MULTILINE)
    if failed is None:  # a file that cannot be collected has no “::”: no test looked at the bug
        return True, f"the tests did not run: {(ran.stderr or ran.stdout).strip()[-200:]}"
    return False, failed[1]
