"""The dependencies' part of the zip: Lambda's own wheels, trimmed, with bytecode, built once per
set of pins.
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

from infra.build import CACHE, ROOT
from infra.build.archive import compile_tree, write_zip

RUNTIME = "3.11"
# What the functions call; botocore's descriptions of the other 400 services stay at home.
SERVICES = {
    "dynamodb", "events", "kms", "lambda", "s3", "secretsmanager", "ses", "sesv2", "sns", "sqs", "stepfunctions", "sts",
}  # fmt: skip
# Chalice's packager brings its runtime itself; the rest of it is a command line.
LEFT_OUT = {"chalice", "setuptools", "wheel", "pip"}
USELESS_FOLDERS = {"__pycache__", "tests", "test", "benchmarks", "examples", "bin"}
USELESS_PACKAGES = {"pycparser"}
USELESS_FILES = re.compile(r"/(RECORD|INSTALLER|REQUESTED|WHEEL|direct_url\.json|examples-1\.json.*|[^/]*\.py[ic])$")


def machine() -> str:
    """This machine's architecture by Lambda's name."""
    return "arm64" if platform.machine() in ("aarch64", "arm64") else "x86_64"


def requirements() -> list[str]:
    """The pins that go into the zip."""
    lines = (line.strip() for line in (ROOT / "requirements.txt").read_text().splitlines())
    pins = [line for line in lines if line and not line.startswith("#")]
    return [pin for pin in pins if pin.split("==")[0].lower() not in LEFT_OUT]


def named() -> list[str]:
    """The pins of the libraries that our code names: the first block of requirements.txt."""
    first = (ROOT / "requirements.txt").read_text().split("\n\n")[0].splitlines()
    wanted = {line.strip() for line in first}
    return [pin for pin in requirements() if pin in wanted]


def _platforms(architecture: str) -> list[str]:
    """pip's options for the wheels that Lambda's Python 3.11 can load (glibc 2.26)."""
    if architecture == machine() and platform.system() != "Linux":
        return []  # the embedded stack runs functions on this very machine
    cpu = "aarch64" if architecture == "arm64" else "x86_64"
    tags = [f"manylinux_2_{minor}_{cpu}" for minor in range(26, 16, -1)] + [f"manylinux2014_{cpu}"]
    return [
        *(f"--platform={tag}" for tag in tags),
        f"--python-version={RUNTIME}",
        "--implementation=cp",
        "--abi=cp311",
        "--abi=abi3",
        "--abi=none",
    ]


def _install(target: Path, architecture: str) -> None:
    constraints = target.parent / "constraints.txt"
    constraints.write_text("\n".join(requirements()))
    command = [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-compile"]
    command += ["--only-binary=:all:", f"--target={target}", f"--constraint={constraints}"]
    done = subprocess.run([*command, *_platforms(architecture), *named()], capture_output=True, text=True)
    if done.returncode:
        errors = [line for line in done.stderr.splitlines() if line.startswith("ERROR")] or [done.stderr]
        sys.exit("could not vendor the dependencies for Lambda:\n" + "\n".join(errors))


def _trim(target: Path) -> None:
    for folder in sorted((p for p in target.rglob("*") if p.is_dir()), reverse=True):
        if folder.name in USELESS_FOLDERS or (folder.parent == target and folder.name in USELESS_PACKAGES):
            shutil.rmtree(folder, ignore_errors=True)
    for service in (target / "botocore" / "data").iterdir():
        if service.is_dir() and service.name not in SERVICES:
            shutil.rmtree(service)
    shutil.rmtree(target / "boto3" / "data", ignore_errors=True)
    for path in target.rglob("*"):
        if path.is_file() and USELESS_FILES.search(f"/{path.relative_to(target)}"):
            path.unlink()


def _check(target: Path) -> None:
    """Every library that our code names is really there; a quiet gap would only show in production.
    """
    present = {
        re.sub(r"[-_.]+", "-", path.name.split("-")[0]).lower() for path in target.glob("*.dist-info") if path.is_dir()
    }
    missing = [pin for pin in named() if re.sub(r"[-_.]+", "-", pin.split("==")[0]).lower() not in present]
    if missing:
        sys.exit(f"not vendored: {', '.join(missing)}")


def build(architecture: str) -> Path:
    """The dependencies' zip for ``architecture`` (x86_64 or arm64), from the cache when the pins
    are the same.
    """
    recipe = "".join((Path(__file__).parent / name).read_text() for name in ("vendored.py", "archive.py"))
    key = json.dumps([requirements(), _platforms(architecture), recipe, sys.version])
    path = CACHE / f"vendored-{architecture}-{hashlib.sha256(key.encode()).hexdigest()[:16]}.zip"
    if path.exists():
        return path
    CACHE.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(dir=CACHE) as folder:
        target = Path(folder) / "site"
        target.mkdir()
        _install(target, architecture)
        _trim(target)
        _check(target)
        compile_tree(target)
        write_zip(Path(folder) / "out.zip", target, level=9)
        (Path(folder) / "out.zip").replace(path)
    for old in CACHE.glob(f"vendored-{architecture}-*.zip"):
        if old != path:
            old.unlink()
    return path


if __name__ == "__main__":
    build(machine())  # so that the first deployment does not wait for it
