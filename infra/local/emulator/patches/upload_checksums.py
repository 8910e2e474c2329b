"""POST uploads keep the checksum that their signed form names.

What the emulator lacks: POST Object ignores ``x-amz-checksum-*`` form fields. S3 verifies them (400
BadDigest), stores them and returns them from HeadObject in checksum mode, which the upload check of an
application relies on.
"""

from __future__ import annotations

from collections.abc import Callable
from contextvars import ContextVar
from typing import Any

from ministack.services import s3

from infra.local.emulator.patches import require

_form: ContextVar[dict[str, str] | None] = ContextVar("upload_form", default=None)


class _RefusedError(Exception):
    """Carries S3's error response out of the emulator's handler."""


def _checksum_fields(body: bytes, headers: dict[str, str]) -> dict[str, str]:
    """The form's checksum fields, under the header names that a PUT would use."""
    parts = s3._parse_multipart_form(headers.get("content-type", ""), body) or []
    return {
        name.lower(): value.decode("latin-1")
        for name, _, _, value in parts
        if name.lower().startswith("x-amz-checksum-") and name != "file"
    }


def _record(original: Callable[..., Any], body: bytes, headers: dict[str, str], *args: Any, **rest: Any) -> Any:
    """The object's record with its checksum; the emulator has verified policy and signature by now."""
    fields = _form.get()
    if fields:
        named = {k: v for k, v in fields.items() if k != "x-amz-checksum-algorithm"}
        if "x-amz-checksum-algorithm" in fields and not named:
            named = {"x-amz-sdk-checksum-algorithm": fields["x-amz-checksum-algorithm"]}
        checksums, refusal = s3._resolve_object_checksums(body, named)
        if refusal:
            raise _RefusedError(refusal)
        rest["checksums"] = checksums
    return original(body, headers, *args, **rest)


def _post(original: Callable[..., Any], bucket: str, body: bytes, headers: dict[str, str]) -> Any:
    token = _form.set(_checksum_fields(body, headers))
    try:
        return original(bucket, body, headers)
    except _RefusedError as refused:
        return refused.args[0]
    finally:
        _form.reset(token)


def apply() -> None:
    """Wraps the emulator's POST Object."""
    require(s3, "_post_object", "_build_object_record", "_parse_multipart_form", "_resolve_object_checksums")
    post, record = s3._post_object, s3._build_object_record
    s3._post_object = lambda bucket, body, headers: _post(post, bucket, body, headers)
    s3._build_object_record = lambda body, headers, *a, **k: _record(record, body, headers, *a, **k)
