"""When a user's roles change: nobody decides of their own, and an administrator always remains."""

from collections.abc import Iterable, Iterator
from functools import singledispatch

from domain.context import Context
from domain.messages import Command, Event, Facts, Role, StreamEvent
from domain.rejections import AlreadyDone, FourEyes, LastAdministrator
from domain.user.commands import AddUser, ChangeRoles, DisableUser, EnableUser
from domain.user.events import AdministratorsChanged, RolesChanged, UserAdded, UserDisabled, UserEnabled
from domain.user.state import User, evolve


@singledispatch
def decide(command: Command, user: User | None, context: Context) -> Facts:
    """One short function a command."""
    raise NotImplementedError(type(command).__name__)


@decide.register
def add_user(command: AddUser, user: None, context: Context) -> Facts:
    return _with_administrators(
        UserAdded(roles=_in_order(command.roles), reason=command.reason), user, context
    )


@decide.register
def change_roles(command: ChangeRoles, user: User, context: Context) -> Facts:
    _another_decides(context)
    wanted = frozenset(command.roles)
    if wanted == user.held:
        raise AlreadyDone("The user holds these roles already.")
    changed = RolesChanged(
        granted=_in_order(wanted - user.held), ended=_in_order(user.held - wanted), reason=command.reason
    )
    return _with_administrators(changed, user, context)


@decide.register
def disable_user(command: DisableUser, user: User, context: Context) -> Facts:
    _another_decides(context)
    return _with_administrators(UserDisabled(reason=command.reason), user, context)


@decide.register
def enable_user(command: EnableUser, user: User, context: Context) -> Facts:
    _another_decides(context)
    return _with_administrators(UserEnabled(reason=command.reason), user, context)


def _another_decides(context: Context) -> None:
    if context.by.user_id == context.stream.key:
        raise FourEyes("Nobody decides of their own roles: ask another administrator.")


def _with_administrators(event: Event, user: User | None, context: Context) -> Iterator[Event | StreamEvent]:
    """The fact, and the list of administrators where it changes; of two who end each other at once, one is refused."""
    yield event
    before, after = (bool(each and Role.ADMINISTRATOR in each.roles) for each in (user, evolve(event, user)))
    if before == after:
        return
    now, this = context.administrators().users, frozenset({context.stream.key})
    then = now | this if after else now - this
    if not then and Role.SYSTEM not in context.by.roles:
        raise LastAdministrator("This is the last administrator: make somebody else an administrator first.")
    yield StreamEvent(context.of("administrators", "all"), AdministratorsChanged(users=tuple(sorted(then))))


def _in_order(roles: Iterable[Role]) -> tuple[Role, ...]:
    return tuple(role for role in Role if role in set(roles))
