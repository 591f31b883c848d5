"""Paid: an id before any money moves, released by a third person, and recorded as the payment party and bank say."""

from decimal import Decimal

import pytest

from domain.case import commands as c
from domain.case.events import (
    AccountChanged,
    PaymentBooked,
    PaymentInstructed,
    PaymentOrdered,
    PaymentRefused,
    PaymentReleased,
    PaymentReturned,
)
from domain.decision.commands import CheckMinutes, Publish
from domain.messages import Actor, Role
from domain.rejections import AlreadyDone, BadContent, FourEyes, NotAllowed, NotNow
from tests.stories.days import day
from tests.stories.examples import (
    ACCOUNT,
    BOARD_DECIDED,
    DECIDED,
    ELINA,
    FINAL,
    HANNA,
    MAIJA,
    NEW_ACCOUNT,
    OUTI,
    PAYMENT,
    REIJO,
    RELEASED,
    SERVED,
    person,
    served,
)
from tests.stories.story import enters, given, like
from tests.stories.world import SYSTEM, Step, put, settle

GRANT = Decimal("29991.50")
AGAIN = "498-MUODno-2022-1-2"
RELEASE = c.ReleasePayment(payment=PAYMENT)
INSTRUCTED = c.RecordInstruction(payment=PAYMENT, amount="29991.50", reference="bezala-1")
REFUSED = c.RecordRefusal(payment=PAYMENT, reason="Tiliä ei ole.")
BOOKED = c.BookPayment(payment=PAYMENT, booked_on=day("3.8.2022"), reference="pankki-1")
RETURNED = c.ReturnPayment(payment=PAYMENT, returned_on=day("5.8.2022"), reason="AC04")
CHANGE = c.ChangeAccount(account=NEW_ACCOUNT, evidence="Pankin todistus, soitettu 6.8.")
PAID = [*RELEASED, put(BOOKED, by=SYSTEM, on="3.8.2022")]

# Ordered -------------------------------------------------------------------------------------------------------------


def test_with_legal_force_the_payment_gets_its_id_before_any_money_moves() -> None:
    story = given(SERVED).settle("2.8.2022")
    assert PaymentOrdered(payment=PAYMENT, amount=GRANT) in [each.event for each in story.news]
    story.settle("31.12.2022").then()
    assert (story.state().stage, story.state().payment.state) == ("payment-release", "ordered")


def test_nothing_is_ordered_nor_released_before_legal_force() -> None:
    """The default gate; KuntaL 143 § would let earlier, and a claim would then mean recovery."""
    before = given(SERVED).settle("1.8.2022")
    before.when(c.OrderPayment(), by=SYSTEM, on="1.8.2022").rejected(NotNow, stage="legal-force")
    before.when(RELEASE, by=MAIJA, on="1.8.2022").rejected(NotNow, stage="legal-force")


def test_it_is_ordered_once() -> None:
    given(FINAL).when(c.OrderPayment(), by=SYSTEM, on="2.8.2022").rejected(NotNow, stage="payment-release")


def test_an_id_fits_the_banks_reference_whatever_the_case_number() -> None:
    """At most 35 letters, digits, dots and dashes (pain.001 EndToEndId)."""
    payment = given(FINAL).state().payment.id
    assert len(payment) <= 35
    assert payment.replace("-", "").replace(".", "").isalnum()


# Released ------------------------------------------------------------------------------------------------------------


def test_a_payment_is_released_to_the_account_as_it_stands() -> None:
    given(FINAL).when(RELEASE, by=MAIJA, on="2.8.2022").then(
        PaymentReleased(payment=PAYMENT, due=day("2.8.2022"), account=ACCOUNT, released_by="maija"),
        enters("payment-booking", waits_for=None),
    )


@pytest.mark.parametrize("whom", ["hanna", "elina"], ids=["the preparer", "the signer"])
def test_whoever_prepared_or_signed_the_decision_does_not_release(whom: str) -> None:
    """KuntaL 39 §, internal control."""
    given(FINAL).when(RELEASE, by=person(whom, Role.PAYMENTS), on="2.8.2022").rejected(FourEyes)


