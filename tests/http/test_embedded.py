"""The embedded servers and the supervisor, for real: started, shared, killed, and started again."""

import fcntl
import json
import os
import pwd
import signal
import socket
import stat
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import dramatiq
import psycopg
import pytest
import redis
from dramatiq.brokers.redis import RedisBroker

from api.installation.child_processes import ChildProcesses, ProcessDied, free_port
from api.installation.embedded import EmbeddedServers, embedded

ROOT = Path(__file__).parents[2]
USER = """
import sys
from pathlib import Path
from api.installation.embedded import embedded
with embedded(Path(sys.argv[1]), durable=False) as parts:
    print(parts.database_url, flush=True)
    sys.stdin.read()
"""
PARENT = """
import sys
from pathlib import Path
from api.installation.child_processes import ChildProcesses
with ChildProcesses(Path(sys.argv[1])) as processes:
    print(processes.start("sleeper", ["sleep", "10"]).pid, flush=True)
    sys.stdin.read()
"""


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One folder for the tests that need no fresh database: making one takes most of a second."""
    return tmp_path_factory.mktemp("home")


@contextmanager
def another(program: str, folder: Path) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """A process of its own, and the first line that it says; it ends when the block does."""
    with subprocess.Popen(
        [sys.executable, "-c", program, folder],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout
        yield process, process.stdout.readline().strip()


def kept(folder: Path) -> dict[str, int | str]:
    found: dict[str, int | str] = json.loads((folder / "postgres" / "keeper").read_text())
    return found


def log(folder: Path) -> str:
    return (folder / "logs" / "postgres.log").read_text()


def lives(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(") ")[2][0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False


def parent_of(pid: int) -> int:
    return int(Path(f"/proc/{pid}/stat").read_text().rpartition(") ")[2].split()[1])


def soon(holds: Callable[[], bool], seconds: float = 5) -> bool:
    until = time.monotonic() + seconds
    while not holds():
        if time.monotonic() > until:
            return False
        time.sleep(0.02)
    return True


def started_at(parts: EmbeddedServers) -> str:
    return ask(parts, "select pg_postmaster_start_time()::text")


def ask(parts: EmbeddedServers, query: str) -> str:
    with psycopg.connect(parts.database_url) as connection:
        row = connection.execute(query.encode()).fetchone()
    assert row
    return str(row[0])


def test_both_servers_answer_in_a_folder_however_deep_and_leave_nothing_behind(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    deep = tmp_path / "tie, jolla on nimi" / "/".join(["perä" * 6] * 5)
    half_made = deep / "postgres" / "data.new"
    half_made.mkdir(parents=True)
    (half_made / "PG_VERSION").write_text("18\n")
    with embedded(deep, durable=False) as parts:
        sockets = Path(str(kept(deep)["sockets"]))
        assert stat.S_IMODE(sockets.stat().st_mode) == 0o700
        assert ask(parts, "select upper('ä') || current_setting('listen_addresses')") == "Ä"
        assert ask(parts, "show fsync") == "off"
        with redis.Redis.from_url(parts.redis_url) as client:
            settings = client.config_get("*")
        assert [settings[name] for name in ("port", "save", "appendonly")] == ["0", "", "no"]
    assert not sockets.exists()
    assert "database system is shut down" in log(deep)
    assert capfd.readouterr() == ("", "")


def test_dramatiq_works_through_the_socket(home: Path) -> None:
    with embedded(home, want_database=False) as parts:
        broker = RedisBroker(url=parts.redis_url)  # type: ignore[no-untyped-call]  # dramatiq has no types here
        done: list[str] = []
        note = dramatiq.actor(broker=broker, actor_name="note")(done.append)
        worker = dramatiq.Worker(broker, worker_timeout=50, worker_threads=1)
        worker.start()
        note.send("a reminder")
        broker.join(note.queue_name, timeout=5_000)
        worker.join()
        worker.stop()
        broker.close()
        broker.client.close()
    assert done == ["a reminder"]


def test_only_what_is_wanted_runs(tmp_path: Path) -> None:
    with embedded(tmp_path, want_database=False) as parts:
        assert parts.database_url == ""
    with embedded(tmp_path, want_database=False, want_redis=False) as parts:
        assert parts == EmbeddedServers("", "")
    assert sorted(each.name for each in tmp_path.iterdir()) == ["logs", "redis"]


def test_the_last_to_leave_stops_the_server(home: Path) -> None:
    with another(USER, home) as (other, url):
        with embedded(home) as parts, embedded(home) as again:
            assert parts.database_url == again.database_url == url
        with embedded(home) as parts:
            first = started_at(parts)
            assert other.stdin
            other.stdin.close()
            assert other.wait(5) == 0
            assert started_at(parts) == first
            assert ask(parts, "show fsync") == "off", "the first decides"
    assert "database system is shut down" in log(home)
    with embedded(home) as parts:
        assert started_at(parts) != first
        assert ask(parts, "show fsync") == "on", "durable unless told otherwise"


def test_many_that_start_at_once_share_one_server(home: Path) -> None:
    others = [
        subprocess.Popen(
            [sys.executable, "-c", USER, home],
            cwd=ROOT,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            text=True,
        )
        for _ in range(4)
    ]
    with embedded(home, durable=False) as parts:
        assert {other.communicate(timeout=10)[0].strip() for other in others} == {parts.database_url}
        assert [other.returncode for other in others] == [0] * 4
        server = int(kept(home)["server"])
    assert not lives(server)


def test_a_server_whose_only_user_was_killed_stops_cleanly_by_itself(home: Path) -> None:
    with another(USER, home) as (other, _):
        server = int(kept(home)["server"])
        other.kill()
    assert soon(lambda: not lives(server))
    assert "database system is shut down" in log(home)


@pytest.mark.parametrize("reused", [False, True], ids=["a free pid", "a pid that another process has by now"])
def test_after_kill_9_of_everything_what_was_committed_is_there(home: Path, reused: bool) -> None:
    with embedded(home, durable=True) as parts:
        with psycopg.connect(parts.database_url) as connection:
            connection.execute("create table if not exists fact (told int)")
            connection.execute("truncate fact")
            connection.execute("insert into fact values (7)")
        server = int(kept(home)["server"])
        keeper = parent_of(server)
        os.kill(server, signal.SIGKILL)
        os.kill(keeper, signal.SIGKILL)
        assert soon(lambda: not lives(server) and not lives(keeper))
    stale = home / "postgres" / "data" / "postmaster.pid"
    assert stale.exists()
    owner = stale.stat().st_uid
    with subprocess.Popen(["sleep", "10"], user=owner if os.geteuid() == 0 else None) as stranger:
        if reused:
            stale.write_text(stale.read_text().replace(str(server), str(stranger.pid), 1))
        try:
            with embedded(home, durable=False) as parts:
                assert ask(parts, "select told from fact") == "7"
        finally:
            stranger.kill()


def test_whoever_comes_after_a_crash_of_the_server_starts_it_anew(home: Path) -> None:
    with embedded(home, durable=False) as parts:
        first = started_at(parts)
        os.kill(int(kept(home)["server"]), signal.SIGKILL)
        with embedded(home, durable=False) as again:
            assert started_at(again) != first
    assert "database system is shut down" in log(home)


def test_a_keeper_that_is_killed_takes_its_server_along_and_until_then_no_other_starts(home: Path) -> None:
    with embedded(home, durable=False, want_redis=False):
        server = int(kept(home)["server"])
        os.kill(server, signal.SIGSTOP)  # it will be slow to go
        os.kill(parent_of(server), signal.SIGKILL)
        try:
            with (home / "postgres" / "keeper").open() as lock, pytest.raises(BlockingIOError):
                fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)
        finally:
            os.kill(server, signal.SIGCONT)
        with embedded(home, durable=False, want_redis=False) as parts:
            assert ask(parts, "select 1") == "1"
        assert not lives(server)


def test_a_server_that_cannot_start_says_why(home: Path) -> None:
    with embedded(home, want_redis=False):
        pass
    settings = home / "postgres" / "data" / "postgresql.conf"
    aside = settings.rename(settings.with_suffix(".aside"))
    said = r"(?s)^postgres did not start\. The end of .*/logs/postgres\.log:\n.*postgresql\.conf"
    with pytest.raises(ProcessDied, match=said), embedded(home, want_redis=False):
        pass
    aside.rename(settings)
    with embedded(home, want_redis=False) as parts:
        assert ask(parts, "select 1") == "1"


def test_another_user_than_root_has_servers_too(tmp_path: Path) -> None:
    if os.geteuid() != 0:
        pytest.skip("the other tests show it")
    nobody = pwd.getpwnam("nobody")
    if not reachable():
        pytest.skip(f"only root may run {sys.executable}: put Python where every account can reach it")
    os.chown(tmp_path, nobody.pw_uid, nobody.pw_gid)
    for folder in tmp_path.parents:
        folder.chmod(folder.stat().st_mode | stat.S_IXOTH)
    ran = subprocess.run(
        [sys.executable, "-W", "error", "-c", USER, tmp_path],
        cwd=ROOT, user="nobody", group=nobody.pw_gid, extra_groups=[], env={**os.environ, "HOME": "/nonexistent"},
        stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert (ran.returncode, ran.stderr) == (0, "")
    assert (tmp_path / "postgres" / "data").stat().st_uid == nobody.pw_uid


def reachable() -> bool:
    """Whether every account may pass the folders down to this Python."""
    return all(
        folder.stat().st_mode & stat.S_IXOTH
        for each in (Path(sys.executable), Path(sys.executable).resolve(), ROOT)
        for folder in each.parents
    )


# The supervisor ------------------------------------------------------------------------------------------------------


def test_each_child_has_its_log_its_environment_and_its_group(tmp_path: Path) -> None:
    with ChildProcesses(tmp_path) as processes:
        child = processes.start(
            "speaker", ["sh", "-c", 'echo "$GREETING" >&2; sleep 10'], {"GREETING": "terve"}
        )
        said = tmp_path / "logs" / "speaker.log"
        processes.wait_until_ready(lambda: said.read_text() == "terve\n", 5)
        assert os.getpgid(child.pid) == child.pid
        processes.check()
    assert not lives(child.pid)


def test_children_are_stopped_the_newest_first_and_one_that_will_not_is_killed_with_its_own(
    tmp_path: Path,
) -> None:
    told = tmp_path / "told"
    polite = 'trap "echo $0 >> told; exit" TERM; echo ready; while :; do sleep 0.02; done'
    stubborn = 'trap "echo $0 >> told" TERM; sleep 10 & echo $!; while :; do sleep 0.02; done'
    processes = ChildProcesses(tmp_path)
    children = [
        processes.start(name, ["sh", "-c", f"cd {tmp_path}; {program}", name])
        for name, program in (("first", polite), ("second", stubborn), ("third", polite))
    ]
    processes.wait_until_ready(lambda: all(each.read_text() for each in (tmp_path / "logs").iterdir()), 5)
    grandchild = int((tmp_path / "logs" / "second.log").read_text())
    processes.stop("second", seconds=0.3)
    assert children[1].returncode == -signal.SIGKILL
    assert soon(lambda: not lives(grandchild))
    processes.stop_all()
    assert told.read_text().split() == ["second", "third", "first"]
    assert [child.returncode for child in children] == [0, -signal.SIGKILL, 0]


def test_a_child_that_ends_early_is_named_with_its_last_words(tmp_path: Path) -> None:
    with ChildProcesses(tmp_path) as processes:
        processes.start("steady", ["sleep", "10"])
        processes.start("hasty", ["sh", "-c", "seq 1 40; echo no port left >&2; exit 3"])
        with pytest.raises(
            ProcessDied, match=r"(?s)^hasty ended with status 3\. .*hasty\.log:.* 40\n  no port left$"
        ):
            processes.wait_until_ready(lambda: False, 5)
    with ChildProcesses(tmp_path) as processes:
        processes.start("victim", ["sleep", "10"]).kill()
        with pytest.raises(ProcessDied, match="victim was ended by SIGKILL"):
            processes.wait_until_ready(lambda: False, 5)


def test_waiting_ends(tmp_path: Path) -> None:
    with ChildProcesses(tmp_path) as processes:
        processes.start("silent", ["sleep", "10"])
        with pytest.raises(ProcessDied, match=r"silent was not ready within 0\.1 s.*\n  \(nothing\)$"):
            processes.wait_until_ready(lambda: False, 0.1)


def test_children_die_with_a_parent_that_is_killed(tmp_path: Path) -> None:
    with another(PARENT, tmp_path) as (parent, said):
        assert lives(int(said))
        parent.kill()
    assert soon(lambda: not lives(int(said)))


def test_a_free_port_can_be_taken() -> None:
    with socket.create_server(("127.0.0.1", free_port())):
        pass
