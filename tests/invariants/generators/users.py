"""Which roles an administrator gives."""

from domain.messages import Command, Role
from domain.user.commands import AddUser, ChangeRoles
from tests.invariants.generators.command_context import CommandContext, generates

SETS = (
    (Role.ADMINISTRATOR,),
    (Role.HANDLER,),
    (Role.ADMINISTRATOR, Role.APPROVER),
    (Role.AUDITOR, Role.REGISTRY),
)


@generates(AddUser)
def _(context: CommandContext) -> Command:
    return AddUser(roles=context.one_of(*SETS))


@generates(ChangeRoles)
def _(context: CommandContext) -> Command:
    return ChangeRoles(roles=context.one_of(*SETS), reason=context.one_of("", "Hallintosääntö 24 §."))
