"""What a request costs as that grows which it reads: ``python -m tests.bench.growth_child people|catalogue|open N``.

Prints one JSON line, ``{subject: {size: [calls, read units, CPU seconds]}}``. Everything is filed, opened and delivered
once by the product's own entry points; many more are copies of the rows and entries that came of it, under other keys.
"""

import gc
import json
import os
import sys
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

from infra.seed import load
from tests.bench import walks
from tests.bench.intake import ITEM
from tests.bench.one_process import UPLOAD_SHA256, Cost, Json, Stage, stage

Item = dict[str, dict[str, Any]]
TURNS = 15
ENTRIES = (10, 100, 1000)
TASKS = {100: "urb-window", 1000: "dpf-window", 20_000: "psb-window"}
CASES = {10: "p-zhang-wei", 5000: "p-chen-jie"}
ITEMS = 5000
DUE, SHARDS = 10, 4
APPLICANT, OFFICER, POST = "p-li-na", "o-wang-fang", "urb-window"
Ask = Callable[[], Any]


class Tables:
    """The rows and entries as the emulator keeps them."""

    def __init__(self, at: Stage) -> None:
        from ministack.services import dynamodb

        from infra.local.mends import require

        require(dynamodb, "_tables", "_set_item", "_get_item_by_key")
        self._emulator = dynamodb
        self.journal = dynamodb._tables.get(os.environ["JOURNAL_TABLE"])
        self.views = dynamodb._tables.get(os.environ["VIEWS_TABLE"])

    def entry(self, stream: str, seq: int) -> Item:
        """One journal entry."""
        return self._get(self.journal, {"stream": {"S": stream}, "seq": {"N": str(seq)}})

    def row(self, pk: str, sk: str) -> Item:
        """One view row."""
        return self._get(self.views, {"pk": {"S": pk}, "sk": {"S": sk}})

    def _get(self, table: Any, key: Item) -> Item:
        found = self._emulator._get_item_by_key(table, key)
        if found is None:
            raise RuntimeError(f"there is no {key}")
        return dict(found)

    def add_entry(self, like: Item, seq: int) -> None:
        """Another entry of the same stream."""
        entry = {**like, "seq": {"N": str(seq)}}
        self._emulator._set_item(self.journal, like["stream"]["S"], str(seq), entry)

    def add_row(self, like: Item, pk: str, sk: str, **changed: str) -> None:
        """Another row; ``changed`` are texts, an empty one leaves the attribute out."""
        row = {**like, "pk": {"S": pk}, "sk": {"S": sk}}
        for name, text in changed.items():
            row.pop(name, None)
            row |= {name: {"S": text}} if text else {}
        self._emulator._set_item(self.views, pk, sk, row)


class Filed:
    """A case on record, its first task in the window's inbox, its rows delivered."""

    def __init__(self, at: Stage, person: str = APPLICANT) -> None:
        application = walks.application(ITEM, _materials())
        receipt = at.ask("POST", "/applications", person, application)
        self.number: str = receipt["number"]
        self.stream: str = receipt["receipt"]["stream"]
        self.id = self.stream.partition("#")[2]
        self.task = f"{self.id}.accept.0"
        key = {"stream": {"S": self.stream}, "seq": {"N": "1"}}
        at.app.deliver({"Records": [{"eventName": "INSERT", "dynamodb": {"Keys": key}}]}, None)
        step = {"token": "t", "case": self.id, "step": "accept", "since": 0}
        at.app.open_task(step, None)


def _materials() -> list[Json]:
    wanted = enumerate(walks.required(ITEM))
    return [
        {
            "code": code,
            "upload_id": "ab"[number] * 26,
            "sha256": UPLOAD_SHA256,
            "file_name": f"{code}.pdf",
        }
        for number, code in wanted
    ]


def _measured(at: Stage, asks: Mapping[int, Ask]) -> dict[int, Cost]:
    """What each costs, by size, in turns; of the CPU the least of all turns."""
    for ask in asks.values():
        ask()
    gc.freeze()  # what the emulator keeps is not ours to look through
    costs = [{size: at.measure(ask) for size, ask in asks.items()} for _ in range(TURNS)]
    least = costs[-1]
    for size in asks:
        least[size].cpu = min(turn[size].cpu for turn in costs)
    return least


# ---- case pages, inboxes, lists of cases ------------------------------------------------------------------
def people(at: Stage) -> dict[str, dict[int, Cost]]:
    """A case page by entries, an inbox page by tasks, a citizen's list by cases."""
    tables = Tables(at)
    pages = {entries: _case_of(at, tables, entries) for entries in ENTRIES}
    like = Filed(at)
    for tasks, post in TASKS.items():
        _fill_inbox(tables, like, post, tasks)
    for cases, person in CASES.items():
        _fill_list(tables, like, person, cases)
    holders = _holders()
    asks = {
        "case_page": {
            n: _asking(at, "/cases/{number}", APPLICANT, number=page.number)
            for n, page in pages.items()
        },
        "inbox": {
            n: _asking(at, "/tasks", holders[post], query={"post": post})
            for n, post in TASKS.items()
        },
        "cases": {n: _asking(at, "/cases", person) for n, person in CASES.items()},
    }
    return {subject: _measured(at, by_size) for subject, by_size in asks.items()}


