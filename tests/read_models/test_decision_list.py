"""The public decision list: what is on it, when, and what never is."""

import json
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

import feedparser
import pytest

from domain.decision import commands as d
from domain.personal import Personal
from projections import decision_list
from tests.read_models.conftest import ScenarioDatabases
from tests.read_models.scenario import PERSONAL
from tests.read_models.scenario_player import ScenarioPlayer
from tests.stories import examples as e
from tests.stories.days import day
from tests.stories.world import put, settle

EMPTY_SINCE = datetime(2022, 1, 1, tzinfo=UTC)


def listed(played: ScenarioPlayer, **how: Any) -> list[dict[str, Any]]:
    return decision_list.published(played.store.database, played.code, **how)


def opened(played: ScenarioPlayer, sealed: dict[str, str] | None) -> str | None:
    values = {"it": Personal.from_stored(sealed) if sealed else None}
    return played.store.keys.open_unlogged(played.code, values)["it"]


def test_only_what_is_published_is_on_the_list(played: ScenarioPlayer) -> None:
    played.play(e.DECIDED)
    assert listed(played) == []
    assert decision_list.published_decision(played.store.database, played.code, "grants") is None
    played.play(e.PUBLISH)
    row = listed(played)[0]
    assert decision_list.published_decision(played.store.database, played.code, "grants") == row
    databases = {name: row[name] for name in ("body", "heading", "section", "total", "legal_basis", "state")}
    assert databases == {
        "body": "officeholder",
        "heading": "Yksityistieavustukset 2022",
        "section": "§ 1",
        "total": Decimal("29991.50"),
        "legal_basis": "YksTL 84 §",
        "state": "published",
    }
    days = (row["decided_on"], row["published_on"], row["members_last_day"])
    assert days == (day("6.7.2022"), day("7.7.2022"), day("28.7.2022"))
    assert row["lines"] == [
        {
            "number": "MUODno-2022-1",
            "title": "Soukan yksityistie",
            "granted": True,
            "amount": "29991.50",
            "reasons": [],
            "grounds": [],
            "length_m": 10450,
        }
    ]
    assert "Muonion elinvoimalautakunta" in row["instructions"]
    assert row["conditions"] == [each["fi"] for each in e.CRITERIA.document.conditions]


def test_who_signed_is_shown_until_the_members_last_day_is_over(played: ScenarioPlayer) -> None:
    played.play(e.PUBLISHED, settle("28.7.2022 klo 23.59"))
    row = listed(played)[0]
    assert opened(played, row["signature"]) == "Elina Elinvoimajohtaja, elinvoimajohtaja"
    assert opened(played, row["more_information"]) == "Hanna, 040 1234567"
    played.play(settle("29.7.2022 klo 0.00"))
    row = listed(played)[0]
    assert (row["signature"], row["more_information"]) == (None, None)
    assert (row["removed_on"], row["state"]) == (day("29.7.2022"), "personal-data-removed")


def test_a_decision_with_wrong_instructions_is_off_the_list_until_it_is_published_again(
    played: ScenarioPlayer,
) -> None:
    played.play(e.PUBLISHED)
    played.play(put(d.FindInstructionsWrong(reason="Väärä osoite."), by=e.REIJO, on="8.7.2022"))
    assert listed(played) == []
    played.play(put(d.Publish(), by=e.REIJO, on="11.7.2022"))
    row = listed(played)[0]
    assert (row["published_on"], row["members_last_day"]) == (day("11.7.2022"), day("1.8.2022"))


def test_a_returned_proposal_leaves_nothing(databases: ScenarioDatabases) -> None:
    keys = decision_list.decision_list.query(
        databases.store.database, databases.main.code, "select key from decision"
    )
    assert {row["key"] for row in keys} == {"grants", "board"}


def test_the_newest_is_first_and_a_page_goes_on_where_the_last_one_ended(
    databases: ScenarioDatabases,
) -> None:
    newest, oldest = listed(databases.main)
    assert (newest["key"], oldest["key"]) == ("board", "grants")
    assert newest["signature"] is None, "a board's decision is in its minutes, and nobody signs it"
    assert [line["reasons"] for line in newest["lines"]] == [["too-short"], ["late"]]
    assert [line["grounds"] for line in newest["lines"]] == [
        ["Tie on liian lyhyt"],
        ["Hakemus saapui määräajan jälkeen"],
    ]
    assert all(line["grounds"] == [] for line in oldest["lines"]), (
        "how a grant was counted is told to its party"
    )
    assert listed(databases.main, limit=1) == [newest]
    assert listed(databases.main, limit=1, before=newest["position"]) == [oldest]
    assert listed(databases.main, before=oldest["position"]) == []


