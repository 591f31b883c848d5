"""The command line: data on stdout, progress on stderr, exit 0 well, 1 a finding, 2 a wrong call."""

import json
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from domain.event_store import EventStore
    from domain.installation import Settings

app = typer.Typer(
    help="Asiapolku, the path of a case: the event-sourced back office for municipal decisions.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
users = typer.Typer(help="Users, their roles, and API tokens.", no_args_is_help=True)
app.add_typer(users, name="user")

Folder = Annotated[Path, typer.Option(help="Where embedded parts keep their data.")]
Json = Annotated[bool, typer.Option("--json", help="One JSON object on stdout.")]
Municipality = Annotated[str, typer.Option(help="The municipality's code.")]
HOME = Path(".asiapolku")
DEMO = HOME / "demo"
SEEDED = "seeded"
"""A file in a demo's folder: the round has been played there."""


def tell(text: str) -> None:
    """Progress, for a person, on stderr."""
    typer.echo(text, err=True)


def fail(text: str, code: int = 1) -> typer.Exit:
    """What went wrong and how to mend it."""
    tell(text)
    return typer.Exit(code)


def written(value: Any) -> None:
    """Data, for a machine, on stdout."""
    typer.echo(json.dumps(value, ensure_ascii=False, default=str))


@contextmanager
def installation(folder: Path, *, demo: bool = False, redis: bool = False) -> "Iterator[Settings]":
    """The settings of the installation that the environment names, or of the embedded one in `folder`."""
    from pydantic import ValidationError

    from api.running import environment, settings_of

    with environment(folder, demo=demo or (folder / "clock.json").exists(), redis=redis) as variables:
        try:
            yield settings_of(variables)
        except ValidationError as error:
            reasons = [
                f"{'.'.join(map(str, each['loc'])).upper() or 'settings'}: {each['msg'].removeprefix('Value error, ')}"
                for each in error.errors(include_input=False, include_url=False)
            ]
            raise fail("The environment is not complete:\n  " + "\n  ".join(reasons), 2) from None


@contextmanager
def opened(folder: Path) -> "Iterator[tuple[Settings, EventStore]]":
    """The installation with its store, or a sentence that says how to migrate."""
    from domain.database import NotMigrated
    from domain.event_store import EventStore

    with installation(folder) as settings:
        try:
            store = EventStore.open(settings, size=4)
        except NotMigrated as error:
            raise fail(str(error)) from None
        try:
            yield settings, store
        finally:
            store.database.close()


# Running -------------------------------------------------------------------------------------------------------------


@app.command()
def up(
    demo: Annotated[
        bool, typer.Option(help="Seed the Muonio round, with a demo clock and a fake payment party.")
    ] = False,
    port: Annotated[int, typer.Option()] = 8000,
    folder: Annotated[Path | None, typer.Option(help="Where embedded parts keep their data.")] = None,
) -> None:
    """API, pages and workers on this machine until Ctrl-C; embedded parts where the environment names none."""
    import signal
    from threading import Event

    from api.demo.people import MUNICIPALITY, PASSWORD, STAFF
    from api.demo.play import play
    from api.running import running

    stop = Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.set())
    place = folder or (DEMO if demo else HOME)
    with running(place, demo=demo, port=port) as house:
        if demo and not (place / SEEDED).exists():
            play(house, tell)
            (place / SEEDED).touch()
        tell(f"Asiapolku answers at {house.url} (Ctrl-C stops all of it)")
        if demo:
            tell(f"Sign in: municipality {MUNICIPALITY}, one of {', '.join(STAFF)}, password {PASSWORD}")
        while not stop.wait(1):
            house.processes.check()
    tell("stopped")


@app.command()
def demo(
    as_json: Json = False,
    folder: Annotated[
        Path | None, typer.Option(help="Where the demo keeps its data; fresh each time with --json.")
    ] = None,
) -> None:
    """Play Muonio's published round of 2022 through the HTTP API, from application to paid, and check it."""
    import shutil
    import tempfile

    from api.demo.play import play
    from api.demo.report import report
    from api.running import running

    place = folder or (Path(tempfile.mkdtemp(prefix="asiapolku-")) if as_json else DEMO)
    if folder is None and not as_json:
        shutil.rmtree(place, ignore_errors=True)
    try:
        with running(place, demo=True) as house:
            result = play(house, tell)
        (place / SEEDED).touch()
        if as_json:
            written(result.as_json())
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
    folder: Folder = HOME,
) -> None:
    """The API and the pages alone."""
    import uvicorn

    from api.app import create_app

    with opened(folder) as (settings, store):
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
    with installation(HOME):
        os.execv(sys.executable, [sys.executable, "-m", "workers", role])  # noqa: S606 - our own module, by design


