"""What departments' systems are sent is signed after Standard Webhooks, goes where it may, and
never waits for long.
"""

import base64
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from chalicelib.kernel import schemas
from chalicelib.kernel.errors import Invalid
from chalicelib.kernel.settings import networks
from chalicelib.notify import webhooks
from chalicelib.notify.webhooks import NotTold, headers, post

LOOPBACK = networks("127.0.0.1/32")
OK = b"HTTP/1.1 204 No Content\r\nContent-Length: 0\r\n\r\n"


def test_the_signature_is_that_of_standard_webhooks() -> None:
    """The example of the specification's own libraries."""
    key = base64.b64decode("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")
    head = headers(key, "msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330, b'{"test": 2432232314}')
    assert head["webhook-signature"] == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="
    assert (head["webhook-id"], head["webhook-timestamp"]) == (
        "msg_p5jXN8AQM9LWM0D4loKWxJek",
        "1614265330",
    )


def test_another_time_id_or_body_has_another_signature() -> None:
    made = {
        headers(b"k", *each)["webhook-signature"]
        for each in [("a", 1, b"x"), ("b", 1, b"x"), ("a", 2, b"x"), ("a", 1, b"y")]
    }
    assert len(made) == 4


Answer = Callable[[socket.socket], None]


@pytest.fixture
def system() -> Iterator[Callable[[Answer], int]]:
    """Starts a system that answers as told; its port."""
    listeners: list[socket.socket] = []

    def start(answer: Answer) -> int:
        listener = socket.create_server(("127.0.0.1", 0))
        listeners.append(listener)

        def serve() -> None:
            try:
                with listener.accept()[0] as line:
                    answer(line)
            except OSError:
                pass  # the other side has hung up

        threading.Thread(target=serve, daemon=True).start()
        return int(listener.getsockname()[1])

    yield start
    for listener in listeners:
        listener.close()


def saying(reply: bytes, heard: list[bytes] | None = None) -> Answer:
    """Reads a request and gives this reply."""

    def answer(line: socket.socket) -> None:
        asked = b""
        while not asked.endswith(b"{}"):
            asked += line.recv(65536)
        if heard is not None:
            heard.append(asked)
        line.sendall(reply)

    return answer


def test_a_message_arrives_with_its_head(system: Any) -> None:
    heard: list[bytes] = []
    port = system(saying(OK, heard))
    post(f"http://127.0.0.1:{port}/hooks?x=1", headers(b"k", "id", 1, b"{}"), b"{}", LOOPBACK)
    assert (
        heard[0].startswith(b"POST /hooks?x=1 HTTP/1.1\r\n") and b"webhook-id: id\r\n" in heard[0]
    )


@pytest.mark.parametrize(
    "status", [b"301 Moved\r\nLocation: http://127.0.0.1/", b"404 Nothing", b"410 Gone", b"500 Oh"]
)
def test_another_answer_than_2xx_is_not_taken_and_no_redirect_is_followed(
    system: Any, status: bytes
) -> None:
    port = system(saying(b"HTTP/1.1 " + status + b"\r\nContent-Length: 0\r\n\r\n"))
    with pytest.raises(NotTold, match=f"answered {status[:3].decode()}"):
        post(f"http://127.0.0.1:{port}/", {}, b"{}", LOOPBACK)


def test_a_system_that_is_not_there_is_said_so() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    with pytest.raises(NotTold, match="ConnectionRefusedError"):
        post(f"http://127.0.0.1:{port}/", {}, b"{}", LOOPBACK)


def silent(line: socket.socket) -> None:
    """Takes everything and says nothing."""
    while line.recv(65536):
        pass


def trickling(line: socket.socket) -> None:
    """A byte now and then, so that no single wait is long."""
    line.sendall(b"HTTP/1.1 200 OK\r\nX: ")
    while True:
        line.sendall(b"a")
        time.sleep(0.05)


@pytest.mark.parametrize("answer", [silent, trickling])
def test_a_slow_system_is_left_after_its_time(
    system: Any, answer: Answer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(webhooks, "SECONDS", 0.3)
    port = system(answer)
    with pytest.raises(NotTold):
        post(f"http://127.0.0.1:{port}/", {}, b"{}", LOOPBACK)


PRIVATE = [
    "127.0.0.1", "127.8.8.8", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1", "0.0.0.0",
    "224.0.0.1", "240.0.0.1", "255.255.255.255", "192.0.2.1", "198.18.0.1",
]  # fmt: skip


def resolving(monkeypatch: pytest.MonkeyPatch, *addresses: str) -> list[tuple[str, int]]:
    """Every name has these addresses; where connections go is noted, and they come to nothing."""
    went: list[tuple[str, int]] = []

    def connect(place: tuple[str, int], timeout: float) -> socket.socket:
        went.append(place)
        raise ConnectionRefusedError

    found = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, 443)) for address in addresses]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *asked: found)
    monkeypatch.setattr(socket, "create_connection", connect)
    return went


