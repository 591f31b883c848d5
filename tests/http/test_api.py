"""The JSON API as a programme meets it: signing in, commands, refusals and reads, over real HTTP."""

import logging
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import httpx
import pytest

from api.installation.demo.people import sample_pdf
from domain.messages import Role, StreamId
from domain.store.event_store import EventStore
from domain.store.users import Users
from projections.views import export
from tests.conftest import ApiClient, ClientFactory
from tests.live_municipality import CHECKS, LiveMunicipality, application

PROBLEM = "application/problem+json"


def problem(response: httpx.Response, status: int, code: str) -> dict[str, Any]:
    """RFC 9457, with all that it says."""
    assert response.status_code == status, response.text
    assert response.headers["content-type"] == PROBLEM
    body = dict(response.json())
    assert {"type", "title", "status", "detail", "instance", "code", "errors"} <= set(body)
    assert (body["status"], body["code"]) == (status, code)
    assert body["detail"].endswith((".", "!", ")")) or ":" in body["detail"]
    return body


def form(client: ApiClient, **changes: Any) -> dict[str, Any]:
    """An application as a web client sends it, its attachment sent before."""
    kept = client.post("/attachments", files={"file": ("minutes.pdf", sample_pdf("Minutes"))}).json()
    body = application("c1").model_dump(
        mode="json", by_alias=True, context={"plain": True}, exclude_none=True
    )
    return {**body, "attachments": [{"kind": "minutes", **kept}], **changes}


# Signing in ----------------------------------------------------------------------------------------------------------


def test_a_person_signs_in_with_a_password_and_out_again(
    url: str, store: EventStore, municipality: LiveMunicipality
) -> None:
    municipality.open()
    Users(store).add(municipality.code, "hanna", "a long password", "Hanna Handler", [Role.HANDLER])
    with httpx.Client(base_url=f"{url}/api/v1") as client:
        body = {"municipality": municipality.code, "username": "hanna", "password": "a long password"}
        assert client.post("/sessions", json=body).status_code == 201
        assert client.get("/me").json()["displayName"] == "Hanna Handler"
        cookie = next(iter(client.cookies.jar))
        assert cookie.has_nonstandard_attr("HttpOnly")
        problem(
            client.delete("/sessions/current", headers={"Sec-Fetch-Site": "cross-site"}), 403, "cross-site"
        )
        problem(
            client.delete("/sessions/current", headers={"Origin": "https://evil.example"}), 403, "cross-site"
        )
        token = cookie.value
        assert client.delete("/sessions/current").status_code == 204
        problem(client.get("/me", headers={"Authorization": f"Bearer {token}"}), 401, "not-signed-in")


def test_too_many_attempts_lock_out_that_name_alone_for_a_while(
    url: str, store: EventStore, municipality: LiveMunicipality
) -> None:
    for name in ("hanna", "heikki"):
        Users(store).add(municipality.code, name, "a long password", name, [Role.HANDLER])
    body = {"municipality": municipality.code, "username": "hanna", "password": "wrong"}
    for _ in range(5):
        problem(httpx.post(f"{url}/api/v1/sessions", json=body), 401, "not-signed-in")
    right = {**body, "password": "a long password"}
    refused = httpx.post(f"{url}/api/v1/sessions", json=right)
    problem(refused, 429, "too-many-tries")
    assert int(refused.headers["Retry-After"]) > 0
    assert httpx.post(f"{url}/api/v1/sessions", json={**right, "username": "heikki"}).status_code == 201
    municipality.clock.move_to(store.clock.now() + timedelta(minutes=16))
    assert httpx.post(f"{url}/api/v1/sessions", json=right).status_code == 201


