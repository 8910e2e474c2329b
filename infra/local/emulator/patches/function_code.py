"""Functions' code on disk: each zip unpacked once, for all workers and through restarts."""

from __future__ import annotations

import shutil
import threading
import zipfile
from pathlib import Path

_unpacking = threading.Lock()
_directory = Path()


def keep_in(directory: str) -> None:
    """Unpacks below this directory from now on."""
    global _directory
    _directory = Path(directory)


def unpacked(digest: str, code_zip: bytes) -> Path:
    """The directory of an unpacked zip; ``digest`` is CodeSha256, in base64."""
    name = digest.replace("/", "_").rstrip("=")
    target = _directory / name
    with _unpacking:
        if not target.exists():
            _unpack(code_zip, target)
    return target


def _unpack(code_zip: bytes, target: Path) -> None:
    aside = target.with_suffix(".part")
    packed = target.with_suffix(".zip")
    shutil.rmtree(aside, ignore_errors=True)
    aside.mkdir(parents=True)
    packed.write_bytes(code_zip)
    with zipfile.ZipFile(packed) as archive:
        archive.extractall(aside)
    packed.unlink()
    aside.rename(target)
