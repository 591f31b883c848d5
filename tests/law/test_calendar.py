"""The days that carry a last day forward, against an independent library and the almanac."""

from datetime import date, timedelta

import holidays
import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.law.calendar import (
    Blocked,
    add_working_days,
    blocked,
    easter_sunday,
    roll_forward,
)
from domain.texts.formats import format_legal_date

DAY = timedelta(days=1)
EVERY_DAY = [date(2000, 1, 1) + n * DAY for n in range((date(2061, 1, 1) - date(2000, 1, 1)).days)]
days = st.sampled_from(EVERY_DAY)

NAMES = {
    "Uudenvuodenpäivä": Blocked.NEW_YEAR,
    "Loppiainen": Blocked.EPIPHANY,
    "Pitkäperjantai": Blocked.GOOD_FRIDAY,
    "Pääsiäispäivä": Blocked.SUNDAY,
    "Toinen pääsiäispäivä": Blocked.EASTER_MONDAY,
    "Vappu": Blocked.MAY_DAY,
    "Helatorstai": Blocked.ASCENSION,
    "Helatorstai; Vappu": Blocked.MAY_DAY,  # 1.5.2008 was both
    "Helluntaipäivä": Blocked.SUNDAY,
    "Juhannusaatto": Blocked.MIDSUMMER_EVE,
    "Juhannuspäivä": Blocked.MIDSUMMER_DAY,
    "Pyhäinpäivä": Blocked.ALL_SAINTS,
    "Itsenäisyyspäivä": Blocked.INDEPENDENCE,
    "Jouluaatto": Blocked.CHRISTMAS_EVE,
    "Joulupäivä": Blocked.CHRISTMAS,
    "Tapaninpäivä": Blocked.BOXING_DAY,
}
"""What the library calls a day; its public category holds both eves, though they are no holy days."""


def test_every_day_of_61_years_is_blocked_for_the_reason_that_the_library_gives() -> None:
    library = holidays.country_holidays("FI", years=range(2000, 2061), language="fi")
    weekend = {5: Blocked.SATURDAY, 6: Blocked.SUNDAY}
    for day in EVERY_DAY:
        expected = NAMES[library[day]] if day in library else weekend.get(day.weekday())
        assert blocked(day) is expected, day


@pytest.mark.parametrize("year", range(2000, 2061))
def test_the_almanac_without_any_library(year: int) -> None:
    assert [blocked(date(year, month, day)) for day, month in ((1, 1), (6, 1), (1, 5))] == [
        Blocked.NEW_YEAR,
        Blocked.EPIPHANY,
        Blocked.MAY_DAY,
    ]
    assert [blocked(date(year, 12, n)) for n in (6, 24, 25, 26)] == [
        Blocked.INDEPENDENCE,
        Blocked.CHRISTMAS_EVE,
        Blocked.CHRISTMAS,
        Blocked.BOXING_DAY,
    ]
    (eve,) = [date(year, 6, n) for n in range(19, 26) if date(year, 6, n).isoweekday() == 5]
    assert (blocked(eve), blocked(eve + DAY)) == (Blocked.MIDSUMMER_EVE, Blocked.MIDSUMMER_DAY)
    (saints,) = [day for n in range(7) if (day := date(year, 10, 31) + n * DAY).isoweekday() == 6]
    assert blocked(saints) is Blocked.ALL_SAINTS


@pytest.mark.parametrize(
    "easter",
    [
        date(1954, 4, 18),  # the two exceptions of the computus, 1954 and 1981
        date(1981, 4, 19),
        date(2000, 4, 23),
        date(2005, 3, 27),
        date(2011, 4, 24),
        date(2024, 3, 31),
        date(2026, 4, 5),
        date(2027, 3, 28),
        date(2038, 4, 25),  # the latest there can be
        date(2049, 4, 18),
        date(2285, 3, 22),  # the earliest
    ],
)
def test_easter_and_what_hangs_on_it(easter: date) -> None:
    assert easter_sunday(easter.year) == easter
    assert blocked(easter - 2 * DAY) is Blocked.GOOD_FRIDAY
    assert blocked(easter - DAY) is Blocked.SATURDAY
    assert blocked(easter) is Blocked.SUNDAY
    assert blocked(easter + DAY) is Blocked.EASTER_MONDAY
    assert blocked(easter + 39 * DAY) is Blocked.ASCENSION
    assert blocked(easter + 49 * DAY) is Blocked.SUNDAY


