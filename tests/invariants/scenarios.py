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


def granted(runner: ScenarioRunner) -> Moments:
    """Two grants, one rejected for coming late, one withdrawn; signed, paid, claimed too late, and the keys destroyed."""
    yield from opened(runner)
    yield from applied(runner, "case-1")
    yield from applied(runner, "case-2", 505)
    yield from applied(runner, "case-4", 400, OLLI)
    runner.days(11)
    yield from applied(runner, "case-3")
    yield from taken(runner, "case-1", "case-2", "case-3", "case-4")
    yield from evaluated(runner, "case-1", "case-2")
    yield from evaluated(runner, "case-3", "case-4", outcome="rejected")
    runner.case("case-4", c.Withdraw(reason=REASON), OLLI)
    yield
    yield from proposed(runner)
    yield from signed(runner)
    yield from published(runner, "case-1", "case-2", "case-3")
    yield from final(runner)
    for key in ("case-1", "case-2"):
        yield from paid(runner, key)
    late = d.ReceiveClaim(claimant=runner.system.marks.text("claimant"), demand="Oikaistava.")
    runner.put("decision", "decision-1", late, REIJO)
    yield
    runner.put("decision", "decision-1", d.DismissClaim(claim="claim-1", reason=REASON), ELINA)
    yield
    runner.case("case-3", c.ErasePersonalData(reason=REASON), ARJA)
    yield


def decided_by_the_board(runner: ScenarioRunner, decision: str) -> Moments:
    """Proposed, on the agenda, decided in the meeting two days later, and the minutes checked."""
    yield from proposed(runner, "board")
    runner.put(
        "decision", decision, d.PutOnTheAgenda(meets_on=runner.system.store.today + timedelta(2)), REIJO
    )
    yield
    runner.days(2)
    meeting = d.RecordMeeting(section="§ 58", decided_on=runner.system.store.today)
    runner.put("decision", decision, meeting, REIJO)
    yield
    runner.put("decision", decision, d.CheckMinutes(), REIJO)
    yield


def found_in_the_post(runner: ScenarioRunner, decision: str) -> Moments:
    """A claim that came in time is found when money is on its way; the bank books all the same."""
    posted = runner.system.of("decision")[decision].published.on + timedelta(days=1)
    on_its_way = d.ReceiveClaim(
        claimant=runner.system.marks.text("claimant"),
        arrived_at=datetime.combine(posted, time(12), HELSINKI),
        channel="paper",
        demand="Oikaistava.",
    )
    runner.put("decision", decision, on_its_way, REIJO)
    yield
    runner.bank()
    yield


def contested(runner: ScenarioRunner) -> Moments:
    """The board's decision: returned once, wrong instructions, a call-up, claims, and one found in the post too late."""
    keys, decision = ("case-1", "case-2"), "decision-1"
    yield from opened(runner, BUDGETS[1], floor_to=1)
    yield from applied(runner, "case-1", 505)
    yield from applied(runner, "case-2", 505, AINO)
    yield from taken(runner, *keys)
    runner.case("case-1", c.AddParty(contact=runner.system.marks.contact("party"), reason=REASON), HANNA)
    yield
    yield from evaluated(runner, *keys)
    runner.days(11)
    yield from proposed(runner, key="decision-0")
    runner.put("decision", "decision-0", d.ReturnProposal(reason=REASON), ELINA)
    yield
    yield from decided_by_the_board(runner, decision)
    yield from published(runner, *keys)
    runner.put("decision", decision, d.FindInstructionsWrong(reason=REASON), REIJO)
    yield
    yield from published(runner, *keys)
    runner.days(1)
    runner.case("case-1", c.Serve(party="party-2", mode=Mode.LETTER), REIJO)
    yield
    runner.put("decision", decision, d.CallUp(body="Kunnanhallitus"), REIJO)
    yield
    for n in (1, 2):
        claim = d.ReceiveClaim(claimant=runner.system.marks.text("claimant"), demand=f"Oikaistava {n}.")
        runner.put("decision", decision, claim, REIJO)
        yield
    runner.put("decision", decision, d.EndCallUp(reason=REASON), ELINA)
    yield
    runner.days(25)
    yield
    runner.put("decision", decision, d.WithdrawClaim(claim="claim-1", reason=REASON), REIJO)
    yield
    runner.put("decision", decision, d.DismissClaim(claim="claim-2", reason=REASON), ELINA)
    yield
    yield from final(runner)
    runner.days(20)
    yield
    yield from released(runner, "case-1")
    runner.pay()
    yield
    yield from found_in_the_post(runner, decision)
    runner.put("decision", decision, d.WithdrawClaim(claim="claim-3", reason=REASON), REIJO)
    yield


