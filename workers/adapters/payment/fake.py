"""A fake payment party that speaks the real protocol: Bezala's interface and the bank's camt.054, books on disk.

`POST /_control` tells it how to behave:

- `{"next": [...]}`, one for each coming instruction: `late` (done, answered after `seconds`), `error` (503, not done),
  `error-after` (done, then 503), `refuse` (422), `expired` (401, not done), `return:AC04` (booked, later sent back), `""`
- `{"seconds": 7}` and `{"notify": "twice"}`, until told otherwise
- `{"edit": {"amount": "1.00"}}` or `{"edit": {"iban": "..."}}`: an approver changes the next payment that is done

It cries when an id is instructed twice, with the same content or another: 409, and a line in `GET /_alarms`.
"""

import argparse
import secrets
import signal
import socket
import sqlite3
import sys
from collections import deque
from contextlib import closing
from pathlib import Path
from threading import Event, Lock
from types import FrameType
from typing import Annotated, Any, Literal
from xml.sax.saxutils import escape

import uvicorn
from fastapi import Depends, FastAPI, HTTPException, Request, Response
from fastapi.responses import JSONResponse
from pydantic import BaseModel, Field

from workers.adapters.payment.bank import NAMESPACE

TABLES = """
create table if not exists vendor (id integer primary key, external_id text unique, name text, iban text);
create table if not exists payment (id integer primary key, external_id text unique, amount text, vendor_id int,
    iban text, description text, date text, state text, times int default 1);
create table if not exists notification (id integer primary key, document text);
create table if not exists alarm (id integer primary key, what text);
"""
PAY = """insert into payment (external_id, amount, vendor_id, iban, description, date, state)
    values (?, ?, ?, ?, ?, ?, 'accounted')"""
HELD = "select p.*, v.external_id as payee, v.name from payment p join vendor v on v.id = p.vendor_id where"
SHOWN = "select external_id as payment_id, amount, iban, state, times from payment order by id"
NOTIFY = "insert into notification (document) values (?)"

SqlStatement = tuple[str, tuple[Any, ...]]
SqlRow = dict[str, Any]
Behaviour = Annotated[str, Field(pattern=r"^(late|error|error-after|refuse|expired|return:[A-Z0-9]{4}|)$")]


class Books:
    """The party's books: every write is on disk before it is answered."""

    def __init__(self, file: Path) -> None:
        self._lock = Lock()
        self._connection = sqlite3.connect(file, check_same_thread=False)
        self._connection.row_factory = sqlite3.Row
        self._connection.executescript(TABLES)

    def read(self, statement: str, *values: Any) -> list[SqlRow]:
        with self._lock:
            return [dict(row) for row in self._connection.execute(statement, values)]

    def write(self, *lines: SqlStatement) -> None:
        """All lines or none."""
        with self._lock, self._connection:
            for statement, values in lines:
                self._connection.execute(statement, values)

    def close(self) -> None:
        self._connection.close()


class Manner(BaseModel, extra="forbid"):
    """How the party behaves, and what `POST /_control` takes."""

    next: list[Behaviour] = []
    seconds: float = 7
    notify: Literal["once", "twice"] = "once"
    edit: dict[Literal["amount", "iban"], str] = {}