def test_contact_data_accounts_and_claimants_are_never_in_a_row(played: ScenarioPlayer) -> None:
    claim = d.ReceiveClaim(claimant=Personal("Matti Muistuttaja"), demand="Lisää.")
    played.play(e.SERVED, put(claim, by=e.REIJO, on="11.7.2022"))
    row = listed(played)[0]
    subjects = [value["about"] for value in row.values() if isinstance(value, dict)]
    assert subjects == ["signer", "information"]
    written = json.dumps(row, default=str, ensure_ascii=False)
    assert written.count('"sealed"') == 2
    for value in (*PERSONAL, "Muistuttaja"):
        assert value not in written


# The feed ------------------------------------------------------------------------------------------------------------


def feed(played: ScenarioPlayer, base_url: str = "https://kunta.example/p/498", **how: Any) -> str:
    rows = listed(played)
    return decision_list.atom(rows, municipality_name="Muonio", base_url=base_url, updated=EMPTY_SINCE, **how)


def test_the_feed_is_valid_and_points_to_each_decision(databases: ScenarioDatabases) -> None:
    read = feedparser.parse(feed(databases.main))
    assert (read.bozo, read.version) == (False, "atom10")
    assert (read.feed.title, read.feed.author) == ("Muonio: päätökset", "Muonio")
    assert [each.title for each in read.entries] == [
        "Hylättävät hakemukset, § 58",
        "Yksityistieavustukset 2022, § 1",
    ]
    newest, oldest = read.entries
    assert oldest.link == "https://kunta.example/p/498/decisions/grants"
    assert oldest.summary == "Päätetty 28.7.2022. Asioita 3, myönnetty yhteensä 29\u00a0975,00\u00a0€."
    assert read.feed.updated == newest.updated
    assert datetime.fromisoformat(newest.updated) == listed(databases.main)[0]["published_at"]


def test_ids_stay_the_same_wherever_the_feed_is_read(databases: ScenarioDatabases) -> None:
    here, there = (
        feedparser.parse(feed(databases.main)),
        feedparser.parse(feed(databases.main, "http://localhost")),
    )
    ids = [here.feed.id, *(each.id for each in here.entries)]
    assert ids == [there.feed.id, *(each.id for each in there.entries)]
    assert len({UUID(each.removeprefix("urn:uuid:")) for each in ids}) == 3


@pytest.mark.parametrize(
    ("language", "title", "summary"),
    [
        ("sv", "Muonio: beslut", "Beslutat 28.7.2022. Ärenden 3, beviljat sammanlagt 29\u00a0975,00\u00a0€."),
        ("en", "Muonio: decisions", "Decided on 28.7.2022. Cases 3, granted €29,975.00 in all."),
    ],
)
def test_the_feed_speaks_the_other_languages_too(
    databases: ScenarioDatabases, language: str, title: str, summary: str
) -> None:
    read = feedparser.parse(feed(databases.main, language=language))
    assert (read.feed.title, read.entries[1].summary) == (title, summary)


def test_no_personal_value_is_in_the_feed_even_while_the_list_shows_it(played: ScenarioPlayer) -> None:
    played.play(e.PUBLISHED)
    assert listed(played)[0]["signature"]
    written = feed(played)
    for value in (*PERSONAL, "sealed", "signer"):
        assert value not in written


def test_an_empty_list_is_a_valid_feed(played: ScenarioPlayer) -> None:
    read = feedparser.parse(feed(played))
    assert (read.bozo, read.entries, read.feed.updated) == (False, [], EMPTY_SINCE.isoformat())


def test_a_heading_that_xml_cannot_write_breaks_nothing(databases: ScenarioDatabases) -> None:
    row = {**listed(databases.main)[0], "heading": "Tie <b>&amp; \x0b\x1f\ufffe"}
    written = decision_list.atom([row], municipality_name="Muonio", base_url="https://x", updated=EMPTY_SINCE)
    read = feedparser.parse(written, sanitize_html=False)
    assert read.bozo is False
    assert read.entries[0].title == "Tie <b>&amp; \ufffd\ufffd\ufffd, § 58"
