"""The demo's report for a person: what came of the round, read back from the API."""

from functools import partial

from rich.console import Console
from rich.table import Table

from api.installation.demo.people import PASSWORD
from api.installation.demo.play import DemoResult
from domain.texts.formats import format_day, format_length, format_money, format_number, format_quantity
from domain.texts.translation import translate

NEXT_COMMANDS = {
    "make up": f"the pages on this round; municipality 498, user hanna (or elina, maija, tarmo…), password {PASSWORD}",
    ".venv/bin/asiapolku replay MUODno-2022-16 --at 2022-08-22 --folder .asiapolku/demo": "a case as it was on a day",
    ".venv/bin/asiapolku verify --folder .asiapolku/demo": "the live tables against a fresh fold of the events",
    ".venv/bin/asiapolku deadlines --mode published --on 2022-08-23": "an appeal period with its arithmetic",
}


LANGUAGE = "fi"
"""What Muonio speaks."""


def report(result: DemoResult) -> None:
    """Print the roads, the total, the clocks, and what to type next."""
    console, say = Console(), partial(translate, LANGUAGE)
    money, day = partial(format_money, language=LANGUAGE), partial(format_day, language=LANGUAGE)
    price = format_quantity(result.unit_price, "€/km", LANGUAGE)
    table = Table(
        title=say(
            "{municipality}: private-road grants of 2022, {price}",
            municipality=result.municipality,
            price=price,
        ),
        title_justify="left",
    )
    table.add_column(say("Case number"))
    table.add_column(say("Road"))
    for name in ("Length", "Granted", "Paid"):
        table.add_column(say(name), justify="right")
    for row in result.rows:
        length = format_length(row["lengthM"], LANGUAGE)
        table.add_row(row["number"], row["name"], length, money(row["granted"]), money(row["paid"]))
    table.add_section()
    length = format_length(sum(row["lengthM"] for row in result.rows), LANGUAGE)
    table.add_row("", say("All together"), length, money(result.total), money(result.paid))
    console.print(table)
    paid = sum(1 for row in result.rows if row["granted"] == row["paid"])
    decided_on, _, section = result.section.partition(" ")
    console.print(f"{say('Decision')} {day(decided_on)} {section}")
    last_days = {
        "parties": ", ".join(day(each) for each in result.party_last_days),
        "members": day(result.members_last_day),
    }
    console.print(
        say("Last day to claim a revised decision: parties {parties}; members {members}", **last_days)
    )
    console.print(
        say(
            "{paid} paid · {events} events · {seconds} s",
            paid=paid,
            events=result.events,
            seconds=format_number(result.seconds, LANGUAGE, 1),
        )
    )
    for name, holds in result.checks.items():
        console.print(f"  {'✓' if holds else '✗'} {name}")
    console.print("\nWhat to type next:")
    for command, meaning in NEXT_COMMANDS.items():
        console.print(f"  {command}\n      {meaning}", soft_wrap=True, highlight=False)
