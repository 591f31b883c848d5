"""When a municipality may adopt something."""

from functools import singledispatch

from domain.messages import Command, Context, Facts
from domain.municipality.commands import AdoptRuleSet, AdoptSettings
from domain.municipality.events import RuleSetAdopted, SettingsAdopted
from domain.municipality.state import Municipality
from domain.rejections import AlreadyDone, BadContent


@singledispatch
def answer(command: Command, municipality: Municipality, context: Context) -> Facts:
    """One short function a command."""
    raise NotImplementedError(type(command).__name__)


@answer.register
def _(command: AdoptSettings, municipality: Municipality, context: Context) -> Facts:
    if command.adopted_on > context.today:
        raise BadContent("The day of adoption is still to come.", field="adoptedOn")
    yield SettingsAdopted(settings=command.settings, adopted_on=command.adopted_on, section=command.section)


@answer.register
def _(command: AdoptRuleSet, municipality: Municipality, context: Context) -> Facts:
    rule_set = command.rule_set
    if rule_set.adopted_on > context.today:
        raise BadContent("The day of adoption is still to come.", field="ruleSet")
    if (rule_set.name, rule_set.edition) in municipality.rule_sets:
        raise AlreadyDone(
            "Adopted criteria are frozen: adopt the change as a new edition.",
            name=rule_set.name,
            edition=rule_set.edition,
        )
    yield RuleSetAdopted(rule_set=rule_set)
