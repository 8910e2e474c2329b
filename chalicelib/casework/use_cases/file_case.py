"""Filing: the next serial number of a register and a case's first entry, in one transaction."""

from collections.abc import Sequence
from dataclasses import replace
from weakref import WeakKeyDictionary

from chalicelib.casework.acts import Case, CaseFiled, fold
from chalicelib.casework.use_cases.repository import read_calendar, stream_of
from chalicelib.kernel import commands, ids, journal, stores
from chalicelib.kernel.acts import to_act
from chalicelib.kernel.aggregates import (
    ActOrigin,
    Aggregate,
    Authorization,
    CommandFactory,
    CommandResult,
    Decision,
)
from chalicelib.kernel.journal import Act, Actor, Entry, Journal, Request, TransactionalWrite
from chalicelib.kernel.values import dataclass

MAX_TRIES = 24
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
) -> CommandResult[Case]:
    """File a case, once under the same request. Raises Problem.

    Nothing is read before the first try: the case's id is derived from caller and key, so that the
    condition of its first entry tells whether the request was answered before.
    """

    def authorize(state: NotFiledYet) -> Authorization:
        return Authorization(actor)

    stream = stream_of(case_id_for(actor.person, request))
    result = commands.execute(
        FILING,
        stream,
        application,
        authorize,
        request,
        known=(),
    )
    case = result.state
    assert case is not None, "what was filed is there"
    if result.is_new:
        _remember_serial(case)
    return CommandResult(case, result.entry, result.is_new)


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


FILING: Aggregate[NotFiledYet, Application] = Aggregate(_fold, _decide, max_tries=MAX_TRIES)

_last_serials: WeakKeyDictionary[Journal, dict[str, int]] = WeakKeyDictionary()
"""The last serial of each register that this process has seen: never ahead of the truth, so that no
gap comes of it."""


def _next_serial(register: str, origin: ActOrigin) -> int:
    """One more than the last that was given; read afresh where it is unknown or was behind."""
    seen = _last_serials.setdefault(stores.journal(), {})
    if register not in seen or register in origin.lost:
        last = stores.journal().last(register)
        seen[register] = last.seq if last else 0
    return seen[register] + 1


def _remember_serial(case: Case) -> None:
    number, _, serial = case.number.rpartition("-")
    register = "#".join(["register", *number.split("-")])
    seen = _last_serials.setdefault(stores.journal(), {})
    seen[register] = int(serial)
