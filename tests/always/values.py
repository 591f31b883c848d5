"""Values that people send: settings, criteria, forms, contacts and accounts, each personal one marked."""

import re
from datetime import date
from decimal import Decimal
from typing import Any

from domain.case.events import Account, Attachment, Contact
from domain.municipality.events import Settings
from domain.personal import Personal
from domain.process import processes
from domain.rules.ruleset import BudgetByLength, RuleSet

REASON = "Peruste ja tosite."


class Marks:
    """Personal values that can be found again wherever they turn up."""

    TEXT, BANK = "hush-", "776655"

    def __init__(self, given: int = 0) -> None:
        self.given = given

    def text(self, about: str) -> Personal:
        """A name, an address, a number: `hush-contact-17`."""
        self.given += 1
        return Personal(f"{self.TEXT}{about}-{self.given}")

    def iban(self) -> Personal:
        """A valid account number of a bank that does not exist."""
        self.given += 1
        account = f"{self.BANK}{self.given:08}"
        return Personal(f"FI{98 - int(account + '151800') % 97:02}{account}")

    @classmethod
    def found_in(cls, text: str) -> set[str]:
        """Whom the marked values in a text are about."""
        return {about or "account" for about in re.findall(rf"{cls.TEXT}([a-z]+)|{cls.BANK}\d", text)}

    def contact(self, about: str = "contact") -> Contact:
        return Contact(name=self.text(about), email=self.text(about), address=self.text(about))

    def account(self) -> Account:
        return Account(iban=self.iban(), holder=self.text("account"))


FORMS: dict[str, dict[str, Any]] = {
    "private-road-grant": {
        "road_name": "Soukan yksityistie",
        "association": "Soukan tiekunta",
        "usage_unit": "Y2004-11427",
        "length_m": 10450,
        "permanent_households": 12,
        "costs_eur": "12000.00",
    },
    "event-notice": {
        "event_name": "Markkinat",
        "place": "Kirkonkylän kenttä",
        "starts_on": "2022-08-06",
        "ends_on": "2022-08-07",
        "expected": 800,
    },
}
KNOWN = sorted({name for name, _ in processes()} & set(FORMS))
"""The processes that there are and whose form somebody here can fill in."""

LENGTHS = (505, 10450, 400, 1515)
BUDGETS = ("30000.00", "1008.99", "21.00")
"""The second, floored to whole euros, gives two roads of 505 metres 999 €/km: half a cent more than there is each."""


def settings(**changes: Any) -> Settings:
    told = {
        "name": "Muonio",
        "prefix": "MUODno",
        "case_number": "{prefix}-{year}-{running}",
        "claim_body": "Muonion elinvoimalautakunta",
        "claim_address": "Puthaanrannantie 15, 99300 Muonio",
        "officeholder_limit": Decimal("50000.00"),
        "delegation": "hallintosääntö 24 §",
    }
    return Settings(**{**told, **changes})


def criteria(adopted_on: date, edition: int = 1, **formula: Any) -> RuleSet:
    return RuleSet(
        name="yksityistieavustus",
        edition=edition,
        process="private-road-grant",
        adopted_by="Elinvoimalautakunta",
        adopted_on=adopted_on,
        section="§ 58",
        formula=BudgetByLength(**formula),
    )


def attachment(kind: str) -> Attachment:
    return Attachment(kind=kind, sha256="5" * 64, name=f"{kind}.pdf", media_type="application/pdf", size=1)
