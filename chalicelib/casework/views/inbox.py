"""What stands in the inboxes of posts: its tasks by filter, page by page, and how many there are of
each kind.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from chalicelib.kernel import clock, stores
from chalicelib.kernel.authorization import Resource
from chalicelib.kernel.values import dataclass
from chalicelib.kernel.views import Key, Page, Row
from chalicelib.notify import Tasks

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
        if self.items and task["item"] not in self.items:
            return False
        is_overdue = _is_overdue(task["due_at"], self.now)
        has = {
            "item": (task["item"],),
            "step": (task["step"],),
            "colour": (task["colour"] or "none",),
            "claimed": self._claims(task["claimed_by"]),
            "overdue": ("true" if is_overdue else "false",),
        }
        return all(self._asks_for(name, values) for name, values in has.items())

    def _asks_for(self, name: str, values: tuple[str, ...]) -> bool:
        asked = getattr(self, name)
        return not asked or asked in values

    def _claims(self, claimed_by: str | None) -> tuple[str, ...]:
        if not claimed_by:
            return ("nobody",)
        if claimed_by == self.me:
            return ("anybody", "me")
        return ("anybody",)


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
        if at < self.after:
            return True
        return key in self.seen

    def behind(self, key: Key, at: str) -> "Place":
        """The place behind one more task."""
        seen = self.seen if at == self.after else ()
        return Place(self.start, at, (*seen, key))

    def as_start(self) -> dict[str, Any]:
        """What a cursor carries."""
        return {
            "start": self.start,
            "after": self.after,
            "seen": [list(key) for key in self.seen],
        }


def place_of(start: Mapping[str, Any] | None) -> Place:
    """The place that a cursor carries; the beginning without one."""
    if start is None:
        return Place()
    seen = tuple((pk, sk) for pk, sk in start["seen"])
    return Place(start["start"], start["after"], seen)


def resource(post: str, department: str) -> Resource:
    """A post's inbox as the policies see it."""
    facts = {"post": post, "department": department}
    return Resource("Inbox", post, facts, see="list_tasks")


def find(
    post: str,
    wanted: TaskFilter,
    limit: int,
    place: Place,
) -> tuple[list[Task], Place | None]:
    """At most ``limit`` tasks of a post, most urgent first, and where to read on.

    None at the end of the inbox. Few tasks or none with a place to read on: after 500 rows there is
    an answer, whatever was found by then.
    """
    tasks: list[Task] = []
    rows_read = 0
    page_size = limit if wanted.is_all else READ_AT_ONCE
    until = clock.stamp(wanted.now) if wanted.overdue == "true" else ""
    while True:
        page = stores.views().index(
            "inbox",
            post,
            until=until,
            limit=page_size,
            start=place.start,
        )
        rows = _rows(page)
        for key, at in page.keys:
            if place.has_passed(key, at):
                continue
            place = place.behind(key, at)
            task = _task(rows, key)
            if task and wanted.matches(task):
                tasks.append(task)
            is_last_of_page = key == page.keys[-1][0]
            if len(tasks) == limit and not is_last_of_page:
                return tasks, place
        if page.next_start is None:
            return tasks, None
        place = replace(place, start=page.next_start)
        rows_read += len(page.keys)
        if len(tasks) == limit or rows_read >= MAX_READ:
            return tasks, place


def _rows(page: Page) -> Mapping[Key, Row]:
    """The rows of a page's tasks, and of the cases to which they belong."""
    task_keys = [key for key, _ in page.keys]
    case_keys = [(pk, "case") for pk, _ in task_keys]
    return stores.views().get_many([*task_keys, *case_keys])


def _task(rows: Mapping[Key, Row], key: Key) -> Task | None:
    """A task as lists show it; None where the index is behind, and the task is done."""
    pk, sk = key
    row = rows.get(key)
    if row is None or row.closed:
        return None
    case = _case_data(rows, pk)
    visit = sk.removeprefix("task#")
    claims = case.get("claims", {})
    return {
        "id": f"{pk.removeprefix('case#')}.{visit}",
        "number": row.data["number"],
        "item": row.data["item"],
        "step": row.data["step"],
        "opened_at": row.data["opened_at"],
        "due_at": row.data["due_at"] or None,
        "colour": case.get("colour") or None,
        "claimed_by": claims.get(visit),
    }


def _case_data(rows: Mapping[Key, Row], pk: str) -> Mapping[str, Any]:
    """What the row of a case says; nothing where the case has none yet."""
    row = rows.get((pk, "case"))
    return row.data if row else {}


def _is_overdue(due_at: str | None, now: datetime) -> bool:
    """Whether a task's limit has passed; one without a limit is never late."""
    if not due_at:
        return False
    return clock.parse(due_at) < now


def counts(post: str, now: datetime) -> dict[str, Any]:
    """How many tasks a post has: all, by colour, overdue, claimed and not.

    Exact up to 1,000 tasks; with ``more`` it is the 1,000 most urgent that are counted.
    """
    page = stores.views().index("inbox", post, limit=MAX_COUNTED + 1)
    keys = page.keys[:MAX_COUNTED]
    cases = stores.views().get_many((pk, "case") for (pk, _), _ in keys)
    colours: Counter[str] = Counter()
    claimed = overdue = 0
    for (pk, sk), at in keys:
        case = _case_data(cases, pk)
        colour = case.get("colour") or "none"
        colours[colour] += 1
        visit = sk.removeprefix("task#")
        claimed += visit in case.get("claims", {})
        overdue += _is_overdue_at(at, now)
    return {
        "open": len(keys),
        "colours": {colour: colours[colour] for colour in COLOURS},
        "overdue": overdue,
        "claimed": claimed,
        "unclaimed": len(keys) - claimed,
        "more": len(page.keys) > MAX_COUNTED,
    }


def waiting(post: str, since: datetime, now: datetime) -> Tasks:
    """What waits at a post, and what came since, of its 1,000 most urgent tasks."""
    page = stores.views().index("inbox", post, limit=MAX_COUNTED)
    rows = stores.views().get_many(key for key, _ in page.keys)
    opened = [clock.parse(row.data["opened_at"]) for row in rows.values()]
    return Tasks(
        open=len(page.keys),
        new=sum(1 for at in opened if at >= since),
        overdue=sum(1 for _, at in page.keys if _is_overdue_at(at, now)),
    )


def _is_overdue_at(at: str, now: datetime) -> bool:
    """By the place in the index: ``<due>/<number>``, where 9999 stands for no limit."""
    due = at.partition("/")[0]
    return due != "9999" and _is_overdue(due, now)
