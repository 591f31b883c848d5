"""No room is a house of its own: none holds more than a third of the product's lines."""

from collections import Counter
from pathlib import Path

ROOT = Path(__file__).parents[2]
LARGEST = 1 / 3


def room(file: Path) -> str:
    """The folder that a module stands in: those of `domain` are rooms of their own."""
    parts = file.relative_to(ROOT).parts
    return "/".join(parts[:2]) if parts[0] == "domain" and len(parts) > 2 else parts[0]


def test_no_room_holds_more_than_a_third_of_the_house() -> None:
    lines: Counter[str] = Counter()
    for folder in ("domain", "projections", "api", "workers"):
        for file in (ROOT / folder).rglob("*.py"):
            lines[room(file)] += len(file.read_text().splitlines())
    assert len(lines) > 10, lines
    share = {name: round(count / lines.total(), 2) for name, count in lines.items()}
    assert {name: each for name, each in share.items() if each > LARGEST} == {}
