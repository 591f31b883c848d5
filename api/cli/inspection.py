"""Commands that look: the law, a case as it was, exports, proofs and figures."""

import sys
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from api.cli.common import (
    DEFAULT_FOLDER,
    FolderOption,
    JsonOption,
    LanguageOption,
    OnlyMunicipalityOption,
    app,
    fail,
    only_municipality,
    open_store,
    print_json,
    print_progress,
)
from domain.texts.translation import DEFAULT_LANGUAGE

if TYPE_CHECKING:
    from domain.store.event_store import EventStore
    from domain.store.settings import InstallationSettings


@app.command("deadlines")
def deadlines_command(
    mode: Annotated[
        str, typer.Option(help="letter, electronic, handed, receipt, substitute, published or notice")
    ],
    on: Annotated[
        datetime, typer.Option(formats=["%Y-%m-%d"], help="Posted, sent, handed over or published on")
    ],
    days: Annotated[int, typer.Option(help="The period: 14 or 30")] = 14,
    lang: LanguageOption = DEFAULT_LANGUAGE,
    as_json: JsonOption = False,
) -> None:
    """The last day of an appeal period, with its arithmetic and its sources."""
    from domain.law.appeal import Mode, appeal_clock
    from domain.texts.formats import format_day

    if mode not in list(Mode):
        raise fail(f"--mode is one of {', '.join(Mode)}.", 2)
    try:
        found = appeal_clock(Mode(mode), on.date(), days)
    except ValueError as error:
        raise fail(str(error), 2) from None
    if as_json:
        print_json(found.as_json(lang))
        return
    for step in found.steps:
        typer.echo(f"{format_day(step.day, lang):>10}  {step.why(lang)}  [{step.source}]")


# The auditor and the archivist ---------------------------------------------------------------------------------------


@app.command("replay")
def replay_case_command(
    case: Annotated[str, typer.Argument(help="A case's number or id")],
    at: Annotated[str | None, typer.Option(help="After event n, or on a day: 7 or 2022-08-22")] = None,
    named: OnlyMunicipalityOption = None,
    folder: FolderOption = DEFAULT_FOLDER,
) -> None:
    """The case as it is, or as it was, folded from its events."""
    from domain.messages import HELSINKI, StreamId
    from projections import cases
    from projections.views.case_page import to_plain

    version = int(at) if at and at.isdigit() else None
    try:
        day = date.fromisoformat(at) if at and version is None else None
    except ValueError:
        raise fail("--at is an event's number or a day: 7 or 2022-08-22.", 2) from None
    end = datetime(day.year, day.month, day.day, 23, 59, 59, 999_999, HELSINKI) if day else None
    with open_store(folder) as (_, store):
        municipality = only_municipality(store, named)
        stream = cases.stream_by_number(store.database, municipality, case)
        name = StreamId.parse(stream) if stream else StreamId(municipality, "case", case)
        reached, state = store.as_it_was(name, version=version, at=end)
        if state is None:
            raise fail(
                f"There is no case {case} in {municipality} then; it is named by its number or its id."
            )
        print_json({"case": name.key, "version": reached, "state": to_plain(state)})


@app.command()
def export(
    named: OnlyMunicipalityOption = None,
    case: Annotated[str | None, typer.Option(help="One case's id")] = None,
    round_: Annotated[
        str | None, typer.Option("--round", help="A round's id, with its cases and decisions")
    ] = None,
    year: Annotated[int | None, typer.Option(help="The cases that arrived in a year")] = None,
    out: Annotated[Path | None, typer.Option(help="A file; stdout where there is none")] = None,
    folder: FolderOption = DEFAULT_FOLDER,
) -> None:
    """Full event trails as JSON Lines, the manifest last."""
    from projections.views import export as exporting

    with open_store(folder) as (_, store):
        municipality = only_municipality(store, named)
        streams = exporting.select_streams(store, municipality, case=case, round_=round_, year=year)
        lines = exporting.export_lines(store, municipality, streams)
        if out is None:
            sys.stdout.writelines(lines)
            return
        waiting = out.with_suffix(".part")
        with waiting.open("w", encoding="utf-8") as file:
            file.writelines(lines)
        waiting.replace(out)
    print_progress(f"written to {out}")


