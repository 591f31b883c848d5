"""Who may act as what: nobody decides of themself, the list of administrators is true, and one always remains."""

from domain.messages import RecordedEvent, Role
from domain.user import events as ue
from tests.invariants.in_memory_store import AcceptedCommand
from tests.invariants.rules.checker import InvariantChecker, UserRecord, invariant


@invariant(ue.RolesChanged, ue.UserDisabled, ue.UserEnabled)
def another_changed_the_roles(
    checker: InvariantChecker, fact: RecordedEvent, accepted: AcceptedCommand
) -> None:
    assert fact.by != fact.stream.key, "somebody decides of their own roles"


@invariant(ue.UserAdded, ue.RolesChanged, ue.UserDisabled, ue.UserEnabled)
def an_administrator_decides(
    checker: InvariantChecker, fact: RecordedEvent, accepted: AcceptedCommand
) -> None:
    assert fact.role in (Role.ADMINISTRATOR, Role.SYSTEM)
    before = checker.users.get(fact.stream.key, UserRecord())
    changed = before.administers != before.after(fact.event).administers
    listed = [each for each in accepted.facts if isinstance(each.event, ue.AdministratorsChanged)]
    assert len(listed) == changed, "the list of administrators is told when it changes, and only then"


@invariant(ue.AdministratorsChanged)
def an_administrator_remains(
    checker: InvariantChecker, fact: RecordedEvent, accepted: AcceptedCommand
) -> None:
    """The user's own fact stands before this one, so it is noted already."""
    event = fact.event
    assert isinstance(event, ue.AdministratorsChanged)
    assert {*event.users} == {key for key, user in checker.users.items() if user.administers}
    assert event.users or fact.role is Role.SYSTEM, "nobody is left who may grant roles"
