"""When a period for a claim or an appeal runs and ends, every step explained; and when legal force can be stated.

A decision has a clock for each party and one for the municipal members. A clock starts from what happened on a day and
in which mode, finds the day of service, counts the days, and carries only the last one forward. Clocks are stored in
facts with their steps, so what was counted then can be read for ever.
"""

from collections.abc import Iterator, Sequence
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from typing import Annotated, Any, Literal, NamedTuple

from pydantic import BaseModel, ConfigDict, Field

from domain.law.calendar import ONE_DAY, Blocked, add_working_days, blocked, roll_forward
from domain.messages import HELSINKI
from domain.texts.choices import ChoiceEnum, choice_texts
from domain.texts.formats import format_legal_date
from domain.texts.translation import ENGLISH, texts, translate

Days = Annotated[int, Field(gt=0)]
ClaimChannel = Annotated[
    Literal["paper", "electronic"], choice_texts({"paper": "Paper", "electronic": "Electronically"})
]
Cutoff = Annotated[
    Literal["registry", "midnight"],
    choice_texts({"registry": "When the registry closes", "midnight": "At midnight"}),
]


class LegalValue(BaseModel):
    """A part of a fact, frozen like it."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Appeal(StrEnum):
    """What may be filed within a period."""

    CLAIM = "oikaisuvaatimus"
    """A claim for a revised decision, to the municipality itself."""
    MUNICIPAL = "kunnallisvalitus"
    """A municipal appeal to an administrative court, on legality alone (kuntalaki 135 §)."""
    ADMINISTRATIVE = "hallintovalitus"
    """An administrative appeal to an administrative court (HOL 13 §)."""


class Regime(LegalValue):
    """How a decision is challenged: what is filed, and within how many days of service."""

    name: str
    days: Days
    source: str
    appeal: Appeal


CLAIM_14 = Regime(name="claim-14", days=14, source="kuntalaki 138 §", appeal=Appeal.CLAIM)
APPEAL_30 = Regime(name="appeal-30", days=30, source="kuntalaki 138 §", appeal=Appeal.MUNICIPAL)
GENERAL_30 = Regime(name="general-30", days=30, source="hallintolaki 49 c §", appeal=Appeal.CLAIM)
COURT_30 = Regime(name="court-30", days=30, source="HOL 13 §", appeal=Appeal.ADMINISTRATIVE)


class Mode(ChoiceEnum):
    """What brings a decision to somebody's notice (tiedoksiantotapa)."""

    LETTER = "letter", "By letter"
    ELECTRONIC = "electronic", "Electronically"
    HANDED = "handed", "Handed over"
    RECEIPT = "receipt", "Against a receipt"
    SUBSTITUTE = "substitute", "To a substitute recipient"
    PUBLISHED = "published", "Published on the web"
    NOTICE = "notice", "By public notice"


class Service(NamedTuple):
    """How many days after it happened a mode counts as service, by which law, and whether later may be shown."""

    offset: int
    source: str
    rebuttable: bool = False


SERVICE = {
    Mode.LETTER: Service(7, "hallintolaki 59 §", rebuttable=True),
    Mode.ELECTRONIC: Service(3, "L 13/2003 19 §", rebuttable=True),
    Mode.HANDED: Service(0, "hallintolaki 60 §"),
    Mode.RECEIPT: Service(0, "hallintolaki 60 §"),
    Mode.SUBSTITUTE: Service(3, "hallintolaki 61 §"),
    Mode.PUBLISHED: Service(7, "kuntalaki 140.3 §"),
    Mode.NOTICE: Service(7, "hallintolaki 62 a §"),
}


class ClockStep(LegalValue):
    """One step of a count: the day it is about, its sentence in `SENTENCES`, and its source in law."""

    day: date
    code: str
    source: str
    days: int | None = None
    blocked: Blocked | None = None

    def why(self, language: str) -> str:
        """Say the step as a plain sentence in a language."""
        return translate(
            language,
            CLOCK_SENTENCES[self.code],
            day=format_legal_date(self.day, language),
            days=self.days,
            name=self.blocked and self.blocked.name_in(language),
        )


