"""What happens to a user's roles: granted, ended, disabled, enabled; who did it and when is recorded with each fact."""

from domain.messages import Event, Role


class UserAdded(Event):
    """Somebody was added as a user with these roles."""

    roles: tuple[Role, ...]
    reason: str = ""
    """The decision or § that this is based on, where it was given."""


class RolesChanged(Event):
    """Roles were granted to a user, or ended."""

    granted: tuple[Role, ...] = ()
    ended: tuple[Role, ...] = ()
    reason: str = ""


class UserDisabled(Event):
    """A user was disabled: they keep their roles and cannot act in any of them."""

    reason: str = ""


class UserEnabled(Event):
    """A disabled user was enabled, and acts in their roles again."""

    reason: str = ""


class AdministratorsChanged(Event):
    """The users who act as administrators are these from now on; told in a stream of its own, so that one always remains."""

    users: tuple[str, ...]
