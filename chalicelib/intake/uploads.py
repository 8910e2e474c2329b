"""Materials go straight to S3: a form that fits one file only, and a check when the file is
attached.

The form binds key, type, size and SHA-256, and S3 verifies them. So a second upload under the same
key can only bring the same bytes; the version that was checked is the one that the application
holds.
"""

import base64
from collections.abc import Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from functools import lru_cache
from typing import Any

from chalicelib.casework import ATTACHED_WITHIN
from chalicelib.kernel import aws, clock, ids
from chalicelib.kernel.errors import Fault, Invalid
from chalicelib.kernel.journal import Request
from chalicelib.kernel.settings import settings

VALID_SECONDS = 15 * 60
LINK_SECONDS = 5 * 60
FEW = 3  # files that are looked at one after the other
MAX_BYTES = 50 * 1024 * 1024
ACCEPTED = ("application/pdf", "image/jpeg", "image/png")


def form(person: str, request: Request, wanted: Mapping[str, Any]) -> dict[str, Any]:
    """A presigned POST form for exactly this file: {upload_id, url, fields, expires_at}; same
    request, same id.
    """
    upload_id = ids.keyed_hash("upload", person, request.key, request.body)
    digest = base64.b64encode(bytes.fromhex(wanted["sha256"])).decode()
    fields = {
        "Content-Type": wanted["content_type"],
        "x-amz-checksum-algorithm": "SHA256",
        "x-amz-checksum-sha256": digest,
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
    heads = list(look(lambda m: _head(person, m["upload_id"]), materials))
    faults: list[Fault] = []
    held: list[dict[str, Any]] = []
    for i, (material, head) in enumerate(
        zip(
            materials,
            heads,
            strict=True,
        )
    ):
        fault = _fault(material, head, wanted, codes[:i])
        if fault:
            faults.append(Fault(f"/materials/{i}{fault[0]}", fault[1]))
        else:
            held.append(_held(person, material, head or {}))
    if faults:
        raise Invalid(faults=faults)
    return held


@lru_cache(maxsize=1)
def _pool() -> ThreadPoolExecutor:
    """Kept for the life of the process: files are looked at side by side, threads are not made per
    request.
    """
    return ThreadPoolExecutor(4)


def _head(person: str, upload_id: str) -> dict[str, Any] | None:
    s3 = aws.client("s3")
    try:
        head: dict[str, Any] = s3.head_object(
            Bucket=settings().uploads_bucket,
            Key=_key(person, upload_id),
            ChecksumMode="ENABLED",
        )
    except s3.exceptions.ClientError as error:
        if aws.error_code(error) in ("404", "NoSuchKey", "403"):
            return None
        raise
    return head


def _fault(
    material: Mapping[str, str],
    head: Mapping[str, Any] | None,
    wanted: Mapping[str, Any],
    before: list[str],
) -> tuple[str, str] | None:
    known = wanted.get(material["code"])
    if known is None:
        return "/code", "material-unknown"
    if material["code"] in before:
        return "/code", "uniqueItems"
    if head is None:
        return "/upload_id", "upload-missing"
    if head["LastModified"] < clock.system_now() - ATTACHED_WITHIN:
        return "/upload_id", "upload-expired"
    if base64.b64decode(head.get("ChecksumSHA256", "")).hex() != material["sha256"]:
        return "/sha256", "hash-differs"
    if head["ContentType"] not in known["accepts"]:
        return "/upload_id", "material-type"
    if head["ContentLength"] > known["max_bytes"]:
        return "/upload_id", "material-size"
    return None


def _held(person: str, material: Mapping[str, str], head: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "code": material["code"],
        "object": _key(person, material["upload_id"]),
        "file_name": material.get("file_name", ""),
        "sha256": material["sha256"],
        "size": head["ContentLength"],
        "content_type": head["ContentType"],
        "object_version": head.get("VersionId", ""),
    }


def link(material: Mapping[str, Any]) -> dict[str, Any]:
    """A short-lived address of the very object version that was checked: {url, expires_at}."""
    wanted = {
        "Bucket": settings().uploads_bucket,
        "Key": material["object"],
        "VersionId": material["object_version"],
    }
    wanted["ResponseContentDisposition"] = "attachment"  # never rendered in the office's own origin
    url = aws.client("s3").generate_presigned_url(
        "get_object", Params=wanted, ExpiresIn=LINK_SECONDS
    )
    return {
        "url": url,
        "expires_at": clock.stamp(clock.system_now() + timedelta(seconds=LINK_SECONDS)),
    }
