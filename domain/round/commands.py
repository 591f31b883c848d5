"""What may be asked of a round."""

from datetime import date
from typing import Annotated, ClassVar

from pydantic import AwareDatetime, Field

from domain.messages import Command, Euros


class OpenRound(Command):
    """Open a round"""

    kind: ClassVar[str] = "round"
    name: Annotated[str, Field(min_length=1, max_length=60, title="Name of the round")]
    process: Annotated[str, Field(title="Process")]
    rule_set: Annotated[str, Field(title="Adopted criteria")]
    rule_set_edition: Annotated[int, Field(ge=1, title="Edition of the criteria")] = 1
    budget: Annotated[Euros, Field(title="Budget, €")]
    budget_line: Annotated[str, Field(max_length=120, title="Budget line")] = ""
    opens_at: Annotated[AwareDatetime, Field(title="Opens")]
    closes_at: Annotated[AwareDatetime, Field(title="Closes")]


class CloseRound(Command):
    """Close the round"""

    kind: ClassVar[str] = "round"
    internal: ClassVar[bool] = True


class FixValues(Command):
    """Record the values that the board fixed"""

    kind: ClassVar[str] = "round"
    values: Annotated[
        dict[str, str],
        Field(title="Values", json_schema_extra={"x-choices": "slots"}, min_length=1, max_length=50),
    ]
    decided_by: Annotated[str, Field(min_length=2, max_length=120, title="Fixed by")]
    decided_on: Annotated[date, Field(title="Decided on")]
    section: Annotated[str, Field(min_length=1, max_length=40, title="§")]


class Renew(Command):
    """Renew the applications of an earlier round"""

    kind: ClassVar[str] = "round"
    earlier: Annotated[str, Field(title="Earlier round", json_schema_extra={"x-choices": "rounds"})]


class Calculate(Command):
    """Calculate the grants of the round"""

    kind: ClassVar[str] = "round"