@pytest.mark.parametrize(
    "changer", [person("heikki", Role.HANDLER, Role.PAYMENTS), MAIJA], ids=["handler", "payments"]
)
def test_whoever_changed_the_account_does_not_release(changer: Actor) -> None:
    """A false account is the oldest way to steal a grant."""
    story = given(FINAL, put(CHANGE, by=changer, on="2.8.2022"))
    story.when(RELEASE, by=changer, on="2.8.2022").rejected(FourEyes, "changed the account")
    story.when(RELEASE, by=person("matti", Role.PAYMENTS), on="2.8.2022").then(
        like(PaymentReleased, account=NEW_ACCOUNT, released_by="matti")
    )


def test_the_board_having_decided_the_preparer_still_does_not_release() -> None:
    minutes = [put(CheckMinutes(), by=REIJO, on="13.7.2022"), put(Publish(), by=REIJO, on="13.7.2022")]
    story = given(BOARD_DECIDED, minutes, served(on="13.7.2022"), settle("8.8.2022"))
    story.when(RELEASE, by=person("hanna", Role.PAYMENTS), on="8.8.2022").rejected(FourEyes)
    story.when(RELEASE, by=MAIJA, on="8.8.2022").then(PaymentReleased)


def test_it_is_released_by_payments_for_today_or_later_and_by_its_own_id() -> None:
    given(FINAL).when(RELEASE, by=HANNA, on="2.8.2022").rejected(NotAllowed, "payments")
    given(FINAL).when(RELEASE.model_copy(update={"payment": AGAIN}), by=MAIJA, on="2.8.2022").rejected(
        NotNow, payment=PAYMENT
    )
    yesterday, later = (RELEASE.model_copy(update={"due": day(on)}) for on in ("1.8.2022", "15.8.2022"))
    given(FINAL).when(yesterday, by=MAIJA, on="2.8.2022").rejected(BadContent, field="due")
    given(FINAL).when(later, by=MAIJA, on="2.8.2022").then(like(PaymentReleased, due=day("15.8.2022")))


def test_it_is_released_once_and_the_account_stays_then() -> None:
    given(RELEASED).when(RELEASE, by=MAIJA, on="3.8.2022").rejected(NotNow, stage="payment-booking")
    given(RELEASED).when(CHANGE, by=HANNA, on="3.8.2022").rejected(NotNow, stage="payment-booking")


# Instructed, refused, booked -----------------------------------------------------------------------------------------


def test_that_the_payment_party_has_it_is_recorded_once_with_its_amount() -> None:
    story = given(RELEASED).when(INSTRUCTED, by=SYSTEM, on="2.8.2022 klo 13.01")
    story = story.then(PaymentInstructed(payment=PAYMENT, amount=GRANT, reference="bezala-1"))
    story.when(INSTRUCTED, by=SYSTEM, on="2.8.2022 klo 13.02").rejected(AlreadyDone, state="instructed")


def test_another_amount_under_the_id_is_for_a_person_to_look_at() -> None:
    edited = INSTRUCTED.model_copy(update={"amount": "39991.50"})
    given(RELEASED).when(edited, by=SYSTEM, on="3.8.2022").rejected(
        BadContent, "a person must look", field="amount"
    )


def test_a_booking_may_come_before_the_receipt_of_the_instruction() -> None:
    story = given(PAID).when(INSTRUCTED, by=SYSTEM, on="3.8.2022")
    assert isinstance(story.rejection, NotNow | AlreadyDone)


def test_heard_twice_from_the_bank_it_is_booked_once() -> None:
    story = given(PAID).when(BOOKED, by=SYSTEM, on="4.8.2022")
    assert isinstance(story.rejection, NotNow | AlreadyDone)


@pytest.mark.parametrize("instructed", [False, True])
def test_refused_nothing_was_paid_and_an_account_is_needed(instructed: bool) -> None:
    story = given(RELEASED, [put(INSTRUCTED, by=SYSTEM, on="3.8.2022")] if instructed else [])
    story.when(REFUSED, by=SYSTEM, on="3.8.2022").then(
        PaymentRefused(payment=PAYMENT, reason="Tiliä ei ole."),
        enters("payment-account", waits_for=Role.HANDLER),
    )


