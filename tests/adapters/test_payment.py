"""The payment adapter against the fake party, a process of its own, and a scripted one; all over real HTTP."""

import json
import logging
import signal
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.adapters.conftest import DUE, IBAN, NAME, OTHER_IBAN, Fake, Heard, client, scripted
from workers.adapters.payment import (
    Booking,
    Instruction,
    PartyContradicts,
    PartyRefused,
    PartyUnavailable,
    Return,
)
from workers.adapters.payment.bank import read_notifications
from workers.adapters.payment.bezala import BezalaAndBank

# Paying --------------------------------------------------------------------------------------------------------------


def test_a_payment_is_looked_for_instructed_and_booked(
    fake: Fake, party: BezalaAndBank, payment: Instruction, heard: Heard
) -> None:
    assert party.find(payment.payment_id) is None
    instructed = party.instruct(payment)
    assert (instructed.payment_id, instructed.amount, instructed.state) == (
        payment.payment_id,
        Decimal("1234.50"),
        "accounted",
    )
    assert instructed.reference
    assert party.find(payment.payment_id) == instructed
    assert instructed.agreeing_with(payment) is instructed
    assert fake.books(payment.payment_id) == [
        {
            "payment_id": payment.payment_id,
            "amount": "1234.50",
            "iban": IBAN,
            "state": "accounted",
            "times": 1,
        }
    ]
    [booking] = heard()
    assert booking == Booking(payment.payment_id, DUE, booking.reference)
    assert booking.reference


def test_a_payee_is_kept_by_its_own_id_and_follows_a_changed_account(
    fake: Fake, party: BezalaAndBank, payment: Instruction
) -> None:
    party.instruct(payment)
    again = replace(
        payment, payment_id=f"{payment.payment_id}-2", iban=OTHER_IBAN, payee_name="Uusi tiekunta"
    )
    assert party.instruct(again).payee_id == payment.payee_id
    assert [fake.books(each.payment_id)[0]["iban"] for each in (payment, again)] == [IBAN, OTHER_IBAN]


def test_two_payments_to_a_new_payee_at_once_are_not_refused(
    fake: Fake, party: BezalaAndBank, payment: Instruction
) -> None:
    """The vendor may come to be between our look and our act: that is a matter of another try."""

    def pay(number: int) -> None:
        each = replace(payment, payment_id=f"{payment.payment_id}-{number}")
        for _ in range(5):
            with suppress(PartyUnavailable):
                if party.find(each.payment_id) or party.instruct(each):
                    return
        pytest.fail("never paid")

    with ThreadPoolExecutor(4) as threads:
        list(threads.map(pay, range(4)))
    assert [len(fake.books(f"{payment.payment_id}-{number}")) for number in range(4)] == [1, 1, 1, 1]
    assert fake.alarms(payment.payment_id) == []


# What goes wrong on the way ------------------------------------------------------------------------------------------


def test_a_late_answer_is_unavailable_and_the_next_look_finds_the_payment(
    fake: Fake, payment: Instruction
) -> None:
    with client(fake.url, timeout=0.4) as party:
        fake.behaves(next=["late"], seconds=2)
        with pytest.raises(PartyUnavailable):
            party.instruct(payment)
        found = party.find(payment.payment_id)
        assert found is not None
        assert found.agreeing_with(payment).amount == payment.amount
    assert fake.books(payment.payment_id)[0]["times"] == 1
    assert fake.alarms(payment.payment_id) == []


@pytest.mark.parametrize(("behaviour", "done"), [("error", False), ("error-after", True), ("expired", False)])
def test_a_breakdown_is_unavailable_and_the_next_look_tells_whether_it_was_done(
    behaviour: str, done: bool, fake: Fake, party: BezalaAndBank, payment: Instruction
) -> None:
    """Also where our session ended at that moment: the adapter sends an instruction once, whatever happens."""
    fake.behaves(next=[behaviour])
    with pytest.raises(PartyUnavailable):
        party.instruct(payment)
    assert bool(fake.books(payment.payment_id)) is done
    assert (party.find(payment.payment_id) is not None) is done
    if not done:
        party.instruct(payment)
    assert fake.books(payment.payment_id)[0]["times"] == 1


