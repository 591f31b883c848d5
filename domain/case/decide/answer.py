"""The one function that answers what is asked of a case; each command registers its own short one."""

from functools import singledispatch

from domain.case.state import Case
from domain.messages import Command, Context, Facts


@singledispatch
def answer(command: Command, case: Case, context: Context) -> Facts:
    """The facts that a command leads to. The stage table has let the command through already."""
    raise NotImplementedError(type(command).__name__)
