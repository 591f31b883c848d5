"""What breaks: workers are killed at the worst moments, Redis forgets, the process manager is rewound.

The end is always the same: every case gets where it goes, and each payment is made once.
"""

import signal
import sys
import time
from collections.abc import Iterator
from itertools import count
from pathlib import Path
from typing import Any

import httpx
import psycopg
import pytest
import redis

from api.installation.running import RunningInstallation, run_installation
from domain.store.event_store import EventStore
from projections.reactions import pending, reactions
from tests.conftest import environment_as_given
from tests.live_municipality import LiveMunicipality

codes = count(700)
WORKER = [sys.executable, "-m", "workers"]


@pytest.fixture(scope="module")
def installation(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningInstallation]:
    more = {"ASIAPOLKU_PATIENCE": "0.5"}
    folder = tmp_path_factory.mktemp("house")
    with (
        environment_as_given(),
        run_installation(folder, demo=True, durable=False, more=more) as installation,
    ):
        yield installation


@pytest.fixture
def municipality(installation: RunningInstallation) -> Iterator[LiveMunicipality]:
    store = EventStore.open(installation.settings, size=4)
    yield LiveMunicipality(store, installation.clock, str(next(codes)), workers=True)
    store.database.close()


def kill(installation: RunningInstallation, name: str) -> None:
    installation.processes.stop(name, signal.SIGKILL)


def revive(installation: RunningInstallation, name: str) -> None:
    installation.processes.start(name, [*WORKER, name], installation.environment)


def set_payment_party(installation: RunningInstallation, **how: Any) -> None:
    httpx.post(f"{installation.payment_url}/_control", json=how, timeout=10).raise_for_status()


def books(installation: RunningInstallation, municipality: LiveMunicipality) -> list[dict[str, Any]]:
    everything = httpx.get(f"{installation.payment_url}/_books", timeout=10).json()
    return [each for each in everything if each["payment_id"].startswith(f"{municipality.code}-")]


def assert_each_paid_once(
    installation: RunningInstallation, municipality: LiveMunicipality, keys: list[str]
) -> None:
    municipality.stage(keys, "archived")
    municipality.until(
        lambda: not pending(municipality.store.database, municipality.code), "an empty list of reminders"
    )
    paid = books(installation, municipality)
    assert sorted(each["payment_id"] for each in paid) == sorted(
        municipality.case(key).payment.id for key in keys
    )
    assert {each["times"] for each in paid} == {1}
    assert httpx.get(f"{installation.payment_url}/_alarms", timeout=10).json() == []
    for key in keys:
        happened = municipality.events(key)
        for once in (
            "Registered",
            "LegalForceReached",
            "PaymentOrdered",
            "PaymentInstructed",
            "PaymentBooked",
            "Closed",
        ):
            assert happened.count(once) == 1, (key, once)


def test_a_worker_killed_between_act_and_record_pays_once(
    installation: RunningInstallation, municipality: LiveMunicipality
) -> None:
    keys = municipality.to_release(2)
    set_payment_party(installation, next=["late", "late"], seconds=30)
    municipality.release(keys)
    municipality.until(
        lambda: books(installation, municipality),
        "the party to have the payment, its answer still on the way",
    )
    kill(installation, "actors")
    assert "PaymentInstructed" not in municipality.events(keys[0]) + municipality.events(keys[1])
    set_payment_party(installation, seconds=0)
    revive(installation, "actors")
    assert_each_paid_once(installation, municipality, keys)


def test_a_worker_killed_before_it_acts_pays_all_the_same(
    installation: RunningInstallation, municipality: LiveMunicipality
) -> None:
    keys = municipality.to_release(2)
    kill(installation, "actors")
    municipality.release(keys)
    municipality.until(
        lambda: len(pending(municipality.store.database, municipality.code)) == len(keys), "the reminders"
    )
    assert books(installation, municipality) == []
    revive(installation, "actors")
    assert_each_paid_once(installation, municipality, keys)


def test_a_party_that_breaks_down_after_its_work_is_asked_first_and_pays_once(
    installation: RunningInstallation, municipality: LiveMunicipality
) -> None:
    keys = municipality.to_release(2)
    set_payment_party(installation, next=["error-after", "error"], notify="twice")
    municipality.release(keys)
    assert_each_paid_once(installation, municipality, keys)
    set_payment_party(installation, notify="once")