class Party:
    """What it does with an instruction."""

    def __init__(self, books: Books) -> None:
        self.books = books
        self.sessions: set[str] = set()
        self.stopping = Event()
        self._manner = Manner()
        self._next: deque[str] = deque()
        self._one_at_a_time = Lock()

    def listen(self, told: Manner) -> None:
        """Behave as told; what is not spoken of stays as it was."""
        self._next.extend(told.next)
        self._manner = self._manner.model_copy(update=told.model_dump(exclude_unset=True))

    def instruct(self, sent: SqlRow) -> None:
        """Put a payment into the books, once; HTTPException says why not, or that it went wrong afterwards."""
        with self._one_at_a_time:
            self._cry(sent)
            how = self._next.popleft() if self._next else ""
            self._pay(sent, how)
        if how == "late":
            self.stopping.wait(self._manner.seconds)
        if how == "error-after":
            raise HTTPException(503, "broke down after the work")

    def _cry(self, sent: SqlRow) -> None:
        id_, amount = sent["external_id"], sent["vat_lines_attributes"][0]["taxable"]
        for known in self.books.read("select amount from payment where external_id = ?", id_):
            other = "" if known["amount"] == amount else " with another amount"
            self.books.write(
                ("insert into alarm (what) values (?)", (f"{id_} was instructed twice{other}",)),
                ("update payment set times = times + 1 where external_id = ?", (id_,)),
            )
            raise HTTPException(409, "this external_id is known")

    def _pay(self, sent: SqlRow, how: str) -> None:
        payees = self.books.read("select * from vendor where id = ?", sent["vendor_id"])
        if how == "refuse" or not payees:
            account = f"{payees[0]['iban']} of {payees[0]['name']}" if payees else "of nobody"
            raise HTTPException(422, f"the account {account} is not accepted")
        if how in ("error", "expired"):
            raise HTTPException(503 if how == "error" else 401, "not now")
        self._book(sent, payees[0], how.partition(":")[2])

    def _book(self, sent: SqlRow, payee: SqlRow, returned: str) -> None:
        """The payment and what the bank will tell of it, in one write."""
        edit, self._manner.edit = self._manner.edit, {}
        id_, day = sent["external_id"], sent["date"]
        amount = edit.get("amount", sent["vat_lines_attributes"][0]["taxable"])
        row = id_, amount, payee["id"], edit.get("iban", payee["iban"]), sent["description"], day
        number = self.books.read("select count(*) as n from payment")[0]["n"] + 1
        told = [_camt054(f"DBIT-{number}", id_, amount, day)]
        if returned:
            told.append(_camt054(f"CRDT-{number}", id_, amount, day, returned))
        times = 2 if self._manner.notify == "twice" else 1
        self.books.write((PAY, row), *[(NOTIFY, (each,)) for each in told for _ in range(times)])


def create_party_app(party: Party) -> FastAPI:  # noqa: C901 - one short function for each endpoint
    """The party as a web application."""
    app, books = FastAPI(openapi_url=None), party.books

    def signed_in(request: Request) -> None:
        if request.headers.get("Authorization", "").removeprefix("Bearer ") not in party.sessions:
            raise HTTPException(401, "sign in first")

    members = [Depends(signed_in)]

    @app.post("/_control")
    def control(told: Manner) -> SqlRow:
        party.listen(told)
        return {"state": "told"}

    @app.get("/_books")
    def shown() -> list[SqlRow]:
        return books.read(SHOWN)

    @app.get("/_alarms")
    def alarms() -> list[SqlRow]:
        return books.read("select what from alarm order by id")

    @app.post("/api/auth/token")
    def token(body: dict[str, str]) -> SqlRow:
        if not body.get("email") or not body.get("password"):
            raise HTTPException(401, "unknown user or wrong password")
        party.sessions.add(fresh := secrets.token_urlsafe())
        return {"token": fresh}

    @app.get("/api/vendors", dependencies=members)
    def vendors(external_id: str) -> SqlRow:
        return {"vendors": books.read("select * from vendor where external_id = ?", external_id)}

    @app.post("/api/vendors", status_code=201, dependencies=members)
    def add_vendor(body: dict[str, SqlRow]) -> SqlRow:
        vendor = body["vendor"]
        values = vendor["external_id"], vendor["name"], vendor["iban"]
        try:
            books.write(("insert into vendor (external_id, name, iban) values (?, ?, ?)", values))
        except sqlite3.IntegrityError:
            raise HTTPException(409, "this external_id is known") from None
        return books.read("select * from vendor where external_id = ?", vendor["external_id"])[0]

    @app.put("/api/vendors/{id_}", dependencies=members)
    def change_vendor(id_: int, body: dict[str, SqlRow]) -> SqlRow:
        values = body["vendor"]["name"], body["vendor"]["iban"], id_
        books.write(("update vendor set name = ?, iban = ? where id = ?", values))
        return _only(books.read("select * from vendor where id = ?", id_))

    @app.get("/api/transactions", dependencies=members)
    def transactions(external_id: str) -> SqlRow:
        found = books.read(f"{HELD} p.external_id = ?", external_id)
        return {"transactions": [_transaction(each) for each in found]}

    @app.get("/api/transactions/{id_}", dependencies=members)
    def transaction(id_: int) -> SqlRow:
        return _transaction(_only(books.read(f"{HELD} p.id = ?", id_)))

    @app.post("/api/transactions", status_code=201, dependencies=members)
    def instruct(body: SqlRow) -> SqlRow:
        sent = body["transaction"]
        party.instruct(sent)
        return _transaction(_only(books.read(f"{HELD} p.external_id = ?", sent["external_id"])))

    @app.get("/camt054")
    def notifications(after: int = 0) -> Response:
        found = books.read("select * from notification where id > ? order by id limit 1", after)
        if not found:
            return Response(status_code=204)
        following = {"X-Next": str(found[0]["id"])}
        return Response(found[0]["document"], media_type="application/xml", headers=following)

    @app.exception_handler(HTTPException)
    def refused(request: Request, error: HTTPException) -> Response:
        return JSONResponse({"error": error.detail}, error.status_code)

    return app


