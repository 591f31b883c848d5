"""Criteria documents of the stories: the short ones that most of them need, and the ready ones by their names."""

from domain.criteria import ready_criteria

CONDITION = "Tie pidetään avoinna muulle liikenteelle avustuskauden ajan (yksityistielaki 85 §)."


def by_length(
    floor_to: int = 10,
    minimum: int = 500,
    *,
    name: str = "yksityistieavustus",
    edition: int = 1,
    process: str = "private-road-grant",
    adopted_on: str = "2022-05-31",
    condition: str = CONDITION,
) -> str:
    """Type A: the budget divided by length, the unit price rounded down."""
    return f"""\
name: {name}
edition: {edition}
process: {process}
adopted: {{by: Elinvoimalautakunta, on: {adopted_on}, section: § 58}}
inputs:
  length: {{type: length, from: application.length_m, text: {{fi: Tien pituus, sv: Vägens längd, en: Length}}}}
eligibility:
  - code: too-short
    require: length >= {minimum} m
    text: {{fi: Tie on liian lyhyt, sv: Vägen är för kort, en: The road is too short}}
allocation: {{method: unit_price, weight: length}}
rounding: {{unit_price: down {floor_to} €/km}}
conditions: ["{condition}"]
"""


def ready_for(name: str, **changes: tuple[str, str]) -> str:
    """A ready document with some of its text changed, each piece once."""
    text = ready_criteria()[name]
    for before, after in changes.values():
        assert text.count(before) == 1, before
        text = text.replace(before, after)
    return text


def on_account() -> str:
    """A share that the board fixes, a class that a person judges, a condition left to a person; paid on account."""
    return """\
name: perusparannus
process: private-road-grant
adopted: {by: Elinvoimalautakunta, on: 2022-05-31, section: § 58}
round: {year: 2022, deadline: 2022-06-30 15:00}
inputs:
  length: {type: length, from: application.length_m, text: Tien pituus}
  estimate: {type: money, text: Kustannusarvio}
  road_class: {type: text, from: handler, choices: [I, II], text: Tieluokka}
  actual_costs: {type: money, from: final_account, text: Toteutuneet kustannukset}
  last_year: {type: count, from: earlier_cases.last_year, text: Edellinen avustusvuosi}
slots:
  share: {type: percent, preview: 20 %, text: Avustusprosentti}
tables:
  grade:
    by: road_class
    rows:
      - {is: I, most: 5 000 €}
      - {is: II, most: 2 000 €}
eligibility:
  - {code: too-short, require: length >= 500 m, text: Tie on liian lyhyt}
  - {code: too-dear, require: estimate <= 20 000 €, otherwise: manual, text: Hanke on poikkeuksellisen kallis}
  - {code: too-soon, require: not given(last_year) or round_year - last_year >= 3, text: Edellisestä avustuksesta on alle 3 vuotta}
grant: share * estimate
caps:
  - {code: class-cap, most: grade.most, text: Luokan enimmäismäärä}
payment: {when: on_account, instalments: 50 %, final: "min(share * actual_costs, grant)"}
"""


def invoiced() -> str:
    """The municipality does the work and invoices a quarter."""
    return """\
name: kunta-tekee
process: private-road-grant
adopted: {by: Elinvoimalautakunta, on: 2022-05-31, section: § 58}
inputs:
  costs: {type: money, from: application.costs_eur, text: Kustannukset}
grant: 75 % * costs
invoice: 25 % * costs
"""
