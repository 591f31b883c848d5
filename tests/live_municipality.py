"""A municipality at work on a real database: its people put commands; what follows by itself is done here or by the workers."""

import time
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import uuid4

from domain.case import commands as c
from domain.decision import commands as d
from domain.messages import HELSINKI, Actor, Command, Receipt, Role, StreamId, system_actor
from domain.municipality.commands import AdoptRuleSet, AdoptSettings
from domain.municipality.events import Settings
from domain.round import commands as r
from domain.store.event_store import EventStore
from domain.store.settings import DemoClock
from domain.streams import commands_by_name
from projections import deadlines, reactions
from projections.read_model import read_models
from tests.stories.documents import by_length

CHECKS = ("road-register", "digiroad", "habitation", "passable")


class LiveMunicipality:
    """One municipality, named by its code. Without `workers` it does by itself, here, whatever must follow."""

    def __init__(self, store: EventStore, clock: DemoClock, code: str, *, workers: bool = False) -> None:
        self.store, self.clock, self.code, self.workers = store, clock, code, workers

    def at(self, year: int, month: int, day: int, hour: int = 0, minute: int = 0) -> None:
        """Let it be this moment (UTC) for every process."""
        self.clock.move_to(datetime(year, month, day, hour, minute, tzinfo=UTC))

    def by(self, name: str, role: Role) -> Actor:
        return Actor(name, self.code, frozenset({role}))

    def put(self, kind: str, key: str, command: Command, name: str, role: Role) -> Receipt:
        return self.store.handle(
            StreamId(self.code, kind, key), command, by=self.by(name, role), command_id=uuid4()
        )

    def case(self, key: str) -> Any:
        return self.store.read(StreamId(self.code, "case", key))[1]

    def events(self, key: str) -> list[str]:
        return [type(each.event).__name__ for each in self.store.trail(StreamId(self.code, "case", key))]

    def settle(self) -> None:
        """Do what must follow, until nothing must."""
        for _ in range(50):
            for model in read_models().values():
                model.catch_up(self.store, self.code)
            now = self.store.clock.now()
            today = now.astimezone(HELSINKI).date()
            due = [
                (each.stream, each.name, reactions.reaction_id(each.cause, each.name or ""), each.cause)
                for each in deadlines.overdue(self.store.database, self.code, today, now)
            ]
            due += [
                (each.stream, each.name, each.command_id, each.cause)
                for each in reactions.pending(self.store.database, self.code)
                if not each.is_effect
            ]
            for stream, name, command_id, cause in due:
                command = commands_by_name()[str(name)]()
                self.store.handle(
                    StreamId.parse(stream),
                    command,
                    by=system_actor(self.code),
                    command_id=command_id,
                    cause=cause,
                )
            if not due:
                return
        raise AssertionError("it never settles")

    def until(self, seen: Callable[[], Any], what: str, seconds: float = 30) -> None:
        end = time.monotonic() + seconds
        if not self.workers:
            self.settle()
        while not seen():
            assert time.monotonic() < end, f"waited in vain for {what}"
            time.sleep(0.05)

    def stage(self, keys: list[str], stage: str) -> None:
        """Wait until the workers have brought every case to a stage."""
        self.until(lambda: all(self.case(key).stage == stage for key in keys), f"the stage {stage}")

    # The story -------------------------------------------------------------------------------------------------------

    def open(self) -> None:
        self.at(2022, 6, 1, 8)
        settings = Settings(
            name=f"Town {self.code}",
            prefix="T",
            claim_body="Lautakunta",
            claim_address="Kirkkotie 1",
            officeholder_limit="50000",
            delegation="hallintosääntö 24 §",
        )
        self.put(
            "municipality",
            "settings",
            AdoptSettings(settings=settings, adopted_on=date(2022, 1, 1), section="§ 1"),
            "admin",
            Role.ADMINISTRATOR,
        )
        adopted = AdoptRuleSet(document=by_length(name="grants"))
        self.put("municipality", "settings", adopted, "admin", Role.ADMINISTRATOR)
        opened = r.OpenRound(
            name="2022", process="private-road-grant", rule_set="grants", budget="6000",
            opens_at=datetime(2022, 6, 1, 5, tzinfo=UTC), closes_at=datetime(2022, 6, 30, 12, tzinfo=UTC),
        )  # fmt: skip
        self.put("round", "r", opened, "handler", Role.HANDLER)

    def apply(self, count: int, **contact: str) -> list[str]:
        keys = [f"c{number}" for number in range(count)]
        for key in keys:
            self.put("case", key, application(key, **contact), f"applicant-{key}", Role.APPLICANT)
        return keys

    def handle(self, keys: list[str]) -> None:
        for key in keys:
            steps: list[Command] = [c.Assign(), c.DeclareImpartiality()]
            steps += [c.RecordCheck(item=item, met=True, evidence="seen") for item in CHECKS]
            for step in [*steps, c.Evaluate(outcome="eligible")]:
                self.put("case", key, step, "handler", Role.HANDLER)

    def decide(self, keys: list[str]) -> None:
        self.at(2022, 7, 1, 8)
        self.until(
            lambda: self.store.read(StreamId(self.code, "round", "r"))[1].closed, "the round's closing"
        )
        self.put("round", "r", r.Calculate(), "handler", Role.HANDLER)
        self.put("decision", "d", d.Propose(round="r", heading="Avustukset"), "handler", Role.HANDLER)
        self.put("decision", "d", d.Approve(), "approver", Role.APPROVER)
        signed = d.Sign.model_validate({"signature": "Approver"})
        self.put("decision", "d", signed, "approver", Role.APPROVER)
        for key in keys:
            self.put("case", key, c.Serve(mode="electronic"), "registry", Role.REGISTRY)
        self.put("decision", "d", d.Publish(), "registry", Role.REGISTRY)

    def wait_out(self, keys: list[str]) -> None:
        """Two leaps over the appeal period and the days of grace."""
        last = max(self.case(key).last_day for key in keys)
        for day in (last + timedelta(days=1), last + timedelta(days=8)):
            self.at(day.year, day.month, day.day, 8)
            time.sleep(0.2) if self.workers else self.settle()
        self.stage(keys, "payment-release")

    def release(self, keys: list[str]) -> None:
        for key in keys:
            payment = self.case(key).payment.id
            self.put("case", key, c.ReleasePayment(payment=payment), "payer", Role.PAYMENTS)

    def to_release(self, count: int, **contact: str) -> list[str]:
        """The whole way to a payment that waits for its release."""
        self.open()
        keys = self.apply(count, **contact)
        self.stage(keys, "handling")
        self.handle(keys)
        self.decide(keys)
        self.stage(keys, "appeal-period")
        self.wait_out(keys)
        return keys


