"""A command's schema becomes a form, and what is typed into it becomes the command again: for every command there is."""

from html.parser import HTMLParser
from typing import Any

import pytest

from api.ui.doors import form
from api.ui.forms import NOWHERE, fields_of
from api.ui.render import environment
from api.ui.typed import errors_at, json_of, typed_of
from api.v1.commands import title
from api.v1.reads import schema
from domain.decider import commands_by_name
from domain.messages import Command
from tests.pages.examples import BARE, PLACE, filled

SPOKEN = [each for _, each in sorted(commands_by_name().items()) if not each.internal]
LANGUAGES = ("fi", "sv", "en")


class Seen(HTMLParser):
    """The controls of a page, and what names them."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.names: set[str] = set()
        self.ids: list[str] = []
        self.labelled: set[str] = set()
        self.controls: list[dict[str, str | None]] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if given.get("id"):
            self.ids.append(str(given["id"]))
        if tag == "label" and given.get("for"):
            self.labelled.add(str(given["for"]))
        if tag in ("input", "select", "textarea") and given.get("type") != "hidden":
            self.controls.append(given)
            self.names.add(str(given["name"]))


def drawn(command: type[Command], language: str, place: Any = PLACE) -> str:
    door = {"name": command.__name__, "title": title(command), "href": "/api/v1/x", "schema": schema(command)}
    macros: Any = environment(language).get_template("forms.html").module
    return str(macros.command(form(door, place, language, version=7)))


@pytest.mark.parametrize("command", SPOKEN, ids=lambda each: each.__name__)
@pytest.mark.parametrize("place", [PLACE, BARE, NOWHERE], ids=["lists", "no lists", "nothing"])
def test_what_is_typed_is_the_command(command: type[Command], place: Any) -> None:
    fields = fields_of(schema(command), place)
    body = json_of(fields, filled(fields))
    command.model_validate(body)


@pytest.mark.parametrize("command", SPOKEN, ids=lambda each: each.__name__)
def test_what_a_form_shows_of_a_command_is_the_same_command(command: type[Command]) -> None:
    fields = fields_of(schema(command), PLACE)
    body = json_of(fields, filled(fields))
    assert json_of(fields, typed_of(fields, body)) == body


@pytest.mark.parametrize("command", SPOKEN, ids=lambda each: each.__name__)
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_form_has_a_named_control_for_everything_that_is_typed(
    command: type[Command], language: str
) -> None:
    seen = Seen(drawn(command, language))
    fields = fields_of(schema(command), PLACE, language)
    controls = {name.removesuffix(f".{kind.value}") for name in seen.names for kind in PLACE.kinds}
    assert set(filled(fields)) <= controls
    assert len(seen.ids) == len(set(seen.ids))
    for control in seen.controls:
        if control.get("type") not in ("checkbox", "radio"):
            assert control.get("id") in seen.labelled


def test_an_optional_part_left_empty_is_left_out() -> None:
    fields = fields_of(schema(commands_by_name()["Submit"]), PLACE)
    body = json_of(fields, {"process": ["event-notice"], "account.iban": [" "], "contact.name": ["Outi"]})
    assert "account" not in body
    assert body["contact"] == {"name": "Outi"}


def test_numbers_and_days_are_read_as_finns_write_them() -> None:
    fields = fields_of(schema(commands_by_name()["OpenRound"]), PLACE)
    body = json_of(
        fields, {"budget": ["1\u00a0842,50 €"], "ruleSetEdition": ["1 000"], "opensAt": ["2022-06-01T09:00"]}
    )
    assert body["budget"] == "1842.50"
    assert body["ruleSetEdition"] == 1000
    assert body["opensAt"] == "2022-06-01T09:00:00+03:00"


def test_what_cannot_be_read_is_left_for_the_api_to_refuse() -> None:
    fields = fields_of(schema(commands_by_name()["OpenRound"]), PLACE)
    assert json_of(fields, {"ruleSetEdition": ["monta"]})["ruleSetEdition"] == "monta"


def test_errors_stand_at_their_fields() -> None:
    fields = fields_of(schema(commands_by_name()["Submit"]), PLACE)
    told = [
        {"field": "body.contact.name", "sentence": "one"},
        {"field": "form.length_m", "sentence": "two"},
        {"field": "attachments", "sentence": "three"},
        {"field": "elsewhere", "sentence": "four"},
    ]
    assert errors_at(fields, told) == {
        "contact.name": "one",
        "form.lengthM": "two",
        "attachments": "three",
        "": "four",
    }


def test_personal_fields_are_not_remembered_by_the_browser() -> None:
    seen = Seen(drawn(commands_by_name()["Submit"], "fi"))
    off = {str(each["name"]) for each in seen.controls if each.get("autocomplete") == "off"}
    assert {"contact.name", "contact.address", "account.iban", "account.holder"} <= off