def test_a_disabled_user_is_out_at_once(url: str, store: EventStore, municipality: LiveMunicipality) -> None:
    Users(store).add(municipality.code, "hanna", "a long password", "Hanna", [Role.HANDLER])
    body = {"municipality": municipality.code, "username": "hanna", "password": "a long password"}
    token = httpx.post(f"{url}/api/v1/sessions", json=body).json()["token"]
    Users(store).disable(municipality.code, "hanna")
    problem(httpx.get(f"{url}/api/v1/me", headers={"Authorization": f"Bearer {token}"}), 401, "not-signed-in")
    problem(httpx.post(f"{url}/api/v1/sessions", json=body), 401, "not-signed-in")


def test_passwords_and_tokens_are_kept_only_as_hashes(
    store: EventStore, municipality: LiveMunicipality, client_for: ClientFactory
) -> None:
    Users(store).add(municipality.code, "hanna", "a long password", "Hanna", [Role.HANDLER])
    token = client_for(Role.AUDITOR).token
    with store.database.connection(municipality.code) as connection:
        kept = str(
            connection.execute("select * from users").fetchall()
            + connection.execute("select * from sessions").fetchall()
        )
    assert "$argon2id$" in kept
    assert "a long password" not in kept
    assert token not in kept
    assert token.partition(".")[2] not in kept


def test_a_short_password_is_refused(store: EventStore, municipality: LiveMunicipality) -> None:
    with pytest.raises(ValueError, match="12 characters"):
        Users(store).add(municipality.code, "hanna", "short", "Hanna", [Role.HANDLER])


# Commands ------------------------------------------------------------------------------------------------------------


def test_a_case_goes_over_http_from_application_to_paid(
    municipality: LiveMunicipality, client_for: ClientFactory
) -> None:
    municipality.open()
    applicant, handler, approver = (
        client_for(Role.APPLICANT),
        client_for(Role.HANDLER),
        client_for(Role.APPROVER),
    )
    registry, payer = client_for(Role.REGISTRY), client_for(Role.PAYMENTS)
    sent = applicant.put("/cases", form(applicant))
    assert sent.status_code == 201, sent.text
    path = sent.headers["Location"].removeprefix("/api/v1")
    municipality.settle()
    assert applicant.get(path).json()["number"].startswith("T/1/")
    found = handler.get("/work-queue/next").json()["id"]
    assert path == f"/cases/{found}"
    steps: list[tuple[str, dict[str, Any]]] = [
        ("assign", {}),
        ("declare-impartiality", {}),
        *(("record-check", {"item": item, "met": True, "evidence": "seen"}) for item in CHECKS),
        ("evaluate", {"outcome": "eligible"}),
    ]
    for command, body in steps:
        assert handler.put(f"{path}/{command}", body).status_code == 200
    municipality.at(2022, 7, 1, 8)
    municipality.settle()
    assert handler.put("/rounds/r/calculate").status_code == 200
    proposed = handler.put("/decisions", {"round": "r", "heading": "Avustukset"}).json()["id"]
    assert approver.put(f"/decisions/{proposed}/approve").status_code == 200
    assert approver.put(f"/decisions/{proposed}/sign", {"signature": "A. Approver"}).status_code == 200
    assert registry.put(f"{path}/serve", {"mode": "letter"}).status_code == 200
    assert registry.put(f"/decisions/{proposed}/publish").status_code == 200
    municipality.settle()
    municipality.wait_out([found])
    payment = payer.get(path).json()["payments"][0]["id"]
    assert payer.put(f"{path}/release-payment", {"payment": payment}).status_code == 200
    booked = {
        "payment": payment,
        "bookedOn": municipality.store.clock.now().date().isoformat(),
        "reference": "bank-1",
    }
    assert payer.put(f"{path}/book-payment", booked).status_code == 200
    municipality.settle()
    page = applicant.get(path).json()
    assert (page["stage"], page["granted"], page["paid"]) == ("archived", "6000.00", "6000.00")
    texts = [
        each["text"] for each in applicant.get(f"{path}/timeline", params={"lang": "sv"}).json()["items"]
    ]
    assert any("laga kraft" in text for text in texts)


