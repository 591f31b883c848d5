"""The story of one municipality's year; it records every event there is, and leaves some cases open.

Soukka's payment is refused, returned, and released again; the second road takes every detour on its way; the third
goes straight. Two are rejected by the board, whose decision is contested in each way. One is withdrawn, one notice is
noted, and two that came late are still handled when it ends.
"""

from decimal import Decimal

from domain.case import commands as c
from domain.case.events import Ground
from domain.criteria.compiler import compile_rule_set
from domain.decision import commands as d
from domain.law.appeal import Mode
from domain.messages import Actor, Role
from domain.personal import Personal
from domain.processes import processes
from domain.round.commands import Calculate, FixValues, OpenRound, Renew
from domain.user.commands import AddUser, ChangeRoles, DisableUser, EnableUser
from tests.command_examples import example
from tests.stories import examples as e
from tests.stories.days import day, instant
from tests.stories.world import SYSTEM, Step, put, settle

CODE = "498"
ENDS = "1.11.2022"
PERSONAL = (
    "Outi Osakas",
    "Soukantie 1",
    "FI2112345600000785",
    "FI1410093000123458",
    "Elina",
    "040 1234567",
    "Matti",
)
"""What must never be shown: names, addresses, accounts."""  # fmt: skip


def _request(what: str, by: Actor, on: str, to: str) -> Step:
    return put(c.RequestCompletion(what=what), by=by, on=on, to=to)


def _payment(running: int, number: int) -> str:
    return f"{CODE}-MUODno-2022-{running}-{number}"


def _release(payment: str, on: str, to: str | None = None) -> Step:
    return put(c.ReleasePayment(payment=payment), by=e.MAIJA, on=on, to=to)


def _book(payment: str, on: str, booked: str, to: str | None = None) -> Step:
    command = c.BookPayment(payment=payment, booked_on=day(booked), reference="p-1")
    return put(command, by=SYSTEM, on=on, to=to)


def _account(by: Actor, on: str, to: str | None = None) -> Step:
    return put(c.ChangeAccount(account=e.NEW_ACCOUNT, evidence="Pankin todistus."), by=by, on=on, to=to)


NOTICE = c.Submit(
    process="event-notice",
    contact=e.CONTACT,
    form={
        "event_name": "Muonion markkinat",
        "place": "Kirkonkylän kenttä",
        "starts_on": "2022-08-06",
        "ends_on": "2022-08-07",
        "expected": 800,
    },
)

NOTICES = ("event-notice", 1) in processes()


def _notices(*steps: Step) -> list[Step]:
    """What is told of a notice, where there is that process."""
    return list(steps) if NOTICES else []


PAULA, PEKKA, LINE = (
    Actor(name, CODE, frozenset({Role.ADMINISTRATOR})) for name in ("paula", "pekka", "command-line")
)

STAFFED: list[Step] = [
    put(AddUser(roles=(Role.ADMINISTRATOR,)), by=LINE, on="3.1.2022", to="paula"),
    put(AddUser(roles=(Role.ADMINISTRATOR, Role.AUDITOR)), by=PAULA, on="3.1.2022", to="pekka"),
    put(AddUser(roles=(Role.HANDLER, Role.APPROVER), reason="§ 24"), by=PAULA, on="4.1.2022 klo 9.00"),
    put(DisableUser(reason="Virkavapaa."), by=PAULA, on="1.2.2022 klo 9.00"),
    put(ChangeRoles(roles=(Role.APPROVER, Role.MANAGER), reason="§ 25"), by=PEKKA, on="15.2.2022"),
    put(EnableUser(reason="Palasi."), by=PAULA, on="1.3.2022 klo 9.00"),
    put(ChangeRoles(roles=(Role.MANAGER,), reason="§ 26"), by=PAULA, on="1.4.2022 klo 15.00"),
]
"""Elina is an approver in January and in March; in February she is on leave."""

ARRIVED: list[Step] = [
    *e.opened(),
    *e.applied(),
    *e.applied(to="second", on="8.6.2022", form={"road_name": "Toinen tie", "length_m": 2000}),
    *e.applied(to="third", on="13.6.2022", form={"road_name": "Kolmas tie", "length_m": 1200}),
    *e.applied(to="gone", on="14.6.2022", form={"road_name": "Kunnan tie"}),
    *_notices(put(NOTICE, by=e.OUTI, on="20.6.2022", to="markets")),
    put(
        e.on_paper("20.6.2022", form={"road_name": "Lyhyt tie", "length_m": 400}),
        by=e.AINO,
        on="27.6.2022",
        to="short",
    ),
    *e.applied(to="late", on="1.7.2022 klo 8.00", form={"road_name": "Myöhäinen tie"}),
]