def test_a_refusal_says_why_without_the_payee(fake: Fake, party: BezalaAndBank, payment: Instruction) -> None:
    fake.behaves(next=["refuse"])
    with pytest.raises(PartyRefused) as refused:
        party.instruct(payment)
    assert refused.value.reason == "422 the account … of … … is not accepted"
    assert party.find(payment.payment_id) is None


def test_no_server_a_refused_connection_and_an_odd_response_are_unavailable(
    fake: Fake, payment: Instruction
) -> None:
    with client("http://127.0.0.1:9") as nobody, pytest.raises(PartyUnavailable, match="ConnectError"):
        nobody.find(payment.payment_id)
    with client(fake.url, password="") as stranger, pytest.raises(PartyUnavailable, match="PAYMENT_PASSWORD"):
        stranger.instruct(payment)
    with client(f"{fake.url}/elsewhere") as lost, pytest.raises(PartyUnavailable, match="404"):
        lost.instruct(payment)
    with scripted((200, b"<html>Back soon</html>")) as strange:
        with pytest.raises(PartyUnavailable, match="not understood"):
            strange.find(payment.payment_id)
        with pytest.raises(PartyUnavailable, match="where to go on"):
            strange.notifications(None)


TOKEN = (200, b'{"token": "t"}')


def held(payment: Instruction, id_: int = 1, **changes: Any) -> dict[str, Any]:
    """A transaction as Bezala shows it."""
    payee = {"id": 7, "external_id": payment.payee_id, "name": payment.payee_name, "iban": payment.iban}
    shown = {"id": id_, "external_id": payment.payment_id, "total": str(payment.amount), "state": "reviewing"}
    return {**shown, "vendor": payee, **changes}


def listed(*transactions: dict[str, Any]) -> tuple[int, bytes]:
    return 200, json.dumps({"transactions": transactions}).encode()


def test_a_payment_that_cannot_be_read_back_is_no_refusal(payment: Instruction) -> None:
    """It may be made: to take this for a refusal would be to pay it anew."""
    shown = held(payment)
    vendors = 200, json.dumps({"vendors": [shown["vendor"]]}).encode()
    sent = 201, json.dumps(shown).encode()
    for status in (400, 403, 404, 422, 500):
        with scripted(TOKEN, vendors, sent, (status, b"{}")) as party, pytest.raises(PartyUnavailable):
            party.instruct(payment)


@pytest.mark.parametrize("status", [401, 403, 404, 408, 429, 500, 502, 503])
def test_an_answer_that_is_not_about_the_payment_is_no_refusal(status: int, payment: Instruction) -> None:
    vendors = 200, json.dumps({"vendors": [held(payment)["vendor"]]}).encode()
    with scripted(TOKEN, vendors, (status, b'{"error": "no"}')) as party, pytest.raises(PartyUnavailable):
        party.instruct(payment)


# What the party holds ------------------------------------------------------------------------------------------------


def test_instructed_twice_the_party_cries_and_still_pays_once(
    fake: Fake, party: BezalaAndBank, payment: Instruction, heard: Heard
) -> None:
    """To the adapter a known id is no refusal, after which one might pay anew: it tells what the party holds."""
    first = party.instruct(payment)
    assert party.instruct(payment) == first
    assert fake.alarms(payment.payment_id) == [f"{payment.payment_id} was instructed twice"]
    assert fake.books(payment.payment_id)[0]["times"] == 2
    assert len(heard()) == 1


def test_instructed_again_with_another_amount_the_party_cries_and_contradicts(
    fake: Fake, party: BezalaAndBank, payment: Instruction
) -> None:
    party.instruct(payment)
    with pytest.raises(PartyContradicts, match="another amount"):
        party.instruct(replace(payment, amount=Decimal("9999.00")))
    [alarm] = fake.alarms(payment.payment_id)
    assert alarm.endswith("twice with another amount")
    assert fake.books(payment.payment_id)[0]["amount"] == "1234.50"


