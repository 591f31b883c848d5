"""Commands about users, their roles, and API tokens."""

from typing import Annotated, Any

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


@users_app.command("add")
def user_add(
    username: str,
    roles: Annotated[
        list[str], typer.Argument(help="applicant, customer-service, registry, handler, approver, …")
    ],
    name: Annotated[str, typer.Option(help="The name that colleagues see")],
    municipality: MunicipalityOption,
    password: Annotated[
        str, typer.Option(prompt=True, hide_input=True, confirmation_prompt=True, envvar="ASIAPOLKU_PASSWORD")
    ],
    folder: FolderOption = DEFAULT_FOLDER,
) -> None:
    """Add a user, or give an existing one a new password, name and roles."""
    from api.v1.identity import Users

    with open_store(folder) as (_, store):
        try:
            user_id = Users(store).add(municipality, username, password, name, _roles(roles))
        except ValueError as error:
            raise fail(str(error), 2) from None
    typer.echo(user_id)


@users_app.command("token")
def user_token(
    label: str,
    roles: list[str],
    municipality: Annotated[str, typer.Option()],
    folder: FolderOption = DEFAULT_FOLDER,
) -> None:
    """An API token with roles; shown once."""
    from api.v1.identity import Users

    with open_store(folder) as (_, store):
        typer.echo(Users(store).token(municipality, label, _roles(roles)))


@users_app.command("disable")
def user_disable(
    username: str, municipality: Annotated[str, typer.Option()], folder: FolderOption = DEFAULT_FOLDER
) -> None:
    """Let a user in no more, and end every session."""
    from api.v1.identity import Users

    with open_store(folder) as (_, store):
        if not Users(store).disable(municipality, username):
            raise fail("There is no such user.")
    print_progress("disabled")


def _roles(names: list[str]) -> "list[Any]":
    from domain.messages import Role

    known = [role for role in Role if role is not Role.SYSTEM]
    if unknown := [name for name in names if name not in known]:
        raise fail(f"There is no role {', '.join(unknown)}; the roles are {', '.join(known)}.", 2)
    return [Role(name) for name in names]