def paid_again(runner: ScenarioRunner) -> Moments:
    """One grant, a disqualified person near by, refused by the payment party, returned by the bank, and paid at last."""
    yield from opened(runner)
    yield from applied(runner, "case-1")
    yield from not_for_me(runner, "case-1", TOINI)
    yield from taken(runner, "case-1")
    yield from evaluated(runner, "case-1")
    runner.days(11)
    yield from proposed(runner)
    yield from signed(runner)
    yield from published(runner, "case-1")
    yield from final(runner)
    new_account = c.ChangeAccount(account=runner.system.marks.account(), evidence=REASON)
    yield from released(runner, "case-1", MIKKO)
    runner.pay("refuse")
    yield
    runner.case("case-1", new_account, HEIKKI)
    yield
    yield from released(runner, "case-1")
    for _ in range(2):
        runner.pay("late")
        yield
    runner.bank()
    yield
    runner.bank()
    yield
    runner.case("case-1", new_account, MIKKO)
    yield
    yield from released(runner, "case-1")
    runner.pay()
    yield
    runner.bank()
    yield


def handled(runner: ScenarioRunner) -> Moments:
    """Disqualified hands, another party, completion answered, cancelled and lapsed, a second look; and a notice."""
    yield from opened(runner)
    yield from applied(runner, "case-1")
    yield from applied(runner, "case-2", 1515, OLLI)
    yield from taken(runner, "case-1", "case-2")
    runner.case("case-1", c.DeclareDisqualification(ground=Ground.OTHER, note="Naapuri."), HANNA)
    yield
    runner.case("case-1", c.Assign(handler="heikki"), JOUNI)
    yield
    runner.case("case-1", c.DeclareImpartiality(), HEIKKI)
    yield
    runner.case("case-1", c.AddParty(contact=runner.system.marks.contact("party"), reason=REASON), HEIKKI)
    yield
    for answer in (
        c.AnswerCompletion(answer="Mitattu.", form={"lengthM": 10400}),
        c.CancelCompletion(reason=REASON),
        None,
    ):
        runner.case("case-1", c.RequestCompletion(what="Pituus puuttuu."), HEIKKI)
        yield
        if answer:
            runner.case("case-1", answer, OUTI if isinstance(answer, c.AnswerCompletion) else HEIKKI)
        else:
            runner.days(15)
        yield
    yield from evaluated(runner, "case-1", by=HEIKKI)
    runner.case("case-1", c.ReopenEvaluation(reason=REASON), HEIKKI)
    yield
    runner.case("case-2", c.Withdraw(reason=REASON), OLLI)
    yield
    if "event-notice" in KNOWN:
        notice = c.Submit(
            process="event-notice", contact=runner.system.marks.contact(), form=FORMS["event-notice"]
        )
        runner.case("case-3", notice, OUTI)
        yield
        yield from taken(runner, "case-3")
        yield from checked(runner, "case-3")
        runner.case("case-3", c.Note(note=REASON), HANNA)
        yield


def not_for_me(runner: ScenarioRunner, key: str, by: Actor) -> Moments:
    """Somebody takes a case and sees that they may not handle it."""
    runner.case(key, c.Assign(), by)
    yield
    runner.case(key, c.DeclareDisqualification(ground=Ground.OTHER, note="Naapuri."), by)
    yield


def instalment(runner: ScenarioRunner, key: str, amount: str) -> Moments:
    runner.case(key, c.ApproveInstalment(amount=Decimal(amount), evidence=REASON), HANNA)
    yield


def settled(runner: ScenarioRunner, key: str, costs: str) -> Moments:
    runner.case(key, c.SettleAccount(inputs={"actual_costs": costs}, evidence=REASON), HANNA)
    yield


def improved(runner: ScenarioRunner) -> Moments:
    """Values fixed by the board; an instalment that came back, and one road is paid too much, the other the rest."""
    keys = ("case-1", "case-2")
    yield from opened(runner, "10000.00", name="perusparannus")
    yield from applied(runner, "case-1")
    yield from applied(runner, "case-2", 400, AINO)
    yield from not_for_me(runner, "case-2", TOINI)
    yield from taken(runner, *keys)
    for key, road_class in zip(keys, ("1", "2"), strict=True):
        yield from found(runner, key, road_class)
    yield from evaluated(runner, *keys)
    runner.days(11)
    yield from calculated(runner)
    fixed = FixValues(
        values={"share": "60 %"},
        decided_by="Elinvoimalautakunta",
        decided_on=runner.system.store.today,
        section="§ 61",
    )
    runner.put("round", "round-1", fixed, HANNA)
    yield
    yield from proposed(runner)
    yield from signed(runner)
    yield from published(runner, *keys)
    yield from final(runner)
    yield from instalment(runner, "case-1", "1000.00")
    yield from paid(runner, "case-1")
    yield from instalment(runner, "case-1", "3000.00")
    runner.bank()
    yield
    runner.case("case-1", c.ChangeAccount(account=runner.system.marks.account(), evidence=REASON), HEIKKI)
    yield
    yield from paid(runner, "case-1")
    yield from paid(runner, "case-1")
    yield from settled(runner, "case-1", "5000 €")
    yield from instalment(runner, "case-2", "100.00")
    yield from paid(runner, "case-2")
    yield from settled(runner, "case-2", "8000 €")
    runner.case("case-1", c.ForwardToInvoicing(reference="lasku 1"), MAIJA)
    yield
    yield from paid(runner, "case-2")


