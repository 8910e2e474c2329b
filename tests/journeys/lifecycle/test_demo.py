"""The demo runs whole, says so on its last line, and leaves nothing behind, also when it is stopped
half-way.
"""

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path

import pytest

from infra.local.demo.show import Show
from infra.local.emulator.embedded import ROOT

COMMAND = [sys.executable, "-m", "infra.local.demo"]


def _environment(temporary: Path) -> Mapping[str, str]:
    """Its state lies below ``temporary``, by which its processes are known."""
    return {**os.environ, "TMPDIR": str(temporary), "PYTHONUNBUFFERED": "1"}


def _processes(mark: Path) -> list[str]:
    """Command lines that name ``mark``."""
    found = []
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            line = path.read_bytes().replace(b"\0", b" ").decode(errors="replace")
        except OSError:
            continue
        if str(mark) in line:
            found.append(line)
    return found


def _nothing_is_left(temporary: Path) -> None:
    deadline = time.monotonic() + 10
    while _processes(temporary) and time.monotonic() < deadline:
        time.sleep(0.1)
    assert not _processes(temporary)
    assert not list(temporary.glob("sunlit-demo-*"))


def test_the_demo_walks_all_six_cases(tmp_path: Path) -> None:
    done = subprocess.run(
        COMMAND, cwd=ROOT, env=_environment(tmp_path), capture_output=True, timeout=240
    )
    text = done.stdout.decode()
    assert done.returncode == 0, text + done.stderr.decode()
    assert "\033[" not in text, "no colours where no terminal reads them"
    assert re.search(r"✓ 6 cases, \d+ requests, .*; [\d.]+ s in all$", text.strip())
    for told in (
        "店招标牌设置许可",
        "Permit to put up a shop sign",
        "verified offline",
        "ALARM",
        "exactly once",
    ):
        assert told in text
    _nothing_is_left(tmp_path)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_demo_that_is_stopped_leaves_nothing(tmp_path: Path, number: int) -> None:
    with subprocess.Popen(
        COMMAND, cwd=ROOT, env=_environment(tmp_path), stdout=subprocess.PIPE
    ) as process:
        assert process.stdout is not None
        assert b"Starting" in process.stdout.readline()
        deadline = time.monotonic() + 60
        while not any("infra.local.emulator.server" in line for line in _processes(tmp_path)):
            assert time.monotonic() < deadline
            time.sleep(0.1)
        process.send_signal(number)
        process.stdout.read()
        assert process.wait(60) == 130
    _nothing_is_left(tmp_path)


class _Terminal:
    """A stream that says it is a terminal."""

    def __init__(self) -> None:
        self.written: list[str] = []

    def isatty(self) -> bool:
        return True

    def write(self, text: str) -> int:
        self.written.append(text)
        return len(text)

    def flush(self) -> None:
        pass


@pytest.mark.parametrize(("variable", "value"), [("NO_COLOR", "1"), ("TERM", "dumb")])
def test_a_terminal_has_colours_unless_it_wants_none(
    monkeypatch: pytest.MonkeyPatch, variable: str, value: str
) -> None:
    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.setenv("TERM", "xterm-256color")
    assert "\033[31m" in Show(_Terminal()).paint("red", "31")  # type: ignore[arg-type]
    monkeypatch.setenv(variable, value)
    assert Show(_Terminal()).paint("red", "31") == "red"  # type: ignore[arg-type]
