"""The trails that are stored: together they have every event there is."""

from collections.abc import Callable, Sequence
from decimal import Decimal

from domain.case import commands as c
from domain.case.events import Ground
from domain.criteria.compiler import compile_rule_set
from domain.decision import commands as d
from domain.law.appeal import Mode
from domain.messages import Actor, Role
from domain.municipality.commands import AdoptSettings
from domain.personal import Personal
from domain.round.commands import Calculate, FixValues, OpenRound, Renew
from domain.stages import current
from domain.streams import stages_of
from domain.user.commands import AddUser, ChangeRoles, DisableUser, EnableUser
from tests.command_examples import COMMANDS, example
from tests.invariants.values import improvement, renewing, work
from tests.stories import examples as e
from tests.stories.days import day, instant
from tests.stories.story import given
from tests.stories.world import MUNICIPALITY, SYSTEM, Step, World, put, settle, stream

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


# Criteria of other kinds --------------------------------------------------------------------------------------------

ADOPTED_ON = day("31.5.2022")
BY_CLASS = compile_rule_set("""\
name: luokittain
process: private-road-grant
adopted: {by: Elinvoimalautakunta, on: 2022-05-31, section: § 58}
inputs:
  length: {type: length, from: application.length_m, text: {fi: Tien pituus, sv: Vägens längd, en: Length}}
  road_class: {type: text, from: handler, choices: ["1", "2"], text: {fi: Tieluokka, sv: Vägklass, en: Class}}
tables:
  class:
    by: road_class
    rows: [{is: 1, weight: 1}, {is: 2, weight: 0.5}]
eligibility:
  - code: short
    require: length >= 500 m
    otherwise: manual
    text: {fi: Tie on lyhyt, sv: Vägen är kort, en: The road is short}
allocation: {method: unit_price, weight: class.weight * length}
rounding: {unit_price: down 10 €/km}
conditions: [{fi: Tie pidetään avoinna., sv: Vägen hålls öppen., en: The road is kept open.}]
""")


def found(value: str, to: str | None = None) -> Step:
    finding = c.RecordFinding(input="road_class", value=value, reason="Katselmus.")
    return put(finding, by=e.HANNA, on="1.7.2022", to=to)


def eligible(to: str | None = None, on: str = "1.7.2022") -> Step:
    """A condition that is left to a person is accepted with a reason."""
    return put(c.Evaluate(outcome="eligible", note="Ainoa tie kylään."), by=e.HANNA, on=on, to=to)


def handled(value: str, to: str | None = None) -> list[Step]:
    return [*e.taken(to), found(value, to), *e.checked(to), eligible(to)]


def paid(payment: str, on: str, to: str | None = None) -> list[Step]:
    """Released, instructed and booked on one day."""

    def instructed(world: World) -> World:
        amount = world.states[stream("case", to)].payment.amount
        receipt = c.RecordInstruction(payment=payment, amount=str(amount), reference=f"bezala-{payment}")
        return put(receipt, by=SYSTEM, on=f"{on} klo 13.00", to=to)(world)

    return [
        put(c.ReleasePayment(payment=payment), by=e.MAIJA, on=on, to=to),
        instructed,
        put(booked(payment, on), by=SYSTEM, on=f"{on} klo 15.00", to=to),
    ]


DECIDED = [e.CALCULATE, e.PROPOSE, e.APPROVE, e.SIGN, e.PUBLISH]


def granted_under_a_document() -> World:
    """The ordinary chain: a handler's finding, a condition left to a person and accepted, one road rejected."""
    return given(
        e.opened(criteria=BY_CLASS),
        e.applied(),
        e.applied(to="short", form={"road_name": "Lyhyt tie", "usage_unit": "Y2004-11428", "length_m": 400}),
        e.applied(to="late", on="1.7.2022 klo 8.00", form={"road_name": "Myöhäinen tie"}),
        handled("1"),
        handled("2", to="short"),
        e.rejected(to="late"),
        DECIDED,
        [e.served(), e.served(to="short"), e.served(to="late")],
        settle("2.8.2022"),
        paid(e.PAYMENT, "2.8.2022"),
    ).world


