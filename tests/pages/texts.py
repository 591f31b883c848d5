"""Every English text that people may read: of templates, code, stages, facts, commands and their choices, refusals."""

import ast
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from jinja2 import Environment

from api.ui.code_texts import choices_of
from api.ui.forms import Field, fields_of
from api.v1.commands import command_title
from api.v1.reads import command_schema
from domain.processes import processes
from domain.stages import Stage
from domain.streams import STREAM_KINDS, commands_by_name, events_by_name
from domain.texts.catalogue import EntryKey
from domain.texts.choices import ChoiceEnum
from domain.texts.translation import catalogue, languages

ROOT = Path(__file__).parents[2]
TEMPLATES = ROOT / "api" / "ui" / "templates"
OURS = {
    "BadContent",
    "NotNow",
    "NotAllowed",
    "NotYours",
    "FourEyes",
    "LastAdministrator",
    "Disqualified",
    "NoConsent",
    "Missing",
    "CriteriaUnreadable",
    "OverLimit",
    "AlreadyDone",
    "Stale",
    "AnsweredOtherwise",
    "Crowded",
    "NotFound",
    "Problem",
    "problem",
    "BadAttachment",
    "Refused",
}
"""What a sentence is raised with."""


MARKERS = {"texts": 0, "choice_texts": 0, "in_every_language": 0, "say": 0, "translate": 1}
"""What a text in the code stands in, and as which argument."""


def of_code() -> set[EntryKey]:
    """What stands marked in the code, with its context."""
    found: set[EntryKey] = set()
    for room in ("domain", "projections", "api", "workers"):
        for file in (ROOT / room).rglob("*.py"):
            for node in ast.walk(ast.parse(file.read_text())):
                if isinstance(node, ast.Call) and (name := getattr(node.func, "id", "")) in MARKERS:
                    context = next(
                        (_text(each.value) or "" for each in node.keywords if each.arg == "context"), ""
                    )
                    found |= {
                        (context, text) for each in node.args[MARKERS[name] :][:1] for text in _strings(each)
                    }
    return found


def _strings(node: ast.expr) -> Iterator[str]:
    """The texts of a literal: of a table its values, of a list each."""
    match node:
        case ast.Constant(value=str(text)):
            yield text
        case ast.Dict(values=below) | ast.Tuple(elts=below) | ast.List(elts=below) | ast.Set(elts=below):
            for each in below:
                yield from _strings(each)


def of_choices() -> set[str]:
    """The texts of enumerations, and of all that a command lets people choose."""
    schemas = [command_schema(each) for each in commands_by_name().values()]
    found = {text for schema in schemas for texts in choices_of(schema) for text in texts.values()}
    return found | {one.text for kind in _below(ChoiceEnum) for one in kind}


def _below(kind: type[ChoiceEnum]) -> Iterator[type[ChoiceEnum]]:
    for each in kind.__subclasses__():
        yield each
        yield from _below(each)


def every_stage() -> list[Stage[Any]]:
    tables = [
        *(kind.stages for kind in STREAM_KINDS.values()),
        *(each.stages for each in processes().values()),
    ]
    return [stage for table in tables for stage in table]


def of_stages() -> set[str]:
    told = [stage.texts for stage in every_stage()]
    return {text for each in told for text in (each.title, each.phase, each.next_step, each.waiting) if text}


def of_facts() -> set[str]:
    """What the timeline tells of facts that have one sentence."""
    return {kind.timeline_line for kind in events_by_name().values() if kind.timeline_line}


def of_languages() -> set[str]:
    return {catalogue(code).header["X-English-Name"] for code in languages()}


def of_templates() -> set[str]:
    """What `_()` and `ngettext()` are given in the templates; of plurals, the singular that their entry stands under."""
    env = Environment(extensions=["jinja2.ext.i18n", "jinja2.ext.do"], trim_blocks=True, lstrip_blocks=True)
    found: set[str] = set()
    for file in TEMPLATES.glob("*.html"):
        for _line, _function, message in env.extract_translations(file.read_text()):  # type: ignore[attr-defined]  # the extension adds it
            found |= {message} if isinstance(message, str) else set((message or ())[:1])
    return found


def of_commands() -> set[str]:
    """Titles of commands and of their fields."""
    found = {command_title(command) for command in commands_by_name().values()}
    for command in commands_by_name().values():
        if not command.internal:
            found |= set(_titles(fields_of(command_schema(command))))
    return found


def _titles(fields: Iterable[Field]) -> Iterator[str]:
    for field in fields:
        if field.kind != "fixed":
            yield field.title
        yield from _titles(field.fields)


def of_refusals() -> set[str]:
    """The sentences of every rejection and problem; a place in one is named by the last name in its expression."""
    files = [
        *(ROOT / "domain").rglob("*.py"),
        *(ROOT / "api" / "v1").glob("*.py"),
        ROOT / "api" / "attachments.py",
    ]
    files += [*(ROOT / "api" / "ui").rglob("*.py")]
    found = set()
    for file in files:
        for node in ast.walk(ast.parse(file.read_text())):
            if (
                isinstance(node, ast.Call)
                and getattr(node.func, "id", getattr(node.func, "attr", "")) in OURS
            ):
                found |= {text for each in node.args if (text := _text(each)) and " " in text}
            if isinstance(node, ast.Dict):
                keys = [getattr(key, "value", None) for key in node.keys]
                if "detail" in keys and (text := _text(node.values[keys.index("detail")])):
                    found.add(text)
    return found


def _text(node: ast.expr) -> str | None:
    match node:
        case ast.Constant(value=str(text)):
            return text
        case ast.JoinedStr(values=parts):
            return "".join(
                str(part.value) if isinstance(part, ast.Constant) else "{" + _place(part) + "}"
                for part in parts
            )
    return None


def _place(part: ast.AST) -> str:
    names = [each for each in ast.walk(part) if isinstance(each, ast.Name | ast.Attribute)]
    return getattr(names[0], "attr", getattr(names[0], "id", "place")) if names else "place"


SOURCES = (of_templates, of_commands, of_choices, of_stages, of_facts, of_languages, of_refusals)


def msgids() -> set[EntryKey]:
    """All of them that have a word to translate."""
    found = of_code() | {("", text) for source in SOURCES for text in source()}
    return {(context, text) for context, text in found if has_words(context, text)}


def has_words(context: str, text: str) -> bool:
    """Whether there is something to translate; marks and places alone are written alike, but for those of amounts."""
    return bool(context or "€" in text or re.search(r"[^\W\d_]", re.sub(r"{\w+}", "", text)))
