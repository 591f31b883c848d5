"""Appeal periods: the examples that the rules were written down with, and what is true of every clock."""

import json
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from domain.law.appeal import (
    APPEAL_30,
    CLAIM_14,
    CLOCK_SENTENCES,
    COURT_30,
    GENERAL_30,
    SERVICE,
    Appeal,
    AppealClock,
    ClaimChannel,
    Cutoff,
    LegalForce,
    Mode,
    Regime,
    appeal_clock,
    compute_legal_force,
    in_time,
)
from domain.law.calendar import blocked
from domain.texts.translation import translate

DAY = timedelta(days=1)
HELSINKI = ZoneInfo("Europe/Helsinki")
LANGUAGES = ("fi", "sv", "en")

OFFSETS = {
    "letter": 7,
    "electronic": 3,
    "handed": 0,
    "receipt": 0,
    "substitute": 3,
    "published": 7,
    "notice": 7,
}
LATER = {"letter", "electronic"}
"""The modes in which "jollei muuta näytetä" lets a later day be shown."""

modes = st.sampled_from(Mode)
on_days = st.dates(date(2000, 1, 1), date(2060, 12, 31))
periods = st.integers(1, 60)


def days_between(first: date, last: date) -> list[date]:
    return [first + n * DAY for n in range((last - first).days)]


# The examples (domain, 1.3) ------------------------------------------------------------------------------------------

EXAMPLES = [
    # happened on   mode          days  served        raw last      passed over          last day      final from
    ("2011-12-19", "letter", 14, "2011-12-26", "2012-01-09", "", "2012-01-09", "2012-01-10"),  # KHO:2014:78
    ("2026-06-01", "letter", 14, "2026-06-08", "2026-06-22", "", "2026-06-22", "2026-06-23"),  # 3 normal
    ("2026-06-01", "electronic", 14, "2026-06-04", "2026-06-18", "", "2026-06-18", "2026-06-19"),  # 4
    ("2026-06-01", "published", 14, "2026-06-08", "2026-06-22", "", "2026-06-22", "2026-06-23"),  # 5
    (
        "2025-12-04",
        "published",
        14,
        "2025-12-11",
        "2025-12-25",
        "25 26 27 28",
        "2025-12-29",
        "2025-12-30",
    ),  # 7
    (
        "2026-12-03",
        "published",
        14,
        "2026-12-10",
        "2026-12-24",
        "24 25 26 27",
        "2026-12-28",
        "2026-12-29",
    ),  # 8
    (
        "2026-03-17",
        "electronic",
        14,
        "2026-03-20",
        "2026-04-03",
        "3 4 5 6",
        "2026-04-07",
        "2026-04-08",
    ),  # 10 Easter
    (
        "2026-04-10",
        "published",
        14,
        "2026-04-17",
        "2026-05-01",
        "1 2 3",
        "2026-05-04",
        "2026-05-05",
    ),  # 12 May Day
    (
        "2026-05-29",
        "published",
        14,
        "2026-06-05",
        "2026-06-19",
        "19 20 21",
        "2026-06-22",
        "2026-06-23",
    ),  # 14 Midsummer
    (
        "2026-06-02",
        "electronic",
        14,
        "2026-06-05",
        "2026-06-19",
        "19 20 21",
        "2026-06-22",
        "2026-06-23",
    ),  # 15
    (
        "2027-11-15",
        "published",
        14,
        "2027-11-22",
        "2027-12-06",
        "6",
        "2027-12-07",
        "2027-12-08",
    ),  # 17 Independence
    (
        "2026-11-20",
        "electronic",
        30,
        "2026-11-23",
        "2026-12-23",
        "",
        "2026-12-23",
        "2026-12-24",
    ),  # 19 to the court
]