FIX = FixValues(
    values={"share": "60 %"}, decided_by="Elinvoimalautakunta", decided_on=day("4.7.2022"), section="§ 61"
)
FIXED: list[Step | Sequence[Step]] = [
    e.opened("10000.00", criteria=compile_rule_set(improvement(ADOPTED_ON))),
    e.applied(),
    e.applied(to="short", form={"road_name": "Lyhyt tie", "usage_unit": "Y2004-11428", "length_m": 400}),
    handled("1"),
    handled("2", to="short"),
    put(Calculate(), by=e.HANNA, on="4.7.2022 klo 9.00"),
    put(FIX, by=e.HANNA, on="4.7.2022 klo 10.00"),
]


def values_fixed_by_the_board() -> World:
    """A preview, the values that the board fixed, and the run that counts."""
    return given(*FIXED, e.CALCULATE).world


def paid_on_account() -> World:
    """Two instalments, and a final account below them, recovered; another road is paid the rest."""
    first, second, third = ("498-MUODno-2022-1-1", "498-MUODno-2022-1-2", "498-MUODno-2022-2-1")
    return given(
        *FIXED,
        DECIDED,
        [e.served(), e.served(to="short")],
        settle("2.8.2022"),
        put(c.ApproveInstalment(amount=Decimal("1000.00"), evidence="Lasku 1."), by=e.HANNA, on="3.8.2022"),
        paid(first, "4.8.2022"),
        put(c.ApproveInstalment(amount=Decimal("3000.00"), evidence="Lasku 2."), by=e.HANNA, on="8.8.2022"),
        paid(second, "9.8.2022"),
        put(
            c.SettleAccount(inputs={"actual_costs": "5000 €"}, evidence="Lopputilitys."),
            by=e.HANNA,
            on="1.11.2022",
        ),
        put(c.ForwardToInvoicing(reference="lasku 2022-17"), by=e.MAIJA, on="2.11.2022"),
        put(
            c.SettleAccount(inputs={"actual_costs": "6000 €"}, evidence="Lopputilitys."),
            by=e.HANNA,
            on="3.11.2022",
            to="short",
        ),
        paid(third, "4.11.2022", to="short"),
    ).world


def invoiced_work() -> World:
    """The municipality does the work on one road and invoices a part; for another nothing is left of the budget."""
    return given(
        e.opened("20000.00", criteria=compile_rule_set(work(ADOPTED_ON))),
        e.applied(form={"municipality_does_it": "yes"}),
        e.applied(to="own", on="8.6.2022", form={"usage_unit": "Y2004-11428", "municipality_does_it": "no"}),
        e.applied(to="last", on="9.6.2022", form={"usage_unit": "Y2004-11429", "municipality_does_it": "no"}),
        *[e.eligible(to=to) for to in (None, "own", "last")],
        DECIDED,
        [e.served(), e.served(to="own"), e.served(to="last")],
        settle("2.8.2022"),
        put(c.ForwardToInvoicing(reference="lasku 2022-18"), by=e.MAIJA, on="3.8.2022"),
    ).world


def renewed() -> World:
    """Granted one year, and the next without applying."""
    year = OpenRound(
        name="Yksityistieavustukset 2023",
        process="private-road-grant",
        rule_set="uusittava",
        budget=Decimal("20000.00"),
        opens_at=instant("1.6.2023 klo 9.00"),
        closes_at=instant("30.6.2023 klo 15.00"),
    )
    world = given(
        e.opened(criteria=compile_rule_set(renewing(ADOPTED_ON))),
        e.applied(),
        e.eligible(),
        DECIDED,
        put(year, by=e.HANNA, on="31.5.2023", to="2023"),
        put(Renew(earlier="2022"), by=e.HANNA, on="1.6.2023", to="2023"),
    ).world
    [new] = world.states[stream("round", "2023")].cases
    for step in [
        *e.eligible(to=new, on="3.7.2023"),
        put(Calculate(), by=e.HANNA, on="4.7.2023", to="2023"),
    ]:
        world = step(world)
    return world


