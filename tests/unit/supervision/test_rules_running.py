"""Rules run once for each act, over the past in slices, and on trial; findings are judged, and a
city changes rules by two persons.
"""

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any

import pytest

from chalicelib.kernel import stores
from chalicelib.supervision.matters import use_cases as matters
from chalicelib.supervision.rules.findings import counts, projector
from chalicelib.supervision.rules.running import history, trial
from tests.support.builders.case_walks import finish, led
from tests.support.builders.cases import APPLICANT, Desk
from tests.support.builders.watching import Watching
from tests.support.fakes.stores import MemoryJournal, MemoryViews

BURST = {"entered-in-one-burst", "steps-within-seconds"}
REASONS = {"reasons": ["as the file shows"]}


@pytest.fixture
def city(monkeypatch: pytest.MonkeyPatch, memory: tuple[MemoryJournal, MemoryViews]) -> Watching:
    return Watching(monkeypatch, memory)


def refused() -> Desk:
    """Refused in a burst, with two characters of reasons."""
    desk = led("licence", "accept", "review")
    finish(desk, "approve", "refuse", reasons=("不行",))
    return desk


def of_others(desk: Desk, text: str) -> Desk:
    """Filed by somebody else, with other content."""
    filed = desk.entries[0].acts[0]
    filed.private["applicant"]["person"] = text  # type: ignore[index]
    return desk


def raised(city: Watching, rule: str = "no-reasons") -> str:
    city.tell(city.keep(refused()))
    return str(city.found()[rule]["id"])


# ---- as it happens


def test_each_finding_exists_once_however_often_its_event_comes(city: Watching) -> None:
    entries = city.keep(refused())
    for _ in range(3):
        city.tell(entries)
    assert set(city.found()) == BURST | {"no-reasons"}
    assert len(city.streams("finding")) == 3
    assert city.counts("no-reasons") == {"found": 1, "in_history": 0, "false": 0, "taken_up": 0}


def test_a_batch_reads_a_case_once(city: Watching, monkeypatch: pytest.MonkeyPatch) -> None:
    entries = city.keep(refused())
    reads = []
    read = city.journal.read
    monkeypatch.setattr(
        city.journal, "read", lambda stream, after=0: reads.append(stream) or read(stream, after)
    )
    city.tell(entries)
    assert reads.count("case#case1") == 1


def test_a_finding_names_rule_case_and_entries_and_no_person(city: Watching) -> None:
    finding = raised(city)
    page = city.ask("o-aud", "GET", "/findings/{finding}", finding=finding).body
    assert (page["rule"], page["rule_version"], page["severity"]) == ("no-reasons", 1, "grave")
    assert (page["number"], page["department"]) == ("URB-2026-W-000001", "URB")
    assert (page["entries"], page["why"]) == ([4], {"act": "CaseRefused", "characters": 2})
    assert (page["status"], page["from_history"]) == ("raised", False)
    written = str([city.journal.read(stream) for stream in city.streams("finding")])
    assert APPLICANT.person not in written and "李娜" not in written


def test_supervisors_are_told_of_what_is_grave(city: Watching) -> None:
    raised(city)
    events = {event.detail["rule"]: event for event in city.events if event.type == "FindingRaised"}
    assert events["no-reasons"].detail["severity"] == "grave"
    city.told(events["no-reasons"])
    for person, messages in (("o-sup", 1), ("o-head", 0)):
        inbox = [row for row in city.views.rows.values() if row.pk == f"inbox#{person}"]
        assert len(inbox) == messages


def test_the_same_matter_is_seen_across_cases(city: Watching) -> None:
    city.tell(city.keep(led("licence", "accept"), 1))
    later = Desk("licence", led("licence").at + timedelta(days=3))
    finish(later, "accept")
    city.tell(city.keep(later, 2))
    finding = city.found()["accepted-at-two-places"]
    assert finding["number"] == "URB-2026-W-000002"
    rows = str([row for row in city.views.rows.values() if row.pk.startswith("alike#")])
    assert APPLICANT.person not in rows and "面馆" not in rows