CHECK_PLACE = c.RecordCheck(item="place-free", met=True, evidence="Kalenteri.")
MEASURED = c.AnswerCompletion(
    answer="Mitattu.", form={"length_m": 2100}, attachments=(e.attachment("digiroad"),)
)

HANDLED: list[Step] = [
    *e.eligible(),
    *e.eligible(to="third"),
    *e.rejected(to="short"),
    *e.rejected(to="late"),
    *_notices(
        *e.taken(to="markets"),
        put(CHECK_PLACE, by=e.HANNA, on="1.7.2022", to="markets"),
        put(c.Note(note="Merkitään tiedoksi."), by=e.HANNA, on="1.7.2022", to="markets"),
    ),
    *e.taken(to="gone"),
    *e.taken(to="second"),
    put(
        c.DeclareDisqualification(ground=Ground.OTHER, note="Naapuri."),
        by=e.HANNA,
        on="1.7.2022",
        to="second",
    ),
    put(c.Assign(handler="heikki"), by=e.JOUNI, on="1.7.2022", to="second"),
    put(c.DeclareImpartiality(), by=e.HEIKKI, on="1.7.2022", to="second"),
    put(c.AddParty(contact=e.CONTACT, reason="Tie on kahden."), by=e.HEIKKI, on="1.7.2022", to="second"),
    _request("Pituus puuttuu.", e.HEIKKI, "1.7.2022 klo 13.00", "second"),
    *e.applied(to="waiting", on="2.7.2022", form={"road_name": "Odottava tie"}),
    _request("Kartta puuttuu.", e.HANNA, "4.7.2022", "gone"),
    put(c.ExtendCompletion(due=day("29.7.2022"), reason="Kokous."), by=e.HEIKKI, on="4.7.2022", to="second"),
    put(example("LogContact"), by=e.AINO, on="6.7.2022", to="gone"),
    put(c.Withdraw(reason="Tie siirtyi kunnalle."), by=e.OUTI, on="6.7.2022", to="gone"),
    put(MEASURED, by=e.OUTI, on="7.7.2022", to="second"),
    _request("Kartta puuttuu.", e.HEIKKI, "7.7.2022 klo 13.00", "second"),
    put(c.CancelCompletion(reason="Löytyi."), by=e.HEIKKI, on="8.7.2022", to="second"),
    _request("Tilinpäätös puuttuu.", e.HEIKKI, "8.7.2022 klo 13.00", "second"),
    settle("25.7.2022 klo 9.00"),
    *[
        put(c.RecordCheck(item=item, met=True, evidence="Tosite."), by=e.HEIKKI, on="25.7.2022", to="second")
        for item in e.CHECKLIST
    ],
    put(c.Evaluate(outcome="rejected", reasons=("not-completed",)), by=e.HEIKKI, on="25.7.2022", to="second"),
    put(c.ReopenEvaluation(reason="Tilinpäätös löytyi."), by=e.HEIKKI, on="26.7.2022", to="second"),
    put(c.Evaluate(outcome="eligible"), by=e.HEIKKI, on="26.7.2022", to="second"),
]

TO_GRANT = d.Propose(round="2022", cases=("soukka", "second", "third"), heading="Yksityistieavustukset 2022")
TO_REJECT = d.Propose(round="2022", cases=("short", "late"), body="board", heading="Hylättävät hakemukset")

DECIDED: list[Step] = [
    put(Calculate(), by=e.HANNA, on="27.7.2022"),
    put(TO_GRANT, by=e.HEIKKI, on="27.7.2022", to="returned"),
    put(d.ReturnProposal(reason="Ehdot puuttuvat."), by=e.ELINA, on="27.7.2022 klo 13.00", to="returned"),
    put(TO_GRANT, by=e.HEIKKI, on="27.7.2022 klo 14.00"),
    put(d.Approve(), by=e.ELINA, on="28.7.2022"),
    put(e.SIGNATURE, by=e.ELINA, on="28.7.2022"),
    put(TO_REJECT, by=e.HANNA, on="28.7.2022", to="board"),
    put(d.Publish(more_information=Personal("Hanna, 040 1234567")), by=e.REIJO, on="29.7.2022"),
    put(d.PutOnTheAgenda(meets_on=day("10.8.2022")), by=e.REIJO, on="29.7.2022", to="board"),
    e.served(on="29.7.2022"),
    e.served(on="29.7.2022", to="third", mode=Mode.RECEIPT),
    e.served(on="29.7.2022", to="second", mode=Mode.RECEIPT),
    e.served(on="2.8.2022", to="second", party="party-2"),
]

