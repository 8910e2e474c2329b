"""Requests at windows, of mandates and registers, of the payment provider, the redactor and the
webhooks: each of their calls to a store or to storage is cut once, never sent or its reply lost.

Whoever asked asks again, under the same key. What is on record and in the rows then, and what they
are answered, is what it would be had nothing happened.
"""

from collections import Counter
from collections.abc import Callable, MutableMapping
from copy import copy
from dataclasses import dataclass, field
from typing import Any

import pytest

from chalicelib.authority import grants
from chalicelib.casework.acts import CompleteTask
from chalicelib.casework.consumers import department_systems
from chalicelib.casework.retention import redaction
from chalicelib.kernel import aws, cache, clock, journal, stores
from chalicelib.kernel.http import rate_limits
from tests.simulation.actors import Killed
from tests.support.builders import closed_cases, payments, registers
from tests.support.builders.cases import MONDAY
from tests.support.builders.closed_cases import LATER, Archive, old
from tests.support.builders.payments import Fee, send
from tests.support.builders.registers import Registers
from tests.support.builders.representation import COMPANY, UNTIL, Town, town
from tests.unit.casework import test_department_systems as systems
from tests.unit.casework.test_department_systems import DETAIL, Systems, record
from tests.unit.intake.test_windows import FILE, SUPPLY, attended, guardianship_body

__all__ = ["town"]

city, archive, fee, at = registers.city, closed_cases.archive, payments.fee, payments.at
office, sent = systems.office, systems.sent
NEVER_SENT, REPLY_LOST = "never sent", "reply lost"
APPOINTMENT = {"person": "o-new", "name": "王新", "post": "urb-window"}
OFFER = {"grantee": "p-clerk", "until": UNTIL, "party": COMPANY}
# What only makes a row for a transaction, and sends nothing.
NO_CALLS = ("write", "unchanged", "rows", "entries")
Play = Callable[[], Any]


@dataclass
class Cut:
    """Where the process dies: at this call (0: nowhere), before it is sent or after it is done."""

    call: int = 0
    how: str = NEVER_SENT
    named: list[str] = field(default_factory=list)


class Cutting:
    """A store whose calls may be cut."""

    def __init__(self, inner: Any, cut: Cut) -> None:
        self._inner, self._cut = inner, cut

    def __getattr__(self, name: str) -> Any:
        method = getattr(self._inner, name)
        if not callable(method) or name in NO_CALLS:
            return method

        def call(*args: Any, **more: Any) -> Any:
            self._cut.named.append(f"{type(self._inner).__name__}.{name}")
            is_cut = len(self._cut.named) == self._cut.call
            if is_cut and self._cut.how == NEVER_SENT:
                raise Killed
            answer = method(*args, **more)
            if is_cut:
                raise Killed
            return answer

        return call


@dataclass
class World:
    """The stores of a test, and what else keeps something: ``kept`` are containers in them."""

    patch: pytest.MonkeyPatch
    kept: list[Any] = field(default_factory=list)
    storage: Any = None

    def __post_init__(self) -> None:
        # Nothing is drawn by lot, and no time goes by.
        self.patch.setattr(journal.secrets, "token_hex", lambda size: "0" * 2 * size)
        self.patch.setattr(clock, "system_now", lambda: MONDAY)
        self.patch.setattr(rate_limits, "check", lambda *asked: None)  # so many of one caller
        self.journal, self.views, self.grants = stores.journal(), stores.views(), grants.store()
        self.kept += [self.journal.entries, self.views.rows, self.grants.rows]  # type: ignore[attr-defined]

    def run(self, play: Play, cut: Cut) -> Any:
        """The answer of a process that has read nothing yet, where it lives to give one."""
        cache.clear()
        stores.use(Cutting(self.journal, cut), Cutting(self.views, cut))
        grants.use(Cutting(self.grants, cut))
        if self.storage is not None:
            self.patch.setattr(aws, "client", lambda service: Cutting(self.storage, cut))
        try:
            return play()
        finally:
            stores.use(self.journal, self.views)
            grants.use(self.grants)

    def state(self) -> list[Any]:
        """What all of them hold, without the moments at which entries were minted."""
        entries = {place: (e.acts, e.actor) for place, e in self.journal.entries.items()}  # type: ignore[attr-defined]
        others = [copy(each) for each in self.kept if each is not self.journal.entries]  # type: ignore[attr-defined]
        return [entries, *others]

    def restore(self, saved: list[Any]) -> None:
        for each, before in zip(self.kept, saved, strict=True):
            each.clear()
            each.update(before) if isinstance(each, MutableMapping | set) else each.extend(before)

    def cut_everywhere(self, name: str, play: Play, answers_again: bool = True) -> int:
        """Play it with each call cut, and once more; how many cuts there were."""
        saved = [copy(each) for each in self.kept]
        self.run(play, Cut())  # what a machine reads once, it has read
        self.restore(saved)
        whole = Cut()
        answer = self.run(play, whole)
        state = self.state()
        for call, called in enumerate(whole.named, 1):
            for how in (NEVER_SENT, REPLY_LOST):
                self.restore(saved)
                with pytest.raises(Killed):
                    self.run(play, Cut(call, how))
                again = self.run(play, Cut())
                told = f"{name}: {called}, {call} of {len(whole.named)}, {how}"
                assert self.state() == state, told
                assert again == answer or not answers_again, told
        self.restore(saved)
        self.run(play, Cut())
        calls = Counter(whole.named)
        print(f"\n  {name:<24} {2 * len(whole.named):>3} cuts: {dict(calls)}", end="")
        return len(whole.named)


