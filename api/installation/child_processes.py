"""The processes of an installation: children with a log each, that end when told to, and are killed with their parent."""

import ctypes
import os
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from signal import Signals
from types import TracebackType
from typing import Self

PR_SET_PDEATHSIG = 1
PRCTL: Callable[[int, int], int] | None = getattr(ctypes.CDLL(None), "prctl", None)  # Linux alone has it

ChildProcess = subprocess.Popen[bytes]


class ProcessDied(Exception):
    """A process ended, or kept silent, where it should have served; the sentence ends with the end of its log."""

    def __init__(self, name: str, what: str, log: Path) -> None:
        tail = "\n".join(f"  {line}" for line in log.read_text(errors="replace").splitlines()[-15:])
        super().__init__(f"{name} {what}. The end of {log}:\n{tail or '  (nothing)'}")


class ChildProcesses:
    """Child processes with a log each: they end with the block, and with us should we be killed (on Linux).

    Start them from a thread that lives as long as they shall: the kernel takes that thread for their parent.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._running: dict[str, ChildProcess] = {}
        self._commands: dict[str, tuple[Sequence[str | Path], Mapping[str, str] | None]] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop_all()

    def start(
        self,
        name: str,
        argv: Sequence[str | Path],
        env: Mapping[str, str] | None = None,
        log_mode: str = "wb",
    ) -> ChildProcess:
        """Start a child in a group of its own, with this environment (ours if None) and its output in logs/NAME.log."""
        assert name not in self._running
        self._commands[name] = argv, env
        with log_of(self._folder, name).open(log_mode) as out:
            self._running[name] = child = spawn(argv, out=out.fileno(), env=env)
        return child

    def start_again(self, name: str) -> ChildProcess:
        """Start a child that ended, as it was started before; its log goes on."""
        self.stop(name)
        return self.start(name, *self._commands[name], log_mode="ab")

    def ended(self) -> Mapping[str, ProcessDied]:
        """The children that are not at work any more, and how each of them ended."""
        found = {}
        for name, child in self._running.items():
            if (status := child.poll()) is not None:
                how = f"was ended by {Signals(-status).name}" if status < 0 else f"ended with status {status}"
                found[name] = ProcessDied(name, how, log_of(self._folder, name))
        return found

    def check(self) -> None:
        """Raise ProcessDied where a child is not at work any more."""
        for died in self.ended().values():
            raise died

    def wait_until_ready(self, ready: Callable[[], bool], seconds: float) -> None:
        """Wait until `ready`. Raises ProcessDied as soon as any child has ended, or when the time is over."""
        until = time.monotonic() + seconds
        while not ready():
            self.check()
            if time.monotonic() > until:
                newest = list(self._running)[-1]
                raise ProcessDied(newest, f"was not ready within {seconds:g} s", log_of(self._folder, newest))
            time.sleep(0.05)

    def stop(self, name: str, number: Signals = signal.SIGTERM, seconds: float = 5) -> None:
        """Ask one child to end; kill what is left of its group then, or when the time is over."""
        child = self._running.pop(name)
        child.send_signal(number)
        with suppress(subprocess.TimeoutExpired):
            child.wait(seconds)
        with suppress(ProcessLookupError):
            os.killpg(child.pid, signal.SIGKILL)
        child.wait()

    def stop_all(self) -> None:
        """Stop every child, the newest first."""
        for name in reversed(list(self._running)):
            self.stop(name)


def free_port() -> int:
    """A TCP port of the loopback that was free a moment ago."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        return int(server.getsockname()[1])


def log_of(home: Path, name: str) -> Path:
    (home / "logs").mkdir(parents=True, exist_ok=True)
    return home / "logs" / f"{name}.log"


def spawn(
    argv: Sequence[str | Path],
    *,
    out: int | None = None,
    env: Mapping[str, str] | None = None,
    farewell: Signals = signal.SIGKILL,
    owner: tuple[int, int] | None = None,
    held: Sequence[int] = (),
) -> ChildProcess:
    """A child in its own session, which the kernel sends its farewell when the thread that started it is no more."""
    parent = os.getpid()
    other = owner if os.geteuid() == 0 else None

    def tie() -> None:
        if PRCTL is not None:
            PRCTL(PR_SET_PDEATHSIG, farewell)
            if os.getppid() != parent:
                os._exit(1)

    return subprocess.Popen(  # noqa: S603 - our own programmes, and no shell
        argv,
        stdin=subprocess.DEVNULL,
        stdout=out,
        stderr=out,
        env=env,
        start_new_session=True,
        pass_fds=held,
        user=other and other[0],
        group=other and other[1],
        extra_groups=other and [],
        preexec_fn=tie,  # noqa: PLW1509 - two system calls, and nothing else survives the exec
    )
