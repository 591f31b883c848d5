"""What a municipality has adopted."""

from datetime import date, time
from string import Formatter
from typing import Annotated, Self

from pydantic import BaseModel, Field, ValidationInfo, field_validator, model_validator

from domain.criteria.stored import StoredCriteria
from domain.law.appeal import Cutoff
from domain.messages import WIRE_CONFIG, Euros, Event
from domain.texts.choices import LanguageCode
from domain.texts.translation import DEFAULT_LANGUAGE

MAX_NUMBER_LENGTH = 28
"""A payment's id is municipality, case number and a running number in 35 characters (pain.001 EndToEndId)."""


Language = Annotated[str, LanguageCode(stored=True)]
"""A language of pages and letters (kielilaki 423/2003) as facts keep it, whether or not it is spoken today."""


class Settings(BaseModel):
    """How one municipality deviates: the first rung of the ladder. Each value's default is what most of them do."""

    model_config = WIRE_CONFIG

    name: Annotated[str, Field(title="Name")]
    languages: Annotated[tuple[Language, ...], Field(title="Languages")] = (DEFAULT_LANGUAGE,)
    case_number: Annotated[str, Field(title="Case number template")] = (
        "{prefix}/{running}/{task_class}/{year}"
    )
    """The template of case numbers; `running` has no gaps in a municipality and year."""
    prefix: Annotated[str, Field(pattern=r"^[A-Za-zÅÄÖåäö]{1,12}$", title="Prefix")]
    registry_closes: Annotated[time, Field(title="The registry closes at")] = time(15, 0)
    """Office hours end (L 150/1930 6 §); a paper that comes later came the next day."""
    electronic_cutoff: Annotated[Cutoff, Field(title="Electronic documents arrive until")] = "midnight"
    """When an electronic document's last day ends; see domain §1.2, the law is changing."""
    claim_body: Annotated[str, Field(title="Claims go to")]
    """Whom a claim for a revised decision goes to (KuntaL 134 §)."""
    claim_address: Annotated[str, Field(title="Address for claims")]
    officeholder_limit: Annotated[Euros, Field(title="Limit of an officeholder's power")]
    """An officeholder may decide up to this sum in one § (hallintosääntö)."""
    delegation: Annotated[str, Field(title="Delegation")]
    """The provision in the administrative regulations that delegates the decision (hallintosääntö §)."""
    grace_working_days: Annotated[
        int, Field(ge=0, le=10, title="Working days of grace before legal force")
    ] = 2
    """Working days left for mail on its way before legal force is stated (hallintolaki 18.2 §)."""
    completion_days: Annotated[int, Field(ge=3, le=60, title="Days to complete")] = 14
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
