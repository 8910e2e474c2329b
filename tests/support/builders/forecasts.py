"""Builders for what-if questions: a city whose items are published as they are asked about, and a
real case beside.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, time, timedelta
from types import SimpleNamespace
from typing import Any

import pytest

from chalicelib.authority import grants, load_posts
from chalicelib.authority.grants import views
from chalicelib.casework import Application
from chalicelib.casework.acts import ApplyDeadlines, Case, Visit
from chalicelib.casework.execution import task_tokens
from chalicelib.casework.views import pages
from chalicelib.catalog import flows, items
from chalicelib.intake import filing, what_if
from chalicelib.intake.routes import filing as routes
from chalicelib.kernel import clock, stores
from infra.seed import load
from tests.support.builders import step_commands
from tests.support.builders.cases import ZONE, Desk
from tests.support.builders.filings import facts_of
from tests.support.caller import Caller
from tests.support.city.items import published, seed
from tests.support.fakes.grants import MemoryGrants

TODAY = date(2026, 3, 2)
NOW = datetime.combine(TODAY, time(9, 30), ZONE)
ITEMS = {item["id"]: item for item in seed()}
Told = dict[str, Any]


@contextmanager
def city(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The sample city's posts on a Monday; in-memory stores are in place already."""
    monkeypatch.setattr(clock, "now", lambda: NOW)
    grants.use(MemoryGrants())
    _forget()
    load_posts(load.read("posts.json"), NOW)
    yield
    grants.use(None)
    _forget()


def _forget() -> None:
    what_if._lenient.cache_clear()
    views.post_of.cache_clear()
    items.version.cache_clear()
    items.in_force.forget()


def ask(name: str, language: str = "en", **body: Any) -> SimpleNamespace:
    """What anybody is answered about an item."""
    if name in ITEMS and stores.journal().last(f"item#{name}") is None:
        published(ITEMS[name])
    caller = Caller(routes.door, language=language)
    return caller("POST", "/items/{item}/what-if", body, item=name)


def told(name: str, **body: Any) -> Told:
    """What is foretold of a filing."""
    answer = ask(name, **body)
    assert answer.status == 200, answer.body
    return dict(answer.body)


def dates(forecast: Told) -> dict[str, tuple[str, str | None]]:
    """When each step opens and is due, at the latest."""
    return {step["step"]: (step["opens_by"], step["due_on"]) for step in forecast["steps"]}


def at(day: str, hour: int = 12) -> datetime:
    """An hour of a day."""
    return datetime.combine(date.fromisoformat(day), time(hour), ZONE)


class Walked:
    """A real case of an item, filed on a day and walked on the days that were foretold."""

    def __init__(self, forecast: Told, fee_fen: int = 5000) -> None:
        self.steps: list[Told] = forecast["steps"]
        flow = flows.flow(forecast["flow"]["id"], forecast["flow"]["version"])
        filed = filing.filing_of(items.version(forecast["item"]["id"], 1), flow)
        facts = facts_of(Application(filed))
        self.desk, self.fee_fen = Desk(flow.id, at(forecast["filing_date"], 9), **facts), fee_fen
        self.due: dict[str, Any] = {}
        self.dates: dict[str, tuple[str, str | None]] = {}

    def to_the_end(self) -> Case:
        """Everybody answers when the what-if says, in the order of the days."""
        due = {
            step["step"]: step["due_on"] if step["kind"] != "issue" else None for step in self.steps
        }
        for _ in self.steps:
            self._note()
            visit = min(
                self.desk.case.open_visits,
                key=lambda v: due[v.step] or v.opened_at.date().isoformat(),
            )
            day = due[visit.step] or visit.opened_at.date().isoformat()
            if self.desk.case.step(visit).kind in ("hear", "publicity"):
                self.desk.at = at(day, 0) + timedelta(days=1)
                self.desk.do(ApplyDeadlines())
            else:
                self.desk.at = max(self.desk.at, at(day))
                self._answer(visit)
        return self.desk.case

    def _note(self) -> None:
        case = self.desk.case
        self.due |= pages.due(case)
        for visit in case.open_visits:
            ends = task_tokens.due_of(case, visit)
            due = (
                (datetime.fromisoformat(ends) - timedelta(days=1)).date().isoformat()
                if ends
                else None
            )
            self.dates.setdefault(visit.step, (visit.opened_at.date().isoformat(), due))

    def _answer(self, visit: Visit) -> None:
        command, actor = step_commands.answer(self.desk.case, visit, self._outcome(visit))
        given = {"fee_fen": self.fee_fen} if self.desk.case.step(visit).kind == "assess" else {}
        if self.desk.case.rules.fine and visit.step == "order":
            given["amount_fen"] = self.desk.case.rules.fine[0]
        self.desk.do(type(command)(**{**vars(command), **given}), actor)

    def _outcome(self, visit: Visit) -> str:
        """The plain one, unless the what-if says that somebody is told and heard."""
        target = self.desk.case.step(visit).outcomes.get("inform")
        return "inform" if target in {step["step"] for step in self.steps} else ""
