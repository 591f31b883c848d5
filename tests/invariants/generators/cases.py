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
def _(wish: CommandContext) -> Command:
    kind, house = process(wish.one_of(*reversed(KNOWN))), wish.house
    form = dict(FORMS[kind.name])
    if "length_m" in form:
        form["length_m"] = wish.mostly(wish.one_of(*LENGTHS), [0])
        form["usage_unit"] = wish.one_of(*UNITS)
    in_person = Role.APPLICANT in wish.by.roles
    round_ = wish.mostly(wish.one_of(*house.of("round") or ["ei-mitään"]), [None]) if kind.has_round else None
    if round_ in house.of("round"):
        asked = applicant_questions(compiled(house.of("round")[round_].criteria), kind)
        form |= {name: wish.one_of("yes", "no") for name in asked}
    arrived_at = house.store.now - timedelta(days=wish.one_of(1, 10, 40))
    earlier = not in_person and wish.one_of(True, False)
    needed = tuple(attachment(each.name) for each in kind.attachments if each.required)
    return c.Submit(
        process=kind.name,
        round=round_,
        contact=house.marks.contact(),
        account=wish.mostly(house.marks.account(), [None]),
        electronic_consent=wish.one_of(True, False),
        channel=wish.mostly("e-service" if in_person else "paper", ["e-service", "counter"]),
        arrived_at=arrived_at if earlier else None,
        entered_reason="Tuli postissa." if earlier else None,
        form=form,
        attachments=wish.mostly(needed, [(), (attachment("ei-mitään"),)]),
    )


@generates(c.Assign)
def _(wish: CommandContext) -> Command:
    return c.Assign(handler=wish.one_of(None, "hanna", "heikki", "toini", "timo"))


@generates(c.DeclareDisqualification)
def _(wish: CommandContext) -> Command:
    return c.DeclareDisqualification(ground=wish.one_of(*Ground), note="Naapuri.")


@generates(c.RecordCheck)
def _(wish: CommandContext) -> Command:
    items = [each.item for each in process(wish.state.process, wish.state.edition).checklist]
    left = [item for item in items if item not in wish.state.checks] or items
    return c.RecordCheck(
        item=wish.mostly(left[0], [*items, "ei-mitään"]),
        met=wish.mostly(True, [False]),
        evidence=REASON,
        checked_on=wish.one_of(None, wish.day(-1, 1)),
    )


@generates(c.RequestCompletion)
def _(wish: CommandContext) -> Command:
    return c.RequestCompletion(what="Pituus puuttuu.", due=wish.one_of(None, wish.day(1, 5, 0)))


@generates(c.ExtendCompletion)
def _(wish: CommandContext) -> Command:
    due = wish.state.completion.due if wish.state.completion else wish.today
    return c.ExtendCompletion(due=due + timedelta(days=wish.one_of(7, 1, 0)), reason=REASON)


@generates(c.AnswerCompletion)
def _(wish: CommandContext) -> Command:
    form: dict[str, Any] = {"lengthM": wish.one_of(*LENGTHS)} if "length_m" in wish.state.form else {}
    if form and seldom(wish.chance):
        form["usageUnit"] = wish.one_of(*UNITS)
    return c.AnswerCompletion(answer="Mitattu.", form=wish.one_of(form, {}))


@generates(c.ChangeAccount)
def _(wish: CommandContext) -> Command:
    return c.ChangeAccount(account=wish.house.marks.account(), evidence=REASON)


@generates(c.AddParty)
def _(wish: CommandContext) -> Command:
    return c.AddParty(contact=wish.house.marks.contact("party"), reason=REASON)


@generates(c.RecordFinding)
def _(wish: CommandContext) -> Command:
    asked = wish.house.unanswered(wish.state) or ["road_class"]
    return c.RecordFinding(
        input=wish.mostly(asked[0], ["earlier", "length", "ei-mitään"]),
        value=wish.mostly(wish.one_of("1", "2"), ["3", "9"]),
        reason=REASON,
    )


@generates(c.Evaluate)
def _(wish: CommandContext) -> Command:
    grounds = wish.mostly((), [("other",), ("too-short",), ("ei-mitään",)])
    fails = grounds or any(not check.met for check in wish.state.checks.values())
    usual = wish.one_of("rejected", "eligible") if wish.state.late else "rejected" if fails else "eligible"
    outcome = wish.mostly(usual, ["eligible", "rejected"])
    return c.Evaluate(outcome=outcome, reasons=grounds, note=REASON)


@generates(c.Serve)
def _(wish: CommandContext) -> Command:
    unserved = [party for party in wish.state.parties if party not in wish.state.served]
    modes = (Mode.LETTER, Mode.ELECTRONIC, Mode.HANDED, Mode.RECEIPT, Mode.SUBSTITUTE)
    return c.Serve(
        party=wish.mostly((unserved or ["applicant"])[0], [*wish.state.parties, "ei-kukaan"]),
        mode=wish.one_of(*modes),
        on=wish.one_of(None, wish.day(0, -1, -2, -3, -9, 1)),
        shown_served_on=wish.mostly(None, [wish.day(0, -1, 1)]),
        evidence=REASON,
    )
