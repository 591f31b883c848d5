"""When a decision is proposed, made, published and contested, and what befalls its cases."""

from collections.abc import Iterable, Iterator
from datetime import date
from decimal import Decimal
from functools import singledispatch

from domain.adopted_criteria import compiled
from domain.case import events as ce
from domain.case.state import Case
from domain.context import Context
from domain.criteria.criteria_texts import CriteriaTexts
from domain.criteria.document import text_in_language
from domain.criteria.ruleset import RuleSet
from domain.decide.register import take_number
from domain.decision import commands as c
from domain.decision import events as e
from domain.decision.instructions import instructions
from domain.decision.state import Decision
from domain.inputs import application_inputs, road_key
from domain.law.appeal import APPEAL_30, appeal_clock, in_time
from domain.messages import HELSINKI, NO_MONEY, Command, Event, Facts, StreamEvent, StreamId
from domain.municipality.events import Settings
from domain.process import COMMON_REASONS, DecisionRules, Process
from domain.processes import process
from domain.rejections import (
    AlreadyDone,
    BadContent,
    Disqualified,
    FourEyes,
    Missing,
    NotNow,
    OverLimit,
)
from domain.road.events import Granted
from domain.round.state import Round
from domain.texts.translation import in_language


@singledispatch
def decide(command: Command, decision: Decision, context: Context) -> Facts:
    """One short function a command."""
    raise NotImplementedError(type(command).__name__)


def _to_cases(
    decision: Decision, context: Context, event: Event, cases: tuple[str, ...] = ()
) -> Iterator[StreamEvent]:
    """The same fact for each case of the decision, or for some of them."""
    for line in decision.proposal.lines:
        if not cases or line.case in cases:
            yield StreamEvent(context.of("case", line.case), event)


# Proposing -----------------------------------------------------------------------------------------------------------


@decide.register
def propose_decision(command: c.Propose, decision: Decision | None, context: Context) -> Facts:
    round_ = context.find_round(command.round) if command.round else None
    if command.round and round_ is None:
        raise BadContent("There is no such round.", field="round")
    cases = _to_be_decided(command, round_, context)
    kinds = {(case.process, case.edition) for case in cases.values()}
    if len(kinds) > 1 or any(case.round != command.round for case in cases.values()):
        raise BadContent("One decision covers cases of one round and one process.", field="cases")
    if context.by.user_id in set().union(*(case.disqualified for case in cases.values())):
        raise Disqualified("You have declared a disqualification in one of these cases.")
    if round_ and any(case.outcome == "eligible" for case in cases.values()):
        _calculated_as_it_is(round_, context)
    _history_as_calculated(cases, round_, context)
    kind = process(*kinds.pop())
    lines = tuple(
        _line(key, case, kind, round_) for key, case in sorted(cases.items(), key=lambda each: each[1].title)
    )
    rule_set = compiled(round_.criteria) if round_ else None
    total, settings = sum((line.amount for line in lines), NO_MONEY), next(iter(cases.values())).settings
    if command.body == "officeholder":
        _within_delegation(settings, total, lines)
    yield e.Proposed(
        body=command.body,
        heading=command.heading,
        round=command.round,
        process=kind.name,
        edition=kind.edition,
        settings=settings,
        lines=lines,
        total=total,
        legal_basis=rule_set.document.legal_basis if rule_set else _rules(kind).legal_basis,
        conditions=_conditions(rule_set, settings),
        budget_line=round_.budget_line if round_ else "",
        prepared_by=context.by.user_id,
    )
    for line in lines:
        yield StreamEvent(context.of("case", line.case), ce.ProposedForDecision(decision=context.stream.key))


def _rules(kind: Process) -> DecisionRules:
    """How cases of a process that is decided are decided."""
    assert kind.decides is not None, "a case is proposed in a process that is decided"
    return kind.decides


def _conditions(rules: RuleSet | None, settings: Settings) -> tuple[str, ...]:
    """The conditions of the criteria, in the municipality's first language."""
    texts = rules.document.conditions if rules else ()
    return tuple(text_in_language(each, settings.languages[0], "") for each in texts)


