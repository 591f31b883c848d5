"""The public decision list (päätösluettelo) and its feed: what was decided, without contact data (KuntaL 140 §).

Two personal values may be shown while the members' period runs: who signed, and who gives more information. They are
kept sealed, as the events have them, and leave the row when the period ends.
"""

import re
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
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
from domain.process import Process
from domain.processes import process
from domain.store.database import Database
from domain.texts.formats import format_day, format_money
from domain.texts.translation import DEFAULT_LANGUAGE, texts, translate
from projections.read_model import Batch, ReadModel

decision_list = ReadModel(
    "decision_list",
    edition=4,
    table="""
    create table decision (
        municipality text not null default tenant(),
        key text not null,
        process text not null,
        edition int not null,
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
    rows.insert(
        "decision",
        key=recorded.stream.key,
        process=event.process,
        edition=event.edition,
        body=event.body,
        heading=event.heading,
        lines=Jsonb([_line(line) for line in event.lines]),
        total=event.total,
        legal_basis=event.legal_basis,
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
    rows.delete("decision", key=recorded.stream.key)


@decision_list.on(Signed, DecidedInMeeting)
def decided(rows: Batch, recorded: RecordedEvent, event: Signed | DecidedInMeeting) -> None:
    signature = event.signature.to_stored() if isinstance(event, Signed) else None
    rows.update(
        "decision",
        {"key": recorded.stream.key},
        section=event.section,
        decided_on=event.decided_on,
        instructions=event.instructions,
        signature=Jsonb(signature) if signature else None,
    )


@decision_list.on(Published)
def published_(rows: Batch, recorded: RecordedEvent, event: Published) -> None:
    rows.update(
        "decision",
        {"key": recorded.stream.key},
        published_on=event.clock.on,
        published_at=recorded.recorded_at,
        members_last_day=event.clock.last_day,
        more_information=Jsonb(event.more_information.to_stored()),
        removed_on=None,
        position=recorded.position,
    )


@decision_list.on(InstructionsFoundWrong)
def found_wrong(rows: Batch, recorded: RecordedEvent, event: InstructionsFoundWrong) -> None:
    """A decision with wrong instructions is off the list until it is published again with right ones."""
    if recorded.stream.kind == "decision":
        rows.update("decision", {"key": recorded.stream.key}, position=None)


@decision_list.on(PersonalDataRemoved)
def removed(rows: Batch, recorded: RecordedEvent, event: PersonalDataRemoved) -> None:
    if recorded.stream.kind == "decision":
        gone = {"signature": None, "more_information": None, "removed_on": event.last_day + timedelta(days=1)}
        rows.update("decision", {"key": recorded.stream.key}, **gone)


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
    found = decision_list.query(
        database,
        municipality,
        f"{LISTED} and (%(before)s::bigint is null or position < %(before)s) order by position desc limit %(limit)s",
        before=before,
        limit=limit,
    )
    return [_with_names(row) for row in found]


def published_decision(database: Database, municipality: str, key: str) -> DictRow | None:
    """One decision, where it is on the list."""
    found = decision_list.query(database, municipality, f"{LISTED} and key = %(key)s", key=key)
    return _with_names(found[0]) if found else None


def _with_names(row: DictRow) -> DictRow:
    """The row with the size of each line called after the answer that says it; what a line has not, it does not tell."""
    kind = process(row["process"], row["edition"])
    return {**row, "lines": [_line_with_names(line, kind) for line in row["lines"]]}


def _line_with_names(line: dict[str, Any], kind: Process) -> dict[str, Any]:
    told = {name: value for name, value in line.items() if name not in ("size", "fee")}
    size = {kind.size_field.name: line["size"]} if kind.size_field else {}
    return told | size | ({"fee": line["fee"]} if line["fee"] else {})


ATOM = "http://www.w3.org/2005/Atom"
NOT_IN_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")

FEED_TITLE = texts("{name}: decisions")
FEED_SUMMARY = texts("Decided on {day}. Cases {cases}.")
FEED_SUMMARY_OF_GRANTS = texts("Decided on {day}. Cases {cases}, granted {total} in all.")


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
        pays = process(each["process"], each["edition"]).pays
        summary = translate(
            language,
            FEED_SUMMARY_OF_GRANTS if pays else FEED_SUMMARY,
            day=format_day(each["decided_on"], language),
            cases=len(each["lines"]),
            total=format_money(each["total"], language),
        )
        _add(entry, "summary", summary)
    return '<?xml version="1.0" encoding="utf-8"?>\n' + tostring(feed, encoding="unicode")


def _add(parent: Element, name: str, text: str) -> None:
    SubElement(parent, name).text = NOT_IN_XML.sub("\ufffd", text)
