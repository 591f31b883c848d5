"""From a command's JSON Schema to the fields of a form.

Nothing here knows any command: a new one has its form without a page being touched. Fields are named by their path,
`contact.name`; `x-choices` names a list of the page, `x-titles` the question in each language.
"""

import dataclasses
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

from domain.texts.translation import in_language, language_name, translate

FieldKind = Literal[
    "text", "long", "integer", "decimal", "boolean", "date", "instant", "time", "choice", "choices", "lines",
    "group", "rows", "files", "fixed", "json",
]  # fmt: skip
FormInput = dict[str, list[str]]
"""What was typed, by path; more than one value where more than one may be chosen."""

LONG_TEXT_LENGTH = 500
SPARE_ROWS = 2
BY_NAME = {"handler": "handlers", "payment": "payments", "process": "processes", "round": "rounds", "ruleSet": "ruleSets", "cases": "cases"}  # fmt: skip
"""Lists of the page that a field is offered by its name, where its schema does not say `x-choices`."""


@dataclass(frozen=True)
class Choice:
    """Something that can be chosen."""

    value: str
    title: str
    translated: bool = True
    hint: str = ""
    """How to write its value, where it has one of its own."""


@dataclass(frozen=True)
class FormContext:
    """Where a form stands: the lists it chooses from, the process's questions and kinds of attachment."""

    lists: Mapping[str, Sequence[Choice]]
    questions: tuple["Field", ...] | None = None
    kinds: tuple[Choice, ...] = ()
    needed: frozenset[str] = frozenset()
    """Kinds of attachment that must be there."""
    titles: Mapping[str, str] = dataclasses.field(default_factory=dict)
    """What names and codes are called that a refusal may speak of."""
    values: Mapping[str, Any] = dataclasses.field(default_factory=dict)
    """What stands there now, by the name of the command's field."""


EMPTY_CONTEXT = FormContext({})


@dataclass(frozen=True)
class Field:
    """One field of a form, or a group of them."""

    path: str
    title: str
    kind: FieldKind
    required: bool = False
    asked: bool = False
    """Asked of whomever it concerns: it may be left empty, and is not called optional."""
    hint: str = ""
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


def fields_of(
    schema: Mapping[str, Any], place: FormContext = EMPTY_CONTEXT, language: str = "en"
) -> tuple[Field, ...]:
    """The fields of a command's schema."""
    return _Reader(schema.get("$defs", {}), place, language).object(schema, "")


@dataclass(frozen=True)
class _Reader:
    defs: Mapping[str, Any]
    place: FormContext
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
            title=in_language(titles, self.language) if titles else str(raw.get("title") or spaced(name)),
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
        found = self.place.lists.get(schema.get("x-choices") or BY_NAME.get(name, ""))
        return self.shaped(field, schema, None if found is None else tuple(found))

    def named(self, field: Field, each: Choice) -> Field:
        """One value of an object whose names the page knows, as a text."""
        return Field(
            f"{field.path}.{each.value}", each.title, "text", asked=True, hint=each.hint, longest=200
        )

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

    def shaped(self, field: Field, schema: Mapping[str, Any], listed: tuple[Choice, ...] | None) -> Field:  # noqa: C901, PLR0911 - a table of shapes
        if "const" in schema:
            return replace(field, kind="fixed", default=schema["const"])
        if field.name == "form" and "properties" not in schema and self.place.questions is not None:
            inner = tuple(nested_field(each, f"{field.path}.") for each in self.place.questions)
            return replace(field, kind="group", fields=inner)
        if "enum" in schema:
            return replace(field, kind="choice", choices=tuple(self.choices(schema)))
        match schema.get("type"):
            case "object" if "properties" in schema:
                return replace(field, kind="group", fields=self.object(schema, f"{field.path}."))
            case "object" if listed is not None:
                return replace(field, kind="group", fields=tuple(self.named(field, each) for each in listed))
            case "array":
                return self.many(field, schema, listed or ())
            case "boolean":
                return replace(field, kind="boolean")
            case "integer":
                return replace(field, kind="integer")
            case "number" | "decimal":
                return replace(field, kind="decimal")
            case "string" if listed:
                return replace(field, kind="choice", choices=listed)
            case "string":
                formats: dict[str | None, FieldKind] = {
                    "date": "date",
                    "date-time": "instant",
                    "time": "time",
                }
                kind = formats.get(schema.get("format"))
                long = (field.longest or 0) > LONG_TEXT_LENGTH
                return replace(field, kind=kind or ("long" if long else "text"))
        return replace(field, kind="json")

    def choices(self, schema: Mapping[str, Any]) -> Iterator[Choice]:
        """The values of an enumeration, each by its text."""
        called = schema.get("x-texts", {})
        for each in map(str, schema["enum"]):
            if schema.get("x-choices") == "languages":
                yield Choice(each, language_name(each, self.language))
            else:
                yield Choice(each, translate(self.language, called.get(each, each)))

    def many(self, field: Field, schema: Mapping[str, Any], listed: tuple[Choice, ...]) -> Field:
        item, _ = self.plain(schema.get("items", {}))
        if "sha256" in item.get("properties", {}):
            return replace(field, kind="files", choices=self.place.kinds)
        if "enum" in item:
            return replace(field, kind="choices", choices=tuple(self.choices(item)))
        if "properties" in item:
            return replace(field, kind="rows", fields=self.object(item, ""))
        if item.get("type") == "string":
            return replace(field, kind="choices" if listed else "lines", choices=listed)
        return replace(field, kind="json")


def spaced(name: str) -> str:
    """`ruleSet` as words: what a field is called where its schema gives it no title."""
    return re.sub(r"(?<!^)(?=[A-Z])", " ", name).capitalize()


def nested_field(field: Field, above: str) -> Field:
    """The same field below a path."""
    inner = (
        field.fields if field.kind == "rows" else tuple(nested_field(each, above) for each in field.fields)
    )
    return replace(field, path=f"{above}{field.path}", fields=inner)


def rows(field: Field, typed: FormInput) -> list[tuple[Field, ...]]:
    """The rows of a list of objects: those that hold something, and some spare ones."""
    places = [int(m[1]) for path in typed if (m := re.match(rf"{re.escape(field.path)}\.(\d+)\.", path))]
    count = max(places, default=-1) + 1 + SPARE_ROWS
    return [tuple(nested_field(each, f"{field.path}.{n}.") for each in field.fields) for n in range(count)]


def flatten_fields(fields: Iterable[Field]) -> Iterable[Field]:
    """Every field, groups before what is in them."""
    for field in fields:
        yield field
        if field.kind == "group":
            yield from flatten_fields(field.fields)
