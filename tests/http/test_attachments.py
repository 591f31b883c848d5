"""Which documents are taken, which are not and why, and that nobody can change or reach past what is kept."""

import hashlib
import io
import random
import stat
import struct
import threading
import zipfile
import zlib
from pathlib import Path
from typing import BinaryIO

import pytest
from PIL import Image
from pypdf import PdfWriter
from pypdf.generic import NameObject, StreamObject

from api.attachments import (
    CSV,
    DOCX,
    JPEG,
    MAX_FILE_BYTES,
    PDF,
    PLAIN_TEXT,
    PNG,
    XLSX,
    AttachmentStore,
    BadAttachment,
    StoredAttachment,
)


def pdf(password: str | None = None, pages: int = 1) -> bytes:
    writer = PdfWriter()
    for _ in range(pages):
        writer.add_blank_page(595, 842)
    if password is not None:
        writer.encrypt(user_password=password, owner_password="owner", algorithm="RC4-128")
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def unknown_filter() -> bytes:
    """A PDF whose page nobody can unpack."""
    writer = PdfWriter()
    page = writer.add_blank_page(595, 842)
    stream = StreamObject()
    stream.set_data(b"q Q")
    stream[NameObject("/Filter")] = NameObject("/Omatekoinen")
    page[NameObject("/Contents")] = writer._add_object(stream)
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def picture(kind: str) -> bytes:
    out = io.BytesIO()
    noise = random.Random(1).randbytes(64 * 64 * 3)
    Image.frombytes("RGB", (64, 64), noise).save(out, kind)
    return out.getvalue()


def chunk(kind: bytes, data: bytes) -> bytes:
    """A piece of a PNG."""
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def huge_png() -> bytes:
    """A picture of 100 million pixels in some kilobytes."""
    rows = zlib.compress(bytes(1251 * 10_000), 9)
    header = struct.pack(">IIBBBBB", 10_000, 10_000, 1, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


def with_a_broken_end() -> bytes:
    """A PNG whose pixels are whole, and whose last words are not."""
    end = chunk(b"IEND", b"")
    return picture("PNG").removesuffix(end) + chunk(b"tEXt", b"Title\0Tie")[:-1] + b"?" + end


def archive(parts: dict[str, bytes], how: int = zipfile.ZIP_DEFLATED) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", how) as package:
        for name, content in parts.items():
            package.writestr(name, content)
    return out.getvalue()


def office(
    media_type: str, main: str, more: dict[str, bytes] | None = None, how: int = zipfile.ZIP_DEFLATED
) -> bytes:
    types = (
        '<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
        '<Default Extension="xml" ContentType="application/xml"/>'
        f'<Override PartName="/{main}" ContentType="{media_type}.main+xml"/></Types>'
    )
    return archive({"[Content_Types].xml": types.encode(), main: b"<main/>", **(more or {})}, how)


SHEET = office(XLSX, "xl/workbook.xml")
LETTER = office(DOCX, "word/document.xml")
MACROS = office("application/vnd.ms-word.document.macroEnabled", "word/document.xml")
WRAPPED = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504)  # what Office makes of a document with a password
BOMB = office(DOCX, "word/document.xml", {"word/zeros.bin": bytes(101 * 1024 * 1024)})


def locked_archive() -> bytes:
    """A package whose members say that they are encrypted."""
    data = bytearray(LETTER)
    for mark, flags in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = data.find(mark)
        while at >= 0:
            data[at + flags] |= 1
            at = data.find(mark, at + 4)
    return bytes(data)


def broken(data: bytes) -> bytes:
    """The same with some bytes in the middle turned over."""
    middle = len(data) // 2
    return data[:middle] + bytes(255 - each for each in data[middle : middle + 40]) + data[middle + 40 :]


def with_entity() -> bytes:
    return archive({"[Content_Types].xml": b'<!DOCTYPE t [<!ENTITY a "b">]><Types>&a;</Types>'})


@pytest.fixture
def store(tmp_path: Path) -> AttachmentStore:
    return AttachmentStore(tmp_path / "attachments")