@pytest.mark.parametrize(("on", "mode", "days", "served", "raw", "passed", "last", "final"), EXAMPLES)
def test_an_example(
    on: str, mode: str, days: int, served: str, raw: str, passed: str, last: str, final: str
) -> None:
    counted = appeal_clock(Mode(mode), date.fromisoformat(on), days)
    assert (counted.mode, counted.on, counted.days) == (mode, date.fromisoformat(on), days)
    shown = counted.as_json("fi")
    assert (shown["served"], shown["rawLastDay"], shown["lastDay"], shown["finalFrom"]) == (
        served,
        raw,
        last,
        final,
    )
    assert " ".join(str(step.day.day) for step in counted.steps if step.code == "skipped") == passed


@pytest.mark.parametrize(("mode", "offset"), OFFSETS.items())
def test_a_mode_counts_as_service_after_its_days_and_has_its_source(mode: str, offset: int) -> None:
    counted = appeal_clock(Mode(mode), date(2026, 6, 1), 14)
    assert counted.served == date(2026, 6, 1) + offset * DAY
    assert SERVICE[Mode(mode)].source in {step.source for step in counted.steps}


def test_no_mode_is_without_an_offset() -> None:
    assert set(Mode) == set(SERVICE) == set(OFFSETS)


# What is always true -------------------------------------------------------------------------------------------------


@given(modes, on_days, periods)
def test_the_day_of_service_never_moves_and_is_not_counted(mode: Mode, on: date, days: int) -> None:
    counted = appeal_clock(mode, on, days)
    assert counted.served == on + OFFSETS[mode] * DAY
    assert counted.raw_last_day - counted.served == days * DAY


@given(modes, on_days, periods)
def test_the_last_day_is_the_first_open_day_and_every_day_passed_is_named(
    mode: Mode, on: date, days: int
) -> None:
    counted = appeal_clock(mode, on, days)
    passed = days_between(counted.raw_last_day, counted.last_day)
    assert blocked(counted.last_day) is None
    assert len(passed) <= 5
    assert [(step.day, step.blocked) for step in counted.steps if step.code == "skipped"] == [
        (day, blocked(day)) for day in passed
    ]
    assert all(blocked(day) for day in passed)
    assert counted.final_from == counted.last_day + DAY


@given(modes, on_days, periods)
def test_what_happens_later_ends_no_earlier(mode: Mode, on: date, days: int) -> None:
    assert appeal_clock(mode, on, days).last_day <= appeal_clock(mode, on + DAY, days).last_day
    assert appeal_clock(mode, on, days).last_day <= appeal_clock(mode, on, days + 1).last_day


@given(modes, on_days, periods)
def test_a_clock_survives_being_stored(mode: Mode, on: date, days: int) -> None:
    counted = appeal_clock(mode, on, days)
    assert AppealClock.model_validate_json(counted.model_dump_json()) == counted


@given(modes, on_days, periods, st.sampled_from(LANGUAGES))
def test_every_step_is_a_sentence_with_its_day_and_a_source(
    mode: Mode, on: date, days: int, language: str
) -> None:
    shown = appeal_clock(mode, on, days).as_json(language)
    assert set(shown) == {"served", "rawLastDay", "lastDay", "finalFrom", "steps"}
    for step in shown["steps"]:
        day = date.fromisoformat(step["day"])
        assert set(step) == {"day", "why", "source"}
        assert f"{day.day}.{day.month}.{day.year}" in step["why"]
        assert step["why"].endswith(".")
        assert "None" not in step["why"]
        assert step["source"]
    assert json.loads(json.dumps(shown)) == shown


# What may be shown ---------------------------------------------------------------------------------------------------


def test_a_letter_shown_to_have_come_late_is_counted_from_that_day() -> None:
    counted = appeal_clock(Mode.LETTER, date(2026, 6, 1), 14, shown_served_on=date(2026, 6, 9))
    assert (counted.served, counted.last_day) == (date(2026, 6, 9), date(2026, 6, 23))
    assert [step.code for step in counted.steps] == [
        "letter",
        "letter-served",
        "shown",
        "period",
        "last-day",
        "final-from",
    ]
    assert [step.day for step in counted.steps[1:3]] == [date(2026, 6, 8), date(2026, 6, 9)]


