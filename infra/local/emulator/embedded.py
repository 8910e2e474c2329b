"""Starts and ends the embedded AWS as a child process, for ``make run``, the demo and the tests."""

from __future__ import annotations

import fcntl
import json
import os
import random
import select
import signal
import socket
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

ROOT = Path(__file__).resolve().parents[3]
_START_SECONDS = 60.0
_STOP_SECONDS = 20.0


class EmbeddedError(RuntimeError):
    """The embedded AWS cannot start; the message says why and what to do."""


@dataclass
class Running:
    """A running embedded AWS: ``aws`` is the endpoint URL, ``gateway`` the city's one origin."""

    aws: str
    gateway: str
    issuer: str
    state_dir: Path
    process: subprocess.Popen[bytes]
    _lock: IO[str] = field(repr=False)
    region: str = "us-east-1"

    @property
    def jwks_url(self) -> str:
        """Where the issuer's public keys are."""
        return f"{self.issuer}/jwks"

    @property
    def clock_file(self) -> Path:
        """The file that moves official time."""
        return self.state_dir / "clock"

    def issuers(self) -> list[dict[str, Any]]:
        """The sample city's issuers, as a stage names them: its people's, the province's, its systems'."""
        own: dict[str, dict[str, Any]] = {
            "": {"documents": True},
            "/province": {"alias": "province"},
            "/systems": {"kind": "systems"},
        }
        return [
            {"issuer": self.issuer + path, "audience": "sunlit-api", "jwks_url": f"{self.issuer}{path}/jwks", **more}
            for path, more in own.items()
        ]

    def parameters(self) -> dict[str, str]:
        """Stack parameters that hold this one's addresses."""
        return {
            "OidcIssuers": json.dumps(self.issuers()),
            "PublicUrl": self.gateway,
            "PaymentUrl": f"{self.gateway}/__local/payments",
        }

    def environment(self) -> dict[str, str]:
        """Environment variables under which any AWS SDK or CLI talks to this one, as its owner."""
        return {
            "AWS_ENDPOINT_URL": self.aws,
            "AWS_ACCESS_KEY_ID": "test",
            "AWS_SECRET_ACCESS_KEY": "test",
            "AWS_DEFAULT_REGION": self.region,
            "AWS_REGION": self.region,
        }

    def client(self, service: str, **options: Any) -> Any:
        """A boto3 client of ``service`` at this endpoint."""
        import boto3

        access = {"aws_access_key_id": "test", "aws_secret_access_key": "test", "region_name": self.region}
        return boto3.client(service, endpoint_url=self.aws, **access, **options)

    def stop(self) -> None:
        """Saves and ends it, with all its workers; returns when no process is left."""
        if self.process.poll() is None:
            os.kill(self.process.pid, signal.SIGTERM)
            try:
                self.process.wait(_STOP_SECONDS)
            except subprocess.TimeoutExpired:
                pass
        self.kill()

    def kill(self) -> None:
        """Ends it and all its workers as kill -9 does, without saving."""
        try:
            os.killpg(self.process.pid, signal.SIGKILL)
        except ProcessLookupError:
            pass
        self.process.wait()
        for pipe in (self.process.stdin, self.process.stdout):
            if pipe:
                pipe.close()
        self._lock.close()

    def __enter__(self) -> Running:
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()