@pytest.mark.parametrize(
    ("name", "data", "media_type"),
    [
        ("Kokouspöytäkirja.pdf", pdf(), PDF),
        ("kartta.PNG", picture("PNG"), PNG),
        ("tie.jpg", picture("JPEG"), JPEG),
        ("tie.jpeg", picture("JPEG"), JPEG),
        ("kulut.xlsx", SHEET, XLSX),
        ("hakemus.docx", LETTER, DOCX),
        ("kulut.csv", "osakas;summa\nMäkelä;12,50 €\n".encode(), CSV),
        ("kulut.csv", "\ufeffosakas;summa\n".encode(), CSV),
        ("lue.txt", b"hei", PLAIN_TEXT),
    ],
)
def test_a_document_that_can_be_read_is_kept_as_it_is(
    store: AttachmentStore, name: str, data: bytes, media_type: str
) -> None:
    sha256 = hashlib.sha256(data).hexdigest()
    assert store.keep("498", name, data) == StoredAttachment(sha256, len(data), media_type, name)
    assert store.open("498", sha256).read_bytes() == data


@pytest.mark.parametrize(
    ("code", "name", "data"),
    [
        ("empty", "tyhjä.pdf", b""),
        ("too-big", "iso.txt", b"x" * (MAX_FILE_BYTES + 1)),
        ("too-big", "iso.png", huge_png()),
        ("extension-mismatch", "kartta.jpg", picture("PNG")),
        ("extension-mismatch", "ohjelma.exe", pdf()),
        ("extension-mismatch", "pdf", pdf()),
        ("extension-mismatch", "kulut.docx", SHEET),
        ("extension-mismatch", "sivu.pdf", b"<html><script>alert(1)</script></html>"),
        ("extension-mismatch", "pdf.txt", pdf()),
        ("type-not-allowed", "kuva.pdf", b"GIF89a" + bytes(range(256))),
        ("type-not-allowed", "ohjelma.exe", b"MZ\x90\x00\x03"),
        ("type-not-allowed", "vanha.doc", WRAPPED),
        ("type-not-allowed", "monta.zip", archive({"a.pdf": pdf()})),
        ("type-not-allowed", "makrot.docx", MACROS),
        (
            "type-not-allowed",
            "vain nimi.docx",
            archive({"[Content_Types].xml": b"<Types/>", "word/document.xml": b""}),
        ),
        ("encrypted", "salattu.pdf", pdf("salasana")),
        ("encrypted", "rajattu.pdf", pdf("")),
        ("encrypted", "salattu.xlsx", WRAPPED),
        ("encrypted", "salattu.docx", locked_archive()),
        ("unreadable", "rikki.pdf", b"%PDF-1.7\n" + b"0" * 500),
        ("unreadable", "sivuton.pdf", pdf(pages=0)),
        ("unreadable", "outo.pdf", unknown_filter()),
        ("unreadable", "rikki.png", broken(picture("PNG"))),
        ("unreadable", "rikki.png", with_a_broken_end()),
        ("unreadable", "kesken.png", picture("PNG")[:5_000]),
        ("unreadable", "kesken.jpg", picture("JPEG")[:1_000]),
        ("unreadable", "kesken.xlsx", SHEET[:-30]),
        ("unreadable", "rikki.docx", broken(office(DOCX, "word/document.xml", {"a": picture("PNG")}))),
        ("unreadable", "outo.docx", office(DOCX, "word/document.xml", how=zipfile.ZIP_LZMA)),
        ("unreadable", "entiteetti.docx", with_entity()),
        ("unreadable", "latin.csv", "Mäkelä;12,50".encode("latin-1")),
        ("unreadable", "nolla.txt", b"hei\x00"),
        (
            "too-many-parts",
            "monta.docx",
            office(DOCX, "word/document.xml", {f"p{n}": b"" for n in range(2_000)}),
        ),
        ("too-many-parts", "pommi.docx", BOMB),
    ],
    ids=lambda value: "" if isinstance(value, bytes) else None,
)
def test_what_is_not_taken_leaves_nothing_behind(
    tmp_path: Path, store: AttachmentStore, code: str, name: str, data: bytes
) -> None:
    with pytest.raises(BadAttachment) as refused:
        store.keep("498", name, data)
    assert refused.value.code == code
    assert refused.value.sentence == str(refused.value)
    assert refused.value.sentence.endswith(".")
    assert [each for each in tmp_path.rglob("*") if each.is_file()] == []


