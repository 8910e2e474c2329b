"""What a request costs among little and among much: one part of the group ``growth``.

``python -m tests.bench.growth_child people|catalogue|open|supervision <cases>`` prints one JSON line, after the
log: ``{subject: {size: [calls, read units, CPU in yardsticks]}}``.
"""

import gc
import json
import sys
from collections.abc import Callable, Mapping
from datetime import datetime
from functools import partial
from operator import attrgetter
from typing import Any

from infra.seed import load
from tests.bench import boards
from tests.bench.canned_aws import Cost
from tests.bench.copies import APPLICANT, FIRST_TASK, ITEM, FiledCase, Tables
from tests.bench.index_pages import IndexPages
from tests.bench.one_process import Stage, running

Costs = dict[str, dict[int, Cost]]
"""What is asked for -> how much there is of it -> what one request costs."""
Ask = Callable[[], Any]

TURNS, QUICK_TURNS = 7, 40
OFFICER = "o-wang-fang"
CASE_ENTRIES = (10, 100, 1000)
INBOX_TASKS = {100: "urb-window", 1000: "dpf-window", 20_000: "psb-window"}
LISTED_CASES = {10: "p-zhang-wei", 5000: "p-chen-jie"}
ITEMS = 5000
WORDS = "许可 permit"
DUE, SHARDS = 10, 4
MOMENTS = 5  # of the ten, one after the other: warnings, acceptance by default, warnings again
PAGE = "5"  # a page that is full among little, too


# ---- case pages, inboxes, lists of cases --------------------------------------------------------
def people(stage: Stage) -> Costs:
    """A case page by entries, an inbox page by tasks, a citizen's list by cases."""
    tables = Tables()
    numbers = {entries: _case_with(stage, tables, entries) for entries in CASE_ENTRIES}
    like = FiledCase(stage)
    for tasks, post in INBOX_TASKS.items():
        _fill_inbox(tables, like, post, tasks)
    for cases, person in LISTED_CASES.items():
        _fill_list(tables, like, person, cases)
    return {
        "case_page": _costs(stage, {n: _case_page(stage, numbers[n]) for n in CASE_ENTRIES}),
        "inbox": _costs(stage, {n: _inbox(stage, post) for n, post in INBOX_TASKS.items()}),
        "case_list": _costs(stage, {n: _list(stage, who) for n, who in LISTED_CASES.items()}),
    }


def _case_page(stage: Stage, number: str) -> Ask:
    return partial(stage.ask, "GET", "/cases/{number}", APPLICANT, number=number)


def _inbox(stage: Stage, post: str) -> Ask:
    appointments = load.read("appointments.json")
    holder = next(held["person"] for held in appointments if held["post"] == post)
    return partial(stage.ask, "GET", "/tasks", holder, query={"post": post})


def _list(stage: Stage, person: str) -> Ask:
    return partial(stage.ask, "GET", "/cases", person, query={"limit": PAGE})


def _case_with(stage: Stage, tables: Tables, entries: int) -> str:
    """A case that is claimed and given back until it has that many entries; its number."""
    filed = FiledCase(stage)
    for verb in ("claim", "release"):
        stage.ask("POST", f"/tasks/{{task}}/{verb}", OFFICER, task=filed.task)
    claimed, released = (tables.entry(filed.stream, seq) for seq in (2, 3))
    for seq in range(4, entries + 1):
        tables.copy_entry(released if seq % 2 else claimed, seq)
    return filed.number


def _fill_inbox(tables: Tables, like: FiledCase, post: str, count: int) -> None:
    case = tables.row(like.stream, "case")
    task = tables.row(like.stream, FIRST_TASK)
    due = task["inbox_at"]["S"].partition("/")[0]
    for n in range(count):
        stream = f"case#{post}{n:016d}"
        tables.copy_row(case, stream, "case", owner="", owner_at="")
        tables.copy_row(task, stream, FIRST_TASK, inbox=post, inbox_at=f"{due}/{n:06d}")


def _fill_list(tables: Tables, like: FiledCase, person: str, count: int) -> None:
    case = tables.row(like.stream, "case")
    owner = f"person#{person}"
    for n in range(count):
        filed_at = f"20{10 + n % 10}-{1 + n % 12:02d}-{1 + n % 28:02d}T00:00:00.000+08:00"
        stream = f"case#{person}{n:016d}"
        tables.copy_row(case, stream, "case", owner=owner, owner_at=filed_at)


# ---- the catalogue ------------------------------------------------------------------------------
def catalogue(stage: Stage) -> Costs:
    """A page of the list, a search and one item: among the published items, and among many more."""
    published = len(load.items())
    few = _catalogue_costs(stage, published)
    _fill_catalogue(Tables(), ITEMS - published)
    many = _catalogue_costs(stage, ITEMS)
    return {subject: {**few[subject], **many[subject]} for subject in few}


