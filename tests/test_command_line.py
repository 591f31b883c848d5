"""The command line as a person or a script meets it: data on stdout, words on stderr, and the exit codes."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import httpx
import psutil
import pytest

ROOT = Path(__file__).parent.parent
BARE = {name: value for name, value in os.environ.items() if not name.endswith("_URL")}


def asiapolku(*words: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run the command as it is installed, with no database in the environment."""
    command = Path(sys.executable).with_name("asiapolku")
    return subprocess.run(
        [command, *words],
        env={**BARE, **environment},
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )


def test_a_letters_last_day_is_told_with_its_arithmetic_and_without_a_database() -> None:
    ran = asiapolku("deadlines", "--mode", "letter", "--on", "2026-06-01", "--days", "14", "--json")
    assert ran.returncode == 0, ran.stderr
    result = json.loads(ran.stdout)
    assert (result["served"], result["rawLastDay"]) == ("2026-06-08", "2026-06-22")
    assert (result["lastDay"], result["finalFrom"]) == ("2026-06-22", "2026-06-23")
    assert all(set(step) == {"day", "why", "source"} for step in result["steps"])
    assert "hallintolaki 59 §" in {step["source"] for step in result["steps"]}


def test_the_same_in_plain_words_names_every_skipped_day() -> None:
    ran = asiapolku("deadlines", "--mode", "published", "--on", "2026-12-03", "--lang", "sv")
    assert ran.returncode == 0
    for day in ("24.12.2026", "25.12.2026", "26.12.2026", "27.12.2026", "28.12.2026"):
        assert day in ran.stdout
    assert "julafton" in ran.stdout.lower()


@pytest.mark.parametrize(
    ("words", "mend"),
    [
        (("deadlines", "--mode", "pigeon", "--on", "2026-06-01"), "letter"),
        (("deadlines", "--mode", "letter", "--on", "2026-06-01", "--days", "0"), "day"),
        (("replay", "MUODno-2022-1", "--at", "yesterday"), "2022-08-22"),
        (("rebuild", "nothing"), "work_queue"),
        (("work", "sleep"), "follower"),
        (("work", "actors"), "DATABASE_URL"),
    ],
)
def test_a_wrong_call_exits_with_2_and_says_how_to_mend_it(words: tuple[str, ...], mend: str) -> None:
    ran = asiapolku(*words)
    assert (ran.returncode, ran.stdout) == (2, "")
    assert mend in ran.stderr
    assert "Traceback" not in ran.stderr


def test_a_production_start_refuses_a_demo_clock() -> None:
    ran = asiapolku(
        "serve",
        DATABASE_URL="postgresql://nobody@localhost/none",
        ASIAPOLKU_MASTER_KEY="A" * 43 + "=",
        ASIAPOLKU_DEMO_CLOCK="clock.json",
    )
    assert ran.returncode == 2
    assert "refuses a demo clock" in ran.stderr


def test_a_master_key_of_the_wrong_size_is_refused_with_the_way_to_make_one() -> None:
    ran = asiapolku(
        "migrate", DATABASE_URL="postgresql://nobody@localhost/none", ASIAPOLKU_MASTER_KEY="c2hvcnQ="
    )
    assert ran.returncode == 2
    assert "head -c 32 /dev/urandom | base64" in ran.stderr
    assert "c2hvcnQ=" not in ran.stderr


def test_the_whole_round_is_played_in_a_fresh_folder_and_read_back() -> None:
    ran = asiapolku("demo", "--json")
    assert ran.returncode == 0, ran.stderr
    result = json.loads(ran.stdout)
    assert {
        name: result[name] for name in ("municipality", "roads", "totalLengthM", "unitPriceEurPerKm")
    } == {
        "municipality": "Muonio",
        "roads": 19,
        "totalLengthM": 43270,
        "unitPriceEurPerKm": "690",
    }
    assert (result["totalEur"], result["paid"], result["paidEur"]) == ("29856.30", 19, "29856.30")
    assert result["events"] > 19 * 30
    assert len(result["checks"]) >= 10
    assert all(result["checks"].values()), result["checks"]


def test_every_command_says_in_its_help_what_it_does() -> None:
    ran = asiapolku("--help").stdout
    for name in [
        "up",
        "serve",
        "work",
        "demo",
        "migrate",
        "deadlines",
        "replay",
        "export",
        "rebuild",
        "verify",
        "kpi",
        "user",
        "doctor",
        "openapi",
        "version",
    ]:
        assert f" {name} " in ran
        assert len(asiapolku(name, "--help").stdout.splitlines()) > 3


def test_up_answers_until_ctrl_c_and_leaves_no_process_behind(tmp_path: Path) -> None:
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
        assert httpx.get(f"{url}/healthz", timeout=10).json() == {"status": "ok"}
        children = psutil.Process(running.pid).children(recursive=True)
        assert {"uvicorn", "actors", "follower"} <= {word for child in children for word in child.cmdline()}
        running.send_signal(signal.SIGINT)
        assert running.wait(30) == 0
        assert "stopped" in running.stderr.read()
    gone, alive = psutil.wait_procs(children, timeout=10)
    assert alive == []
    assert gone
