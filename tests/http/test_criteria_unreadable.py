"""Criteria that today's rules cannot read, over HTTP: every page and read answers, shows the text, and says so."""

from collections.abc import Iterator
from uuid import uuid4

import httpx
import pytest

from api.v1.identity import SESSION_COOKIE
from domain.criteria.compiler import compile_rule_set
from domain.criteria.ruleset import RuleSet
from domain.messages import Role
from domain.store.event_store import EventStore
from domain.store.settings import InstallationSettings
from tests.conftest import client_factory, new_municipality
from tests.http.round_over_http import RoundOverHttp
from tests.limits import tightened
from tests.stories.documents import ready_for

LONGEST = 60
"""Characters of a formula from now on."""
UNREADABLE = {
    "fi": "ei voida lukea nykyisten sääntöjen mukaan",
    "sv": "kan inte läsas enligt de nuvarande reglerna",
    "en": "cannot be read under today&#39;s rules",
}
RULES: RuleSet = compile_rule_set(
    ready_for(
        "budget-divided-by-length",
        longer=("length >= 500 m", f"length >= 500 m{' and length >= 500 m' * 4}"),
    )
)


@pytest.fixture(scope="module")
def chain(settings: InstallationSettings, store: EventStore, url: str) -> Iterator[RoundOverHttp]:
    """A round that was decided, and then the rules were tightened."""
    municipality = new_municipality(settings, store)
    with client_factory(url, store, municipality) as client_for:
        found = RoundOverHttp(municipality, client_for, RULES)
        found.to_decisions()
        for role in (Role.AUDITOR, Role.ADMINISTRATOR):
            found.by(role)
        with tightened(MAX_FORMULA_LENGTH=LONGEST):
            yield found


def case_of(chain: RoundOverHttp) -> str:
    return next(
        key
        for key in chain.cases.values()
        if (decision := chain.municipality.case(key).decision) and decision.granted
    )


def test_the_municipality_shows_the_text_and_that_it_cannot_be_read(chain: RoundOverHttp) -> None:
    [shown] = chain.seen("/municipality")["ruleSets"]
    assert (shown["document"], shown["sha256"]) == (RULES.text, RULES.digest)
    assert (shown["name"], shown["edition"], shown["title"]) == (RULES.name, RULES.edition, RULES.title)
    assert "cannot be read under today's rules (line " in shown["unreadable"]


def test_a_round_and_its_runs_are_shown(chain: RoundOverHttp) -> None:
    shown = chain.seen(f"/rounds/{chain.round}")
    assert "cannot be read" in shown["criteriaUnreadable"]
    assert shown["ruleSet"]["document"] == RULES.text
    assert shown["runs"][0]["result"]["lines"]
    assert shown["questions"] == shown["slots"] == []
    applicant = chain.seen(f"/rounds/{chain.round}", Role.APPLICANT)
    assert "cannot be read" in applicant["criteriaUnreadable"]


def test_a_case_shows_its_decision_with_the_grounds_that_were_given(chain: RoundOverHttp) -> None:
    case = case_of(chain)
    for path in (f"/cases/{case}", f"/cases/{case}/as-it-was?version=9"):
        assert "cannot be read" in chain.seen(path)["criteriaUnreadable"]
    shown = chain.seen(f"/cases/{case}")
    assert shown["decision"]["grounds"]
    assert shown["calculation"]["trace"]


def test_whatever_else_is_read_answers(chain: RoundOverHttp) -> None:
    case = case_of(chain)
    for path in (
        "/rounds",
        "/cases",
        "/work-queue",
        "/payments",
        f"/cases/{case}/timeline",
        f"/decisions/{chain.decision}",
    ):
        chain.seen(path)
    for path in (f"/cases/{case}/trail", f"/rounds/{chain.round}/trail", "/municipality/settings/trail"):
        assert chain.seen(path, Role.AUDITOR)["items"]


def test_a_replay_says_that_it_needs_a_release_that_reads_them(chain: RoundOverHttp) -> None:
    answer = chain.by(Role.HANDLER).get(f"/cases/{case_of(chain)}/replay")
    assert (answer.status_code, answer.json()["code"]) == (422, "criteria-unreadable")
    assert f"at most {LONGEST} characters" in answer.json()["errors"][0]["sentence"]


def test_other_criteria_are_tried_on_the_round(chain: RoundOverHttp) -> None:
    shorter = ready_for("budget-divided-by-length")
    answer = chain.by(Role.HANDLER).post(f"/rounds/{chain.round}/what-if", json={"document": shorter})
    assert answer.status_code == 200, answer.text
    assert answer.json()["counts"]["same"] == len(answer.json()["lines"])
    refused = chain.by(Role.HANDLER).post(f"/rounds/{chain.round}/what-if", json={"document": RULES.text})
    assert (refused.status_code, refused.json()["code"]) == (422, "bad-content")


def test_a_command_that_needs_them_is_refused_and_nothing_breaks(chain: RoundOverHttp) -> None:
    opening = {
        "name": "2023",
        "process": "private-road-grant",
        "ruleSet": RULES.name,
        "budget": "1.00",
        "opensAt": "2023-06-01T05:00:00Z",
        "closesAt": "2023-06-30T12:00:00Z",
    }
    refused = chain.by(Role.HANDLER).post("/rounds", json=opening, headers={"Idempotency-Key": str(uuid4())})
    assert (refused.status_code, refused.json()["code"]) == (422, "criteria-unreadable")


@pytest.mark.parametrize("language", UNREADABLE)
def test_the_pages_show_the_text_and_say_that_it_cannot_be_read(
    chain: RoundOverHttp, url: str, language: str
) -> None:
    cookies = {SESSION_COOKIE: chain.by(Role.ADMINISTRATOR).token}
    with httpx.Client(base_url=url, cookies=cookies, params={"lang": language}, timeout=30) as browser:
        for path in ("/municipality", f"/rounds/{chain.round}", f"/cases/{case_of(chain)}"):
            page = browser.get(path)
            assert page.status_code == 200, page.text
            assert UNREADABLE[language] in page.text, path
        assert "length &gt;= 500 m and length" in browser.get(f"/rounds/{chain.round}").text
