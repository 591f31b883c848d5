"""Bezala over HTTP: vendors and transactions, keyed by our own ids; the bank's word comes from the bank.

`accounted` in Bezala is a bookkeeping state and not a payment; what is read back is compared before it is trusted,
because an approver may edit a transaction there (help.bezala.com, app.bezala.com/apipie).
"""

from decimal import Decimal
from typing import Any

import httpx

from workers.adapters.payment import (
    Booking,
    Instructed,
    Instruction,
    PartyContradicts,
    PartyRefused,
    PartyUnavailable,
    Return,
)
from workers.adapters.payment.bank import read_notifications


class BezalaAndBank:
    """A payment party made of Bezala, which pays, and the bank's notifications, which tell what was paid."""

    def __init__(self, url: str, bank_url: str, email: str, password: str, timeout: float = 5) -> None:
        self._bezala = httpx.Client(base_url=url, timeout=timeout)
        self._bank = httpx.Client(base_url=bank_url, timeout=timeout)
        self._credentials = {"email": email, "password": password}

    def find(self, payment_id: str) -> Instructed | None:
        found = self._call("GET", "/api/transactions", params={"external_id": payment_id}).json()[
            "transactions"
        ]
        return _instructed(found[0]) if found else None

    def instruct(self, instruction: Instruction) -> Instructed:
        vendor = self._vendor(instruction)
        sent = self._call(
            "POST",
            "/api/transactions",
            json={
                "draft": False,
                "transaction": {
                    "external_id": instruction.payment_id,
                    "description": instruction.message,
                    "date": instruction.due.isoformat(),
                    "vendor_id": vendor["id"],
                    "vat_lines_attributes": [
                        {"taxable": str(instruction.amount), "tax_percentage": "0", "currency": "EUR"}
                    ],
                },
            },
        ).json()
        held = self._call("GET", f"/api/transactions/{sent['id']}").json()
        if held["vendor"]["iban"] != instruction.iban or Decimal(held["total"]) != instruction.amount:
            raise PartyContradicts(f"Bezala holds another amount or account under {instruction.payment_id}")
        return _instructed(held)

    def notifications(self, after: str | None) -> tuple[list[Booking | Return], str]:
        told: list[Booking | Return] = []
        position = after or "0"
        while True:
            response = _sent(self._bank, "GET", "/camt054", params={"after": position})
            if response.status_code == httpx.codes.NO_CONTENT:
                return told, position
            told += read_notifications(response.content)
            position = response.headers["X-Next"]

    def _vendor(self, instruction: Instruction) -> dict[str, Any]:
        body = {
            "vendor": {
                "external_id": instruction.payee_id,
                "name": instruction.payee_name,
                "iban": instruction.iban,
            }
        }
        found = self._call("GET", "/api/vendors", params={"external_id": instruction.payee_id}).json()[
            "vendors"
        ]
        if not found:
            return dict(self._call("POST", "/api/vendors", json=body).json())
        vendor = dict(found[0])
        if (vendor["iban"], vendor["name"]) != (instruction.iban, instruction.payee_name):
            vendor = dict(self._call("PUT", f"/api/vendors/{vendor['id']}", json=body).json())
        return vendor

    def _call(self, method: str, path: str, **request: Any) -> httpx.Response:
        """One request, signed in; a session that ended is renewed once."""
        if "Authorization" not in self._bezala.headers:
            self._sign_in()
        response = _sent(self._bezala, method, path, **request)
        if response.status_code == httpx.codes.UNAUTHORIZED:
            self._sign_in()
            response = _sent(self._bezala, method, path, **request)
        if response.is_client_error:
            raise PartyRefused(f"{response.status_code} {response.json().get('error', '')}".strip())
        return response

    def _sign_in(self) -> None:
        response = _sent(self._bezala, "POST", "/api/auth/token", json=self._credentials)
        if response.is_error:
            raise PartyUnavailable("Bezala does not let us in: look at PAYMENT_EMAIL and PAYMENT_PASSWORD")
        self._bezala.headers["Authorization"] = f"Bearer {response.json()['token']}"


def _sent(client: httpx.Client, method: str, path: str, **request: Any) -> httpx.Response:
    try:
        response = client.request(method, path, **request)
    except httpx.HTTPError as error:
        raise PartyUnavailable(type(error).__name__) from None
    if response.is_server_error:
        raise PartyUnavailable(str(response.status_code))
    return response


def _instructed(held: dict[str, Any]) -> Instructed:
    return Instructed(
        payment_id=held["external_id"],
        reference=str(held["id"]),
        amount=Decimal(held["total"]),
        state=held["state"],
    )
