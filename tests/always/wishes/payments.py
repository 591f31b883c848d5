"""What is paid on account and settled, what the payments office releases, and what it reads in the bank's statement. It may err, but it does not lie."""

from decimal import Decimal

from domain.case import commands as c
from domain.messages import Command
from tests.always.values import REASON
from tests.always.wishes.wish import Wish, writes
from workers.adapters.payment import Booking, Return

CENT = Decimal("0.01")


def _present(wish: Wish) -> str:
    return str(wish.state.payment.id) if wish.state.payment else "ei-mitään"


@writes(c.ReleasePayment)
def _(wish: Wish) -> Command:
    others = [payment.id for case in wish.house.of("case").values() for payment in case.payments]
    return c.ReleasePayment(
        payment=wish.mostly(_present(wish), [*others, "ei-mitään"]),
        due=wish.one_of(None, wish.day(0, 3, -1)),
    )


@writes(c.ApproveInstalment)
def _(wish: Wish) -> Command:
    left = wish.state.plan.instalments - wish.state.instalments
    usual = max(wish.one_of(left, (left / 3).quantize(CENT)), CENT)
    return c.ApproveInstalment(amount=wish.mostly(usual, [left + CENT]), evidence=REASON)


@writes(c.SettleAccount)
def _(wish: Wish) -> Command:
    costs = {"actual_costs": wish.one_of("12000 €", "3000,50 €", "1 €")}
    odd = [{}, {"actual_costs": "12 km"}, {**costs, "costs": "1 €"}]
    return c.SettleAccount(inputs=wish.mostly(costs, odd), evidence=REASON)


@writes(c.ForwardToInvoicing)
def _(wish: Wish) -> Command:
    return c.ForwardToInvoicing(reference="lasku 1")


@writes(c.BookPayment)
def _(wish: Wish) -> Command:
    told = [line.payment_id for line in wish.house.party.statement if isinstance(line, Booking)]
    return c.BookPayment(
        payment=wish.one_of(*reversed(told), "ei-mitään"), booked_on=wish.day(0, -1, 1), reference="tiliote"
    )


@writes(c.ReturnPayment)
def _(wish: Wish) -> Command:
    told = [line.payment_id for line in wish.house.party.statement if isinstance(line, Return)]
    return c.ReturnPayment(
        payment=wish.one_of(*reversed(told), "ei-mitään"), returned_on=wish.day(0, -1, 1), reason="AC04"
    )
