"""Muonio's nineteen roads as published in MUODno-2022-202: name, metres and grant, and what they add up to.

The budget was not published; 30 000 € reproduces the published unit price of 690 €/km.
"""

from decimal import Decimal
from typing import NamedTuple

from tests.stories.examples import applied, eligible, opened
from tests.stories.world import Step


class PublishedRoad(NamedTuple):
    """A line of the published decision MUODno-2022-202."""

    key: str
    name: str
    length_m: int
    grant: Decimal


ROADS = [
    PublishedRoad(f"road-{n}", name, metres, Decimal(grant))
    for n, (name, metres, grant) in enumerate(
        [
            ("Jäkälätörmäntie", 510, "351.90"),
            ("Kalliotie", 750, "517.50"),
            ("Kangosjärven yksityistiekunta", 2900, "2001.00"),
            ("Keimiöniemen yksityistie", 2500, "1725.00"),
            ("Kemiläisen yksityistie", 1500, "1035.00"),
            ("Kropion yksityistiekunta", 3600, "2484.00"),
            ("Kumpulantie", 2200, "1518.00"),
            ("Käpytien yksityistie", 700, "483.00"),
            ("Kätkäjärven yksityistie", 1000, "690.00"),
            ("Lehdontien yksityistie", 1300, "897.00"),
            ("Nulusniemen yksityistie", 2400, "1656.00"),
            ("Ojalehdontie", 3500, "2415.00"),
            ("Oostatien tiekunta", 940, "648.60"),
            ("Paalumaan yksityistie", 1100, "759.00"),
            ("Siepinvaaran yksityistie", 520, "358.80"),
            ("Soukan yksityistie", 10450, "7210.50"),
            ("Särkijärven yksityistie", 1200, "828.00"),
            ("Vanhaniemen tiekunta", 1200, "828.00"),
            ("Äkäskeron yksityistie", 5000, "3450.00"),
        ],
        1,
    )
]
UNIT_PRICE, TOTAL, UNALLOCATED = Decimal(690), Decimal("29856.30"), Decimal("143.70")


def all_roads(roads: list[PublishedRoad] = ROADS) -> list[Step]:
    """Every road has applied, in this order, and is found eligible."""
    sent = [
        step
        for road in roads
        for step in applied(to=road.key, form={"road_name": road.name, "length_m": road.length_m})
    ]
    return [*opened(), *sent, *(step for road in roads for step in eligible(to=road.key))]
