"""Straight stories, and every moment in them as a place to begin.

A story is a function that puts one command after the other and yields after each; the walk begins at any `yield`.
"""

from collections.abc import Callable, Iterator, Sequence
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from functools import cache
from typing import Any

from domain.case import commands as c
from domain.case.events import Ground
from domain.decision import commands as d
from domain.law.appeal import Mode
from domain.messages import HELSINKI, Actor, Command
from domain.municipality.commands import AdoptRuleSet, AdoptSettings
from domain.process import process
from domain.round.commands import Calculate, OpenRound
from tests.always.house import House
from tests.always.people import (
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
    REIJO,
    TOINI,
    stream,
)
from tests.always.values import BUDGETS, FORMS, KNOWN, REASON, attachment, criteria, settings

BEGINNINGS = (date(2022, 5, 2), date(2025, 11, 3), date(2026, 2, 16), date(2028, 4, 3))
"""Stories that run over midsummer, over Christmas, over Easter, and over May Day and Ascension Day."""

Moments = Iterator[None]


class Teller:
    """Puts the commands of a story, and lets what follows by itself happen."""

    def __init__(self, house: House) -> None:
        self.house = house

    def put(self, kind: str, key: str, command: Command, by: Actor) -> None:
        self.house.handle(self.house.letter(stream(kind, key), command, by))
        self.settle()

    def case(self, key: str, command: Command, by: Actor) -> None:
        self.put("case", key, command, by)

    def settle(self) -> None:
        """Whatever follows, at once."""
        while messages := list(self.house.commands_that_follow()):
            for message in messages:
                self.house.handle(self.house.put(message))

    def days(self, days: int) -> None:
        """Days pass, one by one, and nothing is left lying."""
        for _ in range(days):
            self.house.store.now += timedelta(days=1)
            self.settle()

    def pay(self, manner: Any = "at once") -> None:
        """The payment party takes what was released."""
        for message in list(self.house.acts_that_follow()):
            if letter := self.house.instruct(message, manner):
                self.house.handle(letter)
        self.settle()

    def bank(self) -> None:
        """The bank books, or returns, the payment instructed last, and is heard."""
        party = self.house.party
        party.moves(list(party.held)[-1], self.house.store.today, told_twice=False)
        self.house.handle(self.house.hear(party.statement[-1]))
        self.settle()


# Parts of stories ----------------------------------------------------------------------------------------------------


def opened(teller: Teller, budget: str = BUDGETS[0], **formula: Any) -> Moments:
    now = teller.house.store.now
    adopted = AdoptSettings(settings=settings(), adopted_on=now.date(), section="§ 41")
    teller.put("municipality", "settings", adopted, PAULA)
    yield
    teller.put("municipality", "settings", AdoptRuleSet(rule_set=criteria(now.date(), **formula)), PAULA)
    yield
    round_ = OpenRound(
        name="Yksityistieavustukset",
        rule_set="yksityistieavustus",
        budget=Decimal(budget),
        opens_at=now,
        closes_at=now + timedelta(days=10, hours=3),
    )
    teller.put("round", "round-1", round_, HANNA)
    yield


def applied(teller: Teller, key: str, metres: int = 10450, by: Actor = OUTI) -> Moments:
    """An application comes through the e-service, or on paper to customer service."""
    grant, marks = process("private-road-grant"), teller.house.marks
    application = c.Submit(
        process=grant.name,
        round="round-1",
        contact=marks.contact(),
        account=marks.account(),
        electronic_consent=True,
        channel="paper" if by is AINO else "e-service",
        form={**FORMS[grant.name], "length_m": metres},
        attachments=(attachment("minutes"),),
    )
    teller.case(key, application, by)
    yield


def taken(teller: Teller, *keys: str, by: Actor = HANNA) -> Moments:
    for key in keys:
        teller.case(key, c.Assign(), by)
        yield
        teller.case(key, c.DeclareImpartiality(), by)
        yield


def checked(teller: Teller, *keys: str, by: Actor = HANNA) -> Moments:
    for key in keys:
        case = teller.house.of("case")[key]
        for check in process(case.process, case.edition).checklist:
            teller.case(key, c.RecordCheck(item=check.item, met=True, evidence=REASON), by)
            yield


