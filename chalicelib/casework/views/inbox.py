"""What stands in the inboxes of posts: its tasks by filter, page by page, and how many there are of
each kind.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from chalicelib.kernel import clock, stores
from chalicelib.kernel.authorization import Resource
from chalicelib.kernel.views import Key, Page, Row

COLOURS = ("red", "yellow", "reminder", "none")
CLAIMS = ("me", "nobody", "anybody")
OVERDUE = ("true", "false")
READ_AT_ONCE = 100
MAX_READ = 500  # rows that one request looks through
MAX_COUNTED = 1000  # tasks of one post

Task = Mapping[str, Any]


@dataclass(frozen=True)
class TaskFilter:
    """Which tasks ``me`` asks for at the moment ``now``; an empty part asks for all.

    ``items`` are those that a delegate may see of the post that has delegated them.
    """

    me: str
    now: datetime
    item: str = ""
    step: str = ""
    colour: str = ""
    claimed: str = ""
    overdue: str = ""
    items: frozenset[str] = frozenset()

    @property
    def is_all(self) -> bool:
        """Whether nothing is left out."""
        return not (
            self.item or self.step or self.colour or self.claimed or self.overdue or self.items
        )

    def matches(self, task: Task) -> bool:
        """Whether a task is what is asked for."""
        return (
            self.item in ("", task["item"])
            and (not self.items or task["item"] in self.items)
            and self.step in ("", task["step"])
            and self.colour in ("", task["colour"] or "none")
            and self.claimed in ("", *self._claims(task["claimed_by"]))
            and self.overdue in ("", "true" if _is_overdue(task["due_at"], self.now) else "false")
        )

    def _claims(self, claimed_by: str | None) -> tuple[str, ...]:
        if not claimed_by:
            return ("nobody",)
        return ("anybody", "me") if claimed_by == self.me else ("anybody",)


@dataclass(frozen=True)
class Place:
    """Where the next page begins: in the index from ``start`` on, behind ``after`` and the tasks
    ``seen`` there.

    It names what was read and not how much, so a task that leaves the inbox meanwhile pushes no
    other out of sight.
    """

    start: Mapping[str, Any] | None = None
    after: str = ""
    seen: tuple[Key, ...] = ()

    def has_passed(self, key: Key, at: str) -> bool:
        """Whether an earlier page has looked at this task."""
        return at < self.after or key in self.seen

    def behind(self, key: Key, at: str) -> "Place":
        """The place behind one more task."""
        return Place(self.start, at, (*self.seen, key) if at == self.after else (key,))

    def as_start(self) -> dict[str, Any]:
        """What a cursor carries."""
        return {"start": self.start, "after": self.after, "seen": [list(key) for key in self.seen]}


def place_of(start: Mapping[str, Any] | None) -> Place:
    """The place that a cursor carries; the beginning without one."""
    if start is None:
        return Place()
    return Place(start["start"], start["after"], tuple((pk, sk) for pk, sk in start["seen"]))


def resource(post: str, department: str) -> Resource:
    """A post's inbox as the policies see it."""
    return Resource("Inbox", post, {"post": post, "department": department}, see="list_tasks")


def find(
    post: str, wanted: TaskFilter, limit: int, place: Place
) -> tuple[list[Task], Place | None]:
    """At most ``limit`` tasks of a post, most urgent first, and where to read on; None at the end
    of the inbox.

    Few tasks or none with a place to read on: after 500 rows there is an answer, whatever was found
    by then.
    """
    found: list[Task] = []
    read = 0
    at_once = limit if wanted.is_all else READ_AT_ONCE
    until = clock.stamp(wanted.now) if wanted.overdue == "true" else ""
    while True:
        page = stores.views().index("inbox", post, until=until, limit=at_once, start=place.start)
        rows = _rows(page)
        for key, at in page.keys:
            if place.has_passed(key, at):
                continue
            place = place.behind(key, at)
            task = _task(rows, key)
            if task and wanted.matches(task):
                found.append(task)
            if len(found) == limit and key != page.keys[-1][0]:
                return found, place
        read += len(page.keys)
        if page.next_start is None:
            return found, None
        place = replace(place, start=page.next_start)
        if len(found) == limit or read >= MAX_READ:
            return found, place


def _rows(page: Page) -> Mapping[Key, Row]:
    keys = [key for key, _ in page.keys]
    return stores.views().get_many([*keys, *((pk, "case") for pk, _ in keys)])


def _task(rows: Mapping[Key, Row], key: Key) -> Task | None:
    """A task as lists show it; None where the index is behind, and the task is done."""
    row, visit = rows.get(key), key[1].removeprefix("task#")
    if row is None or row.closed:
        return None
    case = rows[key[0], "case"].data if (key[0], "case") in rows else {}
    return {
        "id": f"{key[0].removeprefix('case#')}.{visit}",
        "number": row.data["number"],
        "item": row.data["item"],
        "step": row.data["step"],
        "opened_at": row.data["opened_at"],
        "due_at": row.data["due_at"] or None,
        "colour": case.get("colour") or None,
        "claimed_by": case.get("claims", {}).get(visit),
    }


def _is_overdue(due_at: str | None, now: datetime) -> bool:
    """Whether a task's limit has passed; one without a limit is never late."""
    return bool(due_at) and clock.parse(str(due_at)) < now


def counts(post: str, now: datetime) -> dict[str, Any]:
    """How many tasks a post has: all, by colour, overdue, claimed and not.

    Exact up to 1,000 tasks; with ``more`` it is the 1,000 most urgent that are counted.
    """
    page = stores.views().index("inbox", post, limit=MAX_COUNTED + 1)
    keys = page.keys[:MAX_COUNTED]
    cases = stores.views().get_many((pk, "case") for (pk, _), _ in keys)
    colours: Counter[str] = Counter()
    claimed = late = 0
    for (pk, sk), at in keys:
        case = cases[pk, "case"].data if (pk, "case") in cases else {}
        colours[case.get("colour") or "none"] += 1
        claimed += sk.removeprefix("task#") in case.get("claims", {})
        late += _is_late(at, now)
    return {
        "open": len(keys),
        "colours": {colour: colours[colour] for colour in COLOURS},
        "overdue": late,
        "claimed": claimed,
        "unclaimed": len(keys) - claimed,
        "more": len(page.keys) > MAX_COUNTED,
    }


def _is_late(at: str, now: datetime) -> bool:
    """By the place in the index: ``<due>/<number>``, where 9999 stands for no limit."""
    due = at.partition("/")[0]
    return due != "9999" and _is_overdue(due, now)
