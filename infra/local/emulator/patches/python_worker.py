"""A Lambda worker of our own behind the emulator's pool: one process of ``function_worker.py``."""

from __future__ import annotations

import json
import os
import select
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from ministack.core import lambda_runtime
from ministack.services import lambda_svc

from infra.local.emulator.patches import require
from infra.local.emulator.patches.function_code import unpacked

_INHERITED = ("PATH", "LANG", "LC_ALL", "TMPDIR", "CLOCK_FILE", "AWS_ENDPOINT_URL")
_PROGRAM = Path(__file__).resolve().parents[1] / "function_worker.py"
_START_SECONDS = 60.0
_CHUNK = 1 << 20


class PythonWorker(lambda_runtime.Worker):  # type: ignore[misc]
    """A worker process of ``infra/local/emulator/function_worker.py``."""

    def _spawn(self) -> None:
        code = unpacked(self.config["CodeSha256"], self.code_zip)
        self._proc = subprocess.Popen(
            [sys.executable, "-I", "-S", str(_PROGRAM)],
            cwd=code,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env=_environment(self.config, code),
        )
        self._rest = b""
        init = {
            "code_dir": str(code),
            "handler": self.config["Handler"],
            "function_name": self.config["FunctionName"],
            "memory": self.config.get("MemorySize", 128),
        }
        self._send(init)
        answer = self._receive(_START_SECONDS)
        if answer is None or answer["status"] != "ready":
            self._end()
            raise RuntimeError(_why(answer))

    def invoke(self, event: Any, request_id: str, **call: Any) -> dict[str, Any]:
        """One invocation.

        Returns {"status": "ok", "result", "log"} or {"status": "error", "error", "log"}.
        """
        timeout = float(self.config.get("Timeout", 30))
        message = {
            "event": event,
            "request_id": request_id,
            "arn": call.get("invoked_function_arn") or self.config["FunctionArn"],
            "timeout": timeout,
        }
        with self._lock:
            if self._proc is None or self._proc.poll() is not None:
                self._spawn()
            try:
                self._send(message)
                answer = self._receive(timeout)
            except (BrokenPipeError, EOFError):
                code = self._end()
                said = f"Runtime exited with error: exit status {code}"
                return ended("Runtime.ExitError", said)
            if answer is None:
                self._end()
                said = f"Task timed out after {timeout:.2f} seconds"
                return ended("Sandbox.Timedout", said)
            return answer

    def _send(self, message: dict[str, Any]) -> None:
        line = json.dumps(message).encode()
        self._proc.stdin.write(line + b"\n")
        self._proc.stdin.flush()

    def _receive(self, timeout: float) -> dict[str, Any] | None:
        """The next line of the worker as a document; None after ``timeout`` seconds.

        Raises EOFError when the worker has ended.
        """
        pipe = self._proc.stdout.fileno()
        poll = select.poll()
        poll.register(pipe, select.POLLIN | select.POLLHUP)
        deadline = time.monotonic() + timeout
        parts = [self._rest]
        while b"\n" not in parts[-1]:
            left = deadline - time.monotonic()
            if left <= 0 or not poll.poll(left * 1000):
                return None
            chunk = os.read(pipe, _CHUNK)
            if not chunk:
                raise EOFError
            parts.append(chunk)
        line, _, self._rest = b"".join(parts).partition(b"\n")
        document: dict[str, Any] = json.loads(line)
        return document

    def _end(self) -> int | None:
        proc = self._proc
        self._proc = None
        deadline = time.monotonic() + lambda_runtime._REAP_GRACE
        lambda_runtime._signal(proc)
        lambda_runtime._collect(proc, deadline)
        return proc.returncode if proc else None


def ended(kind: str, message: str) -> dict[str, Any]:
    """The answer for an invocation that the worker itself could not answer."""
    return {
        "status": "error",
        "error": {"errorType": kind, "errorMessage": message},
        "log": message,
    }


def _why(answer: dict[str, Any] | None) -> str:
    """Why a worker did not start."""
    error = (answer or {}).get("error")
    if not error:
        return "no answer from the worker"
    lines = [error["errorMessage"], *error.get("stackTrace", ())]
    return "\n".join(lines)


def _environment(config: dict[str, Any], code: Path) -> dict[str, str]:
    """What a function finds in its environment on AWS, and the launcher's clock and endpoint."""
    _, region = lambda_runtime._account_region_from_function_config(config)
    own = config.get("Environment", {}).get("Variables", {})
    reserved = lambda_runtime._RESERVED_RUNTIME_ENV_VARS
    return {
        **{name: value for name, value in own.items() if name not in reserved},
        **{name: os.environ[name] for name in _INHERITED if name in os.environ},
        **lambda_runtime.execution_credentials(config),
        "TZ": ":UTC",
        "PYTHONDONTWRITEBYTECODE": "1",
        "AWS_REGION": region,
        "AWS_DEFAULT_REGION": region,
        "AWS_LAMBDA_FUNCTION_NAME": config["FunctionName"],
        "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": str(config.get("MemorySize", 128)),
        "AWS_LAMBDA_FUNCTION_VERSION": config.get("Version", "$LATEST"),
        "AWS_LAMBDA_LOG_STREAM_NAME": lambda_svc.new_uuid(),
        "AWS_LAMBDA_INITIALIZATION_TYPE": "on-demand",
        "LAMBDA_TASK_ROOT": str(code),
    }


def check() -> None:
    """Raises PatchError unless the emulator has what a worker is made of."""
    require(lambda_runtime, "Worker", "_signal", "_collect", "_REAP_GRACE")
    require(lambda_runtime, "execution_credentials", "_RESERVED_RUNTIME_ENV_VARS")
    require(lambda_runtime, "_account_region_from_function_config")
    require(lambda_svc, "new_uuid")
