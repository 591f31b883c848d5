"""Criteria as documents: checked, tried on a table, explained, compared; and calculations replayed."""

import sys
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

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
from domain.texts.formats import format_money
from domain.texts.translation import DEFAULT_LANGUAGE

if TYPE_CHECKING:
    from collections.abc import Sequence

    from domain.criteria.line_evaluation import ApplicationInputs
    from domain.criteria.result import CalculationResult
    from domain.criteria.ruleset import RuleSet

NO_AMOUNT = Decimal(0)
criteria = typer.Typer(
    help="A municipality's grant criteria as documents: check, run, explain, compare, replay.",
    no_args_is_help=True,
)
app.add_typer(criteria, name="criteria")

FileArgument = Annotated[Path, typer.Argument(help="A criteria document (YAML), or the name of a ready one")]
BudgetOption = Annotated[str | None, typer.Option(help="Euros; the document's own where nothing is said")]
SlotOption = Annotated[
    list[str] | None,
    typer.Option("--slot", help="A value that the board fixes later: name=80 %; again for each"),
]


def text_of(file: Path) -> str:
    """The text of a document; a name without a folder may be that of a ready document."""
    from domain.criteria import ready_criteria

    if not file.exists() and file.stem in ready_criteria():
        return ready_criteria()[file.stem]
    try:
        return file.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        raise fail(f"{file}: the file is not UTF-8 text; save it as UTF-8.", 1) from None
    except OSError as error:
        names = ", ".join(sorted(ready_criteria()))
        raise fail(f"{file}: {error.strerror}; the ready documents are {names}.", 2) from None


