"""When a municipality may adopt something."""

from functools import singledispatch

from domain.adopted_criteria import adoptable
from domain.context import Context
from domain.criteria.stored import as_stored
from domain.messages import Command, Facts
from domain.municipality.commands import AdoptRuleSet, AdoptSettings
from domain.municipality.events import RuleSetAdopted, SettingsAdopted
from domain.municipality.state import Municipality
from domain.rejections import AlreadyDone, BadContent


@singledispatch
def decide(command: Command, municipality: Municipality, context: Context) -> Facts:
    """One short function a command."""
    raise NotImplementedError(type(command).__name__)


@decide.register
def adopt_settings(command: AdoptSettings, municipality: Municipality, context: Context) -> Facts:
    if command.adopted_on > context.today:
        raise BadContent("The day of adoption is still to come.", field="adoptedOn")
    yield SettingsAdopted(settings=command.settings, adopted_on=command.adopted_on, section=command.section)


@decide.register
def adopt_rule_set(command: AdoptRuleSet, municipality: Municipality, context: Context) -> Facts:
    rule_set = adoptable(command.document)
    if rule_set.document.adopted.on > context.today:
        raise BadContent("The day of adoption is still to come.", field="document")
    if (rule_set.name, rule_set.edition) in municipality.rule_sets:
        raise AlreadyDone(
            "Adopted criteria are frozen: adopt the change as a new edition.",
            name=rule_set.name,
            edition=rule_set.edition,
        )
    yield RuleSetAdopted(criteria=as_stored(rule_set))
