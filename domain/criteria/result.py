"""What a calculation comes to: each line, each scheme's sharing, the whole; and its one spelling that is hashed."""

import hashlib
import json
from collections.abc import Mapping
from decimal import Decimal

from pydantic import BaseModel, ConfigDict

from domain.criteria.line_evaluation import LineOutcome, TraceStep

ZERO_EUROS = Decimal("0.00")


class ResultPart(BaseModel):
    """A part of a result."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class LineResult(ResultPart):
    """One line's outcome with its own trace."""

    case: str
    outcome: LineOutcome
    amount: Decimal
    reasons: tuple[str, ...] = ()
    parts: Mapping[str, Decimal] = {}
    """The amount by scheme."""
    invoice: Decimal | None = None
    """What the municipality invoices, where it does the work itself."""
    trace: tuple[TraceStep, ...] = ()


class SchemeResult(ResultPart):
    """What one scheme shared: its money, its price or factor, what was left, and the steps common to its lines."""

    scheme: str
    available: Decimal | None
    total: Decimal
    unallocated: Decimal
    unit_price: Decimal | None = None
    factor: Decimal | None = None
    trace: tuple[TraceStep, ...] = ()


class CalculationResult(ResultPart):
    """A whole round's outcome."""

    engine: str
    criteria: str
    """SHA-256 of the document's text."""
    budget: Decimal | None
    reserve: Decimal
    total: Decimal
    unallocated: Decimal
    slots: Mapping[str, str]
    cited: str = ""
    """The decision that fixed the slots; `preview` before there is one."""
    parts: tuple[SchemeResult, ...]
    lines: tuple[LineResult, ...]

    @property
    def unit_price(self) -> Decimal | None:
        """The unit price, where one scheme has one."""
        return next((part.unit_price for part in self.parts if part.unit_price is not None), None)

    @property
    def factor(self) -> Decimal | None:
        """The pro-rata factor, where one scheme has one."""
        return next((part.factor for part in self.parts if part.factor is not None), None)

    def bytes(self) -> bytes:
        """The result in its one spelling: what is hashed, and what a replay must give again."""
        return json.dumps(
            self.model_dump(mode="json"), ensure_ascii=False, sort_keys=True, separators=(",", ":")
        ).encode()

    def stripped(self) -> "CalculationResult":
        """The same without the lines' traces, which stand in their cases."""
        return self.model_copy(
            update={"lines": tuple(line.model_copy(update={"trace": ()}) for line in self.lines)}
        )

    def hash(self) -> str:
        """SHA-256 of the bytes."""
        return hashlib.sha256(self.bytes()).hexdigest()
