"""When a round opens, closes and is calculated."""

from collections.abc import Sequence
from functools import singledispatch

from domain.adopted_criteria import compiled
from domain.case.events import Calculated, Plan, Submitted, move_personal_values
from domain.case.state import Case
from domain.context import Context
from domain.criteria.calculation import calculate
from domain.criteria.line_evaluation import ApplicationInputs, InputValue
from domain.criteria.result import CalculationResult, LineResult
from domain.criteria.ruleset import RuleSet
from domain.criteria.settlement import payment_plan
from domain.criteria.sharing import NOTHING_TO_GRANT, Unsharable
from domain.criteria.units import Mistake
from domain.inputs import applicant_questions, application_inputs, road_key
from domain.messages import HELSINKI, Command, Facts, StreamEvent, StreamId, derived_id
from domain.processes import process
from domain.rejections import AlreadyDone, BadContent, Missing, NotNow
from domain.round.commands import Calculate, CloseRound, FixValues, OpenRound, Renew
from domain.round.events import CalculationRun, Enlisted, RoundClosed, RoundOpened, ValuesFixed
from domain.round.state import Round
from domain.texts.formats import format_day, format_time
from domain.texts.translation import ENGLISH


@singledispatch
def decide(command: Command, round_: Round, context: Context) -> Facts:
    """One short function a command."""
    raise NotImplementedError(type(command).__name__)


@decide.register
def open_round(command: OpenRound, round_: Round | None, context: Context) -> Facts:
    municipality = context.municipality()
    if municipality.settings is None:
        raise Missing("The municipality has adopted no settings yet: adopt them first.")
    criteria = municipality.rule_sets.get((command.rule_set, command.rule_set_edition))
    named = process(command.process).name if command.process else None
    if criteria is None or named not in (None, criteria.process):
        raise BadContent(
            "A round is opened under adopted criteria of its process: adopt them first (KHO:2011:112).",
            field="ruleSet",
        )
    kind = process(criteria.process)
    if not kind.has_round:
        raise BadContent("This process has no rounds.", field="process")
    _as_the_criteria_say(compiled(criteria), command)
    if command.closes_at <= command.opens_at:
        raise BadContent("A round closes after it opens.", field="closesAt")
    if not command.budget:
        raise BadContent("A round needs a budget.", field="budget")
    yield RoundOpened(
        name=command.name,
        process=kind.name,
        edition=kind.edition,
        criteria=criteria,
        settings=municipality.settings,
        budget=command.budget,
        budget_line=command.budget_line,
        opens_at=command.opens_at,
        closes_at=command.closes_at,
    )


@decide.register
def close_round(command: CloseRound, round_: Round, context: Context) -> Facts:
    if context.now < round_.closes_at:
        raise NotNow("The round is still open.", closesAt=round_.closes_at.isoformat())
    yield RoundClosed()


@decide.register
def calculate_grants(command: Calculate, round_: Round, context: Context) -> Facts:
    cases: dict[StreamId, Case] = {context.of("case", key): context.case(key) for key in round_.cases}
    open_cases = {stream: case for stream, case in cases.items() if not case.withdrawn}
    unready = [case.number or stream.key for stream, case in cases.items() if case.awaits_check]
    if unready:
        raise Missing(
            "The budget is shared among all at once, so each application must be checked first.",
            cases=sorted(unready),
        )
    eligible = {stream: case for stream, case in open_cases.items() if case.outcome == "eligible"}
    if any(case.proposed_in for case in eligible.values()):
        raise NotNow(
            "Grants of this round are proposed or decided already: have the proposal returned first."
        )
    if not eligible:
        raise BadContent(
            "There is nothing to share the budget among: no application is eligible.", field="cases"
        )
    fixed = round_.fixed
    rules = compiled(round_.criteria, fixed.values if fixed else None)
    preview = bool(set(rules.document.slots) - set(fixed.values if fixed else ()))
    demands = tuple(
        application_inputs(stream, case, rules, context)
        for stream, case in sorted(eligible.items(), key=lambda each: each[0].key)
    )
    result = _calculated(rules, round_, demands)
    run = len(round_.runs) + 1
    yield CalculationRun(
        run=run,
        rule_set=rules.title if fixed is None else f"{rules.title}, {fixed.cited}",
        preview=preview,
        demands=demands,
        result=result.stripped(),
        run_hash=result.hash(),
    )
    if preview:
        return
    inputs = {each.case: dict(each.inputs) for each in demands}
    for line in result.lines:
        yield StreamEvent(
            context.of("case", line.case), _to_case(run, result, rules, line, inputs[line.case])
        )


def _as_the_criteria_say(rule_set: RuleSet, command: OpenRound) -> None:
    """Where the criteria name the round's year and its last instant, the round has them."""
    named, closes = rule_set.document.round, command.closes_at.astimezone(HELSINKI).replace(tzinfo=None)
    if rule_set.deadline is not None and rule_set.deadline != closes:
        deadline = (
            f"{format_day(rule_set.deadline, ENGLISH)} {format_time(rule_set.deadline.time(), ENGLISH)}"
        )
        raise BadContent(
            f"The criteria's deadline is {deadline}: the round closes then (KHO:2009:100).",
            field="closesAt",
        )
    if named is not None and named.year != closes.year:
        raise BadContent(
            f"These criteria hold for the round of {named.year}: adopt an edition for this one.",
            field="ruleSet",
        )