@given(modes, on_days, periods, st.integers(-10, 40))
def test_only_later_than_deemed_can_be_shown_and_only_of_a_letter_or_a_message(
    mode: Mode, on: date, days: int, shift: int
) -> None:
    shown = on + (OFFSETS[mode] + shift) * DAY
    if shift > 0 and mode in LATER:
        assert appeal_clock(mode, on, days, shown).served == shown
    else:
        with pytest.raises(ValueError, match="Only a"):
            appeal_clock(mode, on, days, shown)


@pytest.mark.parametrize("days", [0, -1, -14])
def test_a_period_without_days_is_an_error(days: int) -> None:
    with pytest.raises(ValueError, match="at least one day"):
        appeal_clock(Mode.LETTER, date(2026, 6, 1), days)


# How it is said ------------------------------------------------------------------------------------------------------


def test_a_letter_over_christmas_in_finnish() -> None:
    assert [step.why("fi") for step in appeal_clock(Mode.LETTER, date(2025, 12, 5), 14).steps] == [
        "Kirje annettiin postiin pe 5.12.2025.",
        "Kirjeen katsotaan tulleen perille seitsemäntenä päivänä lähettämisestä, pe 12.12.2025.",
        "Aika alkaa kulua seuraavasta päivästä; 14 päivää päättyy pe 26.12.2025.",
        "Määräaika ei voi päättyä pe 26.12.2025 (tapaninpäivä).",
        "Määräaika ei voi päättyä la 27.12.2025 (lauantai).",
        "Määräaika ei voi päättyä su 28.12.2025 (sunnuntai).",
        "Viimeinen päivä on ma 29.12.2025.",
        "Tämä määräaika ei enää estä lainvoimaa ti 30.12.2025 alkaen.",
    ]


def test_a_message_over_midsummer_in_swedish() -> None:
    assert [step.why("sv") for step in appeal_clock(Mode.ELECTRONIC, date(2026, 6, 2), 14).steps][:4] == [
        "Beslutet sändes elektroniskt ti 2.6.2026.",
        "Meddelandet anses ha delgetts den tredje dagen efter att det sändes, fr 5.6.2026.",
        "Tiden börjar löpa följande dag; 14 dagar går ut fr 19.6.2026.",
        "Tiden kan inte gå ut fr 19.6.2026 (midsommarafton).",
    ]


def test_the_letter_of_kho_2014_78_says_that_its_day_of_service_is_not_moved() -> None:
    steps = appeal_clock(Mode.LETTER, date(2011, 12, 19), 14).steps
    assert [(step.why("en"), step.source) for step in steps] == [
        ("The letter was posted on Mon 19.12.2011.", "hallintolaki 59 §"),
        (
            "The letter is deemed to arrive on the seventh day after posting, Mon 26.12.2011.",
            "hallintolaki 59 §",
        ),
        ("The day of service is not moved, although Mon 26.12.2011 is Boxing Day.", "KHO:2014:78"),
        ("The period runs from the next day; 14 days end on Mon 9.1.2012.", "L 150/1930 2 §"),
        ("The last day is Mon 9.1.2012.", "L 150/1930 6 §"),
        ("From Tue 10.1.2012 this period no longer stands in the way of legal force.", "L 150/1930 6 §"),
    ]


def test_each_language_says_the_same_things_with_the_same_blanks() -> None:
    def blanks(sentence: str) -> set[str]:
        return {blank for blank in ("{day}", "{days}", "{name}") if blank in sentence}

    shapes = [
        {code: blanks(translate(language, sentence)) for code, sentence in CLOCK_SENTENCES.items()}
        for language in LANGUAGES
    ]
    assert shapes[0] == shapes[1] == shapes[2]


