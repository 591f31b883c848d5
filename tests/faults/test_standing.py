"""What cannot be folded or read stands alone: beside a real follower, all else goes on, and after the mend everything does."""

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from functools import partial
from itertools import count
from pathlib import Path
from typing import Any

import httpx
import psycopg
import pytest

from api.installation.child_processes import log_of
from api.installation.doctor import diagnose
from api.installation.running import RunningInstallation, migrate_installation, run_installation
from domain.messages import Role
from domain.store.event_store import EventStore, UnreadableEvent
from domain.store.standing import Standing, all_standing
from projections.read_model import read_models
from tests.conftest import client_factory, environment_as_given
from tests.faults.unreadable import IBAN, NAME, UNREADABLE, Owner, plant, take_away
from tests.live_municipality import LiveMunicipality, application

codes = count(800)


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningInstallation]:
    folder = tmp_path_factory.mktemp("standing")
    with (
        environment_as_given(),
        run_installation(
            folder, demo=True, durable=False, more={"ASIAPOLKU_PATIENCE": "0.5"}
        ) as installation,
    ):
        yield installation


@pytest.fixture
def new_town(house: RunningInstallation) -> Iterator[Callable[[], LiveMunicipality]]:
    store = EventStore.open(house.settings, size=4)
    yield lambda: LiveMunicipality(store, house.clock, str(next(codes)), workers=True)
    store.database.close()


@contextmanager
def owner_of(house: RunningInstallation) -> Iterator[Owner]:
    with psycopg.connect(str(house.settings.migration_database_url), autocommit=True) as owner:
        yield owner


# What can be seen ----------------------------------------------------------------------------------------------------


def follower_log(house: RunningInstallation) -> str:
    folder = Path(str(house.settings.asiapolku_demo_clock)).parent
    return log_of(folder, "follower").read_text(errors="replace")


def doctor_finds(house: RunningInstallation) -> list[str]:
    return [finding["fix"] for finding in diagnose(house.settings) if not finding["ok"]]


def health(house: RunningInstallation, deep: str = "") -> tuple[int, Any]:
    answer = httpx.get(f"{house.url}/healthz{deep}", timeout=10)
    return answer.status_code, answer.json()


def asiapolku(house: RunningInstallation, *words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [Path(sys.executable).with_name("asiapolku"), *words],
        env={**os.environ, **house.environment},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def standing(municipality: LiveMunicipality) -> dict[str, Standing]:
    return {
        each.task: each
        for each in all_standing(municipality.store.database)
        if each.municipality == municipality.code
    }


def stands_everywhere(municipality: LiveMunicipality) -> bool:
    """Whether every read model stands in the municipality."""
    return set(standing(municipality)) == set(read_models())


def goes_on(municipality: LiveMunicipality) -> bool:
    """Whether nothing stands in the municipality."""
    return not standing(municipality)


def is_followed(municipality: LiveMunicipality, *besides: str) -> bool:
    last = municipality.store.last_position(municipality.code)
    return all(
        model.position(municipality.store.database, municipality.code) == last
        for model in read_models().values()
        if model.name not in besides
    )


def assert_named_everywhere(house: RunningInstallation, *words: str) -> None:
    """Doctor, both kinds of health, verify and the log speak of it, in words, and of nobody's data."""
    status, said = health(house, "?deep=1")
    assert status == 503
    proof = asiapolku(house, "verify")
    assert proof.returncode == 1
    for told in (
        " ".join(doctor_finds(house)),
        " ".join(said["standing"]),
        proof.stdout,
        follower_log(house),
    ):
        assert [word for word in words if word not in told] == []
        assert not [each for each in (IBAN, NAME, "Traceback") if each in told + proof.stderr]
    assert health(house) == (200, {"status": "standing"})


def assert_all_is_well(house: RunningInstallation, municipality: LiveMunicipality) -> None:
    municipality.until(
        lambda: not all_standing(municipality.store.database), "everything to go on by itself", 60
    )
    municipality.until(lambda: is_followed(municipality), "every read model to catch up")
    assert doctor_finds(house) == []
    assert health(house) == (200, {"status": "ok"})
    assert health(house, "?deep=1") == (200, {"status": "ok", "standing": []})
    proof = asiapolku(house, "verify")
    assert (proof.returncode, proof.stdout) == (0, ""), proof.stderr


# Read models ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("broken", "model", "besides"),
    [
        ("table deadlines.deadline", "deadlines", {"timers"}),
        ("schema timeline", "timeline", set()),
    ],
)
def test_a_read_model_without_its_tables_stops_only_itself_and_says_migrate(
    house: RunningInstallation,
    new_town: Callable[[], LiveMunicipality],
    broken: str,
    model: str,
    besides: set[str],
) -> None:
    municipality, other = new_town(), new_town()
    other.open()
    keys = municipality.to_release(1)
    with owner_of(house) as owner:
        owner.execute(f"drop {broken} cascade")
    lines = follower_log(house).count(f"{model}: its tables")
    municipality.release(keys)
    other.put("case", "c1", application("c1"), "applicant-c1", Role.APPLICANT)
    municipality.stage(keys, "archived")  # reminded of, paid, booked and closed
    for each in (municipality, other):
        each.until(partial(is_followed, each, model), "the other read models")
        assert {model} <= set(standing(each)) <= {model, *besides}
    sentence = f"{model}: its tables are not those of edition {read_models()[model].edition}: run `asiapolku migrate`"
    assert_named_everywhere(house, sentence)
    assert standing(municipality)[model].error == sentence
    assert follower_log(house).count(sentence) - lines == 1, "said once"
    assert migrate_installation(house.settings) == [model]
    assert_all_is_well(house, municipality)


