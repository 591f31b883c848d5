"""A round under a document, taken through the whole chain over HTTP by its people.

The document's own first example is what the applicants send and what must come of it, to the cent.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from api.installation.demo.people import sample_pdf as pdf
from api.installation.demo.play import iban
from domain.criteria.document import Input
from domain.criteria.rows import budget_of
from domain.criteria.ruleset import RuleSet, unit_of, value_type_of
from domain.criteria.units import parse_value
from domain.messages import HELSINKI, Role
from domain.processes.private_road_grant import PRIVATE_ROAD_GRANT
from tests.command_examples import SETTINGS
from tests.conftest import ApiClient, ClientFactory
from tests.live_municipality import CHECKS, LiveMunicipality, book

ZERO = Decimal("0.00")
NOT_INPUTS = {"id", "gives", "final", "invoice"}


@dataclass
class RoundOverHttp:
    """One round under one document, with the people who take it through."""

    municipality: LiveMunicipality
    client_for: ClientFactory
    rules: RuleSet
    people: dict[Role, ApiClient] = field(default_factory=dict)
    cases: dict[str, str] = field(default_factory=dict)
    opens: datetime = datetime(2020, 1, 1, tzinfo=HELSINKI)
    round: str = ""
    decision: str = ""

    @property
    def example(self) -> Any:
        return self.rules.document.examples[0]

    def by(self, role: Role) -> ApiClient:
        if role not in self.people:
            self.people[role] = self.client_for(role)
        return self.people[role]

    def put(self, role: Role, path: str, **body: Any) -> dict[str, Any]:
        response = self.by(role).put(path, body)
        assert response.status_code in (200, 201), f"{path}: {response.text}"
        return dict(response.json())

    def at(self, moment: datetime) -> None:
        self.municipality.clock.move_to(moment)
        self.municipality.settle()

    # The round -------------------------------------------------------------------------------------------------------

    @property
    def closes(self) -> datetime:
        named = self.rules.document.round
        if self.rules.deadline is not None:
            return self.rules.deadline.replace(tzinfo=HELSINKI)
        years = [int(row["round_year"]) for row in self.example.lines if "round_year" in row]
        years += [self.arrived(row).year for row in self.example.lines if "arrived" in row]
        year = named.year if named else years[0] if years else self.rules.document.adopted.on.year + 1
        return datetime(year, 6, 30, 15, tzinfo=HELSINKI)

    def open(self) -> None:
        adopted = self.rules.document.adopted.on
        self.opens = min(
            self.closes - timedelta(days=2),
            datetime(adopted.year, adopted.month, adopted.day, 12, tzinfo=HELSINKI),
        )
        self.at(self.opens)
        self.put(Role.ADMINISTRATOR, "/municipality/adopt-settings", settings={**SETTINGS, "officeholderLimit": "1000000.00"}, adoptedOn="2020-01-01", section="§ 1")  # fmt: skip
        self.put(Role.ADMINISTRATOR, "/municipality/adopt-rule-set", document=self.rules.text)
        self.round = self.begin(self.rules, self.closes)

    def begin(self, rules: RuleSet, closes: datetime) -> str:
        budget = budget_of(self.example.budget or rules.document.budget) or Decimal(1_000_000)
        opened = self.put(
            Role.HANDLER, "/rounds", name="Kierros", process=rules.document.process, ruleSet=rules.name, ruleSetEdition=rules.edition,
            budget=str(budget), opensAt=self.opens.isoformat(), closesAt=closes.isoformat(),
        )  # fmt: skip
        return str(opened["id"])

    def apply(self) -> None:
        """The example's lines as applications: those that say when they arrived come on paper."""
        moments = [self.arrived(row) for row in self.example.lines if "arrived" in row]
        self.at(
            max([*moments, self.closes]) + timedelta(hours=1) if moments else self.closes - timedelta(days=1)
        )
        for n, row in enumerate(self.example.lines):
            self.cases[row["id"]] = self.send(n, row)
        self.at(max([*moments, self.closes]) + timedelta(days=1))

    def arrived(self, row: Mapping[str, Any]) -> datetime:
        moment = parse_value(str(row["arrived"]), value_type_of(Input(type="moment")))
        assert isinstance(moment, datetime)
        return moment.replace(tzinfo=HELSINKI)

    def send(self, n: int, row: Mapping[str, Any]) -> str:
        arrived = row.get("arrived")
        role = Role.CUSTOMER_SERVICE if arrived else Role.APPLICANT
        client = self.by(role)
        kept = client.post("/attachments", files={"file": ("a.pdf", pdf("Liite"))}).json()
        paper = {}
        if arrived:
            paper = {
                "channel": "paper",
                "arrivedAt": self.arrived(row).isoformat(),
                "enteredReason": "Postissa.",
            }
        sent = self.put(
            role, "/cases", process="private-road-grant", round=self.round,
            contact={"name": f"Hakija {n}", "address": "Tie 1"}, account={"iban": iban(n), "holder": "Tiekunta"},
            electronicConsent=not arrived, form=self.form(n, row),
            attachments=[{"kind": each.name, **kept} for each in PRIVATE_ROAD_GRANT.attachments], **paper,
        )  # fmt: skip
        return str(sent["id"])

    def form(self, n: int, row: Mapping[str, Any]) -> dict[str, Any]:
        form: dict[str, Any] = {
            "roadName": row["id"], "association": f"{row['id']} tiekunta", "usageUnit": f"000-2007-K{1000 + n}",
            "lengthM": 1500, "permanentHouseholds": 2, "costsEur": "900.00",
        }  # fmt: skip
        for name, spec in self.rules.document.inputs.items():
            if name not in row or not spec.source.startswith("application"):
                continue
            own = spec.source.partition(".")[2] or name
            text = str(row[name])
            if own == "length_m":
                kilometres = parse_value(text, value_type_of(spec), unit_of(spec))
                assert isinstance(kilometres, Decimal)
                form["lengthM"] = int(kilometres * 1000)
            elif own in PRIVATE_ROAD_GRANT.form.model_fields:
                camel = own.split("_")[0] + "".join(each.title() for each in own.split("_")[1:])
                form[camel] = str(parse_value(text, value_type_of(spec), unit_of(spec)))
            else:
                form[own] = text
        return form

    # Handling --------------------------------------------------------------------------------------------------------

    def handle(self) -> None:
        for row in self.example.lines:
            self.judge(row)

    def judge(self, row: Mapping[str, Any]) -> None:
        case = f"/cases/{self.cases[row['id']]}"
        self.put(Role.HANDLER, f"{case}/assign")
        self.put(Role.HANDLER, f"{case}/declare-impartiality")
        for item in CHECKS:
            self.put(Role.HANDLER, f"{case}/record-check", item=item, met=True, evidence="tosite")
        for name, spec in self.rules.document.inputs.items():
            if name in row and spec.source.split(".")[0] in ("handler", "earlier_cases"):
                self.put(Role.HANDLER, f"{case}/record-finding", input=name, value=str(row[name]), reason="Katselmus.")  # fmt: skip
        found = self.by(Role.HANDLER).put(f"{case}/evaluate", {"outcome": "eligible"})
        outcome = self.expected(row)[0]
        if outcome in ("manual", "incomplete"):
            assert found.status_code == 422, f"{row['id']} should be {outcome}"
            role = Role.CUSTOMER_SERVICE if row.get("arrived") else Role.APPLICANT
            self.put(role, f"{case}/withdraw", reason="Ei haeta.")
        elif found.status_code == 422:
            assert outcome == "rejected", found.text
            self.put(Role.HANDLER, f"{case}/evaluate", outcome="rejected")

    def expected(self, row: Mapping[str, Any]) -> tuple[str, Decimal, list[str]]:
        gives = str(row["gives"])
        word, *codes = gives.replace(",", " ").split()
        if word in ("rejected", "manual", "incomplete"):
            return word, ZERO, codes
        return "granted", Decimal(gives.replace("€", "").replace(" ", "").replace("\u00a0", "")), []

    # The calculation and the decision --------------------------------------------------------------------------------

    def calculate(self) -> None:
        if self.rules.document.slots:
            preview = self.put(Role.HANDLER, f"/rounds/{self.round}/calculate")
            run = self.seen("/rounds/" + self.round)["runs"][-1]
            assert run["preview"], "before the board has fixed the values a run is a preview"
            assert all(self.seen(f"/cases/{key}")["calculation"] is None for key in self.cases.values())
            fixed = {**self.rules.previews, **self.example.slots}
            self.put(
                Role.HANDLER, f"/rounds/{self.round}/fix-values", values=fixed, decidedBy="Lautakunta",
                decidedOn=self.municipality.store.clock.now().date().isoformat(), section="§ 9",
            )  # fmt: skip
            assert preview
        self.put(Role.HANDLER, f"/rounds/{self.round}/calculate")
        runs = self.seen(f"/rounds/{self.round}")["runs"]
        assert len(runs) == (2 if self.rules.document.slots else 1), "earlier runs stay"
        assert not runs[-1]["preview"]
        if self.rules.document.slots:
            assert "§ 9" in runs[-1]["ruleSet"]

    def seen(self, path: str, role: Role = Role.HANDLER) -> dict[str, Any]:
        response = self.by(role).get(path)
        assert response.status_code == 200, response.text
        return dict(response.json())

    def decide(self) -> None:
        self.decision = str(self.put(Role.HANDLER, "/decisions", round=self.round, heading="Yksityistieavustukset")["id"])  # fmt: skip
        path = f"/decisions/{self.decision}"
        self.put(Role.APPROVER, f"{path}/approve")
        self.put(Role.APPROVER, f"{path}/sign", signature="Elina Hyväksyjä")
        self.put(Role.REGISTRY, f"{path}/publish")
        for row in self.decided_rows():
            self.put(Role.REGISTRY, f"/cases/{self.cases[row['id']]}/serve", mode="handed")
        for days in (30, 40):
            self.at(self.municipality.store.clock.now() + timedelta(days=days))

    def decided_rows(self) -> Iterator[Mapping[str, Any]]:
        return (row for row in self.example.lines if self.expected(row)[0] in ("granted", "rejected"))

    def check_decisions(self) -> None:
        """Each line was decided as the example says, with its reasons in words, and replays to the same bytes."""
        for row in self.decided_rows():
            outcome, amount, codes = self.expected(row)
            case = self.seen(f"/cases/{self.cases[row['id']]}")
            decision = case["decision"]
            assert decision["granted"] == (outcome == "granted"), row["id"]
            assert Decimal(decision["amount"]) == amount, row["id"]
            assert set(codes) <= set(decision["reasons"]), row["id"]
            assert decision["grounds"], f"{row['id']}: hallintolaki 45 §"
            if case["calculation"]:
                replayed = self.seen(f"/cases/{self.cases[row['id']]}/replay")
                assert replayed["same"], replayed["differences"]

    # Money -----------------------------------------------------------------------------------------------------------

    def pay(self, key: str) -> None:
        """What waits for release is released, taken by the party and booked."""
        case = self.seen(f"/cases/{key}", Role.PAYMENTS)
        assert case["stage"] == "payment-release", case["stage"]
        self.put(Role.PAYMENTS, f"/cases/{key}/release-payment", payment=case["payments"][-1]["id"])
        book(self.municipality, [key])

    def settle_money(self) -> None:
        for row in self.example.lines:
            if self.expected(row)[0] == "granted":
                self.money(row)

    def money(self, row: Mapping[str, Any]) -> None:
        key = self.cases[row["id"]]
        plan = self.seen(f"/cases/{key}")["plan"]
        at_once, on_account, invoice = (Decimal(plan[each]) for each in ("atOnce", "onAccount", "invoice"))
        if at_once:
            self.pay(key)
        if on_account:
            self.account(key, row, at_once, Decimal(plan["instalments"]))
        if invoice:
            page = self.seen(f"/cases/{key}")
            assert (page["stage"], Decimal(page["receivable"])) == ("invoicing", invoice)
            self.put(Role.PAYMENTS, f"/cases/{key}/forward-to-invoicing", reference="lasku 1")
            self.municipality.settle()
        page = self.seen(f"/cases/{key}")
        assert page["stage"] == "archived", f"{row['id']}: {page['stage']}"

    def account(self, key: str, row: Mapping[str, Any], at_once: Decimal, instalments: Decimal) -> None:
        """Instalments up to their limit, then the final account: the balance is paid, or what is too much recovered."""
        page = self.seen(f"/cases/{key}")
        assert page["stage"] == "on-account"
        if instalments:
            too_much = self.by(Role.HANDLER).put(
                f"/cases/{key}/approve-instalment", {"amount": str(instalments + 1), "evidence": "laskut"}
            )
            assert too_much.status_code == 422
            self.put(
                Role.HANDLER, f"/cases/{key}/approve-instalment", amount=str(instalments), evidence="laskut"
            )
            self.municipality.settle()
            self.pay(key)
        names = [name for name, spec in self.rules.document.inputs.items() if spec.source == "final_account"]
        figures = {name: str(row[name]) for name in names if name in row}
        assert figures, f"{row['id']} has no final account in the example"
        self.put(Role.HANDLER, f"/cases/{key}/settle-account", inputs=figures, evidence="tilitys")
        self.municipality.settle()
        final = self.seen(f"/cases/{key}")["finalAccount"]
        if "final" in row:
            assert Decimal(final["final"]) == Decimal(str(row["final"]).replace("€", "").replace(" ", ""))
        balance = Decimal(final["final"]) - instalments - at_once
        assert Decimal(final["balance"]) == balance
        if balance > 0:
            self.pay(key)
        if balance < 0:
            page = self.seen(f"/cases/{key}")
            assert (page["stage"], Decimal(page["receivable"])) == ("invoicing", -balance)
            self.put(Role.PAYMENTS, f"/cases/{key}/forward-to-invoicing", reference="takaisinperintä 1")
            self.municipality.settle()

    def to_decisions(self) -> None:
        """The whole way to decisions with legal force."""
        self.open()
        self.apply()
        self.handle()
        self.calculate()
        self.decide()
