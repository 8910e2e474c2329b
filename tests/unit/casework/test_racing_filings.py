"""A filing that loses its number goes on from what the refusal tells: nothing is read again."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from chalicelib.casework import Application
from chalicelib.casework.acts import CaseFiled
from chalicelib.casework.use_cases import file_case
from chalicelib.kernel import commands, stores
from chalicelib.kernel.acts import from_act
from chalicelib.kernel.aggregates import MAX_TRIES, Authorization
from chalicelib.kernel.errors import Invalid, Unavailable
from chalicelib.kernel.journal import AppendConflict, Entry, Request
from tests.support.builders.cases import APPLICANT, filed_act
from tests.support.fakes.stores import MemoryJournal

APPLICATION = Application(from_act(CaseFiled, filed_act()))
LONG_AGO = file_case.NEWEST_SECONDS + 1


class Process(MemoryJournal):
    """The journal as one process reaches it: what it reads is counted, and before it appends
    others may come first.
    """

    def __init__(self, entries: dict[tuple[str, int], Entry]) -> None:
        super().__init__()
        self.entries = entries
        self.reads: list[str] = []
        self.tries = 0
        self.first: list[Callable[[], Any]] = []
        self.is_telling = True

    def read(self, stream: str, after: int = 0) -> list[Entry]:
        self.reads.append(stream.partition("#")[0])
        return super().read(stream, after)

    def last(self, stream: str) -> Entry | None:
        entries = super().read(stream)
        self.reads.append(stream.partition("#")[0])
        return entries[-1] if entries else None

    def append(self, *entries: Entry, **beside: Any) -> None:
        self.tries += 1
        if self.first:
            self.first.pop(0)()
        try:
            super().append(*entries, **beside)
        except AppendConflict as conflict:
            if self.is_telling:
                raise
            raise AppendConflict(*conflict.taken) from conflict


@pytest.fixture
def ours(memory: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[Process]:
    monkeypatch.setattr(commands.time, "sleep", lambda seconds: None)
    process = Process({})
    stores.use(process, stores.views())
    yield process


def file(key: str, application: Any = APPLICATION) -> str:
    done = file_case.file_case(application, APPLICANT, Request(key, "body"))
    return str(done.state.number)


def others_file(ours: Process, *keys: str) -> Callable[[], None]:
    """Another process files these."""

    def work() -> None:
        stores.use(Process(ours.entries), stores.views())
        for key in keys:
            file(key)
        stores.use(ours, stores.views())

    return work


@pytest.mark.parametrize(
    ("races", "reads", "tries"),
    [
        pytest.param([], [], 1, id="nobody else"),
        pytest.param([["b"]], [], 2, id="one race"),
        pytest.param([["b"], ["c"], ["d"]], [], 4, id="three races"),
        pytest.param([["b", "c"]], [], 3, id="two were quicker"),
    ],
)
def test_a_filing_that_loses_its_number_reads_nothing(
    ours: Process, races: list[list[str]], reads: list[str], tries: int
) -> None:
    file("before")
    ours.reads, ours.tries = [], 0
    ours.first = [others_file(ours, *keys) for keys in races]
    others = sum(map(len, races))
    assert file("ours") == f"URB-2026-W-{2 + others:06d}"
    assert (ours.reads, ours.tries) == (reads, tries)


def test_a_process_that_was_long_away_reads_the_register_once(
    ours: Process, monkeypatch: pytest.MonkeyPatch
) -> None:
    file("before")
    others_file(ours, *"bcdefgh")()
    now = file_case.time()
    monkeypatch.setattr(file_case, "time", lambda: now + LONG_AGO)
    ours.reads, ours.tries = [], 0
    assert file("ours") == "URB-2026-W-000009"
    assert (ours.reads, ours.tries) == (["register"], 2)


def test_a_register_that_others_share_is_read_before_it_refuses_until_nobody_does(
    ours: Process,
) -> None:
    file("before")
    others_file(ours, "b")()
    file("refused")
    others_file(ours, "c", "d")()
    ours.reads, ours.tries = [], 0
    assert [file(key) for key in ("x", "y", "z")] == [f"URB-2026-W-{n:06d}" for n in (6, 7, 8)]
    assert ours.reads == ["register", "register"]  # for x, and for y, which finds nobody else
    assert ours.tries == 3


def test_a_store_that_tells_nothing_is_read(ours: Process) -> None:
    file("before")
    ours.is_telling = False
    ours.first = [others_file(ours, "b")]
    ours.reads = []
    assert file("ours") == "URB-2026-W-000003"
    assert ours.reads == ["case", "register"]


def test_the_same_request_at_two_processes_is_one_case(ours: Process) -> None:
    ours.first = [others_file(ours, "ours")]
    assert file("ours") == "URB-2026-W-000001"
    assert sorted(ours.entries) == [
        (f"case#{file_case.case_id_for(APPLICANT.person, Request('ours', 'body'))}", 1),
        ("register#URB#2026#W", 1),
    ]


@pytest.mark.parametrize("refusal", [None, Invalid()])
def test_what_is_filed_is_looked_at_once_whatever_number_it_gets(
    ours: Process, refusal: Invalid | None
) -> None:
    looked = []

    def make(state: Any, authorization: Authorization) -> Application:
        looked.append(state)
        if refusal:
            raise refusal
        return APPLICATION

    file("before")
    ours.first = [others_file(ours, "b"), others_file(ours, "c")]
    if refusal:
        with pytest.raises(Invalid):
            file("ours", make)
    else:
        assert file("ours", make) == "URB-2026-W-000004"
    assert looked == [None]


def test_whoever_loses_every_try_is_told_to_come_again(ours: Process) -> None:
    ours.first = [others_file(ours, f"other-{n}") for n in range(MAX_TRIES)]
    with pytest.raises(Unavailable):
        file("ours")
    assert ours.tries == MAX_TRIES
