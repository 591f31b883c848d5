"""What an applicant sends, and what is done with it up to the decision."""

from datetime import timedelta
from typing import Any

from domain.adopted_criteria import compiled
from domain.case import commands as c
from domain.case.events import Ground
from domain.inputs import applicant_questions
from domain.law.appeal import Mode
from domain.messages import Command, Role
from domain.processes import process
from tests.invariants.generators.command_context import CommandContext, generates, seldom
from tests.invariants.values import FORMS, KNOWN, LENGTHS, REASON, UNITS, attachment


@generates(c.Submit)
def _(context: CommandContext) -> Command:
    kind, system = process(context.one_of(*reversed(KNOWN))), context.system
    form = dict(FORMS[kind.name])
    if "length_m" in form:
        form["length_m"] = context.mostly(context.one_of(*LENGTHS), [0])
        form["usage_unit"] = context.one_of(*UNITS)
    in_person = Role.APPLICANT in context.by.roles
    round_ = (
        context.mostly(context.one_of(*system.of("round") or ["ei-mitään"]), [None])
        if kind.has_round
        else None
    )
    if round_ in system.of("round"):
        asked = applicant_questions(compiled(system.of("round")[round_].criteria), kind)
        form |= {name: context.one_of("yes", "no") for name in asked}
    arrived_at = system.store.now - timedelta(days=context.one_of(1, 10, 40))
    earlier = not in_person and context.one_of(True, False)
    needed = tuple(attachment(each.name) for each in kind.attachments if each.required)
    return c.Submit(
        process=kind.name,
        round=round_,
        contact=system.marks.contact(),
        account=context.mostly(system.marks.account(), [None]),
        electronic_consent=context.one_of(True, False),
        channel=context.mostly("e-service" if in_person else "paper", ["e-service", "counter"]),
        arrived_at=arrived_at if earlier else None,
        entered_reason="Tuli postissa." if earlier else None,
        form=form,
        attachments=context.mostly(needed, [(), (attachment("ei-mitään"),)]),
    )


@generates(c.Assign)
def _(context: CommandContext) -> Command:
    return c.Assign(handler=context.one_of(None, "hanna", "heikki", "toini", "timo"))


@generates(c.DeclareDisqualification)
def _(context: CommandContext) -> Command:
    return c.DeclareDisqualification(ground=context.one_of(*Ground), note="Naapuri.")


@generates(c.RecordCheck)
def _(context: CommandContext) -> Command:
    items = [each.item for each in process(context.state.process, context.state.edition).checklist]
    left = [item for item in items if item not in context.state.checks] or items
    return c.RecordCheck(
        item=context.mostly(left[0], [*items, "ei-mitään"]),
        met=context.mostly(True, [False]),
        evidence=REASON,
        checked_on=context.one_of(None, context.day(-1, 1)),
    )


@generates(c.RequestCompletion)
def _(context: CommandContext) -> Command:
    return c.RequestCompletion(what="Pituus puuttuu.", due=context.one_of(None, context.day(1, 5, 0)))


@generates(c.ExtendCompletion)
def _(context: CommandContext) -> Command:
    due = context.state.completion.due if context.state.completion else context.today
    return c.ExtendCompletion(due=due + timedelta(days=context.one_of(7, 1, 0)), reason=REASON)


@generates(c.AnswerCompletion)
def _(context: CommandContext) -> Command:
    form: dict[str, Any] = {"lengthM": context.one_of(*LENGTHS)} if "length_m" in context.state.form else {}
    if form and seldom(context.chance):
        form["usageUnit"] = context.one_of(*UNITS)
    return c.AnswerCompletion(answer="Mitattu.", form=context.one_of(form, {}))


@generates(c.ChangeAccount)
def _(context: CommandContext) -> Command:
    return c.ChangeAccount(account=context.system.marks.account(), evidence=REASON)


@generates(c.AddParty)
def _(context: CommandContext) -> Command:
    return c.AddParty(contact=context.system.marks.contact("party"), reason=REASON)


@generates(c.RecordFinding)
def _(context: CommandContext) -> Command:
    asked = context.system.unanswered(context.state) or ["road_class"]
    return c.RecordFinding(
        input=context.mostly(asked[0], ["earlier", "length", "ei-mitään"]),
        value=context.mostly(context.one_of("1", "2"), ["3", "9"]),
        reason=REASON,
    )


@generates(c.Evaluate)
def _(context: CommandContext) -> Command:
    grounds = context.mostly((), [("other",), ("too-short",), ("ei-mitään",)])
    fails = grounds or any(not check.met for check in context.state.checks.values())
    usual = (
        context.one_of("rejected", "eligible") if context.state.late else "rejected" if fails else "eligible"
    )
    outcome = context.mostly(usual, ["eligible", "rejected"])
    return c.Evaluate(outcome=outcome, reasons=grounds, note=REASON)


@generates(c.Serve)
def _(context: CommandContext) -> Command:
    unserved = [party for party in context.state.parties if party not in context.state.served]
    modes = (Mode.LETTER, Mode.ELECTRONIC, Mode.HANDED, Mode.RECEIPT, Mode.SUBSTITUTE)
    return c.Serve(
        party=context.mostly((unserved or ["applicant"])[0], [*context.state.parties, "ei-kukaan"]),
        mode=context.one_of(*modes),
        on=context.one_of(None, context.day(0, -1, -2, -3, -9, 1)),
        shown_served_on=context.mostly(None, [context.day(0, -1, 1)]),
        evidence=REASON,
    )
