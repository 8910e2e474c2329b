"""The life of an item over HTTP: who may do what at which step, what is refused, and what repeating
does.
"""

from collections.abc import Iterator
from typing import Any

import pytest

from chalicelib.authority import grants
from chalicelib.catalog import items
from chalicelib.catalog.browsing import item_list
from chalicelib.catalog.publishing import draft_list, repository, validation
from chalicelib.kernel import stores
from chalicelib.kernel.journal import Actor, AppendConflict
from tests.support.builders.publishing_office import Office
from tests.support.city.items import published, sample
from tests.unit.catalog.test_item_validation import REASONS, broken

NEW = sample(faq=[])
DRAFT, ACT = "GET /item-drafts/{draft}", "POST /item-drafts/{draft}/"
RETIRE, CONFIRM = "POST /items/{item}/retirement", "POST /items/{item}/retirement/confirmation"
END = {"from": "2026-03-02", "reasons": ["改为备案"]}


@pytest.fixture
def office(memory: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[Office]:
    made = Office(monkeypatch)
    published(sample())
    yield made
    grants.use(None)
    item_list.forget()


def problem(answer: Any) -> tuple[int, str]:
    return answer.status, str(answer.body.get("type", "")).rpartition(":")[2]


def test_a_draft_is_written_reviewed_by_another_and_published(office: Office) -> None:
    draft = office.draft()
    assert office.act("o-author", draft, "submission").body["status"] == "submitted"
    page = office("o-publisher", DRAFT, draft=draft)
    assert (page.body["base"], page.body["faults"], page.version) == (1, [], 2)
    assert {change["path"].split("/")[1] for change in page.body["changes"]} == {"faq"}
    assert (
        office.act("o-publisher", draft, "review", {"outcome": "approve"}).body["status"]
        == "approved"
    )
    done = office.act("o-publisher", draft, "publication", {"from": "2026-04-01"}).body
    assert (done["status"], done["version"]) == ("published", 2)
    assert done["in_force_from"] == "2026-04-01T00:00:00.000+08:00"
    assert items.content(items.version("shop-sign", 2)) == NEW
    versions = office("", "GET /items/{item}/versions", item="shop-sign").body["versions"]
    assert [version["in_force_from"][:10] for version in versions] == ["2026-04-01", "2026-03-02"]


def test_all_acts_on_an_item_are_public_and_name_no_person(office: Office, memory: Any) -> None:
    draft = office.draft()
    office.act("o-author", draft, "submission")
    office.act("o-publisher", draft, "review", {"outcome": "return", "reasons": ["费用依据不全"]})
    office.act("o-author", draft, "revision", {"document": NEW, "note": "已改"})
    office.act("o-author", draft, "submission")
    office.act("o-judge", draft, "review", {"outcome": "approve"})
    office.act("o-publisher", draft, "publication", {})
    office.retire()
    answer = office("", "GET /items/{item}/acts", item="shop-sign")
    told = [(a["act"], a["office"] and a["office"]["title"]["en"]) for a in answer.body["acts"]]
    assert told == [
        ("ItemPublished", None),
        ("ItemDrafted", "urb-author"),
        ("DraftSubmitted", "urb-author"),
        ("DraftReviewed", "urb-publisher"),
        ("DraftRevised", "urb-author"),
        ("DraftSubmitted", "urb-author"),
        ("DraftReviewed", "legal-publisher"),
        ("ItemPublished", "urb-publisher"),
        ("RetirementProposed", "urb-author"),
        ("ItemRetired", "urb-publisher"),
    ]
    assert answer.version == len(memory[0].read("item#shop-sign")) == 4
    said = str(answer.body)
    assert not [word for word in ("o-author", "王芳", "费用依据不全", "已改") if word in said]
    assert answer.body["acts"][-1]["reasons"] == ["改为备案"]


def test_a_broken_draft_is_refused_with_every_reason_at_submission_and_at_publication(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    office.appoint("o-head", "urb-approver")
    draft = office.draft(broken())
    held = {path: reason for path, reason in REASONS.items() if not path.startswith("/posts/")}
    faults = office("o-author", DRAFT, draft=draft).body["faults"]
    refused = office.act("o-author", draft, "submission")
    assert problem(refused) == (422, "draft-not-sound")
    for told in (faults, refused.body["errors"]):
        assert {fault["field"] for fault in told} == {f"/document{path}" for path in held}
    good = office.approved()
    usual = validation._holders
    monkeypatch.setattr(
        validation, "_holders", lambda post: [] if post == "urb-head" else usual(post)
    )
    refused = office.act("o-publisher", good, "publication", {})
    assert problem(refused) == (422, "draft-not-sound")
    assert [fault["field"] for fault in refused.body["errors"]] == ["/document/posts/head"]
    assert items.newest("shop-sign").version == 1


def test_who_wrote_or_submitted_it_neither_reviews_nor_publishes(office: Office) -> None:
    draft = office.draft()
    office.act("o-legal", draft, "submission")
    for person in ("o-author", "o-legal"):
        office.changes_sides(person)
        assert problem(office.act(person, draft, "review", {"outcome": "approve"})) == (
            403,
            "own-draft",
        )
    office.act("o-publisher", draft, "review", {"outcome": "approve"})
    for person in ("o-author", "o-legal"):
        assert problem(office.act(person, draft, "publication", {})) == (403, "own-draft")
    assert office.act("o-publisher", draft, "publication", {}).status == 200


def test_who_is_author_and_publisher_at_once_acts_as_neither(office: Office) -> None:
    draft = office.draft()
    office.appoint("o-author", "urb-publisher")
    refused = office.act("o-author", draft, "revision", {"document": NEW})
    assert (refused.status, refused.body["rule"]["id"]) == (403, "author-and-publisher-apart")
    office.act("o-legal", draft, "submission")
    assert problem(office.act("o-author", draft, "review", {"outcome": "approve"})) == (
        403,
        "own-draft",
    )
    assert office("o-author", DRAFT, draft=draft).status == 200, "looking is no act"


def test_another_authority_sees_no_draft_and_touches_no_item(office: Office) -> None:
    draft = office.draft()
    assert office("o-dpf", DRAFT, draft=draft).status == 404
    assert office.act("o-dpf", draft, "revision", {"document": NEW}).status == 404
    assert office.act("o-window", draft, "submission").status == 404
    assert office("o-nobody", DRAFT, draft=draft).status == 403
    assert office("o-dpf", "POST /item-drafts", {"document": NEW}).status == 403
    taken = sample(authority="DPF")
    assert office("o-dpf", "POST /item-drafts", {"document": taken}).status == 403, (
        "the item is another authority's"
    )
    assert (
        office("o-dpf", "POST /item-drafts", {"document": taken | {"id": "new-item"}}).status == 201
    )
    assert office("o-dpf", RETIRE, END, item="shop-sign").status == 403
    assert office("o-legal", "POST /item-drafts", {"document": taken}).status == 201, (
        "the legal office may move it"
    )


def test_a_publisher_writes_nothing_and_an_author_judges_nothing(office: Office) -> None:
    draft = office.draft()
    assert office.act("o-publisher", draft, "revision", {"document": NEW}).status == 403
    assert office.act("o-publisher", draft, "submission").status == 403
    office.act("o-author", draft, "submission")
    assert office.act("o-legal", draft, "review", {"outcome": "approve"}).status == 403
    assert office.act("o-judge", draft, "withdrawal", {}).status == 403


def test_the_same_request_twice_is_one_act(office: Office, memory: Any) -> None:
    body = {"document": NEW}
    made = office("o-author", "POST /item-drafts", body, key="a-key-1")
    assert office("o-author", "POST /item-drafts", body, key="a-key-1").body == made.body
    other = {"document": sample(life_events=None)}
    assert problem(office("o-author", "POST /item-drafts", other, key="a-key-1")) == (
        422,
        "idempotency-key-reused",
    )
    draft = made.body["id"]
    office.act("o-author", draft, "submission")
    office.act("o-publisher", draft, "review", {"outcome": "approve"})
    later = {"from": "2026-03-03"}
    done = office("o-publisher", ACT + "publication", later, key="a-key-2", match=3, draft=draft)
    assert done.status == 200
    office.wait(days=7)
    again = office("o-publisher", ACT + "publication", later, key="a-key-2", match=3, draft=draft)
    assert (again.status, again.body) == (200, done.body), "also when that day is past"
    assert items.newest("shop-sign").version == 2
    answer = office("o-publisher", ACT + "publication", {}, key="a-key-2", match=3, draft=draft)
    assert problem(answer) == (422, "idempotency-key-reused")


def test_an_edit_is_of_what_was_read(office: Office) -> None:
    draft = office.draft()
    assert problem(office("o-author", ACT + "submission", draft=draft)) == (428, "if-match-missing")
    assert problem(office("o-author", ACT + "submission", match=7, draft=draft)) == (
        412,
        "changed-meanwhile",
    )
    office.act("o-author", draft, "submission")
    assert (
        problem(
            office("o-publisher", ACT + "review", {"outcome": "approve"}, match=1, draft=draft)
        )[0]
        == 412
    )


def test_steps_come_in_their_order(office: Office) -> None:
    draft = office.draft()
    assert problem(office.act("o-publisher", draft, "review", {"outcome": "approve"})) == (
        409,
        "draft-elsewhere",
    )
    assert problem(office.act("o-publisher", draft, "publication", {})) == (409, "draft-elsewhere")
    office.act("o-author", draft, "submission")
    assert problem(office.act("o-author", draft, "revision", {"document": NEW})) == (
        409,
        "draft-elsewhere",
    )
    returned = office.act("o-publisher", draft, "review", {"outcome": "return"})
    assert [fault["field"] for fault in returned.body["errors"]] == ["/reasons"]
    assert (
        office.act("o-author", draft, "withdrawal", {"reason": "暂缓"}).body["status"]
        == "discarded"
    )
    assert problem(office.act("o-author", draft, "submission")) == (409, "draft-elsewhere")


def test_a_draft_that_was_overtaken_must_be_written_anew(office: Office) -> None:
    slow = office.approved(sample(life_events=None))
    assert office.publish() == 2
    assert problem(office.act("o-publisher", slow, "publication", {})) == (409, "draft-overtaken")
    office.act("o-publisher", slow, "review", {"outcome": "return", "reasons": ["已有新版本"]})
    office.act("o-author", slow, "revision", {"document": sample(life_events=None, faq=[])})
    office.act("o-author", slow, "submission")
    office.act("o-publisher", slow, "review", {"outcome": "approve"})
    assert office.act("o-publisher", slow, "publication", {}).body["version"] == 3


def test_two_publications_at_once_do_not_overwrite_each_other(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    mine, other = office.approved(), office.approved(sample(life_events=None))
    append, intruded = stores.journal().append, list[int]()

    def in_between(*entries: Any, writes: Any = ()) -> None:
        if len(entries) == 2 and not intruded:
            intruded.append(1)
            assert office.act("o-publisher", other, "publication", {}).status == 200
            raise AppendConflict("item#shop-sign")
        append(*entries, writes=writes)

    monkeypatch.setattr(stores.journal(), "append", in_between)
    assert problem(office.act("o-publisher", mine, "publication", {})) == (409, "draft-overtaken")
    assert items.newest("shop-sign").version == 2
    assert repository.load(mine)[0].status == "approved", (
        "neither half of the publication is on record"
    )


def test_nothing_takes_effect_before_today(office: Office) -> None:
    draft = office.approved()
    refused = office.act("o-publisher", draft, "publication", {"from": "2026-03-01"})
    assert [fault["field"] for fault in refused.body["errors"]] == ["/from"]
    for day in ("2026-02-30", "soon", "2026-3-1", "20260401", "2026-04-01T00:00:00Z", ""):
        assert office.act("o-publisher", draft, "publication", {"from": day}).status == 422
    done = office.act("o-publisher", draft, "publication", {"from": "2026-03-02"}).body
    assert "in_force_from" not in done, "today is at once"
    refused = office("o-author", RETIRE, END | {"from": "2026-03-01"}, item="shop-sign")
    assert [fault["field"] for fault in refused.body["errors"]] == ["/from"]


@pytest.mark.parametrize(
    "body",
    [
        {}, {"document": []}, {"document": {}}, {"document": {"id": "x"}},
        {"document": {"id": "X", "authority": "URB"}},
        {"document": {"id": "x", "authority": "urb"}}, {"document": {"id": "x#1", "authority": "URB"}},
        {"document": {"id": "x", "authority": "URB"}, "surprise": 1},
        {"document": {"id": "x", "authority": "URB"}, "note": " "},
    ],
)  # fmt: skip
def test_what_is_no_draft_is_refused(office: Office, body: Any) -> None:
    assert office("o-author", "POST /item-drafts", body).status == 422


def test_a_draft_may_begin_with_next_to_nothing(office: Office) -> None:
    draft = office.draft({"id": "new-item", "authority": "URB", "form": 3, "posts": {"head": 7}})
    page = office("o-author", DRAFT, draft=draft).body
    assert page["base"] == 0 and len(page["faults"]) > 10
    assert office.act("o-author", draft, "submission").status == 422


def test_open_drafts_are_listed_for_their_authority_the_last_changed_first(office: Office) -> None:
    first, second, gone = office.draft(), office.draft(sample(life_events=None)), office.draft()
    moved = office.draft(sample(id="benefit-x", authority="DPF"), "o-dpf")
    office.act("o-author", gone, "withdrawal", {})
    office.act("o-author", first, "submission")
    for draft in (first, second, gone, moved):
        assert draft_list.project(f"draft#{draft}")
        assert not draft_list.project(f"draft#{draft}")

    def listed(person: str, **query: str) -> list[str]:
        found, cursor = list[str](), {}
        while True:
            page = office(person, "GET /item-drafts", query={"limit": "1"} | query | cursor).body
            found += [draft["id"] for draft in page["drafts"]]
            if not page["next_cursor"]:
                return found
            cursor = {"cursor": page["next_cursor"]}

    assert (
        listed("o-author")
        == listed("o-publisher")
        == listed("o-judge", authority="URB")
        == [first, second]
    )
    assert listed("o-dpf") == [moved]
    assert listed("o-legal") == [first, moved, second]
    assert office("o-dpf", "GET /item-drafts", query={"authority": "URB"}).status == 404
    assert office("o-window", "GET /item-drafts").status == 403


def test_a_retirement_is_confirmed_by_a_second_person_as_it_was_read(office: Office) -> None:
    assert problem(office("o-publisher", CONFIRM, match=1, item="shop-sign")) == (409, "conflict")
    made = office("o-author", RETIRE, END, item="shop-sign", key="a-key-1")
    assert office("o-author", RETIRE, END, item="shop-sign", key="a-key-1").body == made.body
    office.changes_sides("o-author")
    assert problem(office("o-author", CONFIRM, match=2, item="shop-sign")) == (403, "own-proposal")
    assert problem(office("o-legal", CONFIRM, match=2, item="shop-sign"))[0] == 403
    assert problem(office("o-publisher", CONFIRM, match=1, item="shop-sign")) == (
        412,
        "changed-meanwhile",
    )
    done = office("o-publisher", CONFIRM, match=2, item="shop-sign", key="a-key-2")
    assert (done.status, done.body["status"]) == (200, "retired")
    assert (
        office("o-publisher", CONFIRM, match=2, item="shop-sign", key="a-key-2").body == done.body
    )
    assert problem(office("o-author", RETIRE, END, item="shop-sign")) == (409, "conflict")
    assert office("o-author", RETIRE, END | {"reasons": []}, item="shop-sign").status == 422


@pytest.mark.parametrize("item", ["nothing", "x#1", "SHOP"])
def test_what_was_never_published_has_no_acts_and_is_not_retired(office: Office, item: str) -> None:
    assert office("", "GET /items/{item}/acts", item=item).status == 404
    assert office("o-author", RETIRE, END, item=item).status == 404
    assert office("o-author", DRAFT, draft=item).status == 404


def test_the_entries_name_who_acted_and_by_which_post(office: Office, memory: Any) -> None:
    office.appoint("o-author", "legal-author")
    draft = office.approved()
    office.act("o-judge", draft, "publication", {})
    entries = memory[0].read(f"draft#{draft}")
    assert [entry.actor for entry in entries] == [
        Actor("o-author", "urb-author"),
        Actor("o-author", "urb-author"),
        Actor("o-publisher", "urb-publisher"),
        Actor("o-judge", "legal-publisher"),
    ]
    assert memory[0].last("item#shop-sign").actor == Actor("o-judge", "legal-publisher")
