"""What the parts of the demo share: people, steps that are printed and checked, items by id."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from infra.local.city import sample
from infra.local.client import Answer, City, Client, UnexpectedAnswerError, pdf
from infra.local.demo.show import DIM, Show
from infra.seed import load


def check(holds: bool, sentence: str) -> None:
    """Raises UnexpectedAnswerError with the sentence unless it holds."""
    if not holds:
        raise UnexpectedAnswerError(f"not so: {sentence}")


class Walk:
    """One walk through one city."""

    def __init__(self, city: City, show: Show) -> None:
        self.city = city
        self.show = show
        people = sample.people()
        self.people = {person["id"]: person for person in people}
        self.items: dict[str, Answer] = {}

    def client(self, person: str) -> Client:
        """Somebody's way into the API; the empty person is anybody."""
        return self.city.person(person)

    def name(self, person: str) -> str:
        """What they are called."""
        if not person:
            return "anyone"
        return str(self.people[person]["name"])

    def phone(self, person: str) -> str:
        """The telephone number that a citizen gives when applying."""
        return str(self.people[person]["phone"])

    def step(self, person: str, answer: Answer, told: str) -> Answer:
        """Print one answered request."""
        self.show.step(self.name(person), answer, told)
        return answer

    def gloss(self, text: dict[str, str]) -> str:
        """A name in Chinese, with the English beside it."""
        english = self.show.paint(text["en"], DIM)
        return f"{text['zh']}  {english}"

    def aside(self, text: str) -> None:
        """Something less important, under a step."""
        dimmed = self.show.paint(text, DIM)
        self.show.fact(dimmed)

    def file(self, person: str, item: str, materials: int = 2) -> Answer:
        """File an application with the first materials and the item's own example; its receipt."""
        page = self.items[item]
        required = [material["code"] for material in page["materials"] if material["required"]]
        files = {code: pdf(f"{code}.pdf") for code in required[:materials]}
        form = dict(page["form"]["examples"][0])
        phone = self.phone(person)
        receipt = self.client(person).file(
            item,
            form,
            files,
            phone=phone,
        )
        name = self.gloss(page["name"])
        self.step(person, receipt, f"{receipt['number']}  {name}")
        self.aside(f"with {len(files)} files, each uploaded straight to storage (SHA-256 checked)")
        return receipt

    def work(
        self,
        person: str,
        post: str,
        number: str,
        outcome: str,
        told: str,
        **more: Any,
    ) -> Answer:
        """An officer takes the case's task from the inbox of a post and completes it."""
        client = self.client(person)
        task = client.wait_for_task(post, number)
        due = last_day(task["due_at"])
        self.aside(f"in the inbox of {post}: {task['step']}, due {due}")
        completed = client.complete(
            task["id"],
            outcome,
            **more,
        ).expect(200)
        return self.step(person, completed, told)

    def officer(self, post: str, number: str, outcome: str, told: str, **more: Any) -> Answer:
        """Who holds a post does its task."""
        person = self.holder(post)
        return self.work(person, post, number, outcome, told, **more)

    def holder(self, post: str) -> str:
        """Who holds a post."""
        for appointment in load.read("appointments.json"):
            if appointment["post"] == post:
                return str(appointment["person"])
        raise UnexpectedAnswerError(f"nobody holds {post}")


def last_day(moment: str | None) -> str:
    """The last day of a limit that ends at ``moment``, 24:00."""
    if not moment:
        return "-"
    within = datetime.fromisoformat(moment) - timedelta(seconds=1)
    return f"{within:%Y-%m-%d}"
