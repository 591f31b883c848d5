"""Criteria over the API: adopted or refused with places, renewed, remembered, replayed to the byte, and tried on the past."""

import csv
import io
from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal
from typing import Any

import psycopg
import pytest

from domain.criteria import ready_criteria
from domain.criteria.compiler import compile_rule_set
from domain.messages import Role, StreamId
from domain.store.event_store import EventStore
from domain.store.settings import InstallationSettings
from projections.views import past_rounds
from tests.command_examples import SETTINGS
from tests.conftest import ClientFactory, client_factory, new_municipality
from tests.http.round_over_http import RoundOverHttp
from tests.live_municipality import LiveMunicipality
from tests.stories.documents import by_length

MUONIO = "budget-divided-by-length"


@pytest.fixture(scope="module")
def muonio(settings: InstallationSettings, store: EventStore, url: str) -> Iterator[RoundOverHttp]:
    """Muonio's round of 2022, decided; whoever changes something in it puts it back."""
    municipality = new_municipality(settings, store)
    with client_factory(url, store, municipality) as client_for:
        chain = RoundOverHttp(municipality, client_for, compile_rule_set(ready_criteria()[MUONIO]))
        chain.to_decisions()
        yield chain


# Adopting ------------------------------------------------------------------------------------------------------------


def test_a_document_with_errors_is_not_adopted_and_each_error_says_its_place(
    municipality: LiveMunicipality, client_for: ClientFactory
) -> None:
    chain = RoundOverHttp(municipality, client_for, compile_rule_set(by_length()))
    chain.put(
        Role.ADMINISTRATOR,
        "/municipality/adopt-settings",
        settings=SETTINGS,
        adoptedOn="2020-01-01",
        section="§ 1",
    )
    faulty = (
        by_length().replace("length >= 500 m", "length >= 500 €").replace("weight: length", "weight: lenght")
    )
    refused = chain.by(Role.ADMINISTRATOR).put("/municipality/adopt-rule-set", {"document": faulty})
    assert refused.status_code == 422
    said = [each["sentence"] for each in refused.json()["errors"]]
    assert any("Line 9, column" in each and "kilometres" in each and "euros" in each for each in said), said
    assert any("lenght" in each and "Did you mean length?" in each for each in said), said


def test_a_document_whose_worked_examples_fail_is_not_adopted(
    municipality: LiveMunicipality, client_for: ClientFactory
) -> None:
    chain = RoundOverHttp(municipality, client_for, compile_rule_set(by_length()))
    wrong = ready_criteria()[MUONIO].replace("gives: 351.90", "gives: 351.91", 1)
    assert wrong != ready_criteria()[MUONIO]
    refused = chain.by(Role.ADMINISTRATOR).put("/municipality/adopt-rule-set", {"document": wrong})
    assert refused.status_code == 422
    assert "should give 351.91" in refused.text
    assert "but gives 351.90 €" in refused.text


@pytest.mark.parametrize(
    ("before", "after", "saying"),
    [
        ("application.length_m", "application.lenght_m", "The application form has no lenght_m"),
        ("conditions:", "evidence: [{kind: photograph}]\nconditions:", "no kind of attachment photograph"),
        ("process: private-road-grant", "process: boat-place", "no such process"),
    ],
)
def test_what_the_process_does_not_have_is_refused(
    municipality: LiveMunicipality, client_for: ClientFactory, before: str, after: str, saying: str
) -> None:
    text = by_length().replace(before, after, 1)
    refused = client_for(Role.ADMINISTRATOR).put("/municipality/adopt-rule-set", {"document": text})
    assert refused.status_code == 422
    assert saying in refused.text


def test_a_document_is_checked_without_being_adopted(client_for: ClientFactory) -> None:
    handler = client_for(Role.HANDLER)
    good = handler.post("/criteria/check?lang=en", json={"document": ready_criteria()[MUONIO]}).json()
    assert (good["adoptable"], good["findings"]) == (True, [])
    assert "rounded down to €10/km" in good["explanation"]
    bad = handler.post("/criteria/check", json={"document": "inputs: ["}).json()
    assert not bad["adoptable"]
    assert all({"line", "column", "sentence", "mend"} <= set(each) for each in bad["findings"])
    assert handler.get("/criteria/schema").json()["$schema"].startswith("https://json-schema.org/")


# Renewed and remembered ----------------------------------------------------------------------------------------------