def test_a_gap_in_the_register_is_found_at_the_next_number(city: Watching) -> None:
    city.tell(city.keep(led("licence"), 1))
    assert "serial-register" not in city.found()
    city.tell(city.keep(led("licence"), 3))
    assert city.found()["serial-register"]["number"] == "URB-2026-W-000003"


# ---- exactly once


class Broken(Exception):
    """AWS is away."""


def test_who_breaks_off_between_count_and_row_counts_once(
    city: Watching, monkeypatch: pytest.MonkeyPatch
) -> None:
    entries = city.keep(refused())
    put = city.views.put

    def breaking(row: Any, expect: int | None = None) -> bool:
        if row.sk == "finding":
            raise Broken
        return put(row, expect)

    with monkeypatch.context() as patch:
        patch.setattr(city.views, "put", breaking)
        with pytest.raises(Broken):
            city.tell(entries)
    city.tell(entries)
    city.tell(entries)
    assert city.counts("no-reasons")["found"] == 1
    assert all(city.counts(rule)["found"] == 1 for rule in BURST)


class Cut:
    """Dies at its n-th call, before or after that is done."""

    def __init__(self, call: int, is_sent: bool) -> None:
        self.left, self.is_sent = call, is_sent

    def through(self, method: Callable[..., Any]) -> Callable[..., Any]:
        """The method, which may be cut."""

        def call(*args: Any, **more: Any) -> Any:
            self.left -= 1
            if self.left == 0 and not self.is_sent:
                raise Broken
            answer = method(*args, **more)
            if self.left == 0:
                raise Broken
            return answer

        return call


CALLS = {"journal": ("append", "read", "get"), "views": ("put", "get", "partition", "newest")}


@pytest.mark.parametrize("is_sent", [False, True])
def test_cut_at_any_call_each_finding_is_raised_and_counted_once(
    city: Watching, monkeypatch: pytest.MonkeyPatch, is_sent: bool
) -> None:
    entries = city.keep(refused())
    on_record, rows = dict(city.journal.entries), dict(city.views.rows)
    calls = 0
    while True:
        calls += 1
        city.journal.entries, city.views.rows = dict(on_record), dict(rows)
        cut = Cut(calls, is_sent)
        with monkeypatch.context() as patch:
            for store, names in CALLS.items():
                for name in names:
                    inner = getattr(city, store)
                    patch.setattr(inner, name, cut.through(getattr(inner, name)))
            try:
                city.tell(entries)
            except Broken:
                pass
        if cut.left > 0:
            break
        city.tell(entries)
        assert len(city.streams("finding")) == 3
        numbers = [counts.by_rule()[rule]["found"] for rule in ("no-reasons", *sorted(BURST))]
        assert numbers == [1, 1, 1], f"cut at call {calls}"
    assert calls > 25


def test_a_late_repetition_counts_nothing(city: Watching) -> None:
    finding = raised(city)
    second = of_others(refused(), "p-other")
    city.tell(city.keep(second, 2))  # by which the first is not pending any more
    found = projector.acts.fold(f"finding#{finding}", city.journal.read(f"finding#{finding}"))
    assert found is not None
    counts.count(found, ["found"])
    assert city.counts("no-reasons")["found"] == 2


# ---- judged


def test_a_false_alarm_has_reasons_and_counts_against_the_rule(city: Watching) -> None:
    finding = raised(city)
    path = "/findings/{finding}/false-alarm"
    done = city.ask("o-sup", "POST", path, REASONS, finding=finding)
    again = city.ask("o-sup", "POST", path, REASONS, finding=finding)
    assert done.status == again.status == 200
    assert done.body == again.body
    assert city.counts("no-reasons") == {"found": 1, "in_history": 0, "false": 1, "taken_up": 0}
    other = city.ask("o-sup-2", "POST", path, REASONS, finding=finding, key="other")
    assert (other.status, other.body["type"].rpartition(":")[2]) == (409, "finding-judged")
    page = city.ask("o-sup", "GET", "/findings/{finding}", finding=finding).body
    assert (page["status"], page["reasons"]) == ("false", ["as the file shows"])


