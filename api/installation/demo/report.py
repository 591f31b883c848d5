"""The demo's report for a person: what came of the round, read back from the API."""

from datetime import date
from decimal import Decimal

from rich.console import Console
from rich.table import Table

from api.installation.demo.people import PASSWORD
from api.installation.demo.play import DemoResult

NEXT_COMMANDS = {
    "make up": f"the pages on this round; municipality 498, user hanna (or elina, maija, tarmo…), password {PASSWORD}",
    ".venv/bin/asiapolku replay MUODno-2022-16 --at 2022-08-22 --folder .asiapolku/demo": "a case as it was on a day",
    ".venv/bin/asiapolku verify --folder .asiapolku/demo": "the live tables against a fresh fold of the events",
    ".venv/bin/asiapolku deadlines --mode published --on 2022-08-23": "an appeal period with its arithmetic",
}


def report(result: DemoResult) -> None:
    """Print the roads, the total, the clocks, and what to type next."""
    console = Console()
    table = Table(
        title=say("{municipality}: private-road grants of 2022, {price}", municipality=result.municipality, price=format_quantity(result.unit_price, "€/km", LANGUAGE)),
        title_justify="left",
    )
    table.add_column("Asianumero")
    table.add_column("Tie")
    for name in ("km", "Myönnetty €", "Maksettu €"):
        table.add_column(name, justify="right")
    for row in result.rows:
        kilometres = f"{Decimal(row['lengthM']) / 1000:.2f}".replace(".", ",")
        table.add_row(
            row["number"],
            row["name"],
            kilometres,
            *(row[name].replace(".", ",") for name in ("granted", "paid")),
        )
    kilometres = f"{Decimal(sum(row['lengthM'] for row in result.rows)) / 1000:.2f}".replace(".", ",")
    table.add_section()
    table.add_row(
        "", "Yhteensä", kilometres, str(result.total).replace(".", ","), str(result.paid).replace(".", ",")
    )
    console.print(table)
    paid = sum(1 for row in result.rows if row["granted"] == row["paid"])
    days = ", ".join(_day(each) for each in result.party_last_days)
    console.print(f"Päätös {_day(result.section.split()[0])} {result.section.partition(' ')[2]}")
    console.print(
        f"Oikaisuvaatimusajan viimeinen päivä: asianosaiset {days}; kunnan jäsenet {_day(result.members_last_day)}"
    )
    console.print(f"{paid} maksettu · {result.events} tapahtumaa · {result.seconds:.1f} s")
    for name, holds in result.checks.items():
        console.print(f"  {'✓' if holds else '✗'} {name}")
    console.print("\nWhat to type next:")
    for command, meaning in NEXT_COMMANDS.items():
        console.print(f"  {command}\n      {meaning}", soft_wrap=True, highlight=False)


def _day(text: str) -> str:
    day = date.fromisoformat(text)
    return f"{day.day}.{day.month}.{day.year}"
