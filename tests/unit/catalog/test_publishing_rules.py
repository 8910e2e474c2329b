"""The pure rules of an item's life: what is in force when, which acts a draft allows, who confirms
a retirement.
"""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from chalicelib.catalog.acts import drafting, drafts, effects, items
from chalicelib.catalog.acts.drafting import (
    BeginDraft,
    DiscardDraft,
    PublishDraft,
    ReviewDraft,
    ReviseDraft,
    SubmitDraft,
)
from chalicelib.catalog.acts.drafts import Draft
from chalicelib.catalog.acts.effects import Effect
from chalicelib.catalog.acts.item_acts import (
    Document,
    ItemPublished,
    ItemRetired,
    RetirementProposed,
)
from chalicelib.catalog.acts.items import ConfirmRetirement, Item, Newest, ProposeRetirement
from chalicelib.catalog.errors import (
    DraftElsewhere,
    DraftOvertaken,
    DraftSaysNothing,
    OwnDraft,
    OwnProposal,
)
from chalicelib.kernel import journal
from chalicelib.kernel.acts import to_act
from chalicelib.kernel.aggregates import ActOrigin, Authorization
from chalicelib.kernel.errors import Conflict, Invalid, Problem, StaleEdit
from chalicelib.kernel.journal import Act, Actor, Entry
from tests.support.builders.publishing_office import MONDAY

DAY = timedelta(days=1)
LINES = st.lists(st.tuples(st.integers(0, 9), st.booleans()), min_size=1, max_size=8)


def brought(line: list[tuple[int, bool]]) -> list[Effect]:
    """Effects by (day on which it begins, whether it is a version); versions are numbered in the
    order on record.
    """
    numbers = iter(range(1, len(line) + 1))
    return [
        Effect(MONDAY + day * DAY, {"version": next(numbers)} if is_version else None)
        for day, is_version in line
    ]


@given(line=LINES, day=st.integers(0, 10))
def test_the_last_act_on_record_that_has_begun_holds(
    line: list[tuple[int, bool]], day: int
) -> None:
    known, at = brought(line), MONDAY + day * DAY
    begun = [effect for effect in known if effect.starts <= at]
    assert effects.in_force(known, at) is (begun[-1] if begun else None)


@given(line=LINES, day=st.integers(0, 10))
def test_whatever_was_published_some_version_can_be_shown(
    line: list[tuple[int, bool]], day: int
) -> None:
    known, at = brought([(0, True), *line]), MONDAY + day * DAY
    shown, held = effects.shown(known, at), effects.in_force(known, at)
    assert shown and shown in [effect.document for effect in known]
    if held and held.document:
        assert shown is held.document


def test_before_the_first_version_begins_it_is_shown_and_not_in_force() -> None:
    known = brought([(5, True), (3, True)])
    assert effects.in_force(known, MONDAY) is None
    assert effects.shown(known, MONDAY) == {"version": 2}, "it will be the first in force"


def test_a_retired_item_is_shown_as_it_last_was() -> None:
    known = brought([(0, True), (5, True), (3, False)])
    assert effects.shown(known, MONDAY + 9 * DAY) == {"version": 1}, (
        "the second never came into force"
    )
    assert (
        effects.retired_from(known, MONDAY)
        == effects.retired_from(known, MONDAY + 9 * DAY)
        == MONDAY + 3 * DAY
    )


def test_a_publication_after_a_retirement_lifts_it() -> None:
    known = brought([(0, True), (1, False), (5, True)])
    assert effects.retired_from(known, MONDAY + 2 * DAY) == MONDAY + DAY
    assert effects.retired_from(known, MONDAY + 6 * DAY) is None
    assert effects.shown(known, MONDAY + 6 * DAY) == {"version": 2}


def test_a_day_begins_at_midnight_and_today_is_at_once() -> None:
    assert effects.begins(MONDAY.date(), MONDAY) is None
    assert effects.begins((MONDAY + DAY).date(), MONDAY) == MONDAY.replace(hour=0, minute=0) + DAY
    with pytest.raises(Invalid) as refused:
        effects.begins((MONDAY - DAY).date(), MONDAY)
    assert [fault.field for fault in refused.value.faults] == ["/from"]


def test_an_entry_of_an_earlier_release_is_in_force_from_its_own_moment() -> None:
    act = Act("ItemPublished", {"version": 1, "document": {"id": "x"}})
    entry = journal.new_entry("item#x", 1, [act], at=MONDAY, actor=Actor())
    effect = effects.of_entry(entry)
    assert effect and effect.starts == MONDAY and effect.document
    assert (
        effect.document["in_force_from"]
        == effect.document["published_at"]
        == "2026-03-02T09:30:00.000+08:00"
    )


def by(person: str, at: datetime = MONDAY, seq: int = 2) -> ActOrigin:
    """A person of the office acts at a moment."""
    return ActOrigin("draft#d", seq, at, Authorization(Actor(person, "urb-author")))


def newest(version: int, document: Document | None) -> Newest:
    """The version published last, and what it says; None once the item is retired."""
    return Newest(version, version, document, is_retired=document is None)