@pytest.mark.parametrize("by", [MAIJA, SYSTEM], ids=["by hand", "from the bank"])
def test_the_banks_booking_pays_the_case(by: Actor) -> None:
    story = given(RELEASED).when(BOOKED, by=by, on="3.8.2022")
    story.then(
        PaymentBooked(payment=PAYMENT, booked_on=day("3.8.2022"), reference="pankki-1"), enters("closed")
    )
    assert story.state().paid == story.state().granted == GRANT


def test_a_booking_is_of_this_payment_and_has_been_made() -> None:
    given(RELEASED).when(BOOKED.model_copy(update={"payment": AGAIN}), by=SYSTEM, on="3.8.2022").rejected(
        BadContent, field="payment"
    )
    given(RELEASED).when(BOOKED, by=SYSTEM, on="2.8.2022 klo 13.00").rejected(BadContent, field="bookedOn")
    given(FINAL).when(BOOKED, by=SYSTEM, on="3.8.2022").rejected(NotNow, stage="payment-release")


def test_what_happens_outside_is_recorded_by_nobody_else() -> None:
    given(RELEASED).when(INSTRUCTED, by=MAIJA, on="3.8.2022").rejected(NotAllowed, "nobody by hand")
    given(RELEASED).when(REFUSED, by=MAIJA, on="3.8.2022").rejected(NotAllowed, "nobody by hand")
    given(RELEASED).when(BOOKED, by=ELINA, on="3.8.2022").rejected(NotAllowed, "payments")
    given(RELEASED).when(RETURNED, by=ELINA, on="5.8.2022").rejected(NotAllowed, "payments")


# Returned and paid again ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("prefix", [RELEASED, PAID], ids=["before it was booked", "after it was booked"])
def test_money_that_came_back_waits_for_a_new_account(prefix: list[Step]) -> None:
    story = given(prefix).when(RETURNED, by=SYSTEM, on="5.8.2022")
    story.then(
        PaymentReturned(payment=PAYMENT, returned_on=day("5.8.2022"), reason="AC04"),
        enters("payment-account", waits_for=Role.HANDLER),
    )
    assert story.state().paid == 0
    story.settle("31.12.2022").then()


def test_it_is_paid_again_to_the_new_account_under_a_new_id() -> None:
    story = given(PAID, put(RETURNED, by=SYSTEM, on="5.8.2022")).when(CHANGE, by=HANNA, on="6.8.2022")
    story = story.then(
        like(AccountChanged, account=NEW_ACCOUNT), enters("payment-order", then="OrderPayment")
    ).settle()
    story = story.then(PaymentOrdered(payment=AGAIN, amount=GRANT), enters("payment-release"))
    story = story.when(RELEASE, by=MAIJA, on="6.8.2022").rejected(NotNow, payment=AGAIN)
    again = RELEASE.model_copy(update={"payment": AGAIN})
    story = story.when(again, by=MAIJA, on="6.8.2022").then(
        like(PaymentReleased, payment=AGAIN, account=NEW_ACCOUNT)
    )
    booked = c.BookPayment(payment=AGAIN, booked_on=day("8.8.2022"), reference="pankki-2")
    story = story.when(booked, by=SYSTEM, on="8.8.2022").then(like(PaymentBooked, payment=AGAIN))
    assert [(each.id, each.state) for each in story.state().payments] == [
        (PAYMENT, "returned"),
        (AGAIN, "booked"),
    ]
    assert story.state().paid == GRANT


def test_after_a_refusal_too_the_id_is_a_new_one() -> None:
    story = (
        given(RELEASED, put(REFUSED, by=SYSTEM, on="3.8.2022")).when(CHANGE, by=HANNA, on="4.8.2022").settle()
    )
    story.then(PaymentOrdered(payment=AGAIN, amount=GRANT))


def test_the_account_is_changed_by_staff_on_evidence() -> None:
    back = [*PAID, put(RETURNED, by=SYSTEM, on="5.8.2022")]
    given(back).when(CHANGE, by=OUTI, on="6.8.2022").rejected(NotAllowed, "handler, payments")
    given(DECIDED).when(CHANGE, by=HANNA, on="6.7.2022").rejected(NotNow, stage="service")