def application(key: str, **contact: str) -> c.Submit:
    return c.Submit.model_validate(
        {
            "process": "private-road-grant",
            "round": "r",
            "organisation": f"{key} tiekunta",
            "contact": {"name": f"Contact {key}", "address": "Tie 1", **contact},
            "account": {"iban": "FI2112345600000785", "holder": f"{key} tiekunta"},
            "electronicConsent": True,
            "form": {
                "roadName": f"Tie {key}",
                "association": f"{key} tiekunta",
                "usageUnit": f"000-2007-K{1000 + int(key[1:])}",
                "lengthM": 1500,
                "permanentHouseholds": 2,
                "costsEur": "900.00",
            },
            "attachments": [
                {
                    "kind": "minutes",
                    "sha256": "a" * 64,
                    "name": "p.pdf",
                    "mediaType": "application/pdf",
                    "size": 3,
                }
            ],
        }
    )


def book(municipality: LiveMunicipality, keys: list[str]) -> None:
    """The payment party takes the released payments, and the bank books them."""
    for key in keys:
        payment = municipality.case(key).payment
        stream = StreamId(municipality.code, "case", key)
        taken = c.RecordInstruction(payment=payment.id, amount=str(payment.amount), reference="b-1")
        municipality.store.handle(stream, taken, by=system_actor(municipality.code), command_id=uuid4())
        booked = c.BookPayment(
            payment=payment.id, booked_on=municipality.store.clock.now().date(), reference="bank-1"
        )
        municipality.put("case", key, booked, "payer", Role.PAYMENTS)
    municipality.settle()