def _catalogue_costs(stage: Stage, count: int) -> Costs:
    asks: Mapping[str, Ask] = {
        "catalogue": partial(stage.ask, "GET", "/items", query={"limit": PAGE}),
        "search": partial(stage.ask, "GET", "/items", query={"limit": PAGE, "q": WORDS}),
        "item": partial(stage.ask, "GET", "/items/{item}", item=ITEM),
    }
    _forget_catalogue(count)
    costs = {"catalogue_renewal": {count: stage.measure(asks["search"])}}
    for subject, ask in asks.items():
        costs[subject] = _costs(stage, {count: ask}, QUICK_TURNS)
    return costs


def _fill_catalogue(tables: Tables, count: int) -> None:
    like = tables.row("items", ITEM)
    for n in range(count):
        name = f"item-{n:05d}"
        data = like["data"]["S"].replace(f'"id":"{ITEM}"', f'"id":"{name}"')
        tables.copy_row(like, "items", name, data=data)


def _forget_catalogue(count: int) -> None:
    """As when the half minute is over for which a process keeps the list of items."""
    from chalicelib.catalog.browsing import item_list

    item_list.forget()
    if (listed := len(item_list.read().rows)) != count:
        raise RuntimeError(f"{count} items were laid out, and the list has {listed}")
    item_list.forget()


# ---- what runs by itself ------------------------------------------------------------------------
def open_cases(stage: Stage, count: int) -> Costs:
    """A reconciler's round, and a deadline sweep with ten cases due, among so many open ones."""
    tables = Tables()
    due = [FiledCase(stage) for _ in range(DUE)]
    _fill_open(tables, tables.row(due[0].stream, "case"), count - DUE)
    cases = [*map(_name, range(count - DUE)), *(case.id for case in due)]
    stage.aws.executions = [f"{case}-0" for case in cases]
    stage.aws.pages = IndexPages("due", "due_shard", "due_at", tables.rows())
    _sweep(stage, 0)
    gc.freeze()
    reconciled = stage.measure(partial(_reconcile, stage, count))
    stage.aws.pages = None
    swept = [_cost_of_sweep(stage, tables, due) for _ in range(MOMENTS)]
    return {"reconciler": {count: reconciled}, "sweep": {count: _middle(swept)}}


def _cost_of_sweep(stage: Stage, tables: Tables, due: list[FiledCase]) -> Cost:
    """A sweep when the next moment of all ten has come; then they stand where the one after is."""
    moments = [tables.row(case.stream, "case")["due_at"]["S"] for case in due]
    stage.advance_to(datetime.fromisoformat(max(moments)))
    cost = stage.measure(partial(_sweep, stage, DUE))
    for case in due:
        case.deliver(stage)
    _sweep(stage, 0)
    return cost


def _fill_open(tables: Tables, like: dict[str, Any], count: int) -> None:
    for n in range(count):
        later = f"20{30 + n % 60}-01-{1 + n % 28:02d}T00:00:00+00:00"
        shard = f"case#{n % SHARDS}"
        tables.copy_row(like, f"case#{_name(n)}", "case", due_shard=shard, due_at=later)


def _name(n: int) -> str:
    return f"{n:026d}"


def _sweep(stage: Stage, due: int) -> None:
    swept = stage.app.deadline_sweep({}, None)
    if (swept["acted"], swept["failed"]) != (due, 0):
        raise RuntimeError(f"{due} cases are due, and the sweep says {swept}")


def _reconcile(stage: Stage, count: int) -> None:
    found = stage.app.reconcile({}, None)
    if found != {"waiting": count, "running": count, "findings": 0}:
        raise RuntimeError(f"{count} cases are open and run, and the reconciler says {found}")


# ---- supervision --------------------------------------------------------------------------------
def supervision(stage: Stage, count: int) -> Costs:
    """Boards and lists of supervision among so many cases."""
    found = boards.asks(stage, count)
    return {subject: _costs(stage, {count: ask}) for subject, ask in found.items()}


# ---- measuring ----------------------------------------------------------------------------------
def _costs(stage: Stage, asks: Mapping[int, Ask], turns: int = TURNS) -> dict[int, Cost]:
    """What each costs once everything is warm, in turns."""
    for ask in asks.values():
        ask()
    gc.freeze()  # what the emulator keeps is not for our code to look through
    costs: dict[int, list[Cost]] = {size: [] for size in asks}
    for _ in range(turns):
        for size, ask in asks.items():
            costs[size].append(stage.measure(ask))
    return {size: _middle(costs[size]) for size in asks}


def _middle(costs: list[Cost]) -> Cost:
    return sorted(costs, key=attrgetter("cpu"))[len(costs) // 2]


def main() -> None:
    """Measure one part on a stage with the sample city."""
    part, *sizes = sys.argv[1:]
    parts: Mapping[str, Callable[..., Costs]] = {
        "people": people,
        "catalogue": catalogue,
        "open": open_cases,
        "supervision": supervision,
    }
    with running() as stage:
        stage.app.load_city(load.documents(), None)
        costs = parts[part](stage, *map(int, sizes))
    print(json.dumps({subject: _plain(by_size) for subject, by_size in costs.items()}))


def _plain(costs: Mapping[int, Cost]) -> dict[int, list[float]]:
    return {size: [cost.calls, cost.read_units, cost.cpu] for size, cost in costs.items()}


if __name__ == "__main__":
    main()
