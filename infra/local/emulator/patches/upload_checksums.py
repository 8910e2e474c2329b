"""POST uploads keep the checksum that their signed form names.

What the emulator lacks: POST Object ignores ``x-amz-checksum-*`` form fields. S3 verifies them (400
BadDigest), so an uploaded file is the one that its form was made for.
"""

from __future__ import annotations

from collections.abc import Callable
from contextvars import ContextVar
from functools import partial
from typing import Any

from ministack.services import s3

from infra.local.emulator.patches import require

Headers = dict[str, str]
_form: ContextVar[dict[str, str] | None] = ContextVar("upload_form", default=None)


class _RefusedError(Exception):
    """Carries S3's error response out of the emulator's handler."""


def _checksum_fields(body: bytes, headers: Headers) -> dict[str, str]:
    """The form's checksum fields, under the header names that a PUT would use."""
    parts = s3._parse_multipart_form(headers.get("content-type", ""), body) or []
    fields = {}
    for name, _, _, value in parts:
        header = name.lower()
        if header.startswith("x-amz-checksum-"):
            fields[header] = value.decode("latin-1")
    return fields


def _record(
    original: Callable[..., Any],
    body: bytes,
    headers: Headers,
    *args: Any,
    **rest: Any,
) -> Any:
    """The object's record with its checksum; policy and signature are verified by now."""
    fields = dict(_form.get() or {})
    if fields:
        algorithm = fields.pop("x-amz-checksum-algorithm", None)
        if algorithm and not fields:
            fields = {"x-amz-sdk-checksum-algorithm": algorithm}
        checksums, refusal = s3._resolve_object_checksums(body, fields)
        if refusal:
            raise _RefusedError(refusal)
        rest["checksums"] = checksums
    return original(body, headers, *args, **rest)


def _post(original: Callable[..., Any], bucket: str, body: bytes, headers: Headers) -> Any:
    token = _form.set(_checksum_fields(body, headers))
    try:
        return original(bucket, body, headers)
    except _RefusedError as refused:
        return refused.args[0]
    finally:
        _form.reset(token)


def apply() -> None:
    """Wraps the emulator's POST Object."""
    require(s3, "_post_object", "_build_object_record")
    require(s3, "_parse_multipart_form", "_resolve_object_checksums")
    s3._post_object = partial(_post, s3._post_object)
    s3._build_object_record = partial(_record, s3._build_object_record)
