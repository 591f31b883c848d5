"""From a command's JSON Schema to the fields of a form, and from what was typed back to the command's JSON.

Nothing here knows any command: a new one has its form without a page being touched. Fields are named by their path,
`contact.name`; `x-choices` names a list of the page, `x-titles` the question in each language.
"""

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from types import MappingProxyType
from typing import Any, Literal

from pydantic.alias_generators import to_camel

from domain.messages import HELSINKI

Kind = Literal[
    "text", "long", "integer", "decimal", "boolean", "date", "instant", "time", "choice", "choices", "lines",
    "group", "rows", "files", "fixed", "json",
]  # fmt: skip
Typed = dict[str, list[str]]
"""What was typed, by path; more than one value where more than one may be chosen."""

LONG = 500
SPARE_ROWS = 2
BY_NAME = {"handler": "handlers", "payment": "payments", "process": "processes", "round": "rounds", "ruleSet": "ruleSets", "cases": "cases"}  # fmt: skip
"""Lists of the page that a field is offered by its name, where its schema does not say `x-choices`."""


@dataclass(frozen=True)
class Choice:
    """Something that can be chosen."""

    value: str
    title: str
    translated: bool = True


@dataclass(frozen=True)
class Place:
    """Where a form stands: the lists it chooses from, the process's questions and kinds of attachment."""

    lists: Mapping[str, Sequence[Choice]]
    questions: tuple["Field", ...] | None = None
    kinds: tuple[Choice, ...] = ()
    needed: frozenset[str] = frozenset()
    """Kinds of attachment that must be there."""
    values: Mapping[str, Any] = MappingProxyType({})
    """What stands there now, by the name of the command's field."""


NOWHERE = Place({})


@dataclass(frozen=True)
class Field:
    """One field of a form, or a group of them."""

    path: str
    title: str
    kind: Kind
    required: bool = False
    default: Any = None
    choices: tuple[Choice, ...] = ()
    fields: tuple["Field", ...] = ()
    minimum: float | None = None
    maximum: float | None = None
    longest: int | None = None
    pattern: str | None = None
    personal: bool = False
    widget: str | None = None

    @property
    def name(self) -> str:
        return self.path.rpartition(".")[2]

    @property
    def id(self) -> str:
        return self.path.replace(".", "-")


def fields_of(schema: Mapping[str, Any], place: Place = NOWHERE, language: str = "en") -> tuple[Field, ...]:
    """The fields of a command's schema."""
    return _Reader(schema.get("$defs", {}), place, language).object(schema, "")


@dataclass(frozen=True)
class _Reader:
    defs: Mapping[str, Any]
    place: Place
    language: str

    def object(self, schema: Mapping[str, Any], above: str) -> tuple[Field, ...]:
        needed = schema.get("required", ())
        return tuple(
            self.field(name, each, f"{above}{name}", required=name in needed)
            for name, each in schema.get("properties", {}).items()
        )

    def field(self, name: str, raw: Mapping[str, Any], path: str, *, required: bool) -> Field:
        schema, optional = self.plain(raw)
        titles = schema.get("x-titles", {})
        field = Field(
            path=path,
            title=titles.get(self.language) or str(schema.get("title", name)),
            kind="text",
            required=required and not optional,
            default=schema.get("default"),
            minimum=schema.get("minimum"),
            maximum=schema.get("maximum"),
            longest=schema.get("maxLength"),
            pattern=schema.get("pattern"),
            personal=bool(schema.get("x-personal")),
            widget=schema.get("x-widget"),
        )
        named = schema.get("x-choices") or BY_NAME.get(name, "")
        return self.shaped(field, schema, tuple(self.place.lists.get(named, ())))

    def plain(self, raw: Mapping[str, Any]) -> tuple[dict[str, Any], bool]:
        """A schema without references and without its null, and whether it had one."""
        schema = dict(raw)
        while "$ref" in schema:
            reference = schema.pop("$ref").rpartition("/")[2]
            schema = {**self.defs.get(reference, {}), **schema}
        ways = schema.get("anyOf", [])
        real = [each for each in ways if each.get("type") != "null"]
        optional = len(real) < len(ways)
        if len(real) == 1:
            outer = {key: value for key, value in schema.items() if key != "anyOf"}
            inner, _ = self.plain(real[0])
            schema = {**inner, **outer}
        elif {each.get("type") for each in real} == {"number", "string"}:
            numeric = next(each for each in real if each["type"] == "number")
            schema = {**numeric, **schema, "type": "decimal"}
        return schema, optional

    def shaped(self, field: Field, schema: Mapping[str, Any], listed: tuple[Choice, ...]) -> Field:  # noqa: PLR0911 - a table of shapes
        if "const" in schema:
            return replace(field, kind="fixed", default=schema["const"])
        if field.name == "form" and "properties" not in schema and self.place.questions is not None:
            inner = tuple(under(each, f"{field.path}.") for each in self.place.questions)
            return replace(field, kind="group", fields=inner)
        if "enum" in schema:
            return replace(field, kind="choice", choices=tuple(Choice(str(each), str(each), translated=False) for each in schema["enum"]))  # fmt: skip
        match schema.get("type"):
            case "object" if "properties" in schema:
                return replace(field, kind="group", fields=self.object(schema, f"{field.path}."))
            case "array":
                return self.many(field, schema, listed)
            case "boolean":
                return replace(field, kind="boolean")
            case "integer":
                return replace(field, kind="integer")
            case "number" | "decimal":
                return replace(field, kind="decimal")
            case "string" if listed:
                return replace(field, kind="choice", choices=listed)
            case "string":
                formats: dict[str | None, Kind] = {"date": "date", "date-time": "instant", "time": "time"}
                kind = formats.get(schema.get("format"))
                long = (field.longest or 0) > LONG
                return replace(field, kind=kind or ("long" if long else "text"))
        return replace(field, kind="json")

    def many(self, field: Field, schema: Mapping[str, Any], listed: tuple[Choice, ...]) -> Field:
        item, _ = self.plain(schema.get("items", {}))
        if "sha256" in item.get("properties", {}):
            return replace(field, kind="files", choices=self.place.kinds)
        if "enum" in item:
            return replace(field, kind="choices", choices=tuple(Choice(str(each), str(each), translated=False) for each in item["enum"]))  # fmt: skip
        if "properties" in item:
            return replace(field, kind="rows", fields=self.object(item, ""))
        if item.get("type") == "string":
            return replace(field, kind="choices" if listed else "lines", choices=listed)
        return replace(field, kind="json")


