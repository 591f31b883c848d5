"""What is typed into a form: what stands there before, the command's JSON that it makes, and what was refused of it."""

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from pydantic.alias_generators import to_camel

from api.ui.forms import Field, FieldKind, FormInput, flatten_fields, nested_field, rows
from domain.messages import HELSINKI

# Out: what a form shows before anything is typed ----------------------------------------------------------------------


def input_from_values(fields: Iterable[Field], values: Mapping[str, Any] | None = None) -> FormInput:
    """What would have been typed for these values, or for the defaults."""
    typed: FormInput = {}
    for field in fields:
        value = (values or {}).get(field.name, field.default)
        if field.kind == "group":
            typed |= input_from_values(field.fields, value if isinstance(value, dict) else None)
        elif field.kind == "rows":
            for place, row in enumerate(value or []):
                inner = [nested_field(each, f"{field.path}.{place}.") for each in field.fields]
                typed |= input_from_values(inner, row)
        elif value is not None and field.kind != "fixed":
            typed[field.path] = _texts(field, value)
    return typed


def _texts(field: Field, value: Any) -> list[str]:  # noqa: PLR0911 - a table of kinds
    match field.kind:
        case "choices":
            return [str(each) for each in value]
        case "files":
            return [json.dumps(each) for each in value]
        case "lines":
            return ["\n".join(value)]
        case "json":
            return [json.dumps(value, ensure_ascii=False)]
        case "boolean":
            return ["true" if value else "false"]
        case "decimal":
            return [str(value).replace(".", ",")]
        case "instant":
            when = datetime.fromisoformat(value) if isinstance(value, str) else value
            return [f"{when.astimezone(HELSINKI):%Y-%m-%dT%H:%M}"]
    return [str(value)]


# In: what was typed, as the command's JSON ----------------------------------------------------------------------------


def command_json(fields: Iterable[Field], typed: FormInput) -> dict[str, Any]:
    """The command's JSON. What cannot be read stays as it was typed, so that the API says what is wrong with it."""
    found = {}
    for field in fields:
        value = _value(field, typed)
        if value is not None:
            found[field.name] = value
    return found


def _value(field: Field, typed: FormInput) -> Any:  # noqa: PLR0911 - a table of kinds
    if field.widget == "document":  # to the last space: its SHA-256 names it
        text = "".join(typed.get(field.path, [])[-1:])
        return text if text.strip() else None
    texts = [each.strip() for each in typed.get(field.path, []) if each.strip()]
    text = texts[-1] if texts else ""
    match field.kind:
        case "fixed":
            return field.default
        case "group":
            inner = command_json(field.fields, typed)
            worth = {key: value for key, value in inner.items() if value is not False}
            return inner if worth or field.required else None
        case "rows":
            found = [command_json(row, typed) for row in rows(field, typed)]
            return [each for each in found if any(value not in (None, False) for value in each.values())]
        case "choices":
            return texts
        case "files":
            return [json.loads(each) for each in texts]
        case "lines":
            return [line.strip() for line in text.splitlines() if line.strip()]
        case "boolean" if not field.required:
            return text == "true"
    return _scalar(field.kind, text) if text else None


def _scalar(kind: FieldKind, text: str) -> Any:  # noqa: PLR0911 - a table of kinds
    try:
        match kind:
            case "boolean":
                return {"true": True, "false": False}.get(text, text)
            case "integer":
                return int(re.sub(r"[\s\u00a0\u202f]", "", text).replace("−", "-"))
            case "decimal":
                return re.sub(r"[\s\u00a0\u202f€]", "", text).replace(",", ".")
            case "date":
                return _day(text)
            case "instant":
                return datetime.fromisoformat(text).replace(tzinfo=HELSINKI).isoformat()
            case "json":
                return json.loads(text)
    except ValueError:
        return text
    return text


def _day(text: str) -> str:
    """A day as a browser sends it, or as a Finn types it: 5.10.2026."""
    if found := re.fullmatch(r"(\d{1,2})\.(\d{1,2})\.(\d{4})", text):
        return date(int(found[3]), int(found[2]), int(found[1])).isoformat()
    return text


# What was refused, at its fields --------------------------------------------------------------------------------------


def errors_by_field(fields: Iterable[Field], errors: Sequence[Mapping[str, Any]]) -> dict[str, str]:
    """The API's errors by the path of the field they are about; under an empty path what is about no field."""
    paths = {each.path for each in flatten_fields(fields)}
    found: dict[str, str] = {}
    for each in errors:
        if _place_in_a_document(each):
            continue
        plain = str(each.get("field", "")).removeprefix("body.").split(".")
        camel = [to_camel(part) if "_" in part else part for part in plain]
        candidates = [".".join(parts[:n]) for n in range(len(plain), 0, -1) for parts in (plain, camel)]
        path = next((one for one in candidates if one in paths), "")
        found.setdefault(path, str(each.get("sentence", "")))
    return found


@dataclass(frozen=True)
class DocumentError:
    """An error at a place of a document, with the line that it is about."""

    line: int
    column: int
    sentence: str
    text: str


def document_errors(typed: FormInput, errors: Sequence[Mapping[str, Any]]) -> list[DocumentError]:
    """The API's errors about a place of a document: which line and column, and what stands there."""
    lines = "".join(typed.get("document", [])[-1:]).split("\n")
    found = []
    for each in errors:
        if place := _place_in_a_document(each):
            line, column = int(place[1]), int(place[2])
            sentence = str(each.get("sentence", "")).removeprefix(f"Line {line}, column {column}: ")
            text = lines[line - 1].strip() if 0 < line <= len(lines) else ""
            found.append(DocumentError(line, column, sentence, text))
    return found


def _place_in_a_document(error: Mapping[str, Any]) -> re.Match[str] | None:
    return re.fullmatch(r"document\.(\d+)\.(\d+)", str(error.get("field", "")))
