"""Builders: a city whose items are published, what an applicant has uploaded, and cases that stand
on record.
"""

import hashlib
import io
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from types import SimpleNamespace
from typing import Any

import pytest
from botocore.exceptions import ClientError

from chalicelib.casework import Application
from chalicelib.catalog import items
from chalicelib.intake import filing, uploads
from chalicelib.kernel import aws, clock, journal
from chalicelib.kernel.acts import to_act
from chalicelib.kernel.authorization import Principal
from chalicelib.kernel.errors import Fault, Invalid
from chalicelib.kernel.journal import Act, Actor
from tests.support.builders.cases import APPLICANT, MONDAY, Desk
from tests.support.city.items import published, sample
from tests.support.fakes.stores import MemoryJournal

LI_NA = Principal(APPLICANT.person, "李娜")
CONTACT = {"phone": "13800001234"}
NUMBER = "URB-2026-W-000001"
DIGEST = hashlib.sha256(b"a file").hexdigest()


class Storage:
    """The uploads of everybody, by key; a PDF of 100 bytes each."""

    exceptions = SimpleNamespace(ClientError=ClientError)

    def __init__(self) -> None:
        self.files: dict[str, dict[str, Any]] = {}

    def generate_presigned_post(self, bucket: str, key: str, **bound: Any) -> dict[str, Any]:
        """A form, as the SDK makes one without asking anybody."""
        return {"url": f"https://{bucket}.example", "fields": bound["Fields"] | {"key": key}}

    def get_object(self, *, Bucket: str, Key: str, Range: str) -> dict[str, Any]:
        """The beginning of a file as S3 answers, 404 for what is not there."""
        if Key not in self.files:
            raise ClientError({"Error": {"Code": "NoSuchKey", "Message": "none"}}, "GetObject")
        file = self.files[Key]
        return file | {"Body": io.BytesIO(file["Body"])}


@contextmanager
def city(monkeypatch: pytest.MonkeyPatch, *names: str) -> Iterator[Storage]:
    """The items are published on a Monday; in-memory stores are in place already."""
    storage = Storage()
    monkeypatch.setattr(clock, "now", lambda: MONDAY)
    monkeypatch.setattr(aws, "client", lambda service: {"s3": storage}[service])
    _forget()
    published(*(sample(name) for name in names))
    yield storage
    _forget()


def _forget() -> None:
    items.version.cache_clear()
    items.in_force.forget()
    uploads._folder.cache_clear()


def example(item: str, **changed: Any) -> dict[str, Any]:
    """The form that an item gives as its example, some answers changed; None leaves one out."""
    form = sample(item)["form"]["examples"][0] | changed
    return {name: answer for name, answer in form.items() if answer is not None}


def uploaded(storage: Storage, *codes: str, person: str = LI_NA.person) -> list[dict[str, str]]:
    """Files that are in storage, and how an application names them."""
    given = []
    for number, code in enumerate(codes):
        upload_id = f"{number}".rjust(26, "a")
        file = {
            "Metadata": {"sha256": DIGEST},
            "ContentType": "application/pdf",
            "ContentRange": "bytes 0-99/100",
            "VersionId": "v1",
            "LastModified": clock.system_now(),
            "Body": b"%PDF-1.7",
        }
        storage.files[uploads._key(person, upload_id)] = file
        given.append({"code": code, "upload_id": upload_id, "sha256": DIGEST})
    return given


def facts_of(made: Application) -> dict[str, Any]:
    """What the application keeps of its item version, as it will stand on record."""
    named = ("number", "authority", "channel")
    return {name: said for name, said in to_act(made.filed).data.items() if name not in named}


def applicant_of(made: Application) -> dict[str, Any]:
    """What it says of the applicant, as it will stand on record."""
    return dict(to_act(made.filed).private["applicant"])


def body(
    item: str, materials: list[dict[str, str]], form: dict[str, Any] | None = None, **more: Any
) -> dict[str, Any]:
    """An application as it comes in."""
    return {
        "item": item,
        "form": form or example(item),
        "contact": CONTACT,
        "materials": materials,
        **more,
    }


def faults_of(
    body: dict[str, Any], now: datetime = MONDAY, person: Principal = LI_NA
) -> list[tuple[str, str]]:
    """Everything that is wrong with it, all at once: (JSON pointer, message key)."""
    with pytest.raises(Invalid) as refused:
        filing.application(person, body, now)
    return [_plain(fault) for fault in refused.value.faults]


def _plain(fault: Fault) -> tuple[str, str]:
    return fault.field, fault.message


def on_record(
    desk: Desk, records: MemoryJournal, number: str = NUMBER, case_id: str = "abc"
) -> None:
    """A case stands in the journal under its number."""
    register, serial = f"register#{number[:3]}#{number[4:8]}#{number[9]}", int(number[-6:])
    act = Act("SerialIssued", {"number": number, "case": case_id})
    entry = journal.new_entry(register, serial, [act], at=MONDAY, actor=Actor())
    for made in (entry, *(replace(entry, stream=f"case#{case_id}") for entry in desk.entries)):
        records.entries[made.stream, made.seq] = made
