"""One case over the real desk, policies, delivery and sweep; Step Functions is a stub that opens
what it is told.
"""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest

from chalicelib import authority
from chalicelib.casework.acts import Case, CaseFiled, RecordCertificate
from chalicelib.casework.acts.decide import MACHINE
from chalicelib.casework.execution import (
    deadline_sweep as sweep,
)
from chalicelib.casework.execution import (
    delivery,
    open_task,
    reconciler,
    task_tokens,
)
from chalicelib.casework.use_cases import case_commands, file_case, refusals, repository
from chalicelib.kernel import aws, bus, clock, ids, log, stores
from chalicelib.kernel.acts import from_act
from chalicelib.kernel.errors import Forbidden, KeyReused, NotFound, Problem
from chalicelib.kernel.journal import Actor, Entry, Request
from tests.simulation import successors
from tests.simulation.histories import Histories
from tests.simulation.permits import Asked, permit
from tests.support.authorized import made_from_state
from tests.support.builders.cases import MONDAY, filed_act
from tests.support.fakes.stores import MemoryJournal, MemoryViews


class Machines:
    """Step Functions as a stub: which executions run, and which tokens were answered."""

    exceptions = SimpleNamespace(ClientError=KeyError)

    def __init__(self) -> None:
        self.running: set[str] = set()

    def start_execution(self, *, name: str, **more: str) -> None:
        self.running.add(name)

    def send_task_success(self, **answer: str) -> None:
        """Nothing waits: the city opens tasks itself."""

    send_task_failure = send_task_success

    def get_paginator(self, operation: str) -> Any:
        return self

    def paginate(self, **asked: str) -> Iterator[dict[str, Any]]:
        yield {"executions": [{"name": name} for name in sorted(self.running)]}