def _to_be_decided(command: c.Propose, round_: Round | None, context: Context) -> dict[str, Case]:
    """The cases named, each of which must be ready; or every ready case of the round."""
    keys = command.cases or (round_.cases if round_ else ())
    cases: dict[str, Case] = {}
    for key in dict.fromkeys(keys):
        case = context.find_case(key)
        if case is None:
            raise BadContent("There is no such case.", field="cases", case=key)
        if process(case.process, case.edition).awaits_proposal(case):
            cases[key] = case
        elif command.cases:
            raise NotNow(
                "A case is proposed when its checks are finished, and its calculation where the process has one.",
                case=case.number or key,
            )
    if not cases:
        raise Missing(
            "No case is ready to be proposed: finish the checks, and the calculation where the process has one."
        )
    return cases


def _calculated_as_it_is(round_: Round, context: Context) -> None:
    """Grants that share one budget are proposed only as the last run gave them: nobody who shares has changed since.

    Once a grant of the run is decided its price stands: who withdraws after that leaves the others' grants as they are.
    """
    cases: dict[str, Case] = {key: context.case(key) for key in round_.cases}
    eligible = {key for key, case in cases.items() if case.outcome == "eligible" and not case.withdrawn}
    run = round_.final_run
    shared = {line.case for line in run.result.lines} if run else set()
    fixed = any(cases[key].decision for key in shared)
    unchecked = [case.number or key for key, case in cases.items() if case.awaits_check]
    stays = eligible <= shared if fixed else eligible == shared
    others = run and round_.fixed and dict(run.result.slots) != round_.fixed.values
    if unchecked or not stays or others or any(cases[key].calculation is None for key in eligible):
        raise NotNow(
            "The round has changed since it was calculated: check every case and calculate again.",
            cases=unchecked,
        )


def _history_as_calculated(cases: dict[str, Case], round_: Round | None, context: Context) -> None:
    """Where criteria look at earlier grants, nothing has been granted to these roads since they were calculated."""
    rules = compiled(round_.criteria) if round_ else None
    asked = (
        [name for name, spec in rules.document.inputs.items() if spec.source.startswith("earlier_cases")]
        if rules
        else []
    )
    if rules is None or not asked:
        return
    roads: dict[str, str] = {}
    for key, case in cases.items():
        calculation = case.calculation
        if calculation is None or calculation.outcome != "granted":
            continue
        now = application_inputs(context.of("case", key), case, rules, context).inputs
        road = road_key(process(case.process, case.edition), case.form) or key
        if any(now.get(name) != calculation.inputs.get(name) for name in asked) or road in roads:
            raise NotNow(
                "Something else is granted to this road, and the criteria look at it: take the check up again.",
                case=case.number or key,
            )
        roads[road] = key


def _within_delegation(settings: Settings, total: Decimal, lines: Iterable[e.DecisionLine]) -> None:
    """What is granted and what is charged in one § are within what an officeholder may decide (hallintosääntö)."""
    euros = total + sum(line.fee.amount for line in lines if line.fee)
    if euros > settings.officeholder_limit:
        raise OverLimit(
            f"An officeholder decides up to {settings.officeholder_limit} € in one § ({settings.delegation}):"
            " propose to the board.",
            total=str(euros),
            limit=str(settings.officeholder_limit),
        )


def _line(key: str, case: Case, kind: Process, round_: Round | None) -> e.DecisionLine:
    evaluation, calculation = case.evaluation, case.calculation if case.outcome == "eligible" else None
    granted = case.outcome == "eligible" and (calculation is None or calculation.outcome == "granted")
    assert evaluation is not None
    reasons = calculation.reasons if calculation and not granted else evaluation.reasons
    return e.DecisionLine(
        case=key,
        number=case.number or "",
        title=case.title,
        granted=granted,
        amount=calculation.amount if granted and calculation else NO_MONEY,
        reasons=reasons,
        note=evaluation.note,
        size=kind.size_of(case.form),
        grounds=_grounds(case, kind, round_, reasons, calculation),
        plan=calculation.plan if granted and calculation else ce.Plan(),
        fee=_fee(case, _rules(kind)),
    )


