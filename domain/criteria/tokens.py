"""The words of a formula: numbers with their units, names, texts, days and signs, each with where it stands."""

import re
from typing import NamedTuple

from domain.criteria.units import DATE_PATTERN, DIGITS_PATTERN, MOMENT_PATTERN, UNIT_PATTERN, Mistake

MAX_FORMULA_LENGTH = 1000
"""Characters of a formula at most."""


class Token(NamedTuple):
    """A word of a formula, and where it stands."""

    kind: str
    text: str
    offset: int


TOKEN_PATTERN = re.compile(
    rf"(?P<space>\s+)|(?P<finnish_day>\d{{1,2}}\.\d{{1,2}}\.\d{{4}})|(?P<instant>{MOMENT_PATTERN.pattern})|(?P<day>{DATE_PATTERN.pattern})"
    rf"|(?P<number>{DIGITS_PATTERN}(?:[ \u00a0\u202f]*(?:{UNIT_PATTERN}))?)"
    r"|(?P<name>[^\W\d]\w*(?:\.[^\W\d]\w*)?)"
    r"""|(?P<string>"[^"\n]*"|'[^'\n]*')"""
    r"|(?P<op><=|>=|==|!=|[≤≥≠=<>+\-−–*×·/÷(),])"
)
OPERATOR_SYNONYMS = {
    "≤": "<=",
    "≥": ">=",
    "≠": "!=",
    "=": "==",
    "−": "-",
    "–": "-",
    "×": "*",
    "·": "*",
    "÷": "/",
}
FINNISH_KEYWORDS = {
    "jos": "if",
    "niin": "then",
    "muuten": "else",
    "muutoin": "else",
    "ja": "and",
    "tai": "or",
    "ei": "not",
    "kyllä": "yes",
}
KEYWORDS = {"if", "then", "else", "and", "or", "not", "in", "yes", "no", "true", "false"}


def tokenize(text: str) -> list[Token]:
    """The words of a formula, with `end` last."""
    if len(text) > MAX_FORMULA_LENGTH:
        raise Mistake(
            f"A formula has at most {MAX_FORMULA_LENGTH} characters.",
            "Give a part of it a name under `values`.",
        )
    found, at = [], 0
    while at < len(text):
        match = TOKEN_PATTERN.match(text, at)
        if match is None:
            raise Mistake(
                f"“{text[at]}” does not belong in a formula.",
                "See the signs and functions in docs/criteria.md.",
                at,
            )
        kind, word = match.lastgroup or "", match.group()
        if word == "," and text[at - 1 : at].isdigit() and text[at + 1 : at + 2].isdigit():
            raise Mistake(
                "A comma stands between two digits.",
                "Write decimals with a point: 0.75. Between two values a space follows the comma.",
                at,
            )
        if kind == "finnish_day":
            day, month, year = word.split(".")
            raise Mistake(
                f"“{word}” is not a day as formulas write it.", f"Write {year}-{month:0>2}-{day:0>2}.", at
            )
        if kind == "op":
            word = OPERATOR_SYNONYMS.get(word, word)
        elif kind == "name" and word.lower() in KEYWORDS:
            kind, word = "word", {"true": "yes", "false": "no"}.get(word.lower(), word.lower())
        if kind != "space":
            found.append(Token(kind, word, at))
        at = match.end()
    return [*found, Token("end", "", len(text))]
