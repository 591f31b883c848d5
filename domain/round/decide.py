"""When a round opens, closes and is calculated."""

from functools import singledispatch

from domain.case.events import Calculated
from domain.case.state import Case
from domain.messages import At, Command, Context, Facts, StreamId
from domain.municipality.state import Municipality
from domain.process import process
from domain.rejections import BadContent, Missing, NotNow
from domain.round.commands import Calculate, CloseRound, OpenRound
from domain.round.events import CalculationRun, RoundClosed, RoundOpened
from domain.round.state import Round
from domain.rules.allocation import Demand, share_by_length


@singledispatch
def answer(command: Command, round_: Round, context: Context) -> Facts:
    """One short function a command."""
    raise NotImplementedError(type(command).__name__)


@answer.register
def _(command: OpenRound, round_: Round | None, context: Context) -> Facts:
    municipality: Municipality = context.streams[context.of("municipality", "settings")]
    if municipality.settings is None:
        raise Missing("The municipality has adopted no settings yet: adopt them first.")
    rule_set = municipality.rule_sets.get((command.rule_set, command.rule_set_edition))
    kind = process(command.process)
    if rule_set is None or rule_set.process != kind.name:
        raise BadContent(
            "A round is opened under adopted criteria of its process: adopt them first (KHO:2011:112).",
            field="ruleSet",
        )
    if not kind.has_round:
        raise BadContent("This process has no rounds.", field="process")
    if command.closes_at <= command.opens_at:
        raise BadContent("A round closes after it opens.", field="closesAt")
    if not command.budget:
        raise BadContent("A round needs a budget.", field="budget")
    yield RoundOpened(
        name=command.name,
        process=kind.name,
        edition=kind.edition,
        rule_set=rule_set,
        settings=municipality.settings,
        budget=command.budget,
        budget_line=command.budget_line,
        opens_at=command.opens_at,
        closes_at=command.closes_at,
    )


@answer.register
def _(command: CloseRound, round_: Round, context: Context) -> Facts:
    if context.now < round_.closes_at:
        raise NotNow("The round is still open.", closesAt=round_.closes_at.isoformat())
    yield RoundClosed()


@answer.register
def _(command: Calculate, round_: Round, context: Context) -> Facts:
    cases: dict[StreamId, Case] = {
        stream: context.streams[stream] for stream in (context.of("case", key) for key in round_.cases)
    }
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
    allocation = share_by_length(
        round_.rule_set.formula,
        round_.rule_set.title,
        round_.budget,
        [
            Demand(case=stream.key, length_m=case.length_m, source=case.length_source)
            for stream, case in eligible.items()
        ],
    )
    run = CalculationRun(run=len(round_.runs) + 1, rule_set=round_.rule_set.title, allocation=allocation)
    yield run
    for line in allocation.lines:
        yield At(
            context.of("case", line.case),
            Calculated(
                run=run.run,
                engine=allocation.engine,
                rule_set=run.rule_set,
                amount=line.amount,
                unit_price=allocation.unit_price,
                trace=line.trace,
            ),
        )
