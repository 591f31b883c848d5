"""Criteria as documents: checked, tried on a table, explained, compared; and calculations replayed."""

import sys
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from api.cli.common import HOME, Folder, Json, Municipality, app, fail, opened, tell, written

if TYPE_CHECKING:
    from collections.abc import Sequence

    from domain.criteria.reckoning import Demand
    from domain.criteria.result import Result
    from domain.criteria.ruleset import RuleSet

ZERO = Decimal(0)
criteria = typer.Typer(
    help="A municipality's grant criteria as documents: check, run, explain, compare, replay.",
    no_args_is_help=True,
)
app.add_typer(criteria, name="criteria")

File = Annotated[Path, typer.Argument(help="A criteria document (YAML), or the name of a ready one")]
Language = Annotated[str, typer.Option("--lang", help="fi, sv or en")]
Budget = Annotated[str | None, typer.Option(help="Euros; the document's own where nothing is said")]
Slot = Annotated[
    list[str] | None,
    typer.Option("--slot", help="A value that the board fixes later: name=80 %; again for each"),
]


def text_of(file: Path) -> str:
    """The text of a document; a name without a folder may be that of a ready document."""
    from domain.criteria import ready

    if not file.exists() and file.stem in ready():
        return ready()[file.stem]
    try:
        return file.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        raise fail(f"{file}: the file is not UTF-8 text; save it as UTF-8.", 1) from None
    except OSError as error:
        names = ", ".join(sorted(ready()))
        raise fail(f"{file}: {error.strerror}; the ready documents are {names}.", 2) from None


def loaded(file: Path, *, examples: bool = True) -> "RuleSet":
    """The rule set of a file; its errors are told and nothing goes on with them."""
    from domain.criteria.checking import check
    from domain.criteria.compiler import compiled

    rules, findings = check(text_of(file)) if examples else compiled(text_of(file))
    errors = [each for each in findings if each.severity == "error"]
    if rules is None or errors:
        raise fail("\n".join(f"{file}:{each}" for each in errors))
    return rules


def slots_of(given: list[str] | None) -> dict[str, str]:
    """`name=80 %` as a table."""
    found = {}
    for each in given or ():
        name, equals, value = each.partition("=")
        if not equals:
            raise fail(f"--slot {each}: write name=value, for example --slot class_1_percent='80 %'.", 2)
        found[name.strip()] = value.strip()
    return found


@criteria.command()
def check(file: File, as_json: Json = False) -> None:
    """Whether a document can be adopted: errors and warnings with line and column, and its worked examples."""
    from domain.criteria.checking import as_json as check_as_json
    from domain.criteria.checking import check as checked

    rules, findings = checked(text_of(file))
    errors = [each for each in findings if each.severity == "error"]
    if as_json:
        written(check_as_json(rules, findings))
    else:
        for each in findings:
            typer.echo(f"{file}:{each}")
        examples = sum(len(each.lines) for each in rules.document.examples) if rules else 0
        tell(
            f"{len(errors)} error{'s' * (len(errors) != 1)}: it cannot be adopted"
            if rules is None
            else f"it can be adopted; {examples} example lines come out, {len(findings)} warnings"
        )
    if rules is None:
        raise typer.Exit(1)


@criteria.command()
def schema() -> None:
    """The JSON Schema of a document, for editors that complete and check while one writes."""
    import json

    from domain.criteria.document import schema as document_schema

    typer.echo(json.dumps(document_schema(), ensure_ascii=False, indent=2))


@criteria.command()
def run(
    file: File,
    inputs: Annotated[
        Path, typer.Argument(help="CSV with a heading or a JSON list; - reads JSON from stdin")
    ],
    budget: Budget = None,
    slot: Slot = None,
    language: Language = "fi",
    as_json: Json = False,
) -> None:
    """Calculate a table of applications under a document; no database is needed."""
    from domain.criteria.calculation import calculate
    from domain.criteria.rows import as_json as result_as_json
    from domain.criteria.rows import budget_of, demands_of, rows_of
    from domain.criteria.sentences import Told, euros
    from domain.criteria.sharing import Unsharable
    from domain.criteria.units import Mistake

    rules = loaded(file)
    try:
        text = sys.stdin.read() if str(inputs) == "-" else inputs.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        raise fail(f"{inputs}: the file is not UTF-8 text; save it as UTF-8.") from None
    except OSError as error:
        raise fail(f"{inputs}: {error.strerror}.", 2) from None
    try:
        demands = demands_of(
            rules, rows_of(text, as_json=inputs.suffix.lower() not in (".csv", ".tsv", ".txt"))
        )
        given = budget_of(budget if budget is not None else rules.document.budget)
        result = calculate(
            rules, given, demands, {**rules.previews, **slots_of(slot)}, "--slot" if slot else "preview"
        )
    except Mistake as mistake:
        raise fail(f"{mistake.sentence} {mistake.mend}".rstrip()) from None
    except Unsharable as error:
        raise fail(str(error)) from None
    if as_json:
        written(result_as_json(result, finals_of(rules, demands, result)))
        return
    told = Told(rules, language)
    for line in result.lines:
        typer.echo(f"{line.case}: {told.outcome(line)}")
        for sentence in told.trace(line.trace):
            typer.echo(f"  {sentence}")
    tell(told.totals(result))
    tell(f"{euros(result.total, language)}; SHA-256 {result.hash()}")


