"""Commands about users: adding them, their roles, passwords and names, and API tokens.

What is done here is recorded as done by "command-line".
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated

import typer

from api.cli.common import (
    DEFAULT_FOLDER,
    FolderOption,
    MunicipalityOption,
    fail,
    open_store,
    print_progress,
    users_app,
)

if TYPE_CHECKING:
    from pathlib import Path

    from domain.messages import Role
    from domain.store.users import Users

RolesArgument = Annotated[
    list[str], typer.Argument(help="applicant, customer-service, registry, handler, approver, …")
]
ReasonOption = Annotated[str, typer.Option(help="The decision or section that this is based on")]
NameOption = Annotated[str, typer.Option(help="The name that colleagues see")]
PasswordOption = Annotated[
    str, typer.Option(prompt=True, hide_input=True, confirmation_prompt=True, envvar="ASIAPOLKU_PASSWORD")
]


@users_app.command("add")
def user_add(
    username: str,
    roles: RolesArgument,
    name: NameOption,
    municipality: MunicipalityOption,
    password: PasswordOption,
    reason: ReasonOption = "",
    folder: FolderOption = DEFAULT_FOLDER,
) -> None:
    """Add a user; one who is there already keeps everything."""
    taken = (
        f"There is a user {username} already: change their roles with `asiapolku user roles`,"
        " their password with `asiapolku user password`."
    )
    with _users(folder, taken=taken) as users:
        typer.echo(users.add(municipality, username, password, name, _roles(roles), reason))


@users_app.command("roles")
def user_roles(
    username: str,
    roles: RolesArgument,
    municipality: MunicipalityOption,
    reason: ReasonOption = "",
    folder: FolderOption = DEFAULT_FOLDER,
) -> None:
    """Give a user these roles and no others; it counts at once, and sessions go on."""
    with _users(folder) as users:
        users.change_roles(municipality, username, _roles(roles), reason)
    print_progress("changed")


@users_app.command("password")
def user_password(
    username: str,
    municipality: MunicipalityOption,
    password: PasswordOption,
    folder: FolderOption = DEFAULT_FOLDER,
) -> None:
    """Give a user another password, and end every session."""
    with _users(folder) as users:
        users.set_password(municipality, username, password)
    print_progress("changed")


@users_app.command("name")
def user_name(
    username: str, name: NameOption, municipality: MunicipalityOption, folder: FolderOption = DEFAULT_FOLDER
) -> None:
    """Change the name that colleagues see."""
    with _users(folder) as users:
        users.set_display_name(municipality, username, name)
    print_progress("changed")


@users_app.command("token")
def user_token(
    label: str,
    roles: list[str],
    municipality: MunicipalityOption,
    reason: ReasonOption = "",
    folder: FolderOption = DEFAULT_FOLDER,
) -> None:
    """An API token with roles, under a user of its own named token:LABEL; shown once."""
    taken = (
        f"There is a token {label} already: choose another label, and end the old one with"
        f" `asiapolku user disable token:{label}`."
    )
    with _users(folder, taken=taken) as users:
        typer.echo(users.token(municipality, label, _roles(roles), reason))


@users_app.command("disable")
def user_disable(
    username: str,
    municipality: MunicipalityOption,
    reason: ReasonOption = "",
    folder: FolderOption = DEFAULT_FOLDER,
) -> None:
    """Let a user in no more, and end every session and token."""
    with _users(folder) as users:
        users.disable(municipality, username, reason)
    print_progress("disabled")


@users_app.command("enable")
def user_enable(
    username: str,
    municipality: MunicipalityOption,
    reason: ReasonOption = "",
    folder: FolderOption = DEFAULT_FOLDER,
) -> None:
    """Let a disabled user in again, in the roles that they have; old sessions and tokens stay ended."""
    with _users(folder) as users:
        users.enable(municipality, username, reason)
    print_progress("enabled")


@contextmanager
def _users(folder: "Path", *, taken: str = "") -> "Iterator[Users]":
    """The users of the installation; what is refused is told on stderr."""
    from domain.rejections import Rejection
    from domain.store.users import NoSuchUser, UsernameTaken, Users

    with open_store(folder) as (_, store):
        try:
            yield Users(store)
        except UsernameTaken:
            raise fail(taken) from None
        except NoSuchUser:
            raise fail("There is no such user, or it is a token and has no password.") from None
        except Rejection as rejection:
            raise fail(rejection.sentence) from None
        except ValueError as error:
            raise fail(str(error), 2) from None


def _roles(names: list[str]) -> "list[Role]":
    from domain.messages import Role

    known = [role for role in Role if role is not Role.SYSTEM]
    if unknown := set(names) - set(known):
        raise fail(f"There is no role {', '.join(sorted(unknown))}; the roles are {', '.join(known)}.", 2)
    return [Role(name) for name in names]
