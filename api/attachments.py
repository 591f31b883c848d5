"""Attachments (liitteet), kept by the SHA-256 of their bytes: written once, never changed.

What a document is, its content says; whoever recognises a type also proves that it can be read. The name has only to
agree. Nothing here trusts a size, a count or a type that a document claims for itself.
"""

import hashlib
import io
import os
import re
import tempfile
import unicodedata
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO, BinaryIO
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile

from defusedxml.ElementTree import fromstring
from PIL.JpegImagePlugin import JpegImageFile
from PIL.PngImagePlugin import PngImageFile
from pypdf import PdfReader

MEGABYTE = 1024 * 1024
MAX_FILE_BYTES = 25 * MEGABYTE
CHUNK = 64 * 1024
PIXELS = 50_000_000
"""An A4 page at 600 dots an inch has 35 million; loading takes four bytes for each."""
MAX_ARCHIVE_MEMBERS = 2_000
UNPACKED = 100 * MEGABYTE
LONGEST_NAME = 120

PDF, PNG, JPEG, PLAIN_TEXT, CSV = "application/pdf", "image/png", "image/jpeg", "text/plain", "text/csv"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
ENDINGS = {
    PDF: "pdf",
    PNG: "png",
    JPEG: "jpg jpeg",
    XLSX: "xlsx",
    DOCX: "docx",
    PLAIN_TEXT: "txt",
    CSV: "csv",
}
"""What is taken, and how its name may end."""


class BadAttachment(Exception):
    """A document that is not taken; the sentence says what is wrong and how to mend it."""

    def __init__(self, code: str, sentence: str) -> None:
        super().__init__(sentence)
        self.code = code
        self.sentence = sentence


@dataclass(frozen=True)
class StoredAttachment:
    """A document that is kept, and what it is named by from now on."""

    sha256: str
    size: int
    """In bytes."""
    media_type: str
    name: str
    """Safe to show: the sender's name for it without folders and control characters, 120 characters at most."""


