"""A checker that reads every event once and keeps a record of how each case stands.

Nothing here leans on the domain's own states. An invariant is a function called for some kinds of events; it looks at
the records as they are just before the event is noted in them.
"""

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from typing import Any

from domain.case import events as ce
from domain.decision import events as de
from domain.messages import Event, RecordedEvent, Role, StreamId
from domain.round.events import CalculationRun, RoundOpened, ValuesFixed
from domain.user import events as ue
from tests.invariants.in_memory_store import AcceptedCommand, FakeKeyRing
from tests.invariants.rules.waived import WAIVED
from workers.adapters.payment import Booking, Instruction, Return

Invariant = Callable[["InvariantChecker", RecordedEvent, AcceptedCommand], None]
INVARIANTS: list[tuple[tuple[type[Event], ...], Invariant]] = []


def invariant(*kinds: type[Event]) -> Callable[[Invariant], Invariant]:
    """This is true of every fact of these kinds."""

    def register(check: Invariant) -> Invariant:
        INVARIANTS.append((kinds, check))
        return check

    return register


@dataclass
class PaymentRecord:
    """A payment's amount, and how far it has come."""

    amount: Decimal
    state: str = "ordered"


@dataclass
class CaseRecord:
    """How a case stands."""

    submitted: ce.Submitted
    form: dict[str, Any]
    """The answers as they are by now."""
    parties: set[str] = field(default_factory=lambda: {"applicant"})
    asked: date | None = None
    """Until when the applicant is asked to complete."""
    withdrawn: bool = False
    evaluated: ce.EligibilityEvaluated | None = None
    calculated: ce.Calculated | None = None
    proposed: str | None = None
    decided: ce.Decided | None = None
    served: dict[str, date] = field(default_factory=dict)
    """The last day of each party who is served."""
    published: date | None = None
    """The last day of the members."""
    claims: dict[str, ce.ClaimReceived] = field(default_factory=dict)
    """Claims that are open."""
    dismissed: list[date] = field(default_factory=list)
    """The last days of those whose claims were dismissed."""
    called_up: bool = False
    in_force: bool = False
    account: ce.Account | None = None
    account_by: str | None = None
    released_to: ce.Account | None = None
    payments: dict[str, PaymentRecord] = field(default_factory=dict)
    instalments: Decimal = Decimal(0)
    """What may be paid before the final account."""
    settled: ce.FinalAccountSettled | None = None
    recovered: Decimal = Decimal(0)
    """What was paid above the final account and is to come back, on an invoice."""
    receivable: Decimal = Decimal(0)
    """What invoicing has still to hear of."""
    disqualified: set[str] = field(default_factory=set)

    @property
    def contested(self) -> bool:
        """A claim that came in time is open, or the matter is called up."""
        return self.called_up or any(claim.in_time for claim in self.claims.values())

    @property
    def last_days(self) -> list[date]:
        assert self.published is not None, "the decision is not published"
        return [*self.served.values(), *self.dismissed, self.published]

    def paid(self) -> Decimal:
        """What was booked and has not come back."""
        return sum((each.amount for each in self.payments.values() if each.state == "booked"), Decimal(0))

    @property
    def payable(self) -> Decimal:
        """What the case may come to by now; what is invoiced back was rightly paid before."""
        assert self.decided is not None, "nothing is paid without a decision"
        if self.settled is not None:
            return self.settled.final + self.recovered
        return self.decided.plan.at_once + self.instalments


@dataclass(frozen=True)
class UserRecord:
    """Which roles a user has, and whether they may act in them."""

    roles: frozenset[str] = frozenset()
    disabled: bool = False

    @property
    def administers(self) -> bool:
        return Role.ADMINISTRATOR in self.roles and not self.disabled

    def after(self, event: Event) -> "UserRecord":
        match event:
            case ue.UserAdded():
                return UserRecord(frozenset(event.roles))
            case ue.RolesChanged():
                return replace(self, roles=self.roles - {*event.ended} | {*event.granted})
        return replace(self, disabled=isinstance(event, ue.UserDisabled))


