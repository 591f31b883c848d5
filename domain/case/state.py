"""What a case has come to, folded from its facts; nothing is refused here and no rule of today is looked at."""

from dataclasses import dataclass, field, replace
from datetime import date, datetime
from decimal import Decimal
from functools import singledispatch
from typing import Any, Literal

from domain.case import events as e
from domain.law.appeal import AppealClock
from domain.messages import NO_MONEY, Entered, Event
from domain.municipality.events import Language, Settings


@dataclass(frozen=True)
class PaymentOrder:
    """One payment order by its id; a returned one is followed by another, never changed back."""

    id: str
    amount: Decimal
    state: Literal["ordered", "released", "instructed", "booked", "returned", "refused"] = "ordered"
    due: date | None = None
    released_by: str | None = None
    booked_on: date | None = None


@dataclass(frozen=True)
class Claim:
    """A claim for a revised decision that was filed."""

    id: str
    in_time: bool
    arrived_on: date | None = None
    state: Literal["open", "withdrawn", "dismissed"] = "open"
    clock: AppealClock | None = None


@dataclass(frozen=True)
class Case:
    """One case, folded."""

    process: str
    edition: int
    settings: Settings
    round: str | None
    title: str
    organisation: str | None
    language: Language
    electronic_consent: bool
    owner: str | None
    channel: e.ArrivalChannel
    arrived_at: datetime
    late: bool
    form: dict[str, Any]
    attachments: tuple[e.Attachment, ...]
    parties: dict[str, e.Contact]
    account: e.Account | None
    stage: str | None = None
    due: date | None = None
    due_at: datetime | None = None
    number: str | None = None
    acknowledged: bool = False
    handler: str | None = None
    impartial: frozenset[str] = frozenset()
    disqualified: frozenset[str] = frozenset()
    checks: dict[str, e.Checked] = field(default_factory=dict)
    completion: e.CompletionRequested | None = None
    version: int = 0
    sources: dict[str, int] = field(default_factory=dict)
    """The event that gave each answer and each finding last."""
    findings: dict[str, e.FindingRecorded] = field(default_factory=dict)
    withdrawn: bool = False
    account_changed_by: str | None = None
    account_needed: bool = False
    outcome: e.EligibilityOutcome | None = None
    evaluation: e.EligibilityEvaluated | None = None
    calculation: e.Calculated | None = None
    proposed_in: str | None = None
    decision: e.Decided | None = None
    served: dict[str, AppealClock] = field(default_factory=dict)
    published: AppealClock | None = None
    claims: dict[str, Claim] = field(default_factory=dict)
    called_up: bool = False
    period_ended: bool = False
    legal_force: e.LegalForceReached | None = None
    payments: tuple[PaymentOrder, ...] = ()
    noted: bool = False
    instalments: Decimal = NO_MONEY
    costs_approved_by: frozenset[str] = frozenset()
    """Who approved an instalment or settled the final account."""
    final_account: e.FinalAccountSettled | None = None
    receivable: Decimal = NO_MONEY
    """What is to be invoiced or recovered and is not with invoicing yet."""
    closed: bool = False
    erased: bool = False

    @property
    def awaits_check(self) -> bool:
        """Whether it is still open what this case takes of a shared budget; a late one can only be rejected."""
        return self.outcome is None and not self.withdrawn and not self.late

    @property
    def granted(self) -> Decimal:
        return self.decision.amount if self.decision else NO_MONEY

    @property
    def paid(self) -> Decimal:
        return sum((payment.amount for payment in self.payments if payment.state == "booked"), NO_MONEY)

    @property
    def plan(self) -> e.Plan:
        return self.decision.plan if self.decision else e.Plan()

    @property
    def payable(self) -> Decimal:
        """What may be paid by now: at once, in approved instalments, and at last what the final account gives.

        What was paid above it is recovered on an invoice, so of that nothing is kept back when a payment is made anew.
        """
        if self.final_account:
            return max(self.final_account.final, self.final_account.final - self.final_account.balance)
        return self.plan.at_once + self.instalments

    @property
    def ordered(self) -> Decimal:
        """What is paid or on its way."""
        live = [payment.amount for payment in self.payments if payment.state not in ("returned", "refused")]
        return sum(live, NO_MONEY)

    @property
    def payment(self) -> PaymentOrder | None:
        """The last payment ordered."""
        return self.payments[-1] if self.payments else None

    @property
    def in_flight(self) -> bool:
        """Whether a payment is under way; the next one is ordered after it."""
        return self.payment is not None and self.payment.state in ("ordered", "released", "instructed")

    @property
    def all_served(self) -> bool:
        return set(self.parties) <= set(self.served)

    @property
    def clocks(self) -> list[AppealClock]:
        """The clocks of the parties, and of filers whose claim was dismissed."""
        dismissed = [claim.clock for claim in self.claims.values() if claim.clock]
        return [*self.served.values(), *dismissed]

    @property
    def last_day(self) -> date | None:
        """The last day of the last clock, once every party is served and the decision is published."""
        if not self.all_served or self.published is None:
            return None
        return max(clock.last_day for clock in [*self.clocks, self.published])

    @property
    def contested(self) -> bool:
        """A timely claim or a call-up stands in the way of legal force."""
        return self.called_up or any(
            claim.state == "open" and claim.in_time for claim in self.claims.values()
        )


