"""Bezala over HTTP: vendors and transactions, keyed by our own ids; the bank's word comes from the bank.

`accounted` in Bezala is a bookkeeping state and not a payment; what is read back is compared before it is trusted,
because an approver may edit a transaction there (help.bezala.com, app.bezala.com/apipie).
"""

import logging
import re
from decimal import Decimal
from http import HTTPStatus
from typing import Annotated, Any, TypeVar

import httpx
from pydantic import BaseModel, Field, ValidationError

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

log = logging.getLogger("asiapolku.work")

NOT_ABOUT_THE_PAYMENT = {
    HTTPStatus.UNAUTHORIZED,
    HTTPStatus.FORBIDDEN,
    HTTPStatus.NOT_FOUND,
    HTTPStatus.REQUEST_TIMEOUT,
    HTTPStatus.TOO_MANY_REQUESTS,
}
"""Refusals of us or of the hour: the same payment may well be accepted later."""


class Vendor(BaseModel):
    """A payee (toimittaja) as Bezala answers it."""

    id: int
    external_id: str | None
    name: str = Field(repr=False)
    iban: str | None = Field(repr=False)


class Vendors(BaseModel):
    """The payees that Bezala finds."""

    vendors: list[Vendor]


class Transaction(BaseModel):
    """A payment as Bezala answers it."""

    id: int
    external_id: str | None
    total: Annotated[Decimal, Field(decimal_places=2)]
    state: str
    vendor: Vendor

    def held(self) -> Instructed:
        """The same in our words."""
        return Instructed(
            payment_id=self.external_id or "",
            reference=str(self.id),
            amount=self.total.quantize(Decimal("0.01")),
            state=self.state,
            payee_id=self.vendor.external_id or "",
            iban="".join((self.vendor.iban or "").split()).upper(),
        )


class Transactions(BaseModel):
    """The payments that Bezala finds."""

    transactions: list[Transaction]


class AccessToken(BaseModel):
    """What signing in at Bezala is answered with."""

    token: str = Field(min_length=1, repr=False)


ResponseModel = TypeVar("ResponseModel", bound=BaseModel)


