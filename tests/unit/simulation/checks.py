"""What must be true of every schedule, whoever died when: checked when everything has come to rest."""

import json
from collections.abc import Iterator
from functools import lru_cache
from typing import Any

from chalicelib.casework import desk, events
from chalicelib.casework.acts import Case, fold
from chalicelib.catalog import flows
from chalicelib.kernel.journal import Entry
from tests.unit.simulation.actors import Violation
from tests.unit.simulation.world import World


def check(world: World) -> None:
    """Raise Violation for the first thing that is not as promised."""
    for fault in _faults(world):
        raise Violation(fault)


def _faults(world: World) -> Iterator[str]:
    yield from _register(world)
    for case_id in world.cases:
        entries = world.journal.read(desk.stream_of(case_id))
        case = fold(entries)
        yield from _transitions(case, entries)
        yield from _record(case, entries)
        yield from _tasks(world, case)
        yield from _executions(world, case)
        told = {(case.id, entry.seq, event.type) for entry in entries for event in events.of_entry(case, entry)}
        if missing := told - world.told:
            yield f"the bus was never told of {missing}"
        row = world.views.get(desk.stream_of(case_id), "case")
        if (
            row is None
            or row.version != case.seq
            or row.data["status"] != case.status
            or bool(case.ended_at) == bool(row.due_at)
        ):
            yield f"the case's row is behind: {row}"


def _register(world: World) -> Iterator[str]:
    entries = [e for e in world.journal.entries.values() if e.stream.startswith("register#")]
    if sorted(e.seq for e in entries) != list(range(1, len(world.cases) + 1)):
        yield "the register has gaps or doubles"
    if sorted(e.acts[0].data["case"] for e in entries) != sorted(world.cases):
        yield "a case was filed twice, or not at all"


def _transitions(case: Case, entries: list[Entry]) -> Iterator[str]:
    """The journal, replayed on the published document itself by a second, simpler reading of it."""
    document = _document(f"{case.flow_id}.v{case.flow_version}.json")
    steps, joints = _steps(document)
    open_visits, opinions, is_over = {(document["start"], 0)}, dict[str, int](), False
    for entry in entries[1:]:
        for act in entry.acts:
            if is_over and act.type in ("TaskCompleted", "CaseWithdrawn"):
                yield f"{act.type} after the end"
            if act.type == "CaseWithdrawn":
                open_visits, is_over = set(), True
            if act.type != "TaskCompleted":
                continue
            step, _, since = act.data["visit"].partition(".")
            if (step, int(since)) not in open_visits:
                yield f"{act.data} was not open"
            open_visits.discard((step, int(since)))
            target, opened = steps[step]["outcomes"][act.data["outcome"]], entry.seq
            if target == "join":
                opinions[step] = entry.seq
                joint = next(j for j in joints.values() if step in j["branches"])
                if not opinions.keys() >= joint["branches"].keys():
                    continue
                target, opened = joint["next"], max(opinions.values())
                opinions = {}
            is_over = target.startswith("end:")
            entered = joints[target]["branches"] if target in joints else [] if is_over else [target]
            open_visits |= {(name, opened) for name in entered}
    if {f"{step}.{since}" for step, since in open_visits} != {v.id for v in case.open_visits}:
        yield f"open are {case.open_visits}, the published flow says {open_visits}"
    if is_over != bool(case.ended_at):
        yield "the case and the flow do not agree on its end"


@lru_cache
def _document(name: str) -> dict[str, Any]:
    document: dict[str, Any] = json.loads((flows.FOLDER / name).read_text("utf-8"))
    return document


def _steps(document: dict[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    joints = {name: step for name, step in document["steps"].items() if step["kind"] == "joint"}
    steps = {name: step for name, step in document["steps"].items() if name not in joints}
    for joint in joints.values():
        steps |= joint["branches"]
    return steps, joints


def _record(case: Case, entries: list[Entry]) -> Iterator[str]:
    keys = [entry.request.key for entry in entries if entry.request]
    if len(keys) != len(set(keys)):
        yield "one request has two entries"
    if [entry.seq for entry in entries] != list(range(1, len(entries) + 1)):
        yield "the journal has a gap"
    acts = [act for entry in entries for act in entry.acts]
    warnings = [tuple(act.data[k] for k in ("clock", "level", "due")) for act in acts if act.type == "WarningRaised"]
    if len(warnings) != len(set(warnings)):
        yield "a warning was raised twice"
    once = [act.type for act in acts if act.type in ("CertificateIssued", "SupplementRequested", "CaseWithdrawn")]
    if len(once) != len(set(once)):
        yield f"done twice: {once}"


def _tasks(world: World, case: Case) -> Iterator[str]:
    live = {token for token, task in world.states.waiting.items() if world.states.is_live(task)}
    for visit in case.visits.values():
        row = world.views.get(f"case#{case.id}", f"task#{visit.id}")
        if not visit.is_open:
            if row is None or row.inbox or not row.closed:
                yield f"{visit.id} is done and still asked for: {row}"
        elif row is None or row.closed or row.inbox != case.post_of(visit):
            yield f"{visit.id} is open and in no inbox: {row}"
        elif not row.tokens & live:
            yield f"{visit.id} is open and nobody waits for it"
    known = {f"task#{visit}" for visit in case.visits}
    if unknown := [sk for pk, sk in world.views.rows if pk == f"case#{case.id}" and sk != "case" and sk not in known]:
        yield f"tasks that the case never came to: {unknown}"


def _executions(world: World, case: Case) -> Iterator[str]:
    ours = [e for e in world.states.executions.values() if e.case == case.id]
    running = [e for e in ours if e.status == "RUNNING"]
    if case.ended_at and running:
        yield f"the case has ended and {[e.name for e in running]} run on"
    if not case.ended_at and not running:
        yield "the case is open and no execution carries it"
    if any(e.error == "UnknownVisit" for e in ours):
        yield "an execution went where the journal has never been"
    for execution in running:
        if world.states.waits_at(execution) != sorted(visit.id for visit in case.open_visits):
            yield f"{execution.name} waits at {world.states.waits_at(execution)}, open are {case.open_visits}"
    for execution in ours:
        whole = execution.status in ("RUNNING", "SUCCEEDED")
        if len(set(execution.visits)) != len(execution.visits) or not case.visits.keys() >= set(execution.visits):
            yield f"{execution.name} came to {execution.visits}"
        if whole and set(execution.visits) != case.visits.keys():
            yield f"{execution.name} ended without {case.visits.keys() - set(execution.visits)}"
