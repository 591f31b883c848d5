"""A YAML text as a tree of plain values in which every value knows its place: line, column and how it was written.

YAML's own guesses are not used (`no` stays a word, `2.0` keeps its nought): each value is read by what its place in the
document asks for. A text from outside can neither call anything nor grow: no tags, no anchors, bounded size and depth.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import yaml

LINE_BREAK_PATTERN = re.compile("\r\n|[\n\r\x85\u2028\u2029]")
"""What YAML counts as the end of a line."""

MAX_DOCUMENT_LENGTH, MAX_YAML_DEPTH = 100_000, 20
UNSTORABLE_PATTERN = re.compile("[\ud800-\udfff\0]")
"""What no database keeps: half a character, and the character nought."""

LETTERS = {
    "": re.compile(".", re.DOTALL),
    "'": re.compile("''|.", re.DOTALL),
    '"': re.compile(r"\\(?:x..|u.{4}|U.{8}|.)|.", re.DOTALL),
}
"""How one letter is spelled, by the quotes that it stands in."""

BLANK = {"\\n", "\\t", "\\r", "\\ ", "\\_", "\\N", "\\L", "\\P"}

KeyPath = tuple[str | int, ...]


class Unreadable(Exception):
    """The text is no YAML that a document may be: the sentence, how to mend it, line and column."""

    def __init__(self, sentence: str, mend: str, line: int, column: int) -> None:
        super().__init__(sentence)
        self.sentence, self.mend, self.line, self.column = sentence, mend, line, column


@dataclass(frozen=True)
class SourceLocation:
    """Where a value begins, counted from 1, whether it stands in quotes, and its raw spelling."""

    line: int
    column: int
    quoted: bool = False
    raw: str = ""

    def at(self, offset: int, text: str) -> tuple[int, int]:
        """Line and column of a character of the value, whatever quotes and line breaks it was written with."""
        wanted = len("".join(text[:offset].split()))
        line, column, seen = self.line, self.column, 0
        written = LETTERS[self.raw[0] if self.quoted else ""].findall(self._content())
        for n, letter in enumerate(written):
            if letter.endswith("\n"):
                line, column = line + 1, 1
                continue
            opening = self.quoted and n == 0
            if not opening and not letter.isspace() and letter not in BLANK:
                if seen == wanted:
                    return line, column
                seen += 1
            column += len(letter)
        return line, column

    def _content(self) -> str:
        """The spelling without a block scalar's header."""
        text = LINE_BREAK_PATTERN.sub("\n", self.raw)
        if text[:1] in "|>" and not self.quoted and "\n" in text:
            head, _, rest = text.partition("\n")
            return " " * len(head) + "\n" + rest
        return text


@dataclass
class SourceTree:
    """The values and the place of each, by its path; a key has its place under (…, key, "#key")."""

    value: Any = None
    places: dict[KeyPath, SourceLocation] = field(default_factory=dict)

    def place(self, path: KeyPath) -> SourceLocation:
        """The place of a value, or of the nearest that holds it."""
        while path not in self.places and path:
            path = path[:-1]
        return self.places.get(path, SourceLocation(1, 1))

    def key(self, path: KeyPath) -> SourceLocation:
        """The place of a key, or of its value where it has none of its own."""
        return self.places.get((*path, "#key")) or self.place(path)


