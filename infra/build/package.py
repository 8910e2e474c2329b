"""Builds what is deployed, ``build/<stage>/``: ``python -m infra.build.package --stage S``.

``sam.json`` and ``deployment.zip`` come from ``chalice package``; the zip is then put together
again from the cached dependencies and the application with its bytecode. An unchanged tree is not
built twice.
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
from pathlib import Path
from zipfile import ZipFile

from infra.build import BUILD, ROOT, archive, flows, template, vendored
from infra.stages import EMBEDDED, check_name

LIMIT_MB = 30
SOURCES = ("app.py", "chalicelib", "vendor", ".chalice", "infra/template.yaml", "infra/build", "requirements.txt")
NOT_SHIPPED = ("__pycache__", ".pyc", ".DS_Store")


def _files() -> Iterator[Path]:
    for name in SOURCES:
        top = ROOT / name
        if top.is_file():
            yield top
        for folder, _, names in os.walk(top, followlinks=True):
            yield from (Path(folder, n) for n in names if not any(mark in f"{folder}/{n}" for mark in NOT_SHIPPED))


def fingerprint(stage: str, architecture: str) -> str:
    """A hash of everything that goes into the build of a stage."""
    digest = hashlib.sha256(f"{stage} {architecture} {sys.version}".encode())
    for path in sorted(_files()):
        digest.update(f"\0{path.relative_to(ROOT)}\0".encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()


def _project(out: Path, architecture: str) -> Path:
    """A Chalice project of links: no requirements (they are vendored already) and one more setting.
    """
    project = out / "project"
    shutil.rmtree(project, ignore_errors=True)
    (project / ".chalice").mkdir(parents=True)
    for name in ("app.py", "chalicelib", "vendor"):
        (project / name).symlink_to(ROOT / name)
    for policy in (ROOT / ".chalice").glob("policy-*.json"):
        shutil.copy(policy, project / ".chalice")
    config = json.loads((ROOT / ".chalice" / "config.json").read_text())
    config["lambda_architecture"] = architecture
    (project / ".chalice" / "config.json").write_text(json.dumps(config))
    (project / "requirements.txt").touch()
    return project


def _chalice(out: Path, stage: str, architecture: str) -> None:
    project = _project(out, architecture)
    merge = out / "merge.json"
    merge.write_text(json.dumps(template.build(flows.read()), ensure_ascii=False))
    command = [str(Path(sys.executable).with_name("chalice")), "--project-dir", str(project), "package"]
    command += ["--stage", stage, "--merge-template", str(merge), str(out)]
    environment = os.environ | {"PYTHONDONTWRITEBYTECODE": "1", "PYTHONPATH": str(ROOT)}
    # The region only names the service principals, which are global; nothing here speaks to AWS.
    environment |= {"AWS_DEFAULT_REGION": "us-east-1"}
    environment.pop("AWS_PROFILE", None)
    done = subprocess.run(command, capture_output=True, text=True, env=environment)
    if done.returncode or "Could not install dependencies" in done.stdout:
        sys.exit(f"chalice package failed:\n{done.stdout}{done.stderr}")


def _assemble(out: Path, architecture: str) -> None:
    """Replace Chalice's zip by dependencies + application + bytecode."""
    path, tree = out / "deployment.zip", out / "project" / "tree"
    with ZipFile(path) as packed:
        shipped = [name for name in packed.namelist() if not any(mark in name for mark in NOT_SHIPPED)]
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
    stamp, wanted = out / ".built", fingerprint(stage, architecture)
    if stamp.exists() and stamp.read_text() == wanted:
        return
    shutil.rmtree(out, ignore_errors=True)
    out.mkdir(parents=True)
    flows.compile_all(out / "flows", flows.read())
    _chalice(out, stage, architecture)
    _assemble(out, architecture)
    stamp.write_text(wanted)


def build(stage: str, architecture: str | None = None) -> tuple[Path, float]:
    """Build a stage unless nothing changed; returns its folder and the zip's size in MB.

    The embedded stack runs functions on this machine, so their wheels are this machine's; AWS's arm
    is cheaper.
    """
    check_name(stage)
    architecture = architecture or (vendored.machine() if stage == EMBEDDED else "arm64")
    out = BUILD / stage
    with _alone():
        _build(out, stage, architecture)
    size = (out / "deployment.zip").stat().st_size / 1e6
    if size > LIMIT_MB:
        sys.exit(f"deployment.zip has {size:.1f} MB, the limit is {LIMIT_MB}")
    return out, size


def main() -> None:
    """Command line: build a stage and say where, how large and how long."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--stage", default=EMBEDDED)
    parser.add_argument("--architecture", choices=("x86_64", "arm64"))
    options = parser.parse_args()
    started = time.monotonic()
    out, size = build(options.stage, options.architecture)
    print(f"{out.relative_to(ROOT)}: zip {size:.1f} MB, {time.monotonic() - started:.1f} s")


if __name__ == "__main__":
    main()
