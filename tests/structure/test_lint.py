"""An exception from the linter or the type checker says why it is one, and so does each rule that is not followed at all."""

import re
import tokenize
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
FILES = [
    str(file.relative_to(ROOT))
    for room in ("domain", "projections", "api", "workers", "tests")
    for file in sorted((ROOT / room).rglob("*.py"))
]
AN_EXCEPTION = re.compile(r"#\s*(noqa|type:\s*ignore|ruff:\s*noqa|mypy:)", re.IGNORECASE)
WITH_ITS_REASON = re.compile(
    r"# type: ignore\[[a-z, -]+\]  # (?!noqa).{5,}"
    r"|(# type: ignore\[[a-z, -]+\]  )?# noqa: [A-Z]+\d+(, [A-Z]+\d+)* - .{5,}"
)


def bare(text: str) -> Iterator[str]:
    """The comments that make an exception and give no reason."""
    lines = iter(text.splitlines(keepends=True))
    for token in tokenize.generate_tokens(lambda: next(lines, "")):
        if token.type == tokenize.COMMENT and (found := AN_EXCEPTION.search(token.string)):
            told = token.string[found.start() :]
            if not WITH_ITS_REASON.fullmatch(told):
                yield f"line {token.start[0]}: {told}"


@pytest.mark.parametrize("file", FILES)
def test_an_exception_says_why(file: str) -> None:
    assert list(bare((ROOT / file).read_text())) == []


@pytest.mark.parametrize(
    ("comment", "enough"),
    [
        ("noqa: S101 - a reason", True),
        ("noqa: S101, C901 - a reason", True),
        ("type: ignore[misc]  # a reason", True),
        ("type: ignore[misc]  # noqa: S101 - a reason", True),
        ("type: ignore[misc]  # noqa: S101", False),
        ("type: ignore[misc]", False),
        ("type: ignore", False),
        ("type: ignore  # a reason", False),
        ("noqa: S101", False),
        ("noqa", False),
        ("ruff: noqa", False),
    ],
)
def test_a_reason_is_told_from_none(comment: str, enough: bool) -> None:
    assert (list(bare(f"x = 1  # {comment}\n")) == []) is enough


def test_each_rule_that_is_not_followed_says_why() -> None:
    lines = (ROOT / "pyproject.toml").read_text().splitlines()
    rules = []
    for section in ("ignore = [", "[tool.ruff.lint.per-file-ignores]"):
        after = lines[lines.index(section) + 1 :]
        rules.append([each for each in after[: after.index("")] if re.search(r'"[A-Z]+\d*"', each)])
    assert all(rules)
    assert [each for section in rules for each in section if not re.search(r"  # .{5,}", each)] == []