def under(field: Field, above: str) -> Field:
    """The same field below a path."""
    inner = field.fields if field.kind == "rows" else tuple(under(each, above) for each in field.fields)
    return replace(field, path=f"{above}{field.path}", fields=inner)


def rows(field: Field, typed: Typed) -> list[tuple[Field, ...]]:
    """The rows of a list of objects: those that hold something, and some spare ones."""
    places = [int(m[1]) for path in typed if (m := re.match(rf"{re.escape(field.path)}\.(\d+)\.", path))]
    count = max(places, default=-1) + 1 + SPARE_ROWS
    return [tuple(under(each, f"{field.path}.{n}.") for each in field.fields) for n in range(count)]


# Out: what a form shows before anything is typed ----------------------------------------------------------------------


def typed_of(fields: Iterable[Field], values: Mapping[str, Any] | None = None) -> Typed:
    """What would have been typed for these values, or for the defaults."""
    typed: Typed = {}
    for field in fields:
        value = (values or {}).get(field.name, field.default)
        if field.kind == "group":
            typed |= typed_of(field.fields, value if isinstance(value, dict) else None)
        elif field.kind == "rows":
            for place, row in enumerate(value or []):
                inner = [under(each, f"{field.path}.{place}.") for each in field.fields]
                typed |= typed_of(inner, row)
        elif value is not None and field.kind != "fixed":
            typed[field.path] = _texts(field, value)
    return typed


def _texts(field: Field, value: Any) -> list[str]:
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


def json_of(fields: Iterable[Field], typed: Typed) -> dict[str, Any]:
    """The command's JSON. What cannot be read stays as it was typed, so that the API says what is wrong with it."""
    found = {}
    for field in fields:
        value = _value(field, typed)
        if value is not None:
            found[field.name] = value
    return found


def _value(field: Field, typed: Typed) -> Any:  # noqa: PLR0911 - a table of kinds
    texts = [each.strip() for each in typed.get(field.path, []) if each.strip()]
    text = texts[-1] if texts else ""
    match field.kind:
        case "fixed":
            return field.default
        case "group":
            inner = json_of(field.fields, typed)
            worth = {key: value for key, value in inner.items() if value is not False}
            return inner if worth or field.required else None
        case "rows":
            found = [json_of(row, typed) for row in rows(field, typed)]
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


def _scalar(kind: Kind, text: str) -> Any:
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


def errors_at(fields: Iterable[Field], errors: Sequence[Mapping[str, Any]]) -> dict[str, str]:
    """The API's errors by the path of the field they are about; under an empty path what is about no field."""
    paths = {each.path for each in flat(fields)}
    found: dict[str, str] = {}
    for each in errors:
        parts = [to_camel(part) if "_" in part else part for part in str(each.get("field", "")).split(".")]
        parts = parts[1:] if parts[:1] == ["body"] else parts
        candidates = [".".join(parts[:n]) for n in range(len(parts), 0, -1)]
        path = next((one for one in candidates if one in paths), "")
        found.setdefault(path, str(each.get("sentence", "")))
    return found


def flat(fields: Iterable[Field]) -> Iterable[Field]:
    """Every field, groups before what is in them."""
    for field in fields:
        yield field
        if field.kind == "group":
            yield from flat(field.fields)
