"""A case and an item as the product's own entry points leave them, and many copies under other keys.

What a request reads has to be as in life; that each of 100,000 cases was filed by itself has not.
"""

import os
from typing import Any

from chalicelib.kernel import stores
from infra.local.emulator.patches import require
from tests.bench import walks
from tests.bench.canned_aws import UPLOAD_SHA256, Json
from tests.bench.one_process import Stage

Item = dict[str, dict[str, Any]]
ITEM, FIRST_TASK = "shop-sign", "task#accept.0"
APPLICANT = "p-li-na"


class Tables:
    """Journal and views as the emulator keeps them in this process."""

    def __init__(self) -> None:
        from ministack.services import dynamodb

        require(dynamodb, "_tables", "_set_item", "_get_item_by_key")
        self._emulator = dynamodb
        self._journal = dynamodb._tables.get(os.environ["JOURNAL_TABLE"])
        self._views = dynamodb._tables.get(os.environ["VIEWS_TABLE"])

    def entry(self, stream: str, seq: int) -> Item:
        """One journal entry."""
        return self._get(self._journal, {"stream": {"S": stream}, "seq": {"N": str(seq)}})

    def row(self, pk: str, sk: str) -> Item:
        """One view row."""
        return self._get(self._views, {"pk": {"S": pk}, "sk": {"S": sk}})

    def rows(self) -> list[Item]:
        """All view rows."""
        return [row for rows in self._views["items"].values() for row in rows.values()]

    def _get(self, table: Any, key: Item) -> Item:
        found = self._emulator._get_item_by_key(table, key)
        if found is None:
            raise RuntimeError(f"there is no {key}")
        return dict(found)

    def copy_entry(self, like: Item, seq: int) -> None:
        """The same entry once more, further on in its stream."""
        entry = {**like, "seq": {"N": str(seq)}}
        self._emulator._set_item(self._journal, like["stream"]["S"], str(seq), entry)

    def copy_row(self, like: Item, pk: str, sk: str, **changed: str) -> None:
        """The same row under another key; ``changed`` are texts, "" leaves the attribute out."""
        row = {**like, "pk": {"S": pk}, "sk": {"S": sk}}
        for name, text in changed.items():
            row.pop(name, None)
            if text:
                row[name] = {"S": text}
        self._emulator._set_item(self._views, pk, sk, row)


class FiledCase:
    """A case on record: filed by its applicant, delivered, its first task in the window's inbox."""

    def __init__(self, stage: Stage) -> None:
        application = walks.application(ITEM, _materials())
        receipt = stage.ask("POST", "/applications", APPLICANT, application)
        self.number: str = receipt["number"]
        self.stream: str = receipt["receipt"]["stream"]
        self.id = self.stream.partition("#")[2]
        self.task = f"{self.id}.accept.0"
        self.deliver(stage)
        stage.app.open_task({"token": "t", "case": self.id, "step": "accept", "since": 0}, None)

    def deliver(self, stage: Stage) -> None:
        """What the journal's stream does after each entry."""
        newest = stores.journal().last(self.stream)
        assert newest is not None
        key = {"stream": {"S": self.stream}, "seq": {"N": str(newest.seq)}}
        record = {"eventName": "INSERT", "dynamodb": {"Keys": key}}
        stage.app.deliver({"Records": [record]}, None)


def _materials() -> list[Json]:
    codes = walks.required(ITEM)
    return [_material(code, letter) for code, letter in zip(codes, "abcdef", strict=False)]


def _material(code: str, letter: str) -> Json:
    return {
        "code": code,
        "upload_id": letter * 26,
        "sha256": UPLOAD_SHA256,
        "file_name": f"{code}.pdf",
    }
