"""The reconciler: what has no execution gets one, whatever stands beside it."""

from typing import Any

import pytest

from chalicelib.casework.execution import delivery, reconciler
from chalicelib.kernel import aws
from chalicelib.kernel.journal import Act, Actor, new_entry
from tests.support.builders.cases import APPLICANT, MONDAY, filed_act
from tests.support.fakes.stores import MemoryJournal, MemoryViews


class Executions:
    """Step Functions as far as the reconciler sees it."""

    def __init__(self, running: list[str]) -> None:
        self.running, self.started = running, []

    def get_paginator(self, name: str) -> Any:
        return self

    def paginate(self, **asked: str) -> list[dict[str, Any]]:
        return [{"executions": [{"name": f"{case}-0"} for case in self.running]}]

    def start_execution(self, *, name: str, **more: str) -> None:
        self.started.append(name.partition("-")[0])


@pytest.fixture
def cases(memory: tuple[MemoryJournal, MemoryViews]) -> list[str]:
    journal, views = memory
    names = [f"case{n}" for n in range(6)]
    for name in names:
        entry = new_entry(f"case#{name}", 1, [filed_act()], at=MONDAY, actor=APPLICANT)
        journal.append(entry)
        views.put(delivery.case_row(delivery.fold([entry])))
    return names


def test_each_case_without_an_execution_gets_one_and_a_broken_one_keeps_nobody(
    cases: list[str], memory: tuple[MemoryJournal, MemoryViews], monkeypatch: pytest.MonkeyPatch
) -> None:
    states = Executions(running=cases[:1])
    monkeypatch.setattr(aws, "client", lambda service: states)
    memory[0].append(new_entry(f"case#{cases[2]}", 2, [Act("NoSuchAct")], at=MONDAY, actor=Actor()))
    assert reconciler.reconcile()["findings"] == 4
    assert sorted(states.started) == [cases[1], *cases[3:]]
