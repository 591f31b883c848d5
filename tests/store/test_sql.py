"""SQL stands in the store and in the read models, and nowhere else."""

import ast
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2]
ROOMS = (ROOT / "domain" / "store", ROOT / "projections")
OF_ANOTHER_HOUSE = ROOT / "workers" / "adapters" / "payment" / "fake.py"
"""The fake payment party keeps books of its own."""


def statements(file: Path) -> Iterator[int]:
    """The lines on which a file runs a statement."""
    for node in ast.walk(ast.parse(file.read_text())):
        if (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Attribute)
            and node.func.attr in ("execute", "executemany")
        ):
            yield node.lineno


def test_sql_stands_in_the_store_and_the_read_models_alone() -> None:
    files = [
        file for room in ("domain", "projections", "api", "workers") for file in (ROOT / room).rglob("*.py")
    ]
    inside = [file for file in files if any(room in file.parents for room in ROOMS)]
    assert sum(1 for file in inside for _ in statements(file)) > 20
    elsewhere = [
        f"{file.relative_to(ROOT)}:{line}"
        for file in files
        if file not in inside and file != OF_ANOTHER_HOUSE
        for line in statements(file)
    ]
    assert elsewhere == []
