"""What people choose from: each value stands with its text in English, and both travel in the schema as `x-texts`."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Self

from pydantic import Field, GetCoreSchemaHandler, GetJsonSchemaHandler
from pydantic_core import CoreSchema, PydanticKnownError, core_schema

from domain.texts.translation import languages


class ChoiceEnum(StrEnum):
    """An enumeration whose members are written as a value and its text."""

    text: str

    def __new__(cls, value: str, text: str = "") -> Self:
        one = str.__new__(cls, value)
        one._value_, one.text = value, text
        return one

    @classmethod
    def __get_pydantic_json_schema__(cls, core: CoreSchema, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        schema = handler.resolve_ref_schema(handler(core))
        schema["x-texts"] = {each.value: each.text for each in cls}
        return schema


def choice_texts(texts: Mapping[str, str]) -> Any:
    """For a `Literal`: what each of its values is called. Of an enumeration's members, `enum_texts` tells some."""
    return Field(json_schema_extra={"x-texts": dict(texts)})


def enum_texts(*members: ChoiceEnum) -> Any:
    """For a `Literal` of an enumeration's members."""
    return choice_texts({each.value: each.text for each in members})


@dataclass(frozen=True)
class LanguageCode:
    """The code of a language: of one that there is, or, as a fact keeps it, also of one that there was."""

    stored: bool = False

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        check = core_schema.str_schema(pattern="^[a-z]{2,3}$") if self.stored else handler(source)
        return check if self.stored else core_schema.no_info_after_validator_function(known_language, check)

    def __get_pydantic_json_schema__(self, core: CoreSchema, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        return {"type": "string", "enum": list(languages()), "x-choices": "languages"}


def known_language(code: str) -> str:
    """The code, where there is such a language."""
    if code not in languages():
        *most, last = (f"'{each}'" for each in languages())
        raise PydanticKnownError("literal_error", {"expected": f"{', '.join(most)} or {last}"})
    return code
