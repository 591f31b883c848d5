"""What an administrator may adopt for the municipality."""

from datetime import date
from typing import ClassVar

from domain.messages import Command
from domain.municipality.events import Settings
from domain.rules.ruleset import RuleSet


class AdoptSettings(Command):
    """Adopt settings"""

    kind: ClassVar[str] = "municipality"
    settings: Settings
    adopted_on: date
    section: str


class AdoptRuleSet(Command):
    """Adopt grant criteria"""

    kind: ClassVar[str] = "municipality"
    rule_set: RuleSet
