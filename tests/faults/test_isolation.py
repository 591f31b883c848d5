"""A task that fails: how it is named, how often it is tried, and that nothing else notices."""

import logging
from collections.abc import Callable
from typing import Any, cast

import psycopg
import pytest
import redis

from domain.case.events import Submitted
from domain.messages import StreamId
from domain.store.database import NotMigrated
from domain.store.event_store import UnreadableEvent
from domain.store.settings import InstallationSettings
from domain.store.standing import Standing, all_standing, named_error, put_standing, standing_sentences
from projections.read_model import read_models
from tests.live_municipality import LiveMunicipality
from workers import __main__ as follower
from workers.isolation import Isolation
from workers.process_manager import ProcessManager
from workers.scheduler import Scheduler

VALUE = "FI2112345600000785 of Maija Meikäläinen"


class Seconds:
    """A monotonic clock that is moved by hand."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def of(municipality: LiveMunicipality) -> list[Standing]:
    return [
        each for each in all_standing(municipality.store.database) if each.municipality == municipality.code
    ]


def failing(error: BaseException) -> Callable[..., Any]:
    def act(*_: Any) -> None:
        raise error

    return act


def test_the_pause_between_two_tries_grows_to_a_minute_and_is_forgotten_after_the_mend(
    municipality: LiveMunicipality,
) -> None:
    clock, tried = Seconds(), list[float]()
    isolation = Isolation(municipality.store.database, clock)

    def act() -> str:
        tried.append(clock.now)
        raise AssertionError(VALUE)

    while clock.now < 400:
        assert isolation.attempt(municipality.code, "cases", act, "otherwise") == "otherwise"
        clock.now += 0.5
    assert tried == [0, 1, 3, 7, 15, 31, 63, 123, 183, 243, 303, 363]
    clock.now = 1000
    assert isolation.attempt(municipality.code, "cases", lambda: "well", "otherwise") == "well"
    assert not isolation.is_standing(municipality.code, "cases")
    assert of(municipality) == []
    isolation.attempt(municipality.code, "cases", act, "otherwise")
    clock.now += 1
    isolation.attempt(municipality.code, "cases", act, "otherwise")
    assert tried[-2:] == [1000, 1001]
    isolation.attempt(municipality.code, "cases", lambda: "well", "otherwise")


def test_a_mistake_in_one_handler_stops_one_model_of_one_municipality_and_shows_no_value(
    municipality: LiveMunicipality, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    other = LiveMunicipality(municipality.store, municipality.clock, f"{municipality.code}b")
    for each in (municipality, other):
        each.open()
        each.apply(2)
    cases, clock = read_models()["cases"], Seconds()
    really = cases._handlers[Submitted]

    def mistaken(rows: Any, recorded: Any, event: Any) -> None:
        if recorded.stream == StreamId(municipality.code, "case", "c1"):
            raise KeyError(VALUE)
        really(rows, recorded, event)

    monkeypatch.setitem(cast("dict[Any, Any]", cases._handlers), Submitted, mistaken)
    monkeypatch.setattr(
        type(municipality.store.database), "municipalities", lambda _: [municipality.code, other.code]
    )
    sent: list[tuple[str, ...]] = []
    reminders = ProcessManager(municipality.store, lambda *message: sent.append(message), clock)
    with caplog.at_level(logging.DEBUG):
        assert reminders.follow() == 4, "both cases of both municipalities are to be registered"
    folded = cases.query(municipality.store.database, municipality.code, "select stream from entry")
    assert [row["stream"] for row in folded] == [f"{municipality.code}/case/c0"], (
        "what comes before it is folded"
    )
    [stands] = of(municipality)
    assert (stands.task, stands.event) == ("cases", f"{municipality.code}/case/c1@1 Submitted")
    assert stands.error.startswith("KeyError at projections.read_model:")
    assert of(other) == []
    for model in read_models().values():
        assert model.position(municipality.store.database, other.code) == municipality.store.last_position(
            other.code
        )
        if model is not cases:
            assert model.position(
                municipality.store.database, municipality.code
            ) == municipality.store.last_position(municipality.code)
    assert caplog.text.count("cases cannot go on") == 1
    formatter = logging.Formatter()
    assert VALUE not in "".join(formatter.format(record) for record in caplog.records)

    monkeypatch.setitem(cast("dict[Any, Any]", cases._handlers), Submitted, really)
    clock.now += 1
    reminders.follow()
    assert of(municipality) == []
    assert cases.position(municipality.store.database, municipality.code) == municipality.store.last_position(
        municipality.code
    )


def test_what_must_follow_is_folded_before_all_others(
    municipality: LiveMunicipality, monkeypatch: pytest.MonkeyPatch
) -> None:
    order: list[str] = []
    monkeypatch.setattr(
        type(read_models()["cases"]), "catch_up", lambda model, *_, **__: order.append(model.name)
    )
    monkeypatch.setattr(type(municipality.store.database), "municipalities", lambda _: [municipality.code])
    ProcessManager(municipality.store, lambda *_: None, Seconds()).follow()
    assert set(order[:2]) == {"reactions", "deadlines"}
    assert sorted(order) == sorted(read_models())


def test_a_refusal_to_fold_unmigrated_tables_is_logged_once_for_all(
    municipality: LiveMunicipality, caplog: pytest.LogCaptureFixture
) -> None:
    clock = Seconds()
    isolation = Isolation(municipality.store.database, clock)
    sentence = "cases: run `asiapolku migrate`"
    codes = [municipality.code, f"{municipality.code}b"]
    for _ in range(20):
        for code in codes:
            isolation.attempt(code, "cases", failing(NotMigrated(sentence)), None)
        isolation.write_log()
        clock.now += 60
    assert [record.getMessage() for record in caplog.records] == [sentence]
    for code in codes:
        isolation.attempt(code, "cases", lambda: None, None)
    isolation.attempt(municipality.code, "cases", failing(NotMigrated(sentence)), None)
    assert [record.getMessage() for record in caplog.records].count(sentence) == 2
    clock.now += 60
    isolation.attempt(municipality.code, "cases", lambda: "well", "otherwise")


@pytest.mark.parametrize(
    "error",
    [redis.ConnectionError(), psycopg.OperationalError(), psycopg.errors.AdminShutdown()],
)
def test_what_fails_for_everybody_is_nobodys_fault(municipality: LiveMunicipality, error: Exception) -> None:
    isolation = Isolation(municipality.store.database, Seconds())
    with pytest.raises(type(error)):
        isolation.attempt(municipality.code, "cases", failing(error), None)
    assert of(municipality) == []


def test_what_stood_for_a_follower_that_was_killed_goes_on_for_the_next(
    municipality: LiveMunicipality,
) -> None:
    put_standing(municipality.store.database, Standing(municipality.code, "cases", 7, "", "KeyError"))
    isolation = Isolation(municipality.store.database, Seconds())
    isolation.look()
    assert isolation.is_standing(municipality.code, "cases")
    isolation.attempt(municipality.code, "cases", lambda: "well", "otherwise")
    assert of(municipality) == []


def test_timers_that_cannot_be_read_keep_no_other_municipality_waiting(
    municipality: LiveMunicipality, monkeypatch: pytest.MonkeyPatch
) -> None:
    from projections import deadlines

    municipality.open()
    municipality.settle()
    broken, really = f"{municipality.code}b", deadlines.overdue

    def overdue(database: Any, municipality: str, *when: Any) -> Any:
        if municipality == broken:
            raise AssertionError(VALUE)
        return really(database, municipality, *when)

    monkeypatch.setattr(deadlines, "overdue", overdue)
    monkeypatch.setattr(
        type(municipality.store.database), "municipalities", lambda _: [broken, municipality.code]
    )
    municipality.at(2022, 7, 1, 8)
    sent: list[tuple[str, ...]] = []
    reminders = ProcessManager(municipality.store, lambda *message: sent.append(message), Seconds())
    assert Scheduler(municipality.store, reminders, 60).tick() == 1
    assert [message[1] for message in sent] == [municipality.code]
    stands = [each for each in all_standing(municipality.store.database) if each.municipality == broken]
    assert [each.task for each in stands] == ["timers"]
    reminders.isolation._again_at.clear()
    monkeypatch.setattr(deadlines, "overdue", really)
    Scheduler(municipality.store, reminders, 60).tick()
    assert not [each for each in all_standing(municipality.store.database) if each.municipality == broken]


def test_one_cause_is_one_sentence_with_all_that_it_holds_up() -> None:
    event = "498/case/c0@3 Foretold"
    told = standing_sentences(
        [
            Standing("498", "cases", 16, event, "cannot be read: x"),
            Standing("498", "timeline", 16, event, "cannot be read: x"),
            *(Standing(f"{code}", "rounds", 0, "", "rounds: run `asiapolku migrate`") for code in range(7)),
            Standing("498", "timers", 0, "", "UndefinedTable 42P01"),
        ]
    )
    assert told == [
        f"cases, timeline cannot go on in 498 at position 16, before {event}: cannot be read: x",
        "rounds cannot go on in 0, 1, 2, 3, 4 and 2 more: rounds: run `asiapolku migrate`",
        "timers cannot go on in 498: UndefinedTable 42P01",
    ]


def test_an_error_is_named_without_its_message() -> None:
    unreadable = UnreadableEvent("498/case/c0", 3, 17, "Foretold", "no event of this name is known here")
    assert named_error(unreadable) == "cannot be read: no event of this name is known here"
    assert named_error(psycopg.errors.UndefinedTable(VALUE)) == "UndefinedTable 42P01"
    assert named_error(ValueError(VALUE)) == "ValueError"
    with pytest.raises(ValueError, match="unpack") as raised:
        StreamId.parse(VALUE)
    assert named_error(raised.value).startswith("ValueError at domain.messages:")


class Stop:
    """Told to stop after some pauses, which it remembers."""

    def __init__(self, after: int) -> None:
        self.pauses: list[float] = []
        self._after = after

    def is_set(self) -> bool:
        return len(self.pauses) >= self._after

    def wait(self, seconds: float) -> None:
        self.pauses.append(seconds)


@pytest.mark.parametrize(
    ("error", "pauses", "named"),
    [
        (AssertionError(VALUE), [1, 2, 4, 8], "AssertionError at workers.__main__:"),
        (redis.ConnectionError(VALUE), [1, 1, 1, 1], "ConnectionError"),
    ],
)
def test_a_mistake_in_the_loop_itself_is_named_and_tried_again_and_ends_nothing(
    settings: InstallationSettings,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    error: Exception,
    pauses: list[float],
    named: str,
) -> None:
    monkeypatch.setattr("workers.actors.connect", lambda _: None)
    monkeypatch.setattr(ProcessManager, "follow", failing(error))
    stop: Any = Stop(4)
    follower.run_follower(settings, stop)
    assert stop.pauses == pauses
    assert caplog.text.count(named) == 4
    assert VALUE not in caplog.text


def test_a_worker_on_another_edition_ends_with_the_sentence_that_says_how_to_migrate(
    settings: InstallationSettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(follower, "InstallationSettings", lambda: settings)
    monkeypatch.setattr(follower, "run_follower", failing(NotMigrated("run `asiapolku migrate`")))
    monkeypatch.setattr("signal.signal", lambda *_: None)
    with pytest.raises(SystemExit, match="run `asiapolku migrate`"):
        follower.main("follower")
