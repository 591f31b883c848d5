"""How days, instants, money and other amounts are written: Finnish and Swedish habits, Helsinki time."""

from datetime import date, datetime
from decimal import Decimal, InvalidOperation

from domain.messages import HELSINKI

NO_BREAK_SPACE = "\u00a0"
CLOCK_PREFIX = {"fi": "klo", "sv": "kl.", "en": "at"}


def _when(value: str | date) -> date | datetime:
    if not isinstance(value, str):
        return value
    return date.fromisoformat(value) if len(value) == len("2026-10-05") else datetime.fromisoformat(value)


def format_day(value: str | date | None) -> str:
    """5.10.2026, in Helsinki where an instant is given."""
    if not value:
        return "–"
    when = _when(value)
    if isinstance(when, datetime):
        when = when.astimezone(HELSINKI).date()
    return f"{when.day}.{when.month}.{when.year}"


def format_instant(value: str | datetime | None, language: str) -> str:
    """5.10.2026 klo 9.14, in Helsinki; a day alone where there is no time."""
    if not value:
        return "–"
    when = _when(value)
    if not isinstance(when, datetime):
        return format_day(when)
    local = when.astimezone(HELSINKI)
    return f"{format_day(local.date())}{NO_BREAK_SPACE}{CLOCK_PREFIX[language]}{NO_BREAK_SPACE}{local.hour}.{local.minute:02}"


def iso_day(value: str | date | None) -> str:
    """For the `datetime` attribute of `<time>`."""
    return str(value or "")


def is_number(value: object) -> bool:
    """Whether it is a bare number."""
    try:
        return Decimal(str(value)).is_finite()
    except InvalidOperation:
        return False


def format_number(value: object, places: int | None = None) -> str:
    """1 842,50 with no-break spaces; as many decimals as the value has where none are asked for."""
    try:
        amount = Decimal(str(value))
    except InvalidOperation:
        return str(value)
    text = f"{amount:,.{places}f}" if places is not None else f"{amount:,f}"
    return text.replace(",", NO_BREAK_SPACE).replace(".", ",").replace("-", "−")


def format_money(value: object) -> str:
    """1 842,50 €"""
    return "–" if value is None else f"{format_number(value, 2)}{NO_BREAK_SPACE}€"


def format_quantity(value: object, unit: str) -> str:
    """A value with its unit: money has cents, a price by the kilometre only when it needs them."""
    if unit == "€":
        return format_money(value)
    amount = Decimal(str(value))
    return f"{format_number(amount if amount % 1 else amount.to_integral_value())}{NO_BREAK_SPACE}{unit}"


def size(value: int) -> str:
    """A document's size: 214 kt."""
    kilo = 1024
    return (
        f"{format_number(round(value / kilo, 1), 1)}{NO_BREAK_SPACE}kB"
        if value < kilo * kilo
        else f"{format_number(value / kilo / kilo, 1)}{NO_BREAK_SPACE}MB"
    )
