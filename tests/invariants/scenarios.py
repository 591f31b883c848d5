"""Straight stories, and every moment in them as a place to begin.

A story is a function that puts one command after the other and yields after each; the walk begins at any `yield`.
"""

from collections.abc import Callable, Sequence
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from functools import cache

from domain.case import commands as c
from domain.case.events import Ground
from domain.decision import commands as d
from domain.law.appeal import Mode
from domain.messages import HELSINKI, Actor, Role
from domain.round.commands import FixValues, Renew
from domain.user.commands import AddUser, ChangeRoles, DisableUser, EnableUser
from tests.invariants.in_memory_system import InMemorySystem
from tests.invariants.people import (
    AINO,
    ARJA,
    ELINA,
    HANNA,
    HEIKKI,
    JOUNI,
    MAIJA,
    MIKKO,
    OLLI,
    OUTI,
    PAULA,
    PEKKA,
    REIJO,
    TOINI,
)
from tests.invariants.scenario_runner import (
    Moments,
    ScenarioRunner,
    applied,
    calculated,
    checked,
    evaluated,
    final,
    found,
    opened,
    paid,
    proposed,
    published,
    released,
    round_opened,
    signed,
    taken,
)
from tests.invariants.values import BUDGETS, FORMS, KNOWN, REASON, attachment

STARTING_POINTS = (date(2022, 5, 2), date(2025, 11, 3), date(2026, 2, 16), date(2028, 4, 3))
"""Stories that run over midsummer, over Christmas, over Easter, and over May Day and Ascension Day."""


def granted(teller: ScenarioRunner) -> Moments:
    """Two grants, one rejected for coming late, one withdrawn; signed, paid, claimed too late, and the keys destroyed."""
    yield from opened(teller)
    yield from applied(teller, "case-1")
    yield from applied(teller, "case-2", 505)
    yield from applied(teller, "case-4", 400, OLLI)
    teller.days(11)
    yield from applied(teller, "case-3")
    yield from taken(teller, "case-1", "case-2", "case-3", "case-4")
    yield from evaluated(teller, "case-1", "case-2")
    yield from evaluated(teller, "case-3", "case-4", outcome="rejected")
    teller.case("case-4", c.Withdraw(reason=REASON), OLLI)
    yield
    yield from proposed(teller)
    yield from signed(teller)
    yield from published(teller, "case-1", "case-2", "case-3")
    yield from final(teller)
    for key in ("case-1", "case-2"):
        yield from paid(teller, key)
    late = d.ReceiveClaim(claimant=teller.house.marks.text("claimant"), demand="Oikaistava.")
    teller.put("decision", "decision-1", late, REIJO)
    yield
    teller.put("decision", "decision-1", d.DismissClaim(claim="claim-1", reason=REASON), ELINA)
    yield
    teller.case("case-3", c.ErasePersonalData(reason=REASON), ARJA)
    yield


def decided_by_the_board(teller: ScenarioRunner, decision: str) -> Moments:
    """Proposed, on the agenda, decided in the meeting two days later, and the minutes checked."""
    yield from proposed(teller, "board")
    teller.put(
        "decision", decision, d.PutOnTheAgenda(meets_on=teller.house.store.today + timedelta(2)), REIJO
    )
    yield
    teller.days(2)
    meeting = d.RecordMeeting(section="§ 58", decided_on=teller.house.store.today)
    teller.put("decision", decision, meeting, REIJO)
    yield
    teller.put("decision", decision, d.CheckMinutes(), REIJO)
    yield


def found_in_the_post(teller: ScenarioRunner, decision: str) -> Moments:
    """A claim that came in time is found when money is on its way; the bank books all the same."""
    posted = teller.house.of("decision")[decision].published.on + timedelta(days=1)
    on_its_way = d.ReceiveClaim(
        claimant=teller.house.marks.text("claimant"),
        arrived_at=datetime.combine(posted, time(12), HELSINKI),
        channel="paper",
        demand="Oikaistava.",
    )
    teller.put("decision", decision, on_its_way, REIJO)
    yield
    teller.bank()
    yield


