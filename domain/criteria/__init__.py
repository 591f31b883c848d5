"""Grant criteria as documents: read, checked, applied to a round, and explained to the cent.

`source.py` reads YAML with places, `document.py` says what a document may hold, `units.py`, `formula.py` and
`expression.py` read its formulas, `compiler.py` fits them together into a rule set (`ruleset.py`). `reckoning.py` counts
one line, `allocation.py` and `sharing.py` share a budget, `calculation.py` is the whole and `settlement.py` what comes
before and after it. `sentences.py` and `explanation.py` tell it in words, `checking.py` and `probing.py` find what is
wrong or odd, `comparing.py` sets two documents beside each other. `criteria/` has a ready document for each practice.
"""

from collections.abc import Mapping
from functools import cache
from pathlib import Path

READY_CRITERIA_FOLDER = Path(__file__).parent / "ready"


@cache
def ready_criteria() -> Mapping[str, str]:
    """The texts of the ready documents by their names."""
    return {
        file.stem: file.read_text(encoding="utf-8") for file in sorted(READY_CRITERIA_FOLDER.glob("*.yaml"))
    }
