"""A process is one file and its story: taking both away leaves everything else passing."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from domain.processes import processes

ROOT = Path(__file__).parent.parent
KEPT = (
    "domain",
    "projections",
    "api",
    "workers",
    "tests",
    "docs",
    "pyproject.toml",
    "README.md",
    "openapi.json",
)
QUICK = (
    "tests/stories",
    "tests/law",
    "tests/test_golden.py",
    "tests/pages/test_texts.py",
    "tests/pages/test_forms.py",
)
"""What needs no database and proves most in a few seconds."""
LEFT_OUT = ("private-road-grant",)
"""Most tests tell its stories: it is the process that everything else is tried on."""
OTHERS = sorted({name for name, _ in processes()} - set(LEFT_OUT))


@pytest.mark.parametrize("name", OTHERS)
def test_without_a_process_and_its_story_everything_else_passes(name: str, tmp_path: Path) -> None:
    for each in KEPT:
        source = ROOT / each
        copy = shutil.copytree if source.is_dir() else shutil.copy
        copy(source, tmp_path / each)
    module = name.replace("-", "_")
    (tmp_path / "domain" / "processes" / f"{module}.py").unlink()
    (tmp_path / "tests" / "stories" / f"test_{module}.py").unlink()
    ran = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-x", "-p", "no:cacheprovider", *QUICK],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == 0, ran.stdout[-3000:] + ran.stderr[-1000:]
