"""The child process: the patched emulator, gateway, issuer and snapshots on one event loop.

Started by ``infra.local.emulator.embedded``. Prints one JSON line with its addresses when it is
ready; ends on SIGTERM, or when the process that started it is gone.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import gc
import json
import os
import signal
import socket
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import uvicorn

from infra.local.emulator import credentials

_OBJECTS_BEFORE_COLLECTION = 20_000
SEED = Path(__file__).resolve().parents[2] / "seed"


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    option = parser.add_argument
    option("--state-dir", type=Path, required=True)
    option("--gateway-port", type=int, default=0)
    option("--aws-port", type=int, default=0)
    option("--no-persist", action="store_true")
    option("--record", type=Path)
    option("--clock-file", type=Path, required=True)
    option("--people", type=Path, default=SEED / "people.json")
    option("--api", default="sunlit-embedded")
    option("--api-stage", default="api")
    option("--region", default="us-east-1")
    return parser.parse_args()


def _listen(port: int) -> socket.socket:
    # Named as TCP, or asyncio leaves small answers to Nagle's algorithm: 40 ms for each of them.
    listener = socket.socket(
        socket.AF_INET,
        socket.SOCK_STREAM,
        socket.IPPROTO_TCP,
    )
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listener.bind(("127.0.0.1", port))
    listener.listen(1024)
    return listener


def _environment(options: argparse.Namespace, port: int) -> dict[str, str]:
    """The emulator reads its settings from the environment while it is imported."""
    state: Path = options.state_dir
    return {
        "BIND_HOST": "127.0.0.1",
        "GATEWAY_PORT": str(port),
        "MINISTACK_REGION": options.region,
        "AWS_DEFAULT_REGION": options.region,
        "AWS_REGION": options.region,
        **credentials.of(state).environment(),
        "AWS_ENDPOINT_URL": f"http://127.0.0.1:{port}",
        "AUTH": "true",
        "IOT_MTLS_ENABLED": "0",
        "SFTP_ENABLED": "0",
        "LAMBDA_EXECUTOR": "local",
        "LOG_LEVEL": os.environ.get("LOG_LEVEL", "WARNING"),
        "PERSIST_STATE": "0" if options.no_persist else "1",
        "STATE_DIR": str(state / "aws" / "current"),
        "S3_PERSIST": "1",
        "S3_DATA_DIR": str(state / "s3"),
        "TMPDIR": str(state / "tmp"),
        "CLOCK_FILE": str(options.clock_file),
    }


def _pages(options: argparse.Namespace, issuer: str) -> Any:
    from flask import Flask

    from infra.local.city.payments import add_payments
    from infra.local.city.sign_in import add_sign_in
    from infra.local.city.system_sign_in import add_province, add_systems
    from infra.local.city.tokens import TokenMakers
    from infra.local.emulator.clock_file import ClockFile
    from infra.local.emulator.control import add_control

    people = json.loads(options.people.read_text()) if options.people.exists() else []
    systems = json.loads((SEED / "systems.json").read_text())
    makers = TokenMakers.of(issuer, options.state_dir, people, systems)
    pages = Flask(__name__)
    add_sign_in(pages, makers.people, people)
    add_systems(pages, makers.systems, systems)
    add_province(pages, makers.province)
    add_control(pages, ClockFile(options.clock_file), makers)
    add_payments(pages, issuer.removesuffix("/sign-in"), options.api)
    return pages


class _Server(uvicorn.Server):
    """Leaves signals to ``_serve``; the emulator's own server takes twice as long for a request."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


async def _serve(options: argparse.Namespace, aws: socket.socket, gateway: socket.socket) -> None:
    from infra.local.emulator import patches
    from infra.local.emulator.patches import lambda_workers
    from infra.local.emulator.snapshots import Snapshots

    patches.apply_all(str(options.state_dir / "code"))
    snapshots = Snapshots(options.state_dir / "aws", [aws.fileno(), gateway.fileno()])
    snapshots.load_from()
    addresses = {
        "aws": f"http://127.0.0.1:{_port(aws)}",
        "gateway": f"http://127.0.0.1:{_port(gateway)}",
        "issuer": f"http://127.0.0.1:{_port(gateway)}/sign-in",
    }
    ports = _port(aws), _port(gateway)
    server = _server(_gateway(options, ports, addresses["issuer"], snapshots))
    _end_when_told(server)
    _settle_memory()
    saving = None if options.no_persist else asyncio.create_task(snapshots.keep_saving())
    print(json.dumps(addresses), flush=True)
    await server.serve(sockets=[aws, gateway])
    if saving is not None:
        saving.cancel()
    await asyncio.to_thread(lambda_workers.stop)


def _gateway(
    options: argparse.Namespace,
    ports: tuple[int, int],
    issuer: str,
    snapshots: Any,
) -> Any:
    from infra.local.emulator.answer_record import Recorder
    from infra.local.emulator.gateway import Gateway

    recorder = Recorder(options.record) if options.record else None
    pages = _pages(options, issuer)
    return Gateway(
        *ports,
        (options.api, options.api_stage),
        pages,
        snapshots,
        recorder,
    )


def _server(application: Any) -> _Server:
    config = uvicorn.Config(
        application,
        lifespan="on",
        ws="none",
        access_log=False,
        log_level="warning",
        timeout_keep_alive=75,
        timeout_graceful_shutdown=1,
        proxy_headers=False,
        server_header=False,
        date_header=False,
    )
    return _Server(config)


def _end_when_told(server: _Server) -> None:
    """By a signal, or by the end of the starter, who holds the other end of standard input."""
    loop = asyncio.get_running_loop()

    def end() -> None:
        server.should_exit = True
        loop.remove_reader(sys.stdin.fileno())

    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, end)
    loop.add_reader(sys.stdin.fileno(), end)


def _settle_memory() -> None:
    """What was imported stays: it need not be looked through, nor copied after a fork."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(_OBJECTS_BEFORE_COLLECTION, 20, 100)


def _port(listener: socket.socket) -> int:
    port: int = listener.getsockname()[1]
    return port


def main() -> None:
    """Takes the ports first, so that nobody else can, then imports the emulator for them."""
    options = _arguments()
    for directory in ("aws", "s3", "tmp"):
        (options.state_dir / directory).mkdir(parents=True, exist_ok=True)
    try:
        aws = _listen(options.aws_port)
        gateway = _listen(options.gateway_port)
    except OSError as error:
        ports = f"{options.gateway_port} or {options.aws_port}"
        sys.exit(f"port {ports} on 127.0.0.1 is taken by another program ({error.strerror})")
    os.environ.update(_environment(options, _port(aws)))
    loop_factory = uvicorn.Config("").get_loop_factory()
    with asyncio.Runner(loop_factory=loop_factory) as runner:
        runner.run(_serve(options, aws, gateway))
    os._exit(0)  # threads of the emulator would keep the process for as long as they wait


if __name__ == "__main__":
    main()