def finals_of(rules: "RuleSet", demands: "Sequence[Demand]", result: "Result") -> "dict[str, Decimal]":
    """The final grants of the lines whose rows have the figures of a final account."""
    from domain.criteria.settlement import final_account

    asked = {name for name, spec in rules.document.inputs.items() if spec.source == "final_account"}
    lines = {line.case: line for line in result.lines if line.outcome == "granted"}
    return {
        each.case: final_account(rules, each.inputs, lines[each.case].parts, ZERO, result.slots)[0]
        for each in demands
        if asked and each.case in lines and asked <= set(each.inputs)
    }


@criteria.command()
def explain(file: File, language: Language = "fi") -> None:
    """The document as a plain text for the board."""
    from domain.criteria.explanation import explain as explained

    typer.echo(explained(loaded(file, examples=False), language), nl=False)


@criteria.command()
def diff(old: File, new: File, language: Language = "fi") -> None:
    """What changed from one document to the other, in words."""
    from domain.criteria.comparing import differences

    for sentence in differences(loaded(old, examples=False), loaded(new, examples=False), language):
        typer.echo(sentence)


@criteria.command("what-if")
def what_if(
    new: File,
    round_: Annotated[
        str, typer.Option("--round", help="The past round: its id, or a word of its name such as 2022")
    ],
    budget: Budget = None,
    slot: Slot = None,
    language: Language = "fi",
    municipality: Municipality = "498",
    as_csv: Annotated[bool, typer.Option("--csv", help="The lines as CSV")] = False,
    as_json: Json = False,
    folder: Folder = HOME,
) -> None:
    """New criteria on a past round's real inputs; read-only: who wins, who loses, what was never asked."""
    from domain.criteria.comparing import told
    from domain.criteria.rows import budget_of
    from domain.criteria.sentences import Told, euros
    from domain.criteria.sharing import Unsharable
    from domain.criteria.units import Mistake
    from domain.messages import StreamId
    from domain.rejections import Rejection
    from projections import rounds
    from projections.views import past_rounds

    rules = loaded(new)
    with opened(folder) as (_, store):
        listed = rounds.listed(store.database, municipality)
        keys = [row["key"] for row in listed if round_ in (row["key"], row["name"])]
        keys = keys or [row["key"] for row in listed if round_ in row["name"]]
        if len(keys) != 1:
            names = ", ".join(f"{row['key']} ({row['name']})" for row in listed) or "none"
            raise fail(f"--round {round_} names {len(keys)} rounds; there are: {names}.", 2)
        try:
            stream = StreamId(municipality, "round", keys[0])
            found = past_rounds.try_out(store, stream, rules, budget_of(budget), slots_of(slot))
        except Mistake as mistake:
            raise fail(f"{mistake.sentence} {mistake.mend}".rstrip()) from None
        except (Unsharable, Rejection) as error:
            raise fail(str(error)) from None
    if as_json:
        written(past_rounds.as_json(found, rules, language))
    elif as_csv:
        typer.echo(past_rounds.as_csv(found, rules, language), nl=False)
    else:
        for sentence in told(found, rules, language):
            typer.echo(sentence)
        for group, (n, old, now) in found.by_group().items():
            tell(f"{group}: {n}, {euros(old, language)} → {euros(now, language)}")
        for name, n in found.never_asked.items():
            label = Told(rules, language).label(name)
            tell(f"never asked in that round: {label} ({name}, {n} lines)")
        tell(", ".join(f"{name} {n}" for name, n in found.counts().items()))
        tell(f"{euros(found.old_total, language)} → {euros(found.result.total, language)}")


@criteria.command()
def replay(
    case: Annotated[str, typer.Argument(help="A case's number or id")],
    language: Language = "fi",
    municipality: Municipality = "498",
    as_json: Json = False,
    folder: Folder = HOME,
) -> None:
    """A case's calculation counted anew from the stored events: the same to the last byte, or where it is not."""
    from domain.messages import StreamId
    from domain.rejections import Rejection
    from projections import cases
    from projections.views import past_rounds

    with opened(folder) as (_, store):
        stream = cases.stream_by_number(store.database, municipality, case)
        name = StreamId.parse(stream) if stream else StreamId(municipality, "case", case)
        try:
            found = past_rounds.replay(store, name, language)
        except Rejection as rejection:
            raise fail(f"{case}: {rejection.sentence}") from None
    if as_json:
        written(found.as_json())
    else:
        for sentence in found.sentences:
            typer.echo(sentence)
        for difference in found.differences:
            tell(difference)
        tell(
            f"run {found.run}, engine {found.engine}, SHA-256 {found.replayed_hash}: {'the same to the last byte' if found.same else 'NOT what is stored'}"
        )
    if not found.same:
        raise typer.Exit(1)
