"""What is paid on account and settled, what the payments office releases, and what it reads in the bank's statement. It may err, but it does not lie."""

from decimal import Decimal

from domain.case import commands as c
from domain.messages import Command
from tests.invariants.generators.command_context import CommandContext, generates
from tests.invariants.values import REASON
from workers.adapters.payment import Booking, Return

CENT = Decimal("0.01")


def _present(context: CommandContext) -> str:
    return str(context.state.payment.id) if context.state.payment else "ei-mitään"


@generates(c.ReleasePayment)
def _(context: CommandContext) -> Command:
    others = [payment.id for case in context.system.of("case").values() for payment in case.payments]
    return c.ReleasePayment(
        payment=context.mostly(_present(context), [*others, "ei-mitään"]),
        due=context.one_of(None, context.day(0, 3, -1)),
    )


@generates(c.ApproveInstalment)
def _(context: CommandContext) -> Command:
    left = context.state.plan.instalments - context.state.instalments
    usual = max(context.one_of(left, (left / 3).quantize(CENT)), CENT)
    return c.ApproveInstalment(amount=context.mostly(usual, [left + CENT]), evidence=REASON)


@generates(c.SettleAccount)
def _(context: CommandContext) -> Command:
    costs = {"actual_costs": context.one_of("12000 €", "3000,50 €", "1 €")}
    odd = [{}, {"actual_costs": "12 km"}, {**costs, "costs": "1 €"}]
    return c.SettleAccount(inputs=context.mostly(costs, odd), evidence=REASON)


@generates(c.ForwardToInvoicing)
def _(context: CommandContext) -> Command:
    return c.ForwardToInvoicing(reference="lasku 1")


@generates(c.BookPayment)
def _(context: CommandContext) -> Command:
    known = [line.payment_id for line in context.system.party.statement if isinstance(line, Booking)]
    return c.BookPayment(
        payment=context.one_of(*reversed(known), "ei-mitään"),
        booked_on=context.day(0, -1, 1),
        reference="tiliote",
    )


@generates(c.ReturnPayment)
def _(context: CommandContext) -> Command:
    known = [line.payment_id for line in context.system.party.statement if isinstance(line, Return)]
    return c.ReturnPayment(
        payment=context.one_of(*reversed(known), "ei-mitään"),
        returned_on=context.day(0, -1, 1),
        reason="AC04",
    )
