"""`asiapolku user …`: each command does one thing, says what it did, and refuses what it would overwrite."""

from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from api.cli import app
from domain.messages import Role, StreamId
from domain.store.event_store import EventStore
from domain.store.sessions import NotSignedIn
from domain.store.users import Users
from tests.live_municipality import LiveMunicipality

PASSWORD = "a long password"
Asiapolku = Callable[..., Result]


@pytest.fixture
def asiapolku(municipality: LiveMunicipality, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Asiapolku:
    """Run `asiapolku user …` in the test's own municipality."""
    monkeypatch.setenv("ASIAPOLKU_PASSWORD", PASSWORD)
    tail = ["--municipality", municipality.code, "--folder", str(tmp_path)]
    return lambda *words: CliRunner().invoke(app, ["user", *words, *tail])


def ran(store: EventStore, municipality: LiveMunicipality, user_id: str) -> list[tuple[str, str, Role]]:
    trail = store.trail(StreamId(municipality.code, "user", user_id))
    return [(type(each.event).__name__, each.by, each.role) for each in trail]


def test_each_command_does_one_thing(
    asiapolku: Asiapolku, store: EventStore, municipality: LiveMunicipality
) -> None:
    users = Users(store)
    assert asiapolku("add", "paula", "administrator", "--name", "Paula").exit_code == 0
    added = asiapolku("add", "hanna", "handler", "approver", "--name", "Hanna", "--reason", "§ 24")
    user_id = added.stdout.strip()
    assert users.names(municipality.code)[user_id] == "Hanna"
    token = users.sessions.sign_in(municipality.code, "hanna", PASSWORD, "")
    assert asiapolku("roles", "hanna", "auditor", "--reason", "§ 25").exit_code == 0
    assert users.sessions.come_in(token, by_cookie=True).actor.roles == {Role.AUDITOR}
    assert asiapolku("name", "hanna", "--name", "Hanna Uusi").exit_code == 0
    assert users.sessions.come_in(token, by_cookie=True).display_name == "Hanna Uusi"
    assert asiapolku("password", "hanna", "--password", "another long password").exit_code == 0
    with pytest.raises(NotSignedIn):
        users.sessions.come_in(token, by_cookie=True)
    assert asiapolku("disable", "hanna").exit_code == 0
    with pytest.raises(NotSignedIn):
        users.sessions.sign_in(municipality.code, "hanna", "another long password", "")
    assert asiapolku("enable", "hanna").exit_code == 0
    assert users.sessions.sign_in(municipality.code, "hanna", "another long password", "")
    facts = ["UserAdded", "RolesChanged", "UserDisabled", "UserEnabled"]
    assert ran(store, municipality, user_id) == [(fact, "command-line", Role.ADMINISTRATOR) for fact in facts]
    programme = asiapolku("token", "exports", "archivist").stdout.strip()
    assert users.sessions.come_in(programme, by_cookie=False).actor.roles == {Role.ARCHIVIST}


@pytest.mark.parametrize(
    ("words", "code", "mend"),
    [
        (("add", "paula", "handler", "--name", "Other"), 1, "asiapolku user roles"),
        (("add", "paula", "handler", "--name", "Other"), 1, "asiapolku user password"),
        (("add", "new", "handler", "king", "--name", "New"), 2, "There is no role king"),
        (("add", "new", "system", "--name", "New"), 2, "There is no role system"),
        (("add", "new", "handler", "--name", "New", "--password", "short"), 2, "12 characters"),
        (("add", "token:new", "handler", "--name", "New"), 2, "those of tokens"),
        (("token", "exports", "archivist"), 1, "choose another label"),
        (("password", "token:exports"), 1, "no password"),
        (("roles", "nobody", "handler"), 1, "no such user"),
        (("roles", "paula", "administrator"), 1, "holds these roles already"),
        (("roles", "paula", "handler"), 1, "the last administrator"),
        (("disable", "paula"), 1, "the last administrator"),
        (("enable", "paula"), 1, "cannot be done"),
    ],
)
def test_what_is_refused_says_how_to_mend_it_and_changes_nothing(
    asiapolku: Asiapolku,
    store: EventStore,
    municipality: LiveMunicipality,
    words: tuple[str, ...],
    code: int,
    mend: str,
) -> None:
    users = Users(store)
    users.add(municipality.code, "paula", PASSWORD, "Paula", [Role.ADMINISTRATOR])
    users.token(municipality.code, "exports", [Role.HANDLER])
    before = (
        store.last_position(municipality.code),
        users.usernames(municipality.code),
        users.names(municipality.code),
    )
    refused = asiapolku(*words)
    assert (refused.exit_code, refused.stdout) == (code, "")
    assert mend in refused.stderr
    assert before == (
        store.last_position(municipality.code),
        users.usernames(municipality.code),
        users.names(municipality.code),
    )
    assert users.sessions.sign_in(municipality.code, "paula", PASSWORD, "")
