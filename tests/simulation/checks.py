"""What must be true of every schedule, whoever died when: checked when everything has come to
rest.
"""

from collections.abc import Iterator

from chalicelib.casework.acts import Case, Visit, fold
from chalicelib.casework.execution import events, task_tokens
from chalicelib.casework.use_cases import repository
from chalicelib.kernel.journal import Entry
from chalicelib.supervision import conformance
from tests.simulation.actors import Violation
from tests.simulation.world import World


def check(world: World) -> None:
    """Raise Violation for the first thing that is not as promised."""
    for fault in _faults(world):
        raise Violation(fault)


def _faults(world: World) -> Iterator[str]:
    yield from _register(world)
    for case_id in world.cases:
        entries = world.journal.read(repository.stream_of(case_id))
        case = fold(entries)
        if case != world.histories.fold(entries):
            yield "folded in one go, the journal tells of another case"
        yield from (f"does not conform: {found}" for found in conformance.findings(entries, case))
        yield from _record(case, entries)
        yield from _tasks(world, case)
        yield from _executions(world, case)
        told = {
            (case.id, entry.seq, event.type)
            for entry in entries
            for event in events.of_entry(case, entry)
        }
        if missing := told - world.told:
            yield f"the bus was never told of {missing}"
        row = world.views.get(repository.stream_of(case_id), "case")
        if (
            row is None
            or row.version != case.seq
            or row.data["status"] != case.status
            or bool(case.clocks.ended_at) != row.due_shard.startswith("retention#")
        ):
            yield f"the case's row is behind: {row}"


def _register(world: World) -> Iterator[str]:
    entries = [e for e in world.journal.entries.values() if e.stream.startswith("register#")]
    if sorted(e.seq for e in entries) != list(range(1, len(world.cases) + 1)):
        yield "the register has gaps or doubles"
    if sorted(e.acts[0].data["case"] for e in entries) != sorted(world.cases):
        yield "a case was filed twice, or not at all"


def _record(case: Case, entries: list[Entry]) -> Iterator[str]:
    keys = [entry.request.key for entry in entries if entry.request]
    if len(keys) != len(set(keys)):
        yield "one request has two entries"
    if [entry.seq for entry in entries] != list(range(1, len(entries) + 1)):
        yield "the journal has a gap"
    acts = [act for entry in entries for act in entry.acts]
    warnings = [
        tuple(act.data[k] for k in ("clock", "level", "due"))
        for act in acts
        if act.type == "WarningRaised"
    ]
    if len(warnings) != len(set(warnings)):
        yield "a warning was raised twice"
    once = [
        act.type
        for act in acts
        if act.type in ("CertificateIssued", "SupplementRequested", "CaseWithdrawn")
    ]
    if len(once) != len(set(once)):
        yield f"done twice: {once}"


def _tasks(world: World, case: Case) -> Iterator[str]:
    live = {token for token, task in world.states.waiting.items() if world.states.is_live(task)}
    for visit in case.visits.values():
        row = world.views.get(f"case#{case.id}", f"task#{visit.id}")
        if not visit.is_open:
            if row is None or row.inbox or not row.closed:
                yield f"{visit.id} is done and still asked for: {row}"
        elif row is None or row.closed or row.inbox != _inbox(case, visit):
            yield f"{visit.id} is open and in no inbox: {row}"
        elif not row.tokens & live:
            yield f"{visit.id} is open and nobody waits for it"
    known = {f"task#{visit}" for visit in case.visits}
    if unknown := [
        sk
        for pk, sk in world.views.rows
        if pk == f"case#{case.id}" and sk != "case" and sk not in known
    ]:
        yield f"tasks that the case never came to: {unknown}"


def _inbox(case: Case, visit: Visit) -> str:
    return task_tokens.IN_PUBLIC if case.step(visit).kind == "publicity" else case.post_of(visit)


def _executions(world: World, case: Case) -> Iterator[str]:
    ours = [e for e in world.states.executions.values() if e.case == case.id]
    running = [e for e in ours if e.status == "RUNNING"]
    if case.clocks.ended_at and running:
        yield f"the case has ended and {[e.name for e in running]} run on"
    if not case.clocks.ended_at and not running:
        yield "the case is open and no execution carries it"
    if any(e.error == "UnknownVisit" for e in ours):
        yield "an execution went where the journal has never been"
    for execution in running:
        if execution.machine != case.flow.name:
            yield f"{execution.name} walks a flow that the case has left"
        if world.states.waits_at(execution) != sorted(visit.id for visit in case.open_visits):
            yield f"{execution.name} waits at {world.states.waits_at(execution)}, open are {case.open_visits}"
    for execution in ours:
        whole = execution.status in ("RUNNING", "SUCCEEDED") and execution.machine == case.flow.name
        if len(set(execution.visits)) != len(execution.visits) or not case.visits.keys() >= set(
            execution.visits
        ):
            yield f"{execution.name} came to {execution.visits}"
        if whole and set(execution.visits) != _way(case):
            yield f"{execution.name} ended without {_way(case) - set(execution.visits)}"


def _way(case: Case) -> set[str]:
    """The visits to which a whole execution comes: after a move it jumps from the start to where
    the case landed.
    """
    walked = {visit.id for visit in case.visits.values() if not visit.version}
    return walked | {f"{case.flow.start}.0"}