def test_grants_go_on_without_a_new_application_where_the_criteria_renew_them(
    municipality: LiveMunicipality, client_for: ClientFactory, store: EventStore
) -> None:
    """K: who was granted something is in the next round as they stand; the others are not."""
    text = ready_criteria()["renewed-without-application"]
    chain = RoundOverHttp(municipality, client_for, compile_rule_set(text))
    chain.to_decisions()
    granted = [row["id"] for row in chain.example.lines if chain.expected(row)[0] == "granted"]
    earlier, before = chain.round, dict(chain.cases)
    next_year = (
        text.replace("edition: 1", "edition: 2", 1).replace("2021", "2022")
        if "year: 2021" in text
        else text.replace("edition: 1", "edition: 2", 1)
    )
    chain.put(Role.ADMINISTRATOR, "/municipality/adopt-rule-set", document=next_year)
    now = store.clock.now()
    chain.opens, closes = now, now + timedelta(days=30)
    chain.round = chain.begin(compile_rule_set(next_year), closes)
    renewed = chain.put(Role.HANDLER, f"/rounds/{chain.round}/renew", earlier=earlier)
    assert renewed["version"]
    again = chain.by(Role.HANDLER).put(f"/rounds/{chain.round}/renew", {"earlier": earlier})
    assert (again.status_code, again.json()["code"]) == (422, "already-done")
    municipality.settle()
    keys = chain.seen(f"/rounds/{chain.round}")["cases"]
    assert len(keys) == len(granted)
    cases = {municipality.case(key).title: (key, municipality.case(key)) for key in keys}
    assert set(cases) == set(granted)
    for title, (_key, case) in cases.items():
        old = municipality.case(before[title])
        assert (case.channel, case.form["length_m"], case.number is not None) == (
            "renewal",
            old.form["length_m"],
            True,
        )
        values = {
            "new": case.parties["applicant"].name,
            "old": old.parties["applicant"].name,
            "iban": case.account.iban,
        }
        opened = store.keys.open_unlogged(municipality.code, values)
        assert opened["new"] == opened["old"] is not None
        assert opened["iban"]
        assert case.account.iban.key_id != old.account.iban.key_id, "each case has keys of its own"
    chain.cases = {title: key for title, (key, _) in cases.items()}
    rows = [row for row in chain.example.lines if row["id"] in granted]
    for row in rows:
        chain.judge(row)
    chain.at(closes + timedelta(days=1))
    chain.put(Role.HANDLER, f"/rounds/{chain.round}/calculate")
    for row in rows:
        calculated = municipality.case(chain.cases[row["id"]]).calculation
        assert calculated.amount == chain.expected(row)[1]


def test_a_grant_is_remembered_by_its_road_and_the_next_one_waits_its_years(
    municipality: LiveMunicipality, client_for: ClientFactory
) -> None:
    """Once in three years: the year comes from the earlier decision's own event."""
    chain = RoundOverHttp(
        municipality,
        client_for,
        compile_rule_set(ready_criteria()["maintenance-and-improvement-in-one-budget"]),
    )
    chain.to_decisions()
    hill = next(n for n, row in enumerate(chain.example.lines) if row["id"] == "hill")
    road = f"000-2007-K{1000 + hill}"
    [grant] = municipality.store.read(StreamId(municipality.code, "road", road))[1].grants
    assert (grant.amount, sorted(grant.parts)) == (Decimal("3575.33"), ["improvement", "maintenance"])
    next_year = chain.rules.text.replace("edition: 1", "edition: 2", 1)
    for year in (2026, 2024, 2023):
        next_year = next_year.replace(str(year), str(year + 1))
    next_year = next_year.replace("on: 2027-", "on: 2026-")
    chain.put(Role.ADMINISTRATOR, "/municipality/adopt-rule-set", document=next_year)
    chain.rules = compile_rule_set(next_year)
    chain.opens = municipality.store.clock.now()
    chain.round = chain.begin(chain.rules, chain.closes)
    chain.at(chain.closes - timedelta(days=1))
    row = {key: value for key, value in chain.example.lines[hill].items() if key != "arrived"}
    row["for_maintenance"] = "no"
    chain.cases = {"hill": chain.send(hill, row)}
    municipality.settle()
    chain.judge({**row, "gives": "rejected improved-within-three-years"})
    case = municipality.case(chain.cases["hill"])
    assert case.outcome == "rejected"
    assert any("three-years" in code for code in case.evaluation.reasons), case.evaluation.reasons


# Replayed ------------------------------------------------------------------------------------------------------------


def test_a_calculation_replays_to_the_same_bytes_and_tells_every_cent(muonio: RoundOverHttp) -> None:
    key = muonio.cases[muonio.example.lines[0]["id"]]
    found = muonio.by(Role.AUDITOR).get(f"/cases/{key}/replay?lang=fi").json()
    assert found["same"], found["differences"]
    assert found["engine"] == "3"
    assert found["storedHash"] == found["replayedHash"]
    assert "Avustus: 0,51 km × 690 €/km = 351,90 €" in [
        each.replace("\u00a0", " ") for each in found["sentences"]
    ]


def store_again(owner: psycopg.Connection[Any], name: str, topic: str, state: bytes) -> None:
    """What not even the owner does by accident: an event's bytes changed in the database by hand."""
    owner.execute("alter table stored_events disable trigger stored_events_immutable")
    owner.execute(
        "update stored_events set state = %s where originator_id = %s and topic = %s", [state, name, topic]
    )
    owner.execute("alter table stored_events enable trigger stored_events_immutable")


