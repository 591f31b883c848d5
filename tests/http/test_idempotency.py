"""An idempotency key is one person's: whoever else sends the same key has their own command handled, never another's receipt."""

from typing import Any
from uuid import uuid4

from domain.messages import Role
from domain.store.event_store import EventStore
from domain.store.users import Users
from tests.conftest import ApiClient, ClientFactory
from tests.http.test_api import form, problem
from tests.live_municipality import LiveMunicipality


def send(client: ApiClient, path: str, body: dict[str, Any], key: str) -> dict[str, Any]:
    """The receipt of a command on the version that is there now, and that version."""
    version = client.get(path.rpartition("/")[0]).headers["ETag"]
    sent = client.post(path, json=body, headers={"Idempotency-Key": key, "If-Match": version})
    assert sent.status_code == 200, sent.text
    return {**sent.json(), "replaces": version}


def test_two_applicants_with_the_same_key_and_content_have_a_case_each(
    municipality: LiveMunicipality, client_for: ClientFactory
) -> None:
    municipality.open()
    first, second = client_for(Role.APPLICANT), client_for(Role.APPLICANT)
    body, headers = form(first), {"Idempotency-Key": "one and the same"}
    receipts = [client.post("/cases", json=body, headers=headers) for client in (first, second)]
    assert [receipt.status_code for receipt in receipts] == [201, 201]
    ids = [receipt.json()["id"] for receipt in receipts]
    assert len(set(ids)) == 2
    owners = [municipality.case(id_).owner for id_ in ids]
    assert owners == [first.user_id, second.user_id]
    for client, own, others in ((first, ids[0], ids[1]), (second, ids[1], ids[0])):
        assert client.get(f"/cases/{own}").status_code == 200
        problem(client.get(f"/cases/{others}"), 404, "not-found")
    again = second.post("/cases", json=body, headers=headers)
    assert again.json() == receipts[1].json(), "their own answer is what a repetition gets"


def test_a_colleague_with_the_same_key_and_content_acts_for_themselves(
    municipality: LiveMunicipality, client_for: ClientFactory
) -> None:
    municipality.open()
    municipality.apply(1)
    municipality.settle()
    hanna, heikki, key = client_for(Role.HANDLER), client_for(Role.HANDLER), str(uuid4())
    first = send(hanna, "/cases/c0/assign", {}, key)
    assert municipality.case("c0").handler == hanna.user_id
    headers = {"Idempotency-Key": key, "If-Match": first["replaces"]}
    problem(heikki.post("/cases/c0/assign", json={}, headers=headers), 412, "stale")
    second = send(heikki, "/cases/c0/assign", {}, key)
    assert municipality.case("c0").handler == heikki.user_id
    assert second["version"] > first["version"]
    assert municipality.events("c0").count("Assigned") == 2


def test_a_key_that_was_used_elsewhere_is_refused_for_another_case_and_another_command(
    municipality: LiveMunicipality, client_for: ClientFactory
) -> None:
    municipality.open()
    municipality.apply(2)
    municipality.settle()
    hanna, key = client_for(Role.HANDLER), str(uuid4())
    send(hanna, "/cases/c0/assign", {}, key)
    for path in ("/cases/c1/assign", "/cases/c0/declare-impartiality"):
        version = hanna.get(path.rpartition("/")[0]).headers["ETag"]
        reused = hanna.post(path, json={}, headers={"Idempotency-Key": key, "If-Match": version})
        problem(reused, 422, "answered-otherwise")
    assert "Assigned" not in municipality.events("c1")


def test_somebody_of_the_same_name_in_another_municipality_has_keys_of_their_own(
    municipality: LiveMunicipality, client_for: ClientFactory, url: str, store: EventStore
) -> None:
    municipality.open()
    other = f"{municipality.code}9"
    elsewhere = LiveMunicipality(store, municipality.clock, other)
    elsewhere.open()
    body, ids = form(client_for(Role.APPLICANT)), []
    for here in (municipality, elsewhere):
        token = Users(store).token(here.code, "outi", [Role.APPLICANT])
        with ApiClient(url, token, "outi") as client:
            sent = client.post(
                "/cases",
                json={**body, "attachments": form(client)["attachments"]},
                headers={"Idempotency-Key": "k"},
            )
        assert sent.status_code == 201, sent.text
        ids.append(sent.json()["id"])
        assert here.events(ids[-1])[0] == "Submitted"
    assert len(set(ids)) == 2
