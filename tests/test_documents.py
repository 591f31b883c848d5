"""The documents for whoever carries on say what is so: paths, functions, make targets, and the statute's words."""

import ast
import re
from pathlib import Path

import pytest

from domain.texts.translation import catalogue

ROOT = Path(__file__).parent.parent
PAGES = [
    "README.md",
    "CONTRIBUTING.md",
    "CHANGELOG.md",
    "SECURITY.md",
    *map(str, (ROOT / "docs").glob("*.md")),
]
ARCHITECTURE = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
LINES = re.findall(r"^\| (\d+) \| `([\w/.]+):([\w.]+)` \|", ARCHITECTURE, re.MULTILINE)
MENTIONS = re.findall(r"`([\w/]+\.py):([\w.]+)`", ARCHITECTURE)


def definitions(file: Path) -> set[str]:
    """Functions and classes of a file, methods as `Class.method`."""
    found = set()
    for node in ast.parse(file.read_text(encoding="utf-8")).body:
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            found.add(node.name)
        if isinstance(node, ast.ClassDef):
            found |= {f"{node.name}.{each.name}" for each in node.body if isinstance(each, ast.FunctionDef)}
    return found


def test_the_way_of_a_grant_has_ten_lines() -> None:
    assert [int(number) for number, _, _ in LINES] == list(range(1, 11))


@pytest.mark.parametrize(("file", "function"), MENTIONS)
def test_a_function_that_the_architecture_names_is_there(file: str, function: str) -> None:
    assert function in definitions(ROOT / file)


@pytest.mark.parametrize("document", PAGES)
def test_every_path_that_a_page_names_exists(document: str) -> None:
    text = (ROOT / document).read_text(encoding="utf-8")
    named = set(re.findall(r"`((?:domain|projections|api|workers|tests|docs)/[\w./-]*)", text))
    named |= {
        link
        for link in re.findall(r"\]\(([^)#:]+)\)", text)
        if not (ROOT / document).parent.joinpath(link).exists()
    }
    assert sorted(path for path in named if not (ROOT / path).exists()) == []


@pytest.mark.parametrize("document", PAGES)
def test_every_make_target_that_a_page_names_exists(document: str) -> None:
    targets = set(re.findall(r"^([\w-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    assert set(re.findall(r"`make ([\w-]+)", (ROOT / document).read_text(encoding="utf-8"))) <= targets


def test_no_page_speaks_of_a_licence_file_that_is_not_there() -> None:
    assert not list(ROOT.glob("LICEN[CS]E*"))
    for document in PAGES:
        assert "LICENSE" not in (ROOT / document).read_text(encoding="utf-8")


# The statute's words -------------------------------------------------------------------------------------------------

GLOSSARY = (ROOT / "docs" / "glossary.md").read_text(encoding="utf-8")
ROWS = [
    [cell.strip() for cell in re.split(r"(?<!\\)\|", line)[1:-1]]
    for line in GLOSSARY.splitlines()
    if line.startswith("| ") and not line.startswith(("| English", "| ---"))
]


def _spelt(cell: str) -> re.Pattern[str]:
    """The words of a cell, each with whatever ending, parts of compounds too."""
    words = (
        re.escape(word.strip()).replace(r"\~", r"\w*").replace("~", r"\w*") for word in cell.split(r"\|")
    )
    return re.compile("|".join(words), re.IGNORECASE)


def _uses(term: str, text: str) -> bool:
    plain = re.sub(r"\{\w*\}|%\(\w+\)s", "", text)  # a place in a sentence is no word of it
    return bool(re.search(rf"\b{re.escape(term)}s?\b", plain, re.IGNORECASE))


@pytest.mark.parametrize("language", ["fi", "sv"])
@pytest.mark.parametrize("row", ROWS, ids=lambda row: row[0])
def test_the_texts_use_the_statutes_words(row: list[str], language: str) -> None:
    english = re.sub(r" \(.*\)", "", row[0])
    spelt = _spelt(row[1 if language == "fi" else 2])
    longer = [other[0] for other in ROWS if other is not row and english in other[0] and other[0] != english]
    used = [
        (text, said[0])
        for (context, text), said in catalogue(language).entries.items()
        if not context and _uses(english, text) and not any(_uses(other, text) for other in longer)
    ]
    assert used, f"no text speaks of {english}"
    assert [f"{text} → {said}" for text, said in used if not spelt.search(said)] == []
