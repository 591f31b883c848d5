"""What a process is: one kind of case in one edition, as data, and where the processes are found."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from pydantic import BaseModel, Field, JsonValue

from domain.case.stages import ANY_STAGE, new, proposal
from domain.case.state import Case
from domain.law.appeal import Mode, Regime
from domain.messages import WIRE_CONFIG
from domain.stages import Stage, current

LocalizedText = Mapping[str, str]
"""A text in languages, English always one of them; what others read, `in_language` tells."""


class ProcessForm(BaseModel):
    """What a process asks an applicant; a subclass in the process's own file names the questions."""

    model_config = WIRE_CONFIG

    @classmethod
    def named(cls, answers: Mapping[str, JsonValue]) -> dict[str, JsonValue]:
        """Answers under their stored names, whichever way they were sent; unknown ones stay as they are."""
        names = {field.alias: name for name, field in cls.model_fields.items()}
        return {names.get(key) or key: value for key, value in answers.items()}


@dataclass(frozen=True)
class AttachmentKind:
    """A kind of attachment that a process asks for."""

    name: str
    titles: LocalizedText
    required: bool = False


@dataclass(frozen=True)
class Check:
    """One line of the handler's checklist, with the law or practice that asks for it."""

    item: str
    titles: LocalizedText
    source: str
    unmet: LocalizedText | None = None
    """What a rejection says where it is not so; the title where the process says nothing else."""


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """One way to decide a case, in the words of its process; a sentence may have {amount}, {section} and {decided}."""

    word: LocalizedText
    """In lists and on the decision."""
    checked: LocalizedText
    """The timeline's sentence when the check is finished."""
    decided: LocalizedText
    """The timeline's sentence when the case is decided."""


@dataclass(frozen=True)
class Charge:
    """What the tariff (taksa) charges for a decision, why so much, and by which provision."""

    amount: Decimal
    reason: LocalizedText
    source: str


Tariff = Callable[[Mapping[str, Any]], Charge]
"""From the answers of a form to what its decision costs, whichever way it goes; pure."""


@dataclass(frozen=True, kw_only=True)
class DecisionRules:
    """How cases of a process are decided: in which words, on which provision, what it costs, and how it is challenged."""

    granted: Outcome
    rejected: Outcome
    regime: Regime
    legal_basis: str = ""
    """The provision that the decision rests on, where no criteria name one."""
    published_by: Mode = Mode.PUBLISHED
    """What brings the decision to the notice of the members of the municipality."""
    may_be_called_up: bool = True
    """False for permits, notices and supervision under an act (KuntaL 92.5 §)."""
    tariff: Tariff | None = None


@dataclass(frozen=True)
class SizeField:
    """The answer that says how large a case is, a whole number; lists write it in `unit`, `per` of the answer each."""

    name: str
    unit: LocalizedText
    per: int = 1


@dataclass(frozen=True, kw_only=True)
class Process:
    """One kind of case in one edition (prosessi): everything in which it differs from another, as data."""

    name: str
    edition: int
    titles: LocalizedText
    task_class: str
    form: type[ProcessForm]
    title_field: str
    """The answer that names the case in queues and lists; never a person's name."""
    grant_target_field: str | None = None
    """The answer that names what is granted to, from year to year: grants are remembered by it, and paid under it."""
    size_field: SizeField | None = None
    costs_field: str | None = None
    """The answer that says what the applicant's costs are, in euros."""
    stages: tuple[Stage[Case], ...]
    attachments: tuple[AttachmentKind, ...] = ()
    checklist: tuple[Check, ...] = ()
    has_round: bool = False
    decides: DecisionRules | None = None
    """None where a case ends without a decision."""
    pays: bool = False
    """Whether what is granted is money, paid to an account."""

    def __post_init__(self) -> None:
        """What any stage of a case accepts is said once, in `domain.case.stages`."""
        everywhere = (
            replace(stage, answers={**stage.answers, **ANY_STAGE}) if stage is not new else stage
            for stage in self.stages
        )
        object.__setattr__(self, "stages", tuple(everywhere))

    def stage_of(self, case: Case) -> Stage[Case]:
        """The stage that a case is in, by the facts."""
        return current(self.stages, case)

    def awaits_proposal(self, case: Case) -> bool:
        """Whether a decision on the case is to be proposed now: what must come before it, its own stage table knows."""
        return self.stage_of(case).name == proposal.name

    def size_of(self, form: Mapping[str, Any]) -> int | None:
        """How large a case is, where the process says."""
        return form.get(self.size_field.name) if self.size_field else None


COMMON_REASONS: Mapping[str, LocalizedText] = {
    "late": {
        "fi": "Asia tuli vireille määräajan jälkeen",
        "sv": "Ärendet inleddes efter tidsfristen",
        "en": "The case was begun after the deadline",
    },
    "not-completed": {
        "fi": "Asiaa ei täydennetty, vaikka sitä pyydettiin",
        "sv": "Ärendet kompletterades inte trots begäran",
        "en": "The case was not completed although it was asked for",
    },
    "other": {
        "fi": "Muu peruste, joka on kerrottu perusteluissa",
        "sv": "En annan grund, som framgår av motiveringen",
        "en": "Another reason, told in the grounds",
    },
}
"""Reasons for a rejection that any process may give, besides its own checklist."""


def form_question(fi: str, sv: str, en: str, **constraints: Any) -> Any:
    """A field of a process's form with its question in each language."""
    return Field(title=en, json_schema_extra={"x-titles": {"fi": fi, "sv": sv, "en": en}}, **constraints)
