"""The round itself, step by step, and what must have come of it."""

import json
import time
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import httpx

from api.installation.demo.people import (
    DEMO_CRITERIA,
    DEMO_SETTINGS,
    DEMO_STAFF,
    MUNICIPALITY,
    ROUND_DATA,
    Person,
    add_demo_users,
    applicant_username,
    sample_pdf,
    wait_until,
)
from api.installation.running import RunningInstallation
from domain.criteria import ready_criteria
from domain.messages import HELSINKI, NO_MONEY
from domain.store.event_store import EventStore
from domain.store.users import Users
from projections.views import export

CHECKS = ("road-register", "digiroad", "habitation", "passable")
ReportProgress = Callable[[str], None]


@dataclass
class DemoResult:
    """What was read back from the API and the event store after the round."""

    municipality: str
    rows: list[dict[str, Any]]
    unit_price: str
    section: str
    party_last_days: list[str]
    members_last_day: str
    events: int
    seconds: float = 0
    checks: dict[str, bool] = field(default_factory=dict)

    @property
    def total(self) -> Decimal:
        return sum((Decimal(row["granted"]) for row in self.rows), NO_MONEY)

    @property
    def paid(self) -> Decimal:
        return sum((Decimal(row["paid"]) for row in self.rows), NO_MONEY)

    def as_json(self) -> dict[str, Any]:
        return {
            "municipality": self.municipality,
            "roads": len(self.rows),
            "totalLengthM": sum(row["lengthM"] for row in self.rows),
            "unitPriceEurPerKm": self.unit_price,
            "totalEur": str(self.total),
            "paid": sum(1 for row in self.rows if row["granted"] == row["paid"]),
            "paidEur": str(self.paid),
            "events": self.events,
            "seconds": round(self.seconds, 1),
            "checks": self.checks,
        }


def play(installation: RunningInstallation, tell: ReportProgress) -> DemoResult:
    """Play the Muonio round to its end and read back what came of it."""
    began = time.monotonic()
    store = EventStore.open(installation.settings, size=4)
    try:
        now = installation.clock.now()  # whoever signs in now stays so all through the round
        installation.clock.move_to(datetime(2022, 1, 3, 9, tzinfo=HELSINKI))
        add_demo_users(Users(store), len(ROUND_DATA["roads"]))
        installation.clock.move_to(now)
        with ExitStack() as stack:
            people = {name: stack.enter_context(Person(installation.url, name)) for name in DEMO_STAFF}
            round_ = _Round(installation, people, tell)
            round_.open()
            round_.apply()
            round_.handle()
            round_.decide()
            round_.wait_out_the_appeal_period()
            round_.pay()
            result = round_.result(store)
    finally:
        store.database.close()
    result.seconds = time.monotonic() - began
    return result


