"""Proposing, deciding, publishing, and who may: found by the walks of the state machine."""

from tests.mutants import Change

FOUND_BY = ("tests/invariants",)

HANDLING = "domain/decide/case/handling.py"
CASE_STAGES = "domain/case/stages.py"
CASE_STATE = "domain/case/state.py"
DECISION_DECIDE = "domain/decide/decision.py"
DECISION_EVENTS = "domain/decision/events.py"
DECISION_STATE = "domain/decision/state.py"

MUTANTS: dict[str, tuple[Change, ...]] = {
    "a withdrawn application is proposed": (
        Change(DECISION_DECIDE, ".awaits_proposal(case):", ".awaits_proposal(case) or case.withdrawn:"),
    ),
    "decided while the applicant may still complete": (
        Change(
            CASE_STAGES,
            "    c.ReopenEvaluation: [Role.HANDLER],\n",
            "    c.RequestCompletion: [Role.HANDLER],\n    c.ReopenEvaluation: [Role.HANDLER],\n",
        ),
        Change(
            CASE_STAGES,
            "needed=lambda case: case.completion is not None",
            "needed=lambda case: case.completion is not None and case.outcome is None",
        ),
    ),
    "decided twice": (
        Change(DECISION_DECIDE, ".awaits_proposal(case):", ".awaits_proposal(case) or case.proposed_in:"),
    ),
    "a late application is granted": (Change(HANDLING, '    if case.late:\n        return {"late"}\n', ""),),
    "a fee that was not proposed": (Change(DECISION_DECIDE, "fee=line.fee,", "fee=None,"),),
    "the account is published": (
        Change(
            DECISION_EVENTS,
            "    more_information: Annotated",
            "    account: Any = None\n    more_information: Annotated",
        ),
        Change(DECISION_EVENTS, "from typing import Annotated,", "from typing import Annotated, Any,"),
        Change(
            DECISION_DECIDE,
            "e.Published(clock=members,",
            "e.Published(account=context.streams[context.of('case', decision.proposal.lines[0].case)].account, clock=members,",
        ),
    ),
    "a claimant is stored in plain text": (
        Change(DECISION_DECIDE, "demand=command.demand\n", "demand=str(command.claimant._plain)\n"),
    ),
    "personal data stays published": (
        Change(DECISION_STATE, "personal_data_removed=False", "personal_data_removed=True"),
    ),
    "personal data is removed on the last day": (
        Change(
            DECISION_DECIDE,
            "context.today <= decision.published.last_day",
            "context.today < decision.published.last_day",
        ),
    ),
    "the preparer signs": (
        Change(DECISION_DECIDE, "context.by.user_id == decision.proposal.prepared_by", "False"),
    ),
    "proposed on values that were fixed anew": (Change(DECISION_DECIDE, "or others or", "or"),),
    "a road remembers what was rejected": (
        Change(DECISION_DECIDE, "if line.granted and (named :=", "if (named :="),
    ),
    "a road remembers another sum": (
        Change(DECISION_DECIDE, "decided_on=on, amount=line.amount", "decided_on=on, amount=proposal.total"),
    ),
    "what was decided changes": (
        Change(
            CASE_STATE,
            "replace(case, served={}, published=None, period_ended=False)",
            "replace(case, served={}, published=None, period_ended=False, decision=case.decision and case.decision.model_copy(update={'instructions': ''}))",
        ),
    ),
}
