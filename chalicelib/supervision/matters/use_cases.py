"""Use cases on supervision matters: opened by a warning or an order, answered, ruled, and moved on
by time.
"""

from collections.abc import Mapping
from typing import Any

from chalicelib import authority, casework
from chalicelib.casework import Case
from chalicelib.kernel import ids
from chalicelib.kernel.aggregates import (
    ActOrigin,
    Aggregate,
    Authorize,
    CommandResult,
    Decision,
    by_machine,
)
from chalicelib.kernel.commands import execute
from chalicelib.kernel.errors import Fault, Invalid, NotFound
from chalicelib.kernel.journal import Request
from chalicelib.supervision import records
from chalicelib.supervision.matters import acts, published, rules
from chalicelib.supervision.matters.commands import (
    AnswerMatter,
    ApplyTime,
    MatterCommand,
    OpenMatter,
    RuleMatter,
)
from chalicelib.supervision.matters.values import CARD, ORDER, Answerable, Matter, Subject

PREFIX = "matter#"
MatterResult = CommandResult[Matter | None]


def _decide(matter: Matter | None, command: MatterCommand, origin: ActOrigin) -> Decision:
    return rules.decide(
        matter,
        command,
        origin,
        casework.read_calendar(),
    )


MATTERS: Aggregate[Matter | None, MatterCommand] = Aggregate(acts.fold, _decide)
"""One matter between an office and supervision."""


def find(matter: str) -> Matter:
    """The matter as it is on record. Raises NotFound."""
    return records.find(PREFIX, matter, acts.fold)


def open_card(warning: Mapping[str, Any]) -> None:
    """A limit is broken: one card for each warning, however often it is told. ``warning`` is the
    event's detail.
    """
    case, _ = casework.load(warning["case"])
    cause = {name: warning[name] for name in ("clock", "level", "due", "seq")}
    command = OpenMatter(
        CARD,
        Subject(case.authority, case.id, case.number, case.item),
        _answerable(case, warning["posts"]),
        cause,
        level=warning["level"],
    )
    id = ids.digest(CARD, case.id, *(str(cause[name]) for name in ("clock", "level", "due")))
    execute(
        MATTERS,
        PREFIX + id,
        command,
        by_machine,
        known=(),
    )


def _answerable(case: Case, officers: list[str]) -> Answerable:
    posts = case.rules.posts
    return Answerable(
        tuple(filter(None, officers)),
        tuple(filter(None, [posts.get("head")])),
        posts.get("supervisor", ""),
    )


def open_order(
    wanted: Mapping[str, Any],
    person: str,
    post: str,
    authorize: Authorize[Matter | None],
    request: Request,
) -> MatterResult:
    """A supervision order to an office, about one of its cases or in general, by who holds a
    supervisor's ``post``. Raises Invalid for a case or an office that there is not.
    """
    subject = _subject(wanted)
    heads = authority.posts_of_department(subject.department, "head")
    if not heads:
        raise Invalid(faults=[Fault("/department", "office-without-head")])
    command = OpenMatter(
        ORDER,
        subject,
        Answerable((), tuple(heads), post),
        {},
        text=wanted["text"],
    )
    stream = PREFIX + ids.keyed_hash("order", person, request.key)
    return execute(
        MATTERS,
        stream,
        command,
        authorize,
        request,
        known=(),
    )


def _subject(wanted: Mapping[str, Any]) -> Subject:
    if "number" not in wanted:
        return Subject(wanted["department"])
    try:
        case, _ = casework.load(casework.find(wanted["number"]))
    except NotFound:
        raise Invalid(faults=[Fault("/number", "case-unknown")]) from None
    if wanted.get("department", case.authority) != case.authority:
        raise Invalid(faults=[Fault("/department", "case-of-other-office")])
    return Subject(
        case.authority,
        case.id,
        case.number,
        case.item,
    )


def answer(
    matter: str,
    command: AnswerMatter,
    authorize: Authorize[Matter | None],
    request: Request,
) -> MatterResult:
    """The office's answer. Raises NotFound, Invalid, Conflict."""
    published.check(find(matter), command.summary)
    return _change(matter, command, authorize, request)


def rule(
    matter: str,
    command: RuleMatter,
    authorize: Authorize[Matter | None],
    request: Request,
) -> MatterResult:
    """Supervision's ruling. Raises NotFound, Invalid, Conflict."""
    published.check(find(matter), command.summary)
    return _change(matter, command, authorize, request)


def accountability_of(matter: str) -> str:
    """The id of the matter that is opened when somebody is held to account in ``matter``."""
    return ids.digest("accountability", matter)


def _change(
    matter: str,
    command: MatterCommand,
    authorize: Authorize[Matter | None],
    request: Request | None,
) -> MatterResult:
    return execute(
        MATTERS,
        PREFIX + matter,
        command,
        authorize,
        request,
    )


def apply_time(matter: str) -> MatterResult:
    """What time has brought, put on record once. Raises NotFound."""
    return _change(matter, ApplyTime(), by_machine, None)
