"""When a case answers a command, and with which facts. The stage table has let the command through already."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from functools import singledispatch

from pydantic import JsonValue, ValidationError

from domain.case import commands as c
from domain.case import events as e
from domain.case.state import Case, Payment
from domain.law.appeal import Clock, Mode, clock, legal_force
from domain.messages import HELSINKI, At, Command, Context, Facts, Role
from domain.municipality.state import Municipality
from domain.process import Process, process
from domain.register.state import take
from domain.rejections import (
    AlreadyDone,
    BadContent,
    Disqualified,
    FourEyes,
    Missing,
    NoConsent,
    NotAllowed,
    NotNow,
    NotYours,
)
from domain.round.events import Enlisted
from domain.round.state import Round


@singledispatch
def answer(command: Command, case: Case, context: Context) -> Facts:
    """One short function a command."""
    raise NotImplementedError(type(command).__name__)


# Submission ----------------------------------------------------------------------------------------------------------


@answer.register
def _(command: c.Submit, case: Case | None, context: Context) -> Facts:
    kind = process(command.process)
    form = _filled_in(kind, command.form)
    municipality: Municipality = context.streams[context.of("municipality", "settings")]
    if municipality.settings is None:
        raise Missing("The municipality has adopted no settings yet: an administrator adopts them first.")
    arrived_at = _arrival(command, context)
    if kind.pays and command.account is None:
        raise BadContent("A grant needs an account to be paid to.", field="account")
    _kinds_known(kind, command.attachments)
    given = {attachment.kind for attachment in command.attachments}
    missing = [need.name for need in kind.attachments if need.required and need.name not in given]
    if command.channel == "e-service" and missing:
        raise Missing("Required attachments are missing: add them and send again.", attachments=missing)
    late = False
    settings = municipality.settings
    if kind.has_round:
        if command.round is None:
            raise BadContent(
                "This process has rounds: say which round the application is for.", field="round"
            )
        round_: Round | None = context.streams[context.of("round", command.round)]
        if round_ is None or round_.process != kind.name:
            raise BadContent("There is no such round of this process.", field="round")
        if arrived_at < round_.opens_at:
            raise NotNow("The round is not open yet.", opensAt=round_.opens_at.isoformat())
        late, settings = arrived_at > round_.closes_at, round_.settings
        kind = process(round_.process, round_.edition)
        yield At(context.of("round", command.round), Enlisted(case=context.stream.key, late=late))
    yield e.Submitted(
        process=kind.name,
        edition=kind.edition,
        settings=settings,
        round=command.round if kind.has_round else None,
        title=str(form[kind.title_field]),
        organisation=command.organisation,
        contact=command.contact,
        account=command.account if kind.pays else None,
        language=command.language,
        electronic_consent=command.electronic_consent,
        channel=command.channel,
        owner=context.by.user_id if command.channel == "e-service" else None,
        arrived_at=arrived_at,
        entered_reason=command.entered_reason,
        late=late,
        form=form,
        attachments=command.attachments,
    )


def _arrival(command: c.Submit, context: Context) -> datetime:
    """The legal moment of arrival: now through the e-service; earlier on paper, entered with a reason (18 §)."""
    by_applicant = command.channel == "e-service"
    if (Role.APPLICANT if by_applicant else Role.CUSTOMER_SERVICE) not in context.by.roles:
        raise NotAllowed(
            "An applicant sends through the e-service; customer service enters paper and counter visits."
        )
    arrived_at = command.arrived_at or context.now
    if arrived_at > context.now:
        raise BadContent("The arrival is still to come.", field="arrivedAt")
    if arrived_at < context.now and (by_applicant or not command.entered_reason):
        raise BadContent(
            "An earlier arrival is entered by customer service, with the reason.", field="enteredReason"
        )
    return arrived_at


def _filled_in(kind: Process, form: Mapping[str, JsonValue]) -> dict[str, JsonValue]:
    try:
        return kind.form.model_validate(form).model_dump(mode="json")
    except ValidationError as error:
        raise BadContent(
            "Some answers in the form cannot be used: see each of them.",
            errors=[
                {
                    "field": ".".join(["form", *map(str, each["loc"])]),
                    "sentence": each["msg"].removeprefix("Value error, "),
                }
                for each in error.errors(include_input=False, include_url=False)
            ],
        ) from None


def _kinds_known(kind: Process, attachments: tuple[e.Attachment, ...]) -> None:
    known = {each.name for each in kind.attachments}
    for attachment in attachments:
        if attachment.kind not in known:
            raise BadContent(
                f"There is no such kind of attachment; the kinds are {', '.join(sorted(known))}.",
                field="attachments",
            )


# Registry and handling -----------------------------------------------------------------------------------------------


@answer.register
def _(command: c.Register, case: Case, context: Context) -> Facts:
    kind = process(case.process, case.edition)
    register, taken = take(context, "cases")
    yield At(register, taken)
    number = case.settings.number(taken.running, context.today.year, kind.task_class)
    yield e.Registered(number=number, task_class=kind.task_class)
    yield e.Acknowledged(channel=case.channel)


@answer.register
def _(command: c.Assign, case: Case, context: Context) -> Facts:
    handler = command.handler or context.by.user_id
    if handler in case.disqualified:
        raise Disqualified("This handler has declared a disqualification in the case: choose another.")
    if handler == case.handler:
        raise AlreadyDone("The case is in these hands already.")
    if handler == context.by.user_id and Role.HANDLER not in context.by.roles:
        raise NotAllowed("Only a handler can take a case: name the handler.")
    yield e.Assigned(handler=handler)


@answer.register
def _(command: c.DeclareImpartiality, case: Case, context: Context) -> Facts:
    _own(case, context)
    if context.by.user_id in case.impartial:
        raise AlreadyDone("You have declared it already.")
    yield e.ImpartialityDeclared(handler=context.by.user_id)


@answer.register
def _(command: c.DeclareDisqualification, case: Case, context: Context) -> Facts:
    _own(case, context)
    yield e.DisqualificationDeclared(handler=context.by.user_id, ground=command.ground, note=command.note)


def _own(case: Case, context: Context) -> None:
    if case.handler != context.by.user_id:
        raise NotYours("The case is not in your hands: take it first.", handler=case.handler)


def _in_hand(case: Case, context: Context) -> None:
    _own(case, context)
    if context.by.user_id not in case.impartial:
        raise Disqualified(
            "Declare first whether anything disqualifies you in this case (hallintolaki 27–30 §)."
        )


@answer.register
def _(command: c.RecordCheck, case: Case, context: Context) -> Facts:
    _in_hand(case, context)
    items = {check.item for check in process(case.process, case.edition).checklist}
    if command.item not in items:
        raise BadContent(f"The checklist has no such item; it has {', '.join(sorted(items))}.", field="item")
    checked_on = command.checked_on or context.today
    if checked_on > context.today:
        raise BadContent("The day of the look-up is still to come.", field="checkedOn")
    yield e.Checked(item=command.item, met=command.met, evidence=command.evidence, checked_on=checked_on)


@answer.register
def _(command: c.RequestCompletion, case: Case, context: Context) -> Facts:
    _in_hand(case, context)
    due = command.due or context.today + timedelta(days=case.settings.completion_days)
    if due <= context.today:
        raise BadContent("The applicant needs time: the last day is after today.", field="due")
    yield e.CompletionRequested(what=command.what, due=due)


@answer.register
def _(command: c.ExtendCompletion, case: Case, context: Context) -> Facts:
    assert case.completion is not None
    if command.due <= case.completion.due:
        raise BadContent(
            "An extension ends after the present last day.", field="due", due=str(case.completion.due)
        )
    yield e.CompletionExtended(due=command.due, reason=command.reason)


@answer.register
def _(command: c.CancelCompletion, case: Case, context: Context) -> Facts:
    yield e.CompletionCancelled(reason=command.reason)


@answer.register
def _(command: c.AnswerCompletion, case: Case, context: Context) -> Facts:
    kind = process(case.process, case.edition)
    _kinds_known(kind, command.attachments)
    form = _filled_in(kind, {**case.form, **kind.form.named(command.form)})
    changed = {name: value for name, value in form.items() if case.form.get(name) != value}
    yield e.CompletionAnswered(answer=command.answer, form=changed, attachments=command.attachments)


@answer.register
def _(command: c.LapseCompletion, case: Case, context: Context) -> Facts:
    assert case.completion is not None
    if context.today <= case.completion.due:
        raise NotNow("The last day to complete is not behind us.", due=str(case.completion.due))
    yield e.CompletionLapsed(due=case.completion.due)


@answer.register
def _(command: c.Withdraw, case: Case, context: Context) -> Facts:
    if case.proposed_in:
        raise NotNow("The case is proposed for a decision: the proposal must be returned first.")
    yield e.Withdrawn(reason=command.reason)


@answer.register
def _(command: c.ChangeAccount, case: Case, context: Context) -> Facts:
    if case.account is None:
        raise NotNow("Nothing is paid in this process.")
    if case.payment and case.payment.state in ("released", "instructed"):
        raise NotNow("A payment is on its way to the present account.", payment=case.payment.id)
    yield e.AccountChanged(account=command.account, evidence=command.evidence, changed_by=context.by.user_id)


@answer.register
def _(command: c.AddParty, case: Case, context: Context) -> Facts:
    party = f"party-{len(case.parties) + 1}"
    contact = e.Contact(
        **{name: getattr(command.contact, name).about(party) for name in e.Contact.model_fields}
    )
    yield e.PartyAdded(party=party, contact=contact, reason=command.reason)


@answer.register
def _(command: c.Evaluate, case: Case, context: Context) -> Facts:
    _in_hand(case, context)
    known = reasons_known(process(case.process, case.edition))
    if unknown := set(command.reasons) - set(known):
        raise BadContent(
            f"There is no such reason; the reasons are {', '.join(known)}.",
            field="reasons",
            unknown=sorted(unknown),
        )
    reasons = set(command.reasons) | _failing(case, context)
    if command.outcome == "eligible" and reasons:
        raise BadContent(
            "This application does not meet the criteria: it is rejected with reasons.",
            reasons=sorted(reasons),
        )
    if command.outcome == "rejected" and not reasons:
        raise BadContent("A rejection gives its reasons (hallintolaki 45 §).", field="reasons")
    if command.outcome == "rejected" and "other" in reasons and not command.note:
        raise BadContent("Say the reason in words.", field="note")
    yield e.EligibilityEvaluated(
        outcome=command.outcome,
        reasons=tuple(sorted(reasons)),
        note=command.note,
        evaluated_by=context.by.user_id,
    )


def reasons_known(kind: Process) -> list[str]:
    """The codes that a rejection may give as its reasons: an item of the checklist, or one that any process may have."""
    return [*(check.item for check in kind.checklist), "late", "too-short", "not-completed", "other"]


def _failing(case: Case, context: Context) -> set[str]:
    """Reasons that the facts give by themselves. A late application is rejected as late (KHO:2009:100)."""
    if case.late:
        return {"late"}
    checklist = process(case.process, case.edition).checklist
    unrecorded = [check.item for check in checklist if check.item not in case.checks]
    if unrecorded:
        raise Missing("Checks are still to be recorded (hallintolaki 31 §).", items=unrecorded)
    failing = {item for item, check in case.checks.items() if not check.met}
    round_: Round | None = context.streams[context.of("round", case.round)] if case.round else None
    if round_ and case.length_m < round_.rule_set.formula.minimum_length:
        failing.add("too-short")
    return failing


@answer.register
def _(command: c.ReopenEvaluation, case: Case, context: Context) -> Facts:
    _in_hand(case, context)
    if case.proposed_in:
        raise NotNow("The case is proposed for a decision: the proposal must be returned first.")
    yield e.EvaluationReopened(reason=command.reason)


@answer.register
def _(command: c.Note, case: Case, context: Context) -> Facts:
    _in_hand(case, context)
    _failing(case, context)
    yield e.Noted(note=command.note)


# After the decision --------------------------------------------------------------------------------------------------


@answer.register
def _(command: c.Serve, case: Case, context: Context) -> Facts:
    decision, regime = case.decision, process(case.process, case.edition).regime
    assert decision is not None
    assert regime is not None
    if command.party not in case.parties:
        raise BadContent(f"The case has no such party; it has {', '.join(case.parties)}.", field="party")
    on = command.on or context.today
    if not decision.decided_on <= on <= context.today:
        raise BadContent("A decision is served after it is made, and not in the future.", field="on")
    if command.shown_served_on and command.shown_served_on > context.today:
        raise BadContent("What is shown has happened: the day is not in the future.", field="shownServedOn")
    if command.mode is Mode.ELECTRONIC and not case.electronic_consent:
        raise NoConsent(
            "The applicant has not consented to electronic service: serve by letter (L 13/2003 19 §)."
        )
    yield e.Served(
        party=command.party,
        evidence=command.evidence,
        clock=_clock(command.mode, on, regime.days, command.shown_served_on),
    )


def _clock(mode: Mode, on: date, days: int, shown: date | None) -> Clock:
    try:
        return clock(mode, on, days, shown)
    except ValueError as error:
        raise BadContent(str(error), field="shownServedOn") from None


@answer.register
def _(command: c.EndAppealPeriod, case: Case, context: Context) -> Facts:
    if case.last_day is None or context.today <= case.last_day:
        raise NotNow("The last day of the appeal period is not behind us.", lastDay=str(case.last_day))
    yield e.AppealPeriodEnded(last_day=case.last_day)


@answer.register
def _(command: c.ReachLegalForce, case: Case, context: Context) -> Facts:
    force = legal_force(case.clocks, case.published, case.settings.grace_working_days)
    if context.today < force.from_day:
        raise NotNow("Mail on its way still has its days of grace.", fromDay=str(force.from_day))
    yield e.LegalForceReached(from_day=force.from_day, steps=force.steps)


# Payment -------------------------------------------------------------------------------------------------------------


@answer.register
def _(command: c.OrderPayment, case: Case, context: Context) -> Facts:
    number = "".join(
        letter if (letter.isascii() and letter.isalnum()) or letter == "." else "-"
        for letter in case.number or ""
    )
    payment = f"{context.stream.municipality}-{number}-{len(case.payments) + 1}"
    yield e.PaymentOrdered(payment=payment, amount=case.granted - case.paid)


@answer.register
def _(command: c.ReleasePayment, case: Case, context: Context) -> Facts:
    payment, decision = case.payment, case.decision
    assert decision is not None
    assert case.account is not None
    if payment is None or payment.id != command.payment or payment.state != "ordered":
        raise NotNow(
            "That is not the payment that waits for release.", payment=payment.id if payment else None
        )
    me = context.by.user_id
    if me in (decision.decided_by, decision.prepared_by, case.account_changed_by):
        raise FourEyes(
            "Whoever prepared or made the decision, or changed the account, may not release the payment."
        )
    due = command.due or context.today
    if due < context.today:
        raise BadContent("The due day is behind us.", field="due")
    yield e.PaymentReleased(payment=payment.id, due=due, account=case.account, released_by=me)


@answer.register
def _(command: c.RecordInstruction, case: Case, context: Context) -> Facts:
    payment = _payment(case, command.payment, "released")
    if command.amount != str(payment.amount):
        raise BadContent(
            "The payment party holds another amount under this id: a person must look.", field="amount"
        )
    yield e.PaymentInstructed(payment=payment.id, amount=payment.amount, reference=command.reference)


@answer.register
def _(command: c.RecordRefusal, case: Case, context: Context) -> Facts:
    payment = _payment(case, command.payment, "released", "instructed")
    yield e.PaymentRefused(payment=payment.id, reason=command.reason)


@answer.register
def _(command: c.BookPayment, case: Case, context: Context) -> Facts:
    payment = _payment(case, command.payment, "released", "instructed")
    if command.booked_on > context.today:
        raise BadContent("The booking is still to come.", field="bookedOn")
    yield e.PaymentBooked(payment=payment.id, booked_on=command.booked_on, reference=command.reference)


@answer.register
def _(command: c.ReturnPayment, case: Case, context: Context) -> Facts:
    payment = _payment(case, command.payment, "released", "instructed", "booked")
    yield e.PaymentReturned(payment=payment.id, returned_on=command.returned_on, reason=command.reason)


def _payment(case: Case, payment_id: str, *states: str) -> Payment:
    payment = case.payment
    if payment is None or payment.id != payment_id:
        raise BadContent("That is not the case's present payment.", field="payment")
    if payment.state not in states:
        raise AlreadyDone("The payment is past that.", state=payment.state)
    return payment


# The end -------------------------------------------------------------------------------------------------------------


@answer.register
def _(command: c.Close, case: Case, context: Context) -> Facts:
    arrived = case.arrived_at.astimezone(HELSINKI).date()
    booked = case.payment.booked_on if case.payment and case.paid else None
    yield e.Closed(
        granted=case.granted,
        paid=case.paid,
        days_to_decision=(case.decision.decided_on - arrived).days if case.decision else None,
        days_to_payment=(booked - arrived).days if booked else None,
        days=(context.today - arrived).days,
    )


@answer.register
def _(command: c.ErasePersonalData, case: Case, context: Context) -> Facts:
    if case.erased:
        raise AlreadyDone("The personal data of the case is erased already.")
    yield e.PersonalDataErased(reason=command.reason)
