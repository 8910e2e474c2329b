"""One schedule: cases filed, worked on, withdrawn, warned of and delivered, while processes die and
calls fail.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from botocore.exceptions import ClientError

from chalicelib import authority
from chalicelib.casework import handlers
from chalicelib.casework.acts import (
    Case,
    CaseFiled,
    Command,
    RecordCertificate,
)
from chalicelib.casework.acts.decide import MACHINE
from chalicelib.casework.errors import TaskUnknown
from chalicelib.casework.execution import delivery, open_task, task_tokens
from chalicelib.casework.execution import reconciler as reconcile
from chalicelib.casework.execution.compiler import compile_flow
from chalicelib.casework.use_cases import case_commands, file_case, repository
from chalicelib.catalog import flows
from chalicelib.kernel import aws, bus, clock, commands, ids, log, stores
from chalicelib.kernel.acts import from_act
from chalicelib.kernel.errors import Problem
from chalicelib.kernel.feed import Outcome
from chalicelib.kernel.journal import Actor, AppendConflict, Entry, Request, TransactionalWrite
from chalicelib.kernel.views import Row
from tests.simulation import successors
from tests.simulation.actors import Killed, Slow, Stage, Violation
from tests.simulation.histories import Histories
from tests.simulation.step_functions import RETRIED, Execution, StepFunctions
from tests.support.authorized import authorized, made_from_state
from tests.support.builders.cases import MONDAY, OWED, RICH, filed_act
from tests.support.fakes.stores import MemoryJournal, MemoryViews

MACHINES = {
    flow.name: compile_flow(successors.template(flow.id, flow.version))
    for name in successors.NEWEST
    for flow in successors.versions(name)
}


class Watched(MemoryViews):
    """Views that watch every write: nobody is asked for work that is done, twice."""

    def add_token(self, row: Row, token: str) -> bool:
        before = self.rows.get(row.key)
        done = super().add_token(row, token)
        if before and before.closed and self.rows[row.key].inbox:
            raise Violation(f"{row.sk} is in an inbox again")
        return done

    def put(self, row: Row, expect: int | None = None) -> bool:
        if row.sk.startswith("task#"):
            raise Violation("only open_task lays task rows")
        return super().put(row, expect)

    def close(self, pk: str, sk: str) -> Row:
        row = super().close(pk, sk)
        # In a fixed order, so that a seed always tells the same story.
        return Row(**{**row.__dict__, "tokens": sorted(row.tokens)})


class Forgetful(MemoryJournal):
    """A journal whose reply is lost at times: the client's second try then meets its own entry."""

    def __init__(self, loses: Callable[[], bool]) -> None:
        super().__init__()
        self.loses = loses

    def append(self, *entries: Entry, writes: Sequence[TransactionalWrite] = ()) -> None:
        super().append(*entries, writes=writes)
        if self.loses():
            raise AppendConflict(entries[0].stream)


