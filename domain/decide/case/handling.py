"""From the register to a finished check: numbers, hands, disqualification, completion, eligibility."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta

from pydantic import JsonValue
from pydantic.alias_generators import to_camel

from domain.adopted_criteria import compiled
from domain.case import commands as c
from domain.case import events as e
from domain.case.state import Case
from domain.context import Context
from domain.criteria.calculation import evaluate_conditions
from domain.criteria.line_evaluation import Judgement
from domain.criteria.ruleset import RuleSet
from domain.criteria.units import Mistake
from domain.decide.case.dispatch import decide
from domain.decide.case.submission import filled_in, kinds_known
from domain.decide.register import take_number
from domain.inputs import (
    applicant_questions,
    application_inputs,
    check_answer,
    handler_questions,
    reasons_known,
)
from domain.messages import Facts, Role, StreamEvent
from domain.process import Process
from domain.processes import process
from domain.rejections import (
    AlreadyDone,
    BadContent,
    Disqualified,
    Missing,
    NotAllowed,
    NotNow,
    NotYours,
)


@decide.register
def register_case(command: c.Register, case: Case, context: Context) -> Facts:
    kind = process(case.process, case.edition)
    register, taken = take_number(context, "cases")
    yield StreamEvent(register, taken)
    number = case.settings.number(taken.running, context.today.year, kind.task_class)
    yield e.Registered(number=number, task_class=kind.task_class)
    yield e.Acknowledged(channel=case.channel)


@decide.register
def assign_handler(command: c.Assign, case: Case, context: Context) -> Facts:
    handler = command.handler or context.by.user_id
    if handler in case.disqualified:
        raise Disqualified("This handler has declared a disqualification in the case: choose another.")
    if handler == case.handler:
        raise AlreadyDone("The case is in these hands already.")
    if handler == context.by.user_id and Role.HANDLER not in context.by.roles:
        raise NotAllowed("Only a handler can take a case: name the handler.")
    yield e.Assigned(handler=handler)


@decide.register
def declare_impartiality(command: c.DeclareImpartiality, case: Case, context: Context) -> Facts:
    _own(case, context)
    if context.by.user_id in case.impartial:
        raise AlreadyDone("You have declared it already.")
    yield e.ImpartialityDeclared(handler=context.by.user_id)


@decide.register
def declare_disqualification(command: c.DeclareDisqualification, case: Case, context: Context) -> Facts:
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


def not_disqualified(case: Case, context: Context) -> None:
    if context.by.user_id in case.disqualified:
        raise Disqualified("You have declared a disqualification in the case (hallintolaki 27 §).")


@decide.register
def record_check(command: c.RecordCheck, case: Case, context: Context) -> Facts:
    _in_hand(case, context)
    items = {check.item for check in process(case.process, case.edition).checklist}
    if command.item not in items:
        raise BadContent(f"The checklist has no such item; it has {', '.join(sorted(items))}.", field="item")
    checked_on = command.checked_on or context.today
    if checked_on > context.today:
        raise BadContent("The day of the look-up is still to come.", field="checkedOn")
    yield e.Checked(item=command.item, met=command.met, evidence=command.evidence, checked_on=checked_on)


@decide.register
def request_completion(command: c.RequestCompletion, case: Case, context: Context) -> Facts:
    _in_hand(case, context)
    due = command.due or context.today + timedelta(days=case.settings.completion_days)
    if due <= context.today:
        raise BadContent("The applicant needs time: the last day is after today.", field="due")
    yield e.CompletionRequested(what=command.what, due=due)


@decide.register
def extend_completion(command: c.ExtendCompletion, case: Case, context: Context) -> Facts:
    _in_hand(case, context)
    assert case.completion is not None
    if command.due <= case.completion.due or command.due < context.today:
        raise BadContent(
            "An extension ends after the present last day.", field="due", due=str(case.completion.due)
        )
    yield e.CompletionExtended(due=command.due, reason=command.reason)


@decide.register
def cancel_completion(command: c.CancelCompletion, case: Case, context: Context) -> Facts:
    _in_hand(case, context)
    yield e.CompletionCancelled(reason=command.reason)


@decide.register
def answer_completion(command: c.AnswerCompletion, case: Case, context: Context) -> Facts:
    kind = process(case.process, case.edition)
    kinds_known(kind, command.attachments)
    rules = _rules(case, context)
    form = filled_in(kind, {**case.form, **_named(kind, rules, command.form)}, rules)
    changed = {name: value for name, value in form.items() if case.form.get(name) != value}
    yield e.CompletionAnswered(answer=command.answer, form=changed, attachments=command.attachments)


def _named(kind: Process, rules: RuleSet | None, given: Mapping[str, JsonValue]) -> dict[str, JsonValue]:
    """Changed answers under their stored names, whichever way they were sent."""
    names = {to_camel(name): name for name in applicant_questions(rules, kind)} if rules else {}
    return {names.get(name, name): value for name, value in kind.form.named(given).items()}


def _rules(case: Case, context: Context) -> RuleSet | None:
    """The criteria of the case's round."""
    if case.round is None:
        return None
    round_ = context.round(case.round)
    return compiled(round_.criteria)