@pytest.mark.parametrize(
    ("edit", "what"),
    [({"amount": "1.00"}, "another amount$"), ({"iban": OTHER_IBAN}, "another account$")],
)
def test_what_an_approver_edited_contradicts_at_once_and_at_the_next_look(
    edit: dict[str, str], what: str, fake: Fake, party: BezalaAndBank, payment: Instruction
) -> None:
    fake.behaves(edit=edit)
    with pytest.raises(PartyContradicts, match=what):
        party.instruct(payment)
    held = party.find(payment.payment_id)
    assert held is not None
    with pytest.raises(PartyContradicts, match=what):
        held.agreeing_with(payment)


def test_another_payment_is_never_taken_for_ours(payment: Instruction) -> None:
    """Also where the party does not know our question and answers with everything it has."""
    everything = listed(held(payment, external_id="other"), held(payment, external_id=None))
    with scripted(TOKEN, everything) as party:
        assert party.find(payment.payment_id) is None


def test_two_payments_under_one_id_contradict(payment: Instruction) -> None:
    both = listed(held(payment, 1), held(payment, 2))
    with scripted(TOKEN, both) as party, pytest.raises(PartyContradicts, match="2 payments"):
        party.find(payment.payment_id)


def test_amounts_and_accounts_are_compared_by_what_they_mean(payment: Instruction) -> None:
    shown = held(payment, total=1234.5)
    shown["vendor"]["iban"] = "fi21 1234 5600 0007 85"
    with scripted(TOKEN, listed(shown)) as party:
        found = party.find(payment.payment_id)
    assert found is not None
    assert str(found.agreeing_with(payment).amount) == "1234.50"


# The bank ------------------------------------------------------------------------------------------------------------


def test_the_bank_books_a_payment_and_sends_it_back(
    fake: Fake, party: BezalaAndBank, payment: Instruction, heard: Heard
) -> None:
    fake.behaves(next=["return:AC04"])
    party.instruct(payment)
    booking, returned = heard()
    assert booking == Booking(payment.payment_id, DUE, booking.reference)
    assert returned == Return(payment.payment_id, DUE, "AC04", returned.reference)
    assert booking.reference != returned.reference


def test_notifications_come_in_order_from_a_position_and_twice_where_the_bank_tells_twice(
    fake: Fake, party: BezalaAndBank, payment: Instruction
) -> None:
    _, start = party.notifications(None)
    second = replace(payment, payment_id=f"{payment.payment_id}-2")
    party.instruct(payment)
    received, middle = party.notifications(start)
    assert [each.payment_id for each in received] == [payment.payment_id]
    fake.behaves(notify="twice")
    party.instruct(second)
    fake.behaves(notify="once")
    received, end = party.notifications(middle)
    assert [each.payment_id for each in received] == [second.payment_id] * 2
    assert received[0] == received[1]
    assert party.notifications(end) == ([], end)
    assert len(party.notifications(start)[0]) == 3


