"""What a page says in the words of the process that a case, a decision or a round is of: outcomes, and how large it is."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from pydantic.alias_generators import to_camel

from domain.process import Process
from domain.processes import process
from domain.texts.formats import NO_BREAK_SPACE, format_number
from domain.texts.translation import in_language


def process_of(body: Mapping[str, Any]) -> Process:
    """The process that the API says a thing is of."""
    told = body["process"]
    return (
        process(told["name"], told["edition"]) if isinstance(told, dict) else process(told, body["edition"])
    )


def outcome_word(granted: bool, body: Mapping[str, Any], *, language: str) -> str:
    """Granted or rejected, permitted or not permitted: as the process says it."""
    decides = process_of(body).decides
    assert decides is not None, "what is decided is of a process that decides"
    return in_language((decides.granted if granted else decides.rejected).word, language)


def size_unit(body: Mapping[str, Any], *, language: str) -> str:
    """The unit that sizes are written in; nothing where the process asks for no size."""
    field = process_of(body).size_field
    return in_language(field.unit, language) if field else ""


def size_of(row: Mapping[str, Any], body: Mapping[str, Any], *, language: str, beginning: str = "") -> str:
    """The size that a row of the API tells, in its unit: 10,45 km; to the last digit only where it is given to it."""
    field = process_of(body).size_field
    value = row.get(to_camel(f"{beginning}{field.name}")) if field else None
    if field is None or value is None:
        return "–"
    places = len(str(field.per)) - 1
    shown = max(places - (value % 10 == 0), 0)
    return f"{format_number(Decimal(value) / field.per, language, shown)}{NO_BREAK_SPACE}{in_language(field.unit, language)}"


def costs_of(row: Mapping[str, Any], body: Mapping[str, Any]) -> Any:
    """The costs that a row of the API tells; None where the process asks for none."""
    field = process_of(body).costs_field
    return row.get(to_camel(field)) if field else None