class City:
    """The stores, the clocks, one case, and what was accepted or refused on the way."""

    def __init__(self, flow_id: str, version: int, **facts: Any) -> None:
        self.journal, self.views, self.states = MemoryJournal(), MemoryViews(), Machines()
        self.at, self.system = MONDAY, MONDAY.astimezone(clock.UTC)
        self.flow_id, self.filed = flow_id, filed_act(flow_id, version, **facts)
        self.accepted: dict[str, tuple[Asked, Actor, Entry]] = {}
        self.seen: Counter[str] = Counter()
        self.by_machines = 0
        self.due: list[str] = []
        self.id = ""
        self.histories = Histories()

    # ---- the case
    # --------------------------------------------------------------------------------------------

    def file(self) -> None:
        """The application comes in, twice: it is one case."""
        application = file_case.Application(from_act(CaseFiled, self.filed))
        applicant, request = (
            Actor(self.filed.private["applicant"]["person"]),
            Request("filing", "body"),
        )
        done = [file_case.file_case(application, applicant, request) for _ in range(2)]
        assert done[0].entry == done[1].entry, "a case was filed twice"
        self.id = done[0].state.id

    @property
    def stream(self) -> str:
        return repository.stream_of(self.id)

    @property
    def entries(self) -> list[Entry]:
        return self.journal.read(self.stream)

    @property
    def case(self) -> Case:
        return self.histories.fold(self.entries)

    # ---- what people and machines do
    # -----------------------------------------------------------------------------

    def ask(self, command: Asked, actor: Actor, key: str = "") -> Problem | None:
        """Somebody asks for something; the refusal, if it is one. Raises AssertionError for what
        must never be.
        """
        before = self.entries
        request = Request(key, repr((command, actor))) if key else None
        try:
            done = case_commands.execute(
                self.id, made_from_state(command), permit(command, actor, self.at), request
            )
        except Problem as problem:
            self._was_refused(problem, command, actor, before)
            return problem
        if key and done.is_new:
            assert key not in self.accepted, "one request was accepted twice"
            self.accepted[key] = (command, actor, done.entry)
        self.by_machines += done.is_new and not key
        self.seen.update(act.type for act in done.entry.acts if done.is_new)
        return None

    def _was_refused(
        self, problem: Problem, command: Asked, actor: Actor, before: list[Entry]
    ) -> None:
        assert self.entries == before, f"refused ({problem.type}), and yet on record: {command}"
        self.seen[problem.type] += 1
        of_no_post = isinstance(problem, Forbidden) and not hasattr(command, "visit")
        if not actor.person or isinstance(problem, NotFound | KeyReused) or of_no_post:
            return  # what machines, strangers and mistaken clients are told says nothing of the case
        steps = sorted(visit.id for visit in self.case.open_visits)
        assert any(
            entry.at.date() == self.at.date()
            and entry.acts[0].data == {"rule": problem.type, "at_steps": steps}
            and entry.acts[0].private["office"]["person"] == actor.person
            for stream in refusals.streams_of(self.id)
            for entry in self.journal.read(stream)
        ), f"refused ({problem.type}) and not on record: {command} by {actor}"

    def again(self, key: str) -> None:
        """A request that was accepted comes once more: the same answer, nothing new."""
        command, actor, entry = self.accepted[key]
        request = Request(key, repr((command, actor)))
        try:
            done = case_commands.execute(
                self.id, made_from_state(command), permit(command, actor, self.at), request
            )
        except Problem as problem:
            raise AssertionError(f"the same request was refused: {problem.type}") from problem
        assert (done.entry, done.is_new) == (entry, False), "the same request got another answer"

    def deliver(self) -> None:
        """Delivery is woken: afterwards the view row shows the journal's last entry."""
        delivery.deliver(self.stream)
        row, case = self.views.get(self.stream, "case"), self.case
        assert row is not None and (row.version, row.data["status"]) == (case.seq, case.status), (
            "the view is behind"
        )
        assert row.due_shard.startswith("retention#") is bool(case.clocks.ended_at), (
            "open cases are watched, closed ones kept"
        )

    def open_tasks(self) -> None:
        """Step Functions opens what its executions stand at, if any runs."""
        case = self.case
        if any(name.startswith(self.id) for name in self.states.running):
            for visit in case.open_visits:
                open_task.open_task(
                    self.id, visit.step, visit.since, f"token-{visit.id}", case.flow.name
                )

    def lose_executions(self) -> None:
        """Every execution is lost, and the reconciler finds out."""
        self.states.running.clear()
        self.system += timedelta(seconds=1)
        reconciler.reconcile()

    def pass_time(self, hours: float) -> None:
        """The official clock goes on, and nobody looks."""
        self.at += timedelta(hours=hours)

    def sweep(self) -> None:
        """What time has brought gets on record; once more, and nothing is left to bring."""
        for is_first in (True, False):
            before = len(self.entries)
            assert sweep.sweep_deadlines()["failed"] == 0
            new = self.entries[before:]
            assert all(entry.actor == MACHINE for entry in new) and len(new) <= is_first, (
                "time acts once"
            )
            self.by_machines += len(new)
            self.seen.update(act.type for entry in new for act in entry.acts)
            self.deliver()

    def sign(self) -> None:
        """The worker reports the certificates that are due."""
        while self.due:
            self.ask(RecordCertificate(f"certificate-{self.due.pop()}"), MACHINE)

    def publish(self, events: Any) -> None:
        """The bus."""
        self.due += [str(event.detail["seq"]) for event in events if event.type == "CertificateDue"]


@contextmanager
def living_in(city: City) -> Iterator[pytest.MonkeyPatch]:
    """The product's stores, services and clocks are this city's."""
    before = stores.journal(), stores.views()
    with successors.published() as patch:
        client = {"stepfunctions": city.states}
        for module in (aws, task_tokens):
            patch.setattr(module, "client", client.__getitem__)
        patch.setattr(bus, "publish", city.publish)
        patch.setattr(log, "line", lambda *args, **more: None)
        patch.setattr(ids, "_secret", lambda: b"test secret")
        patch.setattr(clock, "now", lambda: city.at)
        patch.setattr(clock, "system_now", lambda: city.system)
        patch.setattr(authority, "post_of", lambda post: {"department": "URB"})
        patch.setattr(authority, "posts_told", frozenset)
        patch.setattr(
            reconciler.flows, "published", lambda: iter(successors.versions(city.flow_id))
        )
        for module in (repository, case_commands, file_case, delivery):
            patch.setattr(module, "fold", city.histories.fold)
        stores.use(city.journal, city.views)
        try:
            yield patch
        finally:
            stores.use(*before)