class AttachmentStore:
    """Documents in files, each municipality's in a folder of its own that no other account can enter."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def keep(self, municipality: str, name: str, data: BinaryIO | bytes) -> StoredAttachment:
        """Keep a document; keeping it again changes nothing. Raises BadAttachment."""
        incoming = self._of(municipality) / "incoming"
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        incoming.mkdir(parents=True, exist_ok=True)
        shown = _safe_name(name)
        ending = shown.rpartition(".")[2].lower() if "." in shown else ""
        with _received(incoming, io.BytesIO(data) if isinstance(data, bytes) else data) as (file, sha256):
            size = file.tell()
            media_type = _recognised(file, ending)
            if ending not in ENDINGS[media_type].split():
                raise _misnamed(ending, media_type)
            self._settle(Path(file.name), self._path(municipality, sha256))
            return StoredAttachment(sha256, size, media_type, shown)

    def open(self, municipality: str, sha256: str) -> Path:
        """Where the bytes are. Raises FileNotFoundError."""
        return self._path(municipality, sha256).resolve(strict=True)

    def _of(self, municipality: str) -> Path:
        if not re.fullmatch(r"[0-9A-Za-z-]{1,32}", municipality):
            raise ValueError("That is not the code of a municipality.")
        return self._folder / municipality

    def _path(self, municipality: str, sha256: str) -> Path:
        if not re.fullmatch(r"[0-9a-f]{64}", sha256):
            raise ValueError("That is not a SHA-256 in hexadecimal.")
        return self._of(municipality) / sha256[:2] / sha256[2:4] / sha256

    def _settle(self, file: Path, place: Path) -> None:
        """Give the file, written to disk already, its place; both survive a power cut once this returns."""
        if place.exists():
            return
        place.parent.mkdir(parents=True, exist_ok=True)
        file.chmod(0o444)
        file.rename(place)
        for folder in place.parents[:4]:
            descriptor = os.open(folder, os.O_RDONLY)
            try:
                os.fsync(descriptor)
            finally:
                os.close(descriptor)


@contextmanager
def _received(incoming: Path, data: BinaryIO) -> Iterator[tuple[IO[bytes], str]]:
    """The document in a file of its own, read to its end and on the disk, and its SHA-256.

    The file is gone afterwards unless it was moved.
    """
    digest = hashlib.sha256()
    with tempfile.NamedTemporaryFile(dir=incoming, delete=False) as file:
        try:
            while chunk := data.read(CHUNK):
                file.write(chunk)
                digest.update(chunk)
                if file.tell() > MAX_FILE_BYTES:
                    raise BadAttachment(
                        "too-big",
                        f"The document is over {MAX_FILE_BYTES // MEGABYTE} MB: make it smaller, or send it in several.",
                    )
            if file.tell() == 0:
                raise BadAttachment(
                    "empty", "The document is empty: choose the right file and send it again."
                )
            file.flush()
            os.fsync(file.fileno())
            yield file, digest.hexdigest()
        finally:
            Path(file.name).unlink(missing_ok=True)


def _safe_name(name: str) -> str:
    bare = re.split(r"[\\/]", unicodedata.normalize("NFC", name))[-1]
    visible = "".join(each for each in bare if each.isspace() or unicodedata.category(each)[0] != "C")
    stem, dot, ending = " ".join(visible.split()).rpartition(".")
    if not dot:
        stem, ending = ending, ""
    ending = dot + ending[:10]
    return (stem.strip(" .")[: LONGEST_NAME - len(ending)] or "liite") + ending


def _misnamed(ending: str, media_type: str) -> BadAttachment:
    right = " or ".join(f".{each}" for each in ENDINGS[media_type].split())
    wrong = f"ends in .{ending}" if ending else "has no ending"
    return BadAttachment(
        "extension-mismatch",
        f"The name {wrong}, but the content is of the type {media_type}: let the name end in {right}, "
        "or choose the right file.",
    )


# What a document is --------------------------------------------------------------------------------------------------


def _recognised(file: IO[bytes], ending: str) -> str:
    """The media type, by what the content begins with and proved by reading it."""
    file.seek(0)
    head = file.read(8)
    read = next((read for begins, read in READERS.items() if head.startswith(begins)), _text)
    file.seek(0)
    try:
        return read(file, ending)
    except BadAttachment:
        raise
    except (
        Exception
    ) as error:  # foreign bytes break a parser in any way they like: whatever it is, they are refused
        raise BadAttachment(
            "unreadable", "The document cannot be read, it may be damaged: save it anew and send it again."
        ) from error


def _not_allowed(what: str) -> BadAttachment:
    return BadAttachment(
        "type-not-allowed", f"{what}: send a PDF, PNG, JPEG, XLSX, DOCX, CSV or text document."
    )


def _locked() -> BadAttachment:
    return BadAttachment("encrypted", "The document has a password: save it without one and send it again.")


def _pdf(file: IO[bytes], ending: str) -> str:
    reader = PdfReader(file)
    if reader.is_encrypted:
        raise _locked()
    reader.pages[0].get_contents()  # unpacks what the page draws
    return PDF


def _image(of: type[PngImageFile] | type[JpegImageFile], media_type: str) -> Callable[[IO[bytes], str], str]:
    def read(file: IO[bytes], ending: str) -> str:
        image = of(file)
        if image.width * image.height > PIXELS:
            raise BadAttachment(
                "too-big",
                f"The picture has over {PIXELS // 1_000_000} million pixels: make it smaller and send it again.",
            )
        image.verify()
        file.seek(0)
        of(file).load()  # verify leaves it unusable
        return media_type

    return read


def _office(file: IO[bytes], ending: str) -> str:
    """XLSX or DOCX, as its own table of contents says; one with macros is neither."""
    if file.read().count(b"PK\x01\x02") > MAX_ARCHIVE_MEMBERS:  # before thousands of members are listed
        raise _too_many()
    with ZipFile(file) as package:
        members = package.infolist()
        if (
            sum(each.file_size for each in members) > UNPACKED
        ):  # what is read stops at the size that it claims
            raise _too_many()
        if any(each.flag_bits & 1 for each in members):
            raise _locked()
        if {each.compress_type for each in members} - {ZIP_STORED, ZIP_DEFLATED} or package.testzip():
            raise ValueError("A part is broken.")
        names = {each.filename: each.file_size for each in members}
        if names.get("[Content_Types].xml", MEGABYTE) < MEGABYTE:
            for part in fromstring(package.read("[Content_Types].xml")):
                media_type = part.get("ContentType", "").removesuffix(".main+xml")
                if media_type in {XLSX, DOCX} and part.get("PartName", "").lstrip("/") in names:
                    return str(media_type)
    raise _not_allowed("This is an archive, or a document with macros")


def _too_many() -> BadAttachment:
    return BadAttachment(
        "too-many-parts", "The document unpacks to too much: save it as a PDF and send that."
    )


def _old_office(file: IO[bytes], ending: str) -> str:
    if ending in {"xlsx", "docx"}:
        raise _locked()  # a password wraps them into the old format
    raise _not_allowed("This is an old Office document")


def _text(file: IO[bytes], ending: str) -> str:
    content = file.read()
    with suppress(UnicodeDecodeError):
        if "\0" not in content.decode():
            return CSV if ending == "csv" else PLAIN_TEXT
    if ending in {"txt", "csv"}:
        raise BadAttachment(
            "unreadable",
            "The text is not in UTF-8: save it as UTF-8 text or CSV, or as a PDF, and send it again.",
        )
    raise _not_allowed("Documents of this type are not taken")


READERS: dict[bytes, Callable[[IO[bytes], str], str]] = {
    b"%PDF-": _pdf,
    b"\x89PNG\r\n\x1a\n": _image(PngImageFile, PNG),
    b"\xff\xd8\xff": _image(JpegImageFile, JPEG),
    b"PK\x03\x04": _office,
    b"\xd0\xcf\x11\xe0": _old_office,
}
"""By its first bytes; what begins otherwise may be text."""