def done_by_the_municipality(runner: ScenarioRunner) -> Moments:
    """The municipality does the work on one road and invoices a part; two do their own, and for the last nothing is left."""
    keys = ("case-1", "case-2", "case-3")
    yield from opened(runner, "20000.00", name="kunnan-työ")
    for key, does_it in zip(keys, ("yes", "no", "no"), strict=True):
        yield from applied(runner, key, municipality_does_it=does_it)
        runner.days(1)
    yield from taken(runner, *keys)
    yield from evaluated(runner, *keys)
    runner.days(11)
    yield from proposed(runner)
    yield from signed(runner)
    yield from published(runner, *keys)
    yield from final(runner)
    runner.case("case-1", c.ForwardToInvoicing(reference="lasku 1"), MAIJA)
    yield
    yield from paid(runner, "case-2")


def staffed(runner: ScenarioRunner) -> Moments:
    """The first administrator adds another, who takes the first one's place while they are away."""
    for key, command, by in (
        ("paula", AddUser(roles=(Role.ADMINISTRATOR,)), PEKKA),
        ("pekka", AddUser(roles=(Role.ADMINISTRATOR, Role.APPROVER)), PAULA),
        ("elina", AddUser(roles=(Role.HANDLER,)), PAULA),
        ("paula", DisableUser(reason=REASON), PEKKA),
        ("elina", ChangeRoles(roles=(Role.APPROVER,), reason=REASON), PEKKA),
        ("paula", EnableUser(), PEKKA),
    ):
        runner.put("user", key, command, by)
        yield


def renewed(runner: ScenarioRunner) -> Moments:
    """Two roads are granted something, and next year without applying; one of them has applied again itself."""
    yield from staffed(runner)
    yield from opened(runner, name="uusittava")
    for key, by in (("case-1", OUTI), ("case-2", AINO)):
        yield from applied(runner, key, by=by)
    yield from taken(runner, "case-1", "case-2")
    yield from evaluated(runner, "case-1", "case-2")
    runner.days(11)
    yield from proposed(runner)
    yield from signed(runner)
    runner.round, runner.decision = "round-2", "decision-2"
    yield from round_opened(runner, BUDGETS[1], "uusittava")
    yield from applied(runner, "case-4", by=OLLI)
    runner.put("round", "round-2", Renew(earlier="round-1"), HANNA)
    yield
    keys = runner.system.of("round")["round-2"].cases
    yield from taken(runner, *keys)
    yield from evaluated(runner, *keys)
    runner.days(11)
    yield from proposed(runner)
    yield from signed(runner)


def felled(runner: ScenarioRunner) -> Moments:
    """Two felling notices, decided one by one and charged for: one permitted, one contested and not permitted."""
    yield from opened(runner)
    for key, by in (("case-1", OUTI), ("case-2", OLLI)):
        notice = c.Submit(
            process="felling-notice",
            contact=runner.system.marks.contact(),
            form=FORMS["felling-notice"],
            attachments=(attachment("map"),),
        )
        runner.case(key, notice, by)
        yield
    yield from taken(runner, "case-1", "case-2")
    yield from evaluated(runner, "case-1")
    yield from checked(runner, "case-2")
    refused = c.Evaluate(outcome="rejected", reasons=("other",), note=REASON)
    runner.case("case-2", refused, HANNA)
    yield
    for number in ("1", "2"):
        runner.decision = f"decision-{number}"
        proposal = d.Propose(cases=(f"case-{number}",), heading="Puunkaato")
        runner.put("decision", runner.decision, proposal, HANNA)
        yield
        yield from signed(runner)
        yield from published(runner, f"case-{number}")
    claim = d.ReceiveClaim(claimant=runner.system.marks.text("claimant"), demand="Puut on saatava kaataa.")
    runner.put("decision", "decision-2", claim, REIJO)
    yield
    for days in (40, 10):
        runner.days(days)
        yield
    runner.case("case-1", c.ForwardToInvoicing(reference="lasku 1"), MAIJA)
    yield
    runner.put("decision", "decision-2", d.WithdrawClaim(claim="claim-1", reason=REASON), REIJO)
    yield
    runner.days(10)
    runner.case("case-2", c.ForwardToInvoicing(reference="lasku 2"), MAIJA)
    yield


SCENARIOS: Sequence[Callable[[ScenarioRunner], Moments]] = (
    *(granted, contested, paid_again, handled),
    *(improved, done_by_the_municipality, renewed),
    *((felled,) if "felling-notice" in KNOWN else ()),
)


@cache
def moments(story: Callable[[ScenarioRunner], Moments], beginning: date) -> Sequence[InMemorySystem]:
    """The system at every moment of a scenario that begins on a day."""
    system = InMemorySystem(datetime.combine(beginning, time(12), HELSINKI))
    return [system.copy(), *(system.copy() for _ in story(ScenarioRunner(system)))]
