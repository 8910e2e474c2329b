"""What the past asks of AWS and nobody is needed for: the bus, flows, and the files of
applicants.
"""

import base64
import hashlib
import json
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

from botocore.exceptions import ClientError

from infra.local.client.files import File

AT_ONCE = 2


class Events:
    """The bus: what was published, as its rules hand it on."""

    def __init__(self) -> None:
        self.published: list[dict[str, Any]] = []

    def put_events(self, **asked: list[dict[str, str]]) -> dict[str, int]:
        """All are taken."""
        for entry in asked["Entries"]:
            event = {"detail-type": entry["DetailType"], "detail": json.loads(entry["Detail"])}
            self.published.append(event)
        return {"FailedEntryCount": 0}


class Machines:
    """Flows: those of cases that are still open begin when the city is loaded."""

    def start_execution(self, **execution: str) -> None:
        """Later."""


class Uploads:
    """The files of applicants by their key, as S3 tells of them.

    ``keep`` puts one into storage and answers with its version.
    """

    def __init__(self, keep: Callable[[str, File], str] = lambda key, file: "1") -> None:
        self._keep = keep
        self._files: dict[str, File] = {}
        self._versions: dict[str, Future[str]] = {}
        self._pool = ThreadPoolExecutor(AT_ONCE)

    class exceptions:  # noqa: N801  # botocore's name
        """As a client has them."""

        ClientError = ClientError

    def generate_presigned_post(self, bucket: str, key: str, **form: Any) -> dict[str, Any]:
        """A form that names its key; nobody posts it."""
        return {"url": "", "fields": {"key": key}}

    def put(self, key: str, file: File) -> None:
        """Somebody uploads a file; nobody waits for it until it is looked at."""
        self._files[key] = file
        self._versions[key] = self._pool.submit(self._keep, key, file)

    def head_object(self, **asked: str) -> dict[str, Any]:
        """What S3 says of a file; 404 for none."""
        file = self._files.get(asked["Key"])
        if file is None:
            raise ClientError({"Error": {"Code": "404", "Message": "none"}}, "HeadObject")
        digest = hashlib.sha256(file.content).digest()
        return {
            "ChecksumSHA256": base64.b64encode(digest).decode(),
            "ContentType": file.content_type,
            "ContentLength": len(file.content),
            "VersionId": self._versions[asked["Key"]].result(),
        }
