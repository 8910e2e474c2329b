"""Situations that show what each rule says: some of each that the topics say, and what lies a step
away from them.

The same ones every time, as long as the topics are the same. The policies have no part in their
choice: what a policy no longer says is still looked for.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, is_dataclass, replace
from functools import cache, cached_property
from random import Random
from typing import Any

from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis.strategies import SearchStrategy

from chalicelib.kernel.authorization import Post, Principal, Resource
from tests.support.policy_oracle import oracle
from tests.support.policy_oracle.topics.mandates import BEGAN

DRAWN = 6000  # situations from anywhere, of each resource type
ALIKE, FORBIDDEN_ALIKE = 60, 4  # how many of them are kept of which the same topics say the same
LOOKS = 20  # around how many of those
EDGES_ALIKE = 3  # how many edges are kept at which the same topics differ about the same thing
FEW = 2  # values of a thing that are tried in one look
VALUES = 200  # of a thing are made at most
PLAIN, FITTING = (
    0.3,
    0.5,
)  # how often a thing is as plain as can be, or speaks of what was said before
Edges = dict[Any, list["Situation"]]
Strategies = Mapping[str, SearchStrategy[Any]]


@dataclass(frozen=True, eq=False)
class Situation:
    """Who asks for what, and the facts about it."""

    kind: str
    action: str
    who: Principal
    facts: Mapping[str, Any]

    @property
    def resource(self) -> Resource:
        """What the policies are told of it."""
        return Resource(self.kind, "x", self.facts, since=BEGAN)

    @cached_property
    def says(self) -> tuple[tuple[bool, ...], tuple[bool, ...]]:
        """Which topics permit it, and which forbid it."""
        asked = (self.who, self.kind, self.action, self.facts)
        permits = tuple(bool(topic.permits(*asked)) for topic in oracle.topics())
        if not any(permits):
            return permits, ()
        return permits, tuple(bool(topic.forbids(*asked)) for topic in oracle.topics())

    @property
    def is_forbidden(self) -> bool:
        """Whether a topic forbids what others permit."""
        return any(self.says[1])

    @property
    def is_allowed(self) -> bool:
        """What the plain rules say."""
        return any(self.says[0]) and not self.is_forbidden


@cache
def of_action(action: str) -> tuple[Situation, ...]:
    """Situations from anywhere, some of each that the topics say, and both sides of the edges
    around them.
    """
    chance = Random(action)
    edges: Edges = {}
    found = some_of_each(action)
    for alike in found.values():
        for here in alike[:LOOKS]:
            if not here.is_forbidden:
                look_around(here, edges, chance)
    kept = (situation for some in (*found.values(), *edges.values()) for situation in some)
    return tuple(dict.fromkeys(kept))


def some_of_each(action: str) -> dict[Any, list[Situation]]:
    """Situations from anywhere, by what the topics say."""
    kind = kinds()[action]
    found: dict[Any, list[Situation]] = {}
    for who, facts in drawn(kind):
        here = Situation(kind, action, who, facts)
        alike = found.setdefault(here.says, [])
        if len(alike) < (FORBIDDEN_ALIKE if here.is_forbidden else ALIKE):
            alike.append(here)
    return found


def look_around(here: Situation, edges: Edges, chance: Random) -> None:
    """Note the edges a step away, with both their sides."""
    for what, there in steps(here, chance):
        if there.is_allowed is not here.is_allowed:
            alike = edges.setdefault((what, here.says, there.says), [])
            if len(alike) < 2 * EDGES_ALIKE:
                alike += [here, there]


@cache
def drawn(kind: str) -> list[tuple[Principal, Mapping[str, Any]]]:
    """Many people with a post or two or none, and facts as likely as not to speak of what is said
    of them.
    """
    chance = Random(kind)
    return [anywhere(kind, chance) for _ in range(DRAWN)]


def anywhere(kind: str, chance: Random) -> tuple[Principal, Mapping[str, Any]]:
    """One of them."""
    posts = tuple(Post(**some(oracle.of_post(), chance)) for _ in range(chance.randint(0, 2)))
    who = Principal(posts=posts, **some(oracle.of_person(), chance))
    said = words(who)
    return who, {
        name: fitting(made, said, chance) for name, made in oracle.of_resource(kind).items()
    }


def some(of: Strategies, chance: Random) -> dict[str, Any]:
    """A value of each, sometimes the plainest: in a crowd of posts and mandates no rule stands
    alone.
    """
    return {
        name: values(made)[0] if chance.random() < PLAIN else chance.choice(values(made))
        for name, made in of.items()
    }


def fitting(made: SearchStrategy[Any], said: set[str], chance: Random) -> Any:
    """A value, as likely as not one that speaks of what was said."""
    speaking = speaking_of(made, said)
    return chance.choice(speaking if speaking and chance.random() < FITTING else values(made))


def steps(here: Situation, chance: Random) -> Iterator[tuple[str, Situation]]:
    """Situations that differ from one in one thing, and in which."""
    of_who, of_facts = words(here.who), words(here.facts)
    for name, value in changes(oracle.of_resource(here.kind), of_who, chance):
        yield name, replace(here, facts={**here.facts, name: value})
    for name, value in changes(oracle.of_person(), of_facts, chance):
        yield f"person: {name}", replace(here, who=replace(here.who, **{name: value}))
    for name, posts in other_posts(here.who.posts, of_facts, chance):
        yield f"posts: {name}", replace(here, who=replace(here.who, posts=posts))


def other_posts(
    posts: tuple[Post, ...], said: set[str], chance: Random
) -> Iterator[tuple[str, tuple[Post, ...]]]:
    """One post more, one less, one that is another."""
    for _ in range(FEW):
        yield "more", (*posts, Post(**some(oracle.of_post(), chance)))
    for n, post in enumerate(posts):
        before, after = posts[:n], posts[n + 1 :]
        yield "less", (*before, *after)
        for name, value in changes(oracle.of_post(), said, chance):
            yield name, (*before, replace(post, **{name: value}), *after)


def changes(of: Strategies, said: set[str], chance: Random) -> Iterator[tuple[str, Any]]:
    """A few values of each thing, some that speak of what was said and some that need not."""
    for name, made in of.items():
        for among in (speaking_of(made, said), values(made)):
            yield from ((name, value) for value in chance.sample(among, min(FEW, len(among))))


def speaking_of(made: SearchStrategy[Any], said: set[str]) -> list[Any]:
    """Those of a strategy's values that name something of what was said."""
    return [
        value for value, named in zip(values(made), named_by(made), strict=True) if named & said
    ]


@cache
def kinds() -> Mapping[str, str]:
    """Action to resource type."""
    return {action: kind for kind, actions in oracle.actions().items() for action in actions}


@cache
def values(made: SearchStrategy[Any]) -> list[Any]:
    """What a strategy makes, the same every time: all of it where that is little."""
    found: list[Any] = []

    @seed(0)
    @settings(
        max_examples=VALUES,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(made)
    def note(value: Any) -> None:
        if value not in found:
            found.append(value)

    note()
    return found


@cache
def named_by(made: SearchStrategy[Any]) -> list[set[str]]:
    """The words of each of a strategy's values."""
    return [words(value) for value in values(made)]


def words(of: Any) -> set[str]:
    """Whatever is named in a value: ids, roles, items."""
    if isinstance(of, str):
        return {of} - {""}
    if callable(of):
        return words(of())
    if is_dataclass(of):
        return words(tuple(vars(of).values()))
    if isinstance(of, Mapping):
        return words(tuple(of.values()))
    return set().union(*map(words, of)) if isinstance(of, Iterable) else set()