@singledispatch
def evolve(event: Event, case: Case) -> Case:
    """Fold one fact; facts of no consequence here change nothing."""
    return case


@evolve.register
def _(event: e.Submitted, case: Case | None) -> Case:
    return Case(
        process=event.process,
        edition=event.edition,
        settings=event.settings,
        round=event.round,
        title=event.title,
        organisation=event.organisation,
        language=event.language,
        electronic_consent=event.electronic_consent,
        owner=event.owner,
        channel=event.channel,
        arrived_at=event.arrived_at,
        late=event.late,
        form=event.form,
        sources=dict.fromkeys(event.form, 1),
        attachments=event.attachments,
        parties={"applicant": event.contact},
        account=event.account,
    )


@evolve.register
def _(event: Entered, case: Case) -> Case:
    return replace(case, stage=event.stage, due=event.due, due_at=event.due_at)


@evolve.register
def _(event: e.Registered, case: Case) -> Case:
    return replace(case, number=event.number)


@evolve.register
def _(event: e.Acknowledged, case: Case) -> Case:
    return replace(case, acknowledged=True)


@evolve.register
def _(event: e.Assigned, case: Case) -> Case:
    return replace(case, handler=event.handler)


@evolve.register
def _(event: e.ImpartialityDeclared, case: Case) -> Case:
    return replace(case, impartial=case.impartial | {event.handler})


@evolve.register
def _(event: e.DisqualificationDeclared, case: Case) -> Case:
    return replace(
        case,
        handler=None,
        disqualified=case.disqualified | {event.handler},
        impartial=case.impartial - {event.handler},
    )


@evolve.register
def _(event: e.Checked, case: Case) -> Case:
    return replace(case, checks={**case.checks, event.item: event})


@evolve.register
def _(event: e.CompletionRequested, case: Case) -> Case:
    return replace(case, completion=event)


@evolve.register
def _(event: e.CompletionExtended, case: Case) -> Case:
    assert case.completion is not None
    return replace(case, completion=case.completion.model_copy(update={"due": event.due}))


@evolve.register(e.CompletionCancelled)
@evolve.register(e.CompletionLapsed)
def _(event: Event, case: Case) -> Case:
    return replace(case, completion=None)


@evolve.register
def _(event: e.CompletionAnswered, case: Case) -> Case:
    return replace(
        case,
        completion=None,
        form={**case.form, **event.form},
        attachments=case.attachments + event.attachments,
        sources={**case.sources, **dict.fromkeys(event.form, case.version + 1)},
    )


@evolve.register
def _(event: e.Withdrawn, case: Case) -> Case:
    return replace(case, withdrawn=True, completion=None)


@evolve.register
def _(event: e.AccountChanged, case: Case) -> Case:
    return replace(case, account=event.account, account_changed_by=event.changed_by, account_needed=False)


@evolve.register
def _(event: e.PartyAdded, case: Case) -> Case:
    return replace(case, parties={**case.parties, event.party: event.contact})


@evolve.register
def _(event: e.FindingRecorded, case: Case) -> Case:
    return replace(
        case,
        findings={**case.findings, event.input: event},
        sources={**case.sources, event.input: case.version + 1},
    )


@evolve.register
def _(event: e.EligibilityEvaluated, case: Case) -> Case:
    return replace(case, outcome=event.outcome, evaluation=event)


@evolve.register
def _(event: e.EvaluationReopened, case: Case) -> Case:
    return replace(case, outcome=None, evaluation=None, calculation=None)


@evolve.register
def _(event: e.Calculated, case: Case) -> Case:
    return replace(case, calculation=event)


@evolve.register
def _(event: e.ProposedForDecision, case: Case) -> Case:
    return replace(case, proposed_in=event.decision)