@app.command()
def migrate(folder: Folder = HOME) -> None:
    """Create or renew the tables; the one command that may, as MIGRATION_DATABASE_URL."""
    from api.running import migrate as renew

    with installation(folder) as settings:
        built = renew(settings)
    tell("migrated" + (f"; built {', '.join(built)}" if built else ""))


# The law -------------------------------------------------------------------------------------------------------------


@app.command()
def deadlines(
    mode: Annotated[
        str, typer.Option(help="letter, electronic, handed, receipt, substitute, published or notice")
    ],
    on: Annotated[
        datetime, typer.Option(formats=["%Y-%m-%d"], help="Posted, sent, handed over or published on")
    ],
    days: Annotated[int, typer.Option(help="The period: 14 or 30")] = 14,
    lang: Annotated[str, typer.Option(help="fi, sv or en")] = "fi",
    as_json: Json = False,
) -> None:
    """The last day of an appeal period, with its arithmetic and its sources."""
    from domain.law.appeal import Mode, clock

    if mode not in list(Mode) or lang not in ("fi", "sv", "en"):
        raise fail(f"--mode is one of {', '.join(Mode)}; --lang is fi, sv or en.", 2)
    try:
        found = clock(Mode(mode), on.date(), days)
    except ValueError as error:
        raise fail(str(error), 2) from None
    if as_json:
        written(found.as_json(lang))
        return
    for step in found.steps:
        typer.echo(f"{step.day:%d.%m.%Y}  {step.why(lang)}  [{step.source}]")


# The auditor and the archivist ---------------------------------------------------------------------------------------


@app.command()
def replay(
    case: Annotated[str, typer.Argument(help="A case's number or id")],
    at: Annotated[str | None, typer.Option(help="After event n, or on a day: 7 or 2022-08-22")] = None,
    municipality: Municipality = "498",
    folder: Folder = HOME,
) -> None:
    """The case as it is, or as it was, folded from its events."""
    from domain.messages import HELSINKI, StreamId
    from projections import cases
    from projections.case_page import shown

    version = int(at) if at and at.isdigit() else None
    try:
        day = date.fromisoformat(at) if at and version is None else None
    except ValueError:
        raise fail("--at is an event's number or a day: 7 or 2022-08-22.", 2) from None
    end = datetime(day.year, day.month, day.day, 23, 59, 59, 999_999, HELSINKI) if day else None
    with opened(folder) as (_, store):
        stream = cases.stream_by_number(store.database, municipality, case)
        name = StreamId.parse(stream) if stream else StreamId(municipality, "case", case)
        reached, state = store.as_it_was(name, version=version, at=end)
        if state is None:
            raise fail(f"There is no case {case} in {municipality} then; numbers look like MUODno-2022-1.")
        written({"case": name.key, "version": reached, "state": shown(state)})


@app.command()
def export(
    municipality: Municipality = "498",
    case: Annotated[str | None, typer.Option(help="One case's id")] = None,
    round_: Annotated[
        str | None, typer.Option("--round", help="A round's id, with its cases and decisions")
    ] = None,
    year: Annotated[int | None, typer.Option(help="The cases that arrived in a year")] = None,
    out: Annotated[Path | None, typer.Option(help="A file; stdout where there is none")] = None,
    folder: Folder = HOME,
) -> None:
    """Full event trails as JSON Lines, the manifest last."""
    from projections import export as exporting

    with opened(folder) as (_, store):
        streams = exporting.chosen(store, municipality, case=case, round_=round_, year=year)
        lines = exporting.lines(store, municipality, streams)
        if out is None:
            sys.stdout.writelines(lines)
            return
        waiting = out.with_suffix(".part")
        with waiting.open("w", encoding="utf-8") as file:
            file.writelines(lines)
        waiting.replace(out)
    tell(f"written to {out}")


@app.command()
def rebuild(
    names: Annotated[list[str] | None, typer.Argument(help="Read models; all where none is named")] = None,
    folder: Folder = HOME,
) -> None:
    """Build read models anew beside the live ones and swap them in; readers notice nothing."""
    from api.running import rebuild as build
    from projections.read_model import read_models

    known = read_models()
    if unknown := set(names or ()) - set(known):
        raise fail(
            f"There is no read model {', '.join(sorted(unknown))}; there are {', '.join(sorted(known))}.", 2
        )
    with opened(folder) as (settings, _):
        for name, position in build(settings, names or sorted(known)).items():
            tell(f"{name}: swapped in at position {position}")