class InvariantChecker:
    """Keeps the records, and checks every invariant."""

    def __init__(self) -> None:
        self.records: dict[StreamId, CaseRecord] = {}
        self.rounds: dict[str, RoundOpened] = {}
        self.fixed: dict[str, ValuesFixed] = {}
        self.runs: dict[str, list[CalculationRun]] = defaultdict(list)
        self.proposals: dict[str, de.Proposed] = {}
        self.approved: dict[str, str] = {}
        """Who approved which decision."""
        self.users: dict[str, UserRecord] = {}
        self.numbers: dict[StreamId, int] = {}
        self.payment_ids: set[str] = set()
        self.said: dict[StreamId, set[type[Event]]] = defaultdict(set)
        """Which kinds of events a stream has."""

    def see(self, accepted: AcceptedCommand) -> None:
        """Read what a command led to; an invariant that is broken says so."""
        for fact in accepted.facts:
            for kinds, check in INVARIANTS:
                if isinstance(fact.event, kinds) and check.__name__ not in WAIVED:
                    check(self, fact, accepted)
            self.note(fact)

    def instructed(self, held: Instruction, stream: StreamId, key_ring: FakeKeyRing) -> None:
        """The payment party took an instruction: it is what was released, and nothing stands in its way."""
        record = self.records[stream]
        assert record.payments[held.payment_id].state == "released", "money moves that nobody released"
        assert held.amount == record.payments[held.payment_id].amount, "another amount than was released"
        assert record.released_to is not None
        assert held.iban == key_ring.open(record.released_to.iban), "another account than was released"
        assert not record.contested, "money moves while the decision is contested"

    def awaits(self, stream: StreamId, line: Booking | Return) -> bool:
        """Whether the bank's line is news about a payment that is on its way, or that was booked and comes back."""
        state = self.records[stream].payments[line.payment_id].state
        return state in ("released", "instructed") or (state == "booked" and isinstance(line, Return))

    def note(self, fact: RecordedEvent) -> None:
        self.said[fact.stream].add(type(fact.event))
        match fact.event:
            case ce.Submitted() as event:
                self.records[fact.stream] = CaseRecord(event, dict(event.form), account=event.account)
            case RoundOpened() as event:
                self.rounds[fact.stream.key] = event
            case ValuesFixed() as event:
                self.fixed[fact.stream.key] = event
            case CalculationRun() as event:
                self.runs[fact.stream.key].append(event)
            case de.Proposed() as event:
                self.proposals[fact.stream.key] = event
            case de.Approved() as event:
                self.approved[fact.stream.key] = event.approved_by
            case _ if fact.stream.kind == "user":
                self.users[fact.stream.key] = self.users.get(fact.stream.key, UserRecord()).after(fact.event)
            case _ if fact.stream.kind == "case":
                note_on(self.records[fact.stream], fact.event)


def note_on(record: CaseRecord, event: Any) -> None:  # noqa: C901, PLR0912 - a line for each thing that is noted
    match event:
        case ce.PartyAdded():
            record.parties.add(event.party)
        case ce.DisqualificationDeclared():
            record.disqualified.add(event.handler)
        case ce.CompletionRequested() | ce.CompletionExtended():
            record.asked = event.due
        case ce.CompletionAnswered() | ce.CompletionCancelled() | ce.CompletionLapsed():
            record.asked = None
            record.form |= getattr(event, "form", {})
        case ce.Withdrawn():
            record.withdrawn, record.asked = True, None
        case ce.EligibilityEvaluated():
            record.evaluated = event
        case ce.EvaluationReopened():
            record.evaluated = record.calculated = None
        case ce.Calculated():
            record.calculated = event
        case ce.ProposedForDecision():
            record.proposed = event.decision
        case ce.ProposalWithdrawn():
            record.proposed = None
        case ce.Decided():
            record.decided = event
        case ce.AccountChanged():
            record.account, record.account_by = event.account, event.changed_by
        case _:
            note_what_follows(record, event)


def note_what_follows(record: CaseRecord, event: Any) -> None:  # noqa: C901, PLR0912 - the same, after the decision
    match event:
        case ce.DecisionPublished():
            record.published = event.clock.last_day
        case ce.Served():
            record.served[event.party] = event.clock.last_day
        case ce.InstructionsFoundWrong():
            record.served, record.published = {}, None
        case ce.ClaimReceived():
            record.claims[event.claim] = event
        case ce.ClaimWithdrawn():
            del record.claims[event.claim]
        case ce.ClaimDismissed():
            del record.claims[event.claim]
            record.dismissed.append(event.clock.last_day)
        case ce.CalledUp():
            record.called_up = True
        case ce.CallUpEnded():
            record.called_up = False
        case ce.LegalForceReached():
            record.in_force = True
        case ce.InstalmentApproved():
            record.instalments += event.amount
        case ce.FinalAccountSettled():
            record.settled = event
        case ce.ToBeInvoiced():
            record.receivable += event.amount
        case ce.ToBeRecovered():
            record.recovered += event.amount
            record.receivable += event.amount
        case ce.ForwardedToInvoicing():
            record.receivable -= event.amount
        case ce.PaymentOrdered():
            record.payments[event.payment] = PaymentRecord(event.amount)
        case ce.PaymentReleased():
            record.payments[event.payment].state, record.released_to = "released", event.account
        case ce.PaymentInstructed():
            record.payments[event.payment].state = "instructed"
        case ce.PaymentRefused():
            record.payments[event.payment].state = "refused"
        case ce.PaymentBooked():
            record.payments[event.payment].state = "booked"
        case ce.PaymentReturned():
            record.payments[event.payment].state = "returned"
        case _:
            pass
