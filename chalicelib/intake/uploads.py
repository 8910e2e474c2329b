"""Materials go straight to S3: a form that fits one file only, and a check when the file is
attached.

The form binds key, type, size and SHA-256, and S3 verifies them; of what type it really is, its
first bytes say when it is attached. So a second upload under the same key can only bring the same
bytes; the version that was checked is the one that the application holds.
"""

import base64
from collections.abc import Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any

from chalicelib.casework import ATTACHED_WITHIN
from chalicelib.intake import file_contents
from chalicelib.kernel import aws, clock, ids, requests
from chalicelib.kernel.errors import Fault, Invalid
from chalicelib.kernel.journal import Request
from chalicelib.kernel.settings import settings
from chalicelib.kernel.values import dataclass

VALID_SECONDS = 15 * 60
LINK_SECONDS = 5 * 60
FEW = 3  # files that are looked at one after the other
MAX_BYTES = 50 * 1024 * 1024
SHA256 = "sha256"  # in the object's metadata, which the form binds too
ACCEPTED = ("application/pdf", "image/jpeg", "image/png")


def form(person: str, request: Request, wanted: Mapping[str, Any]) -> dict[str, Any]:
    """A presigned POST form for exactly this file: {upload_id, url, fields, expires_at}; same
    request, same id. Raises KeyReused.
    """
    requests.claim(request)
    upload_id = ids.keyed_hash("upload", person, request.key, request.body)
    digest = base64.b64encode(bytes.fromhex(wanted["sha256"])).decode()
    fields = {
        "Content-Type": wanted["content_type"],
        "x-amz-checksum-algorithm": "SHA256",
        "x-amz-checksum-sha256": digest,
        # S3 tells a checksum of whole objects only; this tells it with the first bytes.
        f"x-amz-meta-{SHA256}": wanted["sha256"],
    }
    conditions: list[Any] = [{name: value} for name, value in fields.items()]
    conditions.append(["content-length-range", wanted["size"], wanted["size"]])
    made = aws.client("s3").generate_presigned_post(
        settings().uploads_bucket,
        _key(person, upload_id),
        Fields=fields,
        Conditions=conditions,
        ExpiresIn=VALID_SECONDS,
    )
    expires = clock.system_now() + timedelta(seconds=VALID_SECONDS)
    return {
        "upload_id": upload_id,
        "url": made["url"],
        "fields": made["fields"],
        "expires_at": clock.stamp(expires),
    }


def _key(person: str, upload_id: str) -> str:
    return f"u/{_folder(person)}/{upload_id}"


@lru_cache(maxsize=64)
def _folder(person: str) -> str:
    """A person's folder, asked for several times a filing."""
    return ids.keyed_hash("uploader", person)


def check(
    person: str,
    given: Iterable[Mapping[str, str]],
    wanted: Mapping[str, Mapping[str, Any]],
) -> list[dict[str, Any]]:
    """The materials as the case holds them, in the order given.

    ``given``: [{code, upload_id, sha256, file_name?}]; ``wanted``: the item's materials by code.
    Raises Invalid with every fault: unknown or doubled code, nothing uploaded or too long ago,
    wrong hash, type or size.
    """
    materials = list(given)
    codes = [material["code"] for material in materials]
    look = (
        map if len(materials) <= FEW else _pool().map
    )  # handing a look to a thread costs half as much as the look
    uploaded = list(look(lambda m: _look(person, m["upload_id"]), materials))
    faults: list[Fault] = []
    held: list[dict[str, Any]] = []
    for i, (material, file) in enumerate(
        zip(
            materials,
            uploaded,
            strict=True,
        )
    ):
        fault = _fault(material, file, wanted, codes[:i])
        if fault:
            faults.append(replace(fault, field=f"/materials/{i}{fault.field}"))
        elif file:
            held.append(_held(person, material, file))
    if faults:
        raise Invalid(faults=faults)
    return held


@lru_cache(maxsize=1)
def _pool() -> ThreadPoolExecutor:
    """Kept for the life of the process: files are looked at side by side, threads are not made per
    request.
    """
    return ThreadPoolExecutor(4)


@dataclass(frozen=True)
class _File:
    """An uploaded file: what its form said of it, and what its first bytes say."""

    sha256: str
    content_type: str
    size: int
    version: str
    uploaded_at: datetime
    kind: str


def _look(person: str, upload_id: str) -> _File | None:
    """The file as one read of its beginning shows it; None where nothing was uploaded."""
    s3 = aws.client("s3")
    try:
        answer: dict[str, Any] = s3.get_object(
            Bucket=settings().uploads_bucket,
            Key=_key(person, upload_id),
            Range=f"bytes=0-{file_contents.LOOKED_AT - 1}",
        )
    except s3.exceptions.ClientError as error:
        if aws.error_code(error) in ("404", "NoSuchKey", "403", "AccessDenied"):
            return None
        raise
    _, _, size = answer["ContentRange"].partition("/")
    return _File(
        answer["Metadata"].get(SHA256, ""),
        answer["ContentType"],
        int(size),
        answer.get("VersionId", ""),
        answer["LastModified"],
        file_contents.kind_of(answer["Body"].read()),
    )


def _fault(
    material: Mapping[str, str],
    file: _File | None,
    wanted: Mapping[str, Any],
    before: list[str],
) -> Fault | None:
    known = wanted.get(material["code"])
    if known is None:
        return Fault("/code", "material-unknown")
    if material["code"] in before:
        return Fault("/code", "uniqueItems")
    if file is None:
        return Fault("/upload_id", "upload-missing")
    if file.uploaded_at < clock.system_now() - ATTACHED_WITHIN:
        return Fault("/upload_id", "upload-expired")
    if file.sha256 != material["sha256"]:
        return Fault("/sha256", "hash-differs")
    if file.content_type not in known["accepts"]:
        return Fault("/upload_id", "material-type")
    if file.size > known["max_bytes"]:
        return Fault("/upload_id", "material-size")
    return _fault_of_content(file)


def _fault_of_content(file: _File) -> Fault | None:
    """Where a file is not what its type says: what it is, and what helps."""
    if file.kind == file.content_type:
        return None
    if file.kind in file_contents.PHONE_PICTURES:
        return Fault("/upload_id", "material-phone-picture")
    if file.kind == file_contents.UNKNOWN:
        return Fault("/upload_id", "material-content-unknown", {"stated": file.content_type})
    found: dict[str, object] = {"stated": file.content_type, "found": file.kind}
    return Fault("/upload_id", "material-content", found)


def _held(person: str, material: Mapping[str, str], file: _File) -> dict[str, Any]:
    return {
        "code": material["code"],
        "object": _key(person, material["upload_id"]),
        "file_name": material.get("file_name", ""),
        "sha256": material["sha256"],
        "size": file.size,
        "content_type": file.content_type,
        "object_version": file.version,
    }


def link(material: Mapping[str, Any]) -> dict[str, Any]:
    """A short-lived address of the very object version that was checked: {url, expires_at}."""
    wanted = {
        "Bucket": settings().uploads_bucket,
        "Key": material["object"],
        "VersionId": material["object_version"],
    }
    # Never rendered in the office's own origin.
    wanted["ResponseContentDisposition"] = file_contents.disposition(
        material.get("file_name", ""),
        material["code"],
        material["content_type"],
    )
    url = aws.client("s3").generate_presigned_url(
        "get_object", Params=wanted, ExpiresIn=LINK_SECONDS
    )
    return {
        "url": url,
        "expires_at": clock.stamp(clock.system_now() + timedelta(seconds=LINK_SECONDS)),
    }
