"""A worker that ends takes neither the API nor the other workers with it, and is started again."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import httpx
import psutil
import pytest

from api.installation.child_processes import ChildProcesses, ProcessDied, log_of
from api.installation.worker_restarts import WorkerRestarts

ROOT = Path(__file__).parent.parent
BARE = {name: value for name, value in os.environ.items() if not name.endswith("_URL")}


class Seconds:
    """A monotonic clock that is moved by hand."""

    now = 0.0

    def __call__(self) -> float:
        return self.now


def ended(processes: ChildProcesses, name: str) -> None:
    until = time.monotonic() + 20
    while name not in processes.ended():
        assert time.monotonic() < until
        time.sleep(0.01)


def test_a_worker_that_ends_is_started_again_after_a_pause_that_grows(tmp_path: Path) -> None:
    clock = Seconds()
    with ChildProcesses(tmp_path) as processes:
        processes.start("api", ["sleep", "100"])
        processes.start("follower", ["sh", "-c", "echo once; exit 3"])
        restarts = WorkerRestarts(processes, ["follower"], clock)
        pauses: list[str] = []
        while len(pauses) < 8:
            ended(processes, "follower")
            for sentence in restarts.look():
                assert "follower ended with status 3" in sentence
                pauses.append(sentence.split(" in ")[1].split(" s;")[0])
            clock.now += 0.5
        assert pauses == ["1", "2", "4", "8", "16", "32", "60", "60"]
        assert 123 <= clock.now < 130, "it was not started again sooner"
        assert set(processes.ended()) <= {"follower"}
        assert log_of(tmp_path, "follower").read_text().count("once") >= 8, "its log goes on"
        clock.now += 60
        assert restarts.look() == []
        clock.now += 61
        ended(processes, "follower")
        [sentence] = restarts.look()
        assert "again in 1 s" in sentence, "one that lived for long begins anew"


def test_an_api_that_ends_is_no_worker(tmp_path: Path) -> None:
    with ChildProcesses(tmp_path) as processes:
        processes.start("api", ["sh", "-c", "exit 1"])
        ended(processes, "api")
        with pytest.raises(ProcessDied, match="api ended with status 1"):
            WorkerRestarts(processes, ["follower"], Seconds()).look()


def _follower(running: "subprocess.Popen[str]", not_this: int = 0) -> int | None:
    for child in psutil.Process(running.pid).children(recursive=True):
        if child.pid != not_this and "follower" in child.cmdline():
            return int(child.pid)
    return None


def test_up_goes_on_without_its_follower_and_starts_it_again(tmp_path: Path) -> None:
    command = [
        str(Path(sys.executable).with_name("asiapolku")),
        "up",
        "--folder",
        str(tmp_path),
        "--port",
        "0",
    ]
    with subprocess.Popen(command, env=BARE, cwd=ROOT, stderr=subprocess.PIPE, text=True) as running:
        assert running.stderr is not None
        url = next(line for line in running.stderr if "answers at" in line).split("answers at ")[1].split()[0]
        killed = _follower(running)
        assert killed
        os.kill(killed, signal.SIGKILL)
        assert "follower was ended by SIGKILL" in next(line for line in running.stderr if "follower" in line)
        assert httpx.get(f"{url}/healthz", timeout=10).json() == {"status": "ok"}
        until = time.monotonic() + 20
        while not _follower(running, killed):
            assert time.monotonic() < until
            time.sleep(0.05)
        assert httpx.get(f"{url}/healthz", timeout=10).is_success
        running.send_signal(signal.SIGINT)
        assert running.wait(30) == 0
        running.stderr.read()
