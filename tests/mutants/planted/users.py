"""Who may act as what: found by the walks of the state machine."""

from tests.mutants import Change

FOUND_BY = ("tests/invariants",)

USER_DECIDE = "domain/decide/user.py"
USER_STATE = "domain/user/state.py"

MUTANTS: dict[str, tuple[Change, ...]] = {
    "somebody decides of their own roles": (
        Change(USER_DECIDE, "if context.by.user_id == context.stream.key:", "if False:"),
    ),
    "the last administrator is ended": (Change(USER_DECIDE, "if not then and", "if False and"),),
    "a disabled administrator still counts": (
        Change(USER_STATE, "return frozenset() if self.disabled else self.held", "return self.held"),
    ),
}