def test_a_clock_is_frozen_and_takes_nothing_it_does_not_know() -> None:
    counted = appeal_clock(Mode.LETTER, date(2026, 6, 1), 14)
    with pytest.raises(ValidationError, match="frozen"):
        counted.last_day = date(2026, 6, 23)  # type: ignore[misc]  # what must be refused
    with pytest.raises(ValidationError, match="Extra inputs"):
        AppealClock.model_validate({**counted.model_dump(), "lastHour": 15})


@pytest.mark.parametrize(
    ("regime", "days", "source", "appeal"),
    [
        (CLAIM_14, 14, "kuntalaki 138 §", "oikaisuvaatimus"),
        (APPEAL_30, 30, "kuntalaki 138 §", "kunnallisvalitus"),
        (GENERAL_30, 30, "hallintolaki 49 c §", "oikaisuvaatimus"),
        (COURT_30, 30, "HOL 13 §", "hallintovalitus"),
    ],
)
def test_a_regime_has_its_days_and_source(regime: Regime, days: int, source: str, appeal: str) -> None:
    assert (regime.days, regime.source, regime.appeal) == (days, source, appeal)


def test_a_regime_without_days_is_an_error() -> None:
    with pytest.raises(ValidationError, match="greater than 0"):
        Regime(name="none", days=0, source="kuntalaki 138 §", appeal=Appeal.CLAIM)


# Legal force ---------------------------------------------------------------------------------------------------------

EARLY = appeal_clock(
    Mode.ELECTRONIC, date(2026, 6, 1), 14
)  # last day Thursday 18.6., the eve of Midsummer's eve
LATE = appeal_clock(Mode.LETTER, date(2026, 6, 1), 14)  # last day Monday 22.6.
MEMBERS = appeal_clock(Mode.PUBLISHED, date(2026, 6, 3), 14)  # last day Wednesday 24.6.


def codes(force: LegalForce) -> list[tuple[str, int]]:
    return [(step.code, step.day.day) for step in force.steps]


def test_legal_force_waits_for_the_members_when_theirs_is_the_latest_clock() -> None:
    force = compute_legal_force([EARLY, LATE], MEMBERS, 2)
    assert force.from_day == date(
        2026, 6, 27
    )  # grace is Thursday and Friday; a Saturday is as good a day as any
    assert codes(force) == [
        ("party-ends", 18),
        ("party-ends", 22),
        ("members-end", 24),
        ("latest", 24),
        ("grace", 25),
        ("grace", 26),
        ("legal-force", 27),
    ]


def test_legal_force_waits_for_the_party_when_served_last() -> None:
    assert compute_legal_force(
        [appeal_clock(Mode.LETTER, date(2026, 6, 8), 14)], MEMBERS, 0
    ).from_day == date(2026, 6, 30)


def test_without_grace_legal_force_comes_the_day_after_the_last_day() -> None:
    force = compute_legal_force([LATE], None, 0)
    assert force.from_day == date(2026, 6, 23) == LATE.final_from
    assert codes(force) == [("party-ends", 22), ("latest", 22), ("legal-force", 23)]


def test_grace_passes_over_midsummer_and_says_so() -> None:
    force = compute_legal_force([EARLY], None, 2)
    assert force.from_day == date(2026, 6, 24)
    assert [step.why("fi") for step in force.steps] == [
        "Asianosaisen määräaika päättyy to 18.6.2026.",
        "Määräajoista viimeinen päättyy to 18.6.2026.",
        "pe 19.6.2026 (juhannusaatto) ei ole työpäivä, eikä sitä lueta.",
        "la 20.6.2026 (juhannuspäivä) ei ole työpäivä, eikä sitä lueta.",
        "su 21.6.2026 (sunnuntai) ei ole työpäivä, eikä sitä lueta.",
        "Varapäivä 1 on ma 22.6.2026: perille tullut posti ehditään kirjata.",
        "Varapäivä 2 on ti 23.6.2026: perille tullut posti ehditään kirjata.",
        "Lainvoima voidaan todeta ke 24.6.2026 alkaen, jos oikaisua ei ole vaadittu eikä muutosta haettu.",
    ]


