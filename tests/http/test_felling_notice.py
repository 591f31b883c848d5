"""A felling notice over HTTP: from the notice to a fee that is with invoicing, with what is refused on the way."""

from datetime import date
from typing import Any

import pytest

from api.installation.demo.people import sample_pdf
from domain.messages import Role
from domain.processes import processes
from tests.conftest import ApiClient, ClientFactory
from tests.live_municipality import LiveMunicipality

pytestmark = pytest.mark.skipif(
    ("felling-notice", 1) not in processes(), reason="there is no such process here"
)

FORM = {
    "propertyId": "498-401-12-3",
    "trees": 12,
    "which": "Männyt.",
    "why": "Varjostavat.",
    "felledOn": "2022-12-01",
}
FEE = {
    "amount": "120.00",
    "reason": "Puunkaatoilmoituksen käsittely, enintään 50 puuta",
    "source": "RakL 79 §, rakennusvalvonnan taksa",
}


class People:
    """The people of one municipality, each with one role."""

    def __init__(self, municipality: LiveMunicipality, client_for: ClientFactory) -> None:
        self.municipality, self.client_for = municipality, client_for
        self.known: dict[Role, ApiClient] = {}

    def by(self, role: Role) -> ApiClient:
        if role not in self.known:
            self.known[role] = self.client_for(role)
        return self.known[role]

    def put(self, role: Role, path: str, **body: Any) -> dict[str, Any]:
        response = self.by(role).put(path, body)
        assert response.status_code in (200, 201), f"{path}: {response.text}"
        self.municipality.settle()
        return dict(response.json())

    def get(self, role: Role, path: str) -> dict[str, Any]:
        response = self.by(role).get(path)
        assert response.status_code == 200, response.text
        return dict(response.json())

    def until(self, day: date) -> None:
        self.municipality.at(day.year, day.month, day.day, 8)
        self.municipality.settle()

    def ready(self) -> str:
        """A notice that came with its map, is checked, and may be permitted; its case."""
        self.municipality.open()
        kept = self.by(Role.APPLICANT).post(
            "/attachments", files={"file": ("kartta.pdf", sample_pdf("Kartta"))}
        )
        sent = self.put(
            Role.APPLICANT,
            "/cases",
            process="felling-notice",
            contact={"name": "Outi Osakas", "address": "Kelotie 4"},
            form=FORM,
            attachments=[{"kind": "map", **kept.json()}],
        )
        case = f"/cases/{sent['id']}"
        self.put(Role.HANDLER, f"{case}/assign")
        self.put(Role.HANDLER, f"{case}/declare-impartiality")
        for item in ("title", "plan", "minor", "protected"):
            self.put(Role.HANDLER, f"{case}/record-check", item=item, met=True, evidence="katselmus")
        self.put(Role.HANDLER, f"{case}/evaluate", outcome="eligible", note="Vähäinen.")
        return str(sent["id"])


@pytest.fixture
def people(municipality: LiveMunicipality, client_for: ClientFactory) -> People:
    return People(municipality, client_for)