def by_example(name: str) -> Callable[[], World]:
    """A case in handling that is given the example of one command: the golden trail of a new, plain command."""
    kind = COMMANDS[name]

    def trail() -> World:
        in_hand = given(*e.IN_HANDLING).world
        stage = current(
            stages_of(stream("case"), in_hand.states[stream("case")]), in_hand.states[stream("case")]
        )
        role = next(role for role in stage.answers[kind] if role is not Role.SYSTEM)
        return put(example(name), by=role, on="1.7.2022")(in_hand)

    return trail


PLAIN = ("LogContact",)
"""Commands whose trail is made from their example alone: `python -m tests.golden.write by-example-LogContact`."""


def roles_granted_and_ended() -> World:
    """Two administrators; an approver's roles change, also while she is disabled; one administrator takes leave."""
    paula, pekka, line = (
        Actor(name, MUNICIPALITY, frozenset({Role.ADMINISTRATOR}))
        for name in ("paula", "pekka", "command-line")
    )
    both = (Role.HANDLER, Role.APPROVER)
    return given(
        put(AddUser(roles=(Role.ADMINISTRATOR,)), by=line, on="3.1.2022", to="paula"),
        put(AddUser(roles=(Role.ADMINISTRATOR, Role.AUDITOR)), by=paula, on="3.1.2022", to="pekka"),
        put(AddUser(roles=both, reason="Hallintosääntö 24 §."), by=paula, on="4.1.2022"),
        put(DisableUser(reason="Virkavapaa."), by=paula, on="1.6.2022"),
        put(ChangeRoles(roles=(Role.APPROVER, Role.MANAGER)), by=pekka, on="1.8.2022"),
        put(EnableUser(reason="Palasi."), by=paula, on="15.8.2022"),
        put(DisableUser(), by=pekka, on="1.9.2022", to="paula"),
    ).world


def felled_for_a_fee() -> World:
    """Two felling notices decided without a round: one permitted, its fee with invoicing; one not permitted."""
    form = {
        "property_id": "498-401-12-3",
        "trees": 12,
        "which": "Männyt etelärajalla.",
        "why": "Puut varjostavat.",
        "felled_on": "2026-06-01",
    }
    settings = AdoptSettings(settings=e.SETTINGS, adopted_on=day("2.1.2026"), section="§ 4")
    decided: list[Step] = []
    for key, outcome, on in (
        ("pines", c.Evaluate(outcome="eligible", note="Vähäinen."), "10.3.2026"),
        ("oaks", c.Evaluate(outcome="rejected", reasons=("other",), note="Kulttuurimaisema."), "11.3.2026"),
    ):
        notice = c.Submit(
            process="felling-notice", contact=e.CONTACT, form=form, attachments=(e.attachment("map"),)
        )
        decided += [
            put(notice, by=e.OUTI, on=on, to=key),
            *e.taken(to=key, on=on),
            *[
                put(c.RecordCheck(item=item, met=True, evidence="Katselmus."), by=e.HANNA, on=on, to=key)
                for item in ("title", "plan", "minor", "protected")
            ],
            put(outcome, by=e.HANNA, on=on, to=key),
            put(d.Propose(cases=(key,), heading="Puunkaato"), by=e.HANNA, on=on, to=f"on-{key}"),
            put(d.Approve(), by=e.ELINA, on=on, to=f"on-{key}"),
            put(e.SIGNATURE, by=e.ELINA, on=on, to=f"on-{key}"),
            put(d.Publish(), by=e.REIJO, on=on, to=f"on-{key}"),
            e.served(to=key, on=on),
        ]
    return given(
        put(settings, by=e.PAULA, on="2.1.2026"),
        decided,
        settle("24.4.2026"),
        put(c.ForwardToInvoicing(reference="lasku 2026-7"), by=e.MAIJA, on="24.4.2026", to="pines"),
    ).world


TRAILS: dict[str, Callable[[], World]] = {
    each.__name__.replace("_", "-"): each
    for each in (
        granted_and_paid,
        handled_with_detours,
        contested_before_the_board,
        paid_at_the_third_try,
        noted,
        granted_under_a_document,
        values_fixed_by_the_board,
        paid_on_account,
        invoiced_work,
        renewed,
        roles_granted_and_ended,
        felled_for_a_fee,
    )
} | {f"by-example-{name}": by_example(name) for name in PLAIN}