class Writing(RuleBasedStateMachine):
    """Random people write, submit, review, publish and give up a draft, in any order."""

    PEOPLE = st.sampled_from(["o-1", "o-2", "o-3"])

    def __init__(self) -> None:
        super().__init__()
        self.newest, self.wrote, self.judged = 3, {"o-1"}, set[str]()
        self.entries: list[Entry] = []
        document = {"id": "x", "authority": "URB", "text": 0}
        self.put("o-1", self.decided("o-1", BeginDraft(document, self.newest)))

    @property
    def draft(self) -> Draft:
        return drafts.fold("draft#d", self.entries)

    def put(self, person: str, act: Act) -> None:
        at = datetime(2026, 3, 2, tzinfo=UTC) + timedelta(minutes=len(self.entries))
        seq = len(self.entries) + 1
        self.entries.append(
            journal.new_entry("draft#d", seq, [act], at=at, actor=Actor(person, "urb-author"))
        )

    def decided(self, person: str, command: Any) -> Act:
        origin = by(person, seq=len(self.entries) + 1)
        return drafting.decide(self.draft, command, origin).acts[0]

    def attempt(self, person: str, command: type, *parts: Any) -> bool:
        try:
            act = self.decided(person, command(self.draft.seq, *parts))
        except Problem:
            return False
        self.put(person, act)
        return True

    @rule(person=PEOPLE, text=st.integers(0, 3))
    def revise(self, person: str, text: int) -> None:
        before = self.draft.status
        document = {"id": "x", "authority": "URB", "text": text}
        if self.attempt(person, ReviseDraft, document, self.newest):
            assert before == drafts.IN_HAND
            self.wrote.add(person)

    @rule(person=PEOPLE)
    def submit(self, person: str) -> None:
        if self.attempt(person, SubmitDraft, newest(self.newest, {"text": "before"})):
            self.wrote.add(person)

    @rule(
        person=PEOPLE,
        outcome=st.sampled_from(["approve", "return"]),
        reasons=st.sampled_from([[], ["不清楚"]]),
    )
    def review(self, person: str, outcome: str, reasons: list[str]) -> None:
        if self.attempt(person, ReviewDraft, outcome, tuple(reasons)):
            assert person not in self.wrote
            assert outcome == "approve" or reasons

    @rule(person=PEOPLE)
    def publish(self, person: str) -> None:
        before = self.draft.status
        if self.attempt(person, PublishDraft, newest(self.newest, {})):
            assert before == drafts.APPROVED and person not in self.wrote
            assert self.draft.base == self.newest

    @precondition(lambda self: len(self.entries) > 4)
    @rule(person=PEOPLE)
    def discard(self, person: str) -> None:
        self.attempt(person, DiscardDraft)

    @rule()
    def another_version_is_published(self) -> None:
        self.newest += 1

    @invariant()
    def the_fold_knows_its_authors_and_every_step(self) -> None:
        assert self.draft.authors == self.wrote
        assert [step.act for step in self.draft.steps] == [
            entry.acts[0].type for entry in self.entries
        ]

    @invariant()
    def nothing_follows_an_end(self) -> None:
        ends = [
            e.seq for e in self.entries if e.acts[0].type in ("DraftPublished", "DraftDiscarded")
        ]
        assert ends in ([], [len(self.entries)])
        assert self.draft.is_open == (not ends)


TestWriting = Writing.TestCase


def draft(status: str = drafts.IN_HAND, **changed: Any) -> Draft:
    usual: dict[str, Any] = {
        "item": "x",
        "authority": "URB",
        "base": 1,
        "document": {"id": "x", "text": "new"},
        "authors": frozenset({"o-1"}),
    }
    return Draft("d", 1, **(usual | {"status": status} | changed))


def decided(state: Draft, command: Any, person: str = "o-2") -> Act:
    return drafting.decide(state, command, by(person)).acts[0]


def test_a_draft_stays_the_draft_of_its_item_and_authority() -> None:
    with pytest.raises(Invalid) as refused:
        decided(draft(), ReviseDraft(1, {"id": "y", "authority": "DPF"}, 1))
    assert {fault.field for fault in refused.value.faults} == {
        "/document/id",
        "/document/authority",
    }


def test_a_draft_that_another_version_has_overtaken_goes_no_further() -> None:
    with pytest.raises(DraftOvertaken):
        decided(draft(), SubmitDraft(1, newest(2, {})))
    with pytest.raises(DraftOvertaken):
        decided(draft(drafts.APPROVED), PublishDraft(1, newest(2, {})))


def test_a_draft_that_says_nothing_new_goes_no_further() -> None:
    with pytest.raises(DraftSaysNothing):
        decided(draft(), SubmitDraft(1, newest(1, {"id": "x", "text": "new"})))
    again = SubmitDraft(1, newest(1, None))
    assert decided(draft(), again), "once the item is retired, saying it again is news"


