"""Reading a case: its parties do so freely; an office through a task or for a stated purpose, and that read is an act.

One entry per reader, case, purpose and day, in a stream of its own: the stream's name is what makes it one.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any, NoReturn

from chalicelib import authority
from chalicelib.casework import refusals
from chalicelib.casework.access import case_resource
from chalicelib.casework.acts import Case, Visit
from chalicelib.casework.errors import PurposeNeeded
from chalicelib.kernel import clock, ids, journal, pages, stores, visibility
from chalicelib.kernel.door import Call
from chalicelib.kernel.errors import BadRequest, NotFound
from chalicelib.kernel.guard import Post, Principal
from chalicelib.kernel.journal import Act, Actor, AppendConflict
from chalicelib.kernel.views import Key, Row

READ = "CaseRead"
SUBJECTS = "subjects"  # the private group: whose data was read
TASK = "task"
HEAD, SUPERVISOR = "head", "supervisor"
# What an office may read a case for beside its tasks, and after how many days its subject is told. Told at once, who is
# supervised or complained about would be warned (PIPL Art. 18 and 35).
PURPOSES: Mapping[str, int] = {
    "appeal": 0,
    "complaint": 180,
    "correction": 0,
    "inquiry": 0,
    "statistics": 0,
    "supervision": 90,
}


def permit(call: Call, case: Case) -> str:
    """Permission to read a case, as whom (of ``visibility``); an office's read is on record before it is answered.

    Raises NotFound, PurposeNeeded (which is on record too), and BadRequest for a purpose that the list does not know.
    """
    stated = _stated(call)
    if viewer := _as_party(call.principal, case):
        call.permit(case_resource(case))
        return viewer
    posts = at_work(call.principal, case)
    purpose = stated or (TASK if posts else "")
    try:
        call.permit(case_resource(case, purpose))
    except NotFound:
        if _would_open(call, case):
            _refuse(call, case)
        raise
    put_on_record(case, call.actor(min(posts) if purpose == TASK else _post(call.principal, case)), purpose, call.now)
    return visibility.OFFICE if purpose == TASK else visibility.SEALED


def through_task(call: Call, case: Case, visit: Visit) -> str:
    """As of ``permit``, for who may see the task: by its post it is read for the task, by another for a purpose."""
    stated, task_post = _stated(call), case.post_of(visit)
    posts = [post.id for post in call.principal.posts if task_post in _reach(post, case)]
    if not (posts or stated):
        _refuse(call, case)
    purpose = TASK if posts else stated
    put_on_record(case, call.actor(min(posts) if posts else _post(call.principal, case)), purpose, call.now)
    return visibility.OFFICE if posts else visibility.SEALED


def at_work(principal: Principal, case: Case) -> list[str]:
    """The caller's posts that take part in a case while it runs: they have or had a task in it, or were invited."""
    if case.ended_at:
        return []
    invited = {post for meeting in case.meetings.values() for post in meeting["invited"]}
    parts = invited | {case.post_of(visit) for visit in case.visits.values()}
    return [post.id for post in principal.posts if parts & _reach(post, case)]


def put_on_record(case: Case, reader: Actor, purpose: str, now: datetime) -> None:
    """One read a day of each reader and purpose; again the same day costs one look and changes nothing."""
    today = now.date()
    stream = f"read#{case.id}#{ids.keyed_hash('read', reader.person, case.id, purpose, today.isoformat())}"
    if stores.journal().get(stream, 1):
        return
    wait = PURPOSES.get(purpose, 0)
    data = {"case": case.id, "number": case.number, "purpose": purpose, "on": today.isoformat()}
    data |= {"sealed_until": (today + timedelta(days=wait)).isoformat()} if wait else {}
    act = Act(READ, data, {SUBJECTS: {"persons": sorted(case.told)}})
    try:
        stores.journal().append(journal.new_entry(stream, 1, [act], at=now, actor=reader))
    except AppendConflict:  # the same read beside us
        pass