@app.command()
def verify(
    exported: Annotated[
        Path | None, typer.Option("--export", help="Read an export again, fold it and compare")
    ] = None,
    as_json: Json = False,
    folder: Folder = HOME,
) -> None:
    """Prove that the live tables equal a fresh fold, or that an export does."""
    from domain.database import migrating
    from projections import export as exporting
    from projections.read_model import read_models

    with opened(folder) as (settings, store):
        if exported is not None:
            with exported.open(encoding="utf-8") as file:
                found = exporting.check(file)
            faults = [*found.faults, *exporting.compare(store, found)]
            outcome: dict[str, Any] = {"events": found.events, "streams": len(found.states), "faults": faults}
        else:
            with migrating(settings.migration_database_url or settings.database_url, whole=False) as owner:
                tables = {
                    name: dict(model.verify(owner, store)) for name, model in sorted(read_models().items())
                }
            faults = [
                f"{name}.{table}: {n} rows differ"
                for name, each in tables.items()
                for table, n in each.items()
                if n
            ]
            outcome = {"readModels": tables, "faults": faults}
    if as_json:
        written(outcome)
    else:
        for fault in faults:
            typer.echo(fault)
        tell("everything agrees" if not faults else f"{len(faults)} faults")
    if faults:
        raise typer.Exit(1)


@app.command()
def kpi(municipality: Municipality = "498", as_json: Json = False, folder: Folder = HOME) -> None:
    """Lead times and automation rate, from the event stream."""
    from domain.messages import HELSINKI
    from projections import automation, lead_times

    with opened(folder) as (_, store):
        today = store.clock.now().astimezone(HELSINKI).date()
        figures = {
            "leadTimes": lead_times.figures(store.database, municipality, today),
            "automation": automation.figures(store.database, municipality),
        }
    if as_json:
        written(figures)
        return
    for values in figures.values():
        for figure, value in values.items():
            if isinstance(value, dict) and figure != "definitions":
                typer.echo(f"{figure}: {', '.join(f'{name} {each}' for name, each in value.items())}")
            elif figure != "definitions":
                typer.echo(f"{figure}: {value}")


# Administration ------------------------------------------------------------------------------------------------------


@users.command("add")
def user_add(
    username: str,
    roles: Annotated[
        list[str], typer.Argument(help="applicant, customer-service, registry, handler, approver, …")
    ],
    name: Annotated[str, typer.Option(help="The name that colleagues see")],
    municipality: Municipality,
    password: Annotated[
        str, typer.Option(prompt=True, hide_input=True, confirmation_prompt=True, envvar="ASIAPOLKU_PASSWORD")
    ],
    folder: Folder = HOME,
) -> None:
    """Add a user, or give an existing one a new password, name and roles."""
    from api.v1.identity import Users

    with opened(folder) as (_, store):
        try:
            user_id = Users(store).add(municipality, username, password, name, _roles(roles))
        except ValueError as error:
            raise fail(str(error), 2) from None
    typer.echo(user_id)


@users.command("token")
def user_token(
    label: str, roles: list[str], municipality: Annotated[str, typer.Option()], folder: Folder = HOME
) -> None:
    """An API token with roles; shown once."""
    from api.v1.identity import Users

    with opened(folder) as (_, store):
        typer.echo(Users(store).token(municipality, label, _roles(roles)))


@users.command("disable")
def user_disable(username: str, municipality: Annotated[str, typer.Option()], folder: Folder = HOME) -> None:
    """Let a user in no more, and end every session."""
    from api.v1.identity import Users

    with opened(folder) as (_, store):
        if not Users(store).disable(municipality, username):
            raise fail("There is no such user.")
    tell("disabled")


def _roles(names: list[str]) -> "list[Any]":
    from domain.messages import Role

    known = [role for role in Role if role is not Role.SYSTEM]
    if unknown := [name for name in names if name not in known]:
        raise fail(f"There is no role {', '.join(unknown)}; the roles are {', '.join(known)}.", 2)
    return [Role(name) for name in names]


@app.command()
def doctor(as_json: Json = False, folder: Folder = HOME) -> None:
    """Look at the installation and name the fix for each fault."""
    from api.doctor import examine

    with installation(folder, redis=True) as settings:
        findings = examine(settings)
    if as_json:
        written(findings)
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
    from api.openapi import document

    text = json.dumps(document(), ensure_ascii=False, indent=1) + "\n"
    if out:
        out.write_text(text, encoding="utf-8")
    else:
        typer.echo(text, nl=False)


@app.command()
def version() -> None:
    """The version of this installation."""
    from importlib.metadata import version as installed

    typer.echo(installed("asiapolku"))
