"""What a decision has come to."""

from dataclasses import dataclass, field, replace
from datetime import date, datetime
from functools import singledispatch
from typing import Any, Literal

from domain.case import events as ce
from domain.case.state import Claim
from domain.decision import events as e
from domain.law.appeal import AppealClock
from domain.messages import HELSINKI, Entered, Event
from domain.personal import Personal

NOBODY = Personal("")


@dataclass(frozen=True)
class Decision:
    """One decision, folded."""

    proposal: e.Proposed
    status: Literal["proposed", "returned", "approved", "on-agenda", "decided"] = "proposed"
    approved_by: str | None = None
    meets_on: date | None = None
    section: str | None = None
    decided_on: date | None = None
    decided_by: str | None = None
    signature: Personal | None = None
    instructions: str = ""
    minutes_checked: bool = False
    published: AppealClock | None = None
    more_information: Personal | None = None
    personal_data_removed: bool = False
    claims: dict[str, Claim] = field(default_factory=dict)
    claimed_cases: dict[str, tuple[str, ...]] = field(default_factory=dict)
    called_up: bool = False
    stage: str | None = None
    due: date | None = None
    due_at: datetime | None = None

    @property
    def by_board(self) -> bool:
        return self.proposal.body == "board"

    @property
    def decided(self) -> bool:
        return self.status == "decided"


@singledispatch
def evolve(event: Event, state: Decision) -> Decision:
    """Fold one fact; facts of no consequence here change nothing."""
    return state


@evolve.register
def _(event: e.Proposed, state: Decision | None) -> Decision:
    return Decision(proposal=event)


@evolve.register
def _(event: Entered, state: Decision) -> Decision:
    return replace(state, stage=event.stage, due=event.due, due_at=event.due_at)


@evolve.register
def _(event: e.ProposalReturned, state: Decision) -> Decision:
    return replace(state, status="returned")


@evolve.register
def _(event: e.Approved, state: Decision) -> Decision:
    return replace(state, status="approved", approved_by=event.approved_by)


@evolve.register
def _(event: e.Signed, state: Decision) -> Decision:
    return replace(
        state,
        status="decided",
        section=event.section,
        decided_on=event.decided_on,
        decided_by=event.decided_by,
        signature=event.signature,
        instructions=event.instructions,
    )


@evolve.register
def _(event: e.PutOnAgenda, state: Decision) -> Decision:
    return replace(state, status="on-agenda", meets_on=event.meets_on)


@evolve.register
def _(event: e.DecidedInMeeting, state: Decision) -> Decision:
    return replace(
        state,
        status="decided",
        section=event.section,
        decided_on=event.decided_on,
        decided_by="board",
        instructions=event.instructions,
    )


@evolve.register
def _(event: e.MinutesChecked, state: Decision) -> Decision:
    return replace(state, minutes_checked=True)


@evolve.register
def _(event: e.Published, state: Decision) -> Decision:
    return replace(
        state, published=event.clock, more_information=event.more_information, personal_data_removed=False
    )


@evolve.register
def _(event: ce.InstructionsFoundWrong, state: Decision) -> Decision:
    return replace(state, published=None)


@evolve.register
def _(event: ce.PersonalDataRemoved, state: Decision) -> Decision:
    return replace(state, personal_data_removed=True)


@evolve.register
def _(event: e.ClaimFiled, state: Decision) -> Decision:
    arrived_on = event.arrived_at.astimezone(HELSINKI).date()
    claim = Claim(id=event.claim, in_time=event.in_time, arrived_on=arrived_on)
    return replace(
        state,
        claims={**state.claims, event.claim: claim},
        claimed_cases={**state.claimed_cases, event.claim: event.cases},
    )


def _claim(decision: Decision, claim: str, **changes: Any) -> Decision:
    changed = replace(decision.claims[claim], **changes)
    return replace(decision, claims={**decision.claims, claim: changed})


@evolve.register
def _(event: ce.ClaimWithdrawn, state: Decision) -> Decision:
    return _claim(state, event.claim, state="withdrawn")


@evolve.register
def _(event: ce.ClaimDismissed, state: Decision) -> Decision:
    return _claim(state, event.claim, state="dismissed", clock=event.clock)


@evolve.register
def _(event: ce.CalledUp, state: Decision) -> Decision:
    return replace(state, called_up=True)


@evolve.register
def _(event: ce.CallUpEnded, state: Decision) -> Decision:
    return replace(state, called_up=False)