@evolve.register
def _(event: e.ProposalWithdrawn, case: Case) -> Case:
    return replace(case, proposed_in=None)


@evolve.register
def _(event: e.Decided, case: Case) -> Case:
    return replace(case, decision=event)


@evolve.register
def _(event: e.DecisionPublished, case: Case) -> Case:
    return replace(case, published=event.clock, period_ended=False)


@evolve.register
def _(event: e.Served, case: Case) -> Case:
    return replace(case, served={**case.served, event.party: event.clock}, period_ended=False)


@evolve.register
def _(event: e.InstructionsFoundWrong, case: Case) -> Case:
    return replace(case, served={}, published=None, period_ended=False)


@evolve.register
def _(event: e.ClaimReceived, case: Case) -> Case:
    return replace(case, claims={**case.claims, event.claim: Claim(id=event.claim, in_time=event.in_time)})


@evolve.register
def _(event: e.ClaimWithdrawn, case: Case) -> Case:
    claim = replace(case.claims[event.claim], state="withdrawn")
    return replace(case, claims={**case.claims, event.claim: claim})


@evolve.register
def _(event: e.ClaimDismissed, case: Case) -> Case:
    claim = replace(case.claims[event.claim], state="dismissed", clock=event.clock)
    stays = case.legal_force is not None and not claim.in_time
    return replace(case, claims={**case.claims, event.claim: claim}, period_ended=case.period_ended and stays)


@evolve.register
def _(event: e.CalledUp, case: Case) -> Case:
    return replace(case, called_up=True)


@evolve.register
def _(event: e.CallUpEnded, case: Case) -> Case:
    return replace(case, called_up=False)


@evolve.register
def _(event: e.AppealPeriodEnded, case: Case) -> Case:
    return replace(case, period_ended=True)


@evolve.register
def _(event: e.LegalForceReached, case: Case) -> Case:
    return replace(case, legal_force=event)


@evolve.register
def _(event: e.InstalmentApproved, case: Case) -> Case:
    approvers = case.costs_approved_by | {event.approved_by}
    return replace(case, instalments=case.instalments + event.amount, costs_approved_by=approvers)


@evolve.register
def _(event: e.FinalAccountSettled, case: Case) -> Case:
    approvers = case.costs_approved_by | {event.settled_by}
    return replace(case, final_account=event, costs_approved_by=approvers)


@evolve.register(e.ToBeInvoiced)
@evolve.register(e.ToBeRecovered)
def _(event: e.ToBeInvoiced | e.ToBeRecovered, case: Case) -> Case:
    return replace(case, receivable=case.receivable + event.amount)


@evolve.register
def _(event: e.ForwardedToInvoicing, case: Case) -> Case:
    return replace(case, receivable=case.receivable - event.amount)


@evolve.register
def _(event: e.PaymentOrdered, case: Case) -> Case:
    return replace(case, payments=(*case.payments, PaymentOrder(id=event.payment, amount=event.amount)))


def _moved(case: Case, payment: str, **changes: Any) -> Case:
    moved = (replace(each, **changes) if each.id == payment else each for each in case.payments)
    return replace(case, payments=tuple(moved))


@evolve.register
def _(event: e.PaymentReleased, case: Case) -> Case:
    return _moved(case, event.payment, state="released", due=event.due, released_by=event.released_by)


@evolve.register
def _(event: e.PaymentInstructed, case: Case) -> Case:
    return _moved(case, event.payment, state="instructed")


@evolve.register
def _(event: e.PaymentRefused, case: Case) -> Case:
    return replace(_moved(case, event.payment, state="refused"), account_needed=True)


@evolve.register
def _(event: e.PaymentBooked, case: Case) -> Case:
    return _moved(case, event.payment, state="booked", booked_on=event.booked_on)


@evolve.register
def _(event: e.PaymentReturned, case: Case) -> Case:
    return replace(_moved(case, event.payment, state="returned"), account_needed=True, closed=False)


@evolve.register
def _(event: e.Noted, case: Case) -> Case:
    return replace(case, noted=True)


@evolve.register
def _(event: e.Closed, case: Case) -> Case:
    return replace(case, closed=True)


@evolve.register
def _(event: e.PersonalDataErased, case: Case) -> Case:
    return replace(case, erased=True)


def fold(event: Event, case: Case | None) -> Case:
    """Fold one fact and count it: a case knows its version, so that an answer can name the event that gave it."""
    now: Case = evolve(event, case)  # type: ignore[arg-type]  # the first fact has no case before it
    return replace(now, version=(case.version if case else 0) + 1)
