"""How a case of any item of the sample city is opened and walked: who acts at a step of which kind,
and with what.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any

from chalicelib.catalog import flows
from chalicelib.catalog.flows import Flow
from chalicelib.catalog.flows.step_kinds import EX_OFFICIO, OFFICE
from chalicelib.catalog.items import requirements
from infra.local.client import Answer, City, Json, pdf, wait
from infra.seed import load
from tests.journeys.support.cases import OFFICER, PEOPLE, Case

CONCERNED = "p-zhang-wei"
TOLD: dict[str, Any] = {
    "opinion": {"opinion": "agree"},
    "held": {"minutes": "All views were heard."},
    "order": {"measure": "Clear the pavement within three days."},
    "delivered": {"way": "post"},
}


@lru_cache
def item(name: str) -> Json:
    """An item of the sample city, as it was loaded."""
    return next(document for document in load.items() if document["id"] == name)


def flow_of(name: str) -> Flow:
    """The flow that an item's cases walk."""
    return flows.flow(item(name)["flow"]["id"], item(name)["flow"]["version"])


@dataclass
class Walk(Case):
    """A case of any item, walked by whoever its published flow names."""

    item: str

    @cached_property
    def flow(self) -> Flow:
        """Its flow, as published."""
        return flow_of(self.item)

    def post(self, step: str) -> str:
        """The post that acts at a step."""
        return str(item(self.item)["posts"][self.flow.steps[step].post])

    def open_steps(self) -> list[str]:
        """Where it stands, by its public record."""
        return [step["step"] for step in self.record()["steps"] if step["closed_at"] is None]

    def complete(self, step: str, outcome: str = "", **more: Any) -> Answer:
        """The officer of a step's post completes it, plainly where no outcome is named."""
        outcome = outcome or self.flow.steps[step].plain
        told = TOLD.get(outcome, {}) | more
        task = self.officer(self.post(step)).wait_for_task(self.post(step), self.number, step)
        return self.officer(self.post(step)).complete(task["id"], outcome, **told).expect(200)

    def say(self, path: str, body: Json | None = None, person: str = "") -> Answer:
        """The applicant, or somebody else, does something to the case."""
        who = self.city.person(person) if person else self.applicant
        return who.post(f"/cases/{self.number}/{path}", body)

    def pay(self) -> Answer:
        """The applicant pays at the provider's page, and the provider reports."""
        bill = self.applicant.request("POST", f"/cases/{self.number}/payment").expect(200)
        self.city.pay(bill["url"])
        return bill

    def step_on(self) -> None:
        """Everybody at whose step the case stands does what is plain."""
        for step in self.open_steps():
            by_hand = self.flow.steps[step].language.actor == OFFICE
            self.complete(step) if by_hand else self._others()[self.flow.steps[step].kind]()

    def to_the_end(self) -> str:
        """The plain path to its end; the status that the record shows."""
        for _ in range(len(self.flow.steps) + 3):
            if self.record()["ended_at"]:
                break
            self.step_on()
        return str(
            wait(
                lambda: self.record()["ended_at"] and self.record()["status"],
                f"the end of {self.number}",
            )
        )

    def _others(self) -> dict[str, Callable[[], Any]]:
        return {
            "hear": lambda: self.say("statements", {"text": "I have nothing to add."}).expect(201),
            "pay": self.pay,
            "publicity": lambda: self.city.move_clock(advance_days=15),
            "issue": self.certificate,
        }


def materials(name: str, form: Json, on_promise: bool = False) -> dict[str, Any]:
    """A file for each material that an application with these answers needs."""
    return {
        m["code"]: pdf(f"{m['code']}.pdf")
        for m in requirements.materials(item(name), form, on_promise)
    }


def filed(city: City, name: str, applicant: str = "p-li-na", **changed: Any) -> Walk:
    """A case that was just applied for, with the item's own example of a form."""
    person = city.person(applicant)
    form = changed.pop("form", item(name)["form"]["examples"][0])
    files = changed.pop("files", materials(name, form, changed.get("on_promise", False)))
    contact = {"phone": PEOPLE[applicant].get("phone", "14000009999")}
    body = {
        "item": name,
        "form": form,
        "contact": contact,
        "materials": person.attach(files),
        "again": True,
    } | changed
    return Walk(city, person.post("/applications", body).expect(201), person, name)


def opened(city: City, name: str, **changed: Any) -> Walk:
    """A case that an officer opened against the sample city's restaurant owner."""
    flow = flow_of(name)
    officer = city.person(OFFICER[item(name)["posts"][flow.steps[flow.start].post]])
    concerned = {"person": CONCERNED, "name": PEOPLE[CONCERNED]["name"]}
    body = {
        "item": name,
        "concerned": concerned,
        "form": item(name)["form"]["examples"][0],
        "again": True,
    } | changed
    receipt = officer.post("/ex-officio-cases", body).expect(201)
    return Walk(city, receipt, city.person(CONCERNED), name)


def begun(city: City, name: str, **changed: Any) -> Walk:
    """A case of the item, however its cases begin."""
    begin = opened if flow_of(name).opens == EX_OFFICIO else filed
    return begin(city, name, **changed)