CONTESTED: list[Step] = [
    put(
        d.ReceiveClaim(claimant=Personal("Matti"), demand="Lisää.", cases=("second",), as_party=True),
        by=e.REIJO,
        on="5.8.2022",
    ),
    put(
        d.RecordMeeting(section="§ 58", decided_on=day("10.8.2022")),
        by=e.REIJO,
        on="10.8.2022 klo 18.00",
        to="board",
    ),
    put(d.CheckMinutes(), by=e.REIJO, on="12.8.2022", to="board"),
    put(d.Publish(more_information=Personal("Hanna, 040 1234567")), by=e.REIJO, on="12.8.2022", to="board"),
    e.served(on="12.8.2022", to="short", mode=Mode.RECEIPT),
    e.served(on="12.8.2022", to="late"),
    put(d.FindInstructionsWrong(reason="Väärä osoite."), by=e.REIJO, on="15.8.2022", to="board"),
    put(d.Publish(), by=e.REIJO, on="16.8.2022", to="board"),
    e.served(on="16.8.2022", to="short", mode=Mode.RECEIPT),
    e.served(on="17.8.2022", to="late"),
    put(d.CallUp(body="Kunnanhallitus"), by=e.REIJO, on="18.8.2022", to="board"),
    put(d.ReceiveClaim(claimant=Personal("Matti"), demand="Oikaistava."), by=e.REIJO, on="19.8.2022", to="board"),
]  # fmt: skip

PAID: list[Step] = [
    put(d.WithdrawClaim(claim="claim-1", reason="Asia selvisi."), by=e.REIJO, on="25.8.2022"),
    _release(_payment(1, 1), "25.8.2022 klo 13.00"),
    _release(_payment(3, 1), "25.8.2022 klo 13.00", "third"),
    put(c.RecordRefusal(payment=_payment(1, 1), reason="Tiliä ei ole."), by=SYSTEM, on="26.8.2022"),
    put(
        c.RecordInstruction(payment=_payment(3, 1), amount="2616.00", reference="b-1"),
        by=SYSTEM,
        on="26.8.2022",
        to="third",
    ),
    _account(e.HANNA, "26.8.2022 klo 13.00"),
    _release(_payment(1, 2), "26.8.2022 klo 14.00"),
    _book(_payment(3, 1), "30.8.2022", "29.8.2022", "third"),
    _book(_payment(1, 2), "30.8.2022", "30.8.2022"),
    put(
        c.ReturnPayment(payment=_payment(1, 2), returned_on=day("2.9.2022"), reason="AC04"),
        by=SYSTEM,
        on="2.9.2022",
    ),
    _release(_payment(2, 1), "5.9.2022", "second"),
    _book(_payment(2, 1), "7.9.2022", "6.9.2022", "second"),
]

ENDED: list[Step] = [
    put(d.ReceiveClaim(claimant=Personal("Matti"), demand="Oikaistava."), by=e.REIJO, on="12.9.2022", to="board"),
    put(d.EndCallUp(reason="Ei muutosta."), by=e.ELINA, on="12.9.2022", to="board"),
    put(d.WithdrawClaim(claim="claim-1", reason="Asia selvisi."), by=e.REIJO, on="13.9.2022", to="board"),
    put(d.DismissClaim(claim="claim-2", reason="Myöhässä."), by=e.ELINA, on="13.9.2022", to="board"),
    put(c.ErasePersonalData(reason="Peruutettu."), by=e.ARJA, on="14.9.2022", to="gone"),
    _account(e.HEIKKI, "15.9.2022"),
    *e.applied(to="asked", on="20.10.2022", form={"road_name": "Kysytty tie"}),
    *e.taken(to="asked", on="21.10.2022"),
    _request("Kartta puuttuu.", e.HANNA, "25.10.2022", "asked"),
    _release(_payment(1, 3), "31.10.2022"),
    settle(ENDS),
]  # fmt: skip
"""Soukka's third payment waits for the payment party when the story ends."""

SCENARIO = [*STAFFED, *ARRIVED, *HANDLED, *DECIDED, *CONTESTED, *PAID, *ENDED]

# Another municipality's year, under criteria that leave something open and are paid against a final account -----------

WORKS_CODE = "500"
WORKS_CRITERIA = """\
name: parannus
edition: 1
process: private-road-grant
adopted: {by: Tekninen lautakunta, on: 2022-05-31, section: § 60}
renewal: yes
inputs:
  estimate: {type: money, text: {fi: Kustannusarvio}}
  dug_by_us: {type: yes_no, text: {fi: Kunta tekee työn}}
  urgent: {type: yes_no, from: handler, text: {fi: Työ on kiireellinen}}
  actual: {type: money, from: final_account, text: {fi: Toteutuneet kulut}}
slots:
  share: {type: percent, text: {fi: Avustuksen osuus}}
eligibility:
  - {code: not-urgent, require: urgent, text: {fi: Työ ei ole kiireellinen}}
schemes:
  own:
    when: not dug_by_us
    grant: share * estimate
    payment: {when: on_account, instalments: 50 %, final: share * actual}
  ours:
    when: dug_by_us
    grant: share * estimate
    invoice: estimate - share * estimate
"""


