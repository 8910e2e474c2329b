"""Every call by which a card is opened, shown, told of and moved on is cut once: never sent, or its
reply lost. It is warned once, climbs once and is told once all the same.
"""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import pytest

from chalicelib.authority import grants
from chalicelib.kernel import bus, cache, stores
from chalicelib.supervision.matters import messages, projector
from tests.simulation.actors import Killed
from tests.support.builders.matters import Supervised
from tests.support.fakes.grants import MemoryGrants
from tests.support.fakes.stores import MemoryJournal, MemoryViews

NEVER_SENT, REPLY_LOST = "never sent", "reply lost"


@dataclass
class Cut:
    """Where a process dies: at the n-th call of the walk, before or after it is done."""

    call: int = 0
    how: str = NEVER_SENT
    names: list[str] = field(default_factory=list)
    is_on: bool = False

    def through(self, name: str, method: Callable[..., Any]) -> Callable[..., Any]:
        """The method, which may be cut."""

        def call(*args: Any, **more: Any) -> Any:
            if not self.is_on:
                return method(*args, **more)
            self.names.append(name)
            is_here = len(self.names) == self.call
            if is_here and self.how == NEVER_SENT:
                raise Killed
            answer = method(*args, **more)
            if is_here:
                raise Killed
            return answer

        return call


class Cutting:
    """A store whose calls may be cut."""

    def __init__(self, name: str, inner: Any, cut: Cut) -> None:
        self._name, self._inner, self._cut = name, inner, cut

    def __getattr__(self, name: str) -> Any:
        return self._cut.through(f"{self._name}.{name}", getattr(self._inner, name))


def twice_if_killed(function: Callable[[], Any], cut: Cut) -> None:
    """What a trigger does: a process that died is begun again."""
    cut.is_on = True
    try:
        function()
    except Killed:
        function()
    finally:
        cut.is_on = False


def follow(city: Supervised, cut: Cut) -> None:
    """The stream wakes the projector, the queue the notifier, each until it is done."""
    for matter in city.matters():
        twice_if_killed(partial(projector.project, f"matter#{matter}"), cut)
    told, city.events = city.events, []
    for event in told:
        message = {"detail-type": event.type, "detail": event.detail}
        twice_if_killed(partial(messages.tell, message, "attempt"), cut)


def sweep(city: Supervised, cut: Cut) -> None:
    """The minute comes; a sweep that dies leaves the rest to the next minute."""
    twice_if_killed(projector.sweep, cut)
    follow(city, cut)


def walked(cut: Cut) -> tuple[Any, ...]:
    """What is on record, shown and told of a card that nobody answers."""
    cache.clear()
    fakes = MemoryJournal(), MemoryViews()
    before = stores.journal(), stores.views()
    with pytest.MonkeyPatch.context() as patch:
        stores.use(*fakes)
        grants.use(MemoryGrants())
        city = Supervised(patch, fakes)
        patch.setattr(city, "follow", lambda: None)
        patch.setattr(bus, "publish", cut.through("bus.publish", city._publish))
        stores.use(Cutting("journal", fakes[0], cut), Cutting("views", fakes[1], cut))
        try:
            twice_if_killed(city.warn, cut)
            follow(city, cut)
            for days in (4, 5, 8):
                city.wait(days=days)
                sweep(city, cut)
                sweep(city, cut)
        finally:
            stores.use(*before)
            grants.use(None)
    (matter,) = city.matters()
    entries = fakes[0].read(f"matter#{matter}")
    row = fakes[1].get(f"matter#{matter}", "matter")
    assert row is not None
    inboxes = Counter(
        (key[0], row.data["kind"])
        for key, row in fakes[1].rows.items()
        if key[0].startswith("inbox#")
    )
    acts = [tuple(act.type for act in entry.acts) for entry in entries]
    return acts, row.version, row.due_at, row.data, inboxes


def test_a_cut_at_any_call_leaves_what_would_be_there_without_it() -> None:
    whole = Cut()
    expected = walked(whole)
    assert expected[0] == [
        ("MatterOpened",),
        ("MatterClimbed",),
        ("MatterClimbed",),
        ("MatterClimbed",),
    ]
    outcomes: Counter[tuple[str, str]] = Counter()
    for call, name in enumerate(whole.names, start=1):
        for how in (NEVER_SENT, REPLY_LOST):
            assert walked(Cut(call, how)) == expected, (call, name, how)
            outcomes[name, how] += 1
    print(f"\n{sum(outcomes.values())} cuts, all healed")
    for (name, how), count in sorted(outcomes.items()):
        print(f"  {name:<24} {how:<11} {count:>3}")