def test_the_same_key_replays_the_receipt_and_another_body_is_refused(
    municipality: LiveMunicipality, client_for: ClientFactory
) -> None:
    municipality.open()
    applicant, key = client_for(Role.APPLICANT), str(uuid4())
    body = form(applicant)
    first = applicant.post("/cases", json=body, headers={"Idempotency-Key": key})
    again = applicant.post("/cases", json=body, headers={"Idempotency-Key": key})
    assert (first.status_code, first.json()) == (again.status_code, again.json())
    other = applicant.post("/cases", json={**body, "organisation": "Other"}, headers={"Idempotency-Key": key})
    problem(other, 422, "answered-otherwise")
    assert len(applicant.get("/cases", params={"minPosition": first.json()["position"]}).json()["items"]) <= 1


def test_each_header_that_is_missing_is_asked_for(
    municipality: LiveMunicipality, client_for: ClientFactory
) -> None:
    municipality.open()
    handler = client_for(Role.HANDLER)
    missing_version = handler.post("/rounds/r/calculate", json={}, headers={"Idempotency-Key": "k"})
    assert "ETag" in problem(missing_version, 428, "if-match-missing")["detail"]
    missing_key = handler.post("/rounds/r/calculate", json={}, headers={"If-Match": '"2"'})
    problem(missing_key, 400, "idempotency-key-missing")
    malformed = handler.post(
        "/rounds/r/calculate", json={}, headers={"If-Match": "2", "Idempotency-Key": "k"}
    )
    problem(malformed, 400, "malformed")


def test_a_stale_version_tells_who_did_what_since(
    municipality: LiveMunicipality, client_for: ClientFactory
) -> None:
    municipality.open()
    municipality.apply(1)
    municipality.settle()
    hanna, heikki = client_for(Role.HANDLER), client_for(Role.HANDLER)
    seen = heikki.get("/cases/c0").headers["ETag"]
    assert hanna.put("/cases/c0/assign").status_code == 200
    stale = heikki.put("/cases/c0/assign", {}, **{"If-Match": seen})
    body = problem(stale, 412, "stale")
    assert body["currentVersion"] == int(seen.strip('"')) + 1
    assert [(each["what"], each["by"]) for each in body["since"]] == [("Assign", hanna.user_id)]


IBAN = "FI00 1234 5600 0007 85"


def test_malformed_input_names_the_place_and_never_the_value(
    municipality: LiveMunicipality, client_for: ClientFactory, caplog: pytest.LogCaptureFixture
) -> None:
    municipality.open()
    applicant = client_for(Role.APPLICANT)
    with caplog.at_level(logging.DEBUG):
        wrong = applicant.put(
            "/cases", form(applicant, account={"iban": IBAN, "holder": "Maija Meikäläinen"})
        )
    body = problem(wrong, 400, "malformed")
    assert [each["field"] for each in body["errors"]] == ["body.account.iban"]
    assert "FI21 1234 5600 0007 85" in body["errors"][0]["sentence"]
    for leak in (IBAN, IBAN.replace(" ", ""), "Meikäläinen"):
        assert leak not in wrong.text
        assert leak not in caplog.text
    broken = applicant.post("/cases", content=b'{"a":', headers={"Content-Type": "application/json"})
    problem(broken, 400, "malformed")
    assert applicant.get("/cases").json()["items"] == []


def test_a_sealed_value_cannot_be_sent_in(municipality: LiveMunicipality, client_for: ClientFactory) -> None:
    municipality.open()
    applicant = client_for(Role.APPLICANT)
    sealed = {"about": "account", "key": str(uuid4()), "sealed": "AAAA"}
    wrong = applicant.put("/cases", form(applicant, account={"iban": sealed, "holder": "x"}))
    problem(wrong, 400, "malformed")