class World:
    """Everything that one schedule plays in."""

    def __init__(self, seed: int) -> None:
        self.stage = Stage(seed)
        self.random = self.stage.random
        self.flow = self.random.choice(successors.PUBLISHED)
        self.states = StepFunctions(self.stage, MACHINES, self._invoke)
        self.journal, self.views = (
            Forgetful(lambda: self.stage.chance(self.states.faults)),
            Watched(),
        )
        self.official, self.system = MONDAY, MONDAY.astimezone(clock.UTC)
        self.cases: list[str] = []
        self.told: set[tuple[str, int, str]] = set()
        self.number = 0
        self.histories = Histories()
        self.death = self.random.choice([0.0, 0.02, 0.1])
        self.mends_itself = self.random.random()  # how often what died is tried again at once

    # ---- actors
    # --------------------------------------------------------------------------------------------

    def file(self, number: int) -> None:
        """An application comes in, perhaps twice at once, perhaps with its reply lost."""
        owed = {"owed": [OWED]} if self.stage.chance(0.1) else {}
        tacit = bool(self.flow.tacit) and self.stage.chance(0.7)
        act = filed_act(self.flow.id, self.flow.version, **{**RICH, "tacit": tacit, **owed})
        application = file_case.Application(from_act(CaseFiled, act))
        request = Request(f"filing-{number}", "body")
        self.cases.append(file_case.case_id_for("p-li-na", request))

        def work() -> None:
            done = file_case.file_case(application, Actor("p-li-na"), request)
            self.stream(done.state.id, 1, 1)

        for _ in range(1 + self.stage.chance(0.3)):
            self.attempt(f"filing {number}", work, certain=True)

    def stream(self, case_id: str, first: int, last: int) -> None:
        """The stream brings entries to delivery."""
        stream = repository.stream_of(case_id)
        self._deliver(case_id, lambda: handlers.CONSUMER.wake(stream, first, last))

    def wake(self, case_id: str, age: float = 0.0) -> None:
        """The sweep looks at a case."""
        stream = repository.stream_of(case_id)
        self._deliver(case_id, lambda: handlers.CONSUMER.handle(stream, age))

    def _deliver(self, case_id: str, work: Callable[[], Outcome]) -> None:
        def deliver() -> None:
            if work() is Outcome.PARKED:
                raise Violation("delivery was parked")

        self.attempt(f"delivery {case_id[:4]}", deliver)

    def act(self, case_id: str, command: Command | Callable[[Case], Command], actor: Actor) -> None:
        """One person's or machine's act, perhaps sent twice."""
        self.number += 1
        number = self.number
        request = Request(f"act-{number}", "body") if actor != MACHINE else None

        def work() -> None:
            try:
                before = len(self.journal.read(repository.stream_of(case_id)))
                done = case_commands.execute(
                    case_id, made_from_state(command), authorized(actor), request
                )
            except TaskUnknown as problem:
                raise Violation(f"{command} was asked for and is not known") from problem
            except Problem:
                return
            if done.state.seq > before and self.stage.chance(0.8):
                self.stream(case_id, done.state.seq, done.state.seq)

        for _ in range(1 + (self.stage.chance(0.2) and request is not None)):
            # What came through a queue is brought again until it is done.
            self.attempt(
                f"{_called(command)} {number}", work, certain=isinstance(command, RecordCertificate)
            )

    def reconcile(self) -> None:
        """The reconciler's five minutes are over."""
        self.attempt("reconciler", reconcile.reconcile)

    def attempt(self, name: str, work: Callable[[], Any], certain: bool = False) -> None:
        """An actor that may die or meet a passing fault, and is then perhaps tried again."""

        def run() -> None:
            try:
                work()
                self.stage.pause("answers")
            except (Killed, ClientError):
                if certain or self.stage.chance(self.mends_itself):
                    self.attempt(name, work, certain)

        self.stage.enter(name, run, mortal=True)

    def _invoke(self, execution: Execution, payload: dict[str, Any], failed: Any) -> None:
        name = f"open_task {execution.name[-9:]} {payload['step']}.{int(payload['since'])}"
        if self.stage.chance(self.death):  # Step Functions gives this call up, while it still runs
            self.stage.enter("gives up", lambda: failed(RETRIED))

        def run() -> None:
            try:
                handlers.open_task(payload)
                self.stage.pause("returns")
            except Killed:
                failed(self.random.choice(["Lambda.Unknown", "Lambda.ServiceException"]))
            except open_task.UnknownVisit as error:
                failed("UnknownVisit")
                raise Violation(str(error)) from error
            except ClientError:
                failed("ClientError")

        self.stage.enter(name, run, mortal=True)

    def publish(self, events: Any) -> None:
        """The bus: notes what it was told, and hands what is due for signing to its worker, more
        than once at times.
        """
        self.stage.pause("events.put_events")
        for event in events:
            self.told.add((event.detail["case"], event.detail["seq"], event.type))
            if event.type == "CertificateDue":
                for _ in range(1 + self.stage.chance(0.2)):
                    self.act(event.detail["case"], RecordCertificate("certificate"), MACHINE)

    def case(self, case_id: str) -> Case | None:
        """The case as the journal tells it at this moment."""
        entries = self.journal.read(repository.stream_of(case_id))
        return self.histories.fold(entries) if entries else None

    def live(self, case_id: str) -> list[Execution]:
        """The running executions of a case."""
        return [
            e for e in self.states.executions.values() if (e.case, e.status) == (case_id, "RUNNING")
        ]

    # ---- time
    # ----------------------------------------------------------------------------------------------

    def now(self) -> datetime:
        """Official time."""
        return self.official

    def system_now(self) -> datetime:
        """System time: a little later at each look."""
        self.system += timedelta(seconds=0.4)
        return self.system


def _called(command: Command | Callable[[Case], Command]) -> str:
    return str(getattr(command, "__name__", type(command).__name__))


@contextmanager
def living_in(world: World) -> Iterator[pytest.MonkeyPatch]:
    """The product's stores, services and clocks are this world's."""
    before = stores.journal(), stores.views()
    with successors.published() as patch:
        # Of other flows there is no execution.
        patch.setattr(flows, "published", lambda: iter(successors.versions(world.flow.id)))
        client = {"stepfunctions": world.states}
        patch.setattr(aws, "client", client.__getitem__)
        patch.setattr(task_tokens, "client", client.__getitem__)
        patch.setattr(bus, "publish", world.publish)
        patch.setattr(authority, "posts_told", frozenset)
        patch.setattr(authority, "days_off", frozenset)  # its city has none of its own
        patch.setattr(log, "line", lambda *args, **more: None)
        patch.setattr(ids, "_secret", lambda: b"test secret")
        patch.setattr(clock, "now", world.now)
        patch.setattr(clock, "system_now", world.system_now)
        for module in (repository, case_commands, file_case, delivery):
            patch.setattr(module, "fold", world.histories.fold)
        patch.setattr(commands, "random", world.random)
        patch.setattr(
            commands, "time", SimpleNamespace(sleep=lambda seconds: world.stage.pause("sleeps"))
        )
        stores.use(
            Slow(world.stage, "journal", world.journal), Slow(world.stage, "views", world.views)
        )
        try:
            yield patch
        finally:
            stores.use(*before)
