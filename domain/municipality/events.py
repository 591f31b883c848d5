"""What a municipality has adopted."""

from datetime import date, time
from enum import StrEnum
from string import Formatter
from typing import Annotated, Literal, Self

from pydantic import BaseModel, Field, ValidationInfo, field_validator, model_validator

from domain.criteria.stored import StoredCriteria
from domain.messages import WIRE_CONFIG, Euros, Event

MAX_NUMBER_LENGTH = 28
"""A payment's id is municipality, case number and a running number in 35 characters (pain.001 EndToEndId)."""


class Language(StrEnum):
    """The languages that the pages and letters speak (kielilaki 423/2003)."""

    FI = "fi"
    SV = "sv"
    EN = "en"


class Settings(BaseModel):
    """How one municipality deviates: the first rung of the ladder. Each value's default is what most of them do."""

    model_config = WIRE_CONFIG

    name: str
    languages: tuple[Language, ...] = (Language.FI,)
    case_number: str = "{prefix}/{running}/{task_class}/{year}"
    """The template of case numbers; `running` has no gaps in a municipality and year."""
    prefix: Annotated[str, Field(pattern=r"^[A-Za-zÅÄÖåäö]{1,12}$")]
    registry_closes: time = time(15, 0)
    """Office hours end (L 150/1930 6 §); a paper that comes later came the next day."""
    electronic_cutoff: Literal["registry", "midnight"] = "midnight"
    """When an electronic document's last day ends; see domain §1.2, the law is changing."""
    claim_body: str
    """Whom a claim for a revised decision goes to (KuntaL 134 §)."""
    claim_address: str
    officeholder_limit: Euros
    """An officeholder may decide up to this sum in one § (hallintosääntö)."""
    delegation: str
    """The provision in the administrative regulations that delegates the decision (hallintosääntö §)."""
    grace_working_days: Annotated[int, Field(ge=0, le=10)] = 2
    """Working days left for mail on its way before legal force is stated (hallintolaki 18.2 §)."""
    completion_days: Annotated[int, Field(ge=3, le=60)] = 14
    """How long an applicant has for completing, where nothing else is said (hallintolaki 22 §)."""

    @field_validator("case_number")
    @classmethod
    def _template(cls, value: str, info: ValidationInfo) -> str:
        if _is_stored(info):
            return value
        names = {name for _, name, _, _ in Formatter().parse(value) if name is not None}
        if not {"running", "year"} <= names <= {"prefix", "running", "task_class", "year"} or "@" in value:
            raise ValueError(
                "a case number has {running} and {year}, and may have {prefix} and {task_class}: "
                "e.g. {prefix}-{year}-{running}"
            )
        return value

    @model_validator(mode="after")
    def _short_enough(self, info: ValidationInfo) -> Self:
        if _is_stored(info):
            return self
        longest = self.number(99999, 2099, "00.00.00.00")
        if len(longest) > MAX_NUMBER_LENGTH:
            raise ValueError(
                f"case numbers such as {longest} are too long; shorten the template or the prefix"
            )
        return self

    def number(self, running: int, year: int, task_class: str) -> str:
        """The case number as this municipality writes it."""
        return self.case_number.format(prefix=self.prefix, running=running, year=year, task_class=task_class)


def _is_stored(info: ValidationInfo) -> bool:
    """Whether a fact is read back; what may be adopted today is then no question any more."""
    return bool((info.context or {}).get("stored"))


class SettingsAdopted(Event):
    """The municipality adopted its settings; cases submitted before keep the earlier ones."""

    settings: Settings
    adopted_on: date
    section: str


class RuleSetAdopted(Event):
    """The competent body adopted the criteria for grants (avustusperusteet); frozen from then on (KHO:2011:112)."""

    criteria: StoredCriteria
