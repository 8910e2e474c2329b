"""What the past asks of AWS and nobody is needed for: the bus, flows, and the files of
applicants.
"""

import hashlib
import io
import json
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

from botocore.exceptions import ClientError

from chalicelib.intake.uploads import SHA256
from chalicelib.kernel import clock
from infra.local.client.files import File

AT_ONCE = 2


class Events:
    """The bus: what was published, as its rules hand it on."""

    def __init__(self) -> None:
        self.published: list[dict[str, Any]] = []

    def put_events(self, **asked: list[dict[str, str]]) -> dict[str, int]:
        """All are taken."""
        for entry in asked["Entries"]:
            self.published.append(
                {
                    "source": entry["Source"],
                    "detail-type": entry["DetailType"],
                    "detail": json.loads(entry["Detail"]),
                }
            )
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

    def get_object(self, **asked: str) -> dict[str, Any]:
        """A file as S3 gives it; 404 for none."""
        file = self._files.get(asked["Key"])
        if file is None:
            raise ClientError({"Error": {"Code": "NoSuchKey", "Message": "none"}}, "GetObject")
        size = len(file.content)
        return {
            "Metadata": {SHA256: hashlib.sha256(file.content).hexdigest()},
            "ContentType": file.content_type,
            "ContentRange": f"bytes 0-{size - 1}/{size}",
            "VersionId": self._versions[asked["Key"]].result(),
            "LastModified": clock.now(),
            "Body": io.BytesIO(file.content),
        }
