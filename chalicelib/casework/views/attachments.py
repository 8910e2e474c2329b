"""Which entries hold which uploaded files: what is attached stays, whoever else lets go of it.

A file stands in its uploader's folder, and one uploader attaches files to cases of several parties.
So there is a row for each folder and entry, laid by delivery.
"""

from collections.abc import Iterable, Iterator, Mapping
from datetime import timedelta
from typing import Any

from chalicelib.kernel import stores
from chalicelib.kernel.journal import Entry
from chalicelib.kernel.views import Row

ATTACHED = "attached#"
ATTACHED_WITHIN = timedelta(days=7)  # after its upload
GROUPS = {"applicant": "materials", "office": "papers"}
"""The private groups in which acts hold files, and under which name."""


def files_of(entry: Entry) -> set[str]:
    """The objects in storage that an entry attached."""
    objects = set()
    for act in entry.acts:
        for group, name in GROUPS.items():
            for file in act.private.get(group, {}).get(name, ()):
                objects.add(file.get("object", ""))
    return objects - {""}


def lay(entries: Iterable[Entry]) -> None:
    """A row for each folder from which an entry holds files. Safe to repeat."""
    for entry in entries:
        for folder, objects in _by_folder(entry).items():
            row = Row(
                f"{ATTACHED}{folder}",
                place_of(entry),
                version=1,
                data={"objects": sorted(objects)},
            )
            stores.views().put(row)


def clear(entry: Entry) -> None:
    """The entry holds its files no longer."""
    for folder in _by_folder(entry):
        stores.views().put(Row(f"{ATTACHED}{folder}", place_of(entry), version=2))


def attached_in(folder: str) -> dict[str, set[str]]:
    """The objects of a folder that are attached, each with the places of the entries that hold
    it.
    """
    holders: dict[str, set[str]] = {}
    for row in stores.views().partition(f"{ATTACHED}{folder}"):
        for key in _objects(row.data):
            holders.setdefault(key, set()).add(row.sk)
    return holders


def folder_of(key: str) -> str:
    """The uploader's folder of an object ``u/<folder>/<upload>``."""
    return key.rpartition("/")[0]


def _objects(data: Mapping[str, Any]) -> Iterator[str]:
    yield from data.get("objects", ())


def _by_folder(entry: Entry) -> dict[str, set[str]]:
    folders: dict[str, set[str]] = {}
    for key in files_of(entry):
        folders.setdefault(folder_of(key), set()).add(key)
    return folders


def place_of(entry: Entry) -> str:
    """How rows name an entry that holds files."""
    return f"{entry.stream}#{entry.seq}"
