"""What is served: vendored files are what they say, and no page needs an exception to the security policy."""

import hashlib
import re
import tomllib
from pathlib import Path

import pytest

from api.ui.render import STATIC, icons
from tests.pages.texts import TEMPLATES

VENDOR = STATIC / "vendor"
ENTRIES = tomllib.loads((VENDOR / "VENDOR.toml").read_text())["file"]
PAGES = sorted(TEMPLATES.glob("*.html"))


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda each: each["file"])
def test_vendored_files_are_what_they_say(entry: dict[str, str]) -> None:
    assert hashlib.sha256((VENDOR / entry["file"]).read_bytes()).hexdigest() == entry["sha256"]
    assert (VENDOR / entry["licence_file"]).read_text().strip()


def test_everything_vendored_is_listed() -> None:
    listed = {entry[name] for entry in ENTRIES for name in ("file", "licence_file")} | {"VENDOR.toml"}
    assert {str(each.relative_to(VENDOR)) for each in VENDOR.rglob("*") if each.is_file()} == listed


@pytest.mark.parametrize("page", PAGES, ids=lambda each: each.name)
def test_a_page_has_nothing_inline(page: Path) -> None:
    text = page.read_text()
    assert not re.search(r"<script|<style|\sstyle=|\son[a-z]+=|javascript:", text)


@pytest.mark.parametrize("page", PAGES, ids=lambda each: each.name)
def test_every_icon_of_a_page_is_there(page: Path) -> None:
    text = page.read_text()
    assert set(re.findall(r'icon\("([a-z-]+)"', text)) <= set(icons())


def test_the_style_sheet_fetches_nothing_from_elsewhere() -> None:
    style = (STATIC / "app.css").read_text()
    assert "http" not in style
    for name in re.findall(r'url\("([^"]+)"\)', style):
        assert (STATIC / name).is_file()