@pytest.mark.parametrize(
    "day",
    [
        date(2026, 4, 2),  # Maundy Thursday
        date(2026, 4, 7),  # the Tuesday after Easter
        date(2026, 4, 30),  # the eve of May Day
        date(2026, 5, 25),  # the Monday after Whit Sunday
        date(2026, 12, 23),
        date(2026, 12, 31),  # New Year's Eve
        date(2027, 1, 5),  # the eve of Epiphany
        date(2026, 6, 18),  # the Thursday before Midsummer
        date(2026, 6, 24),  # the old Midsummer Day
    ],
)
def test_an_ordinary_day_is_not_blocked(day: date) -> None:
    assert blocked(day) is None
    assert roll_forward(day) == (day, ())


@pytest.mark.parametrize(
    ("day", "to", "why"),
    [
        (date(2025, 12, 24), date(2025, 12, 29), "christmas_eve christmas boxing_day saturday sunday"),
        (date(2026, 12, 24), date(2026, 12, 28), "christmas_eve christmas boxing_day sunday"),
        (date(2026, 4, 3), date(2026, 4, 7), "good_friday saturday sunday easter_monday"),
        (date(2026, 6, 19), date(2026, 6, 22), "midsummer_eve midsummer_day sunday"),
        (date(2026, 10, 31), date(2026, 11, 2), "all_saints sunday"),
        (date(2027, 12, 6), date(2027, 12, 7), "independence"),
        (date(2028, 1, 1), date(2028, 1, 3), "new_year sunday"),
        (date(2026, 6, 13), date(2026, 6, 15), "saturday sunday"),
    ],
)
def test_a_last_day_is_carried_forward_and_each_day_passed_is_named(day: date, to: date, why: str) -> None:
    assert roll_forward(day) == (
        to,
        tuple((day + n * DAY, Blocked[code.upper()]) for n, code in enumerate(why.split())),
    )


def test_five_days_are_the_most_and_only_around_christmas() -> None:
    steps = {day: (roll_forward(day)[0] - day).days for day in EVERY_DAY}
    assert max(steps.values()) == 5
    assert {(day.day, day.month, day.isoweekday()) for day, n in steps.items() if n == 5} == {
        (24, 12, 3),
        (22, 12, 6),
    }


@pytest.mark.parametrize(
    ("day", "n", "expected"),
    [
        (date(2026, 6, 22), 0, date(2026, 6, 22)),
        (date(2026, 6, 22), 1, date(2026, 6, 23)),
        (date(2026, 6, 22), 2, date(2026, 6, 24)),
        (date(2026, 6, 18), 1, date(2026, 6, 22)),  # over Midsummer
        (date(2026, 6, 20), 1, date(2026, 6, 22)),  # from a blocked day
        (date(2025, 12, 23), 2, date(2025, 12, 30)),
        (date(2026, 6, 20), 0, date(2026, 6, 20)),
    ],
)
def test_working_days(day: date, n: int, expected: date) -> None:
    assert add_working_days(day, n) == expected


@given(days, st.integers(1, 40))
def test_just_n_working_days_lie_after_a_day_and_the_last_of_them_is_the_answer(day: date, n: int) -> None:
    end = add_working_days(day, n)
    assert blocked(end) is None
    assert sum(blocked(day + i * DAY) is None for i in range(1, (end - day).days + 1)) == n


def test_working_days_are_not_counted_backwards() -> None:
    with pytest.raises(ValueError, match="counted forward"):
        add_working_days(date(2026, 6, 22), -1)


def test_every_kind_of_day_has_its_own_name_in_each_language() -> None:
    for language in ("fi", "sv", "en"):
        names = {kind.name_in(language) for kind in Blocked}
        assert len(names) == len(Blocked) == 15
        assert all(names)
    assert [Blocked.BOXING_DAY.name_in(language) for language in ("fi", "sv", "en")] == [
        "tapaninpäivä",
        "annandag jul",
        "Boxing Day",
    ]


def test_a_day_as_people_write_it() -> None:
    written = [
        format_legal_date(date(2026, 6, 22) + n * DAY, language)
        for n, language in enumerate(("fi", "sv", "en"))
    ]
    assert written == ["ma 22.6.2026", "ti 23.6.2026", "Wed 24.6.2026"]
