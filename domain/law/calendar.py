"""The days that carry a last day forward (laki säädettyjen määräaikain laskemisesta 150/1930, 5 §).

"Kun määräpäivä tai määräajan viimeinen päivä on pyhäpäivä, itsenäisyyspäivä, vapunpäivä, joulu- tai juhannusaatto tahi
arkilauantai, saa tehtävän toimittaa ensimmäisenä arkipäivänä sen jälkeen." The feasts fall as they have since 1991,
when Epiphany and Ascension Day left the Saturdays. Maundy Thursday and New Year's Eve are ordinary days.
"""

from datetime import date, timedelta
from functools import cache
from typing import NamedTuple

from domain.texts.choices import ChoiceEnum
from domain.texts.translation import translate

ONE_DAY = timedelta(days=1)


class Blocked(ChoiceEnum):
    """Why a period cannot end on a day: its code and what the day is called.

    The Act itself names Independence Day, May Day, Christmas Eve, Midsummer Eve and the working Saturday; the others
    are its holy days (pyhäpäivä). Easter Sunday and Whit Sunday are Sundays like any other.
    """

    SATURDAY = "saturday", "Saturday"
    SUNDAY = "sunday", "Sunday"
    NEW_YEAR = "new_year", "New Year's Day"
    EPIPHANY = "epiphany", "Epiphany"
    GOOD_FRIDAY = "good_friday", "Good Friday"
    EASTER_MONDAY = "easter_monday", "Easter Monday"
    MAY_DAY = "may_day", "May Day"
    ASCENSION = "ascension", "Ascension Day"
    MIDSUMMER_EVE = "midsummer_eve", "Midsummer Eve"
    MIDSUMMER_DAY = "midsummer_day", "Midsummer Day"
    ALL_SAINTS = "all_saints", "All Saints' Day"
    INDEPENDENCE = "independence", "Independence Day"
    CHRISTMAS_EVE = "christmas_eve", "Christmas Eve"
    CHRISTMAS = "christmas", "Christmas Day"
    BOXING_DAY = "boxing_day", "Boxing Day"

    def name_in(self, language: str) -> str:
        return translate(language, self.text)


WEEKEND = {5: Blocked.SATURDAY, 6: Blocked.SUNDAY}
FIXED = {
    (1, 1): Blocked.NEW_YEAR,
    (6, 1): Blocked.EPIPHANY,
    (1, 5): Blocked.MAY_DAY,
    (6, 12): Blocked.INDEPENDENCE,
    (24, 12): Blocked.CHRISTMAS_EVE,
    (25, 12): Blocked.CHRISTMAS,
    (26, 12): Blocked.BOXING_DAY,
}
"""By day and month, as they are written in Finnish."""


class Skipped(NamedTuple):
    """A day on which a period would have ended, and why it did not."""

    day: date
    why: Blocked


def blocked(day: date) -> Blocked | None:
    """Why a period cannot end on `day`, or None where it can; a feast is named before the weekday it falls on."""
    return FIXED.get((day.day, day.month)) or _movable(day.year).get(day) or WEEKEND.get(day.weekday())


def roll_forward(day: date) -> tuple[date, tuple[Skipped, ...]]:
    """Carry `day` to the first from it on that is not blocked, by five days at most, and name those passed over."""
    skipped: list[Skipped] = []
    while why := blocked(day):
        skipped.append(Skipped(day, why))
        day += ONE_DAY
    return day, tuple(skipped)


def add_working_days(day: date, n: int) -> date:
    """Count `n` days that are not blocked after `day`, which is never counted itself and is the answer when `n` is 0."""
    if n < 0:
        raise ValueError(f"Working days are counted forward, so their number cannot be {n}.")
    for _ in range(n):
        day, _skipped = roll_forward(day + ONE_DAY)
    return day


def easter_sunday(year: int) -> date:
    """Easter by the Gregorian computus, in Oudin's form: the Sunday after the full moon on or after 21 March."""
    golden, century = year % 19, year // 100
    moon = (century - century // 4 - (8 * century + 13) // 25 + 19 * golden + 15) % 30
    moon -= moon // 28 * (1 - 29 // (moon + 1) * ((21 - golden) // 11))
    weekday = (year + year // 4 + moon + 2 - century + century // 4) % 7
    return date(year, 3, 28) + (moon - weekday) * ONE_DAY


@cache
def _movable(year: int) -> dict[date, Blocked]:
    """Place the feasts that move: with Easter, or to the Saturday of 20–26 June and of 31 October – 6 November."""
    easter = easter_sunday(year)
    midsummer = _saturday_from(date(year, 6, 20))
    return {
        easter - 2 * ONE_DAY: Blocked.GOOD_FRIDAY,
        easter + ONE_DAY: Blocked.EASTER_MONDAY,
        easter + 39 * ONE_DAY: Blocked.ASCENSION,
        midsummer - ONE_DAY: Blocked.MIDSUMMER_EVE,
        midsummer: Blocked.MIDSUMMER_DAY,
        _saturday_from(date(year, 10, 31)): Blocked.ALL_SAINTS,
    }


def _saturday_from(day: date) -> date:
    return day + (5 - day.weekday()) % 7 * ONE_DAY
