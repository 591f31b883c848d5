"""Texts in a language: English stands in the code, and every other language is a folder of `locale/`.

A language is there when its folder is, and what its catalogue lacks is told in English. Where an English text is asked
for by a variable, it stands in `texts(…)`: so the test that looks for texts without a translation finds it.
"""

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import TypeVar

from domain.texts.catalogue import Catalogue

LOCALE = Path(__file__).with_name("locale")
DEFAULT_LANGUAGE = "fi"
"""What is spoken where nobody has asked for another."""

ENGLISH = "en"
Marked = TypeVar("Marked")


@cache
def languages() -> tuple[str, ...]:
    """The codes of all languages, found by looking in the folder; English, which the code is written in, is the last."""
    found = {each.parent.name for each in LOCALE.glob("*/asiapolku.po")} - {ENGLISH}
    return (*sorted(found), ENGLISH)


@cache
def catalogue(language: str) -> Catalogue:
    """The texts of a language, with English behind them; of a language that is no more, English alone."""
    behind = None if language == ENGLISH else catalogue(ENGLISH)
    return Catalogue(LOCALE / language / "asiapolku.po", behind)


def translate(language: str, english: str, /, *, context: str = "", **values: object) -> str:
    """A text in the language, its places filled; a context tells words apart that English spells alike."""
    said = catalogue(language).pgettext(context, english)
    return said.format(**values) if values else said


def texts(english: Marked, context: str = "") -> Marked:
    """The same English text, or table or list of texts, marked as something that people read."""
    return english


def in_language(titles: Mapping[str, str], language: str) -> str:
    """A text that its document tells in several languages; in others, its English is translated."""
    return titles.get(language) or translate(language, titles[ENGLISH])


def in_every_language(english: str) -> dict[str, str]:
    """A text by language."""
    return {language: translate(language, english) for language in languages()}


def language_name(of: str, language: str) -> str:
    """What a language is called in a language, its own included; its catalogue's header has its English name."""
    return translate(language, catalogue(of).header.get("X-English-Name", of))
