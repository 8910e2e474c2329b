"""Lambda workers as on AWS: error type = exception's class name, environment kept after an error, no waiting.

What the emulator lacks: every Python exception arrives as ``Runtime.HandlerError`` (Retry and Catch by name
fail) and kills its worker; a handler that prints nothing waits 50 ms for log output; each worker unpacks
its own copy of the zip and sees this machine's packages and environment; a burst forks as many workers as
it has requests.
"""

from __future__ import annotations

import json
import os
import select
import shutil
import subprocess
import sys
import threading
import time
import zipfile
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from ministack.core import lambda_runtime
from ministack.services import lambda_svc

from infra.local.emulator.patches import require

MOST_WORKERS = 8  # per function: on two cores more of them only take memory and turns
_WAIT_FOR_WORKER = 60.0
_INHERITED = ("PATH", "LANG", "LC_ALL", "TMPDIR", "CLOCK_FILE", "AWS_ENDPOINT_URL")
_WORKER = str(Path(__file__).resolve().parents[1] / "function_worker.py")

_freed = threading.Condition()
_unpacking = threading.Lock()
_code_dir = Path()


class PythonWorker(lambda_runtime.Worker):  # type: ignore[misc]
    """A worker process of ``infra/local/emulator/function_worker.py``."""

    def _spawn(self) -> None:
        code = _unpacked(self.config["CodeSha256"], self.code_zip)
        self._proc = subprocess.Popen(
            [sys.executable, "-I", "-S", _WORKER],
            cwd=code,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env=_environment(self.config, code),
        )
        self._rest = b""
        self._send(
            {
                "code_dir": str(code),
                "handler": self.config["Handler"],
                "function_name": self.config["FunctionName"],
                "memory": self.config.get("MemorySize", 128),
            }
        )
        answer = self._receive(60.0)
        if answer is None or answer["status"] != "ready":
            self._end()
            error = (answer or {}).get("error") or {"errorMessage": "no answer from the worker"}
            raise RuntimeError("\n".join([error["errorMessage"], *error.get("stackTrace", ())]))

    def invoke(self, event: Any, request_id: str, **call: Any) -> dict[str, Any]:
        """One invocation: {"status": "ok", "result", "log"} or {"status": "error", "error", "log"}."""
        with self._lock:
            if self._proc is None or self._proc.poll() is not None:
                self._spawn()
            timeout = float(self.config.get("Timeout", 30))
            arn = call.get("invoked_function_arn") or self.config["FunctionArn"]
            try:
                self._send({"event": event, "request_id": request_id, "arn": arn, "timeout": timeout})
                answer = self._receive(timeout)
            except (BrokenPipeError, EOFError):
                code = self._end()
                return _ended("Runtime.ExitError", f"Runtime exited with error: exit status {code}")
            if answer is None:
                self._end()
                return _ended("Sandbox.Timedout", f"Task timed out after {timeout:.2f} seconds")
            return answer

    def _send(self, message: dict[str, Any]) -> None:
        self._proc.stdin.write(json.dumps(message).encode() + b"\n")
        self._proc.stdin.flush()

    def _receive(self, timeout: float) -> dict[str, Any] | None:
        """The next line of the worker as a document; None after ``timeout`` seconds; EOFError at its end."""
        pipe = self._proc.stdout.fileno()
        poll = select.poll()
        poll.register(pipe, select.POLLIN | select.POLLHUP)
        deadline = time.monotonic() + timeout
        parts = [self._rest]
        while b"\n" not in parts[-1]:
            left = deadline - time.monotonic()
            if left <= 0 or not poll.poll(left * 1000):
                return None
            chunk = os.read(pipe, 1 << 20)
            if not chunk:
                raise EOFError
            parts.append(chunk)
        line, _, self._rest = b"".join(parts).partition(b"\n")
        document: dict[str, Any] = json.loads(line)
        return document

    def _end(self) -> int | None:
        proc, self._proc = self._proc, None
        lambda_runtime._signal(proc)
        lambda_runtime._collect(proc, time.monotonic() + lambda_runtime._REAP_GRACE)
        return proc.returncode if proc else None


def _ended(kind: str, message: str) -> dict[str, Any]:
    return {"status": "error", "error": {"errorType": kind, "errorMessage": message}, "log": message}