def _only(rows: list[SqlRow]) -> SqlRow:
    if not rows:
        raise HTTPException(404, "not found")
    return rows[0]


def _transaction(held: SqlRow) -> SqlRow:
    payee = {
        "id": held["vendor_id"],
        "external_id": held["payee"],
        "name": held["name"],
        "iban": held["iban"],
    }
    shown = {name: held[name] for name in ("id", "external_id", "description", "date", "state")}
    return {**shown, "total": held["amount"], "vendor": payee}


def _camt054(reference: str, payment: str, amount: str, day: str, reason: str = "") -> str:
    side, kind = ("CRDT", "RRTN") if reason else ("DBIT", "ESCT")
    returned = f"<RtrInf><Rsn><Cd>{reason}</Cd></Rsn></RtrInf>" if reason else ""
    return f"""<?xml version="1.0" encoding="UTF-8"?>
<Document xmlns="{NAMESPACE}"><BkToCstmrDbtCdtNtfctn>
<GrpHdr><MsgId>{reference}</MsgId><CreDtTm>{day}T12:00:00Z</CreDtTm></GrpHdr>
<Ntfctn><Id>{reference}</Id><Acct><Id><Othr><Id>MUNICIPALITY</Id></Othr></Id></Acct>
<Ntry><Amt Ccy="EUR">{amount}</Amt><CdtDbtInd>{side}</CdtDbtInd><Sts><Cd>BOOK</Cd></Sts>
<BookgDt><Dt>{day}</Dt></BookgDt><AcctSvcrRef>{reference}</AcctSvcrRef>
<BkTxCd><Domn><Cd>PMNT</Cd><Fmly><Cd>ICDT</Cd><SubFmlyCd>{kind}</SubFmlyCd></Fmly></Domn></BkTxCd>
<NtryDtls><TxDtls><Refs><EndToEndId>{escape(payment)}</EndToEndId></Refs>{returned}</TxDtls></NtryDtls>
</Ntry></Ntfctn></BkToCstmrDbtCdtNtfctn></Document>"""


class PartyServer(uvicorn.Server):
    """A server that lets late answers go when it is told to stop."""

    def __init__(self, party: Party) -> None:
        super().__init__(uvicorn.Config(create_party_app(party), log_level="warning", lifespan="off"))
        self._party = party

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        self._party.stopping.set()
        super().handle_exit(sig, frame)


def main() -> None:
    """Answer until told to stop."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--host", default="127.0.0.1")
    chosen = parser.parse_args()
    chosen.data.mkdir(parents=True, exist_ok=True)
    with closing(Books(chosen.data / "books.sqlite")) as books:
        listening = socket.create_server((chosen.host, chosen.port))
        listening.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)  # else each answer waits 40 ms
        print(f"listening on http://{chosen.host}:{listening.getsockname()[1]}", flush=True)  # noqa: T201 - whoever started it waits for this
        for number in (
            signal.SIGTERM,
            signal.SIGINT,
        ):  # the server takes them over, and hands them on once stopped
            signal.signal(number, lambda *_: sys.exit(0))
        PartyServer(Party(books)).run(sockets=[listening])


if __name__ == "__main__":
    main()
