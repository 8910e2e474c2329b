"""One Lambda execution environment: imports a handler once, then answers invocations line by line.

Started by ``patches.lambda_workers`` as ``python -I -S function_worker.py``, so that a function
sees the standard library and its own zip, as it does on AWS, and nothing of the machine that runs
it.
"""

from __future__ import annotations

import importlib
import io
import json
import os
import signal
import sys
import threading
import time
import traceback
from typing import Any


class LogBuffer(io.TextIOBase):
    """Collects what the handler prints; the reply carries it, so nobody waits for a pipe."""

    def __init__(self) -> None:
        self._parts: list[str] = []
        self.is_open = True  # while a handler or its import runs

    def writable(self) -> bool:
        return True

    def write(self, text: str) -> int:
        self._parts.append(text)
        return len(text)

    def take(self) -> str:
        text, self._parts, self.is_open = "".join(self._parts), [], False
        return text


class Context:
    """The context object that a Lambda handler receives."""

    def __init__(self, init: dict[str, Any], call: dict[str, Any]) -> None:
        self.function_name = init["function_name"]
        self.function_version = "$LATEST"
        self.memory_limit_in_mb = init["memory"]
        self.invoked_function_arn = call["arn"]
        self.aws_request_id = call["request_id"]
        self.log_group_name = f"/aws/lambda/{self.function_name}"
        self.log_stream_name = os.environ.get("AWS_LAMBDA_LOG_STREAM_NAME", "")
        self.identity = None
        self.client_context = None
        self._deadline = time.monotonic() + call["timeout"]

    def get_remaining_time_in_millis(self) -> int:
        """Milliseconds until the emulator ends this invocation."""
        left = self._deadline - time.monotonic()
        return max(0, int(left * 1000))


def _die_with_the_emulator() -> None:
    """A worker must not outlive a killed emulator, nor finish its handler against the next one."""
    parent = os.getppid()
    while os.getppid() == parent:
        time.sleep(0.5)
    os._exit(0)


def _failure(error: BaseException) -> dict[str, Any]:
    """The error document of the Lambda runtime: the exception's class name is its type."""
    frames = traceback.format_exception(error)
    return {
        "status": "error",
        "error": {
            "errorMessage": str(error),
            "errorType": type(error).__name__,
            "stackTrace": frames,
        },
    }


def _serve(init: dict[str, Any], log: LogBuffer, reply: Any) -> None:
    module, _, name = init["handler"].rpartition(".")
    try:
        handler = getattr(importlib.import_module(module.replace("/", ".")), name)
    except BaseException as error:
        reply({**_failure(error), "log": log.take()})
        return
    reply({"status": "ready", "log": log.take()})
    for line in sys.stdin:
        call = json.loads(line)
        log.is_open = True
        try:
            result = handler(call["event"], Context(init, call))
            answer = {"status": "ok", "result": result}
            json.dumps(result)
        except Exception as error:
            answer = _failure(error)
            log.write("".join(answer["error"]["stackTrace"]))
        reply({**answer, "log": log.take()})


def main() -> None:
    """Reads the init line, then one invocation a line; replies on what was standard output."""
    pipe = os.fdopen(os.dup(1), "w", buffering=1 << 16)
    os.dup2(2, 1)
    init = json.loads(sys.stdin.readline())
    sys.path[:0] = [init["code_dir"]]
    log = LogBuffer()
    sys.stdout = sys.stderr = log

    def tell_before_dying(signum: int, frame: Any) -> None:
        if log.is_open:
            os.write(2, (log.take() + "".join(traceback.format_stack(frame))).encode())
        os._exit(128 + signum)

    def reply(answer: dict[str, Any]) -> None:
        pipe.write(json.dumps(answer) + "\n")
        pipe.flush()

    signal.signal(signal.SIGTERM, tell_before_dying)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_die_with_the_emulator, daemon=True).start()
    _serve(init, log, reply)
    os._exit(0)


if __name__ == "__main__":
    main()
