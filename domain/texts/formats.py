"""How days, instants, money and other amounts are written in a language: the one place that spells them.

A language has its marks, orders and words in its catalogue; times are those of Finland.
"""

from datetime import date, datetime, time
from decimal import Decimal, InvalidOperation
from zoneinfo import ZoneInfo

from domain.texts.translation import texts, translate

NO_BREAK_SPACE = "\u00a0"
LOCAL_ZONE = ZoneInfo("Europe/Helsinki")

MONEY = texts("€{amount}")
DAY = texts("{day}.{month}.{year}")
CLOCK_TIME = texts("{hour}.{minute}")
INSTANT = texts("{day}\u00a0at\u00a0{time}")
MARKS = texts((".", ","), context="number")
WEEKDAYS = texts(("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"), context="weekday")


# Days and times ------------------------------------------------------------------------------------------------------


def format_day(value: str | date | None, language: str) -> str:
    """5.10.2026; of an instant, its day in Finland."""
    if not value:
        return "–"
    when = _when(value)
    if isinstance(when, datetime):
        when = _local(when).date()
    return spell_day(when.day, when.month, when.year, language)


def spell_day(day: int, month: int, year: int, language: str) -> str:
    """The same of a day that a text may have misspelt."""
    return translate(language, DAY, day=day, month=month, year=year)


def format_legal_date(day: date, language: str) -> str:
    """A day with its weekday: `ma 22.6.2026`, `må 22.6.2026`, `Mon 22.6.2026`."""
    return f"{translate(language, WEEKDAYS[day.weekday()], context='weekday')} {format_day(day, language)}"


def format_time(value: time, language: str) -> str:
    """9.14"""
    return translate(language, CLOCK_TIME, hour=value.hour, minute=f"{value.minute:02}")


def format_instant(value: str | date | None, language: str) -> str:
    """5.10.2026 klo 9.14 in Finland; a day alone where there is no time."""
    when = _when(value) if value else None
    if not isinstance(when, datetime):
        return format_day(when, language)
    local = _local(when)
    return translate(
        language, INSTANT, day=format_day(local.date(), language), time=format_time(local.time(), language)
    )


def _when(value: str | date) -> date:
    if not isinstance(value, str):
        return value
    return date.fromisoformat(value) if len(value) == len("2026-10-05") else datetime.fromisoformat(value)


def _local(when: datetime) -> datetime:
    return when.astimezone(LOCAL_ZONE) if when.tzinfo else when


# Amounts -------------------------------------------------------------------------------------------------------------


def spell_number(plain: str, language: str) -> str:
    """`1,842.50` with the language's own marks; its spaces do not break."""
    marks = {ord(mark): translate(language, mark, context="number") for mark in MARKS}
    return plain.translate(marks)


def format_number(value: object, language: str, places: int | None = None) -> str:
    """1 842,50; as many decimals as the value has where none are asked for."""
    try:
        amount = Decimal(str(value))
    except InvalidOperation:
        return str(value)
    plain = f"{amount:,.{places}f}" if places is not None else f"{amount:,f}"
    return spell_number(plain, language).replace("-", "−")


def format_money(value: object, language: str) -> str:
    """1 842,50 €, or €1,842.50 in English."""
    if value is None:
        return "–"
    sign = "−" if Decimal(str(value)) < 0 else ""
    return sign + spell_money(format_number(abs(Decimal(str(value))), language, 2), language)


def spell_money(number: str, language: str) -> str:
    """A number that is spelt already, as euros."""
    return translate(language, MONEY, amount=number)


def format_quantity(value: object, unit: str, language: str) -> str:
    """A value with its unit: money has cents, a price by the kilometre only when it needs them."""
    if unit == "€":
        return format_money(value, language)
    amount = Decimal(str(value))
    number = format_number(amount if amount % 1 else amount.to_integral_value(), language)
    if unit.startswith("€"):
        return spell_money(number, language) + unit.removeprefix("€")
    return f"{number}{NO_BREAK_SPACE}{unit}"


def format_length(metres: int, language: str) -> str:
    """10,45 km; to the metre only where the length is given to the metre."""
    whole_tens = 10
    return f"{format_number(Decimal(metres) / 1000, language, 3 if metres % whole_tens else 2)}{NO_BREAK_SPACE}km"


def format_size(value: int, language: str) -> str:
    """A document's size: 214 kB."""
    kilo = 1024
    return (
        f"{format_number(round(value / kilo, 1), language, 1)}{NO_BREAK_SPACE}kB"
        if value < kilo * kilo
        else f"{format_number(value / kilo / kilo, language, 1)}{NO_BREAK_SPACE}MB"
    )


def is_number(value: object) -> bool:
    """Whether it is a bare number."""
    try:
        return Decimal(str(value)).is_finite()
    except InvalidOperation:
        return False


# Whatever stands in a sentence ---------------------------------------------------------------------------------------


def format_value(value: object, language: str) -> str:
    """A typed value as a sentence has it: money, an instant, a day; anything else as it stands."""
    match value:
        case Decimal():
            return format_money(value, language)
        case datetime():
            return format_instant(value, language)
        case date():
            return format_day(value, language)
        case time():
            return format_time(value, language)
    return str(value)