HAND_WRITTEN = """<?xml version="1.0" encoding="UTF-8"?>
<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.054.001.08"><BkToCstmrDbtCdtNtfctn>
  <GrpHdr><MsgId>M1</MsgId><CreDtTm>2022-09-16T06:00:00+03:00</CreDtTm></GrpHdr>
  <Ntfctn><Id>N1</Id><Acct><Id><IBAN>FI1410093000123458</IBAN></Id></Acct>
    <Ntry><!-- a batch of two -->
      <NtryRef>7</NtryRef><Amt Ccy="EUR">300.00</Amt><CdtDbtInd>DBIT</CdtDbtInd><Sts><Cd>BOOK</Cd></Sts>
      <BookgDt><Dt>2022-09-15</Dt></BookgDt><AcctSvcrRef>BATCH-7</AcctSvcrRef>
      <NtryDtls><Btch><NbOfTxs>2</NbOfTxs></Btch>
        <TxDtls><Refs><AcctSvcrRef>A1</AcctSvcrRef><EndToEndId>P-1</EndToEndId></Refs></TxDtls>
        <TxDtls><Refs><EndToEndId> P-2 </EndToEndId></Refs></TxDtls>
      </NtryDtls>
    </Ntry>
    <Ntry><!-- sent back, with a moment for a day -->
      <Amt Ccy="EUR">100.00</Amt><CdtDbtInd>CRDT</CdtDbtInd><Sts><Cd>BOOK</Cd></Sts>
      <BookgDt><DtTm>2022-09-17T00:30:00+03:00</DtTm></BookgDt>
      <NtryDtls><TxDtls><Refs><AcctSvcrRef>A3</AcctSvcrRef><EndToEndId>P-1</EndToEndId></Refs>
        <RtrInf><Rsn><Cd>AC04</Cd></Rsn></RtrInf></TxDtls></NtryDtls>
    </Ntry>
    <Ntry><!-- sent back without a word -->
      <NtryRef>9</NtryRef><Amt Ccy="EUR">200.00</Amt><CdtDbtInd>CRDT</CdtDbtInd><Sts><Cd>BOOK</Cd></Sts>
      <BookgDt><Dt>2022-09-17</Dt></BookgDt>
      <NtryDtls><TxDtls><Refs><EndToEndId>P-2</EndToEndId></Refs><RtrInf/></TxDtls></NtryDtls>
    </Ntry>
    <Ntry><!-- still pending -->
      <Amt Ccy="EUR">1.00</Amt><CdtDbtInd>DBIT</CdtDbtInd><Sts><Cd>PDNG</Cd></Sts>
      <NtryDtls><TxDtls><Refs><EndToEndId>P-3</EndToEndId></Refs></TxDtls></NtryDtls>
    </Ntry>
    <Ntry><!-- somebody pays us, and a fee -->
      <Amt Ccy="EUR">5.00</Amt><CdtDbtInd>CRDT</CdtDbtInd><Sts><Cd>BOOK</Cd></Sts>
      <BookgDt><Dt>2022-09-17</Dt></BookgDt>
      <NtryDtls><TxDtls><Refs><EndToEndId>THEIRS</EndToEndId></Refs></TxDtls></NtryDtls>
    </Ntry>
    <Ntry>
      <Amt Ccy="EUR">2.00</Amt><CdtDbtInd>DBIT</CdtDbtInd><Sts><Cd>BOOK</Cd></Sts>
      <BookgDt><Dt>2022-09-17</Dt></BookgDt>
    </Ntry>
    <Ntry><!-- a credit taken back is no payment of ours -->
      <Amt Ccy="EUR">5.00</Amt><CdtDbtInd>DBIT</CdtDbtInd><RvslInd>true</RvslInd><Sts><Cd>BOOK</Cd></Sts>
      <BookgDt><Dt>2022-09-18</Dt></BookgDt>
      <NtryDtls><TxDtls><Refs><EndToEndId>THEIRS</EndToEndId></Refs></TxDtls></NtryDtls>
    </Ntry>
    <Ntry><!-- we send back what was not ours -->
      <Amt Ccy="EUR">5.00</Amt><CdtDbtInd>DBIT</CdtDbtInd><Sts><Cd>BOOK</Cd></Sts>
      <BookgDt><Dt>2022-09-18</Dt></BookgDt>
      <NtryDtls><TxDtls><Refs><EndToEndId>THEIRS</EndToEndId></Refs>
        <RtrInf><Rsn><Cd>AC01</Cd></Rsn></RtrInf></TxDtls></NtryDtls>
    </Ntry>
  </Ntfctn>
</BkToCstmrDbtCdtNtfctn></Document>"""


def test_a_hand_written_camt_054_is_read() -> None:
    assert read_notifications(HAND_WRITTEN.encode()) == [
        Booking("P-1", date(2022, 9, 15), "A1"),
        Booking("P-2", date(2022, 9, 15), "BATCH-7"),
        Return("P-1", date(2022, 9, 17), "AC04", "A3"),
        Return("P-2", date(2022, 9, 17), "MS03", "9"),
    ]


