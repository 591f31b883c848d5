"""A run shares what there is among all who are eligible, tells each case its line, and can be made again to the byte."""

import re
from decimal import Decimal
from functools import cache
from typing import Any

import yaml

from domain.adopted_criteria import compiled
from domain.case import events as ce
from domain.criteria.calculation import calculate
from domain.decision import events as de
from domain.messages import RecordedEvent
from domain.round.events import CalculationRun, RoundOpened
from tests.invariants.in_memory_store import AcceptedCommand
from tests.invariants.rules.checker import CaseRecord, InvariantChecker, invariant


def _of_round(checker: InvariantChecker, key: str) -> dict[str, CaseRecord]:
    """The records of a round's cases that are not withdrawn, by their case."""
    records = {stream.key: each for stream, each in checker.records.items() if each.submitted.round == key}
    return {name: each for name, each in records.items() if not each.withdrawn}


@cache
def _said(document: str, key: str) -> Any:
    """What the text of the criteria says under a key, read once more by hand."""
    return yaml.safe_load(document).get(key)


def _reserve(round_: RoundOpened) -> Decimal:
    """The reserve in euros."""
    said = str(_said(round_.criteria.text, "reserve") or "0 €")
    number = Decimal(re.sub(r"[^\d,]", "", said).replace(",", "."))
    reserve = round_.budget * number / 100 if said.endswith("%") else number
    return reserve.quantize(Decimal("0.01"))


@invariant(CalculationRun)
def shared_within_budget(checker: InvariantChecker, fact: RecordedEvent, accepted: AcceptedCommand) -> None:
    event, round_ = fact.event, checker.rounds[fact.stream.key]
    assert isinstance(event, CalculationRun)
    total = sum((line.amount for line in event.result.lines), Decimal(0))
    assert event.result.reserve == _reserve(round_)
    assert total <= round_.budget - _reserve(round_), "more is shared than there is"
    assert event.result.total == total, "the total is not the sum of the lines"
    assert event.result.unallocated == round_.budget - total
    assert all(line.amount >= 0 for line in event.result.lines)
    for line in event.result.lines:
        assert line.amount == sum(line.parts.values()), "a line is not the sum of its parts"
        assert line.outcome == "granted" or (line.reasons and not line.amount), "rejected without a reason"


@invariant(CalculationRun)
def shared_among_all_who_are_eligible(
    checker: InvariantChecker, fact: RecordedEvent, accepted: AcceptedCommand
) -> None:
    event, live = fact.event, _of_round(checker, fact.stream.key)
    assert isinstance(event, CalculationRun)
    eligible = {
        name for name, each in live.items() if each.evaluated and each.evaluated.outcome == "eligible"
    }
    assert {line.case for line in event.result.lines} == {each.case for each in event.demands} == eligible
    assert all(each.evaluated or each.submitted.late for each in live.values()), (
        "shared before all are checked"
    )


@invariant(CalculationRun)
def made_again_from_what_it_pins(
    checker: InvariantChecker, fact: RecordedEvent, accepted: AcceptedCommand
) -> None:
    """The criteria of the round, its budget, the demands and the values give the same bytes, traces and all."""
    event, key = fact.event, fact.stream.key
    assert isinstance(event, CalculationRun)
    round_, fixed = checker.rounds[key], checker.fixed.get(key)
    cited = fixed.cited if fixed else "preview"
    again = calculate(compiled(round_.criteria), round_.budget, event.demands, event.result.slots, cited)
    assert again.hash() == event.run_hash, "a run comes out otherwise when it is made again"
    assert again.stripped() == event.result
    assert event.run == len(checker.runs[key]) + 1


@invariant(CalculationRun)
def given_to_each_case(checker: InvariantChecker, fact: RecordedEvent, accepted: AcceptedCommand) -> None:
    """A run that counts tells each case its line, whole; a preview tells nobody."""
    event, key = fact.event, fact.stream.key
    assert isinstance(event, CalculationRun)
    results = {
        each.stream.key: each.event for each in accepted.facts if isinstance(each.event, ce.Calculated)
    }
    open_ = _said(checker.rounds[key].criteria.text, "slots")
    assert event.preview == bool(open_ and key not in checker.fixed), (
        "a preview is what nothing was fixed for"
    )
    if event.preview:
        assert not results, "a preview calculates no case"
        return
    if open_:
        assert event.result.slots == checker.fixed[key].values, "other values than the board fixed"
    demands = {each.case: each for each in event.demands}
    assert set(results) == set(demands)
    for line in event.result.lines:
        calculated = results[line.case]
        assert calculated.run == event.run
        assert calculated.inputs == demands[line.case].inputs, "other inputs than the run was made on"
        said = (calculated.outcome, calculated.amount, calculated.reasons, calculated.plan.parts)
        assert said == (line.outcome, line.amount, line.reasons, dict(line.parts)), (
            "another line than the run's"
        )
        assert calculated.plan.invoice == (line.invoice or 0)
        if not line.invoice:
            paid = calculated.plan.at_once + calculated.plan.on_account
            assert paid == line.amount, "paid otherwise than granted"


@invariant(ce.Calculated)
def cited_from_a_run(checker: InvariantChecker, fact: RecordedEvent, accepted: AcceptedCommand) -> None:
    assert any(isinstance(each.event, CalculationRun) for each in accepted.facts)


@invariant(de.Proposed)
def proposed_on_the_values_in_force(
    checker: InvariantChecker, fact: RecordedEvent, accepted: AcceptedCommand
) -> None:
    """What is granted was calculated on what the board has fixed, not on what it had fixed before."""
    event = fact.event
    assert isinstance(event, de.Proposed)
    if event.round in checker.fixed and any(line.granted for line in event.lines):
        final = [run for run in checker.runs[event.round] if not run.preview][-1]
        assert final.result.slots == checker.fixed[event.round].values, (
            "the board has fixed other values since"
        )