def contested(teller: ScenarioRunner) -> Moments:
    """The board's decision: returned once, wrong instructions, a call-up, claims, and one found in the post too late."""
    keys, decision = ("case-1", "case-2"), "decision-1"
    yield from opened(teller, BUDGETS[1], floor_to=1)
    yield from applied(teller, "case-1", 505)
    yield from applied(teller, "case-2", 505, AINO)
    yield from taken(teller, *keys)
    teller.case("case-1", c.AddParty(contact=teller.house.marks.contact("party"), reason=REASON), HANNA)
    yield
    yield from evaluated(teller, *keys)
    teller.days(11)
    yield from proposed(teller, key="decision-0")
    teller.put("decision", "decision-0", d.ReturnProposal(reason=REASON), ELINA)
    yield
    yield from decided_by_the_board(teller, decision)
    yield from published(teller, *keys)
    teller.put("decision", decision, d.FindInstructionsWrong(reason=REASON), REIJO)
    yield
    yield from published(teller, *keys)
    teller.days(1)
    teller.case("case-1", c.Serve(party="party-2", mode=Mode.LETTER), REIJO)
    yield
    teller.put("decision", decision, d.CallUp(body="Kunnanhallitus"), REIJO)
    yield
    for n in (1, 2):
        claim = d.ReceiveClaim(claimant=teller.house.marks.text("claimant"), demand=f"Oikaistava {n}.")
        teller.put("decision", decision, claim, REIJO)
        yield
    teller.put("decision", decision, d.EndCallUp(reason=REASON), ELINA)
    yield
    teller.days(25)
    yield
    teller.put("decision", decision, d.WithdrawClaim(claim="claim-1", reason=REASON), REIJO)
    yield
    teller.put("decision", decision, d.DismissClaim(claim="claim-2", reason=REASON), ELINA)
    yield
    yield from final(teller)
    teller.days(20)
    yield
    yield from released(teller, "case-1")
    teller.pay()
    yield
    yield from found_in_the_post(teller, decision)
    teller.put("decision", decision, d.WithdrawClaim(claim="claim-3", reason=REASON), REIJO)
    yield


def paid_again(teller: ScenarioRunner) -> Moments:
    """One grant, a disqualified person near by, refused by the payment party, returned by the bank, and paid at last."""
    yield from opened(teller)
    yield from applied(teller, "case-1")
    yield from not_for_me(teller, "case-1", TOINI)
    yield from taken(teller, "case-1")
    yield from evaluated(teller, "case-1")
    teller.days(11)
    yield from proposed(teller)
    yield from signed(teller)
    yield from published(teller, "case-1")
    yield from final(teller)
    new_account = c.ChangeAccount(account=teller.house.marks.account(), evidence=REASON)
    yield from released(teller, "case-1", MIKKO)
    teller.pay("refuse")
    yield
    teller.case("case-1", new_account, HEIKKI)
    yield
    yield from released(teller, "case-1")
    for _ in range(2):
        teller.pay("late")
        yield
    teller.bank()
    yield
    teller.bank()
    yield
    teller.case("case-1", new_account, MIKKO)
    yield
    yield from released(teller, "case-1")
    teller.pay()
    yield
    teller.bank()
    yield


def handled(teller: ScenarioRunner) -> Moments:
    """Disqualified hands, another party, completion answered, cancelled and lapsed, a second look; and a notice."""
    yield from opened(teller)
    yield from applied(teller, "case-1")
    yield from applied(teller, "case-2", 1515, OLLI)
    yield from taken(teller, "case-1", "case-2")
    teller.case("case-1", c.DeclareDisqualification(ground=Ground.OTHER, note="Naapuri."), HANNA)
    yield
    teller.case("case-1", c.Assign(handler="heikki"), JOUNI)
    yield
    teller.case("case-1", c.DeclareImpartiality(), HEIKKI)
    yield
    teller.case("case-1", c.AddParty(contact=teller.house.marks.contact("party"), reason=REASON), HEIKKI)
    yield
    for answer in (
        c.AnswerCompletion(answer="Mitattu.", form={"lengthM": 10400}),
        c.CancelCompletion(reason=REASON),
        None,
    ):
        teller.case("case-1", c.RequestCompletion(what="Pituus puuttuu."), HEIKKI)
        yield
        if answer:
            teller.case("case-1", answer, OUTI if isinstance(answer, c.AnswerCompletion) else HEIKKI)
        else:
            teller.days(15)
        yield
    yield from evaluated(teller, "case-1", by=HEIKKI)
    teller.case("case-1", c.ReopenEvaluation(reason=REASON), HEIKKI)
    yield
    teller.case("case-2", c.Withdraw(reason=REASON), OLLI)
    yield
    if "event-notice" in KNOWN:
        notice = c.Submit(
            process="event-notice", contact=teller.house.marks.contact(), form=FORMS["event-notice"]
        )
        teller.case("case-3", notice, OUTI)
        yield
        yield from taken(teller, "case-3")
        yield from checked(teller, "case-3")
        teller.case("case-3", c.Note(note=REASON), HANNA)
        yield