def test_redis_forgets_everything_in_the_middle_of_a_round(
    installation: RunningInstallation, municipality: LiveMunicipality
) -> None:
    municipality.open()
    kill(installation, "actors")
    keys = municipality.apply(3)
    municipality.until(
        lambda: len(pending(municipality.store.database, municipality.code)) == len(keys), "the reminders"
    )
    redis.Redis.from_url(installation.settings.redis_url).flushall()
    revive(installation, "actors")
    municipality.stage(keys, "handling")
    municipality.handle(keys)
    municipality.decide(keys)
    municipality.stage(keys, "appeal-period")
    municipality.wait_out(keys)
    kill(installation, "actors")
    municipality.release(keys)
    municipality.until(
        lambda: len(pending(municipality.store.database, municipality.code)) == len(keys), "the reminders"
    )
    redis.Redis.from_url(installation.settings.redis_url).flushall()
    revive(installation, "actors")
    assert_each_paid_once(installation, municipality, keys)
    numbers = sorted(municipality.case(key).number for key in keys)
    assert [int(number.split("/")[1]) for number in numbers] == [1, 2, 3]


def test_the_process_manager_rewound_to_zero_changes_nothing(
    installation: RunningInstallation, municipality: LiveMunicipality
) -> None:
    keys = municipality.to_release(2)
    municipality.release(keys)
    assert_each_paid_once(installation, municipality, keys)
    before = [municipality.events(key) for key in keys]
    kill(installation, "follower")
    with reactions.rows(municipality.store.database, municipality.code) as (rows, _):
        rows("delete from pending")
        rows("update position set position = 0")
    revive(installation, "follower")
    municipality.until(
        lambda: (
            reactions.position(municipality.store.database, municipality.code)
            == municipality.store.last_position(municipality.code)
        ),
        "catching up",
    )
    municipality.until(lambda: not pending(municipality.store.database, municipality.code), "an empty list")
    assert [municipality.events(key) for key in keys] == before
    assert_each_paid_once(installation, municipality, keys)


def test_two_followers_and_two_workers_do_everything_once(
    installation: RunningInstallation, municipality: LiveMunicipality
) -> None:
    for name in ("actors", "follower"):
        installation.processes.start(f"second-{name}", [*WORKER, name], installation.environment)
    keys = municipality.to_release(3)
    municipality.release(keys)
    assert_each_paid_once(installation, municipality, keys)
    for name in ("actors", "follower"):
        installation.processes.stop(f"second-{name}")


def test_a_killed_follower_leaves_read_models_that_equal_a_fresh_fold(
    installation: RunningInstallation, municipality: LiveMunicipality
) -> None:
    from api.installation.running import migrate_installation
    from projections.read_model import read_models

    municipality.open()
    keys = municipality.apply(4)
    kill(installation, "follower")
    revive(installation, "follower")
    municipality.stage(keys, "handling")
    assert migrate_installation(installation.settings) == []
    url = str(installation.settings.migration_database_url)
    with psycopg.connect(url, row_factory=psycopg.rows.dict_row, autocommit=True) as owner:
        for model in read_models().values():
            model.catch_up(municipality.store, municipality.code)
            assert set(model.verify(owner, municipality.store).values()) == {0}, model.name


@pytest.mark.parametrize("edit", [{"amount": "1.00"}, {"iban": "FI1410093000123458"}])
def test_a_payment_that_was_edited_at_the_party_is_not_taken_for_paid(
    installation: RunningInstallation, municipality: LiveMunicipality, edit: dict[str, str]
) -> None:
    keys = municipality.to_release(1)
    set_payment_party(installation, edit=edit)
    municipality.release(keys)
    municipality.until(lambda: books(installation, municipality), "the party to have the payment")
    time.sleep(2)
    assert municipality.case("c0").stage == "payment-booking"
    assert not {"PaymentInstructed", "PaymentBooked", "Closed"} & set(municipality.events("c0"))
    assert [each["times"] for each in books(installation, municipality)] == [1]


def test_the_logs_hold_no_personal_value(
    installation: RunningInstallation, municipality: LiveMunicipality, tmp_path: Path
) -> None:
    keys = municipality.to_release(1)
    set_payment_party(installation, next=["refuse"])
    municipality.release(keys)
    municipality.stage(keys, "payment-account")
    folder = Path(str(installation.settings.asiapolku_demo_clock)).parent / "logs"
    logs = "".join(file.read_text(errors="replace") for file in folder.glob("*.log"))
    assert "FI2112345600000785" not in logs
    assert "Contact c0" not in logs
    stored = redis.Redis.from_url(installation.settings.redis_url)
    dumped = b"".join(stored.dump(key) or b"" for key in stored.scan_iter())
    assert b"FI2112345600000785" not in dumped
