"""`make command-check` finds what a command lacks, and nothing is lacking."""

from collections.abc import Callable
from typing import Any, ClassVar

import pytest

from domain.case.commands import CaseCommand, LogContact
from domain.decide.case.dispatch import decide
from domain.streams import commands_by_name
from tests import command_check
from tests.command_check import missing, report


class Bare(CaseCommand):
    """Do something bare."""

    kind: ClassVar[str] = "case"
    what: str


def test_nothing_is_missing() -> None:
    assert report() == []


def test_a_command_that_is_only_a_class_lacks_everything_else() -> None:
    found = " ".join(missing(Bare))
    for word in (
        "is no title",
        "nothing decides it",
        "no stage",
        "no story",
        "golden",
        "example",
        "fi text",
        "sv text",
        "openapi",
    ):
        assert word in found, word


def test_a_function_without_a_name_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(decide.dispatch(LogContact), "__name__", "_")
    assert [each for each in missing(LogContact) if "has no name" in each]


def test_a_fact_that_the_timeline_does_not_know_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(command_check, "_told_or_left_out", lambda _: False)
    assert [each for each in missing(LogContact) if "ContactLogged is neither" in each]


@pytest.mark.parametrize("place", ["_tests_naming", "golden_facts", "committed_paths"])
def test_each_place_is_looked_at(place: str, monkeypatch: pytest.MonkeyPatch) -> None:
    empty: Callable[..., Any] = (lambda *_: []) if place == "_tests_naming" else dict
    monkeypatch.setattr(command_check, place, empty)
    assert all(list(missing(command)) for command in commands_by_name().values() if not command.internal)
