"""The trails that are stored: together they tell every fact there is."""

from collections.abc import Callable

from domain.case import commands as c
from domain.case.events import Ground
from domain.decision import commands as d
from domain.law.appeal import Mode
from domain.personal import Personal
from tests.stories import examples as e
from tests.stories.days import day
from tests.stories.story import given
from tests.stories.world import SYSTEM, World, put, settle

NEW_ACCOUNT = c.ChangeAccount(account=e.NEW_ACCOUNT, evidence="Pankin todistus.")


def booked(payment: str, on: str) -> c.BookPayment:
    return c.BookPayment(payment=payment, booked_on=day(on), reference=f"pankki-{payment[-1]}")


def granted_and_paid() -> World:
    """Three lines of one decision, one granted and paid, two rejected; a first proposal is returned."""
    return given(
        e.MIXED,
        put(e.PROPOSAL, by=e.HANNA, on=e.CALCULATED_ON, to="returned"),
        put(d.ReturnProposal(reason="Ehdot puuttuvat."), by=e.ELINA, on=e.CALCULATED_ON, to="returned"),
        [e.CALCULATE, e.PROPOSE, e.APPROVE, e.SIGN, e.PUBLISH],
        [e.served(), e.served(to="short"), e.served(to="late")],
        put(c.ReleasePayment(payment=e.PAYMENT), by=e.MAIJA, on="2.8.2022"),
        put(
            c.RecordInstruction(payment=e.PAYMENT, amount="29991.50", reference="bezala-1"),
            by=SYSTEM,
            on="2.8.2022 klo 12.01",
        ),
        put(booked(e.PAYMENT, "3.8.2022"), by=SYSTEM, on="4.8.2022"),
        put(c.ErasePersonalData(reason="Säilytysaika päättyi."), by=e.ARJA, on="4.8.2032"),
    ).world


def handled_with_detours() -> World:
    """A disqualified handler, another party, three requests to complete, a new account, a second look, withdrawn."""
    return given(
        e.IN_HANDLING,
        put(c.DeclareDisqualification(ground=Ground.OTHER, note="Naapuri."), by=e.HANNA, on="1.7.2022"),
        put(c.Assign(handler="heikki"), by=e.JOUNI, on="1.7.2022"),
        put(c.DeclareImpartiality(), by=e.HEIKKI, on="1.7.2022"),
        put(c.AddParty(contact=e.CONTACT, reason="Tie on kahden."), by=e.HEIKKI, on="1.7.2022"),
        put(NEW_ACCOUNT, by=e.HEIKKI, on="1.7.2022"),
        put(c.RequestCompletion(what="Pituus puuttuu."), by=e.HEIKKI, on="1.7.2022"),
        put(c.ExtendCompletion(due=day("29.7.2022"), reason="Kokous."), by=e.HEIKKI, on="4.7.2022"),
        put(
            c.AnswerCompletion(
                answer="Mitattu.", form={"length_m": 10400}, attachments=(e.attachment("digiroad"),)
            ),
            by=e.OUTI,
            on="29.7.2022",
        ),
        put(c.RequestCompletion(what="Kartta puuttuu."), by=e.HEIKKI, on="1.8.2022"),
        put(c.CancelCompletion(reason="Löytyi."), by=e.HEIKKI, on="2.8.2022"),
        put(c.RequestCompletion(what="Tilinpäätös puuttuu."), by=e.HEIKKI, on="2.8.2022"),
        settle("17.8.2022"),
        [
            put(c.RecordCheck(item=item, met=True, evidence="Tosite."), by=e.HEIKKI, on="17.8.2022")
            for item in e.CHECKLIST
        ],
        put(c.Evaluate(outcome="eligible"), by=e.HEIKKI, on="17.8.2022"),
        put(c.ReopenEvaluation(reason="Pituus tarkistetaan."), by=e.HEIKKI, on="18.8.2022"),
        put(c.Withdraw(reason="Tie siirtyi kunnalle."), by=e.OUTI, on="19.8.2022"),
    ).world


def contested_before_the_board() -> World:
    """The board's decision, wrong instructions, a claim withdrawn, one dismissed, a call-up; legal force at last."""
    return given(
        e.BOARD_DECIDED,
        put(d.CheckMinutes(), by=e.REIJO, on="15.7.2022"),
        put(d.Publish(more_information=Personal("Hanna, 040 1234567")), by=e.REIJO, on="15.7.2022"),
        e.served(on="15.7.2022"),
        put(d.FindInstructionsWrong(reason="Väärä osoite."), by=e.REIJO, on="18.7.2022"),
        put(d.Publish(), by=e.REIJO, on="19.7.2022"),
        e.served(on="19.7.2022", mode=Mode.RECEIPT, evidence="Saantitodistus."),
        put(d.CallUp(body="Kunnanhallitus"), by=e.REIJO, on="20.7.2022"),
        *[
            put(d.ReceiveClaim(claimant=Personal("Matti"), demand="Oikaistava."), by=e.REIJO, on=on)
            for on in ("21.7.2022", "15.8.2022")
        ],
        put(d.EndCallUp(reason="Ei muutosta."), by=e.ELINA, on="15.8.2022"),
        put(d.WithdrawClaim(claim="claim-1", reason="Asia selvisi."), by=e.REIJO, on="16.8.2022"),
        put(d.DismissClaim(claim="claim-2", reason="Myöhässä."), by=e.ELINA, on="16.8.2022"),
        settle("1.10.2022"),
    ).world


def paid_at_the_third_try() -> World:
    """Refused, returned, and at last booked: three payments, each under its own id."""
    first, second, third = (f"498-MUODno-2022-1-{n}" for n in (1, 2, 3))
    return given(
        e.RELEASED,
        put(c.RecordRefusal(payment=first, reason="Tiliä ei ole."), by=SYSTEM, on="3.8.2022"),
        put(NEW_ACCOUNT, by=e.HANNA, on="4.8.2022"),
        put(c.ReleasePayment(payment=second), by=e.MAIJA, on="4.8.2022"),
        put(booked(second, "5.8.2022"), by=SYSTEM, on="5.8.2022"),
        put(
            c.ReturnPayment(payment=second, returned_on=day("9.8.2022"), reason="AC04"),
            by=SYSTEM,
            on="9.8.2022",
        ),
        put(NEW_ACCOUNT, by=e.HEIKKI, on="10.8.2022"),
        put(c.ReleasePayment(payment=third), by=e.MAIJA, on="10.8.2022"),
        put(booked(third, "11.8.2022"), by=e.MAIJA, on="12.8.2022"),
    ).world


def noted() -> World:
    """A notice that needs no decision."""
    form = {
        "event_name": "Muonion markkinat",
        "place": "Kirkonkylän kenttä",
        "starts_on": "2022-08-06",
        "ends_on": "2022-08-07",
        "expected": 800,
    }
    notice = c.Submit(process="event-notice", contact=e.CONTACT, form=form)
    return given(
        e.ROUND_OPEN[:1],
        put(notice, by=e.OUTI, on="20.6.2022", to="markets"),
        e.taken(to="markets"),
        put(
            c.RecordCheck(item="place-free", met=True, evidence="Kalenteri."),
            by=e.HANNA,
            on="1.7.2022",
            to="markets",
        ),
        put(c.Note(note="Merkitään tiedoksi."), by=e.HANNA, on="1.7.2022", to="markets"),
    ).world


TRAILS: dict[str, Callable[[], World]] = {
    each.__name__.replace("_", "-"): each
    for each in (
        granted_and_paid,
        handled_with_detours,
        contested_before_the_board,
        paid_at_the_third_try,
        noted,
    )
}
