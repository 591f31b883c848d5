"""Contacts about a case, in whatever stage it is."""

from domain.case import commands as c
from domain.case import events as e
from domain.case.state import Case
from domain.context import Context
from domain.decide.case.dispatch import decide
from domain.messages import Facts


@decide.register
def log_contact(command: c.LogContact, case: Case, context: Context) -> Facts:
    yield e.ContactLogged(who=command.who, how=command.how, what=command.what)
