"""A language is a folder: Northern Sámi is put beside the others, with a few texts, and everything speaks it."""

import ast
import shutil
import subprocess
import sys
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Annotated

import pytest
from pydantic import TypeAdapter, ValidationError

from api.ui.render import template_environment
from domain.adopted_criteria import known_applications
from domain.criteria.compiler import compile_rule_set
from domain.criteria.document import text_in_language
from domain.criteria.explanation import explain_criteria
from domain.law.appeal import Mode, appeal_clock
from domain.messages import Role
from domain.municipality.commands import AdoptSettings
from domain.municipality.events import Language, Settings
from domain.texts import translation
from domain.texts.choices import LanguageCode
from domain.texts.translation import catalogue, in_language, languages, translate
from tests.conftest import ClientFactory
from tests.live_municipality import LiveMunicipality
from tests.stories.documents import by_length

ROOT = Path(__file__).parents[2]
ROOMS = ("domain", "projections", "api", "workers")
SPOKEN = {
    "Northern Sami": "Davvisámegiella",
    "Sign in": "Čálit sisa",
    "Handling": "Meannudeamen",
    "Reception": "Vuostáváldin",
    "The registry serves the decision on each party and publishes it.": "Girjehat almmuha mearrádusa.",
    "The case arrived at the municipality on {arrived}.": "Ášši bođii gildii {arrived}.",
    "The case was registered under number {number}.": "Ášši lea registrerejuvvon nummirin {number}.",
    "The letter was posted on {day}.": "Reive biddjui postii {day}.",
    "The grant": "Doarjja",
    "Name of the road": "Geainnu namma",
    "Handler": "Meannudeaddji",
}
CATALOGUE = """msgid ""
msgstr ""
"Language: se\\n"
"X-English-Name: Northern Sami\\n"
"Plural-Forms: nplurals=3; plural=(n == 1 ? 0 : n == 2 ? 1 : 2);\\n"

msgctxt "weekday"
msgid "Mon"
msgstr "vuos"

msgctxt "number"
msgid "."
msgstr ","

msgid "€{amount}"
msgstr "{amount}\u00a0€"

"""


def northern_sami() -> str:
    return (
        CATALOGUE
        + "\n\n".join(f'msgid "{english}"\nmsgstr "{said}"' for english, said in SPOKEN.items())
        + "\n"
    )


def forget() -> None:
    """What is read once is read again."""
    for each in (languages, catalogue, template_environment):
        each.cache_clear()