def project(stream: str, age: float = 0.0) -> bool:
    """Put a read into the access log of everybody whose data it was (a feed handler); whether it was new."""
    entry = stores.journal().get(stream, 1)
    if entry is None:
        return False
    data = entry.acts[0].data
    row_data = {"number": data["number"], "on": data["on"], "purpose": data["purpose"], "post": entry.actor.post}
    listed = f"{data.get('sealed_until', data['on'])}#{clock.stamp(entry.at)}"
    people = entry.acts[0].private.get(SUBJECTS, {}).get("persons", ())
    rows = (
        Row(stream, f"subject#{i}", 1, row_data, owner=log_of(person), owner_at=listed)
        for i, person in enumerate(people)
    )
    views = stores.views()
    return sum([views.get(*row.key) is None and views.put(row, expect=0) for row in rows]) > 0


def log_of(person: str) -> str:
    """The owner under which the views list who read a person's cases."""
    return f"access#{person}"


def listed(
    parties: Sequence[str], today: date, limit: int, starts: Mapping[str, Any] | None
) -> tuple[list[dict[str, Any]], Mapping[str, Any] | None]:
    """A page of the access logs of parties, newest first, without what is sealed today; where the next page starts."""

    def of(party: str, limit: int, start: pages.Start | None) -> pages.Found[Key]:
        page = stores.views().index(
            "owner", log_of(party), until=f"{today.isoformat()}~", limit=limit, start=start, newest_first=True
        )
        return [(sort, key) for key, sort in page.keys], page.next_start

    keys, more = pages.merged(parties, of, limit, starts)
    rows = stores.views().get_many(keys)
    return [_shown(rows[key].data) for key in keys if key in rows], more


def rows_of(person: str, case_id: str) -> Iterator[Key]:
    """Where a person's access log names a case."""
    start: Mapping[str, Any] | None = None
    while True:
        page = stores.views().index("owner", log_of(person), limit=1000, start=start)
        yield from (key for key, _ in page.keys if key[0].startswith(f"read#{case_id}#"))
        start = page.next_start
        if start is None:
            return


def _shown(data: Mapping[str, Any]) -> dict[str, Any]:
    office = authority.post_of(data["post"])
    return {"on": data["on"], "number": data["number"], "office": office, "purpose": data["purpose"]}


def _as_party(principal: Principal, case: Case) -> str:
    """As what party, or in whose name, somebody reads; empty for everybody else."""
    if case.applicant and principal.may_act_for(case.applicant, case.item):
        return visibility.OWN
    return visibility.PARTY if any(principal.may_act_for(told, case.item) for told in case.told) else ""


def _reach(post: Post, case: Case) -> set[str]:
    """The post itself, and those that have delegated the case's item to it."""
    return {post.id} | {given.post for given in post.delegations if case.item in given.items}


def _stated(call: Call) -> str:
    purpose = call.query.get("purpose", "")
    if purpose and purpose not in PURPOSES:
        raise BadRequest("purpose-unknown", purposes=", ".join(PURPOSES))
    return purpose


def _would_open(call: Call, case: Case) -> bool:
    """Whether some purpose would open the case to the caller."""
    for purpose in PURPOSES:
        try:
            call.permit(case_resource(case, purpose))
            return True
        except NotFound:
            continue
    return False


def _refuse(call: Call, case: Case) -> NoReturn:
    denial = call.why_not(case_resource(case, ""), "view_case")
    problem = PurposeNeeded(purposes=", ".join(PURPOSES)).because(denial)
    refusals.put_on_record(case, problem, call.actor(_post(call.principal, case)), call.now)
    raise problem


def _post(principal: Principal, case: Case) -> str:
    """By which post a purpose is stated: one of the case's, else as head of its department, else as supervisor."""
    return min(_ranked(principal, case))[1]


def _ranked(principal: Principal, case: Case) -> Iterator[tuple[int, str]]:
    posts = case_resource(case).facts["posts"]
    for post in principal.posts:
        as_head = HEAD in post.roles and post.department == case.authority
        rank = 0 if post.id in posts else 1 if as_head else 2 if SUPERVISOR in post.roles else 3
        yield rank, post.id
