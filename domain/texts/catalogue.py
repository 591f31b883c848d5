"""One language's texts: a gettext catalogue (.po), read as it stands in its folder."""

import re
from collections.abc import Callable, Mapping
from gettext import NullTranslations, c2py
from pathlib import Path

from babel.messages.pofile import read_po

PLURAL_FORMS = re.compile(r"plural=([^;\\\n]+)")

EntryKey = tuple[str, str]
"""A context, empty for most, and the English text."""


class Catalogue(NullTranslations):
    """The texts of one language; what it lacks, its fallback tells. Jinja and `translate` ask it alike."""

    def __init__(self, file: Path, fallback: "Catalogue | None" = None) -> None:
        super().__init__()
        self.fallback = fallback
        self.entries = read_entries(file) if file.is_file() else {}
        header = file.read_text(encoding="utf-8").partition("\n\n")[0] if file.is_file() else ""
        self.header: Mapping[str, str] = dict(re.findall(r'^"([\w-]+): (.*)\\n"$', header, re.MULTILINE))
        found = PLURAL_FORMS.search(self.header.get("Plural-Forms", ""))
        self.plural: Callable[[int], int] = c2py(found[1] if found else "n != 1")

    def gettext(self, message: str) -> str:
        return self.pgettext("", message)

    def pgettext(self, context: str, message: str) -> str:
        if said := self.entries.get((context, message)):
            return said[0]
        return self.fallback.pgettext(context, message) if self.fallback else message

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
        return self.npgettext("", msgid1, msgid2, n)

    def npgettext(self, context: str, msgid1: str, msgid2: str, n: int) -> str:
        if said := self.entries.get((context, msgid1)):
            return said[min(self.plural(n), len(said) - 1)]
        if self.fallback:
            return self.fallback.npgettext(context, msgid1, msgid2, n)
        return msgid1 if n == 1 else msgid2


def read_entries(file: Path) -> Mapping[EntryKey, tuple[str, ...]]:
    """Each text of a catalogue with its translation, or one for each plural form; untranslated and fuzzy ones left out."""
    with file.open("rb") as opened:
        messages = [each for each in read_po(opened) if each.id and each.string and not each.fuzzy]
    return {
        (each.context or "", each.id if isinstance(each.id, str) else str(each.id[0])): (each.string,)
        if isinstance(each.string, str)
        else tuple(map(str, each.string or ()))
        for each in messages
    }
