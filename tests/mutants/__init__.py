"""Mutants: bugs planted on purpose, to see that the tests find them before the tests are trusted.

`python -m tests.mutants [name…]` plants each in a copy of the tree and runs the tests that look for it; `make search`
plants them all. A file in `planted/` is all that another part of the product needs.
"""

import pkgutil
from collections.abc import Mapping
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).parent.parent.parent


class Change(NamedTuple):
    """A text that stands once in a file of the product, and what the bug makes of it."""

    file: str
    right: str
    wrong: str


class Mutant(NamedTuple):
    """A bug by its name, and the tests that look for it, as arguments of pytest."""

    name: str
    changes: tuple[Change, ...]
    found_by: tuple[str, ...]


class Rotten(Exception):
    """The bug can no longer be planted: the product says something else by now."""


@cache
def mutants() -> Mapping[str, Mutant]:
    """Every mutant there is, by name."""
    folder = import_module("tests.mutants.planted")
    found: dict[str, Mutant] = {}
    for module in pkgutil.iter_modules(folder.__path__):
        planted = import_module(f"{folder.__name__}.{module.name}")
        for name, changes in planted.MUTANTS.items():
            assert name not in found, f"two mutants are called {name!r}"
            found[name] = Mutant(name, changes, planted.FOUND_BY)
    return found


def mutated(mutant: Mutant) -> Mapping[str, str]:
    """The changed files by their paths, with the bug in them. Raises `Rotten`, `SyntaxError`."""
    texts: dict[str, str] = {}
    for file, right, wrong in mutant.changes:
        path = ROOT / file
        if not path.is_file():
            raise Rotten(f"{mutant.name}: there is no {file}")
        text = texts.get(file) or path.read_text(encoding="utf-8")
        if (times := text.count(right)) != 1:
            raise Rotten(f"{mutant.name}: {file} has {right!r} {times} times, not once")
        texts[file] = text.replace(right, wrong)
    for file, text in texts.items():
        if file.endswith(".py"):
            compile(text, file, "exec")
    return texts
