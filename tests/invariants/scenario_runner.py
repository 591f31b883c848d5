"""Telling a story: one command after the other, and what follows by itself; the parts that stories are made of."""

from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal
from typing import Any

from domain.case import commands as c
from domain.decision import commands as d
from domain.law.appeal import Mode
from domain.messages import Actor, Command
from domain.municipality.commands import AdoptRuleSet, AdoptSettings
from domain.processes import process
from domain.round.commands import Calculate, OpenRound
from tests.invariants.in_memory_system import InMemorySystem
from tests.invariants.people import (
    AINO,
    ELINA,
    HANNA,
    MAIJA,
    OUTI,
    PAULA,
    REIJO,
    stream,
)
from tests.invariants.values import BUDGETS, DOCUMENTS, FORMS, REASON, UNITS, attachment, settings

Moments = Iterator[None]


class ScenarioRunner:
    """Puts the commands of a story, and lets what follows by itself happen."""

    def __init__(self, system: InMemorySystem) -> None:
        self.system = system
        self.round, self.decision = "round-1", "decision-1"
        """What the parts of a story are about, until it says another."""

    def put(self, kind: str, key: str, command: Command, by: Actor) -> None:
        self.system.handle(self.system.command_message(stream(kind, key), command, by))
        self.settle()

    def case(self, key: str, command: Command, by: Actor) -> None:
        self.put("case", key, command, by)

    def settle(self) -> None:
        """Whatever follows, at once."""
        while messages := list(self.system.commands_that_follow()):
            for message in messages:
                self.system.handle(self.system.put(message))

    def days(self, days: int) -> None:
        """Days pass, one by one, and nothing is left lying."""
        for _ in range(days):
            self.system.store.now += timedelta(days=1)
            self.settle()

    def pay(self, manner: Any = "at once") -> None:
        """The payment party takes what was released."""
        for message in list(self.system.acts_that_follow()):
            if command_message := self.system.instruct(message, manner):
                self.system.handle(command_message)
        self.settle()

    def bank(self) -> None:
        """The bank books, or returns, the payment instructed last, and is heard."""
        party = self.system.party
        party.moves(list(party.held)[-1], self.system.store.today, listed_twice=False)
        self.system.handle(self.system.hear(party.statement[-1]))
        self.settle()


# Parts of stories ----------------------------------------------------------------------------------------------------


def opened(
    runner: ScenarioRunner, budget: str = BUDGETS[0], name: str = "yksityistieavustus", **formula: Any
) -> Moments:
    now = runner.system.store.now
    adopted = AdoptSettings(settings=settings(), adopted_on=now.date(), section="§ 41")
    runner.put("municipality", "settings", adopted, PAULA)
    yield
    document = DOCUMENTS[name](now.date(), **formula)
    runner.put("municipality", "settings", AdoptRuleSet(document=document), PAULA)
    yield
    yield from round_opened(runner, budget, name)


def round_opened(runner: ScenarioRunner, budget: str, name: str) -> Moments:
    now = runner.system.store.now
    round_ = OpenRound(
        name="Yksityistieavustukset",
        process="private-road-grant",
        rule_set=name,
        budget=Decimal(budget),
        opens_at=now,
        closes_at=now + timedelta(days=10, hours=3),
    )
    runner.put("round", runner.round, round_, HANNA)
    yield


def applied(
    runner: ScenarioRunner, key: str, metres: int = 10450, by: Actor = OUTI, **answers: str
) -> Moments:
    """An application comes through the e-service, or on paper to customer service."""
    unit = UNITS[int(key.removeprefix("case-")) % len(UNITS)]
    grant, marks = process("private-road-grant"), runner.system.marks
    application = c.Submit(
        process=grant.name,
        round=runner.round,
        contact=marks.contact(),
        account=marks.account(),
        electronic_consent=True,
        channel="paper" if by is AINO else "e-service",
        form={**FORMS[grant.name], "length_m": metres, "usage_unit": unit, **answers},
        attachments=(attachment("minutes"),),
    )
    runner.case(key, application, by)
    yield


def taken(runner: ScenarioRunner, *keys: str, by: Actor = HANNA) -> Moments:
    for key in keys:
        runner.case(key, c.Assign(), by)
        yield
        runner.case(key, c.DeclareImpartiality(), by)
        yield


def checked(runner: ScenarioRunner, *keys: str, by: Actor = HANNA) -> Moments:
    for key in keys:
        case = runner.system.of("case")[key]
        for check in process(case.process, case.edition).checklist:
            runner.case(key, c.RecordCheck(item=check.item, met=True, evidence=REASON), by)
            yield


def found(runner: ScenarioRunner, key: str, value: str, by: Actor = HANNA) -> Moments:
    """A handler finds which class a road is of."""
    runner.case(key, c.RecordFinding(input="road_class", value=value, reason=REASON), by)
    yield


def evaluated(runner: ScenarioRunner, *keys: str, outcome: Any = "eligible", by: Actor = HANNA) -> Moments:
    yield from checked(runner, *keys, by=by)
    reasons = () if outcome == "eligible" else ("too-short",)
    for key in keys:
        runner.case(key, c.Evaluate(outcome=outcome, reasons=reasons, note=REASON), by)
        yield


def calculated(runner: ScenarioRunner) -> Moments:
    runner.put("round", runner.round, Calculate(), HANNA)
    yield


def proposed(runner: ScenarioRunner, body: Any = "officeholder", key: str = "") -> Moments:
    yield from calculated(runner)
    proposal = d.Propose(round=runner.round, body=body, heading="Yksityistieavustukset")
    runner.put("decision", key or runner.decision, proposal, HANNA)
    yield


def signed(runner: ScenarioRunner) -> Moments:
    for command in (d.Approve(), d.Sign(signature=runner.system.marks.text("signer"))):
        runner.put("decision", runner.decision, command, ELINA)
        yield


def published(runner: ScenarioRunner, *keys: str) -> Moments:
    information = runner.system.marks.text("information")
    runner.put("decision", runner.decision, d.Publish(more_information=information), REIJO)
    yield
    for key, mode in zip(keys, (Mode.LETTER, Mode.ELECTRONIC, Mode.RECEIPT), strict=False):
        runner.case(key, c.Serve(mode=mode, evidence=REASON), REIJO)
        yield


def final(runner: ScenarioRunner) -> Moments:
    """The last day comes, the grace days come, and they are over."""
    for days in (20, 3, 4, 6):
        runner.days(days)
        yield


def released(runner: ScenarioRunner, key: str, by: Actor = MAIJA) -> Moments:
    payment = runner.system.of("case")[key].payment.id
    runner.case(key, c.ReleasePayment(payment=payment), by)
    yield


def paid(runner: ScenarioRunner, key: str) -> Moments:
    """What is ordered is released, instructed and booked."""
    yield from released(runner, key)
    runner.pay()
    yield
    runner.bank()
    yield