@pytest.mark.parametrize(
    "document",
    [
        HAND_WRITTEN.replace("054.001.08", "054.001.02"),
        HAND_WRITTEN.replace("<Dt>2022-09-15</Dt>", ""),
        HAND_WRITTEN[:-20],
        '<!DOCTYPE d [<!ENTITY e "x">]>' + HAND_WRITTEN.partition("?>")[2],
        "<html>Back soon</html>",
    ],
    ids=["another edition", "no day", "cut off", "entities", "no camt"],
)
def test_a_document_that_cannot_be_read_is_not_passed_over(document: str) -> None:
    with pytest.raises(PartyUnavailable):
        read_notifications(document.encode())


def test_what_the_bank_told_before_it_broke_down_is_not_lost() -> None:
    with scripted((200, HAND_WRITTEN.encode(), "5"), (503, b"")) as party:
        received, position = party.notifications(None)
        assert (len(received), position) == (4, "5")
        with pytest.raises(PartyUnavailable):
            party.notifications(position)


# The fake's own promises, and ours about persons ---------------------------------------------------------------------


def test_a_killed_party_keeps_its_books_and_we_sign_in_again(tmp_path: Path, payment: Instruction) -> None:
    with Fake(tmp_path) as first, client(first.url, timeout=0.4) as party:
        first.behaves(next=["late"], seconds=30)
        with pytest.raises(PartyUnavailable):
            party.instruct(payment)
        first.stop(signal.SIGKILL)
        with pytest.raises(PartyUnavailable):
            party.find(payment.payment_id)
        with Fake(tmp_path) as second:
            party._bezala.base_url = party._bank.base_url = httpx.URL(second.url)
            found = party.find(payment.payment_id)
            assert found is not None
            assert found.agreeing_with(payment)
            assert [each.payment_id for each in party.notifications(None)[0]] == [payment.payment_id]


def test_a_party_told_to_stop_does_not_wait_for_its_late_answers(
    tmp_path: Path, payment: Instruction
) -> None:
    with Fake(tmp_path) as fake, client(fake.url, timeout=0.4) as party:
        fake.behaves(next=["late"], seconds=30)
        with pytest.raises(PartyUnavailable):
            party.instruct(payment)
        began = time.monotonic()
        assert fake.stop() == 0
        assert time.monotonic() - began < 3


def test_the_party_does_not_take_a_behaviour_that_it_does_not_know(fake: Fake) -> None:
    for strange in ({"next": ["explode"]}, {"notify": "thrice"}, {"edit": {"date": "x"}}, {"later": 1}):
        with pytest.raises(httpx.HTTPStatusError, match="422"):
            fake.behaves(**strange)


@pytest.mark.parametrize(
    "wrong",
    [
        {"payment_id": "x" * 36},
        {"payment_id": ""},
        {"amount": Decimal("0.00")},
        {"amount": Decimal("-1.00")},
        {"amount": Decimal("10.5")},
        {"iban": ""},
        {"iban": "FI21 1234 5600 0007 85"},
        {"message": "x" * 141},
    ],
    ids=str,
)
def test_a_payment_that_cannot_be_carried_out_is_not_written(
    wrong: dict[str, Any], payment: Instruction
) -> None:
    with pytest.raises(ValueError, match="needs") as error:
        replace(payment, **wrong)
    assert "FI21" not in str(error.value)


def test_no_account_and_no_name_in_what_is_shown_or_logged(
    fake: Fake, party: BezalaAndBank, payment: Instruction, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    shown = [repr(payment), repr(party.instruct(payment)), repr(party.find(payment.payment_id))]
    for number, behaviour in enumerate(["error", "error-after", "refuse"]):
        fake.behaves(next=[behaviour])
        with pytest.raises((PartyUnavailable, PartyRefused)) as caught:
            party.instruct(replace(payment, payment_id=f"{payment.payment_id}-{number}"))
        shown += [str(caught.value), repr(caught.value), str(caught.value.__cause__)]
    fake.behaves(edit={"iban": OTHER_IBAN})
    with pytest.raises(PartyContradicts) as contradicted:
        party.instruct(replace(payment, payment_id=f"{payment.payment_id}-edited"))
    text = "\n".join([*shown, str(contradicted.value), caplog.text])
    for secret in (IBAN, OTHER_IBAN, *NAME.split()):
        assert secret not in text
