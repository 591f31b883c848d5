"""What is wrong with a document's shape, in words: keys that are not known, values that are missing or misspelt."""

import re
from collections.abc import Iterator
from difflib import get_close_matches
from itertools import islice
from typing import Any, get_origin

from pydantic import ValidationError

from domain.criteria import document as d
from domain.criteria import yaml_source as source
from domain.criteria.ruleset import Finding
from domain.criteria.yaml_source import KeyPath
from domain.texts.translation import languages

MAX_SHAPE_ERRORS = 100
"""So many faults are told at a time."""


EXAMPLES = {
    "minimum": "For example minimum: {amount: 100 €}.",
    "caps": "For example caps: [{code: at-most-half, most: 50 % * costs}].",
    "allocation": "For example allocation: {method: pro_rata}.",
    "rounding": "For example rounding: {line: down 1 €}.",
    "payment": "For example payment: {when: on_account}.",
    "eligibility": "For example eligibility: [{code: too-short, require: length >= 500 m}].",
    "adopted": "For example adopted: {by: Tekninen lautakunta, on: 2026-02-12, section: § 14}.",
}
"""How a part is written that holds more than one value."""


def shape_findings(error: ValidationError, tree: source.SourceTree) -> Iterator[Finding]:
    """Each fault that the model found, with its place and how to mend it."""
    for each in islice(error.errors(include_url=False, include_context=False), MAX_SHAPE_ERRORS):
        path = tuple(part for part in each["loc"] if part != "[key]")
        place = tree.place(path)
        sentence, mend = each["msg"].removeprefix("Value error, ").removesuffix("."), ""
        name = str(path[-1]) if path else "the document"
        match each["type"]:
            case "extra_forbidden":
                place = tree.key(path)
                known = _known(path[:-1])
                near = get_close_matches(name, known, 1, 0.5)
                sentence = f"There is no key “{name}” here"
                mend = f"Did you mean “{near[0]}”?" if near else f"The keys are {', '.join(known)}."
                if name.startswith("-"):
                    mend = f"Several orders stand in brackets: [-first, {name}]."
                elif any(sign in name for sign in ')€%*"'):
                    mend = "A comma separates inside braces: put the whole formula in quotes."
            case "missing":
                place = tree.key(path[:-1]) if len(path) > 1 else tree.place(())
                sentence, mend = f"“{name}” is missing here", "Add it; see docs/criteria.md."
            case "literal_error":
                place = tree.key(path) if "[key]" in each["loc"] else place
                known = re.findall(r"'([^']+)'", sentence)
                near = get_close_matches(str(each["input"]), known, 1, 0.5)
                sentence = f"“{each['input']}” is not known here"
                mend = (
                    f"Did you mean {near[0]}?" if near else f"It is {', '.join(known[:-1])} or {known[-1]}."
                )
            case "string_pattern_mismatch":
                what = name if "[key]" in each["loc"] else str(each["input"])
                place = tree.key(path) if "[key]" in each["loc"] else place
                sentence, mend = f"“{what}” is not written as it should be", _spelling(path)
            case "string_type" if each["input"] is None:
                sentence, mend = f"“{name}” is empty", "Write its value, or leave the key out."
            case "model_type" | "dict_type" | "tuple_type":
                wanted = (
                    "a list of entries, each after a hyphen"
                    if each["type"] == "tuple_type"
                    else "keys with their values"
                )
                example = EXAMPLES.get(name, "")
                sentence, mend = f"“{name}” should hold {wanted}", example or "See docs/criteria.md."
            case _:
                sentence = f"“{name}”: {sentence[0].lower()}{sentence[1:]}" if sentence else name
        yield Finding("error", place.line, place.column, f"{sentence}.", mend)


def _spelling(path: KeyPath) -> str:
    match path[0] if path else "", path[-1] if path else "":
        case _, "from":
            return "It is application, application.<field>, handler, final_account, or earlier_cases.last_year, .last_date, .last_amount or .count."
        case _, "deadline":
            return "Write 2026-04-30 16:00: the year first, and the clock time to the minute."
        case _, "name":
            return "Small letters, digits and hyphens, at least three."
        case _, "code":
            return "A code has small letters, digits and hyphens: too-short."
        case (("inputs" | "slots" | "tables" | "values"), _):
            return "A name has small letters, digits and underscores, and begins with a letter: road_length."
    return "Small letters, digits and hyphens."


def _known(path: KeyPath) -> list[str]:
    """The keys that are known at a path of the document."""
    model, named = next(_parts(d.Document)), False
    for part in path:
        if isinstance(part, int) or named:
            named = False
            continue
        field = {each.alias or name: each for name, each in model.model_fields.items()}.get(part)
        below = next(_parts(field.annotation), None) if field else None
        if field is None or below is None:
            return list(languages())
        model, named = below, get_origin(field.annotation) is dict
    return [each.alias or name for name, each in model.model_fields.items()]


def _parts(annotation: Any) -> Iterator[type[d.DocumentPart]]:
    if isinstance(annotation, type) and issubclass(annotation, d.DocumentPart):
        yield annotation
    for each in getattr(annotation, "__args__", ()):
        yield from _parts(each)
