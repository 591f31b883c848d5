"""The one stage of a municipality: there is always something in force, and something new may be adopted."""

from domain.messages import Role
from domain.municipality.commands import AdoptRuleSet, AdoptSettings
from domain.municipality.state import Municipality
from domain.stages import Stage, StageTexts

MUNICIPALITY_STAGES = (
    Stage[Municipality](
        name="in-force",
        texts=StageTexts(
            title="In force",
            phase="In force",
            next_step="The administrator may adopt new settings and criteria.",
        ),
        answers={AdoptSettings: [Role.ADMINISTRATOR], AdoptRuleSet: [Role.ADMINISTRATOR]},
    ),
)
