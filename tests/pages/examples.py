"""What a person might type into any field: an example by the field's kind, so that a new command needs no line here."""

import json
from collections.abc import Iterable

from api.ui.form_contexts import attachment_choices, newest_processes, question_fields
from api.ui.forms import Choice, Field, FormContext, FormInput, rows
from domain.processes import process

GRANT = process("private-road-grant")
LISTS = {
    "checklist": (Choice("digiroad", "Digiroad"),),
    "parties": (Choice("applicant", "", translated=False),),
    "lines": (Choice("a00", "1 Tie"), Choice("a01", "2 Tie")),
    "claims": (Choice("c1", "c1"),),
    "reasons": (Choice("late", "Late"),),
    "handlers": (Choice("u-1", "Hanna"),),
    "payments": (Choice("498-1-1", "498-1-1"),),
    "processes": (Choice("private-road-grant", "Grant"),),
    "ruleSets": (Choice("yksityistieavustus", "yksityistieavustus"),),
    "cases": (Choice("a00", "1 Tie"),),
    "questions": (Choice("road_class", "Tieluokka"),),
    "slots": (Choice("class_1_percent", "Luokan 1 osuus"), Choice("most_per_km", "Enintään", hint="€/km")),
    "final-account": (Choice("actual_costs", "Toteutuneet kustannukset", hint="€"),),
    "rounds": (Choice("r-2021", "2021"),),
}
ASKED = [
    {"name": name, "title": title, "type": type_, "unit": unit, "choices": choices}
    for name, title, type_, unit, choices in (
        ("cost_estimate", "Kustannusarvio", "money", "€", []),
        ("winter_length", "Talvella aurattava osuus", "length", "m", []),
        ("bridges", "Siltoja", "count", "", []),
        ("traffic", "Liikenne", "number", "", []),
        ("private_share", "Yksityisten osuus", "percent", "%", []),
        ("state_aid", "Valtionavustus on myönnetty", "yes_no", "", []),
        ("built_on", "Rakennettu", "date", "", []),
        ("met_at", "Kokous", "moment", "", []),
        ("surface", "Päällyste", "text", "", ["sora", "asfaltti", "öljysora", "muu"]),
        ("reason", "Perustelu", "text", "", []),
    )
]
"""A question of the criteria of each type there is."""

PLACE = FormContext(LISTS, question_fields(GRANT, "fi", ASKED), attachment_choices(GRANT, "fi"))
BARE = FormContext({}, question_fields(newest_processes()[0], "fi"))
DOCUMENT = {"kind": "minutes", "sha256": "5" * 64, "name": "p.pdf", "mediaType": "application/pdf", "size": 1}
BY_PATTERN = {"§": "§ 58", "[0-9a-f]{64}": "5" * 64, "a-z0-9-": "yksityistieavustus", "A-Za-zÅÄÖ": "MUODno"}
BY_NAME = {
    "iban": "FI21 1234 5600 0007 85",
    "usageUnit": "Y2004-11427",
    "caseNumber": "{prefix}-{year}-{running}",
    "starts": "2023-01-01",
}


def filled(fields: Iterable[Field]) -> FormInput:
    """Every field filled in with an example."""
    typed: FormInput = {}
    for field in fields:
        match field.kind:
            case "group":
                typed |= filled(field.fields)
            case "rows":
                typed |= filled(rows(field, {})[0])
            case "fixed":
                pass
            case "choices":
                typed[field.path] = [each.value for each in field.choices]
            case "choice":
                typed[field.path] = [field.choices[0].value]
            case "files":
                typed[field.path] = [json.dumps(DOCUMENT)]
            case _:
                typed[field.path] = [text(field)]
    return typed


def text(field: Field) -> str:
    """One example by name, pattern or kind."""
    if field.name in BY_NAME:
        return BY_NAME[field.name]
    for part, example in BY_PATTERN.items():
        if field.pattern and part in field.pattern:
            return example
    by_kind = {
        "integer": str(int(max(field.minimum or 0, 1))),
        "decimal": "1\u00a0842,50",
        "boolean": "true",
        "date": "5.10.2026",
        "instant": "2026-10-05T09:14",
        "time": "15:00",
        "lines": "one\ntwo",
        "json": '{"a": "1"}',
    }
    return by_kind.get(field.kind, "An example")
