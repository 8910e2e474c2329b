"""Starts and ends the embedded AWS as a child process, for ``make run``, the demo and the tests."""

from __future__ import annotations

import fcntl
import json
import os
import select
import signal
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

from infra.local.emulator import credentials, ports
from infra.local.emulator.credentials import Credentials

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

    @property
    def credentials(self) -> Credentials:
        """The account owner's."""
        return credentials.of(self.state_dir)

    @property
    def credentials_script(self) -> Path:
        """What a shell sources, so that any AWS tool in it talks to this one as its owner."""
        return self.state_dir / "aws.sh"

    def issuers(self) -> list[dict[str, Any]]:
        """The sample city's issuers as a stage names them: of its people, province and systems."""
        return [
            self._issuer("", documents=True),
            self._issuer("/province", alias="province"),
            self._issuer("/systems", kind="systems"),
        ]

    def _issuer(self, path: str, **more: Any) -> dict[str, Any]:
        issuer = self.issuer + path
        return {
            "issuer": issuer,
            "audience": "sunlit-api",
            "jwks_url": f"{issuer}/jwks",
            **more,
        }

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
            **self.credentials.environment(),
            "AWS_DEFAULT_REGION": self.region,
            "AWS_REGION": self.region,
        }

    def client(self, service: str, **options: Any) -> Any:
        """A boto3 client of ``service`` at this endpoint."""
        import boto3

        return boto3.client(
            service,
            endpoint_url=self.aws,
            region_name=self.region,
            aws_access_key_id=self.credentials.key,
            aws_secret_access_key=self.credentials.secret,
            **options,
        )

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
        _end(self.process)
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

    ``state_dir`` keeps everything, also the clock and the issuer's key. Port 0 is the port of the
    last start in this directory, since queue addresses hold it, or any free one. ``persist`` False
    keeps no AWS state; ``record`` writes every answer of the API into ``answers.jsonl`` beside it.
    Raises EmbeddedError when a port is taken, the directory is in use, or the child does not come
    up.
    """
    state = Path(state_dir).resolve()
    state.mkdir(parents=True, exist_ok=True, mode=0o700)  # it holds keys
    lock = _locked(state)
    command = _command(state, _ports(state, gateway_port, aws_port), region)
    if people:
        command += ["--people", str(people)]
    if not persist:
        command.append("--no-persist")
    if record:
        command += ["--record", str(state / "answers.jsonl")]
    process = _spawn(command, state)
    try:
        addresses = _addresses(process, state)
        ports.remember(state, addresses["gateway"], addresses["aws"])
        running = Running(
            **addresses,
            state_dir=state,
            process=process,
            _lock=lock,
            region=region,
        )
        _wait_until_healthy(running)
        _write_script(running)
    except BaseException:
        _end(process)
        lock.close()
        raise
    return running


def _write_script(running: Running) -> None:
    lines = [f"export {name}={value}\n" for name, value in running.environment().items()]
    running.credentials_script.touch(mode=0o600)
    running.credentials_script.write_text("".join(lines))


def _command(state: Path, chosen: tuple[int, int], region: str) -> list[str]:
    gateway_port, aws_port = chosen
    options = {
        "--state-dir": state,
        "--region": region,
        "--gateway-port": gateway_port,
        "--aws-port": aws_port,
        "--clock-file": state / "clock",
    }
    command = [sys.executable, "-m", "infra.local.emulator.server"]
    for name, value in options.items():
        command += [name, str(value)]
    return command


def _spawn(command: list[str], state: Path) -> subprocess.Popen[bytes]:
    with (state / "server.log").open("ab") as log:
        return subprocess.Popen(
            command,
            cwd=ROOT,
            start_new_session=True,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=log,
        )


def _locked(state: Path) -> IO[str]:
    lock = (state / "lock").open("w")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        lock.close()
        problem = f"{state} is in use by another embedded AWS; end that one first"
        raise EmbeddedError(problem) from None
    return lock


def _ports(state: Path, gateway_port: int, aws_port: int) -> tuple[int, int]:
    try:
        return ports.choose(state, gateway_port, aws_port)
    except ports.PortTaken as taken:
        where = f"port {taken} on {ports.LOCALHOST}"
        problem = f"{where} is taken by another program; end that one first"
        raise EmbeddedError(problem) from None


def _addresses(process: subprocess.Popen[bytes], state: Path) -> dict[str, str]:
    """The line that the child prints once its listeners stand."""
    assert process.stdout is not None
    ready, _, _ = select.select(
        [process.stdout],
        [],
        [],
        _START_SECONDS,
    )
    line = process.stdout.readline() if ready else b""
    if not line:
        raise _did_not_start(state)
    found: dict[str, str] = json.loads(line)
    return found


def _did_not_start(state: Path) -> EmbeddedError:
    log = state / "server.log"
    end = log.read_text(errors="replace")[-2000:]
    return EmbeddedError(f"the embedded AWS did not start; {log} ends:\n{end}")


def _wait_until_healthy(running: Running) -> None:
    deadline = time.monotonic() + _START_SECONDS
    while not _is_healthy(running):
        has_ended = running.process.poll() is not None
        if has_ended or time.monotonic() > deadline:
            raise _did_not_start(running.state_dir) from None
        time.sleep(0.05)


def _is_healthy(running: Running) -> bool:
    import urllib.request

    try:
        urllib.request.urlopen(f"{running.aws}/_ministack/health", timeout=5).close()
    except OSError:
        return False
    return True


def _end(process: subprocess.Popen[bytes]) -> None:
    try:
        os.killpg(process.pid, signal.SIGKILL)
    except ProcessLookupError:
        pass
    process.wait()
