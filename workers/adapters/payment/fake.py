"""A fake payment party that speaks the real protocol: Bezala's interface and the bank's camt.054, books on disk.

`POST /_control` tells it how to answer: `{"next": ["late", "error", "error-after", "refuse", "return:AC04"]}` one for
each coming instruction, `{"notify": "twice"}`, `{"seconds": 7}`. It cries, in `GET /_alarms`, when one id is
instructed twice or with another amount.
"""

import argparse
import json
import signal
import socket
import sqlite3
import time
from collections import deque
from pathlib import Path
from threading import Lock
from typing import Any
from xml.sax.saxutils import escape

import uvicorn
from fastapi import Depends, FastAPI, HTTPException, Request, Response

from workers.adapters.payment.bank import NAMESPACE

TABLES = """
create table if not exists vendor (id integer primary key, external_id text unique, name text, iban text);
create table if not exists payment (id integer primary key, external_id text unique, amount text, vendor_id int,
    iban text, description text, date text, state text, times int default 1);
create table if not exists notification (id integer primary key, document text);
create table if not exists alarm (id integer primary key, what text);
"""


class Books:
    """The party's books: every write is on disk before it is answered."""

    def __init__(self, file: Path) -> None:
        self._lock = Lock()
        self._connection = sqlite3.connect(file, check_same_thread=False)
        self._connection.row_factory = sqlite3.Row
        self._connection.executescript(TABLES)

    def __call__(self, statement: str, *values: Any) -> list[dict[str, Any]]:
        with self._lock, self._connection:
            return [dict(row) for row in self._connection.execute(statement, values)]


def create_app(books: Books) -> FastAPI:  # noqa: C901 - a door each, short ones
    """The party as a web application."""
    app = FastAPI(openapi_url=None)
    plan: dict[str, Any] = {"next": deque(), "notify": "once", "seconds": 7.0, "edit": None}

    def signed_in(request: Request) -> None:
        if request.headers.get("Authorization") != "Bearer fake-token":
            raise HTTPException(401, "sign in first")

    @app.post("/_control")
    def control(body: dict[str, Any]) -> dict[str, str]:
        plan["next"].extend(body.pop("next", []))
        plan.update(body)
        return {"state": "told"}

    @app.get("/_books")
    def shown() -> list[dict[str, Any]]:
        return books("select external_id as payment_id, amount, iban, state, times from payment order by id")

    @app.get("/_alarms")
    def alarms() -> list[dict[str, Any]]:
        return books("select what from alarm order by id")

    @app.post("/api/auth/token")
    def token(body: dict[str, str]) -> dict[str, str]:
        return {"token": "fake-token"}

    @app.get("/api/vendors", dependencies=[Depends(signed_in)])
    def vendors(external_id: str) -> dict[str, Any]:
        return {"vendors": books("select * from vendor where external_id = ?", external_id)}

    @app.post("/api/vendors", status_code=201, dependencies=[Depends(signed_in)])
    def add_vendor(body: dict[str, dict[str, str]]) -> dict[str, Any]:
        vendor = body["vendor"]
        books(
            "insert into vendor (external_id, name, iban) values (?, ?, ?)",
            vendor["external_id"],
            vendor["name"],
            vendor["iban"],
        )
        return books("select * from vendor where external_id = ?", vendor["external_id"])[0]

    @app.put("/api/vendors/{id_}", dependencies=[Depends(signed_in)])
    def change_vendor(id_: int, body: dict[str, dict[str, str]]) -> dict[str, Any]:
        books(
            "update vendor set name = ?, iban = ? where id = ?",
            body["vendor"]["name"],
            body["vendor"]["iban"],
            id_,
        )
        return books("select * from vendor where id = ?", id_)[0]

    @app.get("/api/transactions", dependencies=[Depends(signed_in)])
    def transactions(external_id: str) -> dict[str, Any]:
        return {"transactions": [_transaction(each) for each in _payments(books, "external_id", external_id)]}

    @app.get("/api/transactions/{id_}", dependencies=[Depends(signed_in)])
    def transaction(id_: int) -> dict[str, Any]:
        return _transaction(_payments(books, "id", id_)[0])

    @app.post("/api/transactions", status_code=201, dependencies=[Depends(signed_in)])
    def instruct(body: dict[str, Any], response: Response) -> dict[str, Any]:
        """An instruction comes in once; a second one under the same id is a cry."""
        sent = body["transaction"]
        amount = sent["vat_lines_attributes"][0]["taxable"]
        if known := _payments(books, "external_id", sent["external_id"]):
            other = "" if known[0]["amount"] == amount else " with another amount"
            books("insert into alarm (what) values (?)", f"{sent['external_id']} was instructed twice{other}")
            books("update payment set times = times + 1 where external_id = ?", sent["external_id"])
            raise HTTPException(409, "this external_id is known")
        how = plan["next"].popleft() if plan["next"] else ""
        if how == "error":
            raise HTTPException(503, "not now")
        if how == "refuse":
            raise HTTPException(422, "the account number is not accepted")
        _pay(books, sent, amount, plan, how)
        if how == "late":
            time.sleep(plan["seconds"])
        if how == "error-after":
            raise HTTPException(503, "broke down after the work")
        return _transaction(_payments(books, "external_id", sent["external_id"])[0])

    @app.get("/camt054")
    def notifications(after: int = 0) -> Response:
        found = books("select * from notification where id > ? order by id limit 1", after)
        if not found:
            return Response(status_code=204)
        return Response(
            found[0]["document"], media_type="application/xml", headers={"X-Next": str(found[0]["id"])}
        )

    @app.exception_handler(HTTPException)
    def refused(request: Request, error: HTTPException) -> Response:
        return Response(json.dumps({"error": error.detail}), error.status_code, media_type="application/json")

    return app