def start(
    state_dir: Path | str,
    gateway_port: int = 0,
    aws_port: int = 0,
    persist: bool = True,
    people: Path | None = None,
    region: str = "us-east-1",
    record: bool = False,
) -> Running:
    """Starts the embedded AWS and returns when it answers.

    ``state_dir`` keeps everything, also the clock and the issuer's key. Port 0 is the port of the last
    start in this directory, since queue addresses hold it, or any free one. ``persist`` False keeps no AWS
    state; ``record`` writes every answer of the API into ``answers.jsonl`` beside it. Raises EmbeddedError
    when a port is taken, the directory is in use, or the child does not come up.
    """
    state = Path(state_dir).resolve()
    state.mkdir(parents=True, exist_ok=True, mode=0o700)  # it holds keys
    lock = _locked(state)
    ports = _ports(state, gateway_port, aws_port)
    command = [sys.executable, "-m", "infra.local.emulator.server", "--state-dir", str(state), "--region", region]
    command += ["--gateway-port", str(ports[0]), "--aws-port", str(ports[1])]
    command += ["--clock-file", str(state / "clock")]
    command += ["--people", str(people)] if people else []
    command += [] if persist else ["--no-persist"]
    command += ["--record", str(state / "answers.jsonl")] if record else []
    with (state / "server.log").open("ab") as log:
        pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": log}
        process = subprocess.Popen(command, cwd=ROOT, start_new_session=True, **pipes)
    try:
        found = _addresses(process, state)
        (state / "ports.json").write_text(json.dumps([_port(found["gateway"]), _port(found["aws"])]))
        running = Running(**found, state_dir=state, process=process, _lock=lock, region=region)
        _wait_until_healthy(running)
    except BaseException:
        _end(process)
        lock.close()
        raise
    return running


def _locked(state: Path) -> IO[str]:
    lock = (state / "lock").open("w")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        lock.close()
        raise EmbeddedError(f"{state} is in use by another embedded AWS; end that one first") from None
    return lock


def _ports(state: Path, gateway_port: int, aws_port: int) -> tuple[int, int]:
    """The wanted ports; where 0 is wanted those of the last start in this directory, or any free ones."""
    try:
        last = json.loads((state / "ports.json").read_text())
    except (OSError, ValueError):
        last = [0, 0]
    chosen = [wanted or before for wanted, before in zip((gateway_port, aws_port), last, strict=True)]
    for port in filter(None, chosen):
        if not _becomes_free(port):
            raise EmbeddedError(f"port {port} on 127.0.0.1 is taken by another program; end that one first")
    gateway, aws = (port or _free_port() for port in chosen)
    return gateway, aws


def _free_port() -> int:
    """A port below those of outgoing connections, so that it is still free after a restart."""
    return next(port for port in random.sample(range(20000, 32000), 12000) if _is_free(port))


def _becomes_free(port: int, seconds: float = 1.0) -> bool:
    """Whether a port is free, or becomes so while a process that was just killed is still going."""
    deadline = time.monotonic() + seconds
    while not _is_free(port):
        if time.monotonic() > deadline:
            return False
        time.sleep(0.05)
    return True


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def _addresses(process: subprocess.Popen[bytes], state: Path) -> dict[str, str]:
    """The line that the child prints once its listeners stand."""
    assert process.stdout is not None
    ready, _, _ = select.select([process.stdout], [], [], _START_SECONDS)
    line = process.stdout.readline() if ready else b""
    if not line:
        raise _did_not_start(state)
    found: dict[str, str] = json.loads(line)
    return found


def _did_not_start(state: Path) -> EmbeddedError:
    log = state / "server.log"
    return EmbeddedError(f"the embedded AWS did not start; {log} ends:\n{log.read_text(errors='replace')[-2000:]}")


def _wait_until_healthy(running: Running) -> None:
    import urllib.request

    deadline = time.monotonic() + _START_SECONDS
    while True:
        try:
            urllib.request.urlopen(f"{running.aws}/_ministack/health", timeout=5).close()
            return
        except OSError:
            if time.monotonic() > deadline or running.process.poll() is not None:
                raise _did_not_start(running.state_dir) from None
            time.sleep(0.05)


def _end(process: subprocess.Popen[bytes]) -> None:
    try:
        os.killpg(process.pid, signal.SIGKILL)
    except ProcessLookupError:
        pass
    process.wait()


def _port(url: str) -> int:
    return int(url.rsplit(":", 1)[1])
