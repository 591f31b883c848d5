"""What every command shares: data on stdout, progress on stderr, exit 0 well, 1 a finding, 2 a wrong call."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from domain.texts.translation import languages

if TYPE_CHECKING:
    from domain.store.event_store import EventStore
    from domain.store.settings import InstallationSettings

app = typer.Typer(
    help="Asiapolku, the path of a case: the event-sourced back office for municipal decisions.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
users_app = typer.Typer(help="Users, their roles, and API tokens.", no_args_is_help=True)
app.add_typer(users_app, name="user")

FolderOption = Annotated[Path, typer.Option(help="Where embedded parts keep their data.")]
JsonOption = Annotated[bool, typer.Option("--json", help="One JSON object on stdout.")]


def _spoken(language: str) -> str:
    if language not in languages():
        raise fail(f"--lang is one of {', '.join(languages())}.", 2)
    return language


LanguageOption = Annotated[str, typer.Option("--lang", help=", ".join(languages()), callback=_spoken)]
MunicipalityOption = Annotated[str, typer.Option(help="The municipality's code.")]
OnlyMunicipalityOption = Annotated[
    str | None,
    typer.Option("--municipality", help="The municipality's code; needed where there are several."),
]
DEFAULT_FOLDER = Path(".asiapolku")
DEMO = DEFAULT_FOLDER / "demo"
SEEDED = "seeded"
"""A file in a demo's folder: the round has been played there."""


def print_progress(text: str) -> None:
    """Progress, for a person, on stderr."""
    typer.echo(text, err=True)


def fail(text: str, code: int = 1) -> typer.Exit:
    """What went wrong and how to mend it."""
    print_progress(text)
    return typer.Exit(code)


def print_json(value: Any) -> None:
    """Data, for a machine, on stdout."""
    typer.echo(json.dumps(value, ensure_ascii=False, default=str))


def only_municipality(store: "EventStore", named: str | None) -> str:
    """The municipality that was named, or the only one there is."""
    if named is not None:
        return named
    codes = store.database.municipalities()
    if len(codes) != 1:
        there = f"there are {', '.join(codes)}" if codes else "there is none yet"
        raise fail(f"Name the municipality with --municipality: {there}.", 2)
    return codes[0]


@contextmanager
def open_installation(
    folder: Path, *, demo: bool = False, redis: bool = False
) -> "Iterator[InstallationSettings]":
    """The settings of the installation that the environment names, or of the embedded one in `folder`."""
    from pydantic import ValidationError

    from api.installation.running import process_environment, settings_of

    with process_environment(folder, demo=demo or (folder / "clock.json").exists(), redis=redis) as variables:
        try:
            yield settings_of(variables)
        except ValidationError as error:
            reasons = [
                f"{'.'.join(map(str, each['loc'])).upper() or 'settings'}: {each['msg'].removeprefix('Value error, ')}"
                for each in error.errors(include_input=False, include_url=False)
            ]
            raise fail("The environment is not complete:\n  " + "\n  ".join(reasons), 2) from None


@contextmanager
def open_store(folder: Path) -> "Iterator[tuple[InstallationSettings, EventStore]]":
    """The installation with its store, or a sentence that says how to migrate."""
    from domain.store.database import NotMigrated
    from domain.store.event_store import EventStore, UnreadableEvent

    with open_installation(folder) as settings:
        try:
            store = EventStore.open(settings, size=4)
        except NotMigrated as error:
            raise fail(str(error)) from None
        try:
            yield settings, store
        except UnreadableEvent as error:
            raise fail(f"{error}. `asiapolku doctor` names what stands.") from None
        finally:
            store.database.close()
