"""`python -m workers actors` or `follower`: one process each, stopped by SIGTERM or Ctrl-C."""

import logging
import signal
import sys
import time
from threading import Event

import psycopg
import redis
from dramatiq.worker import Worker
from psycopg_pool import PoolTimeout

from domain.store.event_store import EventStore
from domain.store.settings import InstallationSettings
from workers import actors
from workers.process_manager import ProcessManager
from workers.scheduler import Scheduler

log = logging.getLogger("asiapolku.work")

POLL_SECONDS = 0.15
"""Seconds between two looks at the events when nothing wakes us."""


def main(role: str) -> None:
    """Work until told to stop."""
    logging.basicConfig(level=logging.WARNING, format="%(levelname)s %(name)s %(message)s")
    logging.getLogger("asiapolku").setLevel(logging.INFO)
    stop = Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    settings = InstallationSettings()
    {"actors": run_worker, "follower": run_follower}[role](settings, stop)


def run_worker(settings: InstallationSettings, stop: Event) -> None:
    """Take messages and act on them."""
    broker = actors.start_actors(settings)
    worker = Worker(broker, worker_threads=4, worker_timeout=100)
    worker.start()
    print("ready", flush=True)  # noqa: T201 - whoever started us waits for this
    stop.wait()
    worker.stop(timeout=5_000)
    broker.close()


def run_follower(settings: InstallationSettings, stop: Event) -> None:
    """Fold the read models, remind the actors of what must follow, and watch the clock."""
    store = EventStore.open(settings)
    actors.connect(settings.redis_url)

    def send(actor: str, *message: str) -> None:
        actors.ACTORS[actor].send(*message)

    reminders = ProcessManager(store, send, time.monotonic, settings.asiapolku_patience)
    scheduler = Scheduler(store, reminders, settings.asiapolku_bank_every)
    print("ready", flush=True)  # noqa: T201 - whoever started us waits for this
    while not stop.is_set():
        try:
            reminders.follow()
            scheduler.tick()
            store.database.wait_for_news(POLL_SECONDS)
        except (psycopg.Error, redis.RedisError, PoolTimeout) as error:
            log.warning("%s: we go on in a moment", type(error).__name__)
            stop.wait(1)


if __name__ == "__main__":
    main(sys.argv[1])
