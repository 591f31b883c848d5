"""Commands that run an installation: everything at once, each process alone, and the demo."""

import json
import os
import sys
from pathlib import Path
from typing import Annotated

import typer

from api.cli.common import (
    DEFAULT_FOLDER,
    DEMO,
    SEEDED,
    FolderOption,
    JsonOption,
    app,
    fail,
    open_installation,
    open_store,
    print_json,
    print_progress,
)


@app.command()
def up(
    demo: Annotated[
        bool, typer.Option(help="Seed a published round, with a demo clock and a fake payment party.")
    ] = False,
    port: Annotated[int, typer.Option()] = 8000,
    folder: Annotated[Path | None, typer.Option(help="Where embedded parts keep their data.")] = None,
) -> None:
    """API, pages and workers on this machine until Ctrl-C; embedded parts where the environment names none."""
    import signal
    import time
    from threading import Event

    from api.installation.demo.people import DEMO_STAFF, MUNICIPALITY, PASSWORD
    from api.installation.demo.play import play
    from api.installation.running import run_installation
    from api.installation.worker_restarts import WorkerRestarts

    stop = Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.set())
    place = folder or (DEMO if demo else DEFAULT_FOLDER)
    with run_installation(place, demo=demo, port=port) as house:
        if demo and not (place / SEEDED).exists():
            play(house, print_progress)
            (place / SEEDED).touch()
        print_progress(f"Asiapolku answers at {house.url} (Ctrl-C stops all of it)")
        if demo:
            print_progress(
                f"Sign in: municipality {MUNICIPALITY}, one of {', '.join(DEMO_STAFF)}, password {PASSWORD}"
            )
        restarts = WorkerRestarts(house.processes, ("actors", "follower"), time.monotonic)
        while not stop.wait(1):
            for sentence in restarts.look():
                print_progress(sentence)
    print_progress("stopped")


@app.command()
def demo(
    as_json: JsonOption = False,
    folder: Annotated[
        Path | None, typer.Option(help="Where the demo keeps its data; fresh each time with --json.")
    ] = None,
) -> None:
    """Play a published round through the HTTP API, from application to paid, and check it."""
    import shutil
    import tempfile

    from api.installation.demo.play import play
    from api.installation.demo.report import report
    from api.installation.running import run_installation

    place = folder or (Path(tempfile.mkdtemp(prefix="asiapolku-")) if as_json else DEMO)
    if folder is None and not as_json:
        shutil.rmtree(place, ignore_errors=True)
    try:
        with run_installation(place, demo=True) as house:
            result = play(house, print_progress)
        (place / SEEDED).touch()
        if as_json:
            print_json(result.as_json())
        else:
            report(result)
    finally:
        if as_json and folder is None:
            shutil.rmtree(place, ignore_errors=True)
    if not all(result.checks.values()):
        failed = [name for name, holds in result.checks.items() if not holds]
        raise fail(f"these checks failed: {', '.join(failed)}")


@app.command()
def serve(
    host: Annotated[str, typer.Option()] = "127.0.0.1",
    port: Annotated[int, typer.Option()] = 8000,
    folder: FolderOption = DEFAULT_FOLDER,
) -> None:
    """The API and the pages alone."""
    import uvicorn

    from api.app import create_app

    with open_store(folder) as (settings, store):
        uvicorn.run(create_app(settings, store), host=host, port=port, access_log=False)


@app.command()
def work(
    role: Annotated[
        str, typer.Argument(help="actors, or follower (read models, process manager and timers).")
    ],
) -> None:
    """One worker process: DATABASE_URL and REDIS_URL say where it works."""
    if role not in ("actors", "follower"):
        raise fail("A worker is one of: actors, follower.", 2)
    if missing := [name for name in ("DATABASE_URL", "REDIS_URL") if name not in os.environ]:
        raise fail(
            f"Set {' and '.join(missing)}: a worker has no embedded parts; `asiapolku up` starts everything.",
            2,
        )
    with open_installation(DEFAULT_FOLDER):
        os.execv(sys.executable, [sys.executable, "-m", "workers", role])  # noqa: S606 - our own module, by design


@app.command()
def migrate(folder: FolderOption = DEFAULT_FOLDER) -> None:
    """Create or renew the tables; the one command that may, as MIGRATION_DATABASE_URL."""
    from api.installation.running import migrate_installation
    from projections.read_model import CannotFold

    with open_installation(folder) as settings:
        try:
            built = migrate_installation(settings)
        except CannotFold as error:
            raise fail(f"{error}. Everything else is migrated.") from None
    print_progress("migrated" + (f"; built {', '.join(built)}" if built else ""))


@app.command()
def doctor(as_json: JsonOption = False, folder: FolderOption = DEFAULT_FOLDER) -> None:
    """Look at the installation and name the fix for each fault."""
    from api.installation.doctor import diagnose

    with open_installation(folder, redis=True) as settings:
        findings = diagnose(settings)
    if as_json:
        print_json(findings)
    else:
        for finding in findings:
            typer.echo(
                f"{'ok   ' if finding['ok'] else 'FAULT'} {finding['what']}{'' if finding['ok'] else ': ' + finding['fix']}"
            )
    if not all(finding["ok"] for finding in findings):
        raise typer.Exit(1)


@app.command()
def openapi(
    out: Annotated[Path | None, typer.Option(help="A file; stdout where there is none")] = None,
) -> None:
    """The OpenAPI document of the JSON API."""
    from api.v1.openapi import openapi_document

    text = json.dumps(openapi_document(), ensure_ascii=False, indent=1) + "\n"
    if out:
        out.write_text(text, encoding="utf-8")
    else:
        typer.echo(text, nl=False)


@app.command()
def version() -> None:
    """The version of this installation."""
    from importlib.metadata import version as installed

    typer.echo(installed("asiapolku"))
