"""What is proposed, decided, published and contested."""

from datetime import timedelta

from domain.decision import commands as d
from domain.law.appeal import Mode
from domain.messages import Command
from tests.invariants.generators.command_context import CommandContext, generates
from tests.invariants.values import REASON


@generates(d.Propose)
def _(wish: CommandContext) -> Command:
    round_ = wish.one_of(*sorted(wish.house.of("round"), reverse=True), None)
    cases = [key for key, case in wish.house.of("case").items() if case.round == round_]
    ready = [key for key in cases if wish.house.of("case")[key].stage == "proposal"]
    usual = () if round_ or not ready else (wish.one_of(*ready),)
    return d.Propose(
        round=round_,
        cases=wish.mostly(usual, [(wish.one_of(*cases, "ei-mitään"),)]),
        body=wish.one_of("officeholder", "board"),
        heading="Yksityistieavustukset",
    )


@generates(d.Sign)
def _(wish: CommandContext) -> Command:
    return d.Sign(signature=wish.house.marks.text("signer"))


@generates(d.PutOnTheAgenda)
def _(wish: CommandContext) -> Command:
    return d.PutOnTheAgenda(meets_on=wish.day(0, 3, -1))


@generates(d.RecordMeeting)
def _(wish: CommandContext) -> Command:
    meets_on = getattr(wish.state, "meets_on", None) or wish.today
    return d.RecordMeeting(
        section=f"§ {wish.one_of(58, 59)}", decided_on=wish.mostly(meets_on, [wish.day(0, 1)])
    )


@generates(d.CheckMinutes)
def _(wish: CommandContext) -> Command:
    return d.CheckMinutes(checked_on=wish.one_of(None, wish.day(0, -3, 1)))


@generates(d.Publish)
def _(wish: CommandContext) -> Command:
    return d.Publish(more_information=wish.house.marks.text("information"))


@generates(d.ReceiveClaim)
def _(wish: CommandContext) -> Command:
    lines = [line.case for line in wish.state.proposal.lines] if wish.state else ["ei-mitään"]
    earlier = wish.house.store.now - timedelta(days=wish.one_of(1, 3, 15, -1))
    return d.ReceiveClaim(
        cases=wish.one_of((), (wish.one_of(*lines),)),
        claimant=wish.house.marks.text("claimant"),
        arrived_at=wish.one_of(None, earlier),
        channel=wish.one_of("electronic", "paper"),
        as_party=wish.one_of(False, True),
        demand="Oikaistava.",
    )


def _claim(wish: CommandContext) -> str:
    claims = wish.state.claims.values() if wish.state else ()
    return str(
        wish.mostly(next((each.id for each in claims if each.state == "open"), "claim-1"), ["claim-9"])
    )


@generates(d.WithdrawClaim)
def _(wish: CommandContext) -> Command:
    return d.WithdrawClaim(claim=_claim(wish), reason=REASON)


@generates(d.DismissClaim)
def _(wish: CommandContext) -> Command:
    return d.DismissClaim(
        claim=_claim(wish), reason=REASON, mode=wish.one_of(*Mode), on=wish.one_of(None, wish.day(0, -2, 1))
    )


@generates(d.CallUp)
def _(wish: CommandContext) -> Command:
    return d.CallUp(body="Kunnanhallitus", called_on=wish.one_of(None, wish.day(0, -2, -20, 2)))
