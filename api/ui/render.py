"""The templates with their filters, one environment a language."""

import hashlib
import json
import re
from collections.abc import Callable, Mapping
from functools import cache, partial
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from api.ui import code_texts as words
from api.ui import forms
from api.ui.language import translate_sentence
from api.ui.process_texts import costs_of, outcome_word, process_of, size_of, size_unit
from api.v1.commands import command_title
from domain.criteria.criteria_texts import localized
from domain.criteria.document import text_in_language
from domain.streams import commands_by_name
from domain.texts import formats
from domain.texts.translation import catalogue, language_name, languages

HERE = Path(__file__).parent
STATIC = HERE / "static"


@cache
def icons() -> Mapping[str, str]:
    """The paths of the icons (Lucide), by name."""
    drawn: dict[str, str] = json.loads((STATIC / "vendor" / "lucide" / "icons.json").read_text())
    return drawn


def icon(name: str, title: str = "") -> Markup:
    """An icon; without a title it is decoration beside a text."""
    label = Markup('role="img" aria-label="{}"').format(title) if title else Markup('aria-hidden="true"')
    return Markup('<svg class="icon" viewBox="0 0 24 24" {}>{}</svg>').format(label, Markup(icons()[name]))  # noqa: S704 - our own file


@cache
def static(name: str) -> str:
    """The address of a static file, new whenever its bytes are."""
    digest = hashlib.sha256((STATIC / name).read_bytes()).hexdigest()[:12]
    return f"/static/{name}?v={digest}"


def split_title(text: str) -> tuple[str, str]:
    """A field's title and its hint: what follows a colon, or stands in brackets at the end and is more than a word."""
    if found := re.fullmatch(r"(.+?) \(([^()]* [^()]*)\)", text):
        return found[1], found[2]
    if found := re.fullmatch(r"([^:]{3,40}): (.+)", text):
        return found[1], found[2]
    return text, ""


def format_answer(word: Callable[[Any], str], language: str, value: Any, asked: Mapping[str, Any]) -> str:
    """An answer to a question of the criteria, as its type is written."""
    match asked["type"]:
        case "money" if formats.is_number(value):
            return formats.format_money(value, language)
        case "yes_no":
            return word({True: "yes", False: "no"}.get(value, value))
        case "date":
            return formats.format_day(value, language)
        case "moment":
            return formats.format_instant(value, language)
        case "text":
            return str(value)
    text, unit = localized(str(value), language), asked["unit"]
    return text if not unit or "€" in text or text.endswith(unit) else f"{text}{formats.NO_BREAK_SPACE}{unit}"


@cache
def _titles() -> Mapping[str, str]:
    return {name: command_title(command) for name, command in commands_by_name().items()}


@cache
def template_environment(language: str) -> Environment:
    """The templates in one language."""
    env = Environment(
        loader=FileSystemLoader(HERE / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=["jinja2.ext.i18n", "jinja2.ext.do"],
    )
    texts = catalogue(language)
    env.install_gettext_translations(texts, newstyle=True)  # type: ignore[attr-defined]  # the extension adds it
    say = texts.gettext

    def called(table: Mapping[str, str], code: Any) -> str:
        text = str(code)
        return say(table[text]) if text in table else text.replace("-", " ").capitalize()

    def of_stage(what: str, code: Any) -> str:
        stage = words.stage_texts().get(str(code))
        return say(getattr(stage, what)) if stage else called({}, code)

    def word(code: Any) -> str:
        return language_name(code, language) if code in languages() else called(words.value_texts(), code)

    def document_text(told: Mapping[str, str]) -> Markup:
        text = text_in_language(told, language, "")
        spoken = next((code for code, each in told.items() if each == text), language)
        return (
            Markup("{}").format(text)
            if spoken == language
            else Markup('<span lang="{}">{}</span>').format(spoken, text)
        )

    def named(field: forms.Field) -> tuple[str, str]:
        label, hint = (field.title, field.hint) if field.asked else split_title(say(field.title))
        return label, hint[:1].upper() + hint[1:] if hint else ""

    def choice(field: forms.Field, each: forms.Choice) -> str:
        return each.title if each.translated else word(each.value)

    env.filters |= {
        "answer": partial(format_answer, word, language),
        "figures": partial(localized, language=language),
        "day": partial(formats.format_day, language=language),
        "instant": partial(formats.format_instant, language=language),
        "money": partial(formats.format_money, language=language),
        "number": partial(formats.format_number, language=language),
        "size": partial(formats.format_size, language=language),
        "km": partial(formats.format_length, language=language),
        "stage": partial(of_stage, "title"),
        "why": lambda code: (
            called(words.QUEUE_REASON_TEXTS, code)
            if code in words.QUEUE_REASON_TEXTS
            else of_stage("waiting", code)
        ),
        "outcome": partial(outcome_word, language=language),
        "why_not_yet": partial(called, words.UNPAID_REASON_TEXTS),
        "receivable": partial(called, words.RECEIVABLE_TEXTS),
        "role": partial(called, words.ROLE_TEXTS),
        "word": word,
        "document_text": document_text,
        "reason": partial(called, words.REASON_TEXTS),
        "sentence": partial(translate_sentence, say),
        "words": lambda text: re.sub(r"(?<!^)(?=[A-Z])", " ", text).capitalize(),
        "pretty": lambda value: json.dumps(value, indent=2, ensure_ascii=False),
        "initials": lambda name: "".join(part[0] for part in name.split()[:2]).upper(),
        "key": lambda stream: stream.rpartition("/")[2],
        "kind": lambda stream: stream.split("/")[1],
    }
    env.globals |= {
        "icon": icon,
        "static": static,
        "quantity": partial(formats.format_quantity, language=language),
        "process_of": process_of,
        "size_unit": partial(size_unit, language=language),
        "size_of": partial(size_of, language=language),
        "costs_of": costs_of,
        "field_words": named,
        "choice_word": choice,
        "rows": forms.rows,
        "icon_of": lambda stage: words.stage_texts()[stage].icon,
        "tone_of": lambda stage: words.stage_texts()[stage].tone,
        "command_title": lambda name: say(_titles().get(name, name)),
        "label_of": lambda form, path: next(
            (named(each)[0] for each in forms.flatten_fields(form.fields) if each.path == path), path
        ),
    }
    return env
