"""A municipality sees its own: every route and every table is walked as another one, and gives nothing."""

from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import psycopg
import pytest
from httpx import Response
from psycopg.rows import dict_row

from api.installation.demo.people import sample_pdf as pdf
from api.v1.commands import kebab
from api.v1.openapi import openapi_document
from domain.messages import Role
from domain.store.database import APP_ROLE
from domain.store.settings import InstallationSettings
from domain.store.users import Users
from domain.user.commands import AddUser
from tests.command_examples import COMMANDS, body, example
from tests.conftest import ApiClient, ClientFactory
from tests.live_municipality import LiveMunicipality

MARKS = (
    "Tie c0",
    "c0 tiekunta",
    "Contact c0",
    "T/1/",
    "Salainen otsikko",
    "c0@example.org",
    "salainen.nimi",
    "Salainen Nimi",
    "Salainen peruste",
)
PDF = pdf("Minutes")
PEOPLE = [role for role in Role if role is not Role.SYSTEM]


@pytest.fixture
def busy(municipality: LiveMunicipality) -> LiveMunicipality:
    """A municipality with something in every table: a case on its way to payment, looked at and published."""
    keys = municipality.to_release(1, email="c0@example.org")
    contact = municipality.case(keys[0]).parties["applicant"]
    municipality.store.keys.open(
        municipality.code, {"n": contact.name}, by="x", why="look", now=municipality.store.clock.now()
    )
    added = AddUser.model_validate({"roles": ["approver"], "reason": "Salainen peruste"})
    municipality.put("user", "u1", added, "admin", Role.ADMINISTRATOR)
    Users(municipality.store).name(
        municipality.code, "u1", "salainen.nimi", "a long password", "Salainen Nimi"
    )
    municipality.settle()
    return municipality


@pytest.fixture
def elsewhere(busy: LiveMunicipality) -> LiveMunicipality:
    """Another municipality at work, with settings of its own and nothing else."""
    municipality = LiveMunicipality(busy.store, busy.clock, f"{busy.code}-other")
    municipality.put("municipality", "settings", example("AdoptSettings"), "admin", Role.ADMINISTRATOR)
    return municipality


KEYS = {"cases": "c0", "rounds": "r", "decisions": "d", "municipality": "settings", "users": "u1"}


def addresses() -> Iterator[tuple[str, str, str]]:
    """Every operation of the API as method, address and command, with the ids of what is in the busy one."""
    commands = {kebab(name): name for name in COMMANDS}
    for path, operations in openapi_document()["paths"].items():
        if path.startswith("/api/v1/public/") or path.endswith("/sessions/current"):
            continue  # anyone may read the one, of any municipality; the other ends the session that asks
        for method, operation in operations.items():
            kinds = [kind for kind in KEYS if "{kind}" in path or f"/{kind}/" in path] or [""]
            for kind in kinds:
                filled = path.replace("{kind}", kind).replace("{key}", KEYS.get(kind, ""))
                filled = filled.replace("{sha256}", "a" * 64).replace("{figure}", "decision")
                filled = filled.removeprefix("/api/v1")
                assert "{" not in filled, f"say what stands for it here: {filled}"
                yield method.upper(), filled, commands.get(operation["operationId"], "")


def ask(client: ApiClient, method: str, path: str, command: str) -> Response:
    """One request that would do what it says, were it put by somebody of the busy municipality."""
    query = {"reason": "to look"} if method == "GET" else {}
    headers = {"Idempotency-Key": str(uuid4()), "If-Match": '"0"'}
    content: dict[str, Any] = {"json": body(command)} if command else {}
    if path == "/attachments":
        content = {"files": {"file": ("minutes.pdf", PDF)}}
    if path.endswith(("/what-if", "/criteria/check")):
        content = {"json": {"document": body("AdoptRuleSet")["document"]}}
    if path.endswith("/credentials"):
        content = {"json": {"username": "new", "displayName": "New", "password": "a long password"}}
    if path == "/sessions":
        content = {"json": {"municipality": "nowhere", "username": "nobody", "password": "a long password"}}
    return client.request(method, path, params=query, headers=headers, **content)


def test_every_route_gives_another_municipality_nothing(
    busy: LiveMunicipality, client_for: ClientFactory, elsewhere: LiveMunicipality
) -> None:
    before = busy.store.last_position(busy.code)
    marks = (*MARKS, f"{busy.code}/", f'"{busy.code}"')
    for roles in [*([role] for role in PEOPLE), PEOPLE]:
        stranger, walked = client_for(*roles, code=elsewhere.code), 0
        for method, path, command in addresses():
            if method != "GET" and roles not in ([Role.APPLICANT], PEOPLE):
                continue  # whoever holds every role may put whatever one of them may
            response = ask(stranger, method, path, command)
            assert response.status_code < 500, (method, path, response.text)
            text = response.text.replace(path, "")
            assert not [mark for mark in marks if mark in text], (roles, method, path)
            if {"c0", "r", "d", "u1"} & set(path.split("/")):
                assert response.status_code in (403, 404), (roles, method, path, response.text)
            walked += 1
        assert walked > (60 if roles == PEOPLE else 20)
    assert busy.store.last_position(busy.code) == before, "nothing was done there either"


