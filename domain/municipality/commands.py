"""What an administrator may adopt for the municipality."""

from datetime import date
from typing import Annotated, ClassVar

from pydantic import Field

from domain.messages import Command
from domain.municipality.events import Settings


class AdoptSettings(Command):
    """Adopt settings"""

    kind: ClassVar[str] = "municipality"
    settings: Settings
    adopted_on: date
    section: str


class AdoptRuleSet(Command):
    """Adopt grant criteria"""

    kind: ClassVar[str] = "municipality"
    document: Annotated[
        str,
        Field(
            min_length=1,
            max_length=100_000,
            title="Criteria document (YAML)",
            json_schema_extra={"x-widget": "document"},
        ),
    ]
