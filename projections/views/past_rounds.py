"""Past rounds looked at again: replayed to the same bytes, and tried under new criteria. Nothing is written.

Folded when asked for, from the streams themselves.
"""

import csv
import io
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from domain.adopted_criteria import compiled
from domain.case.events import Calculated
from domain.case.state import Case
from domain.context import Context
from domain.criteria.calculation import ENGINE, calculate
from domain.criteria.comparison import PastLine, WhatIf, compare_past_round
from domain.criteria.criteria_texts import CriteriaTexts
from domain.criteria.result import LineResult
from domain.criteria.ruleset import RuleSet
from domain.inputs import application_inputs, reasons_known
from domain.messages import HELSINKI, NO_MONEY, StreamId, system_actor
from domain.processes import process
from domain.rejections import NotFound, NotNow
from domain.road.state import Road
from domain.round.events import CalculationRun
from domain.round.state import Round
from domain.store.event_store import EventStore


class _Streams(dict[StreamId, Any]):
    """States of the store, folded when they are asked for; of what was granted only what came before `until`."""

    def __init__(self, store: EventStore) -> None:
        super().__init__()
        self._store, self.until = store, date.max

    def __missing__(self, name: StreamId) -> Any:
        state = self._store.read(name)[1]
        if isinstance(state, Road):
            state = Road(tuple(each for each in state.grants if each.decided_on <= self.until))
        self[name] = state
        return state


# Replay --------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class ReplayResult:
    """A case's calculation counted anew from what its run pinned, beside what is stored."""

    case: str
    run: int
    engine: str
    stored_hash: str
    replayed_hash: str
    differences: tuple[str, ...]
    sentences: tuple[str, ...]

    @property
    def same(self) -> bool:
        """Whether every byte is as it was."""
        return not self.differences

    def as_json(self) -> dict[str, Any]:
        """The replay for the API and the command line."""
        return {
            "case": self.case,
            "run": self.run,
            "engine": self.engine,
            "same": self.same,
            "storedHash": self.stored_hash,
            "replayedHash": self.replayed_hash,
            "differences": list(self.differences),
            "sentences": list(self.sentences),
        }


def replay_calculation(store: EventStore, stream: StreamId, language: str) -> ReplayResult:
    """Count the calculation of a case anew. Raises `NotFound`; `NotNow` where another engine made it, and `CriteriaUnreadable`."""
    case: Case | None = store.read(stream)[1]
    if case is None or case.calculation is None or case.round is None:
        raise NotFound("There is no calculation of this case.")
    round_: Round = store.read(StreamId(stream.municipality, "round", case.round))[1]
    run, stored = round_.runs[case.calculation.run - 1], case.calculation
    if stored.engine != ENGINE:
        raise NotNow(
            f"This was calculated by engine {stored.engine}, and here is engine {ENGINE}: replay it with the release that has it.",
            engine=stored.engine,
        )
    rules = compiled(round_.criteria, run.result.slots)
    again = calculate(rules, run.result.budget, run.demands, run.result.slots, run.result.cited or "preview")
    line = next(each for each in again.lines if each.case == stream.key)
    differences = [
        *_of_run(run, again.stripped().bytes(), again.hash()),
        *_of_case(stored, run, line, stream.key),
    ]
    told = CriteriaTexts(rules, language)
    return ReplayResult(
        case=case.number or stream.key,
        run=run.run,
        engine=stored.engine,
        stored_hash=run.run_hash,
        replayed_hash=again.hash(),
        differences=tuple(differences),
        sentences=(told.outcome(line), *told.trace(line.trace)),
    )


def _of_run(run: CalculationRun, replayed: bytes, hash_: str) -> list[str]:
    found = []
    if run.result.bytes() != replayed:
        found.append(f"run {run.run}: {_first(run.result.bytes(), replayed)}")
    if run.run_hash != hash_:
        found.append(f"run {run.run}: the stored hash {run.run_hash} is not {hash_}")
    return found


def _of_case(stored: Calculated, run: CalculationRun, line: LineResult, key: str) -> list[str]:
    pinned = next(each for each in run.demands if each.case == key)
    pairs: dict[str, tuple[Any, Any]] = {
        "outcome": (stored.outcome, line.outcome),
        "amount": (str(stored.amount), str(line.amount)),
        "reasons": (list(stored.reasons), list(line.reasons)),
        "inputs": (_plain(stored.inputs), _plain(pinned.inputs)),
        "trace": ([_plain(each) for each in stored.trace], [_plain(each) for each in line.trace]),
    }
    return [
        f"case: {name}: {_first(_bytes(was), _bytes(now))}"
        for name, (was, now) in pairs.items()
        if was != now
    ]


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {name: _plain(each) for name, each in value.items()}
    return value.model_dump(mode="json")


def _bytes(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False, sort_keys=True).encode()