def test_a_finding_is_taken_up_as_a_matter_that_names_it(city: Watching) -> None:
    finding = raised(city)
    path = "/findings/{finding}/matter"
    body = {"text": "Say why there are no reasons."}
    done = city.ask("o-sup", "POST", path, body, finding=finding)
    assert done.status == 201
    matter = matters.find(done.body["matter"])
    assert (matter.kind, matter.cause) == ("order", {"finding": finding})
    assert (matter.subject.case, matter.answerable.heads) == ("case1", ("urb-head",))
    assert city.counts("no-reasons")["taken_up"] == 1
    assert city.found()["no-reasons"]["matter"] == matter.id


@pytest.mark.parametrize(
    ("person", "method", "path", "body", "status"),
    [
        ("o-head", "GET", "/findings", None, 403),
        ("o-aud", "GET", "/findings", None, 200),
        ("o-aud", "POST", "/findings/{finding}/false-alarm", REASONS, 403),
        ("o-adm", "POST", "/findings/{finding}/matter", {"text": "x"}, 403),
        ("o-head", "POST", "/supervision-rules/no-reasons/dry-run", {}, 403),
    ],
)
def test_findings_are_for_supervision(
    city: Watching, person: str, method: str, path: str, body: Any, status: int
) -> None:
    finding = raised(city)
    path = path.replace("no-reasons", "{rule}")
    parts = {"finding": finding} if "{finding}" in path else {"rule": "no-reasons"}
    parts = parts if "{" in path else {}
    assert city.ask(person, method, path, body, **parts).status == status


# ---- over the past


def test_a_new_rule_sees_the_past_in_slices_and_says_so(
    city: Watching, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(1, 8):
        city.keep(of_others(refused(), f"p-{number}"), number)
    monkeypatch.setattr(history, "LOOKS", 5)
    looked_at = [city.sweep().get("looked_at", 0) for _ in range(9)]
    assert looked_at[0] == 5 and looked_at[-1] == 0, "bounded, and over in the end"
    assert sum(looked_at) == 7 + 15, "each case once, and each register"
    counted = city.counts("no-reasons")
    assert (counted["found"], counted["in_history"]) == (7, 7)
    assert city.found()["no-reasons"]["from_history"] is True


def test_what_happens_meanwhile_is_left_to_the_events(city: Watching) -> None:
    desk = refused()
    shift = city.now - desk.at
    desk.entries = [
        projector.Entry(**{**vars(entry), "at": entry.at + shift}) for entry in desk.entries
    ]
    city.keep(desk)
    city.sweep()
    assert city.found() == {}


def test_only_a_new_version_walks_once_more(
    city: Watching, monkeypatch: pytest.MonkeyPatch
) -> None:
    city.keep(refused())
    city.sweep()
    assert city.sweep() == {}
    row = stores.views().get(*history.PLACE)
    assert row is not None
    done: Mapping[str, int] = row.data["done"]
    older = {**done, "no-reasons": 0}
    stores.views().put(
        history.Row(*history.PLACE, version=row.version, data={**row.data, "done": older})
    )
    assert city.sweep()["found"] == 0, "found before by an earlier version"
    assert city.sweep() == {}


# ---- in the city


def change(city: Watching, person: str = "o-sup", key: str = "c", **body: Any) -> Any:
    path = "/supervision-rules/{rule}/changes"
    return city.ask(person, "POST", path, {**REASONS, **body}, rule="no-reasons", key=key)


def approve(city: Watching, person: str, proposal: int = 1) -> Any:
    path = "/supervision-rules/{rule}/changes/approval"
    return city.ask(person, "POST", path, {"proposal": proposal}, rule="no-reasons", key="a")


def test_a_threshold_is_changed_by_two_persons_from_a_day_on(city: Watching) -> None:
    tomorrow = (city.now + timedelta(days=1)).date().isoformat()
    assert change(city, thresholds={"characters": 1}, **{"from": tomorrow}).body["proposal"] == 1
    waiting = city.ask("", "GET", "/supervision-rules/{rule}", rule="no-reasons").body["proposal"]
    assert (waiting["proposal"], waiting["thresholds"]) == (1, {"characters": 1})
    assert approve(city, "o-sup").status == 403, "not by who proposed it"
    assert approve(city, "o-adm").body["changes"] == 1
    shown = city.ask("", "GET", "/supervision-rules/{rule}", rule="no-reasons").body
    assert [(each["from"], each["thresholds"]) for each in shown["changes"]] == [
        (tomorrow, {"characters": 1})
    ]
    assert shown["thresholds"][0]["value"] == 6, "until then as before"
    listed = city.ask("", "GET", "/supervision-rules").body["rules"]
    assert len(listed) == 23
    city.now += timedelta(days=1)
    shown = city.ask("", "GET", "/supervision-rules/{rule}", rule="no-reasons").body
    assert shown["thresholds"][0]["value"] == 1


@pytest.mark.parametrize(("thresholds", "is_found"), [({"characters": 2}, False), ({}, True)])
def test_the_change_is_what_counts_from_then_on(
    city: Watching, thresholds: dict[str, int], is_found: bool
) -> None:
    change(city, thresholds=thresholds)
    approve(city, "o-adm")
    desk = refused()
    shift = city.now - desk.at + timedelta(hours=1)
    desk.entries = [
        projector.Entry(**{**vars(entry), "at": entry.at + shift}) for entry in desk.entries
    ]
    city.tell(city.keep(desk))
    assert ("no-reasons" in city.found()) == is_found


def test_a_rule_can_be_switched_off(city: Watching) -> None:
    change(city, on=False)
    approve(city, "o-sup-2")
    desk = refused()
    shift = city.now - desk.at + timedelta(hours=1)
    desk.entries = [
        projector.Entry(**{**vars(entry), "at": entry.at + shift}) for entry in desk.entries
    ]
    city.tell(city.keep(desk))
    assert set(city.found()) == BURST


def test_what_is_proposed_anew_or_rejected_is_not_approved(city: Watching) -> None:
    change(city, key="one", thresholds={"characters": 9})
    change(city, key="two", thresholds={"characters": 8})
    assert approve(city, "o-adm", 1).status == 409
    path = "/supervision-rules/{rule}/changes/rejection"
    rejected = city.ask("o-adm", "POST", path, {"proposal": 2, **REASONS}, rule="no-reasons")
    assert (rejected.status, rejected.body["proposal"], rejected.body["changes"]) == (200, None, 0)


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"thresholds": {"days": 1}}, "/thresholds/days"),
        ({"thresholds": {"characters": 0}}, "/thresholds/characters"),
        ({"thresholds": {"characters": 201}}, "/thresholds/characters"),
        ({"from": "2026-01-01"}, "/from"),
    ],
)
def test_a_change_that_the_rule_does_not_take_is_refused(
    city: Watching, body: dict[str, Any], field: str
) -> None:
    answer = change(city, **body)
    assert (answer.status, answer.body["errors"][0]["field"]) == (422, field)


