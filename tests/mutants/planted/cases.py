"""Handling, numbering, visibility, and the stage that follows: found by the walks of the state machine."""

from tests.mutants import Change

FOUND_BY = ("tests/invariants",)

HANDLING = "domain/decide/case/handling.py"
CASE_STATE = "domain/case/state.py"
DECIDER = "domain/decider.py"
STREAMS = "domain/streams.py"
REGISTER_DECIDE = "domain/decide/register.py"

MUTANTS: dict[str, tuple[Change, ...]] = {
    "a disqualified handler evaluates": (
        Change(CASE_STATE, "impartial=case.impartial - {event.handler}", "impartial=case.impartial"),
        Change(CASE_STATE, "        handler=None,\n        disqualified", "        disqualified"),
    ),
    "a number is skipped": (
        Change(
            REGISTER_DECIDE,
            "running=context.register(stream.key).last + 1,",
            "running=context.register(stream.key).last + 1 + (context.register(stream.key).last == 2),",
        ),
    ),
    "a new due day is not recorded": (
        Change(
            DECIDER,
            "was = (before.stage, before.due, before.due_at)",
            "was = (before.stage, entered.due, entered.due_at)",
        ),
    ),
    "another municipality's staff are not refused": (
        Change(STREAMS, "if by.municipality != stream.municipality or state is None:", "if state is None:"),
        Change(DECIDER, "if by.municipality != stream.municipality or not (", "if not ("),
    ),
    "a condition is accepted without a reason": (
        Change(
            HANDLING,
            "    if open_ and not command.note:",
            "    command = command.model_copy(update={'note': ''})\n    if False:",
        ),
        Change(HANDLING, "note=command.note,\n        evaluated_by", "note='',\n        evaluated_by"),
    ),
}
