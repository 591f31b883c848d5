"""SQL stands in the store and in read models, and nowhere else."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SQL = re.compile(
    r"\s*(select\s|insert\s+into\s|update\s+\w+\s+set\s|delete\s+from\s|create\s+(table|role|index)\s"
    r"|alter\s+\w+\s|drop\s+\w+\s|truncate\s|set\s+role\s)",
    re.IGNORECASE,
)
WITH_SQL = ("domain/store", "projections")
OUTSIDE_THE_HOUSE = {"workers/adapters/payment/fake.py": "an outside party with books of its own, in SQLite"}

MODULES = sorted(
    str(file.relative_to(ROOT))
    for room in ("domain", "projections", "api", "workers")
    for file in (ROOT / room).rglob("*.py")
)


def statements(module: str) -> Iterator[str]:
    """Where a module gives a statement to a database, or has one in a text."""
    for each in ast.walk(ast.parse((ROOT / module).read_text())):
        match each:
            case ast.Call(func=ast.Attribute(attr="execute" | "executemany" | "copy" as call), lineno=line):
                yield f"{module}:{line} .{call}("
            case ast.Constant(value=str(text), lineno=line) if SQL.match(text):
                yield f"{module}:{line} {text[:40]}"


@pytest.mark.parametrize("module", [each for each in MODULES if not each.startswith(WITH_SQL)])
def test_sql_stands_in_the_store_and_in_read_models(module: str) -> None:
    if module in OUTSIDE_THE_HOUSE:
        assert list(statements(module)), f"{module} has no SQL any more: take it off the list"
    else:
        assert list(statements(module)) == []


def test_sql_is_seen_where_it_stands() -> None:
    assert len(list(statements("domain/store/event_store.py"))) > 1
    assert len(list(statements("projections/work_queue.py"))) > 1