def parse_yaml(text: str) -> SourceTree:
    """The tree of a YAML text. Raises `Unreadable`; anything else that this raises is a bug."""
    if len(text) > MAX_DOCUMENT_LENGTH:
        raise Unreadable(
            f"The document has more than {MAX_DOCUMENT_LENGTH} characters.",
            "Criteria are shorter than that.",
            1,
            1,
        )
    try:
        _bounded(text)
        node = yaml.compose(text, Loader=yaml.SafeLoader)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
        why = (error.problem or error.context or "it cannot be read").rstrip(".")
        raise Unreadable(f"The document is not YAML: {why}.", _mend(error), line, column) from None
    except yaml.reader.ReaderError as error:
        before = text[: error.position] if isinstance(error.position, int) else ""
        lines = LINE_BREAK_PATTERN.split(before)
        line, column = len(lines), len(lines[-1]) + 1
        raise Unreadable(
            "There is a character that cannot be kept.", "Type the line anew.", line, column
        ) from None
    except (ValueError, OverflowError, RecursionError) as error:  # PyYAML's own slips on odd escapes
        raise Unreadable(f"The document is not YAML: {error}.", "Type it anew.", 1, 1) from None
    if node is None:
        raise Unreadable("The document is empty.", "Begin with a ready one: see docs/criteria.md.", 1, 1)
    tree = SourceTree()
    tree.value = _value(node, (), tree.places, text)
    return tree


def _mend(error: yaml.MarkedYAMLError) -> str:
    what = str(error.problem or "")
    if "mapping values are not allowed" in what:
        return "A text with a colon stands in quotes; otherwise look at the indentation."
    if "\\t" in what or "tab" in what:
        return "Indent with spaces."
    return "Look at the indentation, the quotes and the brackets on this line."


def _bounded(text: str) -> None:
    """Anchors, tags and depth, looked at before anything is built."""
    depth = 0
    for event in yaml.parse(text, Loader=yaml.SafeLoader):
        mark = event.start_mark
        assert mark is not None
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
            raise Unreadable(
                "Anchors and aliases (& and *) are not used here.",
                "Write the value out; a text that begins with & or * stands in quotes.",
                mark.line + 1,
                mark.column + 1,
            )
        if getattr(event, "tag", None):
            raise Unreadable(
                "Tags (!) are not used here.",
                "A text that begins with ! stands in quotes.",
                mark.line + 1,
                mark.column + 1,
            )
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1
        if depth > MAX_YAML_DEPTH:
            raise Unreadable(
                "The document is nested too deeply.",
                "Nothing in it is this deep.",
                mark.line + 1,
                mark.column + 1,
            )


def _value(node: yaml.Node, path: KeyPath, places: dict[KeyPath, SourceLocation], text: str) -> Any:
    start, end = node.start_mark, node.end_mark
    quoted = isinstance(node, yaml.ScalarNode) and node.style in ("'", '"')
    raw = text[start.index : end.index] if isinstance(node, yaml.ScalarNode) else ""
    places[path] = SourceLocation(start.line + 1, start.column + 1, quoted, raw)
    match node:
        case yaml.MappingNode():
            return dict(_pairs(node, path, places, text))
        case yaml.SequenceNode():
            return [_value(each, (*path, n), places, text) for n, each in enumerate(node.value)]
    assert isinstance(node, yaml.ScalarNode)
    _kept(node)
    nothing = node.style is None and node.value in ("", "~", "null", "Null", "NULL")
    return None if nothing else str(node.value)


def _kept(node: yaml.ScalarNode) -> None:
    """A backslash in double quotes can spell what no database keeps: half a character, the character nought."""
    if UNSTORABLE_PATTERN.search(node.value):
        raise Unreadable(
            "There is a character that cannot be kept.",
            "Leave out the backslash and what it spells.",
            node.start_mark.line + 1,
            node.start_mark.column + 1,
        )


def _pairs(
    node: yaml.MappingNode, path: KeyPath, places: dict[KeyPath, SourceLocation], text: str
) -> Iterator[tuple[str, Any]]:
    seen = set()
    for key, value in node.value:
        line, column = key.start_mark.line + 1, key.start_mark.column + 1
        if not isinstance(key, yaml.ScalarNode):
            raise Unreadable(
                "A key is a single word here.", "A text with brackets stands in quotes.", line, column
            )
        _kept(key)
        if key.value in seen:
            raise Unreadable(f"“{key.value}” stands here twice.", "Leave one of them.", line, column)
        seen.add(key.value)
        places[(*path, key.value, "#key")] = SourceLocation(line, column)
        yield key.value, _value(value, (*path, key.value), places, text)
