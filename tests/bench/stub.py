"""An instant AWS on the loopback: canned replies to the calls of a filing, and a list of what was
asked.

``python -m tests.bench.stub`` prints its port and ends with its standard input. It keeps the newest
entry of each stream that is put to it, so that an item can be published to it and a register counts
on; cases are forgotten.
"""

import asyncio
import json
import sys
from email.utils import formatdate
from typing import Any

# The beginning of an upload, with the SHA-256 that the bench's applications name.
BEGINNING = b"%PDF-1.7\n".ljust(1024)
UPLOAD = {
    "Content-Type": "application/pdf",
    "Content-Range": "bytes 0-1023/2048",
    "ETag": '"e"',
    "Last-Modified": formatdate(usegmt=True),
    "x-amz-meta-sha256": "0" * 64,
    "x-amz-version-id": "v1",
}
SECRET = {"SecretString": "a secret of sixty-four characters, of which nobody needs to know any."}


class Stub(asyncio.Protocol):
    """One connection."""

    newest: dict[str, Any] = {}
    asked: list[dict[str, Any]] = []

    def connection_made(self, transport: Any) -> None:
        """A client is there."""
        self._transport, self._rest = transport, b""

    def data_received(self, data: bytes) -> None:
        """Answer every whole request in what has come."""
        self._rest += data
        while True:
            head, found, body = self._rest.partition(b"\r\n\r\n")
            if not found:
                return
            lines = head.decode("latin-1").split("\r\n")
            heads = {
                name.lower(): value
                for name, _, value in (line.partition(": ") for line in lines[1:])
            }
            length = int(heads.get("content-length", 0))
            if len(body) < length:
                return
            self._rest = body[length:]
            method, path, _ = lines[0].split(" ", 2)
            self._transport.write(_reply(method, path, heads, body[:length]))


def _reply(method: str, path: str, heads: dict[str, str], body: bytes) -> bytes:
    if path == "/asked":
        found, Stub.asked = Stub.asked, []
        return _http({}, json.dumps(found).encode())
    operation = heads.get("x-amz-target", "").rpartition(".")[2] or method
    document = json.loads(body) if body else {}
    Stub.asked.append({"operation": operation, "path": path, "body": document})
    if method == "GET":
        return _http(UPLOAD, BEGINNING)
    return _http({}, json.dumps(_json_reply(operation, document)).encode())


def _json_reply(operation: str, document: dict[str, Any]) -> dict[str, Any]:
    if operation == "GetSecretValue":
        return SECRET
    if operation == "Query":
        (stream,) = (
            v["S"] for v in document["ExpressionAttributeValues"].values() if "#" in v.get("S", "")
        )
        items = [Stub.newest[stream]] if stream in Stub.newest else []
        return {"Items": items, "Count": len(items), "ScannedCount": len(items)}
    if operation == "GetItem":
        return {"Item": Stub.newest[document["Key"]["stream"]["S"]]}
    if operation == "PutItem":
        _keep(document["Item"])
    elif operation == "TransactWriteItems":
        for each in document["TransactItems"]:
            _keep(each["Put"]["Item"])
    else:
        raise ValueError(f"the stub knows no {operation}")
    return {}


def _keep(item: dict[str, Any]) -> None:
    if not item["stream"]["S"].startswith("case#"):
        Stub.newest[item["stream"]["S"]] = item


def _http(heads: dict[str, str], body: bytes) -> bytes:
    heads = {
        "Content-Type": "application/x-amz-json-1.0",
        "Content-Length": str(len(body)),
        **heads,
    }
    lines = "".join(f"{name}: {value}\r\n" for name, value in heads.items())
    return f"HTTP/1.1 200 OK\r\n{lines}\r\n".encode() + body


async def _serve() -> None:
    loop = asyncio.get_running_loop()
    server = await loop.create_server(Stub, "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    await loop.run_in_executor(None, sys.stdin.read)
    server.close()


if __name__ == "__main__":
    asyncio.run(_serve())
