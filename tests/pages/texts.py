"""Every English text that a page may show: from templates, tables of words, commands, schemas and refusals."""

import ast
from collections.abc import Iterable, Iterator
from pathlib import Path

from jinja2 import Environment

from api.ui import code_texts as words
from api.ui.forms import Field, fields_of
from api.v1.commands import command_title
from api.v1.reads import command_schema
from domain.streams import commands_by_name

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


def of_templates() -> set[str]:
    """What `_()` and `ngettext()` are given in the templates."""
    env = Environment(extensions=["jinja2.ext.i18n", "jinja2.ext.do"], trim_blocks=True, lstrip_blocks=True)
    found: set[str] = set()
    for file in TEMPLATES.glob("*.html"):
        for _line, _function, message in env.extract_translations(file.read_text()):  # type: ignore[attr-defined]  # the extension adds it
            texts = [message] if isinstance(message, str) else message or []
            found |= {each for each in texts if each}
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


def msgids() -> set[str]:
    """All of them."""
    return of_templates() | of_commands() | of_refusals() | words.every()
