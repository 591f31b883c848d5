"""What a user may act as, and who the administrators are."""

from dataclasses import dataclass, replace

from domain.messages import Event, Role
from domain.user.events import AdministratorsChanged, RolesChanged, UserAdded, UserDisabled, UserEnabled


@dataclass(frozen=True)
class User:
    """The roles that a user holds, and whether they may act in them."""

    held: frozenset[Role]
    disabled: bool = False
    times_disabled: int = 0
    """A session ends when its user is disabled: it knows how often they had been when it began."""

    @property
    def roles(self) -> frozenset[Role]:
        """The roles that the user acts in now."""
        return frozenset() if self.disabled else self.held


def evolve(event: Event, state: User | None) -> User:
    """Fold one fact."""
    match event:
        case UserAdded():
            return User(frozenset(event.roles))
        case RolesChanged() if state:
            return replace(state, held=(state.held - set(event.ended)) | set(event.granted))
        case UserDisabled() if state:
            return replace(state, disabled=True, times_disabled=state.times_disabled + 1)
        case UserEnabled() if state:
            return replace(state, disabled=False)
    raise AssertionError(f"a user knows no {type(event).__name__} now")


@dataclass(frozen=True)
class Administrators:
    """The users who act as administrators."""

    users: frozenset[str] = frozenset()


def evolve_administrators(event: Event, state: Administrators) -> Administrators:
    """The last fact tells them all."""
    assert isinstance(event, AdministratorsChanged), "this stream knows one fact"
    return Administrators(frozenset(event.users))
