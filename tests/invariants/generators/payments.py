"""What is paid on account and settled, what the payments office releases, and what it reads in the bank's statement. It may err, but it does not lie."""

from decimal import Decimal

from domain.case import commands as c
from domain.messages import Command
from tests.invariants.generators.command_context import CommandContext, generates
from tests.invariants.values import REASON
from workers.adapters.payment import Booking, Return

CENT = Decimal("0.01")


def _present(wish: CommandContext) -> str:
    return str(wish.state.payment.id) if wish.state.payment else "ei-mitään"


@generates(c.ReleasePayment)
def _(wish: CommandContext) -> Command:
    others = [payment.id for case in wish.house.of("case").values() for payment in case.payments]
    return c.ReleasePayment(
        payment=wish.mostly(_present(wish), [*others, "ei-mitään"]),
        due=wish.one_of(None, wish.day(0, 3, -1)),
    )


@generates(c.ApproveInstalment)
def _(wish: CommandContext) -> Command:
    left = wish.state.plan.instalments - wish.state.instalments
    usual = max(wish.one_of(left, (left / 3).quantize(CENT)), CENT)
    return c.ApproveInstalment(amount=wish.mostly(usual, [left + CENT]), evidence=REASON)


@generates(c.SettleAccount)
def _(wish: CommandContext) -> Command:
    costs = {"actual_costs": wish.one_of("12000 €", "3000,50 €", "1 €")}
    odd = [{}, {"actual_costs": "12 km"}, {**costs, "costs": "1 €"}]
    return c.SettleAccount(inputs=wish.mostly(costs, odd), evidence=REASON)


@generates(c.ForwardToInvoicing)
def _(wish: CommandContext) -> Command:
    return c.ForwardToInvoicing(reference="lasku 1")


@generates(c.BookPayment)
def _(wish: CommandContext) -> Command:
    told = [line.payment_id for line in wish.house.party.statement if isinstance(line, Booking)]
    return c.BookPayment(
        payment=wish.one_of(*reversed(told), "ei-mitään"), booked_on=wish.day(0, -1, 1), reference="tiliote"
    )


@generates(c.ReturnPayment)
def _(wish: CommandContext) -> Command:
    told = [line.payment_id for line in wish.house.party.statement if isinstance(line, Return)]
    return c.ReturnPayment(
        payment=wish.one_of(*reversed(told), "ei-mitään"), returned_on=wish.day(0, -1, 1), reason="AC04"
    )