@decide.register
def lapse_completion(command: c.LapseCompletion, case: Case, context: Context) -> Facts:
    assert case.completion is not None
    if context.today <= case.completion.due:
        raise NotNow("The last day to complete is not behind us.", due=str(case.completion.due))
    yield e.CompletionLapsed(due=case.completion.due)


@decide.register
def withdraw_case(command: c.Withdraw, case: Case, context: Context) -> Facts:
    if case.proposed_in:
        raise NotNow("The case is proposed for a decision: the proposal must be returned first.")
    yield e.Withdrawn(reason=command.reason)


@decide.register
def change_account(command: c.ChangeAccount, case: Case, context: Context) -> Facts:
    not_disqualified(case, context)
    if case.account is None:
        raise NotNow("Nothing is paid in this process.")
    if case.payment and case.payment.state in ("released", "instructed"):
        raise NotNow("A payment is on its way to the present account.", payment=case.payment.id)
    yield e.AccountChanged(account=command.account, evidence=command.evidence, changed_by=context.by.user_id)


@decide.register
def add_party(command: c.AddParty, case: Case, context: Context) -> Facts:
    not_disqualified(case, context)
    party = f"party-{len(case.parties) + 1}"
    contact = e.Contact(
        **{name: getattr(command.contact, name).about(party) for name in e.Contact.model_fields}
    )
    yield e.PartyAdded(party=party, contact=contact, reason=command.reason)


@decide.register
def evaluate_eligibility(command: c.Evaluate, case: Case, context: Context) -> Facts:
    _in_hand(case, context)
    rules = _rules(case, context)
    known = reasons_known(process(case.process, case.edition), rules)
    if unknown := set(command.reasons) - set(known):
        raise BadContent(
            f"There is no such reason; the reasons are {', '.join(known)}.",
            field="reasons",
            unknown=sorted(unknown),
        )
    failing, judged = _failing(case, context), _judged(case, rules, context)
    reasons = set(command.reasons) | failing | set(judged.rejected)
    if command.outcome == "eligible" and judged.incomplete:
        raise Missing(
            "The criteria ask what the application does not tell: request completion first (hallintolaki 22 §).",
            reasons=sorted(set(judged.incomplete)),
        )
    accepted = _accepted(command, rules, judged)
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
        accepted=accepted,
    )


def _judged(case: Case, rules: RuleSet | None, context: Context) -> Judgement:
    """What the criteria say of the case by themselves; a late one is not looked at."""
    if rules is None or case.late:
        return Judgement()
    plain = replace(case, evaluation=None)
    round_ = context.round(case.round or "")
    fixed = round_.fixed.values if round_.fixed else {}
    rules = compiled(round_.criteria, fixed)
    return evaluate_conditions(rules, application_inputs(context.stream, plain, rules, context), fixed)


def _accepted(command: c.Evaluate, rules: RuleSet | None, judged: Judgement) -> tuple[str, ...]:
    """Conditions left to a person, decided in the applicant's favour with a reason; questions are answered first."""
    if command.outcome != "eligible" or rules is None:
        return ()
    open_ = [code for code in judged.manual if not code.startswith("not-fixed-")]
    acceptable = rules.left_to_a_person
    if unanswered := sorted(set(open_) - set(acceptable)):
        raise Missing("The criteria leave questions to a person: answer them first.", questions=unanswered)
    if open_ and not command.note:
        raise BadContent(
            "A condition is left to your judgement: say in words why it is met (hallintolaki 45 §).",
            field="note",
            conditions=sorted(open_),
        )
    return tuple(sorted(open_))


@decide.register
def record_finding(command: c.RecordFinding, case: Case, context: Context) -> Facts:
    _in_hand(case, context)
    rules = _rules(case, context)
    asked = handler_questions(rules) if rules else {}
    if command.input not in asked:
        raise BadContent(
            f"The criteria leave no such question to a person; they leave {', '.join(asked) or 'none'}.",
            field="input",
        )
    try:
        check_answer(command.value, asked[command.input])
    except Mistake as mistake:
        raise BadContent(f"{mistake.sentence} {mistake.mend}".rstrip(), field="value") from None
    yield e.FindingRecorded(
        input=command.input, value=command.value, reason=command.reason, found_by=context.by.user_id
    )


def _failing(case: Case, context: Context) -> set[str]:
    """Reasons that the facts give by themselves. A late application is rejected as late (KHO:2009:100)."""
    if case.late:
        return {"late"}
    checklist = process(case.process, case.edition).checklist
    unrecorded = [check.item for check in checklist if check.item not in case.checks]
    if unrecorded:
        raise Missing("Checks are still to be recorded (hallintolaki 31 §).", items=unrecorded)
    return {item for item, check in case.checks.items() if not check.met}


@decide.register
def reopen_evaluation(command: c.ReopenEvaluation, case: Case, context: Context) -> Facts:
    _in_hand(case, context)
    if case.proposed_in:
        raise NotNow("The case is proposed for a decision: the proposal must be returned first.")
    yield e.EvaluationReopened(reason=command.reason)


@decide.register
def note_notice(command: c.Note, case: Case, context: Context) -> Facts:
    _in_hand(case, context)
    _failing(case, context)
    yield e.Noted(note=command.note)