def key_of(route: str) -> str:
    """The one key under which a route is asked."""
    return f"key-of-{route.split()[1]}"


def asked(world: Any, person: str, route: str, body: Any = None, **more: Any) -> Play:
    """A request under one key, and how it is answered."""

    def play() -> Any:
        answer = world.ask(person, route, body, key=key_of(route), **more)
        assert answer.status < 300, answer.body
        return answer.status, answer.body

    return play


def test_at_windows(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    world = World(monkeypatch)
    filing = town.application("o-mid", **attended())
    world.cut_everywhere("window filing", asked(town, "o-mid", FILE, filing))
    number = "URB-2026-C-000001"
    defects = [{"subject": "premises-proof", "problem": "请补充产权证明"}]
    town.do(number, CompleteTask("accept.0", "supplement", defects=defects), "o-win", "urb-window")
    body = attended(materials=town.uploaded("o-mid", "premises-proof"))
    world.cut_everywhere("window supplement", asked(town, "o-mid", SUPPLY, body, number=number))
    guarded = guardianship_body(town)
    world.cut_everywhere("guardianship", asked(town, "o-mid", "POST /guardianships", guarded))
    assert world.cut_everywhere("upload", asked(town, "p-mother", "POST /uploads", UPLOAD)) == 1


UPLOAD = {"content_type": "application/pdf", "size": 10, "sha256": "0" * 64}


def test_of_mandates(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    world = World(monkeypatch)
    world.cut_everywhere("offer", asked(town, "p-boss", "POST /mandates", OFFER))
    (mandate,) = (each["id"] for each in town.ask("p-clerk", "GET /mandates").body["held"])
    for person, act, body in (
        ("p-clerk", "acceptance", None),
        ("p-boss", "limit", {"acts": ["file"]}),
        ("p-boss", "end", {}),
    ):
        route = f"POST /mandates/{{mandate}}/{act}"
        world.cut_everywhere(act, asked(town, person, route, body, mandate=mandate))


def test_of_registers(city: Registers, monkeypatch: pytest.MonkeyPatch) -> None:
    world = World(monkeypatch)
    body = {"kind": "appointment", "data": APPOINTMENT}
    world.cut_everywhere("proposal", asked(city, "o-admin", "POST /register-changes", body))
    change = city.ask(
        "o-admin", "POST /register-changes", body, key=key_of("POST /register-changes")
    ).body["id"]
    approval = "POST /register-changes/{change}/approval"
    world.cut_everywhere("approval", asked(city, "o-admin-2", approval, change=change))
    subject = city.ask("o-admin-2", approval, change=change, key=key_of(approval)).body["subject"]
    end = "POST /appointments/{appointment}/end"
    world.cut_everywhere("appointment ends", asked(city, "o-sec", end, appointment=subject))
    assert city.posts_of("o-new") == set()


def test_of_the_payment_provider(fee: Fee, monkeypatch: pytest.MonkeyPatch) -> None:
    world = World(monkeypatch)
    notice = fee.notice()

    def play() -> Any:
        answer = send(notice)
        assert answer.status == 200, answer.body
        return answer.body

    world.cut_everywhere("payment notice", play)
    assert fee.acts().count("FeePaid") == 1


def test_of_the_redactor(archive: Archive, monkeypatch: pytest.MonkeyPatch) -> None:
    archive.keep(old())
    world = World(monkeypatch, [archive.storage.versions], archive.storage)
    # Whoever finishes it is told so, and nobody twice.
    world.cut_everywhere("redaction", lambda: redaction.redact("abc", LATER), answers_again=False)
    assert archive.case().is_forgotten


def test_of_webhooks(sent: Systems, monkeypatch: pytest.MonkeyPatch) -> None:
    world = World(monkeypatch)
    told: set[Any] = set()

    def play() -> Any:
        answer = department_systems.handle({"Records": [record(DETAIL)]})
        told.update((url, head["webhook-id"]) for url, head, _ in sent.told)
        return answer

    world.cut_everywhere("webhook", play)
    assert len(told) == 1, "told again, it bears the same id"


def test_a_request_that_does_twice_what_it_may_do_once_is_found_out(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = World(monkeypatch)
    keys = iter(range(100))

    def play() -> Any:
        return town.ask("p-boss", "POST /mandates", OFFER, key=f"key-{next(keys)}").status

    with pytest.raises(AssertionError):
        world.cut_everywhere("under another key each time", play)