def loaded(file: Path, *, examples: bool = True) -> "RuleSet":
    """The rule set of a file; its errors are told and nothing goes on with them."""
    from domain.adopted_criteria import check_text
    from domain.criteria.compiler import compile_with_findings

    rules, findings = check_text(text_of(file)) if examples else compile_with_findings(text_of(file))
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
def check(file: FileArgument, as_json: JsonOption = False) -> None:
    """Whether a document can be adopted: errors and warnings with line and column, and its worked examples."""
    from domain.adopted_criteria import check_text
    from domain.criteria.checking import findings_as_json as check_as_json

    rules, findings = check_text(text_of(file))
    errors = [each for each in findings if each.severity == "error"]
    if as_json:
        print_json(check_as_json(rules, findings))
    else:
        for each in findings:
            typer.echo(f"{file}:{each}")
        examples = sum(len(each.lines) for each in rules.document.examples) if rules else 0
        print_progress(
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

    from domain.criteria.document import criteria_json_schema as document_schema

    typer.echo(json.dumps(document_schema(), ensure_ascii=False, indent=2))


@criteria.command()
def run(
    file: FileArgument,
    inputs: Annotated[
        Path, typer.Argument(help="CSV with a heading or a JSON list; - reads JSON from stdin")
    ],
    budget: BudgetOption = None,
    slot: SlotOption = None,
    language: LanguageOption = DEFAULT_LANGUAGE,
    as_json: JsonOption = False,
) -> None:
    """Calculate a table of applications under a document; no database is needed."""
    from domain.criteria.calculation import calculate
    from domain.criteria.criteria_texts import CriteriaTexts
    from domain.criteria.rows import budget_of, inputs_from_rows, result_as_json, rows_of
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
        demands = inputs_from_rows(
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
        print_json(result_as_json(result, finals_of(rules, demands, result)))
        return
    told = CriteriaTexts(rules, language)
    for line in result.lines:
        typer.echo(f"{line.case}: {told.outcome(line)}")
        for sentence in told.trace(line.trace):
            typer.echo(f"  {sentence}")
    print_progress(told.totals(result))
    print_progress(f"{format_money(result.total, language)}; SHA-256 {result.hash()}")


def finals_of(
    rules: "RuleSet", demands: "Sequence[ApplicationInputs]", result: "CalculationResult"
) -> "dict[str, Decimal]":
    """The final grants of the lines whose rows have the figures of a final account."""
    from domain.criteria.settlement import final_account

    asked = {name for name, spec in rules.document.inputs.items() if spec.source == "final_account"}
    lines = {line.case: line for line in result.lines if line.outcome == "granted"}
    return {
        each.case: final_account(rules, each.inputs, lines[each.case].parts, NO_AMOUNT, result.slots)[0]
        for each in demands
        if asked and each.case in lines and asked <= set(each.inputs)
    }


@criteria.command()
def explain(file: FileArgument, language: LanguageOption = DEFAULT_LANGUAGE) -> None:
    """The document as a plain text for the board."""
    from domain.adopted_criteria import known_applications
    from domain.criteria.explanation import explain_criteria

    typer.echo(explain_criteria(loaded(file, examples=False), language, known_applications()), nl=False)


@criteria.command()
def diff(old: FileArgument, new: FileArgument, language: LanguageOption = DEFAULT_LANGUAGE) -> None:
    """What changed from one document to the other, in words."""
    from domain.criteria.comparison import differences

    for sentence in differences(loaded(old, examples=False), loaded(new, examples=False), language):
        typer.echo(sentence)


@criteria.command("what-if")
def what_if_command(
    new: FileArgument,
    round_: Annotated[
        str, typer.Option("--round", help="The past round: its id, or a word of its name such as 2022")
    ],
    budget: BudgetOption = None,
    slot: SlotOption = None,
    language: LanguageOption = DEFAULT_LANGUAGE,
    named: OnlyMunicipalityOption = None,
    as_csv: Annotated[bool, typer.Option("--csv", help="The lines as CSV")] = False,
    as_json: JsonOption = False,
    folder: FolderOption = DEFAULT_FOLDER,
) -> None:
    """New criteria on a past round's real inputs; read-only: who wins, who loses, what was never asked."""
    from domain.criteria.comparison import comparison_sentences
    from domain.criteria.criteria_texts import CriteriaTexts
    from domain.criteria.rows import budget_of
    from domain.criteria.sharing import Unsharable
    from domain.criteria.units import Mistake
    from domain.messages import StreamId
    from domain.rejections import Rejection
    from projections import rounds
    from projections.views import past_rounds

    rules = loaded(new)
    with open_store(folder) as (_, store):
        municipality = only_municipality(store, named)
        listed = rounds.list_rounds(store.database, municipality)
        keys = [row["key"] for row in listed if round_ in (row["key"], row["name"])]
        keys = keys or [row["key"] for row in listed if round_ in row["name"]]
        if len(keys) != 1:
            names = ", ".join(f"{row['key']} ({row['name']})" for row in listed) or "none"
            raise fail(f"--round {round_} names {len(keys)} rounds; there are: {names}.", 2)
        try:
            stream = StreamId(municipality, "round", keys[0])
            found = past_rounds.try_criteria(store, stream, rules, budget_of(budget), slots_of(slot))
        except Mistake as mistake:
            raise fail(f"{mistake.sentence} {mistake.mend}".rstrip()) from None
        except (Unsharable, Rejection) as error:
            raise fail(str(error)) from None
    if as_json:
        print_json(past_rounds.what_if_as_json(found, rules, language))
    elif as_csv:
        typer.echo(past_rounds.what_if_as_csv(found, rules, language), nl=False)
    else:
        for sentence in comparison_sentences(found, rules, language):
            typer.echo(sentence)
        for group, (n, old, now) in found.by_group().items():
            print_progress(f"{group}: {n}, {format_money(old, language)} → {format_money(now, language)}")
        for name, n in found.never_asked.items():
            label = CriteriaTexts(rules, language).label(name)
            print_progress(f"never asked in that round: {label} ({name}, {n} lines)")
        print_progress(", ".join(f"{name} {n}" for name, n in found.counts().items()))
        print_progress(
            f"{format_money(found.old_total, language)} → {format_money(found.result.total, language)}"
        )


@criteria.command("replay")
def replay_calculation_command(
    case: Annotated[str, typer.Argument(help="A case's number or id")],
    language: LanguageOption = DEFAULT_LANGUAGE,
    named: OnlyMunicipalityOption = None,
    as_json: JsonOption = False,
    folder: FolderOption = DEFAULT_FOLDER,
) -> None:
    """A case's calculation counted anew from the stored events: the same to the last byte, or where it is not."""
    from domain.messages import StreamId
    from domain.rejections import Rejection
    from projections import cases
    from projections.views import past_rounds

    with open_store(folder) as (_, store):
        municipality = only_municipality(store, named)
        stream = cases.stream_by_number(store.database, municipality, case)
        name = StreamId.parse(stream) if stream else StreamId(municipality, "case", case)
        try:
            found = past_rounds.replay_calculation(store, name, language)
        except Rejection as rejection:
            raise fail(f"{case}: {rejection.sentence}") from None
    if as_json:
        print_json(found.as_json())
    else:
        for sentence in found.sentences:
            typer.echo(sentence)
        for difference in found.differences:
            print_progress(difference)
        print_progress(
            f"run {found.run}, engine {found.engine}, SHA-256 {found.replayed_hash}: {'the same to the last byte' if found.same else 'NOT what is stored'}"
        )
    if not found.same:
        raise typer.Exit(1)
