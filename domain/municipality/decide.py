"""When a municipality may adopt something."""

from functools import singledispatch

from domain.messages import Command, Context, Facts
from domain.municipality.commands import AdoptRuleSet, AdoptSettings
from domain.municipality.events import RuleSetAdopted, SettingsAdopted
from domain.municipality.state import Municipality
from domain.process import Process, process
from domain.rejections import AlreadyDone, BadContent
from domain.rules.checking import check
from domain.rules.ruleset import RuleSet


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
    rule_set = adoptable(command.document)
    _fits(rule_set, process(rule_set.document.process))
    if rule_set.document.adopted.on > context.today:
        raise BadContent("The day of adoption is still to come.", field="document")
    if (rule_set.name, rule_set.edition) in municipality.rule_sets:
        raise AlreadyDone(
            "Adopted criteria are frozen: adopt the change as a new edition.",
            name=rule_set.name,
            edition=rule_set.edition,
        )
    yield RuleSetAdopted(document=command.document)


def _fits(rule_set: RuleSet, kind: Process) -> None:
    """What the criteria take from the application and ask as evidence is what the process has."""
    fields = {
        spec.source.partition(".")[2]
        for spec in rule_set.document.inputs.values()
        if spec.source.startswith("application.")
    }
    evidence = [*rule_set.evidence, *(each for scheme in rule_set.schemes for each in scheme.evidence)]
    wanted = {each for each, _ in evidence}
    kinds = {each.name for each in kind.attachments}
    if unknown := sorted(fields - set(kind.form.model_fields)):
        raise BadContent(
            f"The application form has no {unknown[0]}; it has {', '.join(kind.form.model_fields)}. "
            "Leave out what stands behind the point, and it becomes a question of its own.",
            field="document",
        )
    if missing := sorted(wanted - kinds):
        raise BadContent(
            f"There is no kind of attachment {missing[0]}; the kinds are {', '.join(sorted(kinds))}.",
            field="document",
        )


def adoptable(text: str) -> RuleSet:
    """The criteria of a document without errors, whose worked examples come out. Refuses with each error and its place."""
    rule_set, findings = check(text)
    errors = [each for each in findings if each.severity == "error"]
    if rule_set is None:
        raise BadContent(
            "The document has errors: mend each of them and adopt it again.",
            field="document",
            errors=[
                {
                    "field": f"document.{each.line}.{each.column}",
                    "sentence": f"Line {each.line}, column {each.column}: {each.sentence} {each.mend}".rstrip(),
                }
                for each in errors
            ],
        )
    return rule_set
