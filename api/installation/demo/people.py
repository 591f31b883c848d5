"""The demo's people and their municipality, and how they speak to the API."""

import io
import json
import time
from collections.abc import Callable
from functools import cached_property
from pathlib import Path
from typing import Any, Self, TypeVar
from uuid import uuid4

import httpx
from pypdf import PdfWriter

from domain.messages import Role
from domain.store.users import Users

MUNICIPALITY = "498"
PASSWORD = "muonio-muonio"  # noqa: S105 - a demo's password, printed for whoever tries it
ROUND_DATA: dict[str, Any] = json.loads(Path(__file__).with_name("muonio-2022.json").read_text())

DEMO_STAFF = {
    "paula": ("Paula Pääkäyttäjä", [Role.ADMINISTRATOR]),
    "aino": ("Aino Asiakaspalvelu", [Role.CUSTOMER_SERVICE]),
    "reijo": ("Reijo Registraattori", [Role.REGISTRY]),
    "hanna": ("Hanna Käsittelijä", [Role.HANDLER]),
    "heikki": ("Heikki Käsittelijä", [Role.HANDLER]),
    "elina": ("Elina Elinvoimajohtaja", [Role.APPROVER]),
    "maija": ("Maija Maksaja", [Role.PAYMENTS]),
    "tarmo": ("Tarmo Tarkastaja", [Role.AUDITOR]),
    "jouni": ("Jouni Johtaja", [Role.MANAGER]),
    "arja": ("Arja Arkistonhoitaja", [Role.ARCHIVIST]),
}

DEMO_SETTINGS: dict[str, Any] = {
    "name": "Muonio",
    "prefix": "MUODno",
    "caseNumber": "{prefix}-{year}-{running}",
    "claimBody": "Muonion elinvoimalautakunta",
    "claimAddress": "Puthaanrannantie 15, 99300 Muonio, kirjaamo@muonio.example",
    "officeholderLimit": "50000.00",
    "delegation": "hallintosääntö 24 §",
}

DEMO_CRITERIA = "budget-divided-by-length"
"""Muonio's criteria of 31.5.2022 § 58, one of the ready documents."""

T = TypeVar("T")


class Person:
    """Somebody signed in, speaking to the API; commands carry the version that was read and an id of their own."""

    def __init__(self, url: str, username: str, municipality: str = MUNICIPALITY) -> None:
        self._client = httpx.Client(base_url=f"{url}/api/v1", timeout=30)
        self._body = {"municipality": municipality, "username": username, "password": PASSWORD}

    def __enter__(self) -> Self:
        token = self._checked(self._client.post("/sessions", json=self._body)).json()["token"]
        self._client.headers["Authorization"] = f"Bearer {token}"
        self._client.cookies.clear()
        return self

    def __exit__(self, *_: object) -> None:
        self._client.close()

    def get(self, path: str, **query: Any) -> Any:
        return self._checked(self._client.get(path, params=query)).json()

    def text(self, path: str, **query: Any) -> str:
        return self._checked(self._client.get(path, params=query)).text

    def begin(self, path: str, **body: Any) -> dict[str, Any]:
        """Begin something: an application, a round, a decision."""
        return self._post(path, body, {})

    def do(self, path: str, command: str, **body: Any) -> dict[str, Any]:
        """Put a command on what is at `path`, on the version that is there now."""
        version = self._client.get(path).headers.get("ETag", '"0"')
        return self._post(f"{path}/{command}", body, {"If-Match": version})

    def upload(self, name: str, data: bytes) -> dict[str, Any]:
        """Send a document; what it is named by from now on."""
        sent = self._client.post("/attachments", files={"file": (name, data, "application/octet-stream")})
        return dict(self._checked(sent).json())

    def _post(self, path: str, body: dict[str, Any], headers: dict[str, str]) -> dict[str, Any]:
        sent = self._client.post(path, json=body, headers={**headers, "Idempotency-Key": str(uuid4())})
        return dict(self._checked(sent).json())

    def _checked(self, response: httpx.Response) -> httpx.Response:
        if response.is_error:
            raise RuntimeError(f"{response.request.method} {response.request.url.path}: {response.text}")
        return response

    @cached_property
    def user_id(self) -> str:
        return str(self.get("/me")["userId"])


def add_demo_users(users: Users, roads: int) -> None:
    """Create the demo's users: the staff, and one applicant for each road."""
    known = set(users.usernames(MUNICIPALITY).values())
    people = {
        **DEMO_STAFF,
        **{applicant_username(n): (f"Hakija {n + 1}", [Role.APPLICANT]) for n in range(roads)},
    }
    for username, (name, roles) in people.items():
        if username not in known:
            users.add(MUNICIPALITY, username, PASSWORD, name, roles)


def applicant_username(number: int) -> str:
    """The user name of the nth road's applicant."""
    return f"hakija{number + 1:02}"


def sample_pdf(title: str) -> bytes:
    """A small PDF with a title, as an attachment."""
    writer = PdfWriter()
    writer.add_blank_page(595, 842)
    writer.add_metadata({"/Title": title})
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def wait_until(look: Callable[[], T | None], what: str, seconds: float = 60) -> T:
    """Look again and again until there is something to see."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if seen := look():
            return seen
        time.sleep(0.1)
    raise RuntimeError(f"waited {seconds:.0f} s in vain for {what}")
