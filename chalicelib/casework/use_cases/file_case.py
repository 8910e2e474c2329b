"""Filing: the next serial number of a register and a case's first entry, in one transaction."""

from collections.abc import Sequence
from dataclasses import replace
from time import time
from weakref import WeakKeyDictionary

from chalicelib.casework.acts import Case, CaseFiled, fold
from chalicelib.casework.use_cases.repository import read_calendar, stream_of
from chalicelib.kernel import commands, ids, journal, stores
from chalicelib.kernel.acts import to_act
from chalicelib.kernel.aggregates import (
    ActOrigin,
    Aggregate,
    Authorization,
    Authorize,
    CommandFactory,
    CommandResult,
    Decision,
)
from chalicelib.kernel.errors import Problem
from chalicelib.kernel.journal import Act, Actor, Entry, Journal, Request, TransactionalWrite
from chalicelib.kernel.values import dataclass

NEWEST_SECONDS = 0.1  # a busy register gives some ten numbers a second
CHANNELS = {"online": "W", "window": "C", "office": "O"}


@dataclass(frozen=True)
class SerialIssued:
    """A register has given its next number to a case."""

    number: str
    case: str


@dataclass(frozen=True)
class Application:
    """What is filed: all but the number, which its register gives.

    ``more_acts`` go on record with the filing, such as what a window vouches for; ``writes`` are
    rows of the same transaction.
    """

    filed: CaseFiled
    more_acts: tuple[Act, ...] = ()
    writes: tuple[TransactionalWrite, ...] = ()


NotFiledYet = Case | None
MakeApplication = CommandFactory[NotFiledYet, Application]


def file_case(
    application: Application | MakeApplication,
    actor: Actor,
    request: Request,
    authorize: Authorize[NotFiledYet] | None = None,
) -> CommandResult[Case]:
    """File a case, once under the same request. ``authorize`` asks who may, where that must hold
    when the case is appended. Raises Problem.

    Nothing is read before the first try: the case's id is derived from caller and key, so that the
    condition of its first entry tells whether the request was answered before. What is filed is
    checked once, however many tries its number takes.
    """

    def by_actor(state: NotFiledYet) -> Authorization:
        return Authorization(actor)

    stream = stream_of(case_id_for(actor.person, request))
    made_once = _MadeOnce(application) if callable(application) else application
    result = commands.execute(
        FILING,
        stream,
        made_once,
        authorize or by_actor,
        request,
        known=(),
    )
    case = result.state
    assert case is not None, "what was filed is there"
    if result.is_new:
        _remember_serial(case)
    return CommandResult(case, result.entry, result.is_new)


class _MadeOnce:
    """Makes an application at its first try: files and rules are looked at once for a request,
    whichever number it gets. Raises the same Problem again.
    """

    def __init__(self, make: MakeApplication) -> None:
        self._make = make
        self._made: Application | None = None
        self._problem: Problem | None = None

    def __call__(self, state: NotFiledYet, authorization: Authorization) -> Application:
        if self._problem:
            raise self._problem
        if self._made is None:
            try:
                self._made = self._make(state, authorization)
            except Problem as problem:
                self._problem = problem
                raise
        return self._made


def case_id_for(person: str, request: Request) -> str:
    """A new case's id: derived from caller and key, so that filing again finds the same case."""
    return ids.keyed_hash("case", person, request.key)


def _fold(stream: str, entries: Sequence[Entry]) -> NotFiledYet:
    return fold(entries) if entries else None


def _decide(state: NotFiledYet, application: Application, origin: ActOrigin) -> Decision:
    """The filing, and the register's entry that gives its number; nothing for what is filed."""
    if state is not None:
        return Decision([])
    filed = application.filed
    register = f"register#{filed.authority}#{origin.now.year}#{CHANNELS[filed.channel]}"
    serial = _next_serial(register, origin)
    number = "-".join([*register.split("#")[1:], f"{serial:06d}"])
    case_id = origin.stream.partition("#")[2]
    issued = SerialIssued(number, case_id)
    registered = journal.new_entry(
        register,
        serial,
        [to_act(issued)],
        at=origin.now,
        actor=Actor(),
    )
    calendar = read_calendar()
    numbered = to_act(replace(filed, number=number, calendar=calendar.edition))
    return Decision(
        [numbered, *application.more_acts],
        entries=[registered],
        writes=application.writes,
    )


FILING: Aggregate[NotFiledYet, Application] = Aggregate(_fold, _decide)


class _Register:
    """What this process knows of a register: ``last`` is its last serial that was seen, never ahead
    of the truth, so that no gap comes of it; ``is_shared`` whether others give numbers of it, too.
    """

    def __init__(self, last: int) -> None:
        self.last = last
        self.is_shared = False


_registers: WeakKeyDictionary[Journal, dict[str, _Register]] = WeakKeyDictionary()


def _next_serial(name: str, origin: ActOrigin) -> int:
    """One more than the last that was given: as this process remembers it, as a refusal has just
    told it, or read, which costs less than to be refused.
    """
    registers = _registers.setdefault(stores.journal(), {})
    register = registers.get(name)
    standing = origin.lost.get(name)
    if register is None:
        registers[name] = register = _Register(_last_serial(name))
    elif standing and _is_newest(standing):
        register.last = standing.seq
        register.is_shared = True
    elif register.is_shared or name in origin.lost:
        last = _last_serial(name)
        register.is_shared = last != register.last
        register.last = last
    return register.last + 1


def _last_serial(name: str) -> int:
    last = stores.journal().last(name)
    return last.seq if last else 0


def _is_newest(standing: Entry) -> bool:
    """Whether the entry that took our number is likely the register's last one still: it was made
    a moment ago. A wrong guess costs another refusal, never a gap.
    """
    return time() - ids.ulid_time(standing.feed_id) < NEWEST_SECONDS


def _remember_serial(case: Case) -> None:
    number, _, serial = case.number.rpartition("-")
    name = "#".join(["register", *number.split("-")])
    register = _registers[stores.journal()].get(name)
    if register:
        register.last = int(serial)
