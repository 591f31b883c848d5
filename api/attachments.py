"""Attachments (liitteet) by the SHA-256 of their bytes: written once, never changed, and only what can be read.

What a document is, its content says and not its name; each type has to prove that it can be parsed.
"""

import hashlib
import io
import os
import re
import tempfile
import warnings
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from PIL import Image, UnidentifiedImageError
from pypdf import PdfReader
from pypdf.errors import PyPdfError

LIMIT = 25 * 1024 * 1024
CHUNK = 1024 * 1024
PARTS, UNPACKED = 2_000, 200 * 1024 * 1024
NAME_LENGTH = 120


class BadAttachment(Exception):
    """A document that is not taken; the sentence says why and how to mend it."""

    def __init__(self, code: str, sentence: str) -> None:
        super().__init__(sentence)
        self.code, self.sentence = code, sentence


@dataclass(frozen=True)
class Kept:
    """A document that is kept, by what it is named from now on."""

    sha256: str
    size: int
    media_type: str
    name: str


def _pdf(data: bytes) -> None:
    reader = PdfReader(io.BytesIO(data))
    if reader.is_encrypted:
        raise BadAttachment(
            "encrypted", "The PDF is locked with a password: save it without one and send it again."
        )
    assert len(reader.pages)
    reader.pages[0].mediabox  # noqa: B018 - reading it is the proof


def _image(data: bytes) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error", Image.DecompressionBombWarning)
        with Image.open(io.BytesIO(data)) as image:
            image.verify()
        with Image.open(io.BytesIO(data)) as image:
            image.load()


def _office(part: str) -> Callable[[bytes], None]:
    def proof(data: bytes) -> None:
        with zipfile.ZipFile(io.BytesIO(data)) as package:
            parts = package.infolist()
            if len(parts) > PARTS or sum(each.file_size for each in parts) > UNPACKED:
                raise BadAttachment(
                    "too-many-parts", "The document unpacks to too much: save it as a PDF and send that."
                )
            names = {each.filename for each in parts}
            assert "[Content_Types].xml" in names
            assert part in names
            assert package.testzip() is None

    return proof


def _text(data: bytes) -> None:
    assert b"\x00" not in data
    data.decode("utf-8")


@dataclass(frozen=True)
class Kind:
    """A type that is taken: its first bytes, the names it may have, and its proof."""

    media_type: str
    begins: bytes
    extensions: tuple[str, ...]
    proof: Callable[[bytes], None]


OFFICE = "application/vnd.openxmlformats-officedocument."
KINDS = (
    Kind("application/pdf", b"%PDF-", (".pdf",), _pdf),
    Kind("image/png", b"\x89PNG\r\n\x1a\n", (".png",), _image),
    Kind("image/jpeg", b"\xff\xd8\xff", (".jpg", ".jpeg"), _image),
    Kind(OFFICE + "spreadsheetml.sheet", b"PK\x03\x04", (".xlsx",), _office("xl/workbook.xml")),
    Kind(OFFICE + "wordprocessingml.document", b"PK\x03\x04", (".docx",), _office("word/document.xml")),
    Kind("text/csv", b"", (".csv",), _text),
    Kind("text/plain", b"", (".txt",), _text),
)
UNREADABLE = (PyPdfError, UnidentifiedImageError, zipfile.BadZipFile, OSError, ValueError, AssertionError, SyntaxError,
              KeyError, Image.DecompressionBombError, Image.DecompressionBombWarning, RecursionError)  # fmt: skip


class AttachmentStore:
    """Documents of all municipalities, each municipality in a folder of its own."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def keep(self, municipality: str, name: str, data: BinaryIO | bytes) -> Kept:
        """Keep a document; keeping it again changes nothing. Raises `BadAttachment`."""
        shown = display_name(name)
        content = _read(io.BytesIO(data) if isinstance(data, bytes) else data)
        kind = _kind(shown, content)
        try:
            kind.proof(content)
        except UNREADABLE:
            raise BadAttachment(
                "unreadable",
                "The document cannot be opened: it may be damaged. Save it anew and send it again.",
            ) from None
        sha256 = hashlib.sha256(content).hexdigest()
        self._write(self._path(municipality, sha256), content)
        return Kept(sha256=sha256, size=len(content), media_type=kind.media_type, name=shown)

    def open(self, municipality: str, sha256: str) -> Path:
        """Where the bytes are; raises `FileNotFoundError`."""
        path = self._path(municipality, sha256)
        if not path.is_file():
            raise FileNotFoundError(sha256)
        return path

    def _path(self, municipality: str, sha256: str) -> Path:
        if not re.fullmatch(r"[0-9A-Za-z-]{1,32}", municipality) or not re.fullmatch(r"[0-9a-f]{64}", sha256):
            raise FileNotFoundError("no such name")
        return self._folder / municipality / sha256[:2] / sha256[2:4] / sha256

    def _write(self, path: Path, content: bytes) -> None:
        if path.exists():
            return
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, waiting = tempfile.mkstemp(dir=path.parent)
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        Path(waiting).chmod(0o444)
        Path(waiting).replace(path)


def display_name(name: str) -> str:
    """A name without folders and control characters, short enough to show."""
    bare = "".join(
        letter for letter in name.replace("\\", "/").rpartition("/")[2] if letter.isprintable()
    ).strip(" .")
    stem, dot, extension = bare.rpartition(".")
    return (
        f"{stem[: NAME_LENGTH - len(extension) - 1]}{dot}{extension}"
        if dot
        else bare[:NAME_LENGTH] or "liite"
    )


def _read(data: BinaryIO) -> bytes:
    chunks, size = [], 0
    while chunk := data.read(CHUNK):
        size += len(chunk)
        if size > LIMIT:
            raise BadAttachment(
                "too-big", "The document is over 25 MB: make it smaller, or send it in parts."
            )
        chunks.append(chunk)
    if not size:
        raise BadAttachment("empty", "The document is empty: choose the right file and send it again.")
    return b"".join(chunks)


def _kind(name: str, content: bytes) -> Kind:
    extension = f".{name.rpartition('.')[2].lower()}"
    fitting = [kind for kind in KINDS if content.startswith(kind.begins) and extension in kind.extensions]
    if fitting:
        return fitting[0]
    if any(kind.begins and content.startswith(kind.begins) for kind in KINDS):
        raise BadAttachment(
            "extension-mismatch", f"The name ends in {extension}, but the document is of another type."
        )
    raise BadAttachment("type-not-allowed", "Send a PDF, PNG, JPEG, XLSX, DOCX, CSV or text document.")
