"""Closed: nothing is left open, the figures are final, and in the end the personal data is erased."""

from decimal import Decimal

from domain.case import commands as c
from domain.case.events import (
    AppealPeriodEnded,
    Closed,
    LegalForceReached,
    PaymentReturned,
    PersonalDataErased,
    PersonalDataRemoved,
)
from domain.rejections import AlreadyDone, NotAllowed, NotNow
from tests.stories.days import day
from tests.stories.examples import (
    APPROVE,
    ARJA,
    CALCULATE,
    CALCULATED,
    FINAL,
    HANNA,
    IN_HANDLING,
    MAIJA,
    NEW_ACCOUNT,
    OUTI,
    PAYMENT,
    PROPOSE,
    PUBLISH,
    RELEASED,
    SIGN,
    applied,
    eligible,
    opened,
    rejected,
    served,
)
from tests.stories.story import enters, given, like
from tests.stories.world import SYSTEM, case, put

ZERO, GRANT = Decimal("0.00"), Decimal("29991.50")
PAID = [
    *RELEASED,
    put(c.BookPayment(payment=PAYMENT, booked_on=day("3.8.2022"), reference="1"), by=SYSTEM, on="4.8.2022"),
]


def test_a_paid_case_closes_by_itself_with_its_final_figures() -> None:
    """Arrived on 7.6., decided on 6.7., booked on 3.8. and closed on 4.8.2022."""
    booking = c.BookPayment(payment=PAYMENT, booked_on=day("3.8.2022"), reference="1")
    story = given(RELEASED).when(booking, by=SYSTEM, on="4.8.2022").settle()
    story.then(
        Closed(granted=GRANT, paid=GRANT, days_to_decision=29, days_to_payment=57, days=58),
        enters("archived", waits_for=None, due=None),
    )


def test_a_rejected_case_closes_with_legal_force() -> None:
    short = [*applied(to="short", form={"length_m": 400}), *eligible(), *rejected(to="short")]
    decided = [
        *opened(),
        *applied(),
        *short,
        CALCULATE,
        PROPOSE,
        APPROVE,
        SIGN,
        PUBLISH,
        served(),
        served(to="short"),
    ]
    given(decided).settle("2.8.2022").then_in(
        case("short"),
        PersonalDataRemoved,
        AppealPeriodEnded,
        LegalForceReached,
        Closed(granted=ZERO, paid=ZERO, days_to_decision=29, days_to_payment=None, days=56),
    )


def test_a_withdrawn_case_closes_at_once_undecided() -> None:
    story = given(IN_HANDLING).when(c.Withdraw(reason="Emme hae."), by=OUTI, on="1.7.2022").settle()
    story.then(Closed(granted=ZERO, paid=ZERO, days_to_decision=None, days_to_payment=None, days=24))


def test_a_granted_case_does_not_close_before_it_is_paid() -> None:
    given(FINAL).when(c.Close(), by=SYSTEM, on="2.8.2022").rejected(NotNow, stage="payment-release")
    given(RELEASED).when(c.Close(), by=SYSTEM, on="3.8.2022").rejected(NotNow, stage="payment-booking")
    given(PAID).when(c.Close(), by=SYSTEM, on="5.8.2022").rejected(NotNow, stage="archived")


def test_days_are_counted_between_dates_in_helsinki() -> None:
    """Half past midnight on 8.6. in Helsinki is still 7.6. in UTC."""
    story = given(opened(), applied(on="8.6.2022 klo 0.30")).when(
        c.Withdraw(reason="x"), by=OUTI, on="9.6.2022 klo 0.10"
    )
    story.settle().then(like(Closed, days=1))


def test_money_that_comes_back_opens_a_closed_case_and_the_new_figures_close_it() -> None:
    returned = c.ReturnPayment(payment=PAYMENT, returned_on=day("5.9.2022"), reason="AC04")
    story = given(PAID).when(returned, by=SYSTEM, on="5.9.2022")
    story = story.then(PaymentReturned, enters("payment-account"))
    assert not story.state().closed
    again = "498-MUODno-2022-1-2"
    change = c.ChangeAccount(account=NEW_ACCOUNT, evidence="Todistus.")
    story = story.when(change, by=HANNA, on="6.9.2022").settle()
    story = story.when(c.ReleasePayment(payment=again), by=MAIJA, on="6.9.2022")
    booking = c.BookPayment(payment=again, booked_on=day("7.9.2022"), reference="2")
    story = story.when(booking, by=SYSTEM, on="7.9.2022").settle()
    story.then(Closed(granted=GRANT, paid=GRANT, days_to_decision=29, days_to_payment=92, days=92))


def test_personal_data_is_erased_once_by_the_archivist_when_the_case_is_archived() -> None:
    """Tietosuoja-asetus 17 artikla: the facts stay, what they say of a person cannot be read."""
    erase = c.ErasePersonalData(reason="Säilytysaika päättyi.")
    story = (
        given(PAID)
        .when(erase, by=ARJA, on="4.8.2032")
        .then(PersonalDataErased(reason="Säilytysaika päättyi."))
    )
    story.when(erase, by=ARJA, on="5.8.2032").rejected(AlreadyDone)
    given(PAID).when(erase, by=HANNA, on="4.8.2032").rejected(NotAllowed, "archivist")
    given(CALCULATED).when(erase, by=ARJA, on="5.7.2022").rejected(NotNow, stage="proposal")
