"""Event notice (tapahtumailmoitus): received, checked, acknowledged, noted, closed. No decision, appeal or payment."""

from datetime import date
from typing import Annotated

from domain.case import stages as s
from domain.process import AttachmentKind, Check, Process, ProcessForm, form_question


class EventNotice(ProcessForm):
    """What an event notice tells."""

    event_name: Annotated[
        str,
        form_question(
            "Tapahtuman nimi", "Evenemangets namn", "Name of the event", min_length=2, max_length=120
        ),
    ]
    place: Annotated[str, form_question("Paikka", "Plats", "Place", min_length=2, max_length=200)]
    starts_on: Annotated[date, form_question("Alkaa", "Börjar", "Starts")]
    ends_on: Annotated[date, form_question("Päättyy", "Slutar", "Ends")]
    expected: Annotated[
        int,
        form_question("Arvioitu osallistujamäärä", "Uppskattat deltagarantal", "Expected attendance", ge=1),
    ]


EVENT_NOTICE = Process(
    name="event-notice",
    edition=1,
    titles={"fi": "Tapahtumailmoitus", "sv": "Evenemangsanmälan", "en": "Event notice"},
    task_class="10.03.01.06",
    form=EventNotice,
    title_field="event_name",
    stages=(s.new, s.reception, s.completion, s.noting, s.closing, s.archived),
    attachments=(AttachmentKind("map", {"fi": "Kartta", "sv": "Karta", "en": "Map"}),),
    checklist=(
        Check(
            "place-free",
            {"fi": "Paikka on vapaa", "sv": "Platsen är ledig", "en": "The place is free"},
            "hallintolaki 31 §",
        ),
    ),
)
