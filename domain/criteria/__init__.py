"""Grant criteria as documents: read, checked, applied to a round, and explained to the cent.

A library: it takes a text and plain values, and knows no case, process or rejection of ours.

`yaml_source.py` reads YAML with places, `document.py` says what a document may hold. `tokens.py`, `formula.py`,
`functions.py`, `agreement.py`, `units.py` and `expression.py` read its formulas; `document_reader.py` (in the order of
`reading_order.py`) and `compiler.py` fit them together into a rule set (`ruleset.py`), and `stored.py` is what is kept of
it. `line_evaluation.py` counts one line, `allocation.py` and `sharing.py` share a budget, `calculation.py` is the whole and
`settlement.py` what comes before and after it. `criteria_texts.py` and `explanation.py` tell it in words; `checking.py`,
`worked_examples.py`, `oddities.py` and `probing.py` find what is wrong or odd, `comparison.py` sets two documents beside
each other. `ready/` has a ready document for each practice.
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
