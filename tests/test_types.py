"""A misspelt attribute is found before it runs: mypy knows the state of a stage, and what another stream's state is."""

import re
import subprocess
import sys
import tomllib
from pathlib import Path

ROOT = Path(__file__).parent.parent
MISSPELT = {
    "domain/case/stages.py": (
        "case.number is not None",
        "case.nummber is not None",
        'Case" has no attribute "nummber"',
    ),
    "domain/round/stages.py": ("state.closes_at", "state.closses_at", 'Round" has no attribute "closses_at"'),
    "domain/decide/case/payment.py": (
        "context.decision(decision.decision).approved_by",
        "context.decision(decision.decision).aproved_by",
        'Decision" has no attribute "aproved_by"',
    ),
    "domain/decide/case/submission.py": (
        "round_.closes_at",
        "round_.closses_at",
        'Round" has no attribute "closses_at"',
    ),
}
"""By file, a text that stands in it, how it is misspelt, and what mypy says of it."""


def test_mypy_finds_each_misspelt_attribute_of_a_state(tmp_path: Path) -> None:
    """All are planted at once, in copies that mypy reads instead; it finds each where it is, and nothing else."""
    options, expected = [], {}
    for number, (file, (right, wrong, message)) in enumerate(MISSPELT.items()):
        lines = (ROOT / file).read_text(encoding="utf-8").split("\n")
        line = next(n for n, text in enumerate(lines) if right in text)
        lines[line] = lines[line].replace(right, wrong)
        copy = tmp_path / f"{number}.py"
        copy.write_text("\n".join(lines), encoding="utf-8")
        options += ["--shadow-file", file, str(copy)]
        expected[file, line + 1] = message
    ran = subprocess.run(
        [sys.executable, "-m", "mypy", "--cache-dir", ".mypy_cache/misspelt", *options, *MISSPELT],
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    found = {
        (file, int(line)): message
        for file, line, message in re.findall(
            r"^(.+?):(\d+): error: (.+?)(?:; maybe .*)?(?:  \[.+\])$", ran.stdout, re.MULTILINE
        )
    }
    assert set(found) == set(expected), ran.stdout + ran.stderr
    for place, message in expected.items():
        assert message in found[place]


def test_mypy_reads_the_tests_as_strictly_as_the_product() -> None:
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["mypy"]
    assert settings["strict"] is True
    assert {"domain", "projections", "api", "workers", "tests"} <= set(settings["packages"])
    assert [each for each in settings["overrides"] if set(each) != {"module", "ignore_missing_imports"}] == []
