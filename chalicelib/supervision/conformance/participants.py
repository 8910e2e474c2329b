"""Who may do which step of a case by the published document: posts, delegations, parties, and the
separation of duties.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from chalicelib.catalog.flows import KINDS, OFFICE
from chalicelib.kernel.journal import Act, Actor, Entry
from chalicelib.supervision.conformance import window_evidence

MACHINE = Actor()
Step = Mapping[str, Any]
Covers = Callable[[str, str, str, str, str, datetime], bool]
"""Whether a delegation let a delegate reach, in the stead of a post, an outcome of an item at a
moment.
"""


def undelegated(*question: Any) -> bool:
    """Where nothing is ever delegated."""
    return False


@dataclass
class Participants:
    """Who takes part in a case, and which persons have done which of its steps so far."""

    posts: Mapping[str, str]
    item: str
    covers: Covers
    parties: set[str]
    helpers: set[str]
    done_by: dict[str, set[str]] = field(default_factory=dict)

    def broken_rules(self, entry: Entry, act: Act, name: str, step: Step) -> Iterator[str]:
        """The rules, post or duties, that were broken by who completed a step.

        The right one is an officer of the step's post, or time, or the party itself.
        """
        kind = KINDS[step["kind"]]
        is_of_time = window_evidence.is_of_time(act, entry)
        actor = MACHINE if is_of_time else entry.actor
        if kind.actor != OFFICE:
            # What the party, the public or the machine is to do, no office does, but for a window
            # on its behalf.
            if actor.post and not window_evidence.at_window(entry, "supplemented"):
                yield "post"
        elif not actor.post:
            is_by_time = not actor.person and act.data["outcome"] == kind.elapsed
            fetchers = window_evidence.may_have_fetched(entry, self.parties)
            if not is_by_time and actor.person not in fetchers:
                yield "post"
        else:
            yield from self._broken_by_officer(
                entry,
                act,
                name,
                step,
            )

    def _broken_by_officer(self, entry: Entry, act: Act, name: str, step: Step) -> Iterator[str]:
        """What an officer broke by completing a step; from now on the officer has done it."""
        person = entry.actor.person
        if not self._may_act(entry, act, step):
            yield "post"
        if person in self._excluded_from(step):
            yield "duties"
        self._note(name, {person})

    def _may_act(self, entry: Entry, act: Act, step: Step) -> bool:
        """Whether a post acted on its own step, by delegation, or handed a result over."""
        post = self.posts.get(step["post"], "")
        if entry.actor.post == post:
            return True
        if step["kind"] == "deliver" and window_evidence.at_window(entry, "collected"):
            return True
        delegation = act.data.get("delegation", "")
        if not delegation:
            return False
        return self.covers(
            delegation,
            entry.actor.post,
            post,
            self.item,
            act.data["outcome"],
            entry.at,
        )

    def _excluded_from(self, step: Step) -> set[str]:
        """Who must not do a step: parties, who helped them, and who did steps that exclude it."""
        excluded = set(self.parties)
        if step["kind"] != "deliver":
            excluded |= self.helpers
        for other in step.get("not_by", ()):
            done_by = self.done_by.get(other, set())
            excluded |= done_by
        return excluded

    def rename(self, steps: Mapping[str, str]) -> None:
        """Who did a step has done what the published map makes of it in the successor."""
        before = self.done_by
        self.done_by = {}
        for name, persons in before.items():
            successor = steps.get(name, name)
            self._note(successor, persons)

    def _note(self, step: str, persons: set[str]) -> None:
        done_by = self.done_by.setdefault(step, set())
        done_by |= persons
