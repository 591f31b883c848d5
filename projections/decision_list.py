"""The public decision list (päätösluettelo) and its feed: what was decided, without contact data (KuntaL 140 §).

Two personal values may be shown while the members' period runs: who signed, and who gives more information. They are
kept sealed, as the events have them, and leave the row when the period ends.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any
from xml.etree.ElementTree import Element, SubElement, tostring

from psycopg.rows import DictRow
from psycopg.types.json import Jsonb

from domain.case.events import InstructionsFoundWrong, PersonalDataRemoved
from domain.database import Database
from domain.decision.events import DecidedInMeeting, Proposed, Published, Signed
from domain.messages import RecordedEvent
from projections.read_model import Batch, ReadModel

decision_list = ReadModel(
    "decision_list",
    edition=1,
    table="""
    create table decision (
        municipality text not null default tenant(),
        key text not null,
        body text not null,
        heading text not null,
        lines jsonb not null,
        total numeric(12, 2) not null,
        legal_basis text not null,
        conditions jsonb not null,
        section text,
        decided_on date,
        instructions text not null default '',
        signature jsonb,
        more_information jsonb,
        published_on date,
        published_at timestamptz,
        members_last_day date,
        removed_on date,
        position bigint,
        primary key (municipality, key)
    );
    create index on decision (municipality, position desc)
    """,
)


@decision_list.on(Proposed)
def proposed(rows: Batch, recorded: RecordedEvent, event: Proposed) -> None:
    lines = [line.model_dump(mode="json", exclude={"case", "note"}) for line in event.lines]
    rows(
        "insert into decision (key, body, heading, lines, total, legal_basis, conditions) values (%(key)s, %(body)s,"
        " %(heading)s, %(lines)s, %(total)s, %(basis)s, %(conditions)s)",
        key=recorded.stream.key,
        body=event.body,
        heading=event.heading,
        lines=Jsonb(lines),
        total=event.total,
        basis=event.legal_basis,
        conditions=Jsonb(list(event.conditions)),
    )


@decision_list.on(Signed, DecidedInMeeting)
def decided(rows: Batch, recorded: RecordedEvent, event: Signed | DecidedInMeeting) -> None:
    signature = event.signature.to_stored() if isinstance(event, Signed) else None
    rows(
        "update decision set section = %(section)s, decided_on = %(day)s, instructions = %(instructions)s,"
        " signature = %(signature)s where key = %(key)s",
        section=event.section,
        day=event.decided_on,
        instructions=event.instructions,
        signature=Jsonb(signature) if signature else None,
        key=recorded.stream.key,
    )


@decision_list.on(Published)
def published_(rows: Batch, recorded: RecordedEvent, event: Published) -> None:
    rows(
        "update decision set published_on = %(day)s, published_at = %(at)s, members_last_day = %(last)s,"
        " more_information = %(more)s, removed_on = null, position = %(position)s where key = %(key)s",
        day=event.clock.on,
        at=recorded.recorded_at,
        last=event.clock.last_day,
        more=Jsonb(event.more_information.to_stored()),
        position=recorded.position,
        key=recorded.stream.key,
    )


@decision_list.on(InstructionsFoundWrong)
def found_wrong(rows: Batch, recorded: RecordedEvent, event: InstructionsFoundWrong) -> None:
    """A decision with wrong instructions is off the list until it is published again with right ones."""
    if recorded.stream.kind == "decision":
        rows("update decision set position = null where key = %(key)s", key=recorded.stream.key)


@decision_list.on(PersonalDataRemoved)
def removed(rows: Batch, recorded: RecordedEvent, event: PersonalDataRemoved) -> None:
    if recorded.stream.kind == "decision":
        rows(
            "update decision set signature = null, more_information = null, removed_on = %(day)s + 1 where key = %(key)s",
            day=event.last_day,
            key=recorded.stream.key,
        )


def published(
    database: Database,
    municipality: str,
    *,
    limit: int = 50,
    before: int | None = None,
    key: str | None = None,
) -> list[DictRow]:
    """Published decisions, the newest first; `before` is the last row's position."""
    return decision_list.query(
        database,
        municipality,
        "select * from decision where position is not null and (%(before)s::bigint is null or position < %(before)s)"
        " and (%(key)s::text is null or key = %(key)s) order by position desc limit %(limit)s",
        before=before,
        key=key,
        limit=limit,
    )


ATOM = "http://www.w3.org/2005/Atom"


def atom(
    rows: Iterable[Mapping[str, Any]], *, municipality_name: str, base_url: str, updated: datetime
) -> str:
    """The list as an Atom feed (RFC 4287); no personal value is ever in it."""
    rows = list(rows)
    feed = Element("feed", xmlns=ATOM)
    _add(feed, "id", f"{base_url}/")
    _add(feed, "title", f"{municipality_name}: päätökset")
    _add(feed, "updated", (rows[0]["published_at"] if rows else updated).isoformat())
    SubElement(feed, "link", rel="alternate", href=f"{base_url}/")
    SubElement(SubElement(feed, "author"), "name").text = municipality_name
    for row in rows:
        entry = SubElement(feed, "entry")
        _add(entry, "id", f"{base_url}/decisions/{row['key']}")
        _add(entry, "title", f"{row['heading']}, {row['section']}")
        _add(entry, "updated", row["published_at"].isoformat())
        SubElement(entry, "link", rel="alternate", href=f"{base_url}/decisions/{row['key']}")
        _add(entry, "summary", f"{len(row['lines'])} · {row['total']} € · {row['decided_on'].isoformat()}")
    return '<?xml version="1.0" encoding="utf-8"?>\n' + tostring(feed, encoding="unicode")


def _add(parent: Element, name: str, text: str) -> None:
    SubElement(parent, name).text = text