def test_from_the_notice_to_a_fee_with_invoicing(people: People) -> None:
    key = people.ready()
    page = people.get(Role.HANDLER, f"/cases/{key}")
    [begin] = [each for each in page["allowed"] if each["name"] == "Propose"]
    assert (page["stage"], begin["href"]) == ("proposal", "/api/v1/decisions")

    decision = people.put(Role.HANDLER, "/decisions", cases=[key], heading="Puunkaato")["id"]
    people.put(Role.APPROVER, f"/decisions/{decision}/approve")
    people.put(Role.APPROVER, f"/decisions/{decision}/sign", signature="Elina Hyväksyjä")
    [line] = people.get(Role.HANDLER, f"/decisions/{decision}")["lines"]
    assert (line["granted"], line["amount"], line["trees"], line["fee"]) == (True, "0.00", 12, FEE)
    assert receivables(people) == [("fee", "120.00", "awaits-legal-force", "")]

    people.put(Role.REGISTRY, f"/decisions/{decision}/publish")
    people.put(Role.REGISTRY, f"/cases/{key}/serve", mode="letter")
    case = people.get(Role.HANDLER, f"/cases/{key}")
    assert (case["stage"], case["membersClock"]["mode"], case["membersClock"]["days"]) == (
        "appeal-period", "notice", 30,
    )  # fmt: skip
    [public] = people.get(Role.HANDLER, f"/public/{people.municipality.code}/decisions")["items"]
    assert (public["lines"][0]["fee"], public["legalBasis"]) == (FEE, "RakL 53 §")

    for last in (date.fromisoformat(case["membersClock"]["finalFrom"]), date(2022, 8, 1)):
        people.until(last)
    assert people.get(Role.PAYMENTS, f"/cases/{key}")["stage"] == "invoicing"
    assert receivables(people) == [("fee", "120.00", "to-be-handed-over", "")]
    people.put(Role.PAYMENTS, f"/cases/{key}/forward-to-invoicing", reference="L-2022-7")
    assert receivables(people) == [("fee", "120.00", "with-invoicing", "L-2022-7")]

    case = people.get(Role.APPLICANT, f"/cases/{key}")
    assert (case["stage"], case["closed"], case["decision"]["fee"]) == ("archived", True, FEE)
    texts = [each["text"] for each in people.get(Role.APPLICANT, f"/cases/{key}/timeline")["items"]]
    assert any(text.startswith("Puiden kaataminen sallittiin") for text in texts)
    assert "Päätöksestä laskutetaan maksu 120,00\u00a0€." in texts
    assert not any("avustu" in text.lower() for text in texts)


def receivables(people: People) -> list[tuple[str, ...]]:
    found = people.get(Role.PAYMENTS, "/payments")
    assert found["items"] == [], "nothing is granted"
    return [(each["why"], each["amount"], each["state"], each["reference"]) for each in found["receivables"]]


def test_it_is_not_proposed_before_it_is_checked(people: People) -> None:
    key = people.ready()
    people.put(Role.HANDLER, f"/cases/{key}/reopen-evaluation", reason="Katsotaan vielä.")
    page = people.get(Role.HANDLER, f"/cases/{key}")
    assert "Propose" not in {each["name"] for each in page["allowed"]}
    refused = people.by(Role.HANDLER).put("/decisions", {"cases": [key], "heading": "Puunkaato"})
    assert (refused.status_code, refused.json()["code"]) == (422, "not-now")


def test_four_eyes_and_roles(people: People) -> None:
    key = people.ready()
    both = people.client_for(Role.HANDLER, Role.APPROVER)
    people.put(Role.HANDLER, f"/cases/{key}/reopen-evaluation", reason="Toinen ottaa.")
    for path, body in (
        ("assign", {}),
        ("declare-impartiality", {}),
        ("evaluate", {"outcome": "eligible", "note": "Vähäinen."}),
    ):
        assert both.put(f"/cases/{key}/{path}", body).status_code == 200
    decision = both.put("/decisions", {"cases": [key], "heading": "Puunkaato"}).json()["id"]
    assert both.put(f"/decisions/{decision}/approve").json()["code"] == "four-eyes"
    assert people.by(Role.PAYMENTS).put(f"/decisions/{decision}/approve").json()["code"] == "not-allowed"
    people.put(Role.APPROVER, f"/decisions/{decision}/approve")
    assert both.put(f"/decisions/{decision}/sign", {"signature": "H"}).json()["code"] == "four-eyes"


def test_a_fee_above_the_delegation_goes_to_the_board(people: People) -> None:
    people.municipality.open()
    settings = people.get(Role.ADMINISTRATOR, "/municipality")["settings"]
    people.put(
        Role.ADMINISTRATOR,
        "/municipality/adopt-settings",
        settings={**settings, "officeholderLimit": "100.00"},
        adoptedOn="2022-06-01",
        section="§ 2",
    )
    people.municipality.open = lambda: None  # type: ignore[method-assign]  # it is open, and under these settings
    key = people.ready()
    refused = people.by(Role.HANDLER).put("/decisions", {"cases": [key], "heading": "Puunkaato"}).json()
    assert (refused["code"], refused["limit"]) == ("over-limit", "100.00")
    board = people.put(Role.HANDLER, "/decisions", cases=[key], heading="Puunkaato", body="board")
    assert people.get(Role.REGISTRY, f"/decisions/{board['id']}")["stage"] == "proposed-to-board"