@given(st.lists(st.tuples(modes, on_days), min_size=1, max_size=4), st.integers(0, 10))
def test_every_day_up_to_legal_force_is_accounted_for(clocks: list[tuple[Mode, date]], grace: int) -> None:
    *parties, member = [appeal_clock(mode, on, 14) for mode, on in clocks] * 2
    force = compute_legal_force(parties, member, grace)
    latest = max(each.last_day for each in parties)
    shown = [step for step in force.steps if step.code in {"grace", "not-counted"}]
    assert [step.day for step in shown] == days_between(latest + DAY, force.from_day)
    assert sum(step.code == "grace" for step in shown) == grace
    assert all((step.code == "grace") == (blocked(step.day) is None) for step in shown)
    assert all(step.why(language) for step in force.steps for language in LANGUAGES)
    assert LegalForce.model_validate_json(force.model_dump_json()) == force


def test_no_legal_force_without_a_served_party_whatever_was_published() -> None:
    with pytest.raises(ValueError, match="served on every party"):
        compute_legal_force([], MEMBERS, 2)


def test_no_negative_grace() -> None:
    with pytest.raises(ValueError, match="counted forward"):
        compute_legal_force([LATE], MEMBERS, -1)


# In time or late -----------------------------------------------------------------------------------------------------

LAST = date(2026, 6, 22)


@pytest.mark.parametrize(
    ("arrived", "closes", "channel", "cutoff", "expected"),
    [
        ("2026-06-22T15:00:00", "15:00", "paper", "registry", True),
        ("2026-06-22T15:00:00.001", "15:00", "paper", "registry", False),
        ("2026-06-22T15:01:00", "15:00", "paper", "registry", False),
        (
            "2026-06-22T15:01:00",
            "15:00",
            "paper",
            "midnight",
            False,
        ),  # midnight is for electronic messages alone
        ("2026-06-22T16:15:05", "16:15", "electronic", "registry", False),  # KHO 10.3.2016/780
        ("2026-06-22T16:15:05", "16:15", "electronic", "midnight", True),
        ("2026-06-22T23:59:59.999999", "16:15", "electronic", "midnight", True),
        ("2026-06-23T00:00:00", "16:15", "electronic", "midnight", False),
        (
            "2026-06-21T23:00:00",
            "15:00",
            "paper",
            "registry",
            True,
        ),  # found in the box, but dropped the day before
        ("2026-06-23T08:00:00", "15:00", "paper", "registry", False),
        ("2026-06-23T08:00:00", "15:00", "electronic", "registry", False),
    ],
)
def test_in_time_or_late(
    arrived: str, closes: str, channel: ClaimChannel, cutoff: Cutoff, expected: bool
) -> None:
    instant = datetime.fromisoformat(arrived).replace(tzinfo=HELSINKI)
    assert in_time(instant, LAST, time.fromisoformat(closes), channel, cutoff) is expected
    assert in_time(instant.astimezone(UTC), LAST, time.fromisoformat(closes), channel, cutoff) is expected


def test_the_last_day_is_helsinkis_also_when_utc_still_has_the_day_before() -> None:
    late = datetime(2026, 6, 22, 21, 30, tzinfo=UTC)  # 00.30 on 23.6. in Helsinki
    assert not in_time(late, LAST, time(15), "electronic", "midnight")
    winter = datetime(2026, 12, 22, 13, 0, tzinfo=UTC)  # 15.00 in winter, 16.00 in summer time
    assert in_time(winter, date(2026, 12, 22), time(15), "paper", "registry")


def test_an_arrival_without_a_time_zone_is_an_error() -> None:
    with pytest.raises(ValueError, match="time zone"):
        in_time(datetime(2026, 6, 22, 12, 0), LAST, time(15), "paper", "registry")  # noqa: DTZ001 - what must be refused