def _fee(case: Case, rules: DecisionRules) -> ce.Fee | None:
    """What the tariff charges for the decision, in the language of the case; nothing where it charges nothing."""
    charge = rules.tariff(case.form) if rules.tariff else None
    if charge is None or not charge.amount:
        return None
    return ce.Fee(
        amount=charge.amount, reason=in_language(charge.reason, case.language), source=charge.source
    )


def _grounds(
    case: Case,
    kind: Process,
    round_: Round | None,
    reasons: tuple[str, ...],
    calculation: ce.Calculated | None,
) -> tuple[str, ...]:
    """The reasons in words, in the language of the case (hallintolaki 45 §, kielilaki 19 §): first why, then how."""
    checks = {check.item: in_language(check.unmet or check.titles, case.language) for check in kind.checklist}
    if round_ is None:
        note = case.evaluation.note if case.evaluation else ""
        return (
            *(checks.get(code) or in_language(COMMON_REASONS[code], case.language) for code in reasons),
            *([note] if note else ()),
        )
    told = CriteriaTexts(compiled(round_.criteria), case.language)
    why = [checks.get(code) or told.reason(code) for code in reasons]
    how = told.trace(calculation.trace, sources=False) if calculation else ()
    return (*why, *how)


@decide.register
def return_proposal(command: c.ReturnProposal, decision: Decision, context: Context) -> Facts:
    yield e.ProposalReturned(reason=command.reason)
    yield from _to_cases(decision, context, ce.ProposalWithdrawn(decision=context.stream.key))


# Deciding ------------------------------------------------------------------------------------------------------------


def _may_decide(decision: Decision, context: Context) -> None:
    if context.by.user_id == decision.proposal.prepared_by:
        raise FourEyes("Whoever prepared the decision may not make it: another person decides.")
    _not_disqualified(decision, context)


def _not_disqualified(decision: Decision, context: Context) -> None:
    handled = (context.case(line.case) for line in decision.proposal.lines)
    if any(context.by.user_id in case.disqualified for case in handled):
        raise Disqualified("You have declared a disqualification in one of these cases.")


@decide.register
def approve_proposal(command: c.Approve, decision: Decision, context: Context) -> Facts:
    _may_decide(decision, context)
    yield e.Approved(approved_by=context.by.user_id)


@decide.register
def sign_decision(command: c.Sign, decision: Decision, context: Context) -> Facts:
    _may_decide(decision, context)
    _within_delegation(decision.proposal.settings, decision.proposal.total, decision.proposal.lines)
    round_ = context.round(decision.proposal.round) if decision.proposal.round else None
    cases = {line.case: context.case(line.case) for line in decision.proposal.lines}
    _history_as_calculated(cases, round_, context)
    register, taken = take_number(context, "sections")
    yield StreamEvent(register, taken)
    section = f"§ {taken.running}"
    signed = e.Signed(
        section=section,
        decided_on=context.today,
        signature=command.signature,
        instructions=_instructions(decision),
        decided_by=context.by.user_id,
    )
    yield signed
    yield from _decided(decision, context, section, context.today, context.by.user_id)


@decide.register
def put_on_the_agenda(command: c.PutOnTheAgenda, decision: Decision, context: Context) -> Facts:
    if command.meets_on < context.today:
        raise BadContent("The meeting is behind us.", field="meetsOn")
    yield e.PutOnAgenda(meets_on=command.meets_on)


