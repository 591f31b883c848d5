"""Folding never meets today's rules: with every limit at one, what was stored folds to what it always did."""

import json
from pathlib import Path
from typing import Any

import pytest

from domain.adopted_criteria import adoptable, compiled
from domain.criteria import ready_criteria
from domain.criteria.compiler import compile_rule_set, compile_with_findings
from domain.criteria.stored import StoredCriteria, as_stored
from domain.messages import Event, StreamId
from domain.municipality.events import RuleSetAdopted
from domain.rejections import BadContent, CriteriaUnreadable
from domain.round.events import RoundOpened
from domain.streams import empty_state, evolve
from tests import limits
from tests.golden.fold import folded, plain, read
from tests.stories.examples import ROUND_OPEN
from tests.stories.story import given
from tests.test_golden import FILES, name, parts

READY = ready_criteria()
OPENED = next(each.event for each in given(ROUND_OPEN).world.log if isinstance(each.event, RoundOpened))


def stored(text: str) -> StoredCriteria:
    return as_stored(compile_rule_set(text))


def golden_documents() -> set[str]:
    """The text of every document that a golden trail adopts or opens a round under."""
    events = [each.event for file in FILES for each in read(parts(file)[0])]
    return {each.criteria.text for each in events if isinstance(each, RuleSetAdopted | RoundOpened)}


def test_every_number_of_the_domain_is_a_limit_or_said_to_be_none() -> None:
    """A new limit is called MAX_…, and is tightened here by that."""
    unknown = sorted(set(limits.numbers()) - set(limits.limits()) - set(limits.NO_LIMITS))
    assert not unknown, f"call a limit MAX_…, or say in tests/limits.py what else it is: {unknown}"
    assert not sorted(set(limits.NO_LIMITS) - set(limits.numbers())), (
        "it is gone: take it from tests/limits.py"
    )


@pytest.mark.parametrize(
    "limit", ["MAX_FORMULA_LENGTH", "MAX_DOCUMENT_LENGTH", "MAX_YAML_DEPTH", "MAX_EVALUATION_DEPTH"]
)
def test_a_limit_that_is_tightened_bites(limit: str) -> None:
    text = READY["improvement-by-estimate-tiers"]
    assert compile_with_findings(text)[0] is not None
    with limits.tightened(**{limit: 1}):
        assert compile_with_findings(text)[0] is None
    assert compile_with_findings(text)[0] is not None


def test_with_every_limit_tightened_no_document_is_one() -> None:
    with limits.tightened():
        assert [
            text for text in (*READY.values(), *golden_documents()) if compile_with_findings(text)[0]
        ] == []


@pytest.mark.parametrize("file", FILES, ids=name)
def test_a_golden_trail_folds_to_the_same_whatever_the_limits(file: Path) -> None:
    lines, _ = parts(file)
    before = {stream: plain(state) for stream, state in folded(read(lines)).items()}
    with limits.tightened():
        assert {stream: plain(state) for stream, state in folded(read(lines)).items()} == before


@pytest.mark.parametrize("document", READY)
def test_a_ready_document_that_was_adopted_folds_whatever_the_limits(document: str) -> None:
    criteria = stored(READY[document])
    adopted, opened = RuleSetAdopted(criteria=criteria), OPENED.model_copy(update={"criteria": criteria})
    with limits.tightened():
        municipality = folded_alone("municipality", adopted)
        assert municipality.rule_sets == {(criteria.name, criteria.edition): criteria}
        assert folded_alone("round", opened).criteria == criteria


def folded_alone(kind: str, event: Event) -> Any:
    """What a stream of this fact alone comes to, from the bytes that the store keeps."""
    stream = StreamId("498", kind, "one")
    kept = json.loads(event.model_dump_json(exclude={"settings"} if kind == "round" else set()))
    if isinstance(event, RoundOpened):
        kept["settings"] = json.loads(event.settings.model_dump_json())
    again = type(event).model_validate(kept, context={"stored": True})
    return evolve(stream, empty_state(stream), again)


# What may be stored, and what may be adopted today --------------------------------------------------------------------


def test_what_may_be_stored_has_no_bound() -> None:
    """Far longer than any document that may be adopted, of no sense, and with every odd character."""
    for text in ("", "x" * 1_000_000, "\t&*!|", "grant: 1 €/km +"):
        criteria = StoredCriteria(text=text, sha256="", name="", edition=-1, title="", process="boat-place")
        assert StoredCriteria.model_validate_json(criteria.model_dump_json()) == criteria


def test_what_was_adopted_once_cannot_be_adopted_today_and_is_refused_with_its_place() -> None:
    criteria = stored(READY["improvement-by-estimate-tiers"])
    with limits.tightened(MAX_FORMULA_LENGTH=10):
        with pytest.raises(BadContent) as refused:
            adoptable(criteria.text)
        with pytest.raises(CriteriaUnreadable) as unreadable:
            compiled(criteria)
    assert "A formula has at most 10 characters." in refused.value.details["errors"][0]["sentence"]
    assert unreadable.value.sentence.startswith(
        f"The criteria {criteria.title} cannot be read under today's rules (line "
    )
    assert unreadable.value.details["errors"][0]["field"].startswith("criteria.")
    assert "A formula has at most 10 characters." in unreadable.value.details["errors"][0]["sentence"]
    assert compiled(criteria).text == criteria.text


def test_a_value_that_was_fixed_once_and_cannot_be_read_today_is_refused() -> None:
    criteria = stored(READY["class-share-fixed-by-the-board"])
    slot = next(iter(compiled(criteria).document.slots))
    with pytest.raises(CriteriaUnreadable, match="fix the values anew"):
        compiled(criteria, {slot: "a lot"})


def test_criteria_are_compiled_once() -> None:
    text = READY["budget-divided-by-length"]
    assert compiled(stored(text)) is compiled(
        StoredCriteria.model_validate_json(stored(text).model_dump_json())
    )