def _environment(config: dict[str, Any], code: Path) -> dict[str, str]:
    """What a function finds in its environment on AWS, and the launcher's own CLOCK_FILE and endpoint."""
    _, region = lambda_runtime._account_region_from_function_config(config)
    own = config.get("Environment", {}).get("Variables", {})
    kept = lambda_runtime._RESERVED_RUNTIME_ENV_VARS
    return {
        **{name: value for name, value in own.items() if name not in kept},
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


def _unpacked(digest: str, code_zip: bytes) -> Path:
    """The directory of an unpacked zip, shared by all workers and kept through restarts."""
    target = _code_dir / digest.replace("/", "_").rstrip("=")
    with _unpacking:
        if not target.exists():
            aside = target.with_suffix(".part")
            shutil.rmtree(aside, ignore_errors=True)
            aside.mkdir(parents=True)
            (aside.with_suffix(".zip")).write_bytes(code_zip)
            with zipfile.ZipFile(aside.with_suffix(".zip")) as archive:
                archive.extractall(aside)
            aside.with_suffix(".zip").unlink()
            aside.rename(target)
    return target


def _acquire(original: Callable[..., Any], name: str, config: dict[str, Any], code: bytes, **rest: Any) -> Any:
    """Waits for a worker where the emulator would fork one more; our functions never invoke each other."""
    deadline = time.monotonic() + _WAIT_FOR_WORKER
    while True:
        worker, reason = original(name, config, code, **{**rest, "max_concurrency": MOST_WORKERS})
        if worker is not None or time.monotonic() > deadline:
            return worker, reason
        with _freed:
            _freed.wait(0.25)


def _release(original: Callable[[Any], None], worker: Any) -> None:
    original(worker)
    with _freed:
        _freed.notify()


def _execute(original: Callable[..., Any], func: dict[str, Any], event: Any, request_id: str) -> dict[str, Any]:
    """Runs one invocation and reports its error in the shape of the Lambda runtime."""
    config = func.get("config") or func
    code_zip = func.get("code_zip")
    if not code_zip or not config.get("Runtime", "").startswith("python"):
        done: dict[str, Any] = original(func, event, request_id)
        return done
    name, qualifier = config["FunctionName"], config.get("Version", "$LATEST")
    worker, _ = lambda_svc.acquire_worker(name, config, code_zip, qualifier=qualifier)
    if worker is None:
        throttled: dict[str, Any] = lambda_svc._throttle_response(
            reason_code="ConcurrentInvocationLimitExceeded",
            msg=f"Rate Exceeded: no worker of {name} became free",
        )
        return throttled
    try:
        answer = worker.invoke(event, request_id, invoked_function_arn=config.get("FunctionArn"))
    except Exception as error:
        lambda_svc.logger.error("Lambda %s did not start: %s", name, error)
        answer = _ended("Runtime.ImportModuleError", str(error))
    finally:
        lambda_svc.release_worker(worker)
    if answer["status"] == "ok":
        return {"body": answer["result"], "log": answer["log"]}
    return {"body": answer["error"], "error": True, "log": answer["log"]}


def warm(wanted: dict[str, int]) -> dict[str, int]:
    """Starts workers until every named function has the wanted number, so that first requests find them.

    Returns the number of workers of each function that are ready; unknown names are left out.
    """
    records = {r["config"]["FunctionName"]: r for r in lambda_svc._functions._data.values() if r.get("code_zip")}

    def start(name: str) -> Any:
        config = records[name]["config"]
        worker, _ = lambda_svc.acquire_worker(name, config, records[name]["code_zip"])
        if worker is not None:
            lambda_runtime.ensure_spawned(worker)
        return worker

    names = [name for name, count in wanted.items() for _ in range(min(count, MOST_WORKERS)) if name in records]
    with ThreadPoolExecutor(max_workers=max(2, os.cpu_count() or 2)) as pool:
        leased = [worker for worker in pool.map(start, names) if worker is not None]
    for worker in leased:
        lambda_svc.release_worker(worker)
    ready = [worker.func_name for worker in leased]
    return {name: ready.count(name) for name in sorted(set(ready))}


def stop() -> None:
    """Ends every worker."""
    lambda_runtime.reset()


def apply(code_dir: str) -> None:
    """Puts our worker behind the emulator's pool; ``code_dir`` keeps unpacked code."""
    global _code_dir
    _code_dir = Path(code_dir)
    require(lambda_runtime, "Worker", "_worker_class_for", "_signal", "_collect", "_REAP_GRACE", "reset")
    require(lambda_runtime, "ensure_spawned", "execution_credentials", "_RESERVED_RUNTIME_ENV_VARS")
    require(lambda_svc, "acquire_worker", "release_worker", "_execute_function_warm", "_throttle_response")
    require(lambda_svc, "_functions", "new_uuid")
    pick, acquire, release = (
        lambda_runtime._worker_class_for,
        lambda_svc.acquire_worker,
        lambda_svc.release_worker,
    )
    execute = lambda_svc._execute_function_warm
    lambda_runtime._worker_class_for = lambda config: (
        PythonWorker if str(config.get("Runtime", "")).startswith("python") else pick(config)
    )
    lambda_svc.acquire_worker = lambda *args, **rest: _acquire(acquire, *args, **rest)
    lambda_svc.release_worker = lambda worker: _release(release, worker) if worker is not None else None
    lambda_svc._execute_function_warm = lambda func, event, request_id: _execute(execute, func, event, request_id)
