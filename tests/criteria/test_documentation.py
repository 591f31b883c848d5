"""What docs/criteria.md says: its documents are sound, its sessions run as they are written, and nothing is left out."""

import json
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from pydantic import BaseModel

from domain.adopted_criteria import check_text
from domain.criteria import document as d
from domain.criteria.criteria_texts import REASON_SENTENCES
from domain.criteria.functions import FUNCTIONS
from domain.criteria.tokens import KEYWORDS
from domain.criteria.units import INPUT_DIMENSIONS, MODES, UNITS

PAGE = (Path(__file__).parents[2] / "docs" / "criteria.md").read_text(encoding="utf-8")
BLOCKS = [
    (words.split(), text)
    for words, text in re.findall(r"^```([^\n`]*)\n(.*?)^```$", PAGE, re.DOTALL | re.MULTILINE)
]
DOCUMENTS = [text for words, text in BLOCKS if words[:1] == ["yaml"] and "fragment" not in words]
FILES = {words[-1]: text for words, text in BLOCKS if words and "." in words[-1]}
STEPS = [
    step
    for words, text in BLOCKS
    if words == ["console"]
    for step in re.findall(r"^\$ ([^\n]+)\n((?:(?!\$ )[^\n]*\n)*)", text, re.MULTILINE)
]
CODE = {
    word
    for code in re.findall(r"`([^`\n]+)`", re.sub(r"^```.*?^```$", "", PAGE, flags=re.DOTALL | re.MULTILINE))
    for word in (code, *re.findall(r"[\w-]+", code))
}
"""Every word that stands as code in the running text."""


MODELS = [each for each in vars(d).values() if isinstance(each, type) and issubclass(each, d.DocumentPart)]


def literals(schema: object) -> Iterator[str]:
    """Every word that the schema lets one choose."""
    if isinstance(schema, dict):
        yield from (str(each) for each in schema.get("enum", ()) if isinstance(each, str))
        if isinstance(schema.get("const"), str):
            yield schema["const"]
    for each in schema.values() if isinstance(schema, dict) else schema if isinstance(schema, list) else ():
        yield from literals(each)


def asiapolku(folder: Path, *words: str) -> str:
    for name, text in FILES.items():
        (folder / name).write_text(text, encoding="utf-8")
    ran = subprocess.run(
        [Path(sys.executable).with_name("asiapolku"), *words],
        cwd=folder,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    ).stdout
    return re.sub(r"\b[0-9a-f]{64}\b", "…", ran.replace("\u00a0", " "))


@pytest.mark.parametrize("text", DOCUMENTS, ids=lambda text: text.partition("\n")[0].removeprefix("name: "))
def test_each_document_can_be_adopted_and_its_examples_come_out(text: str) -> None:
    rules, findings = check_text(text)
    assert [str(each) for each in findings if each.severity == "error"] == []
    assert rules is not None
    assert any(example.lines for example in rules.document.examples)


def test_there_is_a_document_for_each_method() -> None:
    used = {method for text in DOCUMENTS for method in re.findall(r"method: (\w+)", text)}
    assert used | {"none"} == set(d.Sharing.model_json_schema()["properties"]["method"]["enum"])


@pytest.mark.parametrize(("command", "expected"), STEPS)
def test_each_session_answers_as_the_page_says(command: str, expected: str, tmp_path: Path) -> None:
    program, *words = shlex.split(command)
    assert program == "asiapolku"
    assert asiapolku(tmp_path, *words) == expected


def test_the_answer_for_a_machine_is_as_the_page_says(tmp_path: Path) -> None:
    said = json.loads(next(text for words, text in BLOCKS if words == ["json"]))
    came = json.loads(asiapolku(tmp_path, "criteria", "run", "first.yaml", "applications.csv", "--json"))
    came["engine"] = said["engine"]
    came["lines"][1]["trace"] = said["lines"][1]["trace"]
    assert came == said


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__)
def test_every_key_is_named(model: type[BaseModel]) -> None:
    assert {each.alias or name for name, each in model.model_fields.items()} - CODE == set()


def test_every_word_of_the_language_is_named() -> None:
    reasons = {f"{each}<" if each.endswith("-") else each for each in REASON_SENTENCES}
    assert {each for each in reasons if f"`{each}" not in PAGE} == set()
    known = {
        *FUNCTIONS,
        *KEYWORDS,
        *d.ROW_KEYS,
        *INPUT_DIMENSIONS,
        *MODES,
        *literals(d.criteria_json_schema()),
    }
    assert known - {"fi", "sv", "en"} - CODE == set()
    assert {each for each in UNITS if each not in PAGE.lower()} == set()


def test_every_link_of_the_page_leads_to_a_heading() -> None:
    headings = re.findall(r"^#+ (.+)$", PAGE, re.MULTILINE)
    anchors = {re.sub(r"[^\w -]", "", each.lower()).replace(" ", "-") for each in headings}
    assert set(re.findall(r"\]\(#([^)]+)\)", PAGE)) - anchors == set()
