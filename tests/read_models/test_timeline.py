"""The timeline: plain sentences in three languages, nothing personal, and no fact forgotten."""

import re
from datetime import UTC, date, datetime
from decimal import Decimal
from string import Formatter
from typing import Annotated, Literal

import pytest
from pydantic import BaseModel

from domain.law.appeal import Mode
from domain.processes import process, processes
from domain.streams import events_by_name
from domain.texts.choices import choice_texts
from domain.texts.translation import in_every_language
from projections import timeline
from tests.read_models.conftest import ScenarioDatabases
from tests.read_models.scenario import FELLINGS, NOTICES, PERSONAL


def events_of(databases: ScenarioDatabases, key: str, language: str = "fi") -> list[str]:
    found = timeline.entries(
        databases.store.database, databases.main.code, str(databases.main.stream("case", key)), language
    )
    return [each["text"].replace("\u00a0", " ") for each in found]


def test_every_event_is_on_the_timeline_or_left_out() -> None:
    facts = {kind for kind in events_by_name().values() if kind.__module__.startswith("domain.")}
    assert {kind for kind in facts if kind.timeline_line} <= set(timeline.TIMELINE_ENTRIES)
    assert set(timeline.TIMELINE_ENTRIES) | timeline.NOT_IN_TIMELINE == facts
    assert set(timeline.TIMELINE_ENTRIES) & timeline.NOT_IN_TIMELINE == set()


SENTENCES = {
    **timeline.TIMELINE_SENTENCES,
    **{code: kind.timeline_line for code, kind in timeline.LINE_CARRIERS.items()},
}
OUTCOMES = {
    f"{kind.name}/{kind.edition}/{code}": sentence(kind.decides.granted, kind.decides.rejected)
    for kind in processes().values()
    if kind.decides
    for code, sentence in timeline.DECISION_SENTENCES.items()
}
"""What each process that decides says of its outcomes, in languages of its own."""

SAID = {**{code: in_every_language(english) for code, english in SENTENCES.items()}, **OUTCOMES}


@pytest.mark.parametrize("code", SAID)
def test_every_sentence_is_there_in_every_language_with_the_same_values(code: str) -> None:
    texts = SAID[code]
    assert len(set(texts.values())) == len(texts)
    values = {
        language: sorted(name for _, name, _, _ in Formatter().parse(text) if name)
        for language, text in texts.items()
    }
    assert all(each == values["en"] for each in values.values())
    for text in texts.values():
        assert re.fullmatch(r"\S.*[.}]", text), "a sentence ends with a full stop or with what was asked"
        assert "  " not in text


def test_the_scenario_shows_every_sentence(databases: ScenarioDatabases) -> None:
    codes = [
        row["code"]
        for each in (databases.main, databases.works)
        for row in timeline.timeline.query(
            databases.store.database, each.code, "select distinct code from entry"
        )
    ]
    left_out = (set() if NOTICES else {"noted"}) | (set() if FELLINGS else {"fee-to-be-invoiced"})
    assert set(codes) | left_out == set(SENTENCES) | set(timeline.DECISION_SENTENCES)


def test_only_cases_have_a_timeline(databases: ScenarioDatabases) -> None:
    streams = timeline.timeline.query(
        databases.store.database, databases.main.code, "select distinct stream from entry"
    )
    assert {row["stream"].split("/")[1] for row in streams} == {"case"}


def test_every_way_of_serving_has_its_words() -> None:
    assert set(timeline.MODE_PHRASES) == set(Mode)
    assert all(len(set(in_every_language(each).values())) > 2 for each in timeline.MODE_PHRASES.values())


def test_the_road_that_took_every_detour(databases: ScenarioDatabases) -> None:
    assert events_of(databases, "second") == [
        "Asia saapui kunnalle 8.6.2022.",
        "Asia kirjattiin numerolla MUODno-2022-2.",
        "Saapumisesta lähetettiin vahvistus.",
        "Asia on käsiteltävänä.",
        "Pyysimme täydennystä viimeistään 15.7.2022: Pituus puuttuu.",
        "Täydennykselle annettiin lisäaikaa. Viimeinen päivä on 29.7.2022.",
        "Täydennys saapui.",
        "Asia on käsiteltävänä.",
        "Pyysimme täydennystä viimeistään 21.7.2022: Kartta puuttuu.",
        "Täydennystä ei enää tarvita.",
        "Asia on käsiteltävänä.",
        "Pyysimme täydennystä viimeistään 22.7.2022: Tilinpäätös puuttuu.",
        "Täydennyksen määräaika päättyi 22.7.2022. Asia käsitellään niillä tiedoilla, jotka on saatu.",
        "Asia on käsiteltävänä.",
        "Hakemus on tarkastettu. Se ei täytä avustuksen ehtoja. Asiasta tehdään päätös.",
        "Asia on käsiteltävänä.",
        "Hakemus on tarkastettu. Se täyttää avustuksen ehdot.",
        "Avustusta myönnettiin 4 578,00 € (§ 1, 28.7.2022).",
        "Päätös julkaistiin 29.7.2022.",
        "Päätös annettiin tiedoksi saantitodistusta vastaan 29.7.2022. Oikaisuvaatimuksen voi tehdä viimeistään 12.8.2022.",
        "Päätös annettiin tiedoksi toiselle asianosaiselle 2.8.2022.",
        "Päätöksestä tehtiin oikaisuvaatimus.",
        "Henkilötiedot poistettiin verkosta.",
        "Oikaisuvaatimusaika päättyi 23.8.2022.",
        "Oikaisuvaatimus peruutettiin.",
        "Päätös on lainvoimainen 26.8.2022 alkaen.",
        "Maksu 4 578,00 € on matkalla. Se lähtee kunnan tililtä 5.9.2022.",
        "Avustusta maksettiin 4 578,00 € 6.9.2022.",
        "Asian käsittely on päättynyt.",
    ]


