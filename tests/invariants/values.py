"""Values that people send: settings, criteria, forms, contacts and accounts, each personal one marked."""

import re
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

from domain.case.events import Account, Attachment, Contact
from domain.municipality.events import Settings
from domain.personal import Personal
from domain.processes import process, processes
from tests.invariants.answers import answers_to
from tests.stories.documents import by_length

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
    "felling-notice": {
        "property_id": "498-401-12-3",
        "trees": 12,
        "which": "Männyt.",
        "why": "Varjostavat.",
        "felled_on": "2022-12-01",
    },
}
KNOWN = sorted({name for name, _ in processes()})
"""The processes that there are; a form that nobody filled in above is filled in by its questions."""
FORMS |= {name: answers_to(process(name).form) for name in KNOWN if name not in FORMS}

UNITS = ("Y2004-11427", "Y2004-11428", "000-2007-K7905")
"""Roads by their usage units: few enough that one of them applies again and again."""
LENGTHS = (505, 10450, 400, 1515)
BUDGETS = ("30000.00", "1008.99", "21.00")
"""The second, floored to whole euros, gives two roads of 505 metres 999 €/km: half a cent more than there is each."""


def settings(**changes: Any) -> Settings:
    content = {
        "name": "Muonio",
        "prefix": "MUODno",
        "case_number": "{prefix}-{year}-{running}",
        "claim_body": "Muonion elinvoimalautakunta",
        "claim_address": "Puthaanrannantie 15, 99300 Muonio",
        "officeholder_limit": Decimal("50000.00"),
        "delegation": "hallintosääntö 24 §",
    }
    return Settings(**{**content, **changes})


def criteria(adopted_on: date, edition: int = 1, floor_to: int = 10, minimum: int = 500) -> str:
    """The budget divided by length: what most of them need."""
    return by_length(floor_to, minimum, edition=edition, adopted_on=adopted_on.isoformat())


def renewing(adopted_on: date, edition: int = 1) -> str:
    """The same, and next year without applying."""
    content = by_length(1, 1, name="uusittava", edition=edition, adopted_on=adopted_on.isoformat())
    return f"{content}renewal: yes\n"


def improvement(adopted_on: date, edition: int = 1) -> str:
    """A share that the board fixes, a class that a handler finds, a condition left to a person, a final account."""
    return f"""\
name: perusparannus
edition: {edition}
process: private-road-grant
adopted: {{by: Elinvoimalautakunta, on: {adopted_on}, section: § 59}}
reserve: 10 %
inputs:
  length: {{type: length, from: application.length_m}}
  costs: {{type: money, from: application.costs_eur}}
  road_class: {{type: text, from: handler, choices: ["1", "2", "3"]}}
  earlier: {{type: count, from: earlier_cases.count, default: 0}}
  actual_costs: {{type: money, from: final_account}}
slots:
  share: {{type: percent, preview: 50 %}}
tables:
  class:
    by: road_class
    otherwise: reject
    code: no-class
    rows:
      - {{is: 1, most: 9000 €}}
      - {{is: 2, most: 5000 €}}
eligibility:
  - code: short
    require: length >= 500 m
    otherwise: manual
  - code: granted-often
    require: earlier < 3
    otherwise: manual
grant: share * costs
caps:
  - {{code: most-of-class, most: class.most}}
allocation: {{method: pro_rata, leftover: largest_remainder}}
payment:
  when: on_account
  instalments: 80 %
  final: share * actual_costs
"""


def work(adopted_on: date, edition: int = 1) -> str:
    """Work that the municipality does and invoices a part of, or the association's own; whoever comes late gets nothing."""
    return f"""\
name: kunnan-työ
edition: {edition}
process: private-road-grant
adopted: {{by: Elinvoimalautakunta, on: {adopted_on}, section: § 60}}
inputs:
  costs: {{type: money, from: application.costs_eur}}
  municipality_does_it: {{type: yes_no, from: application}}
schemes:
  done:
    when: municipality_does_it
    budget: 60 %
    grant: 75 % * costs
    allocation: {{method: in_order, order_by: arrived}}
    invoice: costs - round(75 % * costs, 0.01 €)
  own:
    when: not municipality_does_it
    grant: 75 % * costs
    allocation: {{method: in_order, order_by: arrived}}
"""


DOCUMENTS: dict[str, Callable[..., str]] = {
    "yksityistieavustus": criteria,
    "perusparannus": improvement,
    "kunnan-työ": work,
    "uusittava": renewing,
}


def attachment(kind: str) -> Attachment:
    return Attachment(kind=kind, sha256="5" * 64, name=f"{kind}.pdf", media_type="application/pdf", size=1)