@pytest.mark.parametrize(
    ("changes", "code", "field"),
    [
        ({"form": {"roadName": "T"}}, "bad-content", "form.association"),
        ({"process": "no-such"}, "bad-content", "process"),
        ({"round": "no-such"}, "bad-content", "round"),
        ({"attachments": []}, "missing", None),
        ({"account": None}, "bad-content", "account"),
        ({"attachments": [{"kind": "minutes", "sha256": "b" * 64, "name": "x.pdf", "mediaType": "x", "size": 1}]}, "bad-content", "attachments"),
    ],
)  # fmt: skip
def test_a_broken_rule_says_what_where_and_how_to_mend_it(
    municipality: LiveMunicipality,
    client_for: ClientFactory,
    changes: dict[str, Any],
    code: str,
    field: str | None,
) -> None:
    municipality.open()
    applicant = client_for(Role.APPLICANT)
    body = problem(applicant.put("/cases", form(applicant, **changes)), 422, code)
    if field:
        assert field in [each["field"] for each in body["errors"]]
    assert applicant.get("/cases").json()["items"] == []


def test_a_role_that_may_not_is_told_who_may(
    municipality: LiveMunicipality, client_for: ClientFactory
) -> None:
    municipality.open()
    municipality.apply(1)
    municipality.settle()
    refused = problem(client_for(Role.PAYMENTS).put("/cases/c0/assign"), 403, "not-allowed")
    assert "handler" in refused["detail"]


def test_unknown_addresses_and_methods_answer_as_problems(client_for: ClientFactory) -> None:
    auditor = client_for(Role.AUDITOR)
    problem(auditor.get("/nothing"), 404, "not-found")
    problem(auditor.get(f"/cases/{uuid4()}"), 404, "not-found")
    wrong = auditor.request("DELETE", "/cases")
    problem(wrong, 405, "method-not-allowed")
    assert {"GET", "POST"} <= set(wrong.headers["Allow"].split(", "))


# Reads ---------------------------------------------------------------------------------------------------------------


def test_a_read_waits_for_the_position_of_ones_own_write(
    municipality: LiveMunicipality, client_for: ClientFactory
) -> None:
    municipality.open()
    applicant = client_for(Role.APPLICANT)
    receipt = applicant.put("/cases", form(applicant)).json()
    behind = applicant.get("/cases", params={"minPosition": receipt["position"]}).json()
    assert behind["position"] < receipt["position"], "nobody folds here, so it says how far it has come"
    municipality.settle()
    there = applicant.get("/cases", params={"minPosition": receipt["position"]}).json()
    assert there["position"] >= receipt["position"]
    assert [each["title"] for each in there["items"]] == ["Tie c1"]


def test_an_applicant_sees_their_own_cases_and_nobody_elses(
    municipality: LiveMunicipality, client_for: ClientFactory
) -> None:
    municipality.open()
    mine, other = client_for(Role.APPLICANT), client_for(Role.APPLICANT)
    key = mine.put("/cases", form(mine)).json()["id"]
    municipality.settle()
    assert mine.get(f"/cases/{key}").status_code == 200
    problem(other.get(f"/cases/{key}"), 404, "not-found")
    problem(other.get(f"/cases/{key}/timeline"), 404, "not-found")
    problem(other.get(f"/cases/{key}/personal-data", params={"reason": "curious"}), 404, "not-found")
    problem(other.put(f"/cases/{key}/withdraw", {"reason": "x"}), 404, "not-found")
    assert other.get("/cases").json()["items"] == []
    problem(other.get("/work-queue"), 403, "not-allowed")


