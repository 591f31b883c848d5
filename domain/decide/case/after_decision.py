"""After the decision: service, the end of the appeal period, legal force, and the end of the case."""

from datetime import date

from domain.case import commands as c
from domain.case import events as e
from domain.case.state import Case
from domain.context import Context
from domain.decide.case.dispatch import decide
from domain.law.appeal import AppealClock, Mode, appeal_clock, compute_legal_force
from domain.messages import HELSINKI, Facts
from domain.processes import process
from domain.rejections import (
    AlreadyDone,
    BadContent,
    NoConsent,
    NotNow,
)


@decide.register
def serve_decision(command: c.Serve, case: Case, context: Context) -> Facts:
    decision, rules = case.decision, process(case.process, case.edition).decides
    assert decision is not None
    assert rules is not None
    if command.party not in case.parties:
        raise BadContent(f"The case has no such party; it has {', '.join(case.parties)}.", field="party")
    on = command.on or context.today
    if not decision.decided_on <= on <= context.today:
        raise BadContent("A decision is served after it is made, and not in the future.", field="on")
    if command.shown_served_on and command.shown_served_on > context.today:
        raise BadContent("What is shown has happened: the day is not in the future.", field="shownServedOn")
    if command.mode is Mode.ELECTRONIC and not (case.electronic_consent and command.party == "applicant"):
        raise NoConsent(
            "The applicant has not consented to electronic service: serve by letter (L 13/2003 19 §)."
        )
    served = _clock(command.mode, on, rules.regime.days, command.shown_served_on)
    before = case.served.get(command.party)
    if before and served.last_day < before.last_day:
        raise NotNow(
            "A party's time is never cut short: the later service governs.", lastDay=str(before.last_day)
        )
    yield e.Served(party=command.party, evidence=command.evidence, clock=served)


def _clock(mode: Mode, on: date, days: int, shown: date | None) -> AppealClock:
    try:
        return appeal_clock(mode, on, days, shown)
    except ValueError as error:
        raise BadContent(str(error), field="shownServedOn") from None


@decide.register
def end_appeal_period(command: c.EndAppealPeriod, case: Case, context: Context) -> Facts:
    if case.last_day is None or context.today <= case.last_day:
        raise NotNow("The last day of the appeal period is not behind us.", lastDay=str(case.last_day))
    yield e.AppealPeriodEnded(last_day=case.last_day)


@decide.register
def reach_legal_force(command: c.ReachLegalForce, case: Case, context: Context) -> Facts:
    force = compute_legal_force(case.clocks, case.published, case.settings.grace_working_days)
    if context.today < force.from_day:
        raise NotNow("Mail on its way still has its days of grace.", fromDay=str(force.from_day))
    yield e.LegalForceReached(from_day=force.from_day, steps=force.steps)
    if case.plan.invoice:
        yield e.ToBeInvoiced(amount=case.plan.invoice)
    if case.decision and case.decision.fee:
        yield e.ToBeInvoiced(amount=case.decision.fee.amount, why="fee")


@decide.register
def close_case(command: c.Close, case: Case, context: Context) -> Facts:
    arrived = case.arrived_at.astimezone(HELSINKI).date()
    booked = case.payment.booked_on if case.payment and case.paid else None
    yield e.Closed(
        granted=case.granted,
        paid=case.paid,
        days_to_decision=(case.decision.decided_on - arrived).days if case.decision else None,
        days_to_payment=(booked - arrived).days if booked else None,
        days=(context.today - arrived).days,
    )


@decide.register
def erase_personal_data(command: c.ErasePersonalData, case: Case, context: Context) -> Facts:
    if case.erased:
        raise AlreadyDone("The personal data of the case is erased already.")
    if any(claim.state == "open" for claim in case.claims.values()):
        raise NotNow("A claim is open: its handling needs the personal data of the case.")
    yield e.PersonalDataErased(reason=command.reason)
