"""Reading a case: its parties do so freely; an office through a task or for a stated purpose, and
that read is an act.

One entry per reader, case, purpose and day, in a stream of its own: the stream's name is what makes
it one.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any, NoReturn

from chalicelib import authority
from chalicelib.casework.acts import Case, Visit
from chalicelib.casework.errors import PurposeNeeded
from chalicelib.casework.use_cases import refusals
from chalicelib.casework.use_cases.permissions import case_resource
from chalicelib.kernel import clock, ids, journal, paging, stores, visibility
from chalicelib.kernel.authorization import Post, Principal
from chalicelib.kernel.errors import BadRequest, NotFound
from chalicelib.kernel.http.door import Call
from chalicelib.kernel.journal import Act, Actor, AppendConflict
from chalicelib.kernel.views import Key, Row

READ = "CaseRead"
SUBJECTS = "subjects"  # the private group: whose data was read
TASK, WINDOW = (
    "task",
    "window",
)  # the purposes that nobody states: a task of one's own; the person is present
HEAD, SUPERVISOR = "head", "supervisor"
# What an office may read a case for beside its tasks, and after how many days its subject is told.
# Told at once, who is supervised or complained about would be warned (PIPL Art. 18 and 35); so only
# supervisors may state these two.
PURPOSES: Mapping[str, int] = {
    "appeal": 0,
    "complaint": 180,
    "correction": 0,
    "inquiry": 0,
    "statistics": 0,
    "supervision": 90,
}


def permit(call: Call, case: Case) -> str:
    """Permission to read a case, as whom (of ``visibility``); an office's read is on record before
    it is answered.

    Raises NotFound, PurposeNeeded (which is on record too), and BadRequest for a purpose that the
    list does not know.
    """
    stated = _stated(call)
    if viewer := _as_party(call.principal, case):
        call.permit(case_resource(case))
        return viewer
    invited = {post for meeting in case.meetings.values() for post in meeting["invited"]}
    return _as_office(
        call, case, stated, invited | {case.post_of(visit) for visit in case.visits.values()}
    )


def through_task(call: Call, case: Case, visit: Visit) -> str:
    """As of ``permit``, for who may see the task: by its post it is read for the task, by another
    for a purpose.
    """
    return _as_office(call, case, _stated(call), {case.post_of(visit)})


def _as_office(call: Call, case: Case, stated: str, parts: set[str]) -> str:
    """For the purpose that is stated; else for a task, where the caller works for one of the posts
    that take part.
    """
    posts = (
        [post.id for post in call.principal.posts if parts & _reach(post, case)]
        if not case.ended_at
        else []
    )
    purpose = stated or (TASK if posts else "")
    try:
        call.permit(case_resource(case, purpose), "view_case")
    except NotFound:
        if opening := _opening(call, case):
            _refuse(call, case, opening)
        raise
    put_on_record(
        case,
        call.actor(min(posts) if purpose == TASK else _post(call.principal, case)),
        purpose,
        call.now,
    )
    return visibility.SEALED if PURPOSES.get(purpose) else visibility.OFFICE


def at_window(case: Case, officer: Actor, now: datetime) -> None:
    """A window shows a case to its party, and so the officer reads it too."""
    put_on_record(case, officer, WINDOW, now)


def put_on_record(case: Case, reader: Actor, purpose: str, now: datetime) -> None:
    """One read a day of each reader and purpose; again the same day costs one look and changes
    nothing.

    Who became a party in between was read of for the first time, so that is a read of its own.
    """
    today, subjects = now.date(), sorted(case.told)
    mark = ids.keyed_hash("read", reader.person, case.id, purpose, today.isoformat(), *subjects)
    stream = f"read#{case.id}#{mark}"
    if stores.journal().get(stream, 1):
        return
    wait = PURPOSES.get(purpose, 0)
    data = {"case": case.id, "number": case.number, "purpose": purpose, "on": today.isoformat()}
    data |= {"sealed_until": (today + timedelta(days=wait)).isoformat()} if wait else {}
    act = Act(READ, data, {SUBJECTS: {"persons": subjects}})
    try:
        stores.journal().append(journal.new_entry(stream, 1, [act], at=now, actor=reader))
    except AppendConflict:  # the same read beside us
        pass


def project(stream: str, age: float = 0.0) -> bool:
    """Put a read into the access log of everybody whose data it was (a feed handler); whether it
    was new.
    """
    entry = stores.journal().get(stream, 1)
    if entry is None:
        return False
    data = entry.acts[0].data
    row_data = {
        "number": data["number"],
        "on": data["on"],
        "purpose": data["purpose"],
        "post": entry.actor.post,
    }
    listed = f"{data.get('sealed_until', data['on'])}#{clock.stamp(entry.at)}"
    people = entry.acts[0].private.get(SUBJECTS, {}).get("persons", ())
    logs = [log_of(person) for person in people] or [reads_of(data["case"])]
    rows = (
        Row(stream, f"subject#{i}", 1, row_data, owner=log, owner_at=listed)
        for i, log in enumerate(logs)
    )
    views = stores.views()
    return sum([views.get(*row.key) is None and views.put(row, expect=0) for row in rows]) > 0


def log_of(person: str) -> str:
    """The owner under which the views list who read a person's cases."""
    return f"access#{person}"


