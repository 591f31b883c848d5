"""`python -m workers actors` or `follower`: one process each, stopped by SIGTERM or Ctrl-C."""

import logging
import signal
import sys
import time
from threading import Event

from dramatiq.worker import Worker

from domain.store.database import NotMigrated
from domain.store.event_store import EventStore
from domain.store.settings import InstallationSettings
from domain.store.standing import named_error
from workers import actors
from workers.isolation import FIRST_PAUSE, LONGEST_PAUSE, stops_everything
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
    try:
        {"actors": run_worker, "follower": run_follower}[role](settings, stop)
    except NotMigrated as error:
        sys.exit(str(error))


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
    pause = FIRST_PAUSE
    while not stop.is_set():
        try:
            reminders.follow()
            scheduler.tick()
            store.database.wait_for_news(POLL_SECONDS)
            pause = FIRST_PAUSE
        except Exception as error:  # noqa: BLE001 - a mistake of ours ends no process: the rest of it may be right
            if stops_everything(error):
                pause = FIRST_PAUSE
            log.error("%s: we try again in %g s", named_error(error), pause)  # noqa: TRY400 - a traceback shows values
            stop.wait(pause)
            pause = min(2 * pause, LONGEST_PAUSE)


if __name__ == "__main__":
    main(sys.argv[1])
