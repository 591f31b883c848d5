"""The language of a page, and sentences of the API in it."""

import re
from collections.abc import Callable, Mapping
from functools import cache

from fastapi import Request

from api.ui.code_texts import ROLE_TEXTS, stage_texts
from domain.texts.translation import DEFAULT_LANGUAGE, catalogue, language_name, languages

LANGUAGE_COOKIE = "asiapolku-lang"


def language_names() -> Mapping[str, str]:
    """Every language by what it calls itself."""
    return {code: language_name(code, code) for code in languages()}


def chosen_language(request: Request) -> str:
    """`?lang=`, the cookie, what the browser accepts, or the default."""
    asked = [request.query_params.get("lang", ""), request.cookies.get(LANGUAGE_COOKIE, "")]
    accepted = request.headers.get("Accept-Language", "").split(",")
    weighed = sorted(accepted, key=_weight, reverse=True)
    asked += [each.partition(";")[0].strip().partition("-")[0].lower() for each in weighed]
    return next((each for each in asked if each in languages()), DEFAULT_LANGUAGE)


def _weight(accepted: str) -> float:
    found = re.search(r";\s*q=([01](?:\.\d{0,3})?)\s*$", accepted)
    return float(found[1]) if found else 1.0


@cache
def _patterns() -> list[tuple[re.Pattern[str], str]]:
    """Msgids with places, such as `The reasons are {known}.`, as what finds them in a finished sentence; those with most words of their own first."""
    found = []
    for context, msgid in catalogue(DEFAULT_LANGUAGE).entries:
        places = re.findall(r"{(\w+)}", msgid)
        if places and not context and len(set(places)) == len(places):
            parts = re.split(r"{(\w+)}", msgid)
            pattern = "".join(
                f"(?P<{part}>.*)" if place % 2 else re.escape(part) for place, part in enumerate(parts)
            )
            found.append((sum(map(len, parts[::2])), re.compile(pattern, re.DOTALL), msgid))
    return [(pattern, msgid) for _, pattern, msgid in sorted(found, key=lambda each: each[0], reverse=True)]


def _code(gettext: Callable[[str], str], text: str) -> str:
    """A role or a stage inside a sentence by its name; anything else as it stands."""
    stage = stage_texts().get(text)
    named = ROLE_TEXTS.get(text) or (stage.title if stage else "")
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