def test_the_money_that_came_back_in_swedish(databases: ScenarioDatabases) -> None:
    assert events_of(databases, "soukka", "sv")[-10:] == [
        "Beslutet har vunnit laga kraft från och med 24.8.2022.",
        "Betalningen på 22 781,00 € är på väg. Den lämnar kommunens konto 25.8.2022.",
        "Betalningen kunde inte skickas till det angivna kontot. Vi behöver ett nytt kontonummer.",
        "Kontonumret ändrades.",
        "Betalningen på 22 781,00 € är på väg. Den lämnar kommunens konto 26.8.2022.",
        "Av bidraget betalades 22 781,00 € 30.8.2022.",
        "Behandlingen av ärendet är avslutad.",
        "Betalningen kom tillbaka 2.9.2022. Vi behöver ett nytt kontonummer.",
        "Kontonumret ändrades.",
        "Betalningen på 22 781,00 € är på väg. Den lämnar kommunens konto 31.10.2022.",
    ]


def test_the_contested_decision_in_english(databases: ScenarioDatabases) -> None:
    assert events_of(databases, "late", "en")[4:14] == [
        "The application has been checked. It does not meet the criteria. A decision will be made.",
        "The application was rejected (§ 58, 10.8.2022). The reasons are in the decision.",
        "The decision was published on 12.8.2022.",
        "The decision was served by letter on 12.8.2022. A revised decision can be claimed until 2.9.2022.",
        "The instructions for a claim were wrong. The decision is served again, and the time starts anew.",
        "The decision was published on 16.8.2022.",
        "The decision was served by letter on 17.8.2022. A revised decision can be claimed until 7.9.2022.",
        "A higher body called the matter up.",
        "A claim for a revised decision was filed.",
        "Personal data was removed from the web.",
    ]


@pytest.mark.skipif(not NOTICES, reason="there is no event notice process")
def test_a_notice_is_never_called_an_application(databases: ScenarioDatabases) -> None:
    for language, word in (("fi", "akemus"), ("sv", "nsökan"), ("en", "pplication")):
        texts = events_of(databases, "markets", language)
        assert len(texts) == 6
        assert not [text for text in texts if word in text]


def test_no_personal_value_is_kept_or_told(databases: ScenarioDatabases) -> None:
    kept = timeline.timeline.query(
        databases.store.database, databases.main.code, "select code, told::text from entry"
    )
    for row in kept:
        for value in (*PERSONAL, "sealed", "hanna", "heikki"):
            assert value not in row["told"], row["code"]


def test_who_acted_is_shown_by_role_alone(databases: ScenarioDatabases) -> None:
    stream = str(databases.main.stream("case", "soukka"))
    first = timeline.entries(databases.store.database, databases.main.code, stream, "fi")[0]
    assert first == {
        "at": datetime(2022, 6, 7, 9, tzinfo=UTC),
        "role": "applicant",
        "code": "received",
        "text": "Asia saapui kunnalle 7.6.2022.",
    }


def test_money_is_written_as_the_language_writes_it() -> None:
    def databases(language: str) -> str:
        return timeline.timeline_sentence(
            "instalment-approved", {"amount": "1842.50"}, language, process("private-road-grant")
        )

    assert databases("fi") == "Maksuerä 1\u00a0842,50\u00a0€ hyväksyttiin maksettavaksi."
    assert databases("sv") == "En delbetalning på 1\u00a0842,50\u00a0€ godkändes för utbetalning."
    assert databases("en") == "An instalment of €1,842.50 was approved to be paid."


class EveryKind(BaseModel):
    """A field of each kind that a sentence may have."""

    how: Mode
    kind: Annotated[Literal["paper"], choice_texts({"paper": "Paper"})]
    on: date
    at: datetime
    much: Decimal
    what: str


def test_each_value_in_a_sentence_is_worded_by_its_type() -> None:
    fields = EveryKind.model_fields
    databases = {
        "how": "letter", "kind": "paper", "on": "2026-03-05", "at": "2026-03-05T06:04:00Z", "much": "1842.50", "what": "7",
    }  # fmt: skip
    assert {name: timeline.field_words(fields[name], value, "fi") for name, value in databases.items()} == {
        "how": "Kirjeellä",
        "kind": "Paperi",
        "on": "5.3.2026",
        "at": "5.3.2026\u00a0klo\u00a08.04",
        "much": "1\u00a0842,50\u00a0€",
        "what": "7",
    }


def test_a_grant_on_account_is_told_to_its_last_cent(databases: ScenarioDatabases) -> None:
    found = timeline.entries(
        databases.store.database, databases.works.code, str(databases.works.stream("case", "drained")), "fi"
    )
    assert [each["text"].replace("\u00a0", " ") for each in found][-8:] == [
        "Päätös on lainvoimainen 2.8.2022 alkaen.",
        "Maksuerä 2 000,00 € hyväksyttiin maksettavaksi.",
        "Maksu 2 000,00 € on matkalla. Se lähtee kunnan tililtä 3.8.2022.",
        "Avustusta maksettiin 2 000,00 € 4.8.2022.",
        "Lopputilitys on tarkastettu. Lopullinen avustus on 1 500,00 €.",
        "Avustusta on maksettu liikaa. Takaisin maksetaan 500,00 €.",
        "Laskutettava summa, 500,00 €, siirrettiin laskutukseen.",
        "Asian käsittely on päättynyt.",
    ]
