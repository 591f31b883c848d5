"""The catalogues are complete, and say what they are given to say."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from babel.messages.pofile import read_po

from api.ui import code_texts as words
from api.ui.language import translate_sentence
from api.v1.commands import command_title
from domain.case.commands import Note
from domain.messages import STAFF
from domain.stages import Stage
from domain.texts.translation import ENGLISH, LOCALE, catalogue, languages
from projections.payments import UNPAID_REASONS
from projections.work_queue import QUEUE_REASONS
from tests.pages import texts

NATIONAL = ("fi", "sv")
"""Every text is told in these (kielilaki 423/2003); another language may lack some."""


@pytest.mark.parametrize("language", NATIONAL)
@pytest.mark.parametrize("source", texts.SOURCES)
def test_every_text_is_told_in_finnish_and_swedish(language: str, source: Callable[[], set[str]]) -> None:
    said = catalogue(language).entries
    assert sorted(each for each in source() if texts.has_words("", each) and ("", each) not in said) == []


@pytest.mark.parametrize("language", NATIONAL)
def test_every_text_marked_in_the_code_is_told_in_finnish_and_swedish(language: str) -> None:
    marked = {each for each in texts.of_code() if texts.has_words(*each)}
    assert len(marked) > 300, "the walk finds the texts of the code"
    assert sorted(marked - set(catalogue(language).entries)) == []


@pytest.mark.parametrize("language", languages())
def test_no_text_is_kept_for_nothing(language: str) -> None:
    of_the_library = {
        ("", command_title(Note))
    }  # a command that stands there whether or not a process answers it
    assert sorted(set(catalogue(language).entries) - texts.msgids() - of_the_library) == []


def test_the_english_catalogue_repeats_nothing() -> None:
    assert [text for (_, text), said in catalogue(ENGLISH).entries.items() if said == (text,)] == []


@pytest.mark.parametrize("language", languages())
def test_a_catalogue_is_read_as_gettext_reads_it(language: str) -> None:
    """Babel reads and compiles the same file; each text is the same."""
    with (LOCALE / language / "asiapolku.po").open("rb") as file:
        theirs = [each for each in read_po(file, locale=language) if each.id]
    ours = catalogue(language).entries
    assert len(theirs) == len(ours)
    for each in theirs:
        first = each.id if isinstance(each.id, str) else each.id[0]
        said = (each.string,) if isinstance(each.string, str) else tuple(each.string or ())
        assert ours[each.context or "", first] == said


@pytest.mark.parametrize("language", languages())
def test_places_in_a_text_are_the_same_in_every_language(language: str) -> None:
    all_said = texts.of_facts() | {text for _, text in texts.of_code()} - set(words.MESSAGES)
    for (_, msgid), said in catalogue(language).entries.items():
        places = set(re.findall(r"%\(\w+\)s|{\w+}", msgid))
        for each in said:
            found = set(re.findall(r"%\(\w+\)s|{\w+}", each))
            assert found <= places, msgid
            assert found == places or msgid not in all_said, msgid


def test_every_reason_has_its_words() -> None:
    assert set(QUEUE_REASONS.values()) | {"late"} <= set(words.QUEUE_REASON_TEXTS)
    assert set(UNPAID_REASONS.values()) <= set(words.UNPAID_REASON_TEXTS)


def test_a_stage_says_why_things_wait_in_a_queue_for_staff() -> None:
    in_queues = [stage for stage in texts.every_stage() if stage.waits_for in STAFF and not _of_round(stage)]
    assert len(in_queues) > 10
    assert [stage.name for stage in in_queues if not stage.texts.waiting] == []


def _of_round(stage: Stage[Any]) -> bool:
    """Rounds stand in no queue."""
    return any(command.kind == "round" for command in stage.answers)


def test_a_stage_is_called_the_same_wherever_lists_show_it_by_its_name() -> None:
    shown: dict[str, set[tuple[str, ...]]] = {}
    for stage in texts.every_stage():
        told = stage.texts
        shown.setdefault(stage.name, set()).add((told.title, told.icon, told.tone, told.waiting))
    assert {name: each for name, each in shown.items() if len({x[:3] for x in each}) > 1} == {}


def test_a_finished_sentence_of_the_api_is_said_in_finnish() -> None:
    say = catalogue("fi").gettext
    assert (
        translate_sentence(say, "Your roles do not allow this; it is for handler.")
        == "Roolisi eivät salli tätä; se kuuluu roolille Käsittelijä."
    )
    assert (
        translate_sentence(say, "String should have at least 3 characters") == "Kirjoita vähintään 3 merkkiä"
    )
    assert translate_sentence(say, "Nobody has said this before.") == "Nobody has said this before."
