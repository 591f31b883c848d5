"""The public decision list (päätösluettelo) and its feed: what was decided, without contact data (KuntaL 140 §).

Two personal values may be shown while the members' period runs: who signed, and who gives more information. They are
kept sealed, as the events have them, and leave the row when the period ends.
"""

import re
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any
from xml.etree.ElementTree import Element, SubElement, tostring

from psycopg.rows import DictRow
from psycopg.types.json import Jsonb

from domain.case.events import InstructionsFoundWrong, PersonalDataRemoved
from domain.decision.events import (
    DecidedInMeeting,
    DecisionLine,
    ProposalReturned,
    Proposed,
    Published,
    Signed,
)
from domain.messages import RecordedEvent, derived_id
from domain.store.database import Database
from domain.texts.formats import format_day, format_money
from domain.texts.translation import DEFAULT_LANGUAGE, texts, translate
from projections.read_model import Batch, ReadModel

decision_list = ReadModel(
    "decision_list",
    edition=3,
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
    lines = [_line(line) for line in event.lines]
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


def _line(line: DecisionLine) -> dict[str, Any]:
    """What the public sees of a line: of its grounds the reasons of a rejection, not how it was calculated."""
    hidden = {"case", "note", "grounds", "plan"}
    reasons = line.grounds[: len(line.reasons)]
    return {**line.model_dump(mode="json", exclude=hidden), "grounds": list(reasons)}


@decision_list.on(ProposalReturned)
def returned(rows: Batch, recorded: RecordedEvent, event: ProposalReturned) -> None:
    """What goes no further is nothing to list."""
    rows("delete from decision where key = %(key)s", key=recorded.stream.key)


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


LISTED = (
    "select *, case when removed_on is null then 'published' else 'personal-data-removed' end as state"
    " from decision where position is not null"
)
"""What is not published, or was published with wrong instructions, has no position and is not on the list."""


def published(
    database: Database, municipality: str, *, limit: int = 50, before: int | None = None
) -> list[DictRow]:
    """Published decisions, the newest first; `before` is the last row's position.

    `signature` and `more_information` are sealed, or None from the end of the members' period (`members_last_day`).
    """
    return decision_list.query(
        database,
        municipality,
        f"{LISTED} and (%(before)s::bigint is null or position < %(before)s) order by position desc limit %(limit)s",
        before=before,
        limit=limit,
    )


def published_decision(database: Database, municipality: str, key: str) -> DictRow | None:
    """One decision, where it is on the list."""
    found = decision_list.query(database, municipality, f"{LISTED} and key = %(key)s", key=key)
    return found[0] if found else None


ATOM = "http://www.w3.org/2005/Atom"
NOT_IN_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")

FEED_TITLE = texts("{name}: decisions")
FEED_SUMMARY = texts("Decided on {day}. Cases {cases}, granted {total} in all.")


def atom(
    entries: Iterable[Mapping[str, Any]],
    *,
    municipality_name: str,
    base_url: str,
    updated: datetime,
    language: str = DEFAULT_LANGUAGE,
) -> str:
    """The list as an Atom feed (RFC 4287); no personal value is ever in it. `updated` is told where it is empty.

    Ids are derived from the decisions alone: they stay the same at whatever address the feed is read.
    """
    entries = list(entries)
    feed = Element("feed", {"xmlns": ATOM, "xml:lang": language})
    _add(feed, "id", derived_id("decision-list", municipality_name).urn)
    _add(feed, "title", translate(language, FEED_TITLE, name=municipality_name))
    _add(feed, "updated", max((each["published_at"] for each in entries), default=updated).isoformat())
    SubElement(feed, "link", rel="alternate", href=f"{base_url}/")
    _add(SubElement(feed, "author"), "name", municipality_name)
    for each in entries:
        entry = SubElement(feed, "entry")
        _add(entry, "id", derived_id("decision", each["municipality"], each["key"]).urn)
        _add(entry, "title", f"{each['heading']}, {each['section']}")
        _add(entry, "updated", each["published_at"].isoformat())
        SubElement(entry, "link", rel="alternate", href=f"{base_url}/decisions/{each['key']}")
        summary = translate(
            language,
            FEED_SUMMARY,
            day=format_day(each["decided_on"], language),
            cases=len(each["lines"]),
            total=format_money(each["total"], language),
        )
        _add(entry, "summary", summary)
    return '<?xml version="1.0" encoding="utf-8"?>\n' + tostring(feed, encoding="unicode")


def _add(parent: Element, name: str, text: str) -> None:
    SubElement(parent, name).text = NOT_IN_XML.sub("\ufffd", text)
