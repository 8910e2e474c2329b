"""Builds what is deployed, ``build/<stage>/``: ``python -m infra.build.package --stage S``.

``sam.json`` and ``deployment.zip`` come from ``chalice package``. The API's paths are then laid out
in less, and the zip is put together again from the cached dependencies and the application with its
bytecode. An unchanged tree is not built twice.
"""

import argparse
import fcntl
import hashlib
import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from zipfile import ZipFile

from infra.build import BUILD, ROOT, archive, flows, gateway, quotas, template, vendored
from infra.stages import EMBEDDED, check_name

LIMIT_MB = 30
SOURCES = (
    "app.py",
    "chalicelib",
    "vendor",
    ".chalice",
    "infra/template.yaml",
    "infra/build",
    "requirements.txt",
)
NOT_SHIPPED = ("__pycache__", ".pyc", ".DS_Store")


@dataclass(frozen=True)
class Package:
    """A stage's folder, its zip's size in MB (10^6 bytes), what its template takes of quotas."""

    folder: Path
    zip_mb: float
    usages: list[quotas.Usage]


def _files() -> Iterator[Path]:
    for name in SOURCES:
        top = ROOT / name
        if top.is_file():
            yield top
        for folder, _, names in os.walk(top, followlinks=True):
            for name_inside in names:
                path = Path(folder, name_inside)
                if _is_shipped(str(path)):
                    yield path


def _is_shipped(path: str) -> bool:
    return not any(mark in path for mark in NOT_SHIPPED)


def fingerprint(stage: str, architecture: str) -> str:
    """A hash of everything that goes into the build of a stage."""
    build = f"{stage} {architecture} {sys.version}"
    digest = hashlib.sha256(build.encode())
    for path in sorted(_files()):
        name = path.relative_to(ROOT)
        digest.update(f"\0{name}\0".encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()


def _project(out: Path, architecture: str) -> Path:
    """A Chalice project of links: no requirements (they are vendored), one more setting."""
    project = out / "project"
    shutil.rmtree(project, ignore_errors=True)
    project.mkdir()
    for name in ("app.py", "chalicelib", "vendor"):
        (project / name).symlink_to(ROOT / name)
    (project / "requirements.txt").touch()
    _configure(project / ".chalice", architecture)
    return project


def _configure(folder: Path, architecture: str) -> None:
    folder.mkdir()
    for given in (ROOT / ".chalice").glob("*.json"):
        shutil.copy(given, folder)
    path = folder / "config.json"
    config = json.loads(path.read_text())
    config["lambda_architecture"] = architecture
    path.write_text(json.dumps(config))


def _chalice(out: Path, stage: str, architecture: str) -> None:
    """Write ``sam.json`` and ``deployment.zip`` as Chalice makes them."""
    ours = template.build(flows.read())
    merge = out / "merge.json"
    merge.write_text(json.dumps(ours, ensure_ascii=False))
    command = [
        str(Path(sys.executable).with_name("chalice")),
        f"--project-dir={_project(out, architecture)}",
        "package",
        f"--stage={stage}",
        f"--merge-template={merge}",
        str(out),
    ]
    done = subprocess.run(command, capture_output=True, text=True, env=_environment())
    if done.returncode or "Could not install dependencies" in done.stdout:
        sys.exit(f"chalice package failed:\n{done.stdout}{done.stderr}")


def _environment() -> dict[str, str]:
    environment = os.environ | {
        "PYTHONDONTWRITEBYTECODE": "1",
        "PYTHONPATH": str(ROOT),
        # It only names the service principals, which are global; nothing here speaks to AWS.
        "AWS_DEFAULT_REGION": "us-east-1",
    }
    environment.pop("AWS_PROFILE", None)
    return environment


def _lay_out_api(sam: Path) -> None:
    """Replace the API's body by one with the declared methods and a catch-all for each path."""
    document = _read(sam)
    api = document["Resources"]["RestAPI"]["Properties"]
    body = api["DefinitionBody"]
    api["DefinitionBody"] = gateway.lay_out(body)
    text = json.dumps(document, ensure_ascii=False, indent=1)
    sam.write_text(text, "utf-8")


def _read(sam: Path) -> dict[str, Any]:
    document: dict[str, Any] = json.loads(sam.read_text("utf-8"))
    return document


def _assemble(out: Path, architecture: str) -> None:
    """Replace Chalice's zip by dependencies + application + bytecode."""
    path = out / "deployment.zip"
    tree = out / "project" / "tree"
    with ZipFile(path) as packed:
        shipped = [name for name in packed.namelist() if _is_shipped(name)]
        packed.extractall(tree, shipped)
    archive.compile_tree(tree)
    shutil.copyfile(vendored.build(architecture), path)
    archive.write_zip(path, tree, mode="a")
    shutil.rmtree(out / "project")


@contextmanager
def _alone() -> Iterator[None]:
    """One build at a time: tests, the embedded stack and a deployment may want one together."""
    BUILD.mkdir(exist_ok=True)
    with (BUILD / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _build(out: Path, stage: str, architecture: str) -> None:
    stamp = out / ".built"
    today = fingerprint(stage, architecture)
    if stamp.exists() and stamp.read_text() == today:
        return
    shutil.rmtree(out, ignore_errors=True)
    out.mkdir(parents=True)
    flows.compile_all(out / "flows", flows.read())
    _chalice(out, stage, architecture)
    _lay_out_api(out / "sam.json")
    _assemble(out, architecture)
    stamp.write_text(today)


def build(stage: str, architecture: str | None = None) -> Package:
    """Build a stage unless nothing changed; ends the program when zip or template are too large.

    The embedded stack runs functions on this machine, so their wheels are this machine's; AWS's arm
    is cheaper.
    """
    check_name(stage)
    out = BUILD / stage
    with _alone():
        _build(out, stage, architecture or _architecture(stage))
    size = (out / "deployment.zip").stat().st_size
    zip_mb = size / 1e6
    if zip_mb > LIMIT_MB:
        sys.exit(f"deployment.zip has {zip_mb:.1f} MB, the limit is {LIMIT_MB}")
    document = _read(out / "sam.json")
    return Package(out, zip_mb, quotas.check(document))


def _architecture(stage: str) -> str:
    return vendored.machine() if stage == EMBEDDED else "arm64"


def main() -> None:
    """Command line: build a stage and say where, how large and how long."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--stage", default=EMBEDDED)
    parser.add_argument("--architecture", choices=("x86_64", "arm64"))
    options = parser.parse_args()
    started = time.monotonic()
    built = build(options.stage, options.architecture)
    seconds = time.monotonic() - started
    folder = built.folder.relative_to(ROOT)
    print(f"{folder}: zip {built.zip_mb:.1f} MB, {seconds:.1f} s")
    for usage in built.usages:
        print(f"  {usage}")


if __name__ == "__main__":
    main()