class AppealClock(LegalValue):
    """One period: the day of service, the last day as counted and as carried forward, and the day after it."""

    mode: Mode
    on: date
    days: Days
    served: date
    raw_last_day: date
    last_day: date
    final_from: date
    steps: tuple[ClockStep, ...]

    def as_json(self, language: str) -> dict[str, Any]:
        """Write the clock as the API tells it, its steps as sentences in a language."""
        return {
            "served": self.served.isoformat(),
            "rawLastDay": self.raw_last_day.isoformat(),
            "lastDay": self.last_day.isoformat(),
            "finalFrom": self.final_from.isoformat(),
            "steps": [
                {"day": step.day.isoformat(), "why": step.why(language), "source": step.source}
                for step in self.steps
            ],
        }


def appeal_clock(mode: Mode, on: date, days: int, shown_served_on: date | None = None) -> AppealClock:
    """Count a period of `days` from what happened `on` a Helsinki day in `mode`.

    The day of service is never moved, whatever day it is (KHO:2014:78), and is not counted itself (L 150/1930 2 §);
    only the last day is carried forward (5 §). `shown_served_on` is for "jollei muuta näytetä": the day on which a
    letter or an electronic message is shown to have arrived, later than deemed.

    Raises `ValueError` where `days` is not positive, or nothing of the kind can be shown.
    """
    if days <= 0:
        raise ValueError(f"A period has at least one day, so it cannot have {days}.")
    service = SERVICE[mode]
    deemed = on + timedelta(service.offset)
    served = deemed if shown_served_on is None else _shown(mode, deemed, shown_served_on)
    raw_last_day = served + timedelta(days)
    last_day, skipped = roll_forward(raw_last_day)

    steps = [
        ClockStep(day=on, code=mode.value, source=service.source),
        ClockStep(day=deemed, code=f"{mode}-served", source=service.source),
    ]
    if served != deemed:
        steps.append(ClockStep(day=served, code="shown", source=service.source))
    if service.offset and (holiday := blocked(served)):
        steps.append(ClockStep(day=served, code="not-moved", source="KHO:2014:78", blocked=holiday))
    steps += [
        ClockStep(day=raw_last_day, code="period", source="L 150/1930 2 §", days=days),
        *(ClockStep(day=day, code="skipped", source="L 150/1930 5 §", blocked=why) for day, why in skipped),
        ClockStep(day=last_day, code="last-day", source="L 150/1930 6 §"),
        ClockStep(day=last_day + ONE_DAY, code="final-from", source="L 150/1930 6 §"),
    ]
    return AppealClock(
        mode=mode,
        on=on,
        days=days,
        served=served,
        raw_last_day=raw_last_day,
        last_day=last_day,
        final_from=last_day + ONE_DAY,
        steps=tuple(steps),
    )


def _shown(mode: Mode, deemed: date, shown: date) -> date:
    if not SERVICE[mode].rebuttable:
        raise ValueError(
            "Only a letter or an electronic message can be shown to have arrived later than it is deemed to."
        )
    if shown <= deemed:
        raise ValueError(
            f"Only a day later than the deemed day of service counts, and that is {format_legal_date(deemed, ENGLISH)}."
        )
    return shown


class LegalForce(LegalValue):
    """The first day on which legal force (lainvoima) can be stated, if nothing has been filed, and why that day."""

    from_day: date
    steps: tuple[ClockStep, ...]


def compute_legal_force(
    party_clocks: Sequence[AppealClock], member_clock: AppealClock | None, grace_working_days: int
) -> LegalForce:
    """Find the first day on which legal force can be stated, given every clock that must have run.

    Grace is for mail that reached the post-box in time but not the register (hallintolaki 18.2 §). A working day is one
    that L 150/1930 5 § does not block; the first is the first working day after the latest last day, and `from_day` is
    the calendar day after the n-th, also when that is a Saturday or a feast. Without grace it is the day after the
    latest last day. `member_clock` is None where members have no appeal (kuntalaki 137.3 §).

    Raises `ValueError` without a party's clock, since publishing alone serves no party (KHO:2018:100), and where the
    grace is negative.
    """
    if not party_clocks:
        raise ValueError("A decision gains no legal force before it is served on every party.")
    members = [] if member_clock is None else [member_clock]
    latest = max(each.last_day for each in [*party_clocks, *members])
    from_day = add_working_days(latest, grace_working_days) + ONE_DAY
    return LegalForce(
        from_day=from_day,
        steps=(
            *_ends("party-ends", party_clocks),
            *_ends("members-end", members),
            ClockStep(day=latest, code="latest", source="L 150/1930 6 §"),
            *_grace(latest, grace_working_days),
            ClockStep(day=from_day, code="legal-force", source="L 150/1930 6 §"),
        ),
    )