def test_looking_at_personal_data_needs_a_reason_and_is_logged(
    municipality: LiveMunicipality, client_for: ClientFactory
) -> None:
    municipality.open()
    municipality.apply(1)
    municipality.settle()
    handler, auditor = client_for(Role.HANDLER), client_for(Role.AUDITOR)
    page = handler.get("/cases/c0").text
    assert "FI2112345600000785" not in page
    assert "Contact c0" not in page
    problem(handler.get("/cases/c0/personal-data"), 400, "malformed")
    opened = handler.get("/cases/c0/personal-data", params={"reason": "call about the length"}).json()[
        "values"
    ]
    assert opened["account.iban"] == "FI2112345600000785"
    assert opened["applicant.name"] == "Contact c0"
    logged = auditor.get("/access-log").json()["items"]
    assert {(each["userId"], each["why"]) for each in logged} == {(handler.user_id, "call about the length")}
    assert {subject for each in logged for subject in each["subjects"]} == {"account", "contact"}
    problem(handler.get("/access-log"), 403, "not-allowed")


def test_the_case_as_it_was_after_an_event_and_on_a_day(
    municipality: LiveMunicipality, client_for: ClientFactory
) -> None:
    keys = municipality.to_release(1)
    auditor = client_for(Role.AUDITOR)
    first = auditor.get(f"/cases/{keys[0]}/as-it-was", params={"version": 2}).json()
    assert (first["version"], first["stage"], first["number"]) == (2, "reception", None)
    in_june = auditor.get(f"/cases/{keys[0]}/as-it-was", params={"at": "2022-06-15"}).json()
    assert (in_june["stage"], in_june["granted"]) == ("calculation", "0.00")
    problem(auditor.get(f"/cases/{keys[0]}/as-it-was", params={"at": "2022-05-31"}), 404, "not-found")
    trail = auditor.get(f"/cases/{keys[0]}/trail").json()["items"]
    assert [each["version"] for each in trail] == list(range(1, len(trail) + 1))
    assert all(
        {"recordedAt", "legalMoment", "by", "role", "command", "cause", "fact"} <= set(each) for each in trail
    )
    registered = next(each for each in trail if each["event"] == "Registered")
    assert (registered["by"], registered["cause"]) == ("system", f"{municipality.code}/case/{keys[0]}@2")


def test_allowed_commands_are_exactly_what_the_guard_lets_through(
    municipality: LiveMunicipality, client_for: ClientFactory
) -> None:
    municipality.open()
    municipality.apply(1)
    municipality.settle()
    for role in Role:
        if role is Role.SYSTEM:
            continue
        client = client_for(role)
        page = client.get("/cases/c0")
        if role is Role.APPLICANT:
            problem(page, 404, "not-found")
            continue
        allowed = {each["name"] for each in page.json()["allowed"]}
        for name, path in {
            "Assign": "assign",
            "AddParty": "add-party",
            "Withdraw": "withdraw",
            "Serve": "serve",
        }.items():
            response = client.put(f"/cases/c0/{path}", {}, **{"If-Match": '"1"'})
            refused = response.status_code in (403, 422) and response.json()["code"] in (
                "not-allowed",
                "not-now",
            )
            assert refused or response.status_code in (400, 412)
            if name in allowed:
                assert not refused, (role, name)


def test_the_decision_list_is_public_and_personal_data_leaves_it_by_itself(
    url: str, municipality: LiveMunicipality
) -> None:
    municipality.open()
    keys = municipality.apply(1)
    municipality.settle()
    municipality.handle(keys)
    municipality.decide(keys)
    municipality.settle()
    address = f"{url}/api/v1/public/{municipality.code}/decisions"
    shown = httpx.get(address).json()["items"][0]
    assert (shown["signature"], shown["section"], shown["total"]) == ("Approver", "§ 1", "6000.00")
    for leak in ("FI2112345600000785", "Contact c0", "Tie 1"):
        assert leak not in httpx.get(address).text
    last = datetime.fromisoformat(shown["membersLastDay"]).replace(tzinfo=UTC)
    municipality.at(last.year, last.month, last.day, 20)
    municipality.settle()
    assert httpx.get(address).json()["items"][0]["signature"] == "Approver", "still the last day"
    municipality.clock.move_to(last + timedelta(days=1, hours=1))
    municipality.settle()
    assert "Approver" not in httpx.get(address).text
    assert "Approver" not in httpx.get(f"{address}.atom").text