def _applied(key: str, unit: str, dug_by_us: str) -> list[Step]:
    asked = {"road_name": f"Tie {key}", "usage_unit": unit, "estimate": "9000", "dug_by_us": dug_by_us}
    return e.applied(to=key, form=asked)


def _found(key: str) -> list[Step]:
    """The case is checked, the question of the criteria answered, and it is found eligible."""
    found = c.RecordFinding(input="urgent", value="kyllä", reason="Rumpu on rikki.")
    return [
        *e.taken(to=key),
        *e.checked(to=key),
        put(found, by=e.HANNA, on="1.7.2022", to=key),
        put(c.Evaluate(outcome="eligible"), by=e.HANNA, on="1.7.2022", to=key),
    ]


FELLING = c.Submit(
    process="felling-notice",
    contact=e.CONTACT,
    form={
        "property_id": "498-401-12-3",
        "trees": 12,
        "which": "Männyt.",
        "why": "Varjostavat.",
        "felled_on": "2022-12-01",
    },
    attachments=(e.attachment("map"),),
)
FELLINGS = ("felling-notice", 1) in processes()


def _fellings(*steps: Step) -> list[Step]:
    """What is told of a felling notice, where there is that process."""
    return list(steps) if FELLINGS else []


FIXED = FixValues(
    values={"share": "50 %"}, decided_by="Tekninen lautakunta", decided_on=day("3.7.2022"), section="§ 71"
)
INSTALMENT = f"{WORKS_CODE}-MUODno-2022-1-1"

WORKS_SCENARIO: list[Step] = [
    *e.opened(criteria=compile_rule_set(WORKS_CRITERIA)),
    *_applied("drained", "Y2004-11427", "no"),
    *_applied("dug", "Y2004-11428", "yes"),
    *_found("drained"),
    *_found("dug"),
    put(FIXED, by=e.HANNA, on="4.7.2022"),
    put(Calculate(), by=e.HANNA, on="4.7.2022 klo 13.00"),
    e.PROPOSE,
    e.APPROVE,
    e.SIGN,
    e.PUBLISH,
    e.served(to="drained"),
    e.served(to="dug"),
    settle("2.8.2022"),
    put(c.ForwardToInvoicing(reference="L-76"), by=e.MAIJA, on="2.8.2022", to="dug"),
    put(c.ApproveInstalment(amount=Decimal("2000.00"), evidence="Kuitit."), by=e.HANNA, on="2.8.2022", to="drained"),
    _release(INSTALMENT, "3.8.2022", "drained"),
    _book(INSTALMENT, "5.8.2022", "4.8.2022", "drained"),
    put(c.SettleAccount(inputs={"actual": "3000"}, evidence="Kuitit."), by=e.HANNA, on="8.8.2022", to="drained"),
    put(c.ForwardToInvoicing(reference="L-77"), by=e.MAIJA, on="9.8.2022", to="drained"),
    put(
        OpenRound(
            name="Parannukset 2023",
            process="private-road-grant",
            rule_set="parannus",
            budget=Decimal("9000.00"),
            opens_at=instant("1.9.2022 klo 9.00"),
            closes_at=instant("30.9.2022 klo 15.00"),
        ),
        by=e.HANNA,
        on="31.8.2022",
        to="2023",
    ),
    put(Renew(earlier="2022"), by=e.HANNA, on="2.9.2022", to="2023"),
    settle("5.9.2022"),
    *_fellings(
        put(FELLING, by=e.OUTI, on="6.9.2022", to="felled"),
        *e.taken(to="felled", on="7.9.2022"),
        *[
            put(c.RecordCheck(item=item, met=True, evidence="Katselmus."), by=e.HANNA, on="7.9.2022", to="felled")
            for item in ("title", "plan", "minor", "protected")
        ],
        put(c.Evaluate(outcome="eligible"), by=e.HANNA, on="7.9.2022", to="felled"),
        put(d.Propose(cases=("felled",), heading="Puunkaato"), by=e.HANNA, on="7.9.2022", to="felling"),
        put(d.Approve(), by=e.ELINA, on="8.9.2022", to="felling"),
        put(e.SIGNATURE, by=e.ELINA, on="8.9.2022", to="felling"),
        put(d.Publish(), by=e.REIJO, on="9.9.2022", to="felling"),
        e.served(to="felled", on="9.9.2022"),
        settle("20.10.2022"),
    ),
]  # fmt: skip
"""One works on account and was paid too much; for the other the municipality dug and invoices. Both are renewed.

Last, where there is that process, a felling is permitted for a fee that waits to be handed to invoicing.
"""