def _asking(at: Stage, resource: str, person: str, **more: Any) -> Ask:
    def ask() -> Any:
        return at.ask("GET", resource, person, **more)

    return ask


def _case_of(at: Stage, tables: Tables, entries: int) -> Filed:
    """A case that is claimed and given back until it has that many entries."""
    filed = Filed(at)
    for verb in ("claim", "release"):
        at.ask("POST", f"/tasks/{{task}}/{verb}", OFFICER, task=filed.task)
    both = [tables.entry(filed.stream, seq) for seq in (2, 3)]
    for seq in range(4, entries + 1):
        tables.add_entry(both[seq % 2], seq)
    return filed


def _holders() -> dict[str, str]:
    return {held["post"]: held["person"] for held in load.read("appointments.json")}


def _fill_inbox(tables: Tables, like: Filed, post: str, count: int) -> None:
    case, task = tables.row(like.stream, "case"), tables.row(like.stream, "task#accept.0")
    due = task["inbox_at"]["S"].partition("/")[0]
    for n in range(count):
        stream = f"case#{post}{n:016d}"
        tables.add_row(case, stream, "case", owner="", owner_at="")
        tables.add_row(task, stream, "task#accept.0", inbox=post, inbox_at=f"{due}/{n:06d}")


def _fill_list(tables: Tables, like: Filed, person: str, count: int) -> None:
    case = tables.row(like.stream, "case")
    for n in range(count):
        stream = f"case#{person}{n:016d}"
        tables.add_row(case, stream, "case", owner=f"person#{person}", owner_at=f"{_moment(n)}")


def _moment(n: int) -> str:
    """One of many moments gone by."""
    return f"20{10 + n % 10}-{1 + n % 12:02d}-{1 + n % 28:02d}T00:00:00.000+08:00"


# ---- the catalogue ----------------------------------------------------------------------------------------
def catalogue(at: Stage) -> dict[str, dict[int, Cost]]:
    """A page of the list, a search and one item by items: as published, and among many more."""
    tables = Tables(at)
    few, found = len(load.items()), {}
    found[few] = _reads(at, few)
    like = tables.row("items", ITEM)
    for n in range(few, ITEMS):
        name = f"item-{n:05d}"
        data = like["data"]["S"].replace(f'"id":"{ITEM}"', f'"id":"{name}"')
        tables.add_row(like, "items", name, data=data)
    _forget_list()
    found[ITEMS] = _reads(at, ITEMS)
    return {
        subject: {size: costs[subject] for size, costs in found.items()} for subject in found[few]
    }


def _reads(at: Stage, size: int) -> dict[str, Cost]:
    asks = {
        "catalogue": _asking(at, "/items", ""),
        "search": _asking(at, "/items", "", query={"q": "许可 permit"}),
        "item": _asking(at, "/items/{item}", "", item=ITEM),
    }
    return {subject: _measured(at, {size: ask})[size] for subject, ask in asks.items()}


def _forget_list() -> None:
    """As after the half minute for which a process keeps the list."""
    from chalicelib.catalog import browse

    browse._shelf = None


# ---- what runs by itself ----------------------------------------------------------------------------------
def open_cases(at: Stage, count: int) -> dict[str, dict[int, Cost]]:
    """A deadline sweep with ten cases due, and a reconciler's round, among so many open ones."""
    tables = Tables(at)
    due = [Filed(at) for _ in range(DUE)]
    row = tables.row(due[0].stream, "case")
    for n in range(count - DUE):
        later = f"20{30 + n % 60}-01-{1 + n % 28:02d}T00:00:00+00:00"
        tables.add_row(row, f"case#{n:026d}", "case", due_shard=f"case#{n % SHARDS}", due_at=later)
        at.executions.append(f"{n:026d}-0")
    at.executions += [f"{case.id}-0" for case in due]
    rounds = {"reconciler": lambda: _reconcile(at, count), "sweep": lambda: _sweep(at, DUE)}
    _sweep(at, 0)
    gc.freeze()
    at.advance(
        (datetime.fromisoformat(row["due_at"]["S"]) - datetime.now(UTC)).total_seconds() + 60
    )
    return {name: {count: at.measure(act)} for name, act in rounds.items()}


def _sweep(at: Stage, due: int) -> None:
    swept = at.app.deadline_sweep({}, None)
    if (swept["acted"], swept["failed"]) != (due, 0):
        raise RuntimeError(f"{due} cases are due, and the sweep says {swept}")


def _reconcile(at: Stage, count: int) -> None:
    found = at.app.reconcile({}, None)
    if found != {"waiting": count, "running": count, "findings": 0}:
        raise RuntimeError(f"{count} cases are open and run, and the reconciler says {found}")


def main() -> None:
    """One of the parts; its log goes before the line."""
    part, *size = sys.argv[1:]
    parts: Mapping[str, Callable[..., dict[str, dict[int, Cost]]]] = {
        "people": people,
        "catalogue": catalogue,
        "open": open_cases,
    }
    with stage() as at:
        at.app.load_city(load.documents(), None)
        costs = parts[part](at, *map(int, size))
    print(
        json.dumps(
            {
                subject: {n: [c.calls, c.read_units, c.cpu] for n, c in by_size.items()}
                for subject, by_size in costs.items()
            }
        )
    )


if __name__ == "__main__":
    main()