class BezalaAndBank:
    """A payment party made of Bezala, which pays, and the bank's notifications, which tell what was paid."""

    def __init__(self, base_url: str, bank_url: str, email: str, password: str, timeout: float = 5) -> None:
        self._bezala = httpx.Client(base_url=base_url, timeout=timeout)
        self._bank = httpx.Client(base_url=bank_url, timeout=timeout)
        self._credentials = {"email": email, "password": password}

    def close(self) -> None:
        self._bezala.close()
        self._bank.close()

    def find(self, payment_id: str) -> Instructed | None:
        found = self._read(Transactions, "/api/transactions", external_id=payment_id).transactions
        ours = [each for each in found if each.external_id == payment_id]
        if len(ours) > 1:
            raise PartyContradicts(f"{payment_id}: the party holds {len(ours)} payments")
        return ours[0].held() if ours else None

    def instruct(self, instruction: Instruction) -> Instructed:
        vendor = self._vendor(instruction)
        lines = [{"taxable": str(instruction.amount), "tax_percentage": "0", "currency": "EUR"}]
        transaction = {
            "external_id": instruction.payment_id,
            "description": instruction.message,
            "date": instruction.due.isoformat(),
            "vendor_id": vendor.id,
            "vat_lines_attributes": lines,
        }
        body = {"draft": False, "transaction": transaction}
        answer = self._ask(instruction, "POST", "/api/transactions", body)
        if answer.status_code == HTTPStatus.CONFLICT:
            # Not a refusal: an instruction whose answer never reached us came in after the look.
            held = self.find(instruction.payment_id)
            if held is None:
                raise PartyUnavailable(f"{instruction.payment_id}: known to the party, and not shown")
        else:
            sent = _understood(Transaction, answer)
            held = self._read(Transaction, f"/api/transactions/{sent.id}").held()
        return held.agreeing_with(instruction)

    def notifications(self, after: str | None) -> tuple[list[Booking | Return], str]:
        told: list[Booking | Return] = []
        position = start = after or "0"
        try:
            while (document := self._document(position)) is not None:
                read, position = document
                told += read
        except PartyUnavailable as unavailable:
            log.warning("the bank's notifications after %s: %s", position, unavailable)
            if position == start:
                raise
        return told, position

    def _document(self, after: str) -> tuple[list[Booking | Return], str] | None:
        """The bank's next document, and the position behind it."""
        response = _send(self._bank, "GET", "/camt054", after=after)
        if response.status_code == HTTPStatus.NO_CONTENT:
            return None
        following = response.headers.get("X-Next", after)
        if not response.is_success or following == after:
            raise PartyUnavailable(f"the bank answers {response.status_code} and not where to go on")
        return read_notifications(response.content), following

    def _vendor(self, instruction: Instruction) -> Vendor:
        """The payee in Bezala, with today's name and account."""
        body = {
            "vendor": {
                "external_id": instruction.payee_id,
                "name": instruction.payee_name,
                "iban": instruction.iban,
            }
        }
        found = self._read(Vendors, "/api/vendors", external_id=instruction.payee_id).vendors
        for vendor in found:
            if vendor.external_id == instruction.payee_id:
                if (vendor.iban, vendor.name) == (instruction.iban, instruction.payee_name):
                    return vendor
                return _understood(Vendor, self._ask(instruction, "PUT", f"/api/vendors/{vendor.id}", body))
        return _understood(Vendor, self._ask(instruction, "POST", "/api/vendors", body))

    def _read(self, shape: type[ResponseModel], path: str, **query: str) -> ResponseModel:
        """Look at something, signed in; a session that ended is renewed once."""
        if "Authorization" not in self._bezala.headers:
            self._sign_in()
        response = _send(self._bezala, "GET", path, **query)
        if response.status_code == HTTPStatus.UNAUTHORIZED:
            self._sign_in()
            response = _send(self._bezala, "GET", path, **query)
        return _understood(shape, response)

    def _ask(self, instruction: Instruction, method: str, path: str, body: dict[str, Any]) -> httpx.Response:
        """Have something done: sent once whatever happens, and the only thing that can be refused."""
        response = _send(self._bezala, method, path, body)
        if response.status_code in NOT_ABOUT_THE_PAYMENT:
            raise PartyUnavailable(f"the party answers {response.status_code}")
        if response.is_client_error and response.status_code != HTTPStatus.CONFLICT:
            raise PartyRefused(_reason(response, instruction))
        return response

    def _sign_in(self) -> None:
        response = _send(self._bezala, "POST", "/api/auth/token", self._credentials)
        if response.is_client_error:
            where = "PAYMENT_URL, PAYMENT_EMAIL and PAYMENT_PASSWORD"
            raise PartyUnavailable(f"the party does not let us in ({response.status_code}): look at {where}")
        self._bezala.headers["Authorization"] = f"Bearer {_understood(AccessToken, response).token}"


def _send(client: httpx.Client, method: str, path: str, body: Any = None, **query: str) -> httpx.Response:
    try:
        response = client.request(method, path, params=query or None, json=body)
    except httpx.HTTPError as error:
        raise PartyUnavailable(type(error).__name__) from None
    if response.is_server_error:
        raise PartyUnavailable(f"the party answers {response.status_code}")
    return response


def _understood(shape: type[ResponseModel], response: httpx.Response) -> ResponseModel:
    if not response.is_success:
        raise PartyUnavailable(f"the party answers {response.status_code}")
    try:
        return shape.model_validate_json(response.content)
    except ValidationError:  # its text would repeat the answer, names and accounts included
        raise PartyUnavailable("the party's answer is not understood") from None


def _reason(response: httpx.Response, instruction: Instruction) -> str:
    """What the party says, without what it repeats of the payee: it goes into a fact that is never changed."""
    try:
        said = str(response.json()["error"])
    except (ValueError, KeyError, TypeError):
        said = ""
    names = [rf"\b{word}\b" for word in re.findall(r"\w+", instruction.payee_name)]
    said = re.sub("|".join([r"[\s-]?".join(instruction.iban), *names]), "…", said, flags=re.IGNORECASE)
    return f"{response.status_code} {said}".strip()[:140]
