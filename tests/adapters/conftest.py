"""The fake payment party as a process of its own, a party that answers by a script, and a client of either."""

import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import date
from decimal import Decimal
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import count
from pathlib import Path
from threading import Thread
from typing import Any, Self

import httpx
import pytest

from workers.adapters.payment import Booking, Instruction, Return, payment_party
from workers.adapters.payment.bezala import BezalaAndBank

IBAN, OTHER_IBAN = "FI2112345600000785", "FI1410093000123458"
NAME = "Muonionkylän tiekunta"
DUE = date(2022, 9, 15)
Heard = Callable[[], list[Booking | Return]]
numbers = count(1)


class Fake:
    """The party's process, and its interface for a test."""

    def __init__(self, data: Path) -> None:
        command = [sys.executable, "-m", "workers.adapters.payment.fake", "--data", str(data), "--port", "0"]
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        assert self.process.stdout is not None
        first = self.process.stdout.readline()
        assert first.startswith("listening on http://127.0.0.1:"), first
        self.url = first.split()[-1]
        self._http = httpx.Client(base_url=self.url)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.process.kill()
        self.process.communicate()
        self._http.close()

    def stop(self, number: signal.Signals = signal.SIGTERM) -> int:
        """Send a signal; the status that the process ends with."""
        self.process.send_signal(number)
        return self.process.wait(5)

    def behaves(self, **how: Any) -> None:
        self._http.post("/_control", json=how).raise_for_status()

    def books(self, payment_id: str) -> list[dict[str, Any]]:
        return [row for row in self._http.get("/_books").json() if row["payment_id"] == payment_id]

    def alarms(self, payment_id: str) -> list[str]:
        return [row["what"] for row in self._http.get("/_alarms").json() if payment_id in row["what"]]


@contextmanager
def client(url: str, timeout: float = 5, password: str = "secret") -> Iterator[BezalaAndBank]:
    party = payment_party(
        url, bank_url=url, email="asiapolku@example.org", password=password, timeout=timeout
    )
    assert isinstance(party, BezalaAndBank)
    with closing(party):
        yield party


@contextmanager
def scripted(*answers: tuple[int, bytes] | tuple[int, bytes, str]) -> Iterator[BezalaAndBank]:
    """A client of a party that gives these answers (status, body, X-Next), one a request, then the last for ever."""
    left = list(answers)

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.rfile.read(int(self.headers.get("Content-Length", 0)))
            status, body, *following = left.pop(0) if len(left) > 1 else left[0]
            self.send_response(status)
            for position in following:
                self.send_header("X-Next", position)
            self.end_headers()
            self.wfile.write(body)

        do_POST = do_GET  # noqa: N815 - the library's name

        def log_message(self, *_: object) -> None: ...

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            with client(f"http://127.0.0.1:{server.server_port}") as party:
                yield party
        finally:
            server.shutdown()
            thread.join()


@pytest.fixture(scope="module")
def fake(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Fake]:
    with Fake(tmp_path_factory.mktemp("party")) as running:
        yield running
        assert running.stop() == 0


@pytest.fixture(scope="module")
def party(fake: Fake) -> Iterator[BezalaAndBank]:
    with client(fake.url) as opened:
        yield opened


@pytest.fixture
def payment() -> Instruction:
    """A payment that nobody else has, to a road that nobody else has."""
    number = next(numbers)
    return Instruction(
        payment_id=f"498-MUODno-2022-{number}-1",
        amount=Decimal("1234.50"),
        payee_id=f"Y2004-{number}",
        payee_name=NAME,
        iban=IBAN,
        message=f"MUODno-2022-{number} yksityistieavustus 2022",
        due=DUE,
    )


@pytest.fixture
def heard(party: BezalaAndBank) -> Heard:
    """What the bank has told since the test began."""
    _, start = party.notifications(None)
    return lambda: party.notifications(start)[0]
