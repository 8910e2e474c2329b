"""The dependencies' part of the zip: Lambda's own wheels, trimmed, with bytecode.

It is built once for each set of pins.
"""

import hashlib
import json
import platform
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from infra.build import CACHE, ROOT, archive, locked

PINS = ROOT / "requirements.txt"
LOCK = ROOT / "requirements.lock"
RUNTIME = "3.11"
# What the functions call; botocore's descriptions of the other 400 services stay at home.
SERVICES = {
    "dynamodb",
    "events",
    "kms",
    "lambda",
    "s3",
    "secretsmanager",
    "ses",
    "sesv2",
    "sns",
    "sqs",
    "stepfunctions",
    "sts",
}
# Chalice's packager brings its runtime itself; the rest of it is a command line.
LEFT_OUT = {"chalice", "setuptools", "wheel", "pip"}
USELESS_FOLDERS = {"__pycache__", "tests", "test", "benchmarks", "examples", "bin"}
POWERTOOLS = "aws_lambda_powertools"
USELESS_PACKAGES = {
    "pycparser",
    # We log, count and work through batches; of what else it can do, nothing is imported.
    f"{POWERTOOLS}/event_handler",
    f"{POWERTOOLS}/utilities/auth_alpha",
    f"{POWERTOOLS}/utilities/circuit_breaker",
    f"{POWERTOOLS}/utilities/feature_flags",
    f"{POWERTOOLS}/utilities/idempotency",
    f"{POWERTOOLS}/utilities/kafka",
    f"{POWERTOOLS}/utilities/parameters",
    f"{POWERTOOLS}/utilities/parser",
}
# Of the metadata of telephone numbers, emergency and short numbers are not asked about; the rest is
# a module for each country, of which a function reads one or two: their bytecode would weigh more.
USELESS_MODULES = ("phonenumbers/shortdata/region_*.py",)
UNCOMPILED = "phonenumbers/data"
USELESS_FILES = re.compile(
    r"RECORD|INSTALLER|REQUESTED|WHEEL|direct_url\.json|examples-1\.json.*|.*\.py[ic]"
)


def machine() -> str:
    """This machine's architecture by Lambda's name."""
    is_arm = platform.machine() in ("aarch64", "arm64")
    return "arm64" if is_arm else "x86_64"


def named() -> list[str]:
    """The pins of the libraries that our code names: the first block of requirements.txt."""
    first_block, _, _ = PINS.read_text().partition("\n\n")
    return _pins(first_block)


def locked_requirements() -> list[str]:
    """What our code names and all that this needs, each pin with the hashes of its files."""
    pins = locked.read(LOCK)
    projects = [locked.project(pin) for pin in named()]
    return [pins[name] for name in locked.needed(projects, LEFT_OUT)]


def _pins(text: str) -> list[str]:
    pins = []
    for line in text.splitlines():
        pin = line.strip()
        is_pin = pin and not pin.startswith("#")
        if is_pin and locked.project(pin) not in LEFT_OUT:
            pins.append(pin)
    return pins


def _platforms(architecture: str) -> list[str]:
    """pip's options for the wheels that Lambda's Python 3.11 can load (glibc 2.26)."""
    if architecture == machine() and platform.system() != "Linux":
        return []  # the embedded stack runs functions on this very machine
    cpu = "aarch64" if architecture == "arm64" else "x86_64"
    versions = [f"_2_{minor}" for minor in range(26, 16, -1)] + ["2014"]
    platforms = [f"--platform=manylinux{version}_{cpu}" for version in versions]
    return [
        *platforms,
        f"--python-version={RUNTIME}",
        "--implementation=cp",
        "--abi=cp311",
        "--abi=abi3",
        "--abi=none",
    ]


def _install(target: Path, architecture: str) -> None:
    locked_pins = target.parent / "locked.txt"
    locked_pins.write_text("\n".join(locked_requirements()))
    command = [
        sys.executable,
        "-m",
        "pip",
        "install",
        "--quiet",
        "--disable-pip-version-check",
        "--no-compile",
        "--only-binary=:all:",
        f"--target={target}",
        "--no-deps",
        "--require-hashes",
        f"--requirement={locked_pins}",
        *_platforms(architecture),
    ]
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode:
        sys.exit(f"could not vendor the dependencies for Lambda:\n{_errors(done.stderr)}")


def _errors(told: str) -> str:
    """pip's errors without its advice; all that it told where it names none."""
    errors = [line for line in told.splitlines() if line.startswith("ERROR")]
    return "\n".join(errors) or told


def _trim(target: Path) -> None:
    for package in USELESS_PACKAGES:
        shutil.rmtree(target / package, ignore_errors=True)
    shutil.rmtree(target / "boto3" / "data", ignore_errors=True)
    for service in (target / "botocore" / "data").iterdir():
        if service.is_dir() and service.name not in SERVICES:
            shutil.rmtree(service)
    for pattern in USELESS_MODULES:
        for path in target.glob(pattern):
            path.unlink()
    for path in sorted(target.rglob("*"), reverse=True):
        if path.is_dir() and path.name in USELESS_FOLDERS:
            shutil.rmtree(path)
        elif path.is_file() and USELESS_FILES.fullmatch(path.name):
            path.unlink()


def _compiled(target: Path) -> list[Path]:
    """The modules that are worth their bytecode."""
    uncompiled = target / UNCOMPILED
    return [module for module in target.rglob("*.py") if uncompiled not in module.parents]


def _check(target: Path) -> None:
    """Stop where a library that our code names is missing: else production would find out."""
    present = {locked.project(path.name) for path in target.glob("*.dist-info")}
    missing = [pin for pin in named() if locked.project(pin) not in present]
    if missing:
        sys.exit(f"not vendored: {', '.join(missing)}")


def build(architecture: str) -> Path:
    """The dependencies' zip for ``architecture`` (x86_64 or arm64), from the cache if it is in
    it.
    """
    path = CACHE / f"vendored-{architecture}-{_fingerprint(architecture)}.zip"
    if not path.exists():
        _make(path, architecture)
        for other in CACHE.glob(f"vendored-{architecture}-*.zip"):
            if other != path:
                other.unlink()
    return path


def _fingerprint(architecture: str) -> str:
    """Of the pins and of all that is done with them."""
    recipe = [path.read_text() for path in (Path(__file__), Path(archive.__file__))]
    key = json.dumps([locked_requirements(), _platforms(architecture), recipe, sys.version])
    digest = hashlib.sha256(key.encode())
    return digest.hexdigest()[:16]


def _make(path: Path, architecture: str) -> None:
    CACHE.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(dir=CACHE) as folder:
        target = Path(folder) / "site"
        target.mkdir()
        _install(target, architecture)
        _trim(target)
        _check(target)
        archive.compile_tree(target, _compiled(target))
        made = Path(folder) / "out.zip"
        archive.write_zip(made, target, level=9)
        made.replace(path)


if __name__ == "__main__":
    build(machine())  # so that the first deployment does not wait for it