@decide.register
def record_meeting(command: c.RecordMeeting, decision: Decision, context: Context) -> Facts:
    if command.decided_on > context.today or command.decided_on != decision.meets_on:
        raise BadContent("The board decides in the meeting whose agenda this is on.", field="decidedOn")
    section = command.section.replace("§", "§ ").replace("  ", " ")
    yield e.DecidedInMeeting(
        section=section,
        decided_on=command.decided_on,
        instructions=_instructions(decision),
        entered_by=context.by.user_id,
    )
    yield from _decided(decision, context, section, command.decided_on, "board")


def _instructions(decision: Decision) -> str:
    proposal = decision.proposal
    regime = _rules_of(decision).regime
    return instructions(proposal.settings, regime, proposal.settings.languages[0])


def _rules_of(decision: Decision) -> DecisionRules:
    return _rules(process(decision.proposal.process, decision.proposal.edition))


def _decided(decision: Decision, context: Context, section: str, on: date, by: str) -> Iterator[StreamEvent]:
    proposal = decision.proposal
    for line in proposal.lines:
        yield StreamEvent(
            context.of("case", line.case),
            ce.Decided(
                decision=context.stream.key,
                section=section,
                decided_on=on,
                granted=line.granted,
                amount=line.amount,
                reasons=line.reasons,
                legal_basis=proposal.legal_basis,
                conditions=proposal.conditions if line.granted else (),
                instructions=_instructions(decision),
                prepared_by=proposal.prepared_by,
                decided_by=by,
                grounds=line.grounds,
                plan=line.plan,
                fee=line.fee,
            ),
        )
        if line.granted and (named := _road(line, context)):
            context.road(named.key)  # so that a grant made meanwhile is noticed
            yield StreamEvent(
                named, Granted(case=line.case, decided_on=on, amount=line.amount, parts=line.plan.parts)
            )


def _road(line: e.DecisionLine, context: Context) -> StreamId | None:
    """What the line grants to, where the process remembers it."""
    case = context.case(line.case)
    key = road_key(process(case.process, case.edition), case.form)
    return context.of("road", key) if key else None


@decide.register
def check_minutes(command: c.CheckMinutes, decision: Decision, context: Context) -> Facts:
    checked_on = command.checked_on or context.today
    if decision.decided_on is None or not decision.decided_on <= checked_on <= context.today:
        raise BadContent("Minutes are checked after the meeting, and not in the future.", field="checkedOn")
    yield e.MinutesChecked(checked_on=checked_on)


# Publication ---------------------------------------------------------------------------------------------------------


@decide.register
def publish_decision(command: c.Publish, decision: Decision, context: Context) -> Facts:
    rules = _rules_of(decision)
    members = appeal_clock(rules.published_by, context.today, rules.regime.days)
    yield e.Published(clock=members, more_information=command.more_information)
    yield from _to_cases(decision, context, ce.DecisionPublished(clock=members))


@decide.register
def remove_personal_data(command: c.RemovePersonalData, decision: Decision, context: Context) -> Facts:
    assert decision.published is not None
    if context.today <= decision.published.last_day:
        raise NotNow("The members' period has not ended.", lastDay=str(decision.published.last_day))
    removed = ce.PersonalDataRemoved(last_day=decision.published.last_day)
    yield removed
    yield from _to_cases(decision, context, removed)


@decide.register
def find_instructions_wrong(command: c.FindInstructionsWrong, decision: Decision, context: Context) -> Facts:
    if any(context.case(line.case).legal_force for line in decision.proposal.lines):
        raise NotNow(
            "The decision has legal force already; a lost time limit is restored by the court (HOL 114 §)."
        )
    found = ce.InstructionsFoundWrong(reason=command.reason)
    yield found
    yield from _to_cases(decision, context, found)


# Contesting ----------------------------------------------------------------------------------------------------------


