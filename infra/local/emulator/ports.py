"""Ports of this machine for one embedded AWS, the same ones after a restart."""

from __future__ import annotations

import json
import random
import socket
import time
from pathlib import Path

LOCALHOST = "127.0.0.1"
# Below those of outgoing connections, so that a port is still free after a restart.
_RANGE = range(20000, 32000)
_FREED_SECONDS = 1.0


class PortTaken(Exception):
    """Another program has the port, which is the error's argument."""


def choose(state: Path, gateway_port: int, aws_port: int) -> tuple[int, int]:
    """The ports of the gateway and of AWS.

    Where 0 is asked for, it is that of the last start in this directory, or any free one. Raises
    PortTaken.
    """
    last_gateway, last_aws = _last(state)
    gateway = _port(gateway_port or last_gateway)
    aws = _port(aws_port or last_aws)
    return gateway, aws


def remember(state: Path, *urls: str) -> None:
    """Keeps the ports of these addresses for the next start."""
    ports = [int(url.rsplit(":", 1)[1]) for url in urls]
    path = state / "ports.json"
    path.write_text(json.dumps(ports))


def _last(state: Path) -> tuple[int, int]:
    path = state / "ports.json"
    try:
        gateway, aws = json.loads(path.read_text())
    except (OSError, ValueError):
        return 0, 0
    return gateway, aws


def _port(chosen: int) -> int:
    if not chosen:
        return _free_port()
    if not _becomes_free(chosen):
        raise PortTaken(chosen)
    return chosen


def _free_port() -> int:
    while True:
        port = random.choice(_RANGE)
        if _is_free(port):
            return port


def _becomes_free(port: int) -> bool:
    """Whether a port is free, or becomes so while a process that was just killed is still going."""
    deadline = time.monotonic() + _FREED_SECONDS
    while not _is_free(port):
        if time.monotonic() > deadline:
            return False
        time.sleep(0.05)
    return True


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((LOCALHOST, port))
        except OSError:
            return False
    return True
