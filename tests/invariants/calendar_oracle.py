"""Days as a careful person counts them: one after the other, with a wall calendar (the `holidays` package) at hand.

Nothing here leans on `domain.law`; it is written again from the law, so that the two can be compared.
"""

from collections.abc import Iterable
from datetime import date, timedelta
from functools import cache

import holidays

DAY = timedelta(days=1)
DAYS_TO_ARRIVE = {
    "letter": 7,  # hallintolaki 59 §
    "electronic": 3,  # L 13/2003 19 §
    "handed": 0,  # hallintolaki 60 §
    "receipt": 0,  # hallintolaki 60 §
    "substitute": 3,  # hallintolaki 61 §
    "published": 7,  # kuntalaki 140.3 §
    "notice": 7,  # hallintolaki 62 a §
}


@cache
def holidays_of(year: int) -> frozenset[date]:
    """Feasts that the wall calendar prints in red, and the two eves that L 150/1930 5 § names."""
    return frozenset(holidays.country_holidays("FI", years=year))


def is_free(day: date) -> bool:
    """Whether the offices are closed: a period cannot end on such a day (L 150/1930 5 §)."""
    return day.isoweekday() in (6, 7) or day in holidays_of(day.year)


def served_on(mode: str, on: date, shown: date | None) -> date:
    """The day of service, on whatever day it falls (KHO:2014:78)."""
    day = on
    for _ in range(DAYS_TO_ARRIVE[mode]):
        day += DAY
    return day if shown is None else shown


def last_day(served: date, days: int) -> date:
    """Count from the day after service; the last day may have to wait for the offices to open."""
    day = served
    for _ in range(days):
        day += DAY
    while is_free(day):
        day += DAY
    return day


def legal_force_from(last_days: Iterable[date], grace: int) -> date:
    """The day after so many working days after the last of the last days."""
    day = max(last_days)
    while grace:
        day += DAY
        if not is_free(day):
            grace -= 1
    return day + DAY
