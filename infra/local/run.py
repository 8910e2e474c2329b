"""``make run``: the embedded AWS with the sample city on http://127.0.0.1:8000, until Ctrl-C."""

from __future__ import annotations

import argparse
import signal
import sys
import time
from pathlib import Path

from infra.local.city import sample
from infra.local.emulator.embedded import ROOT, EmbeddedError, Running, start

_SHOWN = {
    "p-li-na": ("her cases", "/cases"),
    "o-wang-fang": ("the urban management window's inbox", "/tasks?post=urb-window"),
    "o-qin-ming": ("the supervisor's messages", "/messages"),
}


def main() -> None:
    """Starts, makes ready, prints where everything is, and stays until it is told to end."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, default=8000, help="the city's origin (default 8000)")
    parser.add_argument(
        "--state-dir", type=Path, default=ROOT / ".sunlit", help="what a second run finds again"
    )
    options = parser.parse_args()
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    signal.signal(signal.SIGINT, signal.default_int_handler)
    started = time.monotonic()
    try:
        with start(options.state_dir, gateway_port=options.port) as running:
            print(
                "Starting the sample city; the first time it is packaged and deployed ...",
                flush=True,
            )
            done = sample.make_ready(running)
            what = "deployed" if done["deployed"] else "found as it was left"
            print(f"The city is {what}: ready after {time.monotonic() - started:.1f} s.\n")
            print_addresses(running)
            _wait(running)
    except EmbeddedError as error:
        sys.exit(str(error))
    except KeyboardInterrupt:
        pass
    print("\nStopped; everything is kept for the next time.")


def print_addresses(running: Running) -> None:
    """Prints where everything is, who lives here, and lines to paste into another terminal."""
    print(f"  API           {running.gateway}            (OpenAPI: {running.gateway}/openapi.json)")
    print(f"  Sign-in       {running.issuer}    (any OpenID Connect client with PKCE)")
    print(f"  AWS endpoint  {running.aws}            (source {running.credentials_script})")
    print(f"  Kept in       {running.state_dir}\n")
    print('People (any of them: POST /__local/token {"sub": id}):')
    for person in sample.people():
        names = f"{person['name']:<4}\t{person['name_en']:<13}"
        print(f"  {person['id']:<13} {names} {person['role_note']['en']}")
    print("\nPaste into another terminal:")
    print(f"  curl -s {running.gateway}/items\n")
    for sub, (what, path) in _SHOWN.items():
        token = sample.call(
            running,
            "token",
            {"sub": sub},
        )["access_token"]
        print(f"  # {sub}: {what}")
        print(f"  curl -s '{running.gateway}{path}' -H 'Authorization: Bearer {token}'\n")
    print("Move the clock on by five days, and let the sweeps see it:")
    print(f"  curl -s -X POST {running.gateway}/__local/clock -d '{{\"advance_days\": 5}}'\n")
    print("Ctrl-C stops everything.", flush=True)


def _wait(running: Running) -> None:
    code = running.process.wait()
    raise EmbeddedError(
        f"the embedded AWS ended (status {code}); see {running.state_dir / 'server.log'}"
    )


if __name__ == "__main__":
    main()
