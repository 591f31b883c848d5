"""A value that belongs to a person (henkilötieto), and what erasing it leaves.

A `Personal` is plain only on its way in, and sealed from the moment the store writes it (`domain.store.sealing`).
States and read models hold it sealed; opening needs the key ring, which logs. With the key destroyed the sealed bytes
stay as they were, and nobody can read them (tietosuoja-asetus 17 artikla).
"""

from collections.abc import Callable
from typing import Annotated, Any

from pydantic import AfterValidator, Field, GetCoreSchemaHandler, GetJsonSchemaHandler
from pydantic_core import CoreSchema, core_schema
from stdnum import iban as iban_number
from stdnum.exceptions import ValidationError
from stdnum.fi import hetu


class Personal:
    """A text about `subject` (a role in the case: contact, account…), plain or sealed, never shown by accident."""

    __slots__ = ("_plain", "key_id", "moving", "sealed", "subject")

    def __init__(
        self, plain: str | None = None, *, subject: str = "", key_id: str = "", sealed: str = ""
    ) -> None:
        self._plain, self.subject, self.key_id, self.sealed = plain, subject, key_id, sealed
        self.moving = False

    def __repr__(self) -> str:
        return f"Personal({self.subject or 'someone'})"

    __str__ = __repr__

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Personal) and self._all() == other._all()

    def __hash__(self) -> int:
        return hash(self._all())

    def _all(self) -> tuple[str | None, str, str, str]:
        return self._plain, self.subject, self.key_id, self.sealed

    @property
    def is_sealed(self) -> bool:
        return self._plain is None

    @property
    def plain(self) -> str:
        """The text of a value on its way in; a sealed one has none."""
        assert self._plain is not None, "a sealed value is opened by the key ring"
        return self._plain

    def about(self, subject: str) -> "Personal":
        """The same plain text as told of `subject`; a sealed one keeps whom it is about."""
        return self if self.is_sealed else Personal(self._plain, subject=subject)

    def moved(self) -> "Personal":
        """The same value on its way to another stream: the store opens it and seals it there under a key of its own."""
        found = Personal(self._plain, subject=self.subject, key_id=self.key_id, sealed=self.sealed)
        found.moving = True
        return found

    def map(self, change: Callable[[str], str]) -> "Personal":
        """The plain text changed; a sealed one is left as it is."""
        return self if self._plain is None else Personal(change(self._plain), subject=self.subject)

    @classmethod
    def _validate(cls, value: Any, info: core_schema.ValidationInfo) -> "Personal":
        stored = bool(info.context and info.context.get("stored"))
        match value:
            case Personal():
                return value
            case str() if not stored:
                return cls(value.strip())
            case {"about": str(), "key": str(), "sealed": str()} if stored:
                return cls.from_stored(value)
        raise ValueError("a text is needed here")

    @classmethod
    def from_stored(cls, value: dict[str, str]) -> "Personal":
        """A sealed value from the object that it is stored as."""
        return cls(subject=value["about"], key_id=value["key"], sealed=value["sealed"])

    def to_stored(self) -> dict[str, str]:
        """The object that a sealed value is stored as."""
        assert self.is_sealed
        return {"about": self.subject, "key": self.key_id, "sealed": self.sealed}

    def _serialize(self, info: core_schema.SerializationInfo) -> Any:
        context = info.context or {}
        if "seal" in context and (self._plain is not None or self.moving):
            return context["seal"](self).to_stored()
        if self._plain is None:
            return self.to_stored()
        if context.get("plain"):
            return self._plain
        raise ValueError("a plain personal value may not be written; seal it first")

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.with_info_plain_validator_function(
            cls._validate,
            serialization=core_schema.plain_serializer_function_ser_schema(cls._serialize, info_arg=True),
        )

    @classmethod
    def __get_pydantic_json_schema__(
        cls, schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> dict[str, Any]:
        return {"type": "string", "maxLength": 500, "x-personal": True}


def personal_text(subject: str, *, required: bool = True) -> Any:
    """A field's rule: the text is about `subject`, between 1 and 500 characters where it is required."""

    def check(value: Personal) -> Personal:
        def within(text: str) -> str:
            if (required and not text) or len(text) > 500:  # noqa: PLR2004 - the sentence says it
                raise ValueError("between 1 and 500 characters are needed here")
            return text

        checked = value.map(within)
        return checked if checked.subject else checked.about(subject)

    return AfterValidator(check)


def no_personal_text(subject: str) -> Callable[[], Personal]:
    """The default of a value that need not be told."""
    return lambda: Personal("", subject=subject)


def _iban(text: str) -> str:
    try:
        return str(iban_number.validate(text))
    except ValidationError:
        raise ValueError("this is not a valid IBAN: check the digits, e.g. FI21 1234 5600 0007 85") from None


def _identity_code(text: str) -> str:
    try:
        return str(hetu.validate(text))
    except ValidationError:
        raise ValueError("this is not a valid Finnish personal identity code") from None


Iban = Annotated[
    Personal,
    AfterValidator(lambda value: value.map(_iban)),
    personal_text("account"),
    Field(json_schema_extra={"x-widget": "iban", "maxLength": 42}),
]
"""An account number (ISO 13616), its check digits verified, stored without spaces."""

IdentityCode = Annotated[
    Personal, AfterValidator(lambda value: value.map(_identity_code)), personal_text("contact")
]
"""A personal identity code (henkilötunnus); asked only where a process must know it (tietosuojalaki 29 §)."""
