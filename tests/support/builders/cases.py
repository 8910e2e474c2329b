"""Builders: a case on a sample flow, acted on through the real rules and in-memory stores."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from chalicelib.casework.acts import Case, Command, decide, fold
from chalicelib.catalog import flows
from chalicelib.catalog.flows import Flow
from chalicelib.deadlines import WorkingCalendar
from chalicelib.kernel import journal
from chalicelib.kernel.journal import Act, Actor, Entry

ZONE = ZoneInfo("Asia/Shanghai")
CALENDAR = WorkingCalendar(ZONE)
MONDAY = datetime(2026, 3, 2, 9, 30, tzinfo=ZONE)
APPLICANT = Actor("p-li-na")
MACHINE = Actor()
WINDOW, REVIEWER, APPROVER = (
    Actor("o-win", "urb-window"),
    Actor("o-rev", "urb-reviewer"),
    Actor("o-app", "urb-approver"),
)
FIRE, TRAFFIC = Actor("o-fire", "fire-reviewer"), Actor("o-traffic", "traffic-reviewer")
POSTS = {
    "window": "urb-window",
    "reviewer": "urb-reviewer",
    "approver": "urb-approver",
    "head": "urb-head",
    "supervisor": "city-supervisor",
    "fire-reviewer": "fire-reviewer",
    "traffic-reviewer": "traffic-reviewer",
}
LIMITS = {"acceptance_days": 5, "promised_days": 10, "statutory_days": 20, "delivery_days": 10}
# An item whose law knows of everything: silence that grants, special procedures, extension, fines,
# what may follow.
RICH = {
    "limits": {**LIMITS, "supplement_days": 10, "extension_days": 10},
    "tacit": True,
    "procedures": ["hearing", "expert_review"],
    "fine": {"least_fen": 5000, "most_fen": 200000},
}
OWED = "business-licence"


def posts_of(flow: Flow) -> dict[str, str]:
    """A post for every role of a flow."""
    return POSTS | {
        step.post: POSTS.get(step.post, f"a-{step.post}")
        for step in flow.steps.values()
        if step.post
    }


def filed_act(flow_id: str = "licence", version: int = 1, **changes: Any) -> Act:
    """The filing act of a case on a version of ``flow_id``."""
    flow = flows.flow(flow_id, version)
    data = {
        "number": "URB-2026-W-000001",
        "item": "shop-sign",
        "item_version": 1,
        "authority": "URB",
        "channel": "online",
        "flow": {"id": flow.id, "version": version, "hash": flow.hash},
        "posts": posts_of(flow),
        "limits": LIMITS,
        **changes,
    }
    private = {
        "person": APPLICANT.person,
        "name": "李娜",
        "contact": {"phone": "13800001234"},
        "form": {"sign_text": "面馆"},
        "materials": [],
    }
    return Act("CaseFiled", data, {"applicant": private})


class Desk:
    """One case's journal in a list, acted on at moments that the test names."""

    def __init__(self, flow_id: str = "licence", at: datetime = MONDAY, **changes: Any) -> None:
        self.at = at
        self.entries: list[Entry] = [self._entry([filed_act(flow_id, **changes)], APPLICANT, 1)]

    @property
    def case(self) -> Case:
        """The case as it stands."""
        return fold(self.entries)

    def _entry(self, acts: Sequence[Act], actor: Actor, seq: int) -> Entry:
        return journal.new_entry("case#abc", seq, acts, at=self.at, actor=actor)

    def do(self, command: Command, actor: Actor = MACHINE) -> list[str]:
        """Decide and append; the types of the acts that came of it."""
        acts = decide(self.case, command, actor, self.at, CALENDAR)
        if acts:
            self.entries.append(self._entry(acts, actor, len(self.entries) + 1))
        return [act.type for act in acts]

    def wait(self, **span: float) -> "Desk":
        """Let calendar time pass."""
        self.at += timedelta(**span)
        return self

    def open(self, step: str) -> str:
        """The id of the open visit at ``step``."""
        return next(v.id for v in self.case.open_visits if v.step == step)