def not_for_me(teller: ScenarioRunner, key: str, by: Actor) -> Moments:
    """Somebody takes a case and sees that they may not handle it."""
    teller.case(key, c.Assign(), by)
    yield
    teller.case(key, c.DeclareDisqualification(ground=Ground.OTHER, note="Naapuri."), by)
    yield


def instalment(teller: ScenarioRunner, key: str, amount: str) -> Moments:
    teller.case(key, c.ApproveInstalment(amount=Decimal(amount), evidence=REASON), HANNA)
    yield


def settled(teller: ScenarioRunner, key: str, costs: str) -> Moments:
    teller.case(key, c.SettleAccount(inputs={"actual_costs": costs}, evidence=REASON), HANNA)
    yield


def improved(teller: ScenarioRunner) -> Moments:
    """Values fixed by the board; an instalment that came back, and one road is paid too much, the other the rest."""
    keys = ("case-1", "case-2")
    yield from opened(teller, "10000.00", name="perusparannus")
    yield from applied(teller, "case-1")
    yield from applied(teller, "case-2", 400, AINO)
    yield from not_for_me(teller, "case-2", TOINI)
    yield from taken(teller, *keys)
    for key, road_class in zip(keys, ("1", "2"), strict=True):
        yield from found(teller, key, road_class)
    yield from evaluated(teller, *keys)
    teller.days(11)
    yield from calculated(teller)
    fixed = FixValues(
        values={"share": "60 %"},
        decided_by="Elinvoimalautakunta",
        decided_on=teller.house.store.today,
        section="§ 61",
    )
    teller.put("round", "round-1", fixed, HANNA)
    yield
    yield from proposed(teller)
    yield from signed(teller)
    yield from published(teller, *keys)
    yield from final(teller)
    yield from instalment(teller, "case-1", "1000.00")
    yield from paid(teller, "case-1")
    yield from instalment(teller, "case-1", "3000.00")
    teller.bank()
    yield
    teller.case("case-1", c.ChangeAccount(account=teller.house.marks.account(), evidence=REASON), HEIKKI)
    yield
    yield from paid(teller, "case-1")
    yield from paid(teller, "case-1")
    yield from settled(teller, "case-1", "5000 €")
    yield from instalment(teller, "case-2", "100.00")
    yield from paid(teller, "case-2")
    yield from settled(teller, "case-2", "8000 €")
    teller.case("case-1", c.ForwardToInvoicing(reference="lasku 1"), MAIJA)
    yield
    yield from paid(teller, "case-2")


def done_by_the_municipality(teller: ScenarioRunner) -> Moments:
    """The municipality does the work on one road and invoices a part; two do their own, and for the last nothing is left."""
    keys = ("case-1", "case-2", "case-3")
    yield from opened(teller, "20000.00", name="kunnan-työ")
    for key, does_it in zip(keys, ("yes", "no", "no"), strict=True):
        yield from applied(teller, key, municipality_does_it=does_it)
        teller.days(1)
    yield from taken(teller, *keys)
    yield from evaluated(teller, *keys)
    teller.days(11)
    yield from proposed(teller)
    yield from signed(teller)
    yield from published(teller, *keys)
    yield from final(teller)
    teller.case("case-1", c.ForwardToInvoicing(reference="lasku 1"), MAIJA)
    yield
    yield from paid(teller, "case-2")


