"""The plain rules beside the policies: topics of actions, facts, and who may do what, each in a
file of its own.

Like Cedar: something is allowed if any topic permits it and none forbids it.
"""

import importlib
import pkgutil
import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from chalicelib.authority.policies.engine import schema_text
from chalicelib.kernel.authorization import Post, Principal
from tests.support.policy_oracle import topics as topic_files

Says = Callable[[Principal, str, str, Mapping[str, Any]], bool]
"""(who, resource type, action, facts) -> yes or no."""

PEOPLE = st.sampled_from(["p-1", "o-1", "o-2"])
DOCUMENT = "n-1"  # the party that somebody's identity document stands for
SELVES = PEOPLE | st.just(DOCUMENT)
SOME_SELVES = st.frozensets(SELVES, max_size=2)
POSTS = st.sampled_from(["urb-window", "urb-head", "dpf-window", "gov-admin"])
DEPARTMENTS = st.sampled_from(["URB", "DPF", "GOV"])
ROLES = st.sampled_from(["window", "reviewer", "approver", "opinion", "head", "supervisor"])
TRUST = st.sampled_from(["administrator", "auditor", "security"])
CATALOGUE = st.sampled_from(["catalogue-author", "catalogue-publisher"])
SOME_ROLES = st.frozensets(ROLES | TRUST | CATALOGUE, max_size=2)
SOME_POSTS = st.frozensets(POSTS, max_size=2)
SOME_PEOPLE = st.frozensets(PEOPLE, max_size=2)
MAX_POSTS = 3


def never(who: Principal, kind: str, action: str, facts: Mapping[str, Any]) -> bool:
    """What a topic says that does not permit, or does not forbid."""
    return False


@dataclass(frozen=True)
class Topic:
    """One topic: ``actions`` and ``facts`` by resource type, what it adds to ``person`` and
    ``post``, and its rules.
    """

    actions: Mapping[str, Collection[str]] = field(default_factory=dict)
    facts: Mapping[str, Mapping[str, SearchStrategy[Any]]] = field(default_factory=dict)
    permits: Says = never
    forbids: Says = never
    person: Mapping[str, SearchStrategy[Any]] = field(default_factory=dict)
    post: Mapping[str, SearchStrategy[Any]] = field(default_factory=dict)


@cache
def topics() -> tuple[Topic, ...]:
    """Every TOPIC of the files in ``topics``."""
    found = pkgutil.iter_modules(topic_files.__path__, f"{topic_files.__name__}.")
    return tuple(importlib.import_module(module.name).TOPIC for module in found)


def allowed(who: Principal, kind: str, action: str, facts: Mapping[str, Any]) -> bool:
    """What the plain rules say."""
    asked = (who, kind, action, facts)
    return any(topic.permits(*asked) for topic in topics()) and not any(
        topic.forbids(*asked) for topic in topics()
    )


@cache
def actions() -> dict[str, list[str]]:
    """All actions that the topics know, by resource type."""
    kinds = {kind for topic in topics() for kind in topic.actions}
    return {
        kind: sorted({a for topic in topics() for a in topic.actions.get(kind, ())})
        for kind in sorted(kinds)
    }


def actions_of_the_schema() -> dict[str, str]:
    """Action to resource type, as the policies' schema declares them."""
    found = re.findall(
        r"^action ([\w,\s]+?)\s+appliesTo\s*{[^}]*resource: (\w+)", schema_text(), re.MULTILINE
    )
    return {name.strip(): kind for names, kind in found for name in names.split(",")}


@cache
def of_post() -> dict[str, SearchStrategy[Any]]:
    """What is said of a post held, of all topics together."""
    more = {name: made for topic in topics() for name, made in topic.post.items()}
    return {"id": POSTS, "department": DEPARTMENTS, "roles": SOME_ROLES, **more}


@cache
def of_person() -> dict[str, SearchStrategy[Any]]:
    """What is said of somebody beside their posts, of all topics together."""
    return {
        "person": PEOPLE,
        **{name: made for topic in topics() for name, made in topic.person.items()},
    }


@cache
def of_resource(kind: str) -> dict[str, SearchStrategy[Any]]:
    """The facts about a resource of that type, of all topics together."""
    return {name: made for topic in topics() for name, made in topic.facts.get(kind, {}).items()}


def principals() -> SearchStrategy[Principal]:
    """Somebody with up to three posts."""
    held = st.lists(st.builds(Post, **of_post()), max_size=MAX_POSTS).map(tuple)
    return st.builds(Principal, posts=held, **of_person())


def facts_of(kind: str) -> SearchStrategy[dict[str, Any]]:
    """A resource of that type."""
    return st.fixed_dictionaries(of_resource(kind))


def is_self(who: Principal, *parties: str) -> bool:
    """Whether one of the parties is somebody, by their account or by their identity document."""
    return who.person in parties or (who.document != "" and who.document in parties)


def roles_of(who: Principal) -> set[str]:
    """All roles of all posts held."""
    return {role for post in who.posts for role in post.roles}


def offices_of(who: Principal) -> set[tuple[str, str]]:
    """(department, role) of all posts held."""
    return {(post.department, role) for post in who.posts for role in post.roles}


def heads(who: Principal, facts: Mapping[str, Any]) -> bool:
    """Whether somebody heads the department of the facts."""
    return (facts.get("department"), "head") in offices_of(who)
