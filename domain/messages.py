"""The contracts that everything else is written in: events, commands, who gives them, and the outcome.

A fact (`Event`) is immutable and in the past tense; a command (`Command`) may be refused. Both are plain values:
nothing here knows of a clock, a database or the web.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Any, ClassVar, NamedTuple, Self
from uuid import NAMESPACE_URL, UUID, uuid5
from zoneinfo import ZoneInfo

from pydantic import BaseModel, ConfigDict, Field, model_validator
from pydantic.alias_generators import to_camel

from domain.texts.choices import ChoiceEnum

HELSINKI = ZoneInfo("Europe/Helsinki")

Euros = Annotated[Decimal, Field(max_digits=12, decimal_places=2, ge=0)]
"""Money: euros and cents, never negative, a string in JSON."""

NO_MONEY = Decimal("0.00")
"""Nothing, in euros and cents."""

Metres = Annotated[int, Field(ge=1, le=1_000_000)]
"""A length in whole metres."""

Sentence = Annotated[str, Field(min_length=1, max_length=2000)]
"""Something a person wrote: a reason, a note."""


class Role(ChoiceEnum):
    """The role in which a person gives a command (rooli)."""

    APPLICANT = "applicant", "Applicant"
    CUSTOMER_SERVICE = "customer-service", "Customer service"
    REGISTRY = "registry", "Registry"
    HANDLER = "handler", "Handler"
    APPROVER = "approver", "Decision maker"
    PAYMENTS = "payments", "Payments"
    AUDITOR = "auditor", "Auditor"
    MANAGER = "manager", "Management"
    ARCHIVIST = "archivist", "Archivist"
    ADMINISTRATOR = "administrator", "Administrator"
    SYSTEM = "system", "The system"


STAFF = frozenset(Role) - {Role.APPLICANT, Role.SYSTEM}
"""Everyone who works for the municipality."""


@dataclass(frozen=True)
class Actor:
    """Who acts: an opaque user id, never a name, and the roles that user holds in one municipality."""

    user_id: str
    municipality: str
    roles: frozenset[Role]


def system_actor(municipality: str) -> Actor:
    """What happens by itself in a municipality acts under this name."""
    return Actor("system", municipality, frozenset({Role.SYSTEM}))


class StreamId(NamedTuple):
    """The name of a stream: municipality, kind and key; `498/case/1f0c…` when written."""

    municipality: str
    kind: str
    key: str

    def __str__(self) -> str:
        return "/".join(self)

    @classmethod
    def parse(cls, text: str) -> "StreamId":
        municipality, kind, key = text.split("/")
        return cls(municipality, kind, key)


class Event(BaseModel):
    """A fact (tapahtuma). Stored under its class name with the number of its `shape`; never changed.

    To change a fact, raise `shape` and let `upcast` carry the older shapes over.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")
    shape: ClassVar[int] = 1
    timeline_line: ClassVar[str] = ""
    """What the timeline tells of it, in English with its fields as places; empty where it tells nothing by itself."""

    @classmethod
    def upcast(cls, shape: int, data: dict[str, Any]) -> dict[str, Any]:
        """Carry what was stored in an older shape over to this one; here there is none yet."""
        assert shape == cls.shape, f"{cls.__name__} has no upcast from shape {shape}"
        return data


WIRE_CONFIG = ConfigDict(frozen=True, extra="forbid", alias_generator=to_camel, populate_by_name=True)
"""What people send is camelCase on the web and snake_case in the store; nothing unknown is let in."""


FORBIDDEN_CHARACTERS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")
"""Control characters and halves of characters: PostgreSQL's texts cannot hold them all, and XML none of them."""

YEARS = range(1900, 2200)


def storable(value: Any, place: str = "") -> Any:
    """The same value, when every text in it can be kept; else a ValueError that says the place and never the text."""
    match value:
        case str() if FORBIDDEN_CHARACTERS.search(value):
            raise ValueError(
                f"there is a character that cannot be kept{place and f' in {place}'}: type it anew"
            )
        case dict():
            for name, each in value.items():
                storable(name, place)
                storable(each, f"{place}.{name}".lstrip("."))
        case list() | tuple():
            for each in value:
                storable(each, place)
    return value


class Command(BaseModel):
    """Something that somebody asks for, and that may be refused; its docstring's first line is its title in the pages.

    An `internal` command is not exposed over HTTP: only the process manager and the scheduler give it.
    """

    model_config = WIRE_CONFIG
    kind: ClassVar[str]
    internal: ClassVar[bool] = False

    @model_validator(mode="before")
    @classmethod
    def _texts_can_be_kept(cls, value: Any) -> Any:
        return storable(value)

    @model_validator(mode="after")
    def _days_are_of_our_time(self) -> Self:
        for name, value in self:
            if isinstance(value, date) and value.year not in YEARS:
                raise ValueError(f"{to_camel(name)}: that year is not of our time; look at it again")
        return self


class Entered(Event):
    """The case moved to a stage (käsittelyvaihe). Queues, timers and lead times are read from these alone.

    `due` is the last day of the stage and `due_at` its instant; `then` names the internal command that follows:
    at once where nothing is due, otherwise when what is due lies behind.
    """

    stage: str
    waits_for: Role | None = None
    due: date | None = None
    due_at: datetime | None = None
    then: str | None = None


@dataclass(frozen=True)
class RecordedEvent:
    """A fact as the store keeps it: where, when we wrote it, by whom, answering what, caused by what."""

    stream: StreamId
    version: int
    position: int
    recorded_at: datetime
    by: str
    role: Role
    command: str
    command_id: UUID
    cause: str | None
    event: Event

    @property
    def reference(self) -> str:
        """The event's own name, `498/case/1f0c…@7`; what it causes is called after it."""
        return f"{self.stream}@{self.version}"


@dataclass(frozen=True)
class Receipt:
    """The answer to a command: where its stream stands now and how far the whole log has come."""

    stream: StreamId
    version: int
    position: int


class StreamEvent(NamedTuple):
    """A fact for another stream than the command's own, in the same transaction."""

    stream: StreamId
    event: Event


Facts = Iterable[Event | StreamEvent]
"""What a decision answers: facts for the command's own stream, and `At` for others."""


def derived_id(*parts: str) -> UUID:
    """An id that is the same each time it is derived from the same cause."""
    return uuid5(NAMESPACE_URL, "asiapolku:" + ":".join(parts))