def _ends(code: str, clocks: Sequence[AppealClock]) -> Iterator[ClockStep]:
    return (ClockStep(day=each.last_day, code=code, source=SERVICE[each.mode].source) for each in clocks)


def _grace(day: date, working_days: int) -> Iterator[ClockStep]:
    for ordinal in range(1, working_days + 1):
        day, skipped = roll_forward(day + ONE_DAY)
        for off, why in skipped:
            yield ClockStep(day=off, code="not-counted", source="L 150/1930 5 §", blocked=why)
        yield ClockStep(day=day, code="grace", source="hallintolaki 18.2 §", days=ordinal)


def in_time(
    arrived_at: datetime, last_day: date, registry_closes: time, channel: ClaimChannel, cutoff: Cutoff
) -> bool:
    """Tell whether what arrived at an instant came by the cut-off of `last_day`, in Helsinki time.

    Paper must come before the registry closes (L 150/1930 6 §, KHO:2014:78); so must an electronic message under the
    `registry` cut-off (KHO 10.3.2016/780), while `midnight` gives it the whole last day. What comes on the stroke of
    closing is in time, for doubt favours whoever files. Raises `ValueError` where the instant has no time zone.
    """
    if arrived_at.utcoffset() is None:
        raise ValueError("An arrival is an instant, so it needs a time zone.")
    local = arrived_at.astimezone(HELSINKI)
    if local.date() != last_day:
        return local.date() < last_day
    return local.time() <= registry_closes or (channel == "electronic" and cutoff == "midnight")


CLOCK_SENTENCES = texts(
    {
        "letter": "The letter was posted on {day}.",
        "letter-served": "The letter is deemed to arrive on the seventh day after posting, {day}.",
        "electronic": "The decision was sent electronically on {day}.",
        "electronic-served": "The message is deemed served on the third day after sending, {day}.",
        "handed": "The decision was handed to the party on {day}.",
        "handed-served": "The party was notified on the day it was handed over, {day}.",
        "receipt": "The decision was received against a receipt on {day}.",
        "receipt-served": "The party was notified on the day that the receipt shows, {day}.",
        "substitute": "The decision was handed to a substitute recipient on {day}.",
        "substitute-served": "It is deemed served on the third day after it was handed over, {day}.",
        "published": "The decision was published on the web with its instructions on {day}.",
        "published-served": "Municipal members are deemed notified seven days after publication, {day}.",
        "notice": "The public notice was published on {day}.",
        "notice-served": "Notice is deemed given on the seventh day after publication, {day}.",
        "shown": "It is shown that the decision arrived only on {day}; the period is counted from that day.",
        "not-moved": "The day of service is not moved, although {day} is {name}.",
        "period": "The period runs from the next day; {days} days end on {day}.",
        "skipped": "The period cannot end on {day} ({name}).",
        "last-day": "The last day is {day}.",
        "final-from": "From {day} this period no longer stands in the way of legal force.",
        "party-ends": "A party's period ends on {day}.",
        "members-end": "The municipal members' period ends on {day}.",
        "latest": "The latest of the periods ends on {day}.",
        "not-counted": "{day} ({name}) is not a working day and is not counted.",
        "grace": "Grace day {days} is {day}: mail that has arrived can still be registered.",
        "legal-force": "Legal force can be stated from {day}, if no revision has been claimed and no appeal made.",
    }
)
"""Every step's sentence by its code. Stored steps name these codes: add to them, never take one away."""
