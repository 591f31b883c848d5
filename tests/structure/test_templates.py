"""Templates and the style sheet are written to be read: lines that fit a screen, and white space that means something."""

from pathlib import Path

import pytest

from tests.pages.texts import TEMPLATES

LONGEST = 120
FILES = [*sorted(TEMPLATES.glob("*.html")), TEMPLATES.parent / "static" / "app.css"]


@pytest.mark.parametrize("file", FILES, ids=lambda each: each.name)
def test_no_line_is_longer_than_a_screen(file: Path) -> None:
    long = [n for n, line in enumerate(file.read_text().splitlines(), 1) if len(line) > LONGEST]
    assert long == []


@pytest.mark.parametrize("file", FILES, ids=lambda each: each.name)
def test_lines_are_indented_by_twos_and_end_where_they_end(file: Path) -> None:
    odd = [
        n
        for n, line in enumerate(file.read_text().splitlines(), 1)
        if line != line.rstrip() or (len(line) - len(line.lstrip())) % 2 or "\t" in line
    ]
    assert odd == []