def _calculated(rules: RuleSet, round_: Round, demands: Sequence[ApplicationInputs]) -> CalculationResult:
    """The result of the round; refuses what cannot be calculated, naming the cases that stand in the way."""
    fixed = round_.fixed
    values = {**rules.previews, **(fixed.values if fixed else {})}
    if unknown := sorted(set(rules.document.slots) - set(values)):
        raise Missing(
            "The board has still to fix values that the criteria leave open, and there is no preview of them.",
            values=unknown,
        )
    try:
        result = calculate(rules, round_.budget, demands, values, fixed.cited if fixed else "preview")
    except Unsharable as error:
        raise BadContent(str(error), field="budget") from None
    if unclear := [line for line in result.lines if line.outcome in ("manual", "incomplete")]:
        raise Missing(
            "Some applications cannot be calculated: take their check up again.",
            cases=[line.case for line in unclear],
            reasons=sorted({code for line in unclear for code in line.reasons}),
        )
    if all(NOTHING_TO_GRANT in line.reasons for line in result.lines):
        raise BadContent("The budget is too small: every grant would be nothing.", field="budget")
    return result


def _to_case(
    run: int, result: CalculationResult, rules: RuleSet, line: LineResult, inputs: dict[str, InputValue]
) -> Calculated:
    """What a run gave one case, and how it would be paid."""
    plan = payment_plan(rules, line, inputs, result.slots)
    return Calculated(
        run=run,
        engine=result.engine,
        rule_set=rules.title,
        outcome=line.outcome,
        amount=line.amount,
        reasons=line.reasons,
        plan=Plan(**plan, parts=dict(line.parts)),
        unit_price=result.unit_price,
        inputs=inputs,
        trace=line.trace,
    )


@decide.register
def fix_values(command: FixValues, round_: Round, context: Context) -> Facts:
    if command.decided_on > context.today:
        raise BadContent("The day of the decision is still to come.", field="decidedOn")
    rules = compiled(round_.criteria)
    if not rules.document.slots:
        raise NotNow("These criteria leave nothing open.")
    cases: list[Case] = [context.case(key) for key in round_.cases]
    if any(case.proposed_in and case.outcome == "eligible" for case in cases):
        raise NotNow(
            "Grants of this round are proposed or decided already: have the proposal returned first."
        )
    try:
        rules.slots(command.values)
    except Mistake as mistake:
        raise BadContent(f"{mistake.sentence} {mistake.mend}".rstrip(), field="values") from None
    if missing := sorted(set(rules.document.slots) - set(command.values)):
        raise Missing("Every value that the criteria leave open is fixed at once.", values=missing)
    yield ValuesFixed(
        values=command.values,
        decided_by=command.decided_by,
        decided_on=command.decided_on,
        section=command.section,
    )


@decide.register
def renew_applications(command: Renew, round_: Round, context: Context) -> Facts:
    if not compiled(round_.criteria).document.renewal:
        raise NotNow("These criteria do not renew applications: each is applied for.")
    if not round_.opens_at <= context.now <= round_.closes_at:
        raise NotNow(
            "Applications are renewed while the round is open.",
            opensAt=round_.opens_at.isoformat(),
            closesAt=round_.closes_at.isoformat(),
        )
    earlier = context.find_round(command.earlier)
    if earlier is None or earlier.process != round_.process or command.earlier == context.stream.key:
        raise BadContent("There is no such earlier round of this process.", field="earlier")
    present = {_road_or_title(context.case(key)) for key in round_.cases}
    renewing: set[tuple[str, frozenset[str]]] = set()
    renewed = 0
    for key in earlier.cases:
        case = context.case(key)
        new = str(derived_id(str(context.stream), "renewal of", key))
        if not case.granted or case.erased or _road_or_title(case) in present or new in round_.cases:
            continue
        kind = (_road_or_title(case), frozenset(case.plan.parts))
        if kind in renewing:
            continue
        renewing.add(kind)
        yield Enlisted(case=new, late=False)
        yield StreamEvent(context.of("case", new), _renewed(case, round_, context))
        renewed += 1
    if not renewed:
        raise AlreadyDone("Every road that was granted something then is in this round already.")


def _road_or_title(case: Case) -> str:
    return road_key(process(case.process, case.edition), case.form) or case.title


def _renewed(case: Case, round_: Round, context: Context) -> Submitted:
    """The earlier application as it stands, under the new round's criteria; personal values are sealed anew."""
    kind = process(round_.process, round_.edition)
    asked = {*kind.form.model_fields, *applicant_questions(compiled(round_.criteria), kind)}
    return Submitted(
        process=kind.name,
        edition=kind.edition,
        settings=round_.settings,
        round=context.stream.key,
        title=case.title,
        organisation=case.organisation,
        contact=move_personal_values(case.parties["applicant"]),
        account=move_personal_values(case.account) if case.account else None,
        language=case.language,
        electronic_consent=case.electronic_consent,
        channel="renewal",
        owner=case.owner,
        arrived_at=context.now,
        entered_reason=f"{case.number}: {round_.criteria.title}",
        late=False,
        form={name: value for name, value in case.form.items() if name in asked},
        attachments=(),
    )