def staffed(teller: ScenarioRunner) -> Moments:
    """The first administrator adds another, who takes the first one's place while they are away."""
    for key, command, by in (
        ("paula", AddUser(roles=(Role.ADMINISTRATOR,)), PEKKA),
        ("pekka", AddUser(roles=(Role.ADMINISTRATOR, Role.APPROVER)), PAULA),
        ("elina", AddUser(roles=(Role.HANDLER,)), PAULA),
        ("paula", DisableUser(reason=REASON), PEKKA),
        ("elina", ChangeRoles(roles=(Role.APPROVER,), reason=REASON), PEKKA),
        ("paula", EnableUser(), PEKKA),
    ):
        teller.put("user", key, command, by)
        yield


def renewed(teller: ScenarioRunner) -> Moments:
    """Two roads are granted something, and next year without applying; one of them has applied again itself."""
    yield from staffed(teller)
    yield from opened(teller, name="uusittava")
    for key, by in (("case-1", OUTI), ("case-2", AINO)):
        yield from applied(teller, key, by=by)
    yield from taken(teller, "case-1", "case-2")
    yield from evaluated(teller, "case-1", "case-2")
    teller.days(11)
    yield from proposed(teller)
    yield from signed(teller)
    teller.round, teller.decision = "round-2", "decision-2"
    yield from round_opened(teller, BUDGETS[1], "uusittava")
    yield from applied(teller, "case-4", by=OLLI)
    teller.put("round", "round-2", Renew(earlier="round-1"), HANNA)
    yield
    keys = teller.house.of("round")["round-2"].cases
    yield from taken(teller, *keys)
    yield from evaluated(teller, *keys)
    teller.days(11)
    yield from proposed(teller)
    yield from signed(teller)


def felled(teller: ScenarioRunner) -> Moments:
    """Two felling notices, decided one by one and charged for: one permitted, one contested and not permitted."""
    yield from opened(teller)
    for key, by in (("case-1", OUTI), ("case-2", OLLI)):
        notice = c.Submit(
            process="felling-notice",
            contact=teller.house.marks.contact(),
            form=FORMS["felling-notice"],
            attachments=(attachment("map"),),
        )
        teller.case(key, notice, by)
        yield
    yield from taken(teller, "case-1", "case-2")
    yield from evaluated(teller, "case-1")
    yield from checked(teller, "case-2")
    refused = c.Evaluate(outcome="rejected", reasons=("other",), note=REASON)
    teller.case("case-2", refused, HANNA)
    yield
    for number in ("1", "2"):
        teller.decision = f"decision-{number}"
        proposal = d.Propose(cases=(f"case-{number}",), heading="Puunkaato")
        teller.put("decision", teller.decision, proposal, HANNA)
        yield
        yield from signed(teller)
        yield from published(teller, f"case-{number}")
    claim = d.ReceiveClaim(claimant=teller.house.marks.text("claimant"), demand="Puut on saatava kaataa.")
    teller.put("decision", "decision-2", claim, REIJO)
    yield
    for days in (40, 10):
        teller.days(days)
        yield
    teller.case("case-1", c.ForwardToInvoicing(reference="lasku 1"), MAIJA)
    yield
    teller.put("decision", "decision-2", d.WithdrawClaim(claim="claim-1", reason=REASON), REIJO)
    yield
    teller.days(10)
    teller.case("case-2", c.ForwardToInvoicing(reference="lasku 2"), MAIJA)
    yield


SCENARIOS: Sequence[Callable[[ScenarioRunner], Moments]] = (
    *(granted, contested, paid_again, handled),
    *(improved, done_by_the_municipality, renewed),
    *((felled,) if "felling-notice" in KNOWN else ()),
)


@cache
def moments(story: Callable[[ScenarioRunner], Moments], beginning: date) -> Sequence[InMemorySystem]:
    """The house at every moment of a story that begins on a day."""
    house = InMemorySystem(datetime.combine(beginning, time(12), HELSINKI))
    return [house.copy(), *(house.copy() for _ in story(ScenarioRunner(house)))]
