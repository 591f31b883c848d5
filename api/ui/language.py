"""The languages of the pages: msgids are the English texts, the catalogues are read from `locale/` at start."""

import io
import re
from collections.abc import Callable, Mapping
from functools import cache
from gettext import GNUTranslations
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from fastapi import Request

from api.ui.code_texts import ROLES, STAGE_TEXTS

LANGUAGE_NAMES: Mapping[str, str] = {"fi": "Suomi", "sv": "Svenska", "en": "English"}
DEFAULT = "fi"
LANGUAGE_COOKIE = "asiapolku-lang"
LOCALE = Path(__file__).with_name("locale")


def catalogue(language: str) -> Catalog:
    """The texts of one language as they stand in its file."""
    with (LOCALE / language / "LC_MESSAGES" / "asiapolku.po").open("rb") as file:
        return read_po(file, locale=language)


@cache
def translations(language: str) -> GNUTranslations:
    """The texts of one language, ready for gettext."""
    compiled = io.BytesIO()
    write_mo(compiled, catalogue(language))
    compiled.seek(0)
    return GNUTranslations(compiled)


def chosen_language(request: Request) -> str:
    """`?lang=`, the cookie, what the browser accepts, or Finnish."""
    asked = [request.query_params.get("lang", ""), request.cookies.get(LANGUAGE_COOKIE, "")]
    accepted = request.headers.get("Accept-Language", "").split(",")
    weighed = sorted(accepted, key=_weight, reverse=True)
    asked += [each.partition(";")[0].strip().partition("-")[0].lower() for each in weighed]
    return next((each for each in asked if each in LANGUAGE_NAMES), DEFAULT)


def _weight(accepted: str) -> float:
    found = re.search(r";\s*q=([01](?:\.\d{0,3})?)\s*$", accepted)
    return float(found[1]) if found else 1.0


@cache
def _patterns() -> list[tuple[re.Pattern[str], str]]:
    """Msgids with places, such as `The reasons are {known}.`, as what finds them in a finished sentence; the longest first."""
    found = []
    for message in catalogue(DEFAULT):
        places = re.findall(r"{(\w+)}", message.id) if isinstance(message.id, str) else []
        if places and len(set(places)) == len(places):
            parts = re.split(r"{(\w+)}", str(message.id))
            pattern = "".join(
                f"(?P<{part}>.*)" if place % 2 else re.escape(part) for place, part in enumerate(parts)
            )
            found.append((re.compile(pattern, re.DOTALL), str(message.id)))
    return sorted(found, key=lambda each: len(each[1]), reverse=True)


def _code(gettext: Callable[[str], str], text: str) -> str:
    """A role or a stage inside a sentence by its name; anything else as it stands."""
    named = ROLES.get(text) or STAGE_TEXTS.get(text)
    return gettext(named) if named else text


def translate_sentence(gettext: Callable[[str], str], text: str) -> str:
    """A sentence that the API said in English, in another language where the catalogue knows it."""
    said = gettext(text)
    if said != text:
        return said
    for pattern, msgid in _patterns():
        if places := pattern.fullmatch(text):
            values = {name: _code(gettext, value) for name, value in places.groupdict().items()}
            return gettext(msgid).format(**values)
    return text