def test_an_approval_can_be_taken_back_until_publication() -> None:
    back = ReviewDraft(1, "return", ("漏项",))
    assert decided(draft(drafts.APPROVED), back).data == {"outcome": "return"}
    with pytest.raises(DraftElsewhere):
        decided(draft(drafts.APPROVED), ReviewDraft(1, "approve"))
    with pytest.raises(DraftElsewhere):
        decided(draft(drafts.ENDED_WELL), ReviewDraft(1, "return", ("晚了",)))


def test_who_has_read_an_earlier_text_does_nothing_to_a_draft() -> None:
    for command in (ReviewDraft(0, "approve"), DiscardDraft(2), SubmitDraft(0, newest(1, {}))):
        with pytest.raises(StaleEdit):
            decided(draft(drafts.IN_REVIEW), command)


def test_what_is_written_and_why_it_returns_is_the_offices_own_until_publication() -> None:
    begun = BeginDraft({"id": "x", "authority": "URB", "secret": 1}, 0, "注")
    back = ReviewDraft(1, "return", ("理由",))
    acts = [
        decided(Draft("d"), begun),
        decided(draft(), DiscardDraft(1, "不办了")),
        decided(draft(drafts.IN_REVIEW), back),
    ]
    assert not [
        word for act in acts for word in ("secret", "注", "不办了", "理由") if word in str(act.data)
    ]


def test_nobody_judges_what_they_wrote() -> None:
    with pytest.raises(OwnDraft):
        decided(draft(drafts.IN_REVIEW), ReviewDraft(1, "approve"), "o-1")
    with pytest.raises(OwnDraft):
        decided(draft(drafts.APPROVED), PublishDraft(1, newest(1, {})), "o-1")


def test_a_drafts_acts_keep_their_form_on_record() -> None:
    document = {"id": "x", "authority": "URB"}
    text = {"document": document}
    reviewed = decided(draft(drafts.IN_REVIEW), ReviewDraft(1, "approve"))
    publish = PublishDraft(1, newest(1, {}), (MONDAY + DAY).date())
    publication = drafting.decide(draft(drafts.APPROVED), publish, by("o-2"))
    starts = {"in_force_from": "2026-03-03T00:00:00.000+08:00"}
    base = {"item": "x", "authority": "URB", "base": 0}
    assert [
        decided(Draft("d"), BeginDraft(document, 0)),
        decided(draft(), ReviseDraft(1, document, 1, "注")),
        decided(draft(), SubmitDraft(1, newest(1, {}))),
        reviewed,
        *publication.acts,
        decided(draft(), DiscardDraft(1)),
    ] == [
        Act("ItemDrafted", base, {"office": text}),
        Act("DraftRevised", {"base": 1}, {"office": {**text, "note": "注"}}),
        Act("DraftSubmitted"),
        Act("DraftReviewed", {"outcome": "approve"}),
        Act("DraftPublished", {"version": 2, **starts}),
        Act("DraftDiscarded"),
    ]
    (version,) = publication.entries[0].acts
    new = {"version": 2, "document": {"id": "x", "text": "new"}, "draft": "d", **starts}
    assert version == Act("ItemPublished", new)


def line(*acts: tuple[str, Any]) -> Item:
    """The item of a stream that holds these acts."""
    entries = []
    for seq, (person, payload) in enumerate(acts, 1):
        act, actor = to_act(payload), Actor(person, "urb-author")
        entries.append(journal.new_entry("item#x", seq, [act], at=MONDAY, actor=actor))
    return items.fold("item#x", entries)


def proposed(day: int, reason: str) -> RetirementProposed:
    return RetirementProposed(MONDAY + day * DAY, (reason,))


def confirmed(item: Item, person: str, at: datetime = MONDAY) -> Act:
    return items.decide(item, ConfirmRetirement(item.seq), by(person, at)).acts[0]


def test_a_retirement_waits_for_a_second_person() -> None:
    waiting = line(("o-1", proposed(1, "一")), ("o-2", proposed(2, "二")))
    assert waiting.proposal and (waiting.proposer, waiting.proposal.reasons) == ("o-2", ("二",))
    with pytest.raises(OwnProposal):
        confirmed(waiting, "o-2")
    act = confirmed(waiting, "o-1")
    assert (act.type, act.data["from"]) == ("ItemRetired", "2026-03-04T09:30:00.000+08:00")
    assert act.data["reasons"] == ["二"]


def test_a_late_confirmation_does_not_reach_back() -> None:
    waiting = line(("o-1", proposed(0, "一")))
    assert confirmed(waiting, "o-2", MONDAY + DAY).data["from"] == "2026-03-03T09:30:00.000+08:00"


@pytest.mark.parametrize("after", [ItemPublished(2, {}), ItemRetired(MONDAY, ())])
def test_what_is_settled_or_overtaken_waits_no_longer(after: Any) -> None:
    item = line(("o-1", proposed(0, "一")), ("o-2", after))
    with pytest.raises(Conflict):
        confirmed(item, "o-2")


def test_what_is_retired_is_not_retired_again() -> None:
    item = line(("o-1", ItemPublished(1, {})), ("o-1", ItemRetired(MONDAY, ())))
    with pytest.raises(Conflict):
        items.decide(item, ProposeRetirement(MONDAY.date(), ("一",)), by("o-2"))