def _pay(books: Books, sent: dict[str, Any], amount: str, plan: dict[str, Any], how: str) -> None:
    vendor = books("select * from vendor where id = ?", sent["vendor_id"])[0]
    edited = (plan["edit"] or {}).get("amount", amount)
    books(
        "insert into payment (external_id, amount, vendor_id, iban, description, date, state)"
        " values (?, ?, ?, ?, ?, ?, 'accounted')",
        sent["external_id"],
        edited,
        vendor["id"],
        vendor["iban"],
        sent["description"],
        sent["date"],
    )
    documents = [_camt054(sent["external_id"], edited, sent["date"], "DBIT")]
    if how.startswith("return:"):
        documents.append(_camt054(sent["external_id"], edited, sent["date"], "CRDT", how.partition(":")[2]))
    for document in documents:
        for _ in range(2 if plan["notify"] == "twice" else 1):
            books("insert into notification (document) values (?)", document)


def _payments(books: Books, column: str, value: Any) -> list[dict[str, Any]]:
    found = books(
        "select p.*, v.name, v.external_id as payee from payment p join vendor v on v.id = p.vendor_id"
    )
    return [payment for payment in found if payment[column] == value]


def _transaction(payment: dict[str, Any]) -> dict[str, Any]:
    return {
        "id": payment["id"],
        "external_id": payment["external_id"],
        "description": payment["description"],
        "date": payment["date"],
        "state": payment["state"],
        "total": payment["amount"],
        "vendor": {"external_id": payment["payee"], "name": payment["name"], "iban": payment["iban"]},
    }


def _camt054(payment: str, amount: str, day: str, side: str, reason: str = "") -> str:
    returned = f"<RtrInf><Rsn><Cd>{escape(reason)}</Cd></Rsn></RtrInf>" if reason else ""
    return f"""<?xml version="1.0" encoding="UTF-8"?>
<Document xmlns="{NAMESPACE}"><BkToCstmrDbtCdtNtfctn>
<GrpHdr><MsgId>{escape(payment)}-{side}</MsgId><CreDtTm>{day}T12:00:00Z</CreDtTm></GrpHdr>
<Ntfctn><Id>{escape(payment)}-{side}</Id><Ntry><Amt Ccy="EUR">{amount}</Amt><CdtDbtInd>{side}</CdtDbtInd>
<Sts><Cd>BOOK</Cd></Sts><BookgDt><Dt>{day}</Dt></BookgDt><NtryDtls><TxDtls>
<Refs><AcctSvcrRef>{escape(payment)}-{side}</AcctSvcrRef><EndToEndId>{escape(payment)}</EndToEndId></Refs>{returned}
</TxDtls></NtryDtls></Ntry></Ntfctn></BkToCstmrDbtCdtNtfctn></Document>"""


def main() -> None:
    """Answer until told to stop."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--host", default="127.0.0.1")
    chosen = parser.parse_args()
    chosen.data.mkdir(parents=True, exist_ok=True)
    listening = socket.create_server((chosen.host, chosen.port))
    print(f"listening on http://{chosen.host}:{listening.getsockname()[1]}", flush=True)  # noqa: T201
    config = uvicorn.Config(
        create_app(Books(chosen.data / "books.sqlite")), log_level="warning", lifespan="off"
    )
    server = uvicorn.Server(config)
    signal.signal(signal.SIGTERM, lambda *_: setattr(server, "should_exit", True))
    server.run(sockets=[listening])


if __name__ == "__main__":
    main()