def test_reading_stops_as_soon_as_it_is_too_much(store: AttachmentStore) -> None:
    class Endless(io.RawIOBase):
        given = 0

        def read(self, size: int = -1) -> bytes:
            self.given += size
            return b"x" * size

    endless = Endless()
    with pytest.raises(BadAttachment, match="over 25 MB"):
        store.keep("498", "a.txt", endless)  # type: ignore[arg-type]  # it is read as a file is
    assert MAX_FILE_BYTES < endless.given <= MAX_FILE_BYTES + 1024 * 1024


def test_the_largest_that_may_be_is_taken(store: AttachmentStore) -> None:
    assert store.keep("498", "a.txt", b"x" * MAX_FILE_BYTES).size == MAX_FILE_BYTES


def test_a_file_is_written_once_and_only_for_its_municipality(tmp_path: Path, store: AttachmentStore) -> None:
    data: BinaryIO = io.BytesIO(pdf())
    kept = store.keep("498", "a.pdf", data)
    path = store.open("498", kept.sha256)
    before = path.stat()
    assert path.relative_to(tmp_path.resolve()) == Path(
        "attachments/498", kept.sha256[:2], kept.sha256[2:4], kept.sha256
    )
    assert stat.S_IMODE(before.st_mode) == 0o444
    assert stat.S_IMODE((tmp_path / "attachments").stat().st_mode) == 0o700
    again = store.keep("498", "b.pdf", pdf())
    assert (again.sha256, again.name) == (kept.sha256, "b.pdf")
    assert path.stat() == before
    with pytest.raises(FileNotFoundError):
        store.open("854", kept.sha256)
    store.keep("854", "a.pdf", pdf())
    assert not store.open("854", kept.sha256).samefile(path)


def test_two_who_send_the_same_at_once_both_have_it(tmp_path: Path, store: AttachmentStore) -> None:
    kept: list[StoredAttachment] = []
    threads = [
        threading.Thread(target=lambda: kept.append(store.keep("498", "a.png", picture("PNG"))))
        for _ in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(kept) == 8
    assert len(set(kept)) == 1
    assert [each.name for each in tmp_path.rglob("*") if each.is_file()] == [kept[0].sha256]


@pytest.mark.parametrize("municipality", ["", "..", "../498", "498/..", "498\n", "4" * 33, "kunta ä", "/"])
def test_a_municipality_is_a_code_and_no_path(store: AttachmentStore, municipality: str) -> None:
    with pytest.raises(ValueError, match="municipality"):
        store.keep(municipality, "a.txt", b"hei")
    with pytest.raises(ValueError, match="municipality"):
        store.open(municipality, "0" * 64)


@pytest.mark.parametrize("sha256", ["", "0" * 63, "0" * 65, "A" * 64, "../" * 21 + "a", "0" * 64 + "\n"])
def test_a_sha256_is_hexadecimal_and_no_path(store: AttachmentStore, sha256: str) -> None:
    with pytest.raises(ValueError, match="SHA-256"):
        store.open("498", sha256)


@pytest.mark.parametrize(
    ("sent", "shown"),
    [
        ("C:\\Omat\\tiekunta\\lasku.txt", "lasku.txt"),
        ("../../etc/lasku.txt", "lasku.txt"),
        ("las\x00ku\r\n\t2.txt", "lasku 2.txt"),
        ("lasku\u202etxt.exe.txt", "laskutxt.exe.txt"),
        ("ta\u0308ma\u0308.txt", "tämä.txt"),
        ("  .txt ", "liite.txt"),
        ("/.txt", "liite.txt"),
        ("ä" * 300 + ".txt", "ä" * 116 + ".txt"),
    ],
)
def test_a_name_is_safe_to_show(store: AttachmentStore, sent: str, shown: str) -> None:
    assert store.keep("498", sent, b"hei").name == shown
