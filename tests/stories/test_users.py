"""Who may act as what: granted and ended by another administrator, and never the last one."""

import pytest

from domain.messages import Actor, Command, Role
from domain.rejections import AlreadyDone, FourEyes, LastAdministrator, NotAllowed, NotFound, NotNow
from domain.user.commands import AddUser, ChangeRoles, DisableUser, EnableUser
from domain.user.events import AdministratorsChanged, RolesChanged, UserAdded, UserDisabled, UserEnabled
from domain.user.state import User
from tests.stories.story import Scenario, given
from tests.stories.world import MUNICIPALITY, Step, put, stream

BOTH = (Role.HANDLER, Role.APPROVER)
SECTION = "Hallintosääntö 24 §"
LIST = stream("administrators", "all")


def administrator(name: str) -> Actor:
    return Actor(name, MUNICIPALITY, frozenset({Role.ADMINISTRATOR}))


PAULA, PEKKA, COMMAND_LINE = (administrator(name) for name in ("paula", "pekka", "command-line"))


def first(to: str, on: str = "2.1.2022") -> Step:
    """An administrator is made from the command line."""
    return put(AddUser(roles=(Role.ADMINISTRATOR,)), by=COMMAND_LINE, on=on, to=to)


ELINA = put(AddUser(roles=BOTH, reason=SECTION), by=PAULA, on="3.1.2022")
DISABLED = put(DisableUser(reason="Virkavapaa."), by=PAULA, on="1.6.2022")


def elina(*steps: Step) -> Scenario:
    return given(first("paula"), ELINA, *steps)


def test_the_first_administrator_is_made_from_the_command_line_and_recorded_so() -> None:
    story = given().when(AddUser(roles=(Role.ADMINISTRATOR,)), by=COMMAND_LINE, on="2.1.2022", to="paula")
    story.then(UserAdded(roles=(Role.ADMINISTRATOR,))).then_in(LIST, AdministratorsChanged(users=("paula",)))
    assert {(each.by, each.role) for each in story.news} == {("command-line", Role.ADMINISTRATOR)}


def test_a_user_is_added_with_roles_and_the_section_that_they_are_based_on() -> None:
    given(first("paula")).when(AddUser(roles=BOTH[::-1], reason=SECTION), by=PAULA, on="3.1.2022").then(
        UserAdded(roles=BOTH, reason=SECTION)
    ).then_in(LIST)


def test_a_user_is_added_once() -> None:
    elina().when(AddUser(roles=BOTH), by=PAULA, on="4.1.2022").rejected(NotNow, stage="active")


def test_what_was_granted_and_what_ended_is_told_apart() -> None:
    story = elina().when(ChangeRoles(roles=(Role.APPROVER, Role.AUDITOR)), by=PAULA, on="1.6.2022")
    story.then(RolesChanged(granted=(Role.AUDITOR,), ended=(Role.HANDLER,)))
    assert story.state("user") == User(frozenset({Role.APPROVER, Role.AUDITOR}))


def test_the_same_roles_again_are_no_change() -> None:
    elina().when(ChangeRoles(roles=BOTH[::-1]), by=PAULA, on="1.6.2022").rejected(AlreadyDone)


def test_a_disabled_user_stays_disabled_when_roles_change() -> None:
    story = elina(DISABLED).when(ChangeRoles(roles=(Role.AUDITOR,)), by=PAULA, on="2.6.2022")
    story.then(RolesChanged(granted=(Role.AUDITOR,), ended=BOTH))
    assert story.state("user").roles == frozenset()
    story = story.when(EnableUser(reason="Palasi."), by=PAULA, on="3.6.2022").then(
        UserEnabled(reason="Palasi.")
    )
    assert story.state("user") == User(frozenset({Role.AUDITOR}), times_disabled=1)


def test_disabled_and_enabled_are_told_once_each() -> None:
    elina().when(EnableUser(), by=PAULA, on="1.6.2022").rejected(NotNow, stage="active")
    elina(DISABLED).when(DisableUser(), by=PAULA, on="2.6.2022").rejected(NotNow, stage="disabled")


OF_ONESELF: list[Command] = [
    ChangeRoles(roles=(Role.ADMINISTRATOR, Role.APPROVER)),
    ChangeRoles(roles=(Role.APPROVER,)),
    DisableUser(),
]


@pytest.mark.parametrize("command", OF_ONESELF, ids=repr)
def test_nobody_decides_of_their_own_roles(command: Command) -> None:
    there_are_two = given(first("paula"), first("pekka"))
    there_are_two.when(command, by=PAULA, on="1.6.2022", to="paula").rejected(
        FourEyes, "another administrator"
    )
    there_are_two.when(command, by=PEKKA, on="1.6.2022", to="paula").then_in(
        LIST, *([] if Role.ADMINISTRATOR in getattr(command, "roles", ()) else [AdministratorsChanged])
    )


@pytest.mark.parametrize("command", OF_ONESELF[1:], ids=repr)
def test_the_last_administrator_stays_even_against_the_command_line(command: Command) -> None:
    by = COMMAND_LINE
    given(first("paula")).when(command, by=by, on="1.6.2022", to="paula").rejected(LastAdministrator)


def test_a_disabled_administrator_does_not_count_until_they_are_enabled() -> None:
    one_is_away = given(first("paula"), first("pekka")).when(
        DisableUser(), by=PAULA, on="1.6.2022", to="pekka"
    )
    one_is_away = one_is_away.then(UserDisabled).then_in(LIST, AdministratorsChanged(users=("paula",)))
    one_is_away.when(DisableUser(), by=PEKKA, on="2.6.2022", to="paula").rejected(LastAdministrator)
    back = one_is_away.when(EnableUser(), by=PAULA, on="2.6.2022", to="pekka").then(UserEnabled)
    back.then_in(LIST, AdministratorsChanged(users=("paula", "pekka"))).when(
        DisableUser(), by=PEKKA, on="3.6.2022", to="paula"
    ).then(UserDisabled)


@pytest.mark.parametrize("role", [each for each in Role if each not in (Role.ADMINISTRATOR, Role.SYSTEM)])
def test_roles_are_an_administrators_to_give(role: Role) -> None:
    refusal = NotFound if role is Role.APPLICANT else NotAllowed
    elina().when(ChangeRoles(roles=tuple(BOTH[:1])), by=role, on="1.6.2022").rejected(refusal)
    given(first("paula")).when(AddUser(roles=BOTH), by=role, on="1.6.2022").rejected(NotAllowed)


def test_the_systems_role_is_nobodys() -> None:
    for roles in ([Role.SYSTEM], [Role.HANDLER, Role.SYSTEM], []):
        with pytest.raises(ValueError, match="roles"):
            AddUser.model_validate({"roles": roles})