def test_an_export_streams_every_event_and_is_checked_again(
    municipality: LiveMunicipality, client_for: ClientFactory, store: EventStore
) -> None:
    keys = municipality.to_release(2)
    archivist = client_for(Role.ARCHIVIST)
    for query, streams in (
        ({"case": keys[0]}, 1),
        ({"round": "r"}, 4),
        ({"year": 2022}, 3),
        ({}, 10),
    ):  # with the archivist
        lines = archivist.get("/exports", params=query).text.splitlines(keepends=True)
        checked = export.check_export(lines)
        assert (checked.faults, len(checked.states)) == ([], streams), query
        assert export.compare(store, checked) == []
    planted = [line.replace('"granted\\":true', '"granted\\":false') for line in lines]
    assert planted != lines
    found = export.check_export(planted)
    assert any("SHA-256" in fault for fault in found.faults)
    assert export.compare(store, found)
    assert any("cut off" in fault for fault in export.check_export(lines[:-1]).faults)
    assert any("goes from" in fault for fault in export.check_export(lines[:5] + lines[6:]).faults)
    problem(client_for(Role.HANDLER).get("/exports"), 403, "not-allowed")


def test_the_next_case_is_never_one_that_the_handler_is_disqualified_in(
    municipality: LiveMunicipality, client_for: ClientFactory
) -> None:
    municipality.open()
    municipality.apply(2)
    municipality.settle()
    handler = client_for(Role.HANDLER)
    first = handler.get("/work-queue/next").json()["id"]
    assert handler.put(f"/cases/{first}/assign").status_code == 200
    assert handler.put(f"/cases/{first}/declare-disqualification", {"ground": "5"}).status_code == 200
    municipality.settle()
    assert handler.get("/work-queue/next").json()["id"] != first
    assert client_for(Role.HANDLER).get("/work-queue/next").json()["id"] == first
    row = next(each for each in handler.get("/work-queue").json()["items"] if each["stream"].endswith(first))
    assert (row["why"], row["handler"]) == ("handler-disqualified", None)


def test_figures_open_to_what_they_count(municipality: LiveMunicipality, client_for: ClientFactory) -> None:
    municipality.to_release(2)
    manager = client_for(Role.MANAGER)
    lead = manager.get("/lead-times").json()
    assert lead["decision"]["cases"] == 2
    assert lead["payment"]["cases"] == 0
    assert lead["openAge"]["cases"] == 2
    rate = manager.get("/automation").json()
    assert rate["decisions"] == 2
    assert rate["automaticDecisions"] == 0
    assert 0 < rate["automaticSteps"] < rate["steps"]
    assert sum(each["steps"] for each in rate["byCommand"]) == rate["steps"]
    assert {each["stage"] for each in manager.get("/payments").json()["items"]} == {"payment-release"}
    assert (
        StreamId.parse(manager.get("/payments").json()["items"][0]["stream"]).municipality
        == municipality.code
    )


def test_the_names_are_gone_from_the_list_after_the_last_day_even_where_no_timer_runs(
    url: str, municipality: LiveMunicipality
) -> None:
    municipality.open()
    keys = municipality.apply(1)
    municipality.settle()
    municipality.handle(keys)
    municipality.decide(keys)
    municipality.settle()
    address = f"{url}/api/v1/public/{municipality.code}/decisions"
    assert "Approver" in httpx.get(address).text
    last = datetime.fromisoformat(httpx.get(address).json()["items"][0]["membersLastDay"]).replace(tzinfo=UTC)
    municipality.clock.move_to(last + timedelta(days=1, hours=1))
    assert "Approver" not in httpx.get(address).text
