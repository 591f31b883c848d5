"""Days and instants as people write them: `7.6.2022` and `30.6.2022 klo 15.00.00,001`, in Helsinki."""

import re
from datetime import date, datetime, time

from domain.messages import HELSINKI

WRITTEN = re.compile(r"(\d{1,2})\.(\d{1,2})\.(\d{4})(?: klo (\d{1,2})\.(\d{2})(?:\.(\d{2})(?:,(\d{3}))?)?)?")


def day(text: str) -> date:
    """`7.6.2022` as a date."""
    return instant(text).date()


def instant(text: str) -> datetime:
    """`30.6.2022 klo 15.00` as an instant; noon where no time is given."""
    found = WRITTEN.fullmatch(text)
    assert found, f"write a day as 7.6.2022 or 30.6.2022 klo 15.00.00,001, not {text!r}"
    the_day, month, year = map(int, found.group(1, 2, 3))
    if found[4] is None:
        return datetime.combine(date(year, month, the_day), time(12), HELSINKI)
    at = time(int(found[4]), int(found[5]), int(found[6] or 0), int(found[7] or 0) * 1000)
    return datetime.combine(date(year, month, the_day), at, HELSINKI)


def written(moment: datetime) -> str:
    """An instant as people write it."""
    local = moment.astimezone(HELSINKI)
    return f"{local:%-d.%-m.%Y klo %-H.%M.%S},{local.microsecond // 1000:03}"