class _Round:
    """One round being played."""

    def __init__(
        self, installation: RunningInstallation, people: dict[str, Person], tell: ReportProgress
    ) -> None:
        self.installation, self.people, self.tell = installation, people, tell
        self.cases: list[str] = []
        self.key = self.decision = ""

    def at(self, year: int, month: int, day: int, hour: int = 9) -> None:
        """Let it be this hour in Helsinki, for every process."""
        self.installation.clock.move_to(datetime(year, month, day, hour, tzinfo=HELSINKI))

    def open(self) -> None:
        """The administrator adopts settings and criteria, a handler opens the round."""
        self.at(2022, 6, 1)
        paula = self.people["paula"]
        paula.do(
            "/municipality", "adopt-settings", settings=DEMO_SETTINGS, adoptedOn="2022-01-01", section="§ 1"
        )
        adopted = {each["edition"] for each in paula.get("/municipality")["ruleSets"]}
        edition = max(adopted, default=0) + 1
        document = ready_criteria()[DEMO_CRITERIA].replace("\nedition: 1\n", f"\nedition: {edition}\n")
        paula.do("/municipality", "adopt-rule-set", document=document)
        opened = self.people["hanna"].begin(
            "/rounds",
            name="Yksityistieavustukset 2022",
            process="private-road-grant",
            ruleSet=DEMO_CRITERIA,
            ruleSetEdition=edition,
            budget=ROUND_DATA["round"]["budget_eur"],
            budgetLine="Yksityistiet 4740",
            opensAt="2022-06-01T08:00:00+03:00",
            closesAt="2022-07-29T15:00:00+03:00",
        )
        self.key = opened["id"]
        self.tell("round opened under the criteria of 31.5.2022 § 58")

    def apply(self) -> None:
        """Nineteen road associations apply: most through the e-service, every sixth on paper."""
        for number, road in enumerate(ROUND_DATA["roads"]):
            self.at(2022, 6, 2 + number)
            on_paper = number % 6 == 5  # noqa: PLR2004 - every sixth
            if on_paper:
                sent = self._send(self.people["aino"], number, road, on_paper=True)
            else:
                with Person(self.installation.url, applicant_username(number)) as person:
                    sent = self._send(person, number, road, on_paper=False)
            self.cases.append(sent["id"])
        hanna = self.people["hanna"]
        wait_until(
            lambda: all(hanna.get(f"/cases/{key}")["stage"] == "handling" for key in self.cases),
            "registration",
        )
        self.tell(f"{len(self.cases)} applications received, registered and acknowledged by themselves")

    def _send(self, person: Person, number: int, road: dict[str, Any], *, on_paper: bool) -> dict[str, Any]:
        minutes = person.upload("vuosikokous.pdf", sample_pdf(f"Vuosikokous {road['name']}"))
        extract = person.upload("rekisteriote.pdf", sample_pdf(f"Yksityistierekisterin ote {road['name']}"))
        paper = {
            "channel": "paper",
            "arrivedAt": (self.installation.clock.now() - timedelta(days=1)).isoformat(),
            "enteredReason": "Saapui postissa edellisenä päivänä, leimattu.",
        }
        return person.begin(
            "/cases",
            process="private-road-grant",
            round=self.key,
            organisation=f"{road['name']} / tiekunta",
            contact={
                "name": f"Toimitsijamies {number + 1}",
                "email": f"tie{number + 1}@example.org",
                "phone": "040 0000000",
                "address": f"Tie {number + 1}, 99300 Muonio",
            },
            account={"iban": iban(number), "holder": f"{road['name']} tiekunta"},
            electronicConsent=not on_paper,
            form={
                "roadName": road["name"],
                "association": f"{road['name']} tiekunta",
                "usageUnit": f"000-2007-K{1000 + number}",
                "village": road["village"] or "",
                "lengthM": road["length_m"],
                "permanentHouseholds": 1 + number % 5,
                "costsEur": f"{800 + 37 * number}.00",
            },
            attachments=[{"kind": "minutes", **minutes}, {"kind": "register-extract", **extract}],
            **(paper if on_paper else {}),
        )

    def handle(self) -> None:
        """Two handlers take the cases in turn, declare, check and find them eligible; the round is calculated."""
        self.at(2022, 8, 1)
        hanna = self.people["hanna"]
        wait_until(lambda: hanna.get(f"/rounds/{self.key}")["stage"] == "closed", "the closing of the round")
        for number, key in enumerate(self.cases):
            handler, case = self.people["hanna" if number % 2 else "heikki"], f"/cases/{key}"
            handler.do(case, "assign")
            handler.do(case, "declare-impartiality")
            for item in CHECKS:
                handler.do(case, "record-check", item=item, met=True, evidence=f"haettu 1.8.2022, {item}")
            handler.do(case, "evaluate", outcome="eligible")
        run = hanna.do(f"/rounds/{self.key}", "calculate")
        price = hanna.get(f"/rounds/{self.key}", minPosition=run["position"])["demand"]["unitPrice"]
        self.tell(f"checked by two handlers and calculated over the whole round: {price} €/km")

    def decide(self) -> None:
        """Hanna proposes, Elina approves and signs, Reijo serves each party and publishes."""
        self.at(2022, 8, 22)
        proposed = self.people["hanna"].begin(
            "/decisions", round=self.key, heading="Yksityisteiden kunnossapitoavustukset 2022"
        )
        self.decision = proposed["id"]
        path = f"/decisions/{self.decision}"
        self.people["elina"].do(path, "approve")
        self.people["elina"].do(path, "sign", signature="Elina Elinvoimajohtaja, elinvoimajohtaja")
        self.at(2022, 8, 23)
        reijo = self.people["reijo"]
        for number, key in enumerate(self.cases):
            consent = number % 6 != 5  # noqa: PLR2004 - every sixth came on paper
            mode = "electronic" if consent else "letter"
            reijo.do(f"/cases/{key}", "serve", mode=mode, evidence="tiedoksiantolista 23.8.2022")
        reijo.do(path, "publish", moreInformation="Hanna Käsittelijä, puh. 040 1111111")
        self.tell("decided in one §, served on each party and published")

    def wait_out_the_appeal_period(self) -> None:
        """The clock moves past the last day and the days of grace; the timers do the rest."""
        reijo = self.people["reijo"]
        last = max(date.fromisoformat(reijo.get(f"/cases/{key}")["due"]) for key in self.cases)
        after = last + timedelta(days=1)
        self.at(after.year, after.month, after.day)
        wait_until(
            lambda: reijo.get(f"/decisions/{self.decision}")["personalDataRemoved"],
            "the removal of personal data",
        )
        grace = after + timedelta(days=5)
        self.at(grace.year, grace.month, grace.day)
        wait_until(self._all_to_release, "legal force")
        self.tell("appeal period over: personal data left the list, legal force reached, payments ordered")

    def _all_to_release(self) -> bool:
        return all(row["stage"] == "payment-release" for row in self._payments())

    def _payments(self) -> list[dict[str, Any]]:
        rows = self.people["maija"].get("/payments")["items"]
        return [row for row in rows if row["round"] == self.key]

    def pay(self) -> None:
        """Maija releases; the party is instructed, the bank books, the cases close by themselves."""
        maija = self.people["maija"]
        for row in self._payments():
            key = row["stream"].rpartition("/")[2]
            maija.do(f"/cases/{key}", "release-payment", payment=row["payment"])
        wait_until(
            lambda: all(row["stage"] == "archived" for row in self._payments()),
            "the bank and the closing",
            90,
        )
        self.tell("released by a third person, paid once each, booked and closed")

    # What came of it -------------------------------------------------------------------------------------------------

    def result(self, store: EventStore) -> DemoResult:
        """Read everything back, and check it against the published round and the payment party's books."""
        tarmo = self.people["tarmo"]
        cases = [tarmo.get(f"/cases/{key}") for key in self.cases]
        rows = [
            {
                "number": case["number"],
                "name": case["title"],
                "lengthM": next(answer["value"] for answer in case["form"] if answer["name"] == "length_m"),
                "granted": case["granted"],
                "paid": case["paid"],
            }
            for case in cases
        ]
        decision = tarmo.get(f"/decisions/{self.decision}")
        round_ = tarmo.get(f"/rounds/{self.key}")
        result = DemoResult(
            municipality=tarmo.get("/me")["municipalityName"],
            rows=rows,
            unit_price=f"{Decimal(round_['demand']['unitPrice']).normalize():f}",
            section=f"{decision['decidedOn']} {decision['section']}",
            party_last_days=sorted(
                {party["clock"]["lastDay"] for case in cases for party in case["parties"]}
            ),
            members_last_day=decision["published"]["lastDay"],
            events=sum(1 for _ in _events(self.people["arja"].text("/exports"))),
        )
        result.checks = self._checks(result, cases, store)
        return result

    def _checks(self, result: DemoResult, cases: list[dict[str, Any]], store: EventStore) -> dict[str, bool]:
        published = {road["name"]: road["grant_eur"] for road in ROUND_DATA["roads"]}
        books = httpx.get(f"{self.installation.payment_url}/_books", timeout=10).json()
        alarms = httpx.get(f"{self.installation.payment_url}/_alarms", timeout=10).json()
        ours = {payment["id"]: payment["amount"] for case in cases for payment in case["payments"]}
        paid = {each["payment_id"]: each for each in books if each["payment_id"] in ours}
        running = sorted(int(row["number"].rpartition("-")[2]) for row in result.rows)
        public = httpx.get(f"{self.installation.url}/api/v1/public/{MUNICIPALITY}/decisions", timeout=10).text
        exported = export.check_export(self.people["arja"].text("/exports").splitlines(keepends=True))
        return {
            "eachGrantAsPublished": {row["name"]: row["granted"] for row in result.rows} == published,
            "totalAsPublished": str(result.total) == ROUND_DATA["total_eur"],
            "lengthAsPublished": sum(row["lengthM"] for row in result.rows) == ROUND_DATA["total_length_m"],
            "unitPriceAsPublished": result.unit_price == ROUND_DATA["unit_price_eur_per_km"],
            "allPaidInFull": all(row["granted"] == row["paid"] for row in result.rows),
            "paidOnceEach": not alarms and all(paid[id_]["times"] == 1 for id_ in ours),
            "paidWhatWasGranted": all(Decimal(paid[id_]["amount"]) == Decimal(ours[id_]) for id_ in ours),
            "numbersWithoutGaps": running == list(range(running[0], running[0] + len(running))),
            "nothingPersonalOnTheList": "Elinvoimajohtaja" not in public and "040 1111111" not in public,
            "exportFoldsToTheSame": not exported.faults and not export.compare(store, exported),
        }


def _events(text: str) -> list[dict[str, Any]]:
    return [line for line in map(json.loads, text.splitlines()) if "manifest" not in line]


def iban(number: int) -> str:
    """A valid Finnish account number that belongs to nobody in particular."""
    body = f"123456{number:08}"
    check = 98 - int(f"{body}151800") % 97
    return f"FI{check:02}{body}"