def reads_of(case_id: str) -> str:
    """The owner under which the views list reads of a case of which nobody was told: retention
    finds them there.
    """
    return f"reads#{case_id}"


def listed(
    parties: Sequence[str], today: date, limit: int, starts: Mapping[str, Any] | None
) -> tuple[list[dict[str, Any]], Mapping[str, Any] | None]:
    """A page of the access logs of parties, newest first, without what is sealed today; where the
    next page starts.
    """

    def of(party: str, limit: int, start: paging.Start | None) -> paging.Found[Key]:
        page = stores.views().index(
            "owner",
            log_of(party),
            until=f"{today.isoformat()}~",
            limit=limit,
            start=start,
            newest_first=True,
        )
        return [(sort, key) for key, sort in page.keys], page.next_start

    keys, more = paging.merged(parties, of, limit, starts)
    rows = stores.views().get_many(keys)
    return [_shown(rows[key].data) for key in keys if key in rows], more


def rows_of(case: Case) -> Iterator[Key]:
    """Every row that lists a read of the case: in its parties' access logs, or apart where nobody
    was told then.
    """
    for log in (reads_of(case.id), *map(log_of, sorted(case.told))):
        start: Mapping[str, Any] | None = None
        while True:
            page = stores.views().index("owner", log, limit=1000, start=start)
            yield from (key for key, _ in page.keys if key[0].startswith(f"read#{case.id}#"))
            start = page.next_start
            if start is None:
                break


def _shown(data: Mapping[str, Any]) -> dict[str, Any]:
    office = authority.post_of(data["post"])
    return {
        "on": data["on"],
        "number": data["number"],
        "office": office,
        "purpose": data["purpose"],
    }


def _as_party(principal: Principal, case: Case) -> str:
    """As what party, or in whose name, somebody reads; empty for everybody else."""
    if case.applicant and principal.may_act_for(case.applicant, case.item):
        return visibility.OWN
    return (
        visibility.PARTY
        if any(principal.may_act_for(told, case.item) for told in case.told)
        else ""
    )


def _reach(post: Post, case: Case) -> set[str]:
    """The post itself, and those that have delegated the case's item to it."""
    return {post.id} | {given.post for given in post.delegations if case.item in given.items}


def _stated(call: Call) -> str:
    purpose = call.query.get("purpose", "")
    if purpose and purpose not in PURPOSES:
        raise BadRequest("purpose-unknown", purposes=", ".join(PURPOSES))
    return purpose


def _opening(call: Call, case: Case) -> list[str]:
    """The purposes that would open the case to the caller."""
    found = []
    for purpose in PURPOSES:
        try:
            call.permit(case_resource(case, purpose), "view_case")
            found.append(purpose)
        except NotFound:
            continue
    return found


def _refuse(call: Call, case: Case, opening: Sequence[str]) -> NoReturn:
    denial = call.explain_denial(case_resource(case, ""), "view_case")
    problem = PurposeNeeded(purposes=", ".join(opening)).because(denial)
    post = _post(call.principal, case)
    # What a supervisor looks into is told as late as the reading itself would be.
    is_supervisors = any(
        held.id == post and SUPERVISOR in held.roles for held in call.principal.posts
    )
    held_back = timedelta(days=PURPOSES["supervision"]) if is_supervisors else timedelta()
    refusals.put_on_record(case, problem, call.actor(post), call.now, held_back)
    raise problem


def _post(principal: Principal, case: Case) -> str:
    """By which post a purpose is stated: one of the case's, else as head of its department, else as
    supervisor.
    """
    return min(_ranked(principal, case))[1]


def _ranked(principal: Principal, case: Case) -> Iterator[tuple[int, str]]:
    posts = case_resource(case).facts["posts"]
    for post in principal.posts:
        as_head = HEAD in post.roles and post.department == case.authority
        rank = 0 if post.id in posts else 1 if as_head else 2 if SUPERVISOR in post.roles else 3
        yield rank, post.id
