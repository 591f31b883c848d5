"""What people's pages offer: where something can be done, which commands by whom, and which of them lead on."""

from collections.abc import Callable, Mapping
from random import Random
from typing import Any

from domain.adopted_criteria import compiled
from domain.case import commands as c
from domain.messages import Actor, Command, StreamId
from domain.processes import process
from domain.round.commands import Renew
from domain.stages import Stage, allowed, current
from domain.streams import may_see, stages_of
from tests.invariants.generators import seldom
from tests.invariants.in_memory_system import InMemorySystem
from tests.invariants.people import BY_NAME, PEOPLE, SETTINGS, USERS, stream
from tests.invariants.values import KNOWN, Marks

MOST = {"case": 5, "decision": 4, "round": 3}
"""How many of a kind may come into being: enough to meet each other, few enough to get far."""

BOOKS = ("register", "road", "administrators")
"""Kinds of streams that are only written to: nothing is asked of them."""

AT_REST = ("archived", "returned", "calculation", "proposal", "decision")
"""Stages of a case or a decision in which nothing leads on from its own page."""


def unchecked(case: Any) -> bool:
    """Whether an item of the checklist is still to be recorded."""
    return any(each.item not in case.checks for each in process(case.process, case.edition).checklist)


def surely(state: Any) -> bool:
    return True


def claimed(decision: Any) -> bool:
    """Whether a claim is open."""
    return any(claim.state == "open" for claim in decision.claims.values())


ONWARDS: Mapping[str, Callable[[Any], bool]] = {
    "Assign": lambda case: case.handler is None,
    "DeclareImpartiality": lambda case: case.handler not in case.impartial,
    "RecordCheck": unchecked,
    "Evaluate": lambda case: not unchecked(case),
    "Note": lambda case: not unchecked(case),
    "Serve": lambda case: not case.all_served,
    "WithdrawClaim": claimed,
    "DismissClaim": claimed,
    "EndCallUp": lambda decision: decision.called_up,
    "ApproveInstalment": lambda case: case.instalments < case.plan.instalments,
    "FixValues": lambda round_: bool(compiled(round_.criteria).document.slots) and round_.fixed is None,
    "Renew": lambda round_: compiled(round_.criteria).document.renewal,
    **dict.fromkeys(("Submit", "Register", "ReleasePayment", "SettleAccount", "ForwardToInvoicing"), surely),
    **dict.fromkeys(("OpenRound", "Calculate", "Propose", "Approve", "Sign"), surely),
    **dict.fromkeys(("PutOnTheAgenda", "RecordMeeting", "CheckMinutes", "Publish"), surely),
}
"""Commands that lead towards the end of a case, and when they do."""

IN_HAND = {
    "ExtendCompletion",
    "CancelCompletion",
    "RecordCheck",
    "RecordFinding",
    "Evaluate",
    "Note",
    "DeclareImpartiality",
    "RequestCompletion",
    "ReopenEvaluation",
}
"""What only whoever has the case in hand can do."""


def is_there(system: InMemorySystem, where: StreamId) -> bool:
    return where in system.store.trails or where == SETTINGS


def random_stream(system: InMemorySystem, chance: Random) -> StreamId:
    """Where somebody does something: mostly where something waits, or where something can begin."""
    if chance.randint(0, 4) == 4:
        there = [where for where in system.store.trails if where.kind not in BOOKS]
        return chance.choice([*there, SETTINGS, USERS[-1]])
    cases, decisions, rounds = (system.of(kind) for kind in ("case", "decision", "round"))
    stages = [case.stage for case in cases.values()]
    waiting = [stream("case", key) for key, case in cases.items() if case.stage not in AT_REST]
    waiting += [stream("decision", key) for key, each in decisions.items() if each.stage not in AT_REST]
    if "calculation" in stages:
        waiting += [stream("round", key) for key in rounds]
    waiting += [where for where in streams_with_actions(system, "round") if may_renew(system, where)]
    if "proposal" in stages and len(decisions) < MOST["decision"]:
        waiting += [stream("decision", f"decision-{len(decisions) + 1}")]
    new = [
        stream(kind, f"{kind}-{len(there) + 1}")
        for kind, there in (("case", cases), ("round", rounds))
        if len(there) < MOST[kind]
    ]
    return chance.choice([*waiting * 4, *new] or [SETTINGS])


def streams_with_actions(system: InMemorySystem, kind: str) -> list[StreamId]:
    """Every stream of a kind that is there."""
    there = dict.fromkeys((*system.store.trails, SETTINGS, *USERS))
    return [where for where in there if where.kind == kind]


FIRST_COMMAND = c.Submit(process=KNOWN[-1], contact=Marks().contact(), form={})


def stage_of(system: InMemorySystem, where: StreamId) -> Stage[Any]:
    """The stage that a stream is in; for a case that is not there yet, the one in which it can begin."""
    state = system.store.states[where]
    begins = FIRST_COMMAND if where.kind == "case" else None
    return current(stages_of(where, state, begins), state)


def may_renew(system: InMemorySystem, where: StreamId) -> bool:
    """Whether a round may be filled with last year's applications now."""
    state = system.store.states[where]
    return bool(compiled(state.criteria).document.renewal) and Renew in stage_of(system, where).answers


def offered(system: InMemorySystem, where: StreamId) -> dict[type[Command], list[Actor]]:
    """By command, who may put it there now."""
    state, found = system.store.states[where], pages(stage_of(system, where))
    if not is_there(system, where) or state is None:
        return found
    seen = {kind: [by for by in people if may_see(where, state, by)] for kind, people in found.items()}
    return {kind: people for kind, people in seen.items() if people}


PAGES: dict[int, dict[type[Command], list[Actor]]] = {}


def pages(stage: Stage[Any]) -> dict[type[Command], list[Actor]]:
    """What the pages of a stage offer to whom; worked out once, for a stage is the same all through."""
    if id(stage) not in PAGES:
        found: dict[type[Command], list[Actor]] = {}
        for by in PEOPLE:
            for kind in allowed(stage, by):
                found.setdefault(kind, []).append(by)
        PAGES[id(stage)] = found
    return PAGES[id(stage)]


def taken_from(system: InMemorySystem, where: StreamId, by: Actor) -> list[type[Command]]:
    """Commands that a stream takes from somebody now, exposed over HTTP or not."""
    if where.kind in BOOKS:
        return []
    return [kind for kind, roles in stage_of(system, where).answers.items() if by.roles & set(roles)]


def leads_on(system: InMemorySystem, kind: type[Command], state: Any) -> bool:
    """Whether a command leads towards the end, as things stand."""
    if kind is c.RecordFinding:
        return bool(system.unanswered(state))
    return kind.__name__ in ONWARDS and ONWARDS[kind.__name__](state)


def choose_command(
    system: InMemorySystem, where: StreamId, chance: Random
) -> tuple[type[Command], Actor] | None:
    """Something that is offered there, rather what leads on, rather by whoever has the case in hand."""
    choices = offered(system, where)
    if not choices:
        return None
    state = system.store.states[where]
    onwards = [kind for kind in choices if leads_on(system, kind, state)]
    if not onwards and chance.randint(0, 1):
        return None
    kind = chance.choice([*onwards * 4, *choices])
    hands = BY_NAME.get(getattr(state, "handler", None) or "")
    if hands and hands in choices[kind] and kind.__name__ in IN_HAND and not seldom(chance):
        return kind, hands
    return kind, chance.choice(choices[kind])