@decide.register
def receive_claim(command: c.ReceiveClaim, decision: Decision, context: Context) -> Facts:
    known = {line.case for line in decision.proposal.lines}
    if unknown := set(command.cases) - known:
        raise BadContent("The decision does not cover these cases.", field="cases", cases=sorted(unknown))
    arrived_at = command.arrived_at or context.now
    if arrived_at > context.now:
        raise BadContent("The arrival is still to come.", field="arrivedAt")
    assert decision.decided_on is not None
    if arrived_at.astimezone(HELSINKI).date() < decision.decided_on:
        raise BadContent("A claim comes after the decision is made.", field="arrivedAt")
    covered = command.cases or tuple(line.case for line in decision.proposal.lines)
    settings = decision.proposal.settings
    last_days = [
        last for key in covered if (last := _last_day(decision, context.case(key), command.as_party))
    ]
    timely = len(last_days) < len(covered) or in_time(
        arrived_at, max(last_days), settings.registry_closes, command.channel, settings.electronic_cutoff
    )
    claim = f"claim-{len(decision.claims) + 1}"
    claimant = command.claimant.about(claim)
    yield e.ClaimFiled(
        claim=claim,
        claimant=claimant,
        cases=covered,
        arrived_at=arrived_at,
        in_time=timely,
        demand=command.demand,
    )
    received = ce.ClaimReceived(
        claim=claim, claimant=claimant, arrived_at=arrived_at, in_time=timely, demand=command.demand
    )
    yield from _to_cases(decision, context, received, covered)


def _last_day(decision: Decision, case: Case, as_party: bool) -> date | None:
    """The last day for this claimant: the member's clock, or for a party the later of the two; None while none runs."""
    if decision.published is None or (as_party and not case.served):
        return None
    party = [clock.last_day for clock in case.served.values()] if as_party else []
    return max([decision.published.last_day, *party])


def _open_claim(decision: Decision, claim: str) -> tuple[str, ...]:
    if claim not in decision.claims:
        raise BadContent("There is no such claim.", field="claim")
    if decision.claims[claim].state != "open":
        raise AlreadyDone("The claim is not open any more.", state=decision.claims[claim].state)
    return decision.claimed_cases[claim]


@decide.register
def withdraw_claim(command: c.WithdrawClaim, decision: Decision, context: Context) -> Facts:
    cases = _open_claim(decision, command.claim)
    withdrawn = ce.ClaimWithdrawn(claim=command.claim, reason=command.reason)
    yield withdrawn
    yield from _to_cases(decision, context, withdrawn, cases)


@decide.register
def dismiss_claim(command: c.DismissClaim, decision: Decision, context: Context) -> Facts:
    _not_disqualified(decision, context)
    cases = _open_claim(decision, command.claim)
    on = command.on or context.today
    arrived_on = decision.claims[command.claim].arrived_on
    if not (arrived_on or date.min) <= on <= context.today:
        raise BadContent("A dismissal is served after the claim came, and not in the future.", field="on")
    dismissed = ce.ClaimDismissed(
        claim=command.claim, reason=command.reason, clock=appeal_clock(command.mode, on, APPEAL_30.days)
    )
    yield dismissed
    yield from _to_cases(decision, context, dismissed, cases)


@decide.register
def call_up(command: c.CallUp, decision: Decision, context: Context) -> Facts:
    called_on = command.called_on or context.today
    assert decision.decided_on is not None
    if not decision.decided_on <= called_on <= context.today:
        raise BadContent("A decision is called up after it is made, and not in the future.", field="calledOn")
    if not _rules_of(decision).may_be_called_up:
        raise NotNow("Permits, notices and supervision under an act are not called up (KuntaL 92.5 §).")
    if decision.called_up:
        raise AlreadyDone("The matter is called up already.")
    if decision.published and called_on > decision.published.last_day:
        raise NotNow(
            "A matter is called up within the time for claims (KuntaL 92 §).",
            lastDay=str(decision.published.last_day),
        )
    called = ce.CalledUp(body=command.body, called_on=called_on)
    yield called
    yield from _to_cases(decision, context, called)


@decide.register
def end_call_up(command: c.EndCallUp, decision: Decision, context: Context) -> Facts:
    if not decision.called_up:
        raise NotNow("The matter is not called up.")
    ended = ce.CallUpEnded(reason=command.reason)
    yield ended
    yield from _to_cases(decision, context, ended)
