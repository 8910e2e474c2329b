"""Who is there: the items, the people, and who holds which post."""

from collections.abc import Mapping
from dataclasses import dataclass
from random import Random
from typing import Any

from infra.seed import load
from infra.seed.history.past import Past, PastError
from infra.seed.history.people import Person


@dataclass
class Matter:
    """A case in play: whose it is, and what chance it has; ``number`` and ``id`` once it is filed.

    ``opened_by`` is the post that opens it ex officio, ``about`` the number of an earlier case.
    """

    item: Mapping[str, Any]
    who: Person
    chance: Random
    at_window: bool = False
    opened_by: str = ""
    about: str = ""
    number: str = ""
    id: str = ""


class Town:
    """The sample city, and the past that its people live in."""

    def __init__(self, past: Past) -> None:
        self.past = past
        self.items = {item["id"]: item for item in load.items()}
        self.people = _sample_people()
        self._holders: dict[str, list[str]] = {}
        for held in load.appointments():
            holders = self._holders.setdefault(str(held["post"]), [])
            holders.append(str(held["person"]))

    def officer(self, post: str, kept_out: frozenset[str] = frozenset()) -> Person:
        """Who holds a post and is not kept out of the matter. Raises PastError."""
        for person in self._holders[post]:
            if person not in kept_out:
                return self.people[person]
        raise PastError(f"nobody at {post} may act")


def _sample_people() -> dict[str, Person]:
    """By id, with what their issuer says of them."""
    found = {}
    for person in load.read("people.json"):
        found[person["id"]] = Person(
            person["id"],
            person["name"],
            person.get("phone", ""),
            _company(person),
        )
    return found


def _company(person: Mapping[str, Any]) -> dict[str, str]:
    company = person.get("company")
    if not company:
        return {}
    return {
        "org": company["uscc"],
        "org_name": company["name"],
        "org_role": "legal_representative",
    }
