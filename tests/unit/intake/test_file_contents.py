"""Files are what their first bytes say, wherever one is attached, and come back under a safe name."""

import struct
from collections.abc import Iterator
from typing import Any
from urllib.parse import unquote

import pytest

from chalicelib.intake import file_contents, uploads, windows
from chalicelib.kernel import texts
from chalicelib.kernel.errors import Invalid
from tests.support.builders.filings import LI_NA, Storage, city, uploaded

PDF, JPEG, PNG = "application/pdf", "image/jpeg", "image/png"
HEIC = struct.pack(">I", 24) + b"ftypheic" + struct.pack(">I", 0) + b"mif1heic"
FILES = [
    (PDF, b"%PDF-1.7\n%", ""),
    (PDF, b"\xef\xbb\xbf%PDF-1.4", ""),
    (JPEG, b"\xff\xd8\xff\xe1\x00\x18Exif", ""),
    (PNG, b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR", ""),
    (JPEG, b"hello", "text/plain"),
    (PDF, "说明".encode("gb18030"), "text/plain"),
    (PDF, "说明".encode()[:5], "text/plain"),
    (PDF, b"<html><script>alert(1)</script>", "text/plain"),
    (JPEG, b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR", "image/png"),
    (PNG, b"\xff\xd8\xff\xe0\x00\x10JFIF", "image/jpeg"),
    (JPEG, b"%PDF-1.7", "application/pdf"),
    (PDF, b"PK\x03\x04\x14\x00\x06\x00", "application/zip"),
    (PDF, b"MZ\x90\x00\x03\x00\x00\x00", "application/x-msdownload"),
    (JPEG, HEIC, "HEIC"),
    (PNG, b"\x00\x01\x02\x03" * 30, "?"),
    (PDF, b"\x00" * 200, "?"),
]
WANTED = {"code": {"accepts": uploads.ACCEPTED, "max_bytes": 1000}}


@pytest.fixture
def storage(memory: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[Storage]:
    with city(monkeypatch) as storage:
        yield storage


@pytest.mark.parametrize(("stated", "content", "found"), FILES)
def test_a_file_is_what_its_first_bytes_say(
    storage: Storage, stated: str, content: bytes, found: str
) -> None:
    given = uploaded(storage, "code")
    (file,) = storage.files.values()
    file |= {"ContentType": stated, "Body": content}
    if not found:
        assert uploads.check(LI_NA.person, given, WANTED)[0]["content_type"] == stated
        return
    with pytest.raises(Invalid) as refused:
        uploads.check(LI_NA.person, given, WANTED)
    (fault,) = refused.value.faults
    assert fault.field == "/materials/0/upload_id"
    for language in texts.LANGUAGES:
        said = texts.say(fault.message, language, **fault.params)
        assert "JPEG" in said and (found == "?" or found in said)


def test_what_proves_a_guardianship_is_looked_at_as_well(storage: Storage) -> None:
    given = uploaded(storage, "birth-certificate", person="o-wang-fang")
    (file,) = storage.files.values()
    file |= {"ContentType": JPEG, "Body": b"hello"}
    _, faults = windows._papers("o-wang-fang", given)
    assert [(fault.field, fault.message) for fault in faults] == [
        ("/evidence/0/upload_id", "material-content")
    ]


NAMES = [
    ("营业执照.pdf", PDF, "营业执照.pdf"),
    ("营业执照", PDF, "营业执照.pdf"),
    ("照片.JPG", JPEG, "照片.JPG"),
    ("照片.jpeg", JPEG, "照片.jpeg"),
    ("setup.exe", PDF, "setup.exe.pdf"),
    ("../../etc/passwd", PDF, "etc_passwd.pdf"),
    ('a";filename="b.exe', PDF, "a_filename=_b.exe.pdf"),
    ("a\r\nSet-Cookie: x", PDF, "a_Set-Cookie_ x.pdf"),
    ("50%.pdf", PDF, "50_.pdf"),
    ("  ", PNG, "premises.png"),
    ("", PNG, "premises.png"),
    ("名" * 120, PDF, "名" * 100 + ".pdf"),
]


@pytest.mark.parametrize(("given", "content_type", "name"), NAMES)
def test_a_download_has_the_name_that_was_given_made_safe(
    given: str, content_type: str, name: str
) -> None:
    header = file_contents.disposition(given, "premises", content_type)
    assert header.isascii() and header.isprintable()
    assert header.startswith('attachment; filename="premises.')
    assert unquote(header.split("filename*=UTF-8''")[1]) == name