def test_a_fact_that_cannot_be_folded_stops_one_read_model_of_one_municipality(
    house: RunningInstallation, new_town: Callable[[], LiveMunicipality]
) -> None:
    municipality, other = new_town(), new_town()
    municipality.open()
    other.open()
    with owner_of(house) as owner:
        owner.execute(
            f"alter table work_queue.item add constraint planted check (municipality <> '{municipality.code}') not valid"
        )
        for each in (municipality, other):
            each.apply(2)
            each.stage(["c0", "c1"], "handling")
        municipality.until(lambda: "work_queue" in standing(municipality), "the read model to stand")
        municipality.until(lambda: is_followed(municipality, "work_queue"), "the other read models")
        other.until(lambda: is_followed(other), "the other municipality")
        stands = standing(municipality)
        assert set(stands) == {"work_queue"}
        submitted = next(
            each
            for each in municipality.store.follow(municipality.code, 0, 1000)
            if type(each.event).__name__ == "Submitted"
        )
        before = max(
            each.position
            for each in municipality.store.follow(municipality.code, 0, 1000)
            if each.position < submitted.position
        )
        assert stands["work_queue"] == Standing(
            municipality.code,
            "work_queue",
            before,
            f"{submitted.reference} Submitted",
            "CheckViolation 23514 planted",
        )
        assert read_models()["work_queue"].position(municipality.store.database, municipality.code) == before
        place = f"work_queue cannot go on in {municipality.code} at position {before}, before {submitted.reference}"
        told = " ".join(doctor_finds(house))
        assert f"{place} Submitted: CheckViolation 23514 planted" in told
        assert other.code not in told
        owner.execute("alter table work_queue.item drop constraint planted")
    assert_all_is_well(house, municipality)


# Events --------------------------------------------------------------------------------------------------------------


def test_an_event_that_cannot_be_read_stops_its_stream_and_municipality_and_nothing_else(
    house: RunningInstallation, new_town: Callable[[], LiveMunicipality]
) -> None:
    well = new_town()
    keys = well.to_release(1)
    now = well.store.clock.now()
    towns = {kind: new_town() for kind in UNREADABLE}
    planted: dict[str, str] = {}
    before: dict[str, int] = {}
    with owner_of(house) as owner, ExitStack() as stack:
        for municipality in towns.values():
            municipality.open()
            municipality.apply(1)
        for kind, municipality in towns.items():
            municipality.stage(["c0"], "handling")
            municipality.until(partial(is_followed, municipality), "every read model")
            before[kind] = municipality.store.last_position(municipality.code)
            planted[kind] = plant(owner, municipality, "c0", *UNREADABLE[kind][:2])
        for kind, municipality in towns.items():
            municipality.until(partial(stands_everywhere, municipality), "every read model to stand")
            topic, _, wrong = UNREADABLE[kind]
            for each in standing(municipality).values():
                assert (each.position, each.event) == (before[kind], f"{planted[kind]} {topic}")
                assert wrong in each.error

            # Another stream of the municipality is answered, its own is refused in words.
            municipality.put("case", "c1", application("c1"), "applicant-c1", Role.APPLICANT)
            client_for = stack.enter_context(client_factory(house.url, municipality.store, municipality))
            handler = client_for(Role.HANDLER)
            for answer in (
                handler.get("/cases/c0"),
                handler.put("/cases/c0/assign", None, **{"If-Match": '"3"'}),
            ):
                assert (answer.status_code, answer.json()["code"]) == (503, "unreadable-event"), answer.text
                assert answer.headers["content-type"] == "application/problem+json"
                assert not [each for each in (IBAN, NAME) if each in answer.text]
            assert client_for(Role.AUDITOR).get("/cases/c1").status_code == 200
            with pytest.raises(UnreadableEvent, match="cannot be read"):
                municipality.case("c0")

        well.clock.move_to(now)
        well.release(keys)
        well.stage(keys, "archived")
        well.until(lambda: is_followed(well), "the municipality that is well")
        assert standing(well) == {}
        assert_named_everywhere(
            house,
            *(f"in {municipality.code} at position" for municipality in towns.values()),
            *planted.values(),
            *(wrong for _, _, wrong in UNREADABLE.values()),
        )
        assert not house.processes.ended()
        told = asiapolku(house, "doctor")
        assert (told.returncode, [each for each in planted.values() if each not in told.stdout]) == (1, [])

        for name in planted.values():
            take_away(owner, name)
    for municipality in towns.values():
        municipality.until(partial(goes_on, municipality), "the municipality to go on", 70)
        municipality.stage(["c0", "c1"], "handling")
    assert_all_is_well(house, well)