def _first(stored: bytes, replayed: bytes) -> str:
    """Where two spellings part, with what stands there."""
    at = next(
        (n for n, (one, other) in enumerate(zip(stored, replayed, strict=False)) if one != other),
        min(len(stored), len(replayed)),
    )
    around = slice(max(at - 20, 0), at + 20)
    stands = stored[around].decode(errors="replace")
    should = replayed[around].decode(errors="replace")
    return f"byte {at}: stored “{stands}”, replayed “{should}”"


# What if -------------------------------------------------------------------------------------------------------------


def try_criteria(
    store: EventStore, stream: StreamId, rules: RuleSet, budget: Decimal | None, slots: Mapping[str, str]
) -> WhatIf:
    """New criteria on a round's real inputs. Raises `NotFound`, `Unsharable` and `Mistake`."""
    streams = _Streams(store)
    round_: Round | None = streams[stream]
    if round_ is None:
        raise NotFound("There is no such round.")
    streams.until = round_.closes_at.astimezone(HELSINKI).date()
    context = Context(
        now=store.clock.now(), by=system_actor(stream.municipality), stream=stream, streams=streams
    )
    past = []
    for key in sorted(round_.cases):
        case: Case = streams[context.of("case", key)]
        if not case.withdrawn:
            past.append(_past(context.of("case", key), case, rules, context))
    return compare_past_round(rules, round_.budget if budget is None else budget, past, slots)


def _past(stream: StreamId, case: Case, rules: RuleSet, context: Context) -> PastLine:
    found = application_inputs(stream, case, rules, context)
    inputs = {name: given for name, given in found.inputs.items() if name != "arrived"}
    of_any_criteria = reasons_known(process(case.process, case.edition), None)
    reasons = case.evaluation.reasons if case.evaluation else ()
    outcome = (
        case.calculation.outcome if case.calculation else "rejected" if case.outcome == "rejected" else None
    )
    if case.decision is not None:
        outcome = "granted" if case.decision.granted else "rejected"
    amount = (
        case.decision.amount if case.decision else case.calculation.amount if case.calculation else NO_MONEY
    )
    return PastLine(
        demand=found.model_copy(update={"inputs": inputs}),
        name=case.title,
        barred=tuple(code for code in reasons if code in of_any_criteria) or (("late",) if case.late else ()),
        outcome=outcome,
        amount=amount,
    )


def what_if_as_json(found: WhatIf, rules: RuleSet, language: str) -> dict[str, Any]:
    """The comparison for the API and the command line."""
    told = CriteriaTexts(rules, language)
    return {
        "criteria": found.criteria,
        "budgetEur": None if found.budget is None else str(found.budget),
        "oldTotalEur": str(found.old_total),
        "newTotalEur": str(found.result.total),
        "unallocatedEur": str(found.result.unallocated),
        "counts": found.counts(),
        "neverAsked": found.never_asked,
        "groups": [
            {"group": group, "lines": n, "oldEur": str(old), "newEur": str(new)}
            for group, (n, old, new) in found.by_group().items()
        ],
        "lines": [
            {
                "case": line.case,
                "name": line.name,
                "group": line.group,
                "oldOutcome": line.old_outcome,
                "oldEur": str(line.old),
                "newOutcome": line.new_outcome,
                "newEur": str(line.new),
                "changeEur": str(line.change),
                "verdict": line.verdict,
                "reasons": [{"code": code, "text": told.reason(code)} for code in line.reasons],
                "neverAsked": list(line.missing),
            }
            for line in found.lines
        ],
        "runHash": found.result.hash(),
    }


WHAT_IF_COLUMNS: Sequence[str] = (
    "case",
    "name",
    "group",
    "oldOutcome",
    "oldEur",
    "newOutcome",
    "newEur",
    "changeEur",
    "verdict",
)


def what_if_as_csv(found: WhatIf, rules: RuleSet, language: str) -> str:
    """The lines of the comparison as CSV; a cell that a spreadsheet would take for a formula is made a text."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n", quoting=csv.QUOTE_ALL)
    writer.writerow([*WHAT_IF_COLUMNS, "reasons", "neverAsked"])
    for line in what_if_as_json(found, rules, language)["lines"]:
        reasons = "; ".join(each["text"] for each in line["reasons"])
        cells = [*(line[name] or "" for name in WHAT_IF_COLUMNS), reasons, " ".join(line["neverAsked"])]
        writer.writerow(
            [
                cell if name.endswith("Eur") else harmless(str(cell))
                for name, cell in zip([*WHAT_IF_COLUMNS, "", ""], cells, strict=True)
            ]
        )
    return out.getvalue()


def harmless(text: str) -> str:
    """A text that no spreadsheet takes for a formula."""
    return f"'{text}" if text[:1] in "=+-@\t\r\n" and text else text