@pytest.fixture
def fourth_language(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A folder more, copied from another and written over."""
    locale = tmp_path / "locale"
    shutil.copytree(translation.LOCALE, locale)
    shutil.copytree(locale / "sv", locale / "se")
    (locale / "se" / "asiapolku.po").write_text(northern_sami(), encoding="utf-8")
    monkeypatch.setattr(translation, "LOCALE", locale)
    forget()
    yield
    forget()


@pytest.mark.usefixtures("fourth_language")
def test_the_law_and_the_criteria_speak_it_and_english_where_it_lacks_a_text() -> None:
    assert languages() == ("fi", "se", "sv", "en")
    steps = [step.why("se") for step in appeal_clock(Mode.LETTER, date(2026, 6, 1), 14).steps]
    assert steps[0] == "Reive biddjui postii vuos 1.6.2026."
    assert steps[1] == "The letter is deemed to arrive on the seventh day after posting, vuos 8.6.2026."
    told = explain_criteria(compile_rule_set(by_length()), "se", known_applications())
    assert "## Doarjja\n" in told
    assert "## What is asked\n" in told
    assert translate("se", "Yes") == "Yes"
    assert TypeAdapter(Annotated[str, LanguageCode()]).validate_python("se") == "se"


@pytest.mark.usefixtures("fourth_language")
def test_what_a_document_tells_in_other_languages_is_told_by_its_english() -> None:
    titles = {"fi": "Käsittelijä", "sv": "Handläggare", "en": "Handler"}
    assert in_language(titles, "se") == "Meannudeaddji"
    assert in_language({**titles, "se": "Eará"}, "se") == "Eará"
    assert in_language({"fi": "Tie", "en": "Unheard of"}, "se") == "Unheard of"
    assert text_in_language({"fi": "Käsittelijä", "en": "Handler"}, "se", "-") == "Meannudeaddji"
    assert text_in_language({"fi": "Vain suomeksi"}, "se", "-") == "Vain suomeksi"


def test_a_fact_is_read_whatever_is_spoken_today_and_nothing_new_is_adopted_in_it() -> None:
    assert TypeAdapter(Language).validate_python("se") == "se"
    stored = Settings(
        name="Utsjoki", languages=("fi", "se"), prefix="U", claim_body="L", claim_address="T", officeholder_limit="1", delegation="24 §",
    )  # fmt: skip
    assert stored.languages == ("fi", "se")
    with pytest.raises(ValidationError, match="'fi', 'sv' or 'en'"):
        AdoptSettings(settings=stored, adopted_on=date(2026, 1, 1), section="§ 1")
    with pytest.raises(ValidationError, match="'fi', 'sv' or 'en'"):
        TypeAdapter(Annotated[str, LanguageCode()]).validate_python("se")


@pytest.mark.usefixtures("fourth_language")
def test_pages_and_the_api_speak_it(client_for: ClientFactory, municipality: LiveMunicipality) -> None:
    municipality.open()
    (key,) = municipality.apply(1)
    municipality.settle()
    somebody = client_for(Role.HANDLER)
    case = somebody.get(f"/cases/{key}", params={"lang": "se"}).json()
    assert case["stageTexts"]["title"] == case["stageTexts"]["phase"] == "Meannudeamen"
    assert case["stageTexts"]["nextStep"].startswith("A handler takes the case")
    assert case["stageTexts"]["tone"] == "blue"
    assert [each["title"] for each in case["path"]][:3] == ["Vuostáváldin", "Meannudeamen", "Calculation"]
    assert case["form"][0]["title"] == "Geainnu namma"
    told = [somebody.get("/rounds/r", params={"lang": each}).json()["stageTexts"] for each in ("fi", "se")]
    assert [each["title"] for each in told] == ["Avoinna", "Open"]
    timeline = somebody.get(f"/cases/{key}/timeline", params={"lang": "se"}).json()["items"]
    assert timeline[0]["text"] == "Ášši bođii gildii 1.6.2022."
    assert timeline[1]["text"].startswith("Ášši lea registrerejuvvon nummirin ")
    assert timeline[2]["text"] == "The arrival was acknowledged."
    assert somebody.get(f"/cases/{key}", params={"lang": "xx"}).status_code == 400

    site = str(somebody.base_url).removesuffix("/api/v1/")
    page = somebody.get(f"{site}/cases/{key}", params={"lang": "se"})
    assert '<html lang="se">' in page.text
    assert "Meannudeamen</span>" in page.text
    assert "A handler takes the case" in page.text
    sign_in = somebody.get(f"{site}/sign-in", params={"lang": "fi"}).text
    assert "Davvisámegiella" in sign_in, "the other languages offer it"
    assert "Čálit sisa" in somebody.get(f"{site}/sign-in", params={"lang": "se"}).text


def test_schemas_and_the_command_line_offer_it(tmp_path: Path) -> None:
    """The whole product with one folder more; nothing else is touched."""
    for room in ROOMS:
        shutil.copytree(ROOT / room, tmp_path / room, ignore=shutil.ignore_patterns("__pycache__", "static"))
    added = tmp_path / "domain" / "texts" / "locale" / "se"
    added.mkdir()
    (added / "asiapolku.po").write_text(northern_sami(), encoding="utf-8")
    script = """
import json
from api.v1.openapi import openapi_document
from domain.criteria.document import criteria_json_schema
document = openapi_document()
(lang,) = [each for each in document["paths"]["/api/v1/cases/{key}"]["get"]["parameters"] if each["name"] == "lang"]
print(json.dumps([
    lang["schema"]["enum"],
    document["components"]["schemas"]["Submit"]["properties"]["language"]["enum"],
    list(criteria_json_schema()["properties"]["title"]["anyOf"][1]["properties"]),
]))
from api.cli import app
app(["deadlines", "--mode", "letter", "--on", "2026-06-01", "--lang", "se"])
"""
    said = subprocess.run(
        [sys.executable, "-c", script], cwd=tmp_path, env={"PYTHONPATH": str(tmp_path)}, capture_output=True, text=True, check=True
    )  # fmt: skip
    offered, *lines = said.stdout.splitlines()
    assert ast.literal_eval(offered) == [["fi", "se", "sv", "en"]] * 3
    assert lines[0] == "  1.6.2026  Reive biddjui postii vuos 1.6.2026.  [hallintolaki 59 §]"


# What keeps it so ----------------------------------------------------------------------------------------------------


def trees() -> Iterator[tuple[str, ast.AST]]:
    for room in ROOMS:
        for file in (ROOT / room).rglob("*.py"):
            yield str(file.relative_to(ROOT)), ast.parse(file.read_text())


def test_nothing_in_the_code_lists_the_languages() -> None:
    """Texts of a process stand in its own file, in as many languages as it likes."""
    documents = ("domain/processes/", "domain/process.py")
    found = [
        f"{file}:{getattr(node, 'lineno', 0)}"
        for file, tree in trees()
        for node in ast.walk(tree)
        if {"fi", "sv"} <= set(_constants(node)) and not file.startswith(documents)
    ]
    assert found == []


def _constants(node: ast.AST) -> Iterator[str]:
    """The texts of a list or the keys of a table; of a text that lists them, its parts."""
    match node:
        case ast.Tuple(elts=below) | ast.List(elts=below) | ast.Set(elts=below):
            yield from (
                each.value for each in below if isinstance(each, ast.Constant) and isinstance(each.value, str)
            )
        case ast.Dict(keys=below):
            yield from (
                each.value for each in below if isinstance(each, ast.Constant) and isinstance(each.value, str)
            )
        case ast.Constant(value=str(text)) if "|" in text:
            yield from text.strip("^$()").split("|")


def test_no_table_is_looked_up_by_a_language() -> None:
    """A text that a language lacks is told in English: `translate`, or `in_language` for what a document tells."""
    found = [
        f"{file}:{node.lineno}"
        for file, tree in trees()
        for node in ast.walk(tree)
        if isinstance(node, ast.Subscript)
        and getattr(node.slice, "id", getattr(node.slice, "attr", "")) in ("language", "lang")
    ]
    assert found == []


def test_money_and_days_are_spelt_in_one_place() -> None:
    """Nothing but `formats.py` writes a day or a sum with a format of its own."""
    found = [
        f"{file}:{node.lineno}"
        for file, tree in trees()
        for node in ast.walk(tree)
        if isinstance(node, ast.JoinedStr) and file != "domain/texts/formats.py" and _spells(node)
    ]
    assert found == []


def _spells(text: ast.JoinedStr) -> bool:
    written = ast.unparse(text)
    return any(sign in written for sign in ("%d.", "%-d", "%-H", ",.2f", ":.2f", ".day}.", "\u00a0€"))
