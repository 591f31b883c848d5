"""A command's schema becomes a form, and what is typed into it becomes the command again: for every command there is."""

import re
from html.parser import HTMLParser
from typing import Any

import pytest
from pydantic.alias_generators import to_camel

from api.ui.command_forms import command_form
from api.ui.form_contexts import case_context
from api.ui.form_input import command_json, document_errors, errors_by_field, input_from_values
from api.ui.forms import EMPTY_CONTEXT, fields_of
from api.ui.render import template_environment
from api.v1.commands import command_title
from api.v1.reads import command_schema
from domain.messages import Command
from domain.streams import commands_by_name
from tests.pages.examples import ASKED, BARE, GRANT, PLACE, filled

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
    form = {
        "name": command.__name__,
        "title": command_title(command),
        "href": "/api/v1/x",
        "schema": command_schema(command),
    }
    macros: Any = template_environment(language).get_template("forms.html").module
    return str(macros.command(command_form(form, place, language, version=7)))


@pytest.mark.parametrize("command", SPOKEN, ids=lambda each: each.__name__)
@pytest.mark.parametrize("place", [PLACE, BARE, EMPTY_CONTEXT], ids=["lists", "no lists", "nothing"])
def test_what_is_typed_is_the_command(command: type[Command], place: Any) -> None:
    fields = fields_of(command_schema(command), place)
    body = command_json(fields, filled(fields))
    command.model_validate(body)


@pytest.mark.parametrize("command", SPOKEN, ids=lambda each: each.__name__)
def test_what_a_form_shows_of_a_command_is_the_same_command(command: type[Command]) -> None:
    fields = fields_of(command_schema(command), PLACE)
    body = command_json(fields, filled(fields))
    assert command_json(fields, input_from_values(fields, body)) == body


@pytest.mark.parametrize("command", SPOKEN, ids=lambda each: each.__name__)
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_form_has_a_named_control_for_everything_that_is_typed(
    command: type[Command], language: str
) -> None:
    seen = Seen(drawn(command, language))
    fields = fields_of(command_schema(command), PLACE, language)
    controls = {name.removesuffix(f".{kind.value}") for name in seen.names for kind in PLACE.kinds}
    assert set(filled(fields)) <= controls
    assert len(seen.ids) == len(set(seen.ids))
    for control in seen.controls:
        if control.get("type") not in ("checkbox", "radio"):
            assert control.get("id") in seen.labelled


def test_an_optional_part_left_empty_is_left_out() -> None:
    fields = fields_of(command_schema(commands_by_name()["Submit"]), PLACE)
    body = command_json(
        fields, {"process": ["event-notice"], "account.iban": [" "], "contact.name": ["Outi"]}
    )
    assert "account" not in body
    assert body["contact"] == {"name": "Outi"}


def test_numbers_and_days_are_read_as_finns_write_them() -> None:
    fields = fields_of(command_schema(commands_by_name()["OpenRound"]), PLACE)
    body = command_json(
        fields, {"budget": ["1\u00a0842,50 €"], "ruleSetEdition": ["1 000"], "opensAt": ["2022-06-01T09:00"]}
    )
    assert body["budget"] == "1842.50"
    assert body["ruleSetEdition"] == 1000
    assert body["opensAt"] == "2022-06-01T09:00:00+03:00"


def test_what_cannot_be_read_is_left_for_the_api_to_refuse() -> None:
    fields = fields_of(command_schema(commands_by_name()["OpenRound"]), PLACE)
    assert command_json(fields, {"ruleSetEdition": ["monta"]})["ruleSetEdition"] == "monta"


def test_errors_stand_at_their_fields() -> None:
    fields = fields_of(command_schema(commands_by_name()["Submit"]), PLACE)
    errors = [
        {"field": "body.contact.name", "sentence": "one"},
        {"field": "form.length_m", "sentence": "two"},
        {"field": "attachments", "sentence": "three"},
        {"field": "elsewhere", "sentence": "four"},
    ]
    assert errors_by_field(fields, errors) == {
        "contact.name": "one",
        "form.lengthM": "two",
        "attachments": "three",
        "": "four",
    }


