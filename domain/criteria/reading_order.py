"""What is put down while a document is read: every mistake with its place, and which value is read before which."""

from collections.abc import Callable, Sequence
from typing import Any

from domain.criteria import document as d
from domain.criteria import expression as e
from domain.criteria import yaml_source as source
from domain.criteria.ruleset import Finding
from domain.criteria.tokens import tokenize
from domain.criteria.units import Mistake
from domain.criteria.yaml_source import KeyPath

MAX_FINDINGS = 100
"""So many errors are told at a time."""

MAX_EVALUATION_DEPTH = 450
"""How many calls deep the counting of a value may go: far more than any criteria need, far less than Python bears."""


class Silent(Mistake):
    """Something that another finding says already."""


class TooManyFindings(Exception):
    """There are so many errors that the rest can wait."""


class ReadingOrder:
    """One document being read; every mistake is put down with its place, and the reading goes on.

    Values and tables lean on each other, so each is read after those that it looks at (`in_order`).
    """

    def __init__(self, tree: source.SourceTree, document: d.Document) -> None:
        self.tree, self.doc = tree, document
        self.findings: list[Finding] = []
        self.circular: set[str] = set()
        self.heights: dict[str, int] = {}

    # Saying what is wrong

    def wrong(
        self, path: KeyPath, sentence: str, mend: str = "", offset: int = 0, *, key: bool = False
    ) -> None:
        place = self.tree.key(path) if key else self.tree.place(path)
        text = self.at(path)
        line, column = (
            place.at(offset, text) if isinstance(text, str) and not key else (place.line, place.column)
        )
        finding = Finding("error", line, column, sentence, mend)
        if finding not in self.findings:
            self.findings.append(finding)
        if len(self.findings) >= MAX_FINDINGS:
            raise TooManyFindings

    def at(self, path: KeyPath) -> Any:
        value = self.tree.value
        for part in path:
            try:
                value = value[part]
            except (KeyError, IndexError, TypeError):
                return None
        return value

    def attempt(self, path: KeyPath, make: Callable[[], Any]) -> Any:
        """What `make` gives, or None with the mistake put down."""
        try:
            return make()
        except Silent:
            return None
        except Mistake as mistake:
            self.wrong(path, mistake.sentence, mistake.mend, mistake.offset)
            return None

    # The order in which values and tables are read

    def in_order(self) -> list[str]:
        """Every value and table after those that it looks at; what needs itself is put down as wrong."""
        needs = {name: self.needs(name) for name in (*self.doc.tables, *self.doc.values)}
        done: dict[str, None] = {}
        for first, names in needs.items():
            open_ = {first: iter(names)}
            while open_:
                name = next(reversed(open_))
                if name in done:
                    del open_[name]
                    continue
                below = next((each for each in open_[name] if each in needs and each not in done), None)
                if below is None:
                    done[name] = None
                elif below in open_:
                    self.round_and_round([*list(open_)[list(open_).index(below) :], below])
                else:
                    open_[below] = iter(needs[below])
        return list(done)

    def needs(self, name: str) -> list[str]:
        """The names that stand in a value's formula or in a table."""
        texts: list[Any] = []
        if name in self.doc.values:
            texts.append(self.doc.values[name].formula)
        if name in self.doc.tables:
            texts.append(self.doc.tables[name].by)
            for row in self.doc.tables[name].rows:
                texts += [cell for key, cell in row.items() if key == "when" or str(cell).startswith("=")]
        found = []
        for text in texts:
            try:
                words = tokenize(str(text or "").removeprefix("="))
            except Mistake:
                continue
            found += [word.text.partition(".")[0] for word in words if word.kind == "name"]
        return found

    def round_and_round(self, circle: list[str]) -> None:
        self.circular |= set(circle)
        first = circle[0]
        path: KeyPath = ("values", first, "formula")
        if self.at(path) is None:
            path = ("values", first) if first in self.doc.values else ("tables", first)
        self.wrong(
            path,
            f"“{first}” needs itself: {' → '.join(circle)}.",
            "One of these must do without the others.",
            key=path[0] == "tables",
        )

    def below(self, name: str) -> int:
        """How many calls deep it goes from a name."""
        return 6 + self.heights.get(name.partition(".")[0], 0)

    def high(self, name: str, path: KeyPath, formulas: Sequence[e.Expression | None]) -> bool:
        """Whether the chain of values that lean on each other grew too long with this one."""
        self.heights[name] = max(e.tree_height(each, self.below) for each in formulas)
        if self.heights[name] > MAX_EVALUATION_DEPTH:
            self.wrong(
                path,
                f"“{name}” leans on too long a chain of other values.",
                "Put some of their formulas together.",
                key=path[0] == "tables",
            )
            return True
        return False