@pytest.mark.parametrize("address", PRIVATE)
def test_no_message_goes_into_a_network_of_our_own(
    monkeypatch: pytest.MonkeyPatch, address: str
) -> None:
    went = resolving(monkeypatch, "93.184.215.14", address)
    with pytest.raises(NotTold, match="not a public address"):
        post("https://oa.example/", {}, b"{}")
    assert went == []


def test_a_network_that_the_stage_names_may_be_told_and_its_neighbour_not(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    inside = networks("10.20.0.0/16, 10.30.1.7/32")
    went = resolving(monkeypatch, "10.20.3.4")
    with pytest.raises(NotTold, match="ConnectionRefusedError"):
        post("https://oa.example/", {}, b"{}", inside)
    assert went == [("10.20.3.4", 443)], "and to the very address that was looked at"
    resolving(monkeypatch, "10.30.1.8")
    with pytest.raises(NotTold, match="not a public address"):
        post("https://oa.example/", {}, b"{}", inside)


@pytest.mark.parametrize("text", ["10.20.0.1/16", "10.20.0.0/33", "intranet", "::1/128"])
def test_a_network_that_is_none_is_an_error_of_the_stage(text: str) -> None:
    with pytest.raises(ValueError):
        networks(text)


@pytest.mark.parametrize(
    "url", ["http://oa.example/", "http://localhost/", "ftp://127.0.0.1/", "file:///etc/passwd"]
)
def test_without_tls_nothing_is_sent(monkeypatch: pytest.MonkeyPatch, url: str) -> None:
    went = resolving(monkeypatch, "93.184.215.14")
    with pytest.raises(NotTold, match="https only"):
        post(url, {}, b"{}", LOOPBACK)
    assert went == []


# ---- TLS
# ------------------------------------------------------------------------------------------------
def certificate(folder: Path, host: str) -> Path:
    """A self-signed certificate of a host, with its key."""
    key, name = (
        ec.generate_private_key(ec.SECP256R1()),
        x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, host)]),
    )
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
        .serial_number(1).not_valid_before(now - timedelta(days=1)).not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(host)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True).sign(key, hashes.SHA256())
    )  # fmt: skip
    path = folder / "certificate.pem"
    plain = serialization.NoEncryption()
    path.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, plain)
        + made.public_bytes(serialization.Encoding.PEM)
    )
    return path


def over_tls(path: Path, reply: bytes) -> Answer:
    """A system that speaks TLS with this certificate."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(path)

    def answer(line: socket.socket) -> None:
        with context.wrap_socket(line, server_side=True) as safe:
            saying(reply)(safe)

    return answer


@pytest.mark.parametrize(
    ("host", "is_trusted", "taken"),
    [("oa.example", True, True), ("oa.example", False, False), ("other.example", True, False)],
)
def test_a_system_proves_its_name_by_a_certificate(
    system: Any,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    host: str,
    is_trusted: bool,
    taken: bool,
) -> None:
    path = certificate(tmp_path, "oa.example")
    trusting = (
        ssl.create_default_context(cafile=str(path)) if is_trusted else ssl.create_default_context()
    )
    monkeypatch.setattr(webhooks, "_tls", lambda: trusting)
    port = system(over_tls(path, OK))
    here = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", port))]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *asked: here)
    if taken:
        post(f"https://{host}:{port}/", {}, b"{}", LOOPBACK)
    else:
        with pytest.raises(NotTold, match="SSLCertVerificationError"):
            post(f"https://{host}:{port}/", {}, b"{}", LOOPBACK)


@pytest.mark.parametrize(
    ("url", "fits"),
    [
        ("https://oa.urb.example/hooks", True), ("https://oa.example:8443/a/b?c=d", True), ("https://oa.example", True),
        ("http://127.0.0.1:9999/hooks", True), ("http://oa.example/", False), ("https://user:pass@oa.example/", False),
        ("https://oa.example/#x", False), ("https://oa.example/ x", False), ("https://[::1]/", False),
        ("https://oa.example\n/", False), ("https:///x", False), ("https://OA.example/", False), ("ftp://x/", False),
        ("http://127.0.0.1.evil.example/", False), ("http://127.0.0.1@evil.example/", False),
    ],
)  # fmt: skip
def test_an_address_is_written_as_one(url: str, fits: bool) -> None:
    try:
        schemas.check(schemas.named("webhook"), {"url": url})
    except Invalid:
        assert not fits
    else:
        assert fits