def test_personal_fields_are_not_remembered_by_the_browser() -> None:
    seen = Seen(drawn(commands_by_name()["Submit"], "fi"))
    off = {str(each["name"]) for each in seen.controls if each.get("autocomplete") == "off"}
    assert {"contact.name", "contact.address", "account.iban", "account.holder"} <= off


def test_an_object_whose_names_the_page_knows_has_a_text_for_each() -> None:
    fields = fields_of(command_schema(commands_by_name()["FixValues"]), PLACE)
    group = fields[0]
    assert (group.kind, [each.path for each in group.fields]) == (
        "group",
        ["values.class_1_percent", "values.most_per_km"],
    )
    typed = {"values.class_1_percent": [" 72,5 % "], "values.most_per_km": [""]}
    assert command_json(fields, typed) == {"values": {"class_1_percent": "72,5 %"}}
    assert errors_by_field(fields, [{"field": "values.class_1_percent", "sentence": "one"}]) == {
        "values.class_1_percent": "one"
    }


def test_a_document_is_sent_to_the_last_space() -> None:
    fields = fields_of(command_schema(commands_by_name()["AdoptRuleSet"]), PLACE)
    text = "\nname: a\n# end  \n"
    assert command_json(fields, {"document": [text]}) == {"document": text}
    assert command_json(fields, {"document": [" \n"]}) == {}
    shown = drawn(commands_by_name()["AdoptRuleSet"], "fi")
    assert re.search(r'<textarea class="document"[^>]*>\n</textarea>', shown), (
        "a browser drops the first line end"
    )


def test_errors_in_a_document_stand_at_their_line_and_column() -> None:
    fields = fields_of(command_schema(commands_by_name()["AdoptRuleSet"]), PLACE)
    errors = [
        {"field": "document.2.8", "sentence": "Line 2, column 8: There is nothing called x. Look again."},
        {"field": "document.9.1", "sentence": "Line 9, column 1: It ends here."},
        {"field": "document", "sentence": "The day of adoption is still to come."},
    ]
    found = document_errors({"document": ["name: a\n  grant: x\n"]}, errors)
    assert [(each.line, each.column, each.text) for each in found] == [(2, 8, "grant: x"), (9, 1, "")]
    assert found[0].sentence == "There is nothing called x. Look again."
    assert errors_by_field(fields, errors) == {"document": "The day of adoption is still to come."}


def test_answers_to_the_criteria_come_back_as_they_were_given() -> None:
    """What nobody changed is not sent again: a length stands in its form without the unit that was added to it."""
    kept = [("winter_length", "1200 m"), ("state_aid", "no"), ("cost_estimate", "1842.50"), ("bridges", None)]
    by_name = {each["name"]: each for each in ASKED}
    case = {
        **dict.fromkeys(
            ("checklist", "parties", "claims", "payments", "reasonsKnown", "attachmentKinds"), ()
        ),
        "process": {"name": GRANT.name, "edition": GRANT.edition},
        "form": [{**by_name[name], "value": value} for name, value in kept],
        "questions": [],
        "finalAccountQuestions": [],
        "reasonTexts": {},
    }
    place = case_context(case, {}, "fi")
    now = place.values["form"]
    assert now["winterLength"] == "1200"
    [form_] = [
        each
        for each in fields_of(command_schema(commands_by_name()["AnswerCompletion"]), place)
        if each.name == "form"
    ]
    own = {*GRANT.form.model_fields}
    asked = [each for each in form_.fields if each.name not in {to_camel(name) for name in own}]
    assert [each.kind for each in asked] == ["decimal", "choice", "decimal", "integer"]
    sent = command_json([form_], input_from_values([form_], {"form": now}))["form"]
    assert {name: value for name, value in sent.items() if value is not None} == {
        "winterLength": "1200",
        "stateAid": "no",
        "costEstimate": "1842.50",
    }
