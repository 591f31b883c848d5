"""Users over HTTP: their roles count at once, names and passwords are no facts, and who may know what."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any
from uuid import uuid4

import httpx
import pytest

from domain.messages import STAFF, Role, StreamId
from domain.store.event_store import EventStore
from domain.store.passwords import hasher
from domain.store.sessions import NotSignedIn
from domain.store.users import NoSuchUser, UsernameTaken, Users
from tests.conftest import ApiClient, ClientFactory
from tests.http.test_api import problem
from tests.live_municipality import LiveMunicipality

PASSWORD = "a long password"
NAMED = {"username": "elina.e", "displayName": "Elina Elinvoimajohtaja", "password": PASSWORD}


@pytest.fixture
def users(store: EventStore) -> Users:
    return Users(store)


SignIn = Callable[..., httpx.Client]


@pytest.fixture
def signed_in(url: str, municipality: LiveMunicipality) -> Iterator[SignIn]:
    """Come in with a name and a password."""
    with ExitStack() as stack:

        def sign_in(username: str, password: str = PASSWORD) -> httpx.Client:
            body = {"municipality": municipality.code, "username": username, "password": password}
            response = httpx.post(f"{url}/api/v1/sessions", json=body)
            assert response.status_code == 201, response.text
            token = response.json()["token"]
            return stack.enter_context(ApiClient(url, token, ""))

        yield sign_in


def added(admin: ApiClient, *roles: Role, **more: Any) -> str:
    response = admin.put("/users", {"roles": [*roles], **more})
    assert response.status_code == 201, response.text
    return str(response.headers["Location"].removeprefix("/api/v1"))


# Added, named, changed -----------------------------------------------------------------------------------------------


def test_an_administrator_adds_a_user_and_names_them(
    municipality: LiveMunicipality, client_for: ClientFactory, signed_in: SignIn
) -> None:
    admin = client_for(Role.ADMINISTRATOR)
    path = added(admin, Role.APPROVER, Role.HANDLER, reason="Hallintosääntö 24 §")
    named = admin.request("PUT", f"{path}/credentials", json=NAMED)
    assert named.status_code == 204, named.text
    me = signed_in("elina.e").get("/me").json()
    assert (me["displayName"], me["roles"]) == ("Elina Elinvoimajohtaja", ["approver", "handler"])
    municipality.settle()
    shown = admin.get(path).json()
    assert (shown["name"], shown["username"], shown["stage"]) == (
        "Elina Elinvoimajohtaja",
        "elina.e",
        "active",
    )
    assert {
        (each["role"], each["grantedBy"], each["reason"], each["until"]) for each in shown["history"]
    } == {(role, admin.user_id, "Hallintosääntö 24 §", None) for role in ("approver", "handler")}


def test_a_name_is_given_once_and_to_one(
    municipality: LiveMunicipality, client_for: ClientFactory, users: Users
) -> None:
    admin = client_for(Role.ADMINISTRATOR)
    users.add(municipality.code, "hanna", PASSWORD, "Hanna", [Role.HANDLER])
    path = added(admin, Role.APPROVER)
    for taken in ("hanna", "token:hanna"):
        problem(
            admin.request("PUT", f"{path}/credentials", json={**NAMED, "username": taken}),
            422,
            "username-taken",
        )
    assert admin.request("PUT", f"{path}/credentials", json=NAMED).status_code == 204
    another = {**NAMED, "password": "another long password", "username": "elina2"}
    problem(admin.request("PUT", f"{path}/credentials", json=another), 422, "username-taken")
    problem(admin.request("PUT", "/users/nobody/credentials", json=another), 404, "not-found")


def test_roles_count_at_once_in_a_session_that_is_open(
    municipality: LiveMunicipality, client_for: ClientFactory, users: Users, signed_in: SignIn
) -> None:
    """Nothing waits for a read model: none has followed here."""
    admin, path = (
        client_for(Role.ADMINISTRATOR),
        f"/users/{users.add(municipality.code, 'h', PASSWORD, 'H', [Role.HANDLER])}",
    )
    her = signed_in("h")
    assert (her.get("/payments").status_code, her.get("/access-log").status_code) == (200, 403)
    assert admin.put(f"{path}/change-roles", {"roles": ["auditor"]}).status_code == 200
    assert her.get("/access-log").status_code == 200
    assert her.get("/me").json()["roles"] == ["auditor"]
    assert admin.put(f"{path}/change-roles", {"roles": ["applicant"]}).status_code == 200
    assert (her.get("/payments").status_code, her.get("/access-log").status_code) == (403, 403)


def test_disabling_ends_every_session_and_enabling_opens_none_of_them(
    url: str, municipality: LiveMunicipality, client_for: ClientFactory, users: Users, signed_in: SignIn
) -> None:
    admin, path = (
        client_for(Role.ADMINISTRATOR),
        f"/users/{users.add(municipality.code, 'h', PASSWORD, 'H', [Role.HANDLER])}",
    )
    her = signed_in("h")
    assert admin.put(f"{path}/disable-user", {"reason": "Palvelussuhde päättyi."}).status_code == 200
    problem(her.get("/me"), 401, "not-signed-in")
    body = {"municipality": municipality.code, "username": "h", "password": PASSWORD}
    problem(httpx.post(f"{url}/api/v1/sessions", json=body), 401, "not-signed-in")
    assert admin.put(f"{path}/change-roles", {"roles": ["auditor"]}).status_code == 200
    problem(httpx.post(f"{url}/api/v1/sessions", json=body), 401, "not-signed-in")
    assert admin.put(f"{path}/enable-user").status_code == 200
    problem(her.get("/me"), 401, "not-signed-in")
    assert signed_in("h").get("/me").json()["roles"] == ["auditor"]


def test_commands_about_users_need_their_headers_and_are_answered_once(
    municipality: LiveMunicipality, client_for: ClientFactory, users: Users
) -> None:
    admin = client_for(Role.ADMINISTRATOR)
    path = f"/users/{users.add(municipality.code, 'h', PASSWORD, 'H', [Role.HANDLER])}/change-roles"
    request: dict[str, Any] = {"json": {"roles": ["auditor"]}}
    headers = {"Idempotency-Key": str(uuid4()), "If-Match": '"1"'}
    problem(admin.post(path, **request, headers={"If-Match": '"1"'}), 400, "idempotency-key-missing")
    problem(admin.post(path, **request, headers={"Idempotency-Key": "k"}), 428, "if-match-missing")
    first, again = (admin.post(path, **request, headers=headers) for _ in range(2))
    assert first.json() == again.json()
    stale = {"Idempotency-Key": str(uuid4()), "If-Match": '"1"'}
    problem(admin.post(path, **request, headers=stale), 412, "stale")


def test_nobody_decides_of_their_own_roles_and_nothing_is_offered_to(
    municipality: LiveMunicipality, client_for: ClientFactory
) -> None:
    admin, other = client_for(Role.ADMINISTRATOR), client_for(Role.ADMINISTRATOR)
    own = f"/users/{admin.user_id}"
    assert admin.get(own).json()["allowed"] == []
    assert len(other.get(own).json()["allowed"]) == 2
    attempts = [("change-roles", {"roles": ["approver"]}), ("disable-user", {})]
    for command, body in attempts:
        problem(admin.put(f"{own}/{command}", body), 403, "four-eyes")
    assert other.put(f"{own}/change-roles", attempts[0][1]).status_code == 200
    problem(
        admin.put(f"/users/{other.user_id}/disable-user", None, **{"If-Match": '"1"'}), 403, "not-allowed"
    )


# Who may know --------------------------------------------------------------------------------------------------------


def test_roles_are_read_by_administrators_and_auditors(
    municipality: LiveMunicipality, client_for: ClientFactory
) -> None:
    of = client_for(Role.APPROVER)
    for role in (*STAFF, Role.APPLICANT):
        client, reads = client_for(role), role in (Role.ADMINISTRATOR, Role.AUDITOR)
        for path in ("/user-accounts", "/role-holders", f"/users/{of.user_id}"):
            assert client.get(path).status_code == (200 if reads else 403), (role, path)
        assert client.get("/users").status_code == (403 if role is Role.APPLICANT else 200)
        assert client.get(f"/users/{of.user_id}/trail").status_code == (
            200 if role in (Role.AUDITOR, Role.ARCHIVIST) else 403
        )
        named = client.request("PUT", f"/users/{of.user_id}/credentials", json=NAMED)
        assert named.status_code == (422 if role is Role.ADMINISTRATOR else 403)


def test_the_auditor_reads_who_held_a_role_on_the_day_of_a_decision(
    municipality: LiveMunicipality, client_for: ClientFactory, users: Users
) -> None:
    auditor = client_for(Role.AUDITOR)
    elina = users.add(municipality.code, "elina", PASSWORD, "Elina", [Role.APPROVER], "§ 24")
    municipality.at(2022, 6, 10, 8)
    users.change_roles(municipality.code, "elina", [Role.HANDLER], "§ 30")
    municipality.settle()

    def holders(on: str, role: str = "approver") -> list[tuple[Any, ...]]:
        found = auditor.get("/role-holders", params={"role": role, "on": on}).json()["items"]
        return [(each["userId"], each["name"], each["grantedBy"], each["reason"]) for each in found]

    was = (elina, "Elina", "command-line", "§ 24")
    assert [holders(day) for day in ("2022-05-31", "2022-06-01", "2022-06-10", "2022-06-11")] == [
        [],
        [was],
        [was],
        [],
    ]
    assert holders("2022-06-11", "handler") == [(elina, "Elina", "command-line", "§ 30")]
    [row] = auditor.get("/role-holders", params={"role": "approver", "on": "2022-06-10"}).json()["items"]
    assert (row["until"][:10], row["endReason"]) == ("2022-06-10", "§ 30")
    assert len(auditor.get("/role-holders").json()["items"]) == 3, "today, in every role"
    trail = auditor.get(f"/users/{elina}/trail").json()["items"]
    assert [each["event"] for each in trail] == ["UserAdded", "RolesChanged"]
    for day in ("0001-01-01", "9999-12-31", "yesterday"):
        assert auditor.get("/role-holders", params={"on": day}).status_code == 400


def test_no_name_and_no_password_is_a_fact(
    municipality: LiveMunicipality, client_for: ClientFactory, users: Users, store: EventStore
) -> None:
    users.add(municipality.code, "secret.name", PASSWORD, "Secret Name", [Role.HANDLER])
    users.token(municipality.code, "secret-label", [Role.HANDLER])
    admin = client_for(Role.ADMINISTRATOR)
    admin.request("PUT", f"{added(admin, Role.APPROVER)}/credentials", json=NAMED)
    facts = b"".join(each.state for each in store.stored(municipality.code, 0)).decode()
    assert facts.count("UserAdded") == 0
    assert facts.count('"roles"') == 4
    for word in ("secret", "Secret", "elina", "Elina", "password", "argon2"):
        assert word not in facts


# The command line's way -----------------------------------------------------------------------------------------------


def test_an_addition_never_overwrites(
    municipality: LiveMunicipality, users: Users, signed_in: SignIn
) -> None:
    users.add(municipality.code, "hanna", PASSWORD, "Hanna", [Role.HANDLER])
    with pytest.raises(UsernameTaken):
        users.add(municipality.code, "hanna", "another long password", "Other", [Role.APPROVER])
    me = signed_in("hanna").get("/me").json()
    assert (me["displayName"], me["roles"]) == ("Hanna", ["handler"])


def test_an_addition_that_was_cut_off_is_gone_on_with(
    municipality: LiveMunicipality, users: Users, monkeypatch: pytest.MonkeyPatch, signed_in: SignIn
) -> None:
    def killed(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(EventStore, "handle", killed)
    with pytest.raises(KeyboardInterrupt):
        users.add(municipality.code, "hanna", "the first password", "H", [Role.HANDLER])
    monkeypatch.undo()
    with pytest.raises(NotSignedIn):
        users.sessions.sign_in(municipality.code, "hanna", "the first password", "")
    users.add(municipality.code, "hanna", PASSWORD, "Hanna", [Role.APPROVER])
    assert signed_in("hanna").get("/me").json()["roles"] == ["approver"]
    assert len(users.names(municipality.code)) == 1


def test_a_password_and_a_name_change_alone(
    municipality: LiveMunicipality, users: Users, signed_in: SignIn
) -> None:
    users.add(municipality.code, "hanna", PASSWORD, "Hanna", [Role.HANDLER])
    before = signed_in("hanna")
    users.set_display_name(municipality.code, "hanna", "Hanna Uusi")
    assert before.get("/me").json()["displayName"] == "Hanna Uusi"
    users.set_password(municipality.code, "hanna", "another long password")
    problem(before.get("/me"), 401, "not-signed-in")
    after = signed_in("hanna", "another long password")
    assert after.get("/me").json()["roles"] == ["handler"]
    for change in (users.set_password, users.set_display_name):
        with pytest.raises(NoSuchUser):
            change(municipality.code, "nobody", "another long password")


def test_a_token_has_a_user_of_its_own_without_a_password_and_a_label_names_one(
    municipality: LiveMunicipality, users: Users
) -> None:
    token = users.token(municipality.code, "exports", [Role.ARCHIVIST])
    who = users.sessions.come_in(token, by_cookie=False)
    assert (who.display_name, who.actor.roles) == ("exports", frozenset({Role.ARCHIVIST}))
    with pytest.raises(UsernameTaken):
        users.token(municipality.code, "exports", [Role.ADMINISTRATOR])
    assert users.sessions.come_in(token, by_cookie=False) == who
    with pytest.raises(ValueError, match="token:"):
        users.add(municipality.code, "token:other", PASSWORD, "Other", [Role.HANDLER])
    with pytest.raises(NoSuchUser):
        users.set_password(municipality.code, "token:exports", PASSWORD)
    with pytest.raises(NotSignedIn):
        users.sessions.sign_in(municipality.code, "token:exports", PASSWORD, "")
    users.disable(municipality.code, "token:exports")
    users.enable(municipality.code, "token:exports")
    with pytest.raises(NotSignedIn):
        users.sessions.come_in(token, by_cookie=False)


# What it costs --------------------------------------------------------------------------------------------------------


def test_a_token_costs_no_password_hash(
    municipality: LiveMunicipality, users: Users, monkeypatch: pytest.MonkeyPatch
) -> None:
    def hashed(*_: object) -> str:
        raise AssertionError("a token has no password to hash")

    monkeypatch.setattr(type(hasher), "hash", hashed)
    assert users.token(municipality.code, "cheap", [Role.HANDLER])


def test_coming_in_folds_only_what_is_new(
    municipality: LiveMunicipality, users: Users, store: EventStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    user_id = users.add(municipality.code, "hanna", PASSWORD, "Hanna", [Role.HANDLER])
    token = users.sessions.begin(municipality.code, user_id, None)
    for roles in ([Role.APPROVER], [Role.HANDLER]) * 5:
        users.change_roles(municipality.code, "hanna", roles)
    loaded: list[str] = []
    load = EventStore._load

    def counted(here: EventStore, each: Any, at: int) -> Any:
        loaded.append(each.topic)
        return load(here, each, at)

    monkeypatch.setattr(EventStore, "_load", counted)
    store.read(StreamId(municipality.code, "user", user_id))
    loaded.clear()
    for _ in range(3):
        assert users.sessions.come_in(token, by_cookie=False).actor.roles == {Role.HANDLER}
    assert loaded == []
    users.change_roles(municipality.code, "hanna", [Role.AUDITOR])
    loaded.clear()
    assert users.sessions.come_in(token, by_cookie=False).actor.roles == {Role.AUDITOR}
    assert loaded == ["RolesChanged"]