def evaluated(teller: Teller, *keys: str, outcome: Any = "eligible", by: Actor = HANNA) -> Moments:
    yield from checked(teller, *keys, by=by)
    reasons = () if outcome == "eligible" else ("too-short",)
    for key in keys:
        teller.case(key, c.Evaluate(outcome=outcome, reasons=reasons), by)
        yield


def proposed(teller: Teller, body: Any = "officeholder", key: str = "decision-1") -> Moments:
    teller.put("round", "round-1", Calculate(), HANNA)
    yield
    proposal = d.Propose(round="round-1", body=body, heading="Yksityistieavustukset")
    teller.put("decision", key, proposal, HANNA)
    yield


def signed(teller: Teller) -> Moments:
    for command in (d.Approve(), d.Sign(signature=teller.house.marks.text("signer"))):
        teller.put("decision", "decision-1", command, ELINA)
        yield


def published(teller: Teller, *keys: str) -> Moments:
    information = teller.house.marks.text("information")
    teller.put("decision", "decision-1", d.Publish(more_information=information), REIJO)
    yield
    for key, mode in zip(keys, (Mode.LETTER, Mode.ELECTRONIC, Mode.RECEIPT), strict=False):
        teller.case(key, c.Serve(mode=mode, evidence=REASON), REIJO)
        yield


def final(teller: Teller) -> Moments:
    """The last day comes, the grace days come, and they are over."""
    for days in (20, 3, 4, 6):
        teller.days(days)
        yield


def released(teller: Teller, key: str, by: Actor = MAIJA) -> Moments:
    payment = teller.house.of("case")[key].payment.id
    teller.case(key, c.ReleasePayment(payment=payment), by)
    yield


# Stories -------------------------------------------------------------------------------------------------------------


def granted(teller: Teller) -> Moments:
    """Two grants and a rejection by an officeholder, paid, closed; in the end the keys are destroyed."""
    yield from opened(teller)
    for key, metres in (("case-1", 10450), ("case-2", 505), ("case-3", 400)):
        yield from applied(teller, key, metres)
    teller.days(11)
    yield
    yield from taken(teller, "case-1", "case-2", "case-3")
    yield from evaluated(teller, "case-1", "case-2")
    yield from evaluated(teller, "case-3", outcome="rejected")
    yield from proposed(teller)
    yield from signed(teller)
    yield from published(teller, "case-1", "case-2", "case-3")
    yield from final(teller)
    for key in ("case-1", "case-2"):
        yield from released(teller, key)
        teller.pay()
        yield
        teller.bank()
        yield
    teller.case("case-3", c.ErasePersonalData(reason=REASON), ARJA)
    yield


def contested(teller: Teller) -> Moments:
    """The board's decision: returned once, wrong instructions, a call-up, claims withdrawn, dismissed and late."""
    keys, decision = ("case-1", "case-2"), "decision-1"
    yield from opened(teller)
    yield from applied(teller, "case-1", 505)
    yield from applied(teller, "case-2", 505, AINO)
    yield from taken(teller, *keys)
    yield from evaluated(teller, *keys)
    teller.days(11)
    yield from proposed(teller, key="decision-0")
    teller.put("decision", "decision-0", d.ReturnProposal(reason=REASON), ELINA)
    yield
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
    yield from published(teller, *keys)
    teller.put("decision", decision, d.FindInstructionsWrong(reason=REASON), REIJO)
    yield
    yield from published(teller, *keys)
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


def paid_again(teller: Teller) -> Moments:
    """One grant, refused by the payment party, returned by the bank, and paid at the third try."""
    yield from opened(teller)
    yield from applied(teller, "case-1")
    yield from taken(teller, "case-1", by=TOINI)
    yield from evaluated(teller, "case-1", by=TOINI)
    teller.days(11)
    yield from proposed(teller)
    yield from signed(teller)
    yield from published(teller, "case-1")
    yield from final(teller)
    new_account = c.ChangeAccount(account=teller.house.marks.account(), evidence=REASON)
    yield from released(teller, "case-1", TOINI)
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


def handled(teller: Teller) -> Moments:
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


STORIES: Sequence[Callable[[Teller], Moments]] = (granted, contested, paid_again, handled)


@cache
def moments(story: Callable[[Teller], Moments], beginning: date) -> Sequence[House]:
    """The house at every moment of a story that begins on a day."""
    house = House(datetime.combine(beginning, time(12), HELSINKI))
    return [house.copy(), *(house.copy() for _ in story(Teller(house)))]
