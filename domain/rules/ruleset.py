"""A rule set (avustusperusteet): criteria that a competent body adopted, frozen under a name and an edition.

Here stands criteria type A, budget divided by length (Muonio 2022). Other types are other formulas of the same shape:
adopted as data, calculated over a whole round, explained by a trace.
"""

from datetime import date
from typing import Annotated, Literal

from pydantic import BaseModel, Field

from domain.messages import SPOKEN, Metres


class BudgetByLength(BaseModel):
    """Type A: the budget divided by all eligible metres, the unit price floored to whole tens of euros a kilometre."""

    model_config = SPOKEN

    type: Literal["budget-by-length"] = "budget-by-length"
    floor_to: Annotated[int, Field(ge=1, le=1000)] = 10
    """Euros a kilometre that the unit price is floored to."""
    minimum_length: Metres = 500


class RuleSet(BaseModel):
    """One adopted edition of a municipality's criteria for one process."""

    model_config = SPOKEN

    name: Annotated[str, Field(pattern=r"^[a-z0-9-]{3,60}$")]
    edition: Annotated[int, Field(ge=1)]
    process: str
    adopted_by: str
    adopted_on: date
    section: str
    legal_basis: Literal["YksTL 84 §", "KuntaL 7 §"] = "YksTL 84 §"
    formula: BudgetByLength
    conditions: tuple[str, ...] = ()
    """Conditions that the decision repeats: use of the grant, supervision, recovery (YksTL 84–85 §)."""

    @property
    def title(self) -> str:
        return f"{self.adopted_by} {self.adopted_on:%-d.%-m.%Y} {self.section}"
