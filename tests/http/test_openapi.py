"""The API keeps its own rules, and answers anything that its document allows without breaking."""

import json
import re
from collections import Counter
from pathlib import Path
from typing import Any
from uuid import uuid4

import schemathesis
from hypothesis import HealthCheck, given
from hypothesis import settings as how
from hypothesis.strategies import booleans
from schemathesis.checks import not_a_server_error
from schemathesis.core.result import Ok
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from api.app import create_app
from api.v1.openapi import openapi_document
from domain.messages import Role
from domain.store.event_store import EventStore
from domain.store.settings import InstallationSettings
from tests.conftest import ClientFactory
from tests.live_municipality import LiveMunicipality

COMMITTED = Path(__file__).parent.parent.parent / "openapi.json"
OPERATIONS = [
    (path, method, operation)
    for path, methods in openapi_document()["paths"].items()
    for method, operation in methods.items()
]


def test_the_committed_document_changes_only_on_purpose() -> None:
    assert json.loads(COMMITTED.read_text()) == json.loads(json.dumps(openapi_document())), (
        "if this is meant: asiapolku openapi --out openapi.json"
    )


def test_paths_are_kebab_case_and_plural() -> None:
    for path, _, _ in OPERATIONS:
        for part in path.removeprefix("/api/v1").split("/"):
            assert re.fullmatch(r"(\{[a-z0-9]+\}|[a-z0-9-]+(\.atom)?)?", part), path


def test_names_on_the_wire_are_camel_case() -> None:
    def names(schema: Any) -> list[str]:
        if isinstance(schema, dict):
            own = list(schema.get("properties", {})) if isinstance(schema.get("properties"), dict) else []
            return own + [name for value in schema.values() for name in names(value)]
        return [name for value in schema for name in names(value)] if isinstance(schema, list) else []

    found = names(openapi_document()["components"]["schemas"])
    assert len(found) > 80
    assert [name for name in found if not re.fullmatch(r"[a-z][a-zA-Z0-9]*", name)] == []
    for _, _, operation in OPERATIONS:
        for parameter in operation.get("parameters", []):
            if parameter["in"] == "query":
                assert re.fullmatch(r"[a-z][a-zA-Z0-9]*", parameter["name"])


def test_every_operation_has_a_name_a_sentence_and_its_problems() -> None:
    ids = [operation["operationId"] for _, _, operation in OPERATIONS]
    assert len(set(ids)) == len(ids)
    for path, method, operation in OPERATIONS:
        assert operation["summary"], path
        assert operation.get("description"), path
        answers = operation["responses"]
        assert any(status.startswith("2") for status in answers), path
        assert {"400", "401", "403", "404", "422", "500", "503"} <= set(answers), (path, method)
        assert ("security" in operation) == (
            operation["tags"] != ["public"] and path != "/api/v1/sessions"
        ), path
        assert re.fullmatch(r"[a-z]+(-[a-z]+)*", operation["operationId"]), path
        shape = json.dumps(answers["422"])
        assert "ProblemShape" in shape
        assert "application/problem+json" in shape, path


def test_a_command_is_a_post_with_a_body_and_its_two_headers() -> None:
    for path, method, operation in OPERATIONS:
        if "commands" in operation["tags"]:
            headers = {each["name"].lower() for each in operation["parameters"] if each["in"] == "header"}
            assert method == "post"
            assert "idempotency-key" in headers
            assert ("if-match" in headers) == (path.count("/") > 3)


CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
    response_headers_conformance,
]
REAL = {"/cases/": "c0", "/rounds/": "r", "/decisions/": "d"}


def test_nothing_that_the_document_allows_breaks_the_application(
    settings: InstallationSettings,
    store: EventStore,
    municipality: LiveMunicipality,
    client_for: ClientFactory,
) -> None:
    """Schemathesis over the whole document, as somebody who holds every role; half of the time on what is there."""
    municipality.to_release(1)
    somebody = client_for(*(role for role in Role if role is not Role.SYSTEM))
    schema = schemathesis.openapi.from_asgi("/api/v1/openapi.json", create_app(settings, store))
    statuses: Counter[int] = Counter()

    def attempt(case: Any, there: bool) -> None:
        key = next((real for kind, real in REAL.items() if kind in case.path), None)
        if there and key and "{kind}" not in case.path:
            case.path_parameters["key"] = key
        about = case.formatted_path.removeprefix("/api/v1").rpartition("/")[0] or "/me"
        headers = {
            "Authorization": f"Bearer {somebody.token}",
            "Idempotency-Key": str(uuid4()),
            "If-Match": somebody.get(about).headers.get("ETag", '"0"'),
        }
        statuses[case.call_and_validate(checks=CHECKS, headers=headers).status_code] += 1

    bounded = how(
        max_examples=5,
        deadline=None,
        derandomize=True,
        database=None,
        suppress_health_check=list(HealthCheck),
    )
    for result in schema.get_all_operations():
        assert isinstance(result, Ok)
        operation = result.ok()
        if operation.method != "delete":  # signing out would end the session that asks for all the rest
            bounded(given(case=operation.as_strategy(), there=booleans())(attempt))()
    assert {200, 400, 404, 422} <= set(statuses), statuses
    assert sum(statuses.values()) > 200
