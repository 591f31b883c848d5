"""Who held which role on a day, and who holds it now."""

from datetime import date
from itertools import pairwise

import pytest

from domain.messages import Role
from projections import role_holders
from tests.read_models.conftest import ScenarioDatabases
from tests.read_models.scenario import STAFFED
from tests.read_models.scenario_player import ScenarioPlayer
from tests.stories.days import instant


def holders(databases: ScenarioDatabases, on: str, role: Role | None = None) -> list[str]:
    found = role_holders.holders(databases.store.database, databases.main.code, date.fromisoformat(on), role)
    return [f"{each['user_id']} {each['role']}" for each in found]


APPROVER, MANAGER = ["elina approver"], ["elina manager"]


@pytest.mark.parametrize(
    ("on", "approvers", "managers"),
    [
        ("2022-01-03", [], []),
        ("2022-01-04", APPROVER, []),
        ("2022-01-31", APPROVER, []),
        ("2022-02-01", APPROVER, []),  # until nine in the morning
        ("2022-02-02", [], []),  # disabled
        ("2022-02-28", [], []),  # granted another role, but still disabled
        ("2022-03-01", APPROVER, MANAGER),
        ("2022-04-01", APPROVER, MANAGER),  # until three in the afternoon
        ("2022-04-02", [], MANAGER),
        ("2026-01-01", [], MANAGER),
    ],
)
def test_who_held_a_role_on_a_day(
    databases: ScenarioDatabases, on: str, approvers: list[str], managers: list[str]
) -> None:
    assert holders(databases, on, Role.APPROVER) == approvers
    assert holders(databases, on, Role.MANAGER) == managers


def test_every_role_of_a_day_stands_in_one_list(databases: ScenarioDatabases) -> None:
    everybody = ["paula administrator", "pekka administrator", "pekka auditor"]
    assert holders(databases, "2022-02-14") == everybody
    assert sorted(holders(databases, "2022-01-05")) == sorted(["elina approver", *everybody, "elina handler"])
    assert holders(databases, "2022-01-02") == []


def test_a_holding_says_by_whom_why_and_from_when_until_when(databases: ScenarioDatabases) -> None:
    rows = role_holders.history(databases.store.database, databases.main.code, "elina")
    approver = [row for row in rows if row["role"] == "approver"]
    assert [(row["since"], row["until"]) for row in approver] == [
        (instant("1.3.2022 klo 9.00"), instant("1.4.2022 klo 15.00")),
        (instant("4.1.2022 klo 9.00"), instant("1.2.2022 klo 9.00")),
    ]
    assert [(row["granted_by"], row["reason"], row["ended_by"], row["end_reason"]) for row in approver] == [
        ("paula", "Palasi.", "paula", "§ 26"),
        ("paula", "§ 24", "paula", "Virkavapaa."),
    ]
    assert [row["role"] for row in rows if row["until"] is None] == ["manager"]
    for later, earlier in pairwise(approver):
        assert earlier["until"] <= later["since"]


def test_the_accounts_are_what_the_streams_have_come_to(databases: ScenarioDatabases) -> None:
    rows = role_holders.accounts(databases.store.database, databases.main.code)
    assert {row["user_id"] for row in rows} == {"paula", "pekka", "elina"}
    for row in rows:
        _, state = databases.store.read(databases.main.stream("user", row["user_id"]))
        assert (set(row["roles"]), row["disabled"]) == (state.held, state.disabled)


def test_a_disabled_account_keeps_its_roles_and_holds_none(played: ScenarioPlayer) -> None:
    played.play(STAFFED[:5])
    rows = role_holders.accounts(played.store.database, played.code)
    elina = next(row for row in rows if row["user_id"] == "elina")
    assert (elina["disabled"], sorted(elina["roles"])) == (True, ["approver", "manager"])
    day = instant("20.2.2022").date()
    assert not [
        row
        for row in role_holders.holders(played.store.database, played.code, day)
        if row["user_id"] == "elina"
    ]