@pytest.mark.parametrize("planted", ["line", "trace", "input", "hash"])
def test_a_wrong_byte_is_found_and_its_place_is_told(
    settings: InstallationSettings, muonio: RoundOverHttp, planted: str
) -> None:
    row = muonio.example.lines[0]
    stream = {
        "line": f"round/{muonio.round}",
        "input": f"round/{muonio.round}",
        "hash": f"round/{muonio.round}",
    }
    where, topic = (
        stream.get(planted, f"case/{muonio.cases[row['id']]}"),
        "Calculated" if planted == "trace" else "CalculationRun",
    )
    was, now = {
        "line": (b'"amount":"351.90"', b'"amount":"351.91"'),
        "trace": (b'"value":"351.90"', b'"value":"351.91"'),
        "input": (b'"value":"510 m"', b'"value":"511 m"'),
        "hash": (b'"run_hash":"', b'"run_hash":"0'),
    }[planted]
    name = f"{muonio.municipality.code}/{where}"
    with psycopg.connect(str(settings.migration_database_url), autocommit=True) as owner:
        select = "select state from stored_events where originator_id = %s and topic = %s"
        [[state]] = owner.execute(select, [name, topic]).fetchall()
        assert was in bytes(state)
        store_again(owner, name, topic, bytes(state).replace(was, now, 1))
        fresh = EventStore.open(settings)
        try:
            case = StreamId(muonio.municipality.code, "case", muonio.cases[row["id"]])
            found = past_rounds.replay_calculation(fresh, case, "fi")
        finally:
            fresh.database.close()
            store_again(owner, name, topic, bytes(state))
    assert not found.same
    assert any("351.91" in each or "511" in each or "hash" in each for each in found.differences), (
        found.differences
    )


def test_what_was_never_calculated_cannot_be_replayed(muonio: RoundOverHttp) -> None:
    assert muonio.by(Role.AUDITOR).get("/cases/no-such-case/replay").status_code == 404


# What if -------------------------------------------------------------------------------------------------------------


def tried(chain: RoundOverHttp, document: str, form: str = "json", **more: Any) -> Any:
    response = chain.by(Role.MANAGER).post(
        f"/rounds/{chain.round}/what-if?format={form}&lang=en", json={"document": document, **more}
    )
    assert response.status_code == 200, response.text
    return response


def test_new_criteria_are_tried_on_the_round_and_nothing_is_written(muonio: RoundOverHttp) -> None:
    """Whole euros instead of tens: 693 €/km, so everybody wins three euros a kilometre."""
    muonio.by(Role.MANAGER)  # coming in for the first time is a fact of its own
    before = muonio.municipality.store.last_position(muonio.municipality.code)
    whole = ready_criteria()[MUONIO].replace("down 10 €/km", "down 1 €/km")
    whole = whole[: whole.index("examples:")].replace("edition: 1", "edition: 2", 1)
    found = tried(muonio, whole).json()
    assert (found["oldTotalEur"], found["newTotalEur"]) == ("29856.30", "29986.11")
    assert found["counts"]["winner"] == 19
    line = next(each for each in found["lines"] if each["name"] == muonio.example.lines[0]["id"])
    assert (line["oldEur"], line["newEur"], line["changeEur"]) == ("351.90", "353.43", "1.53")
    assert muonio.municipality.store.last_position(muonio.municipality.code) == before
    rows = list(csv.DictReader(io.StringIO(tried(muonio, whole, "csv").text)))
    assert [row["newEur"] for row in rows] == [each["newEur"] for each in found["lines"]]


def test_who_becomes_rejected_is_told_why_and_the_budget_can_be_another(muonio: RoundOverHttp) -> None:
    stricter = by_length(minimum=1000, name="stricter")
    found = tried(muonio, stricter, budget="15000.00").json()
    out = [each for each in found["lines"] if each["verdict"] == "newly-rejected"]
    assert out
    assert all(each["reasons"] == [{"code": "too-short", "text": "The road is too short"}] for each in out)
    assert Decimal(found["newTotalEur"]) <= Decimal("15000.00")
    assert found["budgetEur"] == "15000.00"


def test_what_the_round_never_asked_is_listed_and_not_guessed(muonio: RoundOverHttp) -> None:
    found = tried(muonio, ready_criteria()["points-times-costs"]).json()
    assert found["counts"]["unknown"] > 0
    assert set(found["neverAsked"]) == {"base_points", "free_service_traffic"}
    assert all(each["newEur"] == "0.00" for each in found["lines"] if each["verdict"] == "unknown")


def test_only_staff_try_criteria_out(muonio: RoundOverHttp) -> None:
    response = muonio.by(Role.APPLICANT).post(
        f"/rounds/{muonio.round}/what-if", json={"document": by_length()}
    )
    assert response.status_code == 403
