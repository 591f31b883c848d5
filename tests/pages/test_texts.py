"""The catalogues are complete, and say what they are given to say."""

import re
from collections.abc import Iterator

import pytest
from babel.messages.catalog import Message

from api.ui import code_texts as words
from api.ui.language import catalogue, translate_sentence, translations
from api.v1.commands import command_title
from domain.case.commands import Note
from domain.process import processes
from domain.streams import STREAM_KINDS
from projections.payments import UNPAID_REASONS
from projections.work_queue import QUEUE_REASONS
from tests.pages import texts

LANGUAGES = ("fi", "sv", "en")


def messages(language: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for each in catalogue(language):
        found |= dict(pairs(each))
    return found


def pairs(message: Message) -> Iterator[tuple[str, str]]:
    if isinstance(message.id, str):
        yield message.id, str(message.string)
    else:
        yield from zip(message.id, message.string or (), strict=True)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("source", [texts.of_templates, texts.of_commands, texts.of_refusals, words.every])
def test_every_text_is_said_in_every_language(language: str, source: object) -> None:
    said = messages(language)
    assert callable(source)
    assert sorted(each for each in source() if not said.get(each)) == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_text_is_kept_for_nothing(language: str) -> None:
    of_the_library = {command_title(Note)}  # a command that stands there whether or not a process answers it
    assert sorted(set(messages(language)) - texts.msgids() - of_the_library - {""}) == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_places_in_a_text_are_the_same_in_every_language(language: str) -> None:
    for msgid, said in messages(language).items():
        if msgid and msgid not in words.MESSAGES:
            assert set(re.findall(r"%\(\w+\)s", said)) <= set(re.findall(r"%\(\w+\)s", msgid)), msgid


def test_every_stage_and_every_reason_has_its_words() -> None:
    tables = [
        *(kind.stages for kind in STREAM_KINDS.values()),
        *(each.stages for each in processes().values()),
    ]
    stages = {stage.name for table in tables for stage in table}
    assert stages <= set(words.STAGE_TEXTS)
    assert stages <= set(words.NEXT_STEP_TEXTS)
    assert set(QUEUE_REASONS.values()) | {"late"} <= set(words.QUEUE_REASON_TEXTS)
    assert set(UNPAID_REASONS.values()) <= set(words.UNPAID_REASON_TEXTS)
    waiting = {stage.name for table in tables for stage in table if stage.waits_for}
    assert waiting - {"open", "closed", "new"} <= set(words.QUEUE_STAGE_TEXTS)


def test_a_finished_sentence_of_the_api_is_said_in_finnish() -> None:
    say = translations("fi").gettext
    assert (
        translate_sentence(say, "Your roles do not allow this; it is for handler.")
        == "Roolisi eivät salli tätä; se kuuluu roolille Käsittelijä."
    )
    assert (
        translate_sentence(say, "String should have at least 3 characters") == "Kirjoita vähintään 3 merkkiä"
    )
    assert translate_sentence(say, "Nobody has said this before.") == "Nobody has said this before."
