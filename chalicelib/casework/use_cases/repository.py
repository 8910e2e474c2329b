"""Acting on a case: fold, ask permission, decide, append; the one synchronous write of a
request.
"""

import random
import re
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any
from weakref import WeakKeyDictionary

from chalicelib.casework.acts import Case, Command, decide, fold
from chalicelib.casework.use_cases import refusals
from chalicelib.deadlines import WorkingCalendar
from chalicelib.kernel import clock, ids, journal, stores
from chalicelib.kernel.errors import KeyReused, NotFound, Problem, Unavailable
from chalicelib.kernel.journal import Act, Actor, AppendConflict, Entry, Journal, Request
from chalicelib.kernel.settings import settings

TRIES = 5
_NUMBER = re.compile(r"([A-Z0-9]{1,10}-[0-9]{4}-[A-Z])-([0-9]{6,9})")
_ID = re.compile(r"[a-z0-9]{1,40}")
FILING_TRIES = 24
CHANNELS = {"online": "W", "window": "C", "office": "O"}

Permit = Callable[[Case], Actor]
"""Asks the policies about the case as it is, and says as whom the caller acts."""


@dataclass(frozen=True)
class Done:
    """An act on record: the case right after it, the entry that holds it, and whether this call
    appended it.
    """

    case: Case
    entry: Entry
    new: bool = False


@lru_cache(maxsize=1)
def calendar() -> WorkingCalendar:
    """The stage's working calendar."""
    return WorkingCalendar(settings().zone)


def stream_of(case_id: str) -> str:
    """The stream of a case."""
    return f"case#{case_id}"


def find(number: str) -> str:
    """The case id behind a public number, by the register that gave it. Raises NotFound.

    An unknown number costs the same reads as a known one whose case is not the caller's.
    """
    parts = _NUMBER.fullmatch(number)
    register, serial = (parts[1].replace("-", "#"), int(parts[2])) if parts else ("none", 1)
    entry = stores.journal().get(f"register#{register}", max(serial, 1))
    if entry is None or entry.acts[0].data["number"] != number:
        stores.journal().read("case#none")
        raise NotFound
    return str(entry.acts[0].data["case"])


def load(case_id: str) -> tuple[Case, list[Entry]]:
    """The case and its entries, read consistently. Raises NotFound."""
    entries = read(case_id)
    return fold(entries), entries


def read(case_id: str) -> list[Entry]:
    """A case's entries, read consistently. Raises NotFound."""
    entries = stores.journal().read(stream_of(case_id)) if _ID.fullmatch(case_id) else []
    if not entries:
        raise NotFound
    return entries


def perform(
    case_id: str,
    command: Command | Callable[[Case], Command],
    permit: Permit,
    request: Request | None,
    known: list[Entry] | None = None,
) -> Done:
    """Do ``command`` once, however often it is asked for under the same request.

    A callable makes the command from the case as it is, and may refuse (If-Match, materials).
    ``known`` are the entries where the caller has just read them: the first try reads nothing.
    Raises Problem.
    """
    for attempt in range(TRIES):
        entries = read(case_id) if known is None else known
        case, known = fold(entries), None
        if request and (done := journal.answered(entries, request.key)):
            return _again(done, entries, permit, request)
        actor = permit(case)
        now = clock.now()
        try:
            acts = decide(
                case, command(case) if callable(command) else command, actor, now, calendar()
            )
        except Problem as problem:
            refusals.put_on_record(case, problem, actor, now)
            raise
        if not acts:
            return Done(case, entries[-1])
        entry = journal.new_entry(
            stream_of(case_id), case.seq + 1, acts, at=now, actor=actor, request=request
        )
        after = fold(
            [*entries, entry]
        )  # before the append: an act that cannot be folded must not get on record
        try:
            stores.journal().append(entry)
        except AppendConflict:
            time.sleep(random.random() * 0.02 * attempt)
            continue
        return Done(after, entry, new=True)
    raise Unavailable


def _again(done: Entry, entries: Sequence[Entry], permit: Permit, request: Request) -> Done:
    """The same key: the same answer, for ever; another body under it is refused."""
    if done.request is None or done.request.body != request.body:
        raise KeyReused
    permit(fold(entries[: max(done.seq - 1, 1)]))
    return Done(fold(entries[: done.seq]), done)


@dataclass(frozen=True)
class Application:
    """What is filed: public facts of the item version, the applicant's private part, and acts
    ``beside`` the filing.
    """

    authority: str
    channel: str
    facts: Mapping[str, Any]
    private: Mapping[str, Any]
    beside: tuple[Act, ...] = ()


def filed_before(person: str, request: Request) -> Done | None:
    """The case that this request has filed already. Raises KeyReused for another body under its
    key.
    """
    entries = stores.journal().read(stream_of(case_id_for(person, request)))
    if not entries:
        return None
    if entries[0].request is None or entries[0].request.body != request.body:
        raise KeyReused
    return Done(fold(entries[:1]), entries[0])


def case_id_for(person: str, request: Request) -> str:
    """A new case's id: derived from caller and key, so that filing again finds the same case."""
    return ids.keyed_hash("case", person, request.key)


_seen: WeakKeyDictionary[Journal, dict[str, int]] = WeakKeyDictionary()
"""The last serial of each register that this process has seen: never ahead of the truth, so no gap
comes of it.
"""


def file(application: Application, actor: Actor, request: Request) -> Done:
    """Give the next serial number and file the case, in one transaction. Safe to repeat."""
    case_id = case_id_for(actor.person, request)
    now = clock.now()
    register = f"register#{application.authority}#{now.year}#{CHANNELS[application.channel]}"
    seq = _next_serial(register)
    for attempt in range(FILING_TRIES):
        serial = _serial(register, seq, case_id, now)
        done = _filed(application, serial, actor, request)
        try:
            stores.journal().append(serial, done.entry)
            _serials()[register] = seq
            return done
        except AppendConflict as conflict:
            if done.entry.stream in conflict.taken and (
                before := filed_before(actor.person, request)
            ):
                return before  # our own lost reply, or the same request beside us
            if register in conflict.taken:
                _serials()[register] = seq
                seq = seq + 1 if attempt % 4 else _next_serial(register, afresh=True)
            else:
                time.sleep(
                    random.random() * 0.01
                )  # others are writing just now: the number is not given away yet
    raise Unavailable


def _next_serial(register: str, afresh: bool = False) -> int:
    known = _serials()
    if afresh or register not in known:
        last = stores.journal().last(register)
        known[register] = last.seq if last else 0
    return known[register] + 1


def _serials() -> dict[str, int]:
    return _seen.setdefault(stores.journal(), {})


def _filed(application: Application, serial: Entry, actor: Actor, request: Request) -> Done:
    issued = serial.acts[0].data
    public = {
        "number": issued["number"],
        "authority": application.authority,
        "channel": application.channel,
    }
    acts = [
        Act("CaseFiled", {**public, **application.facts}, application.private),
        *application.beside,
    ]
    entry = journal.new_entry(
        stream_of(issued["case"]), 1, acts, at=serial.at, actor=actor, request=request
    )
    return Done(fold([entry]), entry, new=True)


def _serial(register: str, seq: int, case_id: str, now: datetime) -> Entry:
    number = "-".join([*register.split("#")[1:], f"{seq:06d}"])
    return journal.new_entry(
        register,
        seq,
        [Act("SerialIssued", {"number": number, "case": case_id})],
        at=now,
        actor=Actor(),
    )
