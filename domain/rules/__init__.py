"""Grant criteria as documents: read, checked, applied to a round, and explained to the cent.

`source.py` reads YAML with places, `document.py` says what a document may hold, `units.py` and `formula.py` read its
formulas, `ruleset.py` fits them together, `reckoning.py` counts one line, `allocation.py` shares a budget,
`calculation.py` is the whole, `sentences.py` tells it in words, `checking.py` finds what is wrong. `criteria/` has a
ready document for each kind of practice.
"""

from collections.abc import Mapping
from functools import cache
from pathlib import Path

CRITERIA = Path(__file__).parent / "criteria"


@cache
def ready() -> Mapping[str, str]:
    """The texts of the ready documents by their names."""
    return {file.stem: file.read_text(encoding="utf-8") for file in sorted(CRITERIA.glob("*.yaml"))}
