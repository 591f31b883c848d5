"""The machine: a municipality where several people work at once, and everything that could happen may happen next.

It begins at any moment of a known story. Half of the time people do what their pages offer; otherwise anybody tries
anything, on an old view, twice, late or in another's name. After every step the invariants are checked.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from random import Random
from typing import Any

from hypothesis import note
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule

from domain.case import commands as c
from domain.case.events import Submitted
from domain.messages import HELSINKI, Actor, Receipt, RecordedEvent, StreamId
from domain.rejections import AnsweredOtherwise, NotFound, Rejection, Stale
from tests.invariants.available_commands import (
    BOOKS,
    choose_command,
    random_stream,
    stage_of,
    streams_with_actions,
    taken_from,
)
from tests.invariants.fake_payment_party import Manner
from tests.invariants.generators import CommandContext, generate_command, seldom
from tests.invariants.in_memory_system import COMMANDS, CommandMessage, InMemorySystem, Reminder
from tests.invariants.people import CODE, PEOPLE, STRANGER, SYSTEM, stream
from tests.invariants.publication import Publication
from tests.invariants.rules import InvariantChecker
from tests.invariants.rules.stages import is_what_is_stored, stands
from tests.invariants.scenarios import SCENARIOS, STARTING_POINTS, moments
from tests.invariants.values import Marks

RECORDED_EVENTS: Counter[str] = Counter()
"""How often each event was recorded by the walks of this run; what the scenarios themselves record does not count."""
ACCEPTED_COMMANDS: Counter[str] = Counter()
"""How often each command was accepted in them."""
BEGUN_PROCESSES: Counter[str] = Counter()
"""How often a case of each process was submitted in them."""
ENTERED_STAGES: Counter[str] = Counter()
"""How often each stage was one that a stream came to, or was still in, in them."""

BY_ITSELF = [kind for kind in COMMANDS.values() if kind.internal and not kind.model_fields]
SEEDS = st.integers(0, 2**24 - 1)
"""One seed a step: choices spread evenly, and what fails is shrunk step by step to a short diary."""
EVERY_COMMAND = sorted({*BY_ITSELF, *(kind for kind in COMMANDS.values() if not kind.internal)}, key=str)


class MunicipalityMachine(RuleBasedStateMachine):
    """One municipality at work."""

    system: InMemorySystem

    def __init__(self) -> None:
        super().__init__()
        self.checker, self.publication = InvariantChecker(), Publication()
        self.sent: list[tuple[CommandMessage, Receipt]] = []
        self.decided: dict[StreamId, str] = {}

    @initialize(
        story=st.sampled_from(SCENARIOS),
        beginning=st.sampled_from(STARTING_POINTS),
        percent=st.integers(0, 99),
    )
    def begin(self, story: Any, beginning: date, percent: int) -> None:
        """Somewhere in a story that was straight so far."""
        places = moments(story, beginning)
        self.system = places[len(places) * percent // 100].copy()
        self.look_at(0)
        for where in self.system.store.trails:
            self.stands(where)

    # Looking ---------------------------------------------------------------------------------------------------------

    def send(self, command_message: CommandMessage) -> Rejection | None:
        """Put a command: what is turned down leaves nothing behind, what is accepted keeps every invariant."""
        store = self.system.store
        before, accepted = dict(vars(store)), len(store.accepted)
        local, where = (
            store.now.astimezone(HELSINKI),
            f"{command_message.stream.kind}/{command_message.stream.key}",
        )
        said = command_message.command.model_dump(mode="json", context={"plain": True}, exclude_defaults=True)
        note(
            f"{local:%a %d.%m.%Y %H.%M} {command_message.by.user_id} → {where}: {type(command_message.command).__name__} {said}"
        )
        try:
            receipt = self.system.handle(command_message)
        except Rejection as rejection:
            assert vars(store) == before, "a command was turned down and left something behind"
            text = f"{rejection.sentence} {rejection.details}"
            assert not Marks.found_in(text), f"a rejection tells a personal value: {text}"
            note(f"    {type(rejection).__name__}: {rejection}")
            return rejection
        self.sent.append((command_message, receipt))
        if len(store.accepted) > accepted:
            ACCEPTED_COMMANDS[type(command_message.command).__name__] += 1
            assert receipt == Receipt(
                command_message.stream, store.version(command_message.stream), store.position
            )
            self.look_at(accepted)
            facts = store.accepted[-1].facts
            count_coverage(facts)
            for stream_id in {fact.stream for fact in facts}:
                self.stands(stream_id)
                if stream_id.kind not in BOOKS:
                    ENTERED_STAGES[stage_of(self.system, stream_id).name] += 1
        return None

    def look_at(self, since: int) -> None:
        """Let the checker read what was accepted, and search for personal values wherever somebody writes."""
        for accepted in self.system.store.accepted[since:]:
            self.checker.see(accepted)
            for fact, text in zip(accepted.facts, accepted.written, strict=True):
                assert not Marks.found_in(text), f"a personal value is stored unsealed: {text}"
                self.publication.see(fact)
        for names, text in self.publication.read(self.system.store.key_ring).values():
            may_be_told = {"signer", "information"} if names else set()
            assert Marks.found_in(text) <= may_be_told, f"a personal value is published: {text}"

    def stands(self, where: StreamId) -> None:
        stands(self.system.store, where)
        decision = getattr(self.system.store.states[where], "decision", None)
        if decision is not None:
            said = decision.model_dump_json()
            assert self.decided.setdefault(where, said) == said, "what was decided has changed"

    def teardown(self) -> None:
        """The stored text alone is enough to fold everything."""
        if hasattr(self, "house"):
            is_what_is_stored(self.system.store)

    @rule(seed=SEEDS)
    def something_happens(self, seed: int) -> None:
        """Half of the time people do what is offered to them; otherwise it is anything."""
        chance = Random(seed)
        if chance.randint(0, 1):
            self.people_do_what_is_offered(chance)
        else:
            chance.choice([happens for happens, may in self.ANYTHING if may(self)])(self, chance)

    # People ----------------------------------------------------------------------------------------------------------

    def people_do_what_is_offered(self, chance: Random) -> None:
        """One matter is pushed on by some steps; what follows from them may have to wait."""
        where, promptly = random_stream(self.system, chance), chance.randint(0, 3)
        for _ in range(chance.randint(1, 5)):
            if chosen := choose_command(self.system, where, chance):
                if seldom(chance):
                    self.put(where, chosen[0], STRANGER, chance)
                self.put(where, *chosen, chance)
            if promptly:
                self.what_follows(chance)

    def anybody_tries_anything(self, chance: Random) -> None:
        """Any command by anybody, anywhere, perhaps on what they saw a while ago."""
        kind = chance.choice(EVERY_COMMAND)
        there = streams_with_actions(self.system, kind.kind)
        if not there and kind is not c.Submit:
            return
        where = chance.choice(there or [stream("case", "case-1")])
        behind = chance.choice([None, None, 0, 1, 3])
        seen = None if behind is None else self.system.store.version(where) - behind
        self.put(where, kind, chance.choice([*PEOPLE, STRANGER, SYSTEM]), chance, seen)

    def put(self, where: StreamId, kind: Any, by: Actor, chance: Random, seen: int | None = None) -> None:
        command = generate_command(kind, CommandContext(self.system, where, by, chance))
        is_old = seen not in (None, self.system.store.version(where))
        rejection = self.send(self.system.command_message(where, command, by, seen))
        assert not is_old or isinstance(rejection, Stale | NotFound), "an old view went unnoticed"
        assert by.municipality == CODE or rejection, "a stranger did something here"

    def somebody_says_it_again(self, chance: Random) -> None:
        """An id that was answered gets the same receipt, and nothing happens; with another content it is refused."""
        command_message, receipt = chance.choice(self.sent)
        position = self.system.store.position
        assert self.system.handle(command_message) == receipt
        for other in ({"by": STRANGER}, {"command": c.Withdraw(reason="Muuta.")}):
            assert isinstance(self.send(replace(command_message, **other)), AnsweredOtherwise)
        assert self.system.store.position == position, "a command was answered twice"

    # Time, and what follows by itself --------------------------------------------------------------------------------

    def time_passes(self, chance: Random) -> None:
        """Hours or days pass, or it is just before or just after something that is due."""
        now = self.system.store.now
        later = [now + timedelta(hours=3), now + timedelta(days=1), now + timedelta(days=4)]
        for state in self.system.store.states.values():
            if due := getattr(state, "due", None):
                later += [_at(due, time(23, 30)), _at(due + timedelta(days=1), time(0, 30))]
            if meeting := getattr(state, "meets_on", None):
                later.append(_at(meeting, time(18)))
            if instant := getattr(state, "due_at", None):
                later += [instant - timedelta(seconds=1), instant, instant + timedelta(seconds=1)]
        self.system.store.now = chance.choice(sorted({each for each in later if each > now}))
        if chance.randint(0, 1):
            self.what_follows(chance)

    def what_follows(self, _: Random) -> None:
        """The process manager and the scheduler run until nothing is left to follow."""
        for _round in range(100):
            message = next(self.system.commands_that_follow(), None)
            if message is None:
                late = self.publication.overdue(self.system.store.today)
                assert not late, f"names stay on the web after the members' period: {late}"
                return
            rejection = self.send(self.system.put(message))
            assert rejection is None, f"{message.name} was due and is turned down: {rejection}"
        raise AssertionError("it never settles")

    def something_comes_by_itself_too_early(self, chance: Random) -> None:
        """Whatever a stage takes from the system comes at any time, due or not."""
        where = chance.choice([*self.system.store.trails])
        taken = [kind for kind in taken_from(self.system, where, SYSTEM) if kind in BY_ITSELF]
        if taken:
            self.put(where, chance.choice(taken), SYSTEM, chance)

    def a_message_comes_late_or_twice(self, chance: Random) -> None:
        message = chance.choice(self.system.every_message())
        if message.name in COMMANDS:
            self.send(self.system.put(message))
        else:
            self.instruct(message, chance.choice(["at once", "late", "broken"]))

    # Money -----------------------------------------------------------------------------------------------------------

    def the_payment_party_is_asked(self, chance: Random) -> None:
        for message in list(self.system.acts_that_follow()):
            self.instruct(message, chance.choice(["at once", "late", "broken", "refuse"]))

    def instruct(self, message: Reminder, manner: Manner) -> None:
        held = set(self.system.party.held)
        command_message = self.system.instruct(message, manner)
        for payment in set(self.system.party.held) - held:
            self.checker.instructed(
                self.system.party.held[payment], message.stream, self.system.store.key_ring
            )
        if command_message:
            self.send(command_message)

    def the_bank_moves(self, chance: Random) -> None:
        payment, twice = chance.choice([*self.system.party.held]), not chance.randint(0, 1)
        self.system.party.moves(payment, self.system.store.today, listed_twice=twice)
        self.the_bank_is_heard(chance)

    def the_bank_is_heard(self, chance: Random) -> None:
        """The bank's statement is read on, or now and then from its beginning."""
        statement = self.system.party.statement
        for line in statement[0 if seldom(chance) else self.system.heard :]:
            command_message = self.system.hear(line)
            awaited = self.checker.awaits(command_message.stream, line)
            rejection = self.send(command_message)
            assert not awaited or rejection is None, f"what the bank says is lost: {rejection}"
        self.system.heard = len(statement)

    ANYTHING = (
        (anybody_tries_anything, lambda _: True),
        (anybody_tries_anything, lambda _: True),
        (time_passes, lambda _: True),
        (time_passes, lambda _: True),
        (what_follows, lambda _: True),
        (something_comes_by_itself_too_early, lambda here: here.system.store.trails),
        (somebody_says_it_again, lambda here: here.sent),
        (a_message_comes_late_or_twice, lambda here: here.system.every_message()),
        (the_payment_party_is_asked, lambda here: any(here.system.acts_that_follow())),
        (the_payment_party_is_asked, lambda here: any(here.system.acts_that_follow())),
        (the_bank_moves, lambda here: here.system.party.held),
        (the_bank_is_heard, lambda here: here.system.party.statement),
    )
    """What may happen besides, and when there is anything to do."""


def count_coverage(facts: Sequence[RecordedEvent]) -> None:
    """Count what was recorded."""
    for fact in facts:
        RECORDED_EVENTS[type(fact.event).__name__] += 1
        if isinstance(fact.event, Submitted):
            BEGUN_PROCESSES[fact.event.process] += 1


def _at(day: date, moment: time) -> datetime:
    return datetime.combine(day, moment, HELSINKI)
