"""What is still missing of a command, in a sentence each: `make command-check`.

A command is there when it has its class, the fact it leads to, a named function that decides it, a stage that accepts
it, an example, a story, a golden line, its texts in every language, and its address in the committed OpenAPI document.
"""

import ast
import json
import sys
from collections import defaultdict
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from api.ui.forms import fields_of
from api.v1.commands import command_path, command_title
from api.v1.reads import command_schema
from domain.decider import DECIDE_FUNCTIONS
from domain.messages import Command, Entered
from domain.processes import processes
from domain.streams import STREAM_KINDS, commands_by_name, events_by_name
from domain.texts.translation import ENGLISH, catalogue, languages
from projections.timeline import NOT_IN_TIMELINE, TIMELINE_ENTRIES
from tests.command_examples import EXAMPLES
from tests.invariants.generators.command_context import GENERATORS

ROOT = Path(__file__).parent.parent
LONGEST_TITLE = 80


def missing(command: type[Command]) -> Iterator[str]:
    """Each thing that the command lacks, as a sentence that says what to add and where."""
    name, kind = command.__name__, command.kind
    room = f"domain/{kind}"
    yield from _title(command, f"{room}/commands.py")
    decide: Any = DECIDE_FUNCTIONS[kind]
    decided_by = decide.dispatch(command)
    if decided_by is decide.dispatch(object):
        yield f"nothing decides it: register a named function on `decide` in domain/decide/{kind}"
    elif decided_by.__name__ == "_":
        yield f"the function that decides it has no name: give it one in domain/decide/{kind}"
    if not any(command in stage.answers for stage in _stages(kind)):
        yield f"no stage accepts it: add it with its roles in {room}/stages.py."
    if not _tests_naming(name, "stories"):
        yield f'no story gives it: write `given(…).when({name}(…), by=…, on="…").then(…)` in tests/stories/.'
    facts = golden_facts().get(name, set())
    if not facts:
        yield "no golden trail has it: add it to tests/golden/trails.py and run `python -m tests.golden.write NAME`."
    for fact in sorted(facts - {Entered.__name__}):
        if kind == "case" and not _told_or_left_out(fact):
            yield f"its fact {fact} is neither on the timeline nor left out of it: say which in projections/timeline.py."
    if not command.internal:
        yield from _missing_outside(command)


def _missing_outside(command: type[Command]) -> Iterator[str]:
    """What a command that people give needs besides."""
    name = command.__name__
    asks = any(field.is_required() for field in command.model_fields.values())
    if asks and name not in EXAMPLES:
        yield "it has no example: add its body to EXAMPLES in tests/command_examples.py."
    if asks and name not in EXAMPLES and command not in GENERATORS:
        yield "the state machine cannot give it: an example is enough, a generator in tests/invariants/generators is better."
    for language in sorted({*languages()} - {ENGLISH}):
        told = {english for _, english in catalogue(language).entries}
        for text in texts(command):
            if text not in told and not _same_everywhere(text):
                yield f"“{text}” has no {language} text: add it to that language's catalogue."
    path = f"/api/v1{command_path(command, '{key}')}"
    if "post" not in committed_paths().get(path, {}):
        yield f"the committed openapi.json has no POST {path}: run `asiapolku openapi > openapi.json`."


def _title(command: type[Command], where: str) -> Iterator[str]:
    title = (command.__doc__ or "").strip().partition("\n")[0]
    if not title or title == (Command.__doc__ or "").strip().partition("\n")[0]:
        yield f"it has no title: the first line of its docstring in {where}."
    elif len(title) > LONGEST_TITLE or title.endswith("."):
        yield f"“{title}” is no title: at most {LONGEST_TITLE} characters, without a full stop, in {where}."


def texts(command: type[Command]) -> set[str]:
    """Its title, and those of its fields and their choices."""
    found, waiting = {command_title(command)}, list(fields_of(command_schema(command)))
    while waiting:
        field = waiting.pop()
        waiting += field.fields
        if field.kind != "fixed":
            found.add(field.title)
            found |= {choice.title for choice in field.choices if choice.translated and choice.title}
    return found


def _same_everywhere(text: str) -> bool:
    """A word that is spelt alike in every language, such as IBAN or SHA-256."""
    return not any(letter.islower() for letter in text)


def _stages(kind: str) -> list[Any]:
    own = list(STREAM_KINDS[kind].stages)
    return own or [stage for process in processes().values() for stage in process.stages]


def _told_or_left_out(fact: str) -> bool:
    event = events_by_name()[fact]
    return event in TIMELINE_ENTRIES or event in NOT_IN_TIMELINE


@cache
def golden_facts() -> Mapping[str, set[str]]:
    """The facts that each command led to in the golden trails."""
    found: dict[str, set[str]] = defaultdict(set)
    for file in (ROOT / "tests" / "golden").glob("*.jsonl"):
        for line in map(json.loads, file.read_text(encoding="utf-8").splitlines()):
            if "stored" in line:
                found[line["stored"]["command"]].add(line["topic"])
    return found


@cache
def committed_paths() -> Mapping[str, Any]:
    """The addresses of the committed OpenAPI document."""
    paths: Mapping[str, Any] = json.loads((ROOT / "openapi.json").read_text(encoding="utf-8"))["paths"]
    return paths


@cache
def _names(folder: str) -> Mapping[Path, set[str]]:
    """The names that each test file of a folder uses."""
    return {
        file: {
            getattr(node, "id", getattr(node, "attr", ""))
            for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
            if isinstance(node, ast.Name | ast.Attribute)
        }
        for file in (ROOT / "tests" / folder).rglob("*.py")
    }


def _tests_naming(name: str, folder: str) -> list[Path]:
    return [file for file, names in _names(folder).items() if name in names]


def report() -> list[str]:
    """Every sentence, the command's name before it."""
    return [
        f"{name}: {each}" for name, command in sorted(commands_by_name().items()) for each in missing(command)
    ]


if __name__ == "__main__":
    found = report()
    print("\n".join(found) or f"{len(commands_by_name())} commands, nothing is missing")  # noqa: T201 - this is a command
    sys.exit(bool(found))