def test_the_same_walk_at_home_finds_what_it_looks_for(
    busy: LiveMunicipality, client_for: ClientFactory
) -> None:
    own = client_for(*PEOPLE)
    found = {
        path
        for method, path, _ in addresses()
        if method == "GET"
        and "/attachments/" not in path
        and any(mark in ask(own, method, path, "").text for mark in MARKS)
    }
    assert {"/cases", "/cases/c0", "/cases/c0/personal-data", "/decisions/d", "/exports"} <= found
    assert {"/users", "/users/u1", "/users/u1/trail", "/user-accounts", "/role-holders"} <= found
    assert len(found) > 10


def test_an_attachment_of_another_municipality_is_neither_read_nor_named(
    busy: LiveMunicipality, client_for: ClientFactory, elsewhere: LiveMunicipality
) -> None:
    own, stranger = client_for(Role.APPLICANT), client_for(*PEOPLE, code=elsewhere.code)
    kept = own.post("/attachments", files={"file": ("minutes.pdf", PDF)}).json()
    sent = {**body("Submit"), "attachments": [{"kind": "minutes", **kept}]}
    busy.at(2022, 6, 20, 8)
    assert own.put("/cases", sent).status_code == 201
    case = busy.store.follow(busy.code, 0, 10_000)[-1].stream.key
    assert own.get(f"/cases/{case}/attachments/{kept['sha256']}").content == PDF
    assert stranger.get(f"/cases/{case}/attachments/{kept['sha256']}").status_code == 404
    other = client_for(Role.APPLICANT, code=elsewhere.code)
    named = other.put("/cases", {**sent, "process": "event-notice", "round": None})
    assert (named.status_code, named.json()["code"]) == (422, "bad-content")
    assert named.json()["errors"][0]["field"] == "attachments"


def tables(settings: InstallationSettings) -> list[tuple[str, str]]:
    with psycopg.connect(str(settings.migration_database_url)) as owner:
        rows = owner.execute(
            "select schemaname, tablename from pg_tables where schemaname not in ('pg_catalog', 'information_schema')"
        ).fetchall()
    return [(schema, name) for schema, name in rows]


def test_every_table_is_empty_for_another_municipality_and_for_none(
    settings: InstallationSettings, busy: LiveMunicipality
) -> None:
    filled = 0
    for schema, name in tables(settings):
        counts = {}
        for code in (busy.code, f"{busy.code}-other", ""):
            with psycopg.connect(settings.database_url, autocommit=True) as connection:
                connection.execute("select set_config('asiapolku.municipality', %s, false)", [code])
                row = connection.execute(f'select count(*) from "{schema}"."{name}"').fetchone()
                counts[code] = row[0] if row else 0
        assert counts[f"{busy.code}-other"] == counts[""] == 0, (schema, name)
        filled += counts[busy.code] > 0
    assert filled > 15


def test_every_table_has_row_level_security_and_the_municipality_first_in_its_key(
    settings: InstallationSettings,
) -> None:
    with psycopg.connect(str(settings.migration_database_url), row_factory=dict_row) as owner:
        found = owner.execute(
            "select n.nspname as schema, c.relname as name, c.relrowsecurity as secured,"
            " (select a.attname from pg_index i join pg_attribute a on a.attrelid = c.oid and a.attnum = i.indkey[0]"
            "  where i.indrelid = c.oid and i.indisprimary) as first,"
            " (select count(*) from pg_policy p where p.polrelid = c.oid) as policies"
            " from pg_class c join pg_namespace n on n.oid = c.relnamespace"
            " where c.relkind = 'r' and n.nspname not in ('pg_catalog', 'information_schema', 'pg_toast')"
        ).fetchall()
    assert len(found) > 20
    for table in found:
        assert table["secured"], table
        assert table["policies"] == 1, table
        assert table["first"] == ("originator_id" if table["name"] == "stored_events" else "municipality"), (
            table
        )


def test_the_applications_role_is_no_owner_and_bypasses_nothing(settings: InstallationSettings) -> None:
    with psycopg.connect(str(settings.migration_database_url), row_factory=dict_row) as owner:
        role = owner.execute(
            "select rolsuper, rolbypassrls, rolcreaterole, rolcreatedb from pg_roles where rolname = %s",
            [APP_ROLE],
        ).fetchone()
        owned = owner.execute(
            "select count(*) as n from pg_class where relowner = (select oid from pg_roles where rolname = %s)",
            [APP_ROLE],
        ).fetchone()
    assert role is not None
    assert not any(role.values())
    assert owned == {"n": 0}


def test_a_session_of_one_municipality_is_none_in_another(
    busy: LiveMunicipality, client_for: ClientFactory
) -> None:
    own = client_for(Role.HANDLER)
    moved = own.token.replace(f"{busy.code}.", f"{busy.code}-other.", 1)
    assert own.get("/me", headers={"Authorization": f"Bearer {moved}"}).status_code == 401