# ---- on trial


def try_out(city: Watching, rule: str = "no-reasons", **body: Any) -> Any:
    return city.ask("o-sup", "POST", "/supervision-rules/{rule}/dry-run", body, rule=rule)


def test_a_dry_run_says_what_would_have_been_found_and_writes_nothing(city: Watching) -> None:
    city.keep(refused())
    before = len(city.journal.entries)
    harder = try_out(city, thresholds={"characters": 2})
    assert (harder.body["cases"], harder.body["found"], harder.body["found_now"]) == (1, 0, 1)
    softer = try_out(city, thresholds={"characters": 100})
    [sample] = softer.body["samples"]
    assert (sample["number"], sample["entries"]) == ("URB-2026-W-000001", [4])
    assert try_out(city, thresholds={"characters": 100}).body == softer.body
    assert len(city.journal.entries) == before
    assert city.found() == {}


def test_a_dry_run_goes_on_where_it_ended_and_looks_no_further_back(
    city: Watching, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(1, 6):
        city.keep(of_others(refused(), f"p-{number}"), number)
    monkeypatch.setattr(trial, "LOOKS", 3)
    found, cursor, requests = 0, {}, 0
    while True:
        body = try_out(city, **cursor).body
        found, requests = found + body["found"], requests + 1
        if body["next_cursor"] is None:
            break
        cursor = {"cursor": body["next_cursor"]}
    assert found == 5
    assert requests > 2
    assert try_out(city, months=1).body["cases"] == 0
    assert try_out(city, cursor="Zm9yZ2Vk").status == 400
    assert try_out(city, rule="read-in-bulk").status == 409
