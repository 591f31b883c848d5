"""What is proposed, decided, published and contested."""

from datetime import timedelta

from domain.decision import commands as d
from domain.law.appeal import Mode
from domain.messages import Command
from tests.invariants.generators.command_context import CommandContext, generates
from tests.invariants.values import REASON


@generates(d.Propose)
def _(context: CommandContext) -> Command:
    round_ = context.one_of(*sorted(context.system.of("round"), reverse=True), None)
    cases = [key for key, case in context.system.of("case").items() if case.round == round_]
    ready = [key for key in cases if context.system.of("case")[key].stage == "proposal"]
    usual = () if round_ or not ready else (context.one_of(*ready),)
    return d.Propose(
        round=round_,
        cases=context.mostly(usual, [(context.one_of(*cases, "ei-mitään"),)]),
        body=context.one_of("officeholder", "board"),
        heading="Yksityistieavustukset",
    )


@generates(d.Sign)
def _(context: CommandContext) -> Command:
    return d.Sign(signature=context.system.marks.text("signer"))


@generates(d.PutOnTheAgenda)
def _(context: CommandContext) -> Command:
    return d.PutOnTheAgenda(meets_on=context.day(0, 3, -1))


@generates(d.RecordMeeting)
def _(context: CommandContext) -> Command:
    meets_on = getattr(context.state, "meets_on", None) or context.today
    return d.RecordMeeting(
        section=f"§ {context.one_of(58, 59)}", decided_on=context.mostly(meets_on, [context.day(0, 1)])
    )


@generates(d.CheckMinutes)
def _(context: CommandContext) -> Command:
    return d.CheckMinutes(checked_on=context.one_of(None, context.day(0, -3, 1)))


@generates(d.Publish)
def _(context: CommandContext) -> Command:
    return d.Publish(more_information=context.system.marks.text("information"))


@generates(d.ReceiveClaim)
def _(context: CommandContext) -> Command:
    lines = [line.case for line in context.state.proposal.lines] if context.state else ["ei-mitään"]
    earlier = context.system.store.now - timedelta(days=context.one_of(1, 3, 15, -1))
    return d.ReceiveClaim(
        cases=context.one_of((), (context.one_of(*lines),)),
        claimant=context.system.marks.text("claimant"),
        arrived_at=context.one_of(None, earlier),
        channel=context.one_of("electronic", "paper"),
        as_party=context.one_of(False, True),
        demand="Oikaistava.",
    )


def _claim(context: CommandContext) -> str:
    claims = context.state.claims.values() if context.state else ()
    return str(
        context.mostly(next((each.id for each in claims if each.state == "open"), "claim-1"), ["claim-9"])
    )


@generates(d.WithdrawClaim)
def _(context: CommandContext) -> Command:
    return d.WithdrawClaim(claim=_claim(context), reason=REASON)


@generates(d.DismissClaim)
def _(context: CommandContext) -> Command:
    return d.DismissClaim(
        claim=_claim(context),
        reason=REASON,
        mode=context.one_of(*Mode),
        on=context.one_of(None, context.day(0, -2, 1)),
    )


@generates(d.CallUp)
def _(context: CommandContext) -> Command:
    return d.CallUp(body="Kunnanhallitus", called_on=context.one_of(None, context.day(0, -2, -20, 2)))
