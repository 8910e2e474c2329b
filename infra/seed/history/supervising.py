"""What offices answer to their cards, and what supervision makes of it, in the half year."""

from dataclasses import dataclass
from random import Random
from typing import Any

from chalicelib.supervision.matters import use_cases
from chalicelib.supervision.matters.values import (
    ACCOUNTABILITY,
    CARRIED_OUT,
    CORRECTED,
    EXPLAINED,
    HELD_TO_ACCOUNT,
    RULED,
    UPHELD,
    WITHDRAWN,
    Matter,
)
from infra.seed.history.people import words
from infra.seed.history.town import Town

SILENT = 0.12  # of the cards: nobody answers them, and they climb
UNJUST = 0.15  # of those that were explained: they are taken back
GRAVE = 0.2  # of the red ones: somebody is held to account
SUPERVISOR = "city-supervisor"


@dataclass
class Card:
    """A supervision matter in play, and what chance it has."""

    id: str
    chance: Random
    is_silent: bool


class Supervising:
    """The offices that answer, and the supervisor who rules."""

    def __init__(self, town: Town, seed: int) -> None:
        self._town = town
        self._seed = seed
        self._words: dict[str, Any] = words()["supervision"]

    def opened(self) -> list[Card]:
        """The matters that were opened since this was last asked."""
        past = self._town.past
        new, past.matters = past.matters, []
        return [self._card(matter) for matter in new]

    def _card(self, matter: str) -> Card:
        chance = Random(f"{self._seed}/{matter}")
        return Card(matter, chance, chance.random() < SILENT)

    def act(self, card: Card) -> bool:
        """Whose turn it is acts, if they do; whether somebody is still to act."""
        matter = use_cases.find(card.id)
        if matter.status == RULED:
            return False
        if not matter.waits_for_office or matter.rung not in ("officers", "head"):
            self._rule(card, matter)
            return False
        if not card.is_silent:
            self._answer(card, matter)
        return True

    def _answer(self, card: Card, matter: Matter) -> None:
        way = card.chance.choice((EXPLAINED, CORRECTED))
        said = card.chance.choice(self._words[way])
        posts = matter.answerable.officers if matter.rung == "officers" else ()
        post = next(iter((*posts, *matter.answerable.heads)))
        body = {"way": way, "text": said["text"], "summary": said["summary"]}
        self._ask(post, card, "answer", body)

    def _rule(self, card: Card, matter: Matter) -> None:
        ruling = self._ruling(card, matter)
        said = self._words[ruling]
        body = {"ruling": ruling, "reasons": said["reasons"], "summary": said["summary"]}
        if ruling == HELD_TO_ACCOUNT:
            body["measure"] = "talk"
        self._ask(SUPERVISOR, card, "ruling", body)

    def _ruling(self, card: Card, matter: Matter) -> str:
        if matter.kind == ACCOUNTABILITY:
            return CARRIED_OUT
        if matter.level == "red" and card.chance.random() < GRAVE:
            return HELD_TO_ACCOUNT
        was_explained = any(answer.way == EXPLAINED for answer in matter.answers)
        if was_explained and card.chance.random() < UNJUST:
            return WITHDRAWN
        return UPHELD

    def _ask(self, post: str, card: Card, what: str, body: dict[str, Any]) -> None:
        path = "/supervision-matters/{matter}/" + what
        officer = self._town.officer(post)
        self._town.past.ask(officer, "POST", path, body, {"matter": card.id})