@app.command()
def rebuild(
    names: Annotated[list[str] | None, typer.Argument(help="Read models; all where none is named")] = None,
    folder: FolderOption = DEFAULT_FOLDER,
) -> None:
    """Build read models anew beside the live ones and swap them in; readers notice nothing."""
    from api.installation.running import rebuild_read_models
    from projections.read_model import CannotFold, read_models

    known = read_models()
    if unknown := set(names or ()) - set(known):
        raise fail(
            f"There is no read model {', '.join(sorted(unknown))}; there are {', '.join(sorted(known))}.", 2
        )
    with open_store(folder) as (settings, _):
        try:
            reached = rebuild_read_models(settings, names or sorted(known))
        except CannotFold as error:
            raise fail(f"{error}. It was not swapped in, and the live tables are as they were.") from None
        for name, position in reached.items():
            print_progress(f"{name}: swapped in at position {position}")


@app.command()
def verify(
    exported: Annotated[
        Path | None, typer.Option("--export", help="Read an export again, fold it and compare")
    ] = None,
    as_json: JsonOption = False,
    folder: FolderOption = DEFAULT_FOLDER,
) -> None:
    """Prove that the live tables equal a fresh fold, or that an export does."""
    from projections.views import export as exporting

    with open_store(folder) as (settings, store):
        if exported is not None:
            with exported.open(encoding="utf-8") as file:
                found = exporting.check_export(file)
            faults = [*found.faults, *exporting.compare(store, found)]
            outcome: dict[str, Any] = {"events": found.events, "streams": len(found.states), "faults": faults}
        else:
            outcome = _verified(settings, store)
            faults = outcome["faults"]
    if as_json:
        print_json(outcome)
    else:
        for fault in faults:
            typer.echo(fault)
        print_progress("everything agrees" if not faults else f"{len(faults)} faults")
    if faults:
        raise typer.Exit(1)


def _verified(settings: "InstallationSettings", store: "EventStore") -> dict[str, Any]:
    """By read model and table the rows that differ, and a sentence for each fault: also what cannot be folded."""
    from domain.store.database import NotMigrated, migrating
    from domain.store.standing import Standing, standing_sentences
    from projections.read_model import read_models

    tables: dict[str, dict[str, int]] = {}
    standing: list[Standing] = []
    faults = []
    with migrating(settings.migration_database_url or settings.database_url, whole=False) as owner:
        for name, model in sorted(read_models().items()):
            try:
                tables[name] = dict(model.verify(owner, store, standing))
            except NotMigrated as error:
                faults.append(str(error))
    faults += standing_sentences(standing)
    faults += [
        f"{name}.{table}: {n} rows differ" for name, each in tables.items() for table, n in each.items() if n
    ]
    return {"readModels": tables, "faults": faults}


@app.command()
def kpi(
    named: OnlyMunicipalityOption = None,
    as_json: JsonOption = False,
    folder: FolderOption = DEFAULT_FOLDER,
) -> None:
    """Lead times and automation rate, from the event stream."""
    from domain.messages import HELSINKI
    from projections import automation, lead_times

    with open_store(folder) as (_, store):
        municipality = only_municipality(store, named)
        today = store.clock.now().astimezone(HELSINKI).date()
        figures = {
            "leadTimes": lead_times.lead_time_summary(store.database, municipality, today),
            "automation": automation.automation_rates(store.database, municipality),
        }
    if as_json:
        print_json(figures)
        return
    for values in figures.values():
        for figure, value in values.items():
            if isinstance(value, dict) and figure != "definitions":
                typer.echo(f"{figure}: {', '.join(f'{name} {each}' for name, each in value.items())}")
            elif figure != "definitions":
                typer.echo(f"{figure}: {value}")
