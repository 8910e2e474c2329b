"""Half a year of the sample city: all items in all states, by the rules alone, the same for the
same seed.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import datetime
from types import SimpleNamespace
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from chalicelib.casework.acts import Case, fold
from chalicelib.certificates import acts as certificates
from chalicelib.certificates import verify
from chalicelib.certificates.views import public_key
from chalicelib.kernel import aws, cache, commands, due_index, ids, typed_numbers
from chalicelib.kernel.journal import Entry, leaf_hash
from chalicelib.kernel.settings import settings
from chalicelib.supervision.conformance import findings
from chalicelib.supervision.matters import acts
from infra.seed.history import loading, people
from infra.seed.history.__main__ import last_morning
from infra.seed.history.past import Past
from infra.seed.history.stories import stories
from tests.support.builders.certificates import Kms

ZONE = ZoneInfo("Asia/Shanghai")
END = datetime(2026, 11, 30, 0, 30, tzinfo=ZONE)
SEED = 7

# Of each item, the states in which cases of it are.
STATES = {
    "construction-permit": "accepted filed granted lapsed not_accepted refused withdrawn",
    "disability-benefit": "accepted filed granted not_accepted refused revoked "
    "supplement_requested withdrawn",
    "food-licence": "accepted filed granted lapsed not_accepted refused revoked withdrawn",
    "heritage-inspection": "accepted dropped ordered",
    "household-confirmation": "accepted filed granted lapsed not_accepted refused withdrawn",
    "information-disclosure": "accepted filed granted lapsed not_accepted refused withdrawn",
    "investment-approval": "accepted filed granted not_accepted refused withdrawn",
    "mass-event": "accepted filed granted not_accepted refused withdrawn",
    "model-worker": "accepted filed granted not_accepted refused withdrawn",
    "neighbour-water": "accepted filed granted lapsed not_accepted refused withdrawn",
    "reconsideration": "accepted filed granted not_accepted refused withdrawn",
    "road-compulsion": "accepted dropped ordered",
    "road-excavation": "accepted filed granted lapsed not_accepted refused withdrawn",
    "shop-sign": "accepted filed granted not_accepted refused revoked supplement_requested "
    "withdrawn",
    "shop-sign-renewal": "accepted filed granted not_accepted refused withdrawn",
    "street-penalty": "accepted dropped ordered",
    "tender-filing": "accepted filed granted lapsed not_accepted refused withdrawn",
    "waste-levy": "accepted dropped filed lapsed not_accepted ordered withdrawn",
}
# What happened to some case or other, by the types of the acts.
HAPPENED = [
    "ActCorrected",
    "CaseAcceptedByDefault",
    "CaseGrantedTacitly",
    "CaseLapsed",
    "CaseLinked",
    "CaseReturned",
    "DecisionRevoked",
    "ExtensionGranted",
    "FeePaid",
    "HearingHeld",
    "MaterialsSupplemented",
    "MeetingResolved",
    "ObjectionMade",
    "OpinionGiven",
    "PartiesInformed",
    "ProcedureEnded",
    "RefundOrdered",
    "ResultDelivered",
    "StatementMade",
    "TaskClaimed",
    "WarningRaised",
    "WindowAssisted",
]
# Kinds of steps at which cases are open: everywhere, but where a machine waits for a second.
OPEN_AT = {
    "accept", "archive", "assess", "decide", "deliver", "hear", "hearing", "meeting", "opinion",
    "order", "pay", "publicity", "review", "supplement", "verify",
}  # fmt: skip


def beginning(end: datetime, monkeypatch: pytest.MonkeyPatch) -> Past:
    """A past that has not begun, beside a KMS and secrets of its own."""
    secrets = SimpleNamespace(get_secret_value=lambda **_: {"SecretString": "a test's secret"})
    theirs = {"kms": Kms(), "secretsmanager": secrets}
    monkeypatch.setattr(aws, "client", theirs.__getitem__)
    monkeypatch.setattr(ids, "_secret", lambda: b"a test's secret")
    # As the loader is told: a function that sends, and has no address of its own to send from.
    monkeypatch.setitem(settings().__dict__, "mail_from", "")
    cache.clear()
    return loading.before(end, SEED)


class HalfYear:
    """What was played: the past, its cases, and what commands put on record."""

    def __init__(self, past: Past, by_command: set[tuple[str, int]]) -> None:
        self.past = past
        self.by_command = by_command
        self.keys = {"keys": [public_key()]}
        self.journals: dict[str, list[Entry]] = {}
        self.cases: dict[str, Case] = {}
        for stream, entries in past.journal.streams.items():
            if stream.startswith("case#"):
                self.journals[stream] = entries
                self.cases[stream] = fold(entries)

    def streams(self, prefix: str) -> dict[str, list[Entry]]:
        """The streams of one kind."""
        return {s: e for s, e in self.past.journal.streams.items() if s.startswith(prefix)}


@pytest.fixture(scope="module")
def half_year() -> Iterator[HalfYear]:
    with pytest.MonkeyPatch.context() as monkeypatch:
        by_command: set[tuple[str, int]] = set()
        commit = commands.commit

        def noted(prepared: Any, *first: Entry, also: Any = ()) -> None:
            commit(prepared, *first, also=also)
            made = (*first, prepared.entry, *prepared.entries)
            by_command.update((entry.stream, entry.seq) for entry in made)

        monkeypatch.setattr(commands, "commit", noted)
        past = beginning(END, monkeypatch)
        loading.play(past, END, SEED)
        yield HalfYear(past, by_command)
    cache.clear()


def test_some_four_hundred_cases_and_at_most_a_hundred_of_them_open(half_year: HalfYear) -> None:
    open_cases = [case for case in half_year.cases.values() if not case.clocks.ended_at]
    assert 400 <= len(half_year.cases) <= 450
    assert 60 <= len(open_cases) <= 100
    assert half_year.past.troubles == []


@pytest.mark.parametrize("item", STATES)
def test_cases_of_an_item_are_in_all_its_states(half_year: HalfYear, item: str) -> None:
    found = Counter(case.status for case in half_year.cases.values() if case.item == item)
    assert sorted(found) == sorted(STATES[item].split()), found


def test_every_item_is_in_the_table(half_year: HalfYear) -> None:
    assert {case.item for case in half_year.cases.values()} == set(STATES)


@pytest.mark.parametrize("act", HAPPENED)
def test_what_can_happen_to_a_case_has_happened(half_year: HalfYear, act: str) -> None:
    acts = Counter(a.type for es in half_year.journals.values() for e in es for a in e.acts)
    assert acts[act], sorted(acts)


def test_cases_are_open_at_every_kind_of_step(half_year: HalfYear) -> None:
    kinds = {c.step(v).kind for c in half_year.cases.values() for v in c.open_visits}
    assert kinds == OPEN_AT


def test_open_cases_stand_in_all_colours(half_year: HalfYear) -> None:
    open_cases = [case for case in half_year.cases.values() if not case.clocks.ended_at]
    assert {case.clocks.colour for case in open_cases} == {"", "reminder", "yellow", "red"}


def test_cards_were_answered_ruled_or_left_lying(half_year: HalfYear) -> None:
    matters = [acts.fold(s, entries) for s, entries in half_year.streams("matter#").items()]
    statuses = Counter(matter.status for matter in matters if matter)
    rulings = {matter.ruling.ruling for matter in matters if matter and matter.ruling}
    climbed = [matter for matter in matters if matter and matter.rung == "government"]
    assert len(matters) == statuses.total() > 40
    assert statuses["ruled"] > statuses.total() / 2
    assert rulings >= {"upheld", "withdrawn", "accountability", "carried_out"}
    assert len(climbed) <= 2, "supervision rules in time"
    rows = [half_year.past.views.get(stream, "matter") for stream in half_year.streams("matter#")]
    assert all(row and row.version for row in rows)


def test_no_message_of_the_past_still_waits_to_be_sent(half_year: HalfYear) -> None:
    rows = half_year.past.views.all_rows()
    waiting = [r.due_at for r in rows if r.due_shard.startswith("message#")]
    assert [due for due in waiting if due <= due_index.utc(END)] == []


def test_every_entry_of_a_case_was_made_by_a_command(half_year: HalfYear) -> None:
    made = {(e.stream, e.seq) for entries in half_year.journals.values() for e in entries}
    assert made <= half_year.by_command


def test_every_case_conforms_to_its_flow(half_year: HalfYear) -> None:
    for stream, entries in half_year.journals.items():
        case = half_year.cases[stream]
        assert findings(entries, case) == [], case.number


def test_every_leaf_is_that_of_its_entry_and_time_goes_forward(half_year: HalfYear) -> None:
    for entries in half_year.past.journal.streams.values():
        assert [entry.leaf for entry in entries] == [leaf_hash(entry) for entry in entries]
        times = [(entry.at, ids.ulid_time(entry.feed_id)) for entry in entries]
        assert times == sorted(times)
        assert times[-1][0] < END


def test_serial_numbers_have_no_gap_and_follow_the_filings(half_year: HalfYear) -> None:
    for register, entries in half_year.streams("register#").items():
        if entries[0].acts[0].type != "SerialIssued":
            continue
        assert [entry.seq for entry in entries] == list(range(1, len(entries) + 1))
        filed = [half_year.cases[f"case#{entry.acts[0].data['case']}"] for entry in entries]
        assert [case.clocks.filed_at for case in filed] == sorted(
            case.clocks.filed_at for case in filed
        )
        assert all(
            "#".join(["register", *case.number.split("-")[:3]]) == register for case in filed
        )


def test_certificates_verify_and_the_revoked_ones_do_not(half_year: HalfYear) -> None:
    lists = {row.sk: row for row in half_year.past.views.all_rows() if "status-list" in row.pk}
    assert lists
    verified = revoked = 0
    for entries in half_year.streams("certificate#").values():
        found = certificates.fold(entries)
        shown = verify.verify(found.jwt, half_year.keys, END)
        assert shown["vct"]
        verified += 1
        revoked += found.revoked_at is not None
    assert verified > 150 and revoked >= 4


def test_the_sample_people_have_cases_and_messages_of_their_own(half_year: HalfYear) -> None:
    owned = Counter(case.participants.applicant for case in half_year.cases.values())
    told = Counter(row.pk for row in half_year.past.views.all_rows())
    for person in ("p-zhang-wei", "p-li-na", "p-chen-jie", "p-liu-yang"):
        assert owned[person] >= 5 and told[f"inbox#{person}"] >= 10
    assert len(owned) > 80


def test_open_tasks_stand_in_the_inboxes_of_their_posts(half_year: HalfYear) -> None:
    inboxes: dict[str, set[str]] = defaultdict(set)
    for row in half_year.past.views.all_rows():
        if row.sk.startswith("task#") and row.inbox:
            inboxes[row.inbox].add(row.data["number"])
    for case in half_year.cases.values():
        for visit in case.open_visits:
            post = case.post_of(visit)
            assert not post or case.number in inboxes[post]
    assert len(inboxes) > 30


def test_people_have_well_formed_numbers_in_an_area_that_is_given_to_nowhere() -> None:
    citizens = people.citizens()
    assert citizens == people.citizens()
    assert len({citizen.id for citizen in citizens}) == people.CITIZENS
    for citizen in citizens:
        assert typed_numbers.id_number(citizen.id_card) == citizen.id_card
        assert citizen.id_card.startswith("339900")
    chance = loading.before(END, SEED).chance
    codes = [people.company_code(chance, kind) for kind in ("91", "92") * 50]
    assert codes == [typed_numbers.credit_code(code) for code in codes]
    assert {code[2:8] for code in codes} == {"339900"}


def everything(past: Past) -> list[Any]:
    """All that a past has left, but for what KMS signed and by which key: those differ each
    time.
    """
    of_kms = ("certificate#", "certificate-keys")
    entries = [e for e in past.journal.all_entries() if not e.stream.startswith(of_kms)]
    rows = [row for row in past.views.all_rows() if not row.pk.startswith("status-list")]
    return [entries, rows, past.grants.rows]


def test_the_same_seed_and_day_make_the_same_past(monkeypatch: pytest.MonkeyPatch) -> None:
    some = list(stories())[::15]
    pasts = []
    for _ in range(2):
        past = beginning(END, monkeypatch)
        loading.play(past, END, SEED, some)
        pasts.append(everything(past))
    assert pasts[0] == pasts[1]
    another = beginning(END, monkeypatch)
    loading.play(another, END, SEED + 1, some)
    assert everything(another) != pasts[0]


@pytest.mark.parametrize(
    "day",
    [
        datetime(2026, 3, 2, 14, tzinfo=ZONE),  # after the Spring Festival
        datetime(2026, 10, 6, 11, tzinfo=ZONE),  # in the National Day holiday
        datetime(2027, 1, 9, 23, tzinfo=ZONE),  # a Saturday in another year than most cases
    ],
)
def test_it_can_be_any_day(day: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    past = beginning(last_morning(day), monkeypatch)
    loading.play(past, last_morning(day), SEED, list(stories())[::15])
    assert past.troubles == []
    assert any(row.sk == "case" for row in past.views.all_rows())


@pytest.mark.parametrize(
    ("now", "end"),
    [
        ("2026-11-30T09:15", "2026-11-30T00:30"),
        ("2026-11-30T03:31", "2026-11-30T00:30"),
        ("2026-11-30T02:59", "2026-11-29T00:30"),
    ],
)
def test_the_past_ends_hours_ago(now: str, end: str) -> None:
    moment = datetime.fromisoformat(now).replace(tzinfo=ZONE)
    assert last_morning(moment) == datetime.fromisoformat(end).replace(tzinfo=ZONE)
