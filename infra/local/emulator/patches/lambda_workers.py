"""Lambda workers as on AWS: errors by their class name, an environment that outlives an error.

What the emulator lacks: every Python exception arrives as ``Runtime.HandlerError`` (Retry and Catch
by name fail) and kills its worker; a handler that prints nothing waits 50 ms for log output; each
worker unpacks its own copy of the zip and sees this machine's packages and environment; a burst
forks as many workers as it has requests.
"""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any

from ministack.core import lambda_runtime
from ministack.services import lambda_svc

from infra.local.emulator.patches import function_code, python_worker, require
from infra.local.emulator.patches.python_worker import PythonWorker, ended

MAX_WORKERS = 8  # per function: on two cores more of them only take memory and turns
_WAIT_FOR_WORKER = 60.0
_freed = threading.Condition()


def functions() -> list[str]:
    """The names of all functions."""
    return [record["config"]["FunctionName"] for record in _records()]


def warm(wanted: dict[str, int]) -> dict[str, int]:
    """Starts workers until every named function has as many as it should, for first requests.

    Returns the number of workers of each function that are ready; unknown names are left out.
    """
    known = {record["config"]["FunctionName"]: record for record in _records()}
    started = []
    for name, count in wanted.items():
        record = known.get(name)
        if record and record.get("code_zip"):
            started += [record] * min(count, MAX_WORKERS)
    with ThreadPoolExecutor(max_workers=max(2, os.cpu_count() or 2)) as pool:
        leased = list(filter(None, pool.map(_start, started)))
    for worker in leased:
        lambda_svc.release_worker(worker)
    ready = [worker.func_name for worker in leased]
    return {name: ready.count(name) for name in sorted(set(ready))}


def stop() -> None:
    """Ends every worker."""
    lambda_runtime.reset()


def _records() -> Iterator[dict[str, Any]]:
    yield from list(lambda_svc._functions._data.values())


def _start(record: dict[str, Any]) -> Any:
    """A worker that is taken and running; None when no more of them may be."""
    config = record["config"]
    worker, _ = lambda_svc.acquire_worker(
        config["FunctionName"],
        config,
        record["code_zip"],
    )
    if worker is not None:
        lambda_runtime.ensure_spawned(worker)
    return worker


def _acquire(
    original: Callable[..., Any],
    name: str,
    config: dict[str, Any],
    code: bytes,
    **rest: Any,
) -> Any:
    """Waits for a worker where the emulator would fork one more.

    Our functions never invoke each other, so nobody waits for himself.
    """
    rest["max_concurrency"] = MAX_WORKERS
    deadline = time.monotonic() + _WAIT_FOR_WORKER
    while True:
        worker, reason = original(name, config, code, **rest)
        if worker is not None or time.monotonic() > deadline:
            return worker, reason
        with _freed:
            _freed.wait(0.25)


def _release(original: Callable[[Any], None], worker: Any) -> None:
    if worker is None:
        return
    original(worker)
    with _freed:
        _freed.notify()


def _execute(
    original: Callable[..., Any],
    func: dict[str, Any],
    event: Any,
    request_id: str,
) -> Any:
    """Runs one invocation and reports its error in the shape of the Lambda runtime."""
    config = func.get("config") or func
    code_zip = func.get("code_zip")
    if not code_zip or not _is_python(config):
        return original(func, event, request_id)
    name = config["FunctionName"]
    version = config.get("Version", "$LATEST")
    worker, _ = lambda_svc.acquire_worker(name, config, code_zip, qualifier=version)
    if worker is None:
        return lambda_svc._throttle_response(
            reason_code="ConcurrentInvocationLimitExceeded",
            msg=f"Rate Exceeded: no worker of {name} became free",
        )
    try:
        arn = config.get("FunctionArn")
        answer = worker.invoke(event, request_id, invoked_function_arn=arn)
    except Exception as error:
        lambda_svc.logger.error("Lambda %s did not start: %s", name, error)
        answer = ended("Runtime.ImportModuleError", str(error))
    finally:
        lambda_svc.release_worker(worker)
    if answer["status"] == "ok":
        return {"body": answer["result"], "log": answer["log"]}
    return {"body": answer["error"], "error": True, "log": answer["log"]}


def _is_python(config: dict[str, Any]) -> bool:
    return str(config.get("Runtime", "")).startswith("python")


def _worker_class(original: Callable[..., Any], config: dict[str, Any]) -> Any:
    return PythonWorker if _is_python(config) else original(config)


def apply(code_dir: str) -> None:
    """Puts our worker behind the emulator's pool; ``code_dir`` keeps unpacked code."""
    function_code.keep_in(code_dir)
    python_worker.check()
    runtime, service = lambda_runtime, lambda_svc
    require(runtime, "_worker_class_for", "ensure_spawned", "reset")
    require(
        service,
        "acquire_worker",
        "release_worker",
        "_functions",
        "logger",
    )
    require(service, "_execute_function_warm", "_throttle_response")
    runtime._worker_class_for = partial(_worker_class, runtime._worker_class_for)
    service.acquire_worker = partial(_acquire, service.acquire_worker)
    service.release_worker = partial(_release, service.release_worker)
    service._execute_function_warm = partial(_execute, service._execute_function_warm)
