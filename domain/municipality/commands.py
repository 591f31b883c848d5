"""What an administrator may adopt for the municipality."""

from datetime import date
from typing import Annotated, ClassVar

from pydantic import Field, field_validator

from domain.messages import Command
from domain.municipality.events import Settings
from domain.texts.choices import known_language


class AdoptSettings(Command):
    """Adopt settings"""

    kind: ClassVar[str] = "municipality"
    settings: Annotated[Settings, Field(title="Settings")]
    adopted_on: Annotated[date, Field(title="Adopted on")]
    section: Annotated[str, Field(title="Section")]

    @field_validator("settings")
    @classmethod
    def _spoken(cls, settings: Settings) -> Settings:
        for language in settings.languages:
            known_language(language)
        return settings


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
