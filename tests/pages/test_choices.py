"""Whatever a command lets people choose has a text beside its type, in every language that must be spoken."""

import ast
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from api.ui import form_contexts
from api.ui.forms import Field, fields_of, flatten_fields
from api.v1.reads import command_schema
from domain.messages import Command, Role
from domain.streams import commands_by_name
from domain.texts.translation import ENGLISH, catalogue, translate

SPOKEN = [each for _, each in sorted(commands_by_name().items()) if not each.internal]


def choices(schema: Any, path: str = "") -> Iterator[tuple[str, dict[str, Any]]]:
    """Every part of a schema in which one of several values is chosen."""
    match schema:
        case dict():
            if len(schema.get("enum", ())) > 1:
                yield path, schema
            for name, each in schema.items():
                yield from choices(each, f"{path}.{name}")
        case list():
            for n, each in enumerate(schema):
                yield from choices(each, f"{path}.{n}")


@pytest.mark.parametrize("command", SPOKEN, ids=lambda each: each.__name__)
def test_every_choice_has_its_text(command: type[Command]) -> None:
    for path, schema in choices(command_schema(command)):
        if schema.get("x-choices") != "languages":
            assert set(schema.get("x-texts", {})) >= set(schema["enum"]), (
                f"{command.__name__}{path} has no texts"
            )


def test_the_walk_finds_the_choices() -> None:
    found = {path.rpartition(".")[2] for each in SPOKEN for path, _ in choices(command_schema(each))}
    assert {"mode", "outcome", "channel", "body", "language", "Ground", "Mode"} <= found


@pytest.mark.parametrize("language", ["fi", "sv"])
@pytest.mark.parametrize("command", SPOKEN, ids=lambda each: each.__name__)
def test_a_form_offers_each_choice_in_the_language(command: type[Command], language: str) -> None:
    english, told = (_offered(command, each) for each in (ENGLISH, language))
    assert english.keys() == told.keys()
    for choice, title in told.items():
        assert title, choice
        assert title == translate(language, english[choice]), choice
        assert ("", english[choice]) in catalogue(language).entries, f"{choice} has no {language} text"


def _offered(command: type[Command], language: str) -> dict[tuple[str, str], str]:
    fields: list[Field] = list(flatten_fields(fields_of(command_schema(command), language=language)))
    return {(each.path, one.value): one.title for each in fields for one in each.choices}


def test_every_list_that_a_schema_names_is_one_that_forms_are_given() -> None:
    """`x-choices`: a name that no page knows would leave people typing codes."""
    tree = ast.parse(Path(form_contexts.__file__).read_text())
    known = {key.value for node in ast.walk(tree) if isinstance(node, ast.Dict) for key in node.keys if isinstance(key, ast.Constant)}  # fmt: skip
    named = set(_lists([command_schema(each) for each in SPOKEN]))
    assert {"checklist", "reasons", "languages"} <= named
    assert named - known - {"languages"} == set()


def _lists(schema: Any) -> Iterator[str]:
    match schema:
        case dict():
            if "x-choices" in schema:
                yield schema["x-choices"]
            for each in schema.values():
                yield from _lists(each)
        case list():
            for each in schema:
                yield from _lists(each)


def test_every_role_has_its_text() -> None:
    assert [role for role in Role if ("", role.text) not in catalogue("fi").entries] == []
