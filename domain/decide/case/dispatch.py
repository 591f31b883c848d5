"""The one function that decides what a command to a case leads to; each command registers its own, named one."""

from functools import singledispatch

from domain.case.state import Case
from domain.context import Context
from domain.messages import Command, Facts


@singledispatch
def decide(command: Command, case: Case, context: Context) -> Facts:
    """The facts that a command leads to. The stage table has let the command through already."""
    raise NotImplementedError(type(command).__name__)
