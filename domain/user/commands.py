"""What an administrator may decide of another user's roles."""

from typing import Annotated, ClassVar, Literal

from pydantic import Field

from domain.messages import Command, Role
from domain.texts.choices import enum_texts

PersonalRole = Annotated[
    Literal[
        Role.APPLICANT,
        Role.CUSTOMER_SERVICE,
        Role.REGISTRY,
        Role.HANDLER,
        Role.APPROVER,
        Role.PAYMENTS,
        Role.AUDITOR,
        Role.MANAGER,
        Role.ARCHIVIST,
        Role.ADMINISTRATOR,
    ],
    enum_texts(*(role for role in Role if role is not Role.SYSTEM)),
]
"""A role that a user may hold: all but the system's own."""

PersonalRoles = Annotated[tuple[PersonalRole, ...], Field(min_length=1, title="Roles")]
RoleReason = Annotated[
    str, Field(max_length=2000, title="Reason (the decision or the section that this is based on)")
]


class AddUser(Command):
    """Add a user"""

    kind: ClassVar[str] = "user"
    roles: PersonalRoles
    reason: RoleReason = ""


class ChangeRoles(Command):
    """Change the roles

    `roles` are those that the user holds afterwards.
    """

    kind: ClassVar[str] = "user"
    roles: PersonalRoles
    reason: RoleReason = ""


class DisableUser(Command):
    """Disable the user"""

    kind: ClassVar[str] = "user"
    reason: RoleReason = ""


class EnableUser(Command):
    """Enable the user again"""

    kind: ClassVar[str] = "user"
    reason: RoleReason = ""
