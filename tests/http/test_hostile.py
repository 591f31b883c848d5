"""Whatever is sent, the application stands: it is refused with its place, and nobody's work stops because of it."""

import json
import logging
from typing import Any
from uuid import uuid4

import httpx
import pytest

from domain.messages import Role
from domain.store.event_store import EventStore
from domain.store.users import Users
from tests.command_examples import EXAMPLES, body
from tests.conftest import ApiClient, ClientFactory
from tests.live_municipality import LiveMunicipality

PEOPLE = [role for role in Role if role is not Role.SYSTEM]
NUL, HALF = "a\x00b", "a\ud800b"


def sent(client: ApiClient, path: str, content: dict[str, Any]) -> httpx.Response:
    """As bytes that a client may write, be they as odd as they are."""
    headers = {"Idempotency-Key": str(uuid4()), "Content-Type": "application/json"}
    return client.post(path, content=json.dumps(content).encode(), headers=headers)


@pytest.mark.parametrize("odd", [NUL, HALF], ids=["nul", "half a character"])
@pytest.mark.parametrize(
    "place", ["organisation", "round", "enteredReason", "form.roadName", "contact.name", "x"]
)
def test_a_text_that_cannot_be_kept_never_becomes_a_fact(
    municipality: LiveMunicipality, client_for: ClientFactory, place: str, odd: str
) -> None:
    municipality.open()
    somebody = client_for(*PEOPLE)
    paper = {
        "channel": "paper",
        "arrivedAt": "2022-06-01T07:00:00Z",
        "enteredReason": "post",
        "attachments": [],
    }
    content: dict[str, Any] = {**body("Submit"), **paper}
    outer, _, inner = place.partition(".")
    content[outer] = {**content[outer], inner: odd} if inner else odd
    refused = sent(somebody, "/cases", content)
    assert refused.status_code in (400, 422), refused.text
    assert "a\\u0000b" not in refused.text
    municipality.settle()
    assert somebody.get("/cases").json()["items"] == []


@pytest.mark.parametrize(
    ("field", "moment"),
    [
        ("closesAt", "9999-12-31T23:59:59-12:00"),
        ("opensAt", "0001-01-01T00:00:00+14:00"),
        ("opensAt", "0001-01-01T00:00:00Z"),
    ],
)
def test_a_moment_that_is_not_of_our_time_never_becomes_a_fact(
    municipality: LiveMunicipality, client_for: ClientFactory, field: str, moment: str
) -> None:
    municipality.open()
    somebody = client_for(*PEOPLE)
    refused = sent(somebody, "/rounds", {**EXAMPLES["OpenRound"], field: moment})
    assert refused.status_code in (400, 422)
    municipality.settle()
    assert len(somebody.get("/rounds").json()["items"]) == 1
    assert somebody.get("/deadlines").status_code == 200


def test_a_claim_that_came_in_the_year_one_is_refused(
    municipality: LiveMunicipality, client_for: ClientFactory
) -> None:
    municipality.to_release(1)
    claim = {**EXAMPLES["ReceiveClaim"], "arrivedAt": "0001-01-01T00:00:00+14:00"}
    assert client_for(Role.REGISTRY).put("/decisions/d/receive-claim", claim).status_code in (400, 422)


@pytest.mark.parametrize(
    ("path", "name"),
    [("/cases", "q"), ("/cases", "round"), ("/cases/c0/personal-data", "reason"), ("/lead-times", "round")],
)
def test_a_query_that_cannot_be_kept_is_malformed(
    municipality: LiveMunicipality, client_for: ClientFactory, path: str, name: str
) -> None:
    municipality.open()
    municipality.apply(1)
    assert client_for(*PEOPLE).get(path, params={name: "abc\0"}).status_code == 400
    assert client_for(*PEOPLE).get("/work-queue", params={"cursor": "a\0|b"}).status_code == 400


@pytest.mark.parametrize("field", ["username", "password"])
@pytest.mark.parametrize("odd", [NUL, HALF], ids=["nul", "half a character"])
def test_nobody_signs_in_with_a_name_that_cannot_be(
    url: str, municipality: LiveMunicipality, field: str, odd: str
) -> None:
    content = {
        "municipality": municipality.code,
        "username": "hanna",
        "password": "a long password",
        field: odd,
    }
    headers = {"Content-Type": "application/json"}
    response = httpx.post(f"{url}/api/v1/sessions", content=json.dumps(content).encode(), headers=headers)
    assert response.status_code in (400, 401)


def test_the_refusal_does_not_show_whether_a_case_exists(
    municipality: LiveMunicipality, client_for: ClientFactory
) -> None:
    municipality.open()
    municipality.apply(1)
    municipality.settle()
    other = client_for(Role.APPLICANT)
    answers = [
        other.put(f"/cases/{key}/withdraw", {"reason": "x"}, **{"If-Match": version}).json()
        for key in ("c0", "no-such-case")
        for version in ('"0"', '"1"', '"99"')
    ]
    assert {(each["status"], each["code"], each["detail"]) for each in answers} == {
        (404, "not-found", "There is no such thing here.")
    }


def test_an_accident_tells_an_id_and_nobodys_data(
    municipality: LiveMunicipality,
    client_for: ClientFactory,
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """What broke may hold a value in its message, so neither the answer nor any log repeats the message."""

    def broken(*_: object, **__: object) -> None:
        raise RuntimeError("FI2112345600000785 of Maija Meikäläinen")

    client = client_for(Role.HANDLER)
    monkeypatch.setattr(EventStore, "read", broken)
    with caplog.at_level(logging.DEBUG):
        response = client.get("/cases/c0")
    monkeypatch.undo()
    assert (response.status_code, response.json()["code"]) == (500, "accident")
    assert response.headers["Cache-Control"] == "no-store"
    assert response.json()["id"] in caplog.text
    formatter = logging.Formatter()
    logged = "\n".join(formatter.format(record) for record in caplog.records)
    for leak in ("FI2112345600000785", "Meikäläinen"):
        assert leak not in response.text
        assert leak not in logged
    assert client.get("/me").status_code == 200, "the connection is still there"


def test_a_new_password_ends_the_sessions_of_the_old_one(
    url: str, store: EventStore, municipality: LiveMunicipality
) -> None:
    Users(store).add(municipality.code, "hanna", "a long password", "Hanna", [Role.HANDLER])
    content = {"municipality": municipality.code, "username": "hanna", "password": "a long password"}
    token = httpx.post(f"{url}/api/v1/sessions", json=content).json()["token"]
    Users(store).set_password(municipality.code, "hanna", "another long password")
    assert httpx.get(f"{url}/api/v1/me", headers={"Authorization": f"Bearer {token}"}).status_code == 401


def test_a_refusal_to_who_is_not_signed_in_says_how_to(client_for: ClientFactory) -> None:
    """RFC 9110 § 15.5.2."""
    for token in ("Bearer x", "Bearer 9000.x", ""):
        response = client_for(Role.HANDLER).get("/me", headers={"Authorization": token})
        assert response.status_code == 401
        assert response.headers["WWW-Authenticate"] == "Bearer"


def test_the_trail_of_what_is_not_there_is_not_found(
    municipality: LiveMunicipality, client_for: ClientFactory
) -> None:
    municipality.open()
    for path in ("/municipality/nothing/trail", "/cases/nothing/trail"):
        assert client_for(Role.AUDITOR).get(path).status_code == 404, path
