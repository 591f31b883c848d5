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
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningInstallation]:
    more = {"ASIAPOLKU_PATIENCE": "0.5"}
    folder = tmp_path_factory.mktemp("house")
    with (
        environment_as_given(),
        run_installation(folder, demo=True, durable=False, more=more) as installation,
    ):
        yield installation


@pytest.fixture
def town(house: RunningInstallation) -> Iterator[LiveMunicipality]:
    store = EventStore.open(house.settings, size=4)
    yield LiveMunicipality(store, house.clock, str(next(codes)), workers=True)
    store.database.close()


def kill(house: RunningInstallation, name: str) -> None:
    house.processes.stop(name, signal.SIGKILL)


def revive(house: RunningInstallation, name: str) -> None:
    house.processes.start(name, [*WORKER, name], house.environment)


def told(house: RunningInstallation, **how: Any) -> None:
    httpx.post(f"{house.payment_url}/_control", json=how, timeout=10).raise_for_status()


def books(house: RunningInstallation, town: LiveMunicipality) -> list[dict[str, Any]]:
    everything = httpx.get(f"{house.payment_url}/_books", timeout=10).json()
    return [each for each in everything if each["payment_id"].startswith(f"{town.code}-")]


def assert_each_paid_once(house: RunningInstallation, town: LiveMunicipality, keys: list[str]) -> None:
    town.stage(keys, "archived")
    town.until(lambda: not pending(town.store.database, town.code), "an empty list of reminders")
    paid = books(house, town)
    assert sorted(each["payment_id"] for each in paid) == sorted(town.case(key).payment.id for key in keys)
    assert {each["times"] for each in paid} == {1}
    assert httpx.get(f"{house.payment_url}/_alarms", timeout=10).json() == []
    for key in keys:
        happened = town.events(key)
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
    house: RunningInstallation, town: LiveMunicipality
) -> None:
    keys = town.to_release(2)
    told(house, next=["late", "late"], seconds=30)
    town.release(keys)
    town.until(lambda: books(house, town), "the party to have the payment, its answer still on the way")
    kill(house, "actors")
    assert "PaymentInstructed" not in town.events(keys[0]) + town.events(keys[1])
    told(house, seconds=0)
    revive(house, "actors")
    assert_each_paid_once(house, town, keys)


def test_a_worker_killed_before_it_acts_pays_all_the_same(
    house: RunningInstallation, town: LiveMunicipality
) -> None:
    keys = town.to_release(2)
    kill(house, "actors")
    town.release(keys)
    town.until(lambda: len(pending(town.store.database, town.code)) == len(keys), "the reminders")
    assert books(house, town) == []
    revive(house, "actors")
    assert_each_paid_once(house, town, keys)


def test_a_party_that_breaks_down_after_its_work_is_asked_first_and_pays_once(
    house: RunningInstallation, town: LiveMunicipality
) -> None:
    keys = town.to_release(2)
    told(house, next=["error-after", "error"], notify="twice")
    town.release(keys)
    assert_each_paid_once(house, town, keys)
    told(house, notify="once")


def test_redis_forgets_everything_in_the_middle_of_a_round(
    house: RunningInstallation, town: LiveMunicipality
) -> None:
    town.open()
    kill(house, "actors")
    keys = town.apply(3)
    town.until(lambda: len(pending(town.store.database, town.code)) == len(keys), "the reminders")
    redis.Redis.from_url(house.settings.redis_url).flushall()
    revive(house, "actors")
    town.stage(keys, "handling")
    town.handle(keys)
    town.decide(keys)
    town.stage(keys, "appeal-period")
    town.wait_out(keys)
    kill(house, "actors")
    town.release(keys)
    town.until(lambda: len(pending(town.store.database, town.code)) == len(keys), "the reminders")
    redis.Redis.from_url(house.settings.redis_url).flushall()
    revive(house, "actors")
    assert_each_paid_once(house, town, keys)
    numbers = sorted(town.case(key).number for key in keys)
    assert [int(number.split("/")[1]) for number in numbers] == [1, 2, 3]


def test_the_process_manager_rewound_to_zero_changes_nothing(
    house: RunningInstallation, town: LiveMunicipality
) -> None:
    keys = town.to_release(2)
    town.release(keys)
    assert_each_paid_once(house, town, keys)
    before = [town.events(key) for key in keys]
    kill(house, "follower")
    with reactions.rows(town.store.database, town.code) as (rows, _):
        rows("delete from pending")
        rows("update position set position = 0")
    revive(house, "follower")
    town.until(
        lambda: reactions.position(town.store.database, town.code) == town.store.last_position(town.code),
        "catching up",
    )
    town.until(lambda: not pending(town.store.database, town.code), "an empty list")
    assert [town.events(key) for key in keys] == before
    assert_each_paid_once(house, town, keys)


def test_two_followers_and_two_workers_do_everything_once(
    house: RunningInstallation, town: LiveMunicipality
) -> None:
    for name in ("actors", "follower"):
        house.processes.start(f"second-{name}", [*WORKER, name], house.environment)
    keys = town.to_release(3)
    town.release(keys)
    assert_each_paid_once(house, town, keys)
    for name in ("actors", "follower"):
        house.processes.stop(f"second-{name}")


def test_a_killed_follower_leaves_read_models_that_equal_a_fresh_fold(
    house: RunningInstallation, town: LiveMunicipality
) -> None:
    from api.installation.running import migrate_installation
    from projections.read_model import read_models

    town.open()
    keys = town.apply(4)
    kill(house, "follower")
    revive(house, "follower")
    town.stage(keys, "handling")
    assert migrate_installation(house.settings) == []
    url = str(house.settings.migration_database_url)
    with psycopg.connect(url, row_factory=psycopg.rows.dict_row, autocommit=True) as owner:
        for model in read_models().values():
            model.catch_up(town.store, town.code)
            assert set(model.verify(owner, town.store).values()) == {0}, model.name


@pytest.mark.parametrize("edit", [{"amount": "1.00"}, {"iban": "FI1410093000123458"}])
def test_a_payment_that_was_edited_at_the_party_is_not_taken_for_paid(
    house: RunningInstallation, town: LiveMunicipality, edit: dict[str, str]
) -> None:
    keys = town.to_release(1)
    told(house, edit=edit)
    town.release(keys)
    town.until(lambda: books(house, town), "the party to have the payment")
    time.sleep(2)
    assert town.case("c0").stage == "payment-booking"
    assert not {"PaymentInstructed", "PaymentBooked", "Closed"} & set(town.events("c0"))
    assert [each["times"] for each in books(house, town)] == [1]


def test_the_logs_hold_no_personal_value(
    house: RunningInstallation, town: LiveMunicipality, tmp_path: Path
) -> None:
    keys = town.to_release(1)
    told(house, next=["refuse"])
    town.release(keys)
    town.stage(keys, "payment-account")
    folder = Path(str(house.settings.asiapolku_demo_clock)).parent / "logs"
    logs = "".join(file.read_text(errors="replace") for file in folder.glob("*.log"))
    assert "FI2112345600000785" not in logs
    assert "Contact c0" not in logs
    stored = redis.Redis.from_url(house.settings.redis_url)
    dumped = b"".join(stored.dump(key) or b"" for key in stored.scan_iter())
    assert b"FI2112345600000785" not in dumped
