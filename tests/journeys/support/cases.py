"""How journeys are walked: cases that are brought to where a test needs them."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from infra.local.city import sample
from infra.local.client import Answer, City, Client, Json, pdf, wait
from infra.local.emulator import embedded

SEED = Path(embedded.ROOT) / "infra" / "seed"
# Who holds each post of the sample city.
OFFICER = {
    held["post"]: held["person"] for held in json.loads((SEED / "appointments.json").read_text())
}
PEOPLE = {person["id"]: person for person in sample.people()}
MATERIALS = {
    "shop-sign": ("sign-rendering", "premises-proof"),
    "disability-benefit": ("employment-proof", "account-proof"),
    "mass-event": ("event-plan", "safety-plan", "venue-consent", "safety-officer-identity"),
}


@dataclass
class Case:
    """A filed case, and whoever acts on it."""

    city: City
    receipt: Answer
    applicant: Client

    @property
    def number(self) -> str:
        """Its public number."""
        return str(self.receipt["number"])

    @property
    def id(self) -> str:
        """What its stream and its tasks are named after."""
        return str(self.receipt["receipt"]["stream"]).removeprefix("case#")

    def page(self) -> Answer:
        """The case as its applicant sees it."""
        return self.applicant.case(self.number)

    def record(self) -> Answer:
        """The case as the public sees it."""
        return self.city.anybody().get(f"/record/{self.number}").expect(200)

    def task(self, post: str, step: str = "") -> Json:
        """Its task in a post's inbox, once it is there."""
        return self.officer(post).wait_for_task(post, self.number, step)

    def officer(self, post: str) -> Client:
        """Who holds a post."""
        return self.city.person(OFFICER[post])

    def act(self, post: str, outcome: str, **more: Any) -> Answer:
        """The holder of a post completes the case's task."""
        return self.officer(post).complete(self.task(post)["id"], outcome, **more).expect(200)

    def supplement(self, codes: tuple[str, ...] = ("premises-proof",)) -> Answer:
        """The applicant answers the supplement notice."""
        materials = self.applicant.attach({code: pdf(f"{code}.pdf") for code in codes})
        path = f"/cases/{self.number}/supplements"
        return self.applicant.post(
            path, {"materials": materials}, match=self.page().headers["etag"]
        ).expect(201)

    def certificate(self) -> str:
        """The id of its certificate, once it is signed."""
        return str(wait(lambda: self.page()["certificate"], f"the certificate of {self.number}"))

    def is_gone_from(self, post: str) -> bool:
        """Whether no inbox of that post shows it."""
        return not self.officer(post).tasks(post, self.number)

    def outcomes(self) -> list[tuple[str, str | None]]:
        """The steps of the public record in order: (step, outcome)."""
        return [(step["step"], step["outcome"]) for step in self.record()["steps"]]


def form_of(city: City, item: str, **changed: Any) -> Json:
    """The item's own example of a form, with fields changed (None removes)."""
    example = city.anybody().get(f"/items/{item}").expect(200)["form"]["examples"][0]
    return {name: value for name, value in {**example, **changed}.items() if value is not None}


def application(city: City, person: Client, item: str = "shop-sign", **changed: Any) -> Json:
    """A body for POST /applications, its materials uploaded; ``changed`` replaces parts of it."""
    materials = person.attach({code: pdf(f"{code}.pdf") for code in MATERIALS[item]})
    phone = PEOPLE.get(person.person, {}).get("phone", "14000009999")
    body = {
        "item": item,
        "form": form_of(city, item),
        "contact": {"phone": phone},
        "materials": materials,
        "again": True,  # journeys file the same over and over
    }
    return body | changed


def filed(city: City, item: str = "shop-sign", applicant: str = "p-li-na", **changed: Any) -> Case:
    """A case that has just been filed."""
    person = city.person(applicant)
    receipt = person.post("/applications", application(city, person, item, **changed)).expect(201)
    return Case(city, receipt, person)


def accepted(city: City, **more: Any) -> Case:
    """A shop-sign case at its reviewer."""
    case = filed(city, **more)
    case.act("urb-window", "accept")
    return case


def reviewed(city: City, **more: Any) -> Case:
    """A shop-sign case at its approver."""
    case = accepted(city, **more)
    case.act("urb-reviewer", "pass")
    return case


def granted(city: City, **more: Any) -> Case:
    """A shop-sign case that is granted, its certificate signed."""
    case = reviewed(city, **more)
    case.act("urb-approver", "approve")
    case.certificate()
    return case


def changed(city: City, kind: str, data: Json, **period: str) -> str:
    """A change of the registers, proposed by one administrator and approved by another; what it
    made.
    """
    body = {"kind": kind, "data": data, **period}
    proposed = city.person("o-xu-admin").post("/register-changes", body).expect(201)
    approved = (
        city.person("o-qiao-admin").post(f"/register-changes/{proposed['id']}/approval").expect(200)
    )
    return str(approved["subject"])


@contextmanager
def appointed(city: City, person: str, post: str) -> Iterator[str]:
    """A person holds one more post for a while; the appointment's id."""
    appointment = changed(city, "appointment", {"person": person, "post": post})
    try:
        yield appointment
    finally:
        ended = city.person("o-xu-admin").post(f"/appointments/{appointment}/end")
        assert ended.status in (200, 409), ended  # a test may have ended it itself


def same(one: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    """Whether two problems say the same; each request has a correlation id of its own."""
    return {**one, "correlation_id": ""} == {**other, "correlation_id": ""}
