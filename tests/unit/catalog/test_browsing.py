"""The public list: filters, words and cursors together; and what one can browse by."""

import re
from collections.abc import Iterator
from typing import Any

import pytest

from chalicelib import catalog
from chalicelib.catalog import items
from chalicelib.catalog.browsing import item_list
from chalicelib.catalog.routes.items import door
from chalicelib.kernel import schemas, stores
from chalicelib.kernel.errors import Invalid
from chalicelib.kernel.views import Row
from tests.support.caller import Caller
from tests.support.city.items import named, published, sample, seed, some

ask = Caller(door)


@pytest.fixture(autouse=True)
def _city(memory: Any) -> Iterator[None]:
    items.version.cache_clear()
    items.in_force.forget()
    published(*some())
    yield
    items.version.cache_clear()


def ids(**query: str) -> list[str]:
    """Ids of all pages of the list."""
    found, cursor = list[str](), {}
    while True:
        page = ask("GET", "/items", query=query | cursor).body
        found += [item["id"] for item in page["items"]]
        if not page["next_cursor"]:
            return found
        cursor = {"cursor": page["next_cursor"]}


def fresh(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(items.in_force, "FRESH_SECONDS", 0.0)


def test_everything_is_listed_by_id() -> None:
    assert ids() == ["disability-benefit", "mass-event", "shop-sign"]


@pytest.mark.parametrize(
    ("query", "named"),
    [
        ({"kind": "nonsense"}, "permit"),
        ({"kind": "Permit"}, "permit"),
        ({"kind": ""}, "permit"),
        ({"audience": "firm"}, "company"),
        ({"life_event": "open-shop"}, "open-a-shop"),
        ({"authority": "NONE"}, "URB"),
        ({"color": "red"}, "life_event"),
        ({"Kind": "permit"}, "kind"),
    ],
)
def test_a_filter_that_is_not_there_is_refused_with_those_that_are(
    query: dict[str, str], named: str
) -> None:
    refused = ask("GET", "/items", query=query)
    assert refused.status == 400
    assert named in refused.body["detail"]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ({"kind": "payment"}, ["disability-benefit"]),
        ({"kind": "permit"}, ["mass-event", "shop-sign"]),
        ({"authority": "URB"}, ["shop-sign"]),
        ({"audience": "individual"}, ["disability-benefit", "shop-sign"]),
        ({"audience": "company"}, ["mass-event", "shop-sign"]),
        ({"life_event": "hold-an-event"}, ["mass-event"]),
        ({"life_event": "open-a-shop", "audience": "individual", "kind": "permit"}, ["shop-sign"]),
        ({"life_event": "open-a-shop", "kind": "payment"}, []),
        ({"q": "许可"}, ["mass-event", "shop-sign"]),
        ({"q": "许可", "authority": "PSB"}, ["mass-event"]),
        ({"q": "permit shop"}, ["shop-sign"]),
        ({"q": "残疾人"}, ["disability-benefit"]),
        ({"q": "开店"}, ["shop-sign"]),
        ({"q": "social insurance"}, ["disability-benefit"]),
        ({"q": "  "}, ["disability-benefit", "mass-event", "shop-sign"]),
        ({"q": "!"}, []),
    ],
)
def test_filters_and_words_combine(query: dict[str, str], expected: list[str]) -> None:
    assert ids(**query) == expected
    assert ids(**query, limit="1") == expected


def test_a_hit_in_the_name_comes_before_one_in_the_texts(monkeypatch: pytest.MonkeyPatch) -> None:
    fresh(monkeypatch)
    texts = {"zh": "灯箱须牢固", "en": "Light boxes are firm"}
    published(
        named("a-market", "集市", "Market", conditions=[texts]),
        named("z-light-box", "灯箱设置", "Light box"),
    )
    for query in ("灯箱", "light boxes", "LIGHT"):
        assert ids(q=query, limit="1") == ["z-light-box", "a-market"], query


def test_an_item_without_audiences_is_for_everybody(monkeypatch: pytest.MonkeyPatch) -> None:
    fresh(monkeypatch)
    published(named("open-to-all", "公开", "Open", audiences=None, life_events=None))
    assert "open-to-all" in ids(audience="individual") and "open-to-all" in ids(audience="company")
    assert "open-to-all" not in ids(life_event="open-a-shop")


def test_a_page_neither_misses_nor_repeats_what_stood_when_the_first_was_read(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    fresh(monkeypatch)
    first = ask("GET", "/items", query={"limit": "2"}).body
    published(named("a-new-one", "新", "New"))
    second = ask("GET", "/items", query={"limit": "2", "cursor": first["next_cursor"]}).body
    assert [item["id"] for item in (*first["items"], *second["items"])] == [
        "disability-benefit",
        "mass-event",
        "shop-sign",
    ]


def test_a_cursor_is_good_for_its_own_list_alone() -> None:
    cursor = ask("GET", "/items", query={"limit": "1"}).body["next_cursor"]
    for other in (
        {"q": "许可"},
        {"kind": "permit"},
        {"audience": "company"},
        {"life_event": "open-a-shop"},
    ):
        assert ask("GET", "/items", query={"cursor": cursor, **other}).status == 400


def test_a_long_search_is_refused_in_words() -> None:
    answer = ask("GET", "/items", query={"q": "店" * 101})
    assert (answer.status, answer.body["detail"]) == (
        400,
        "The search may have at most 100 characters.",
    )
    assert ask("GET", "/items", query={"q": "店" * 100}).status == 200


def test_the_list_is_read_once_while_it_is_fresh(monkeypatch: pytest.MonkeyPatch) -> None:
    read = list[str]()
    partition = stores.views().partition
    monkeypatch.setattr(stores.views(), "partition", lambda pk: read.append(pk) or partition(pk))
    ids(), ids(q="许可")
    assert len(read) <= 1
    fresh(monkeypatch)
    index = item_list.read().index
    assert item_list.read().index is index, "the same versions need no new index"
    published(sample(faq=[]))
    assert item_list.read().index is not index


def test_an_empty_list_is_not_kept(memory: Any) -> None:
    memory[1].rows.clear()
    item_list.forget()
    assert ids() == []
    catalog.project("item#shop-sign")
    assert ids() == ["shop-sign"]


def test_a_row_of_an_earlier_release_is_shown_and_laid_anew(
    memory: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    fresh(monkeypatch)
    row = memory[1].rows[(items.LIST, "shop-sign")]
    old = {name: row.data[name] for name in (*items.SUMMARY, "version", "published_at")}
    memory[1].rows[row.key] = Row(row.pk, row.sk, version=row.version, data=old)
    assert ids(q="店招") == ["shop-sign"] and ids(life_event="open-a-shop") == []
    assert catalog.project("item#shop-sign") is True
    assert ids(life_event="open-a-shop") == ["shop-sign"]
    assert catalog.project("item#shop-sign") is False


def test_what_is_published_says_whom_it_is_for() -> None:
    for document in seed():
        assert document["audiences"] and document["life_events"], document["id"]


def test_a_life_event_that_nobody_knows_is_refused() -> None:
    with pytest.raises(Exception) as refused:
        catalog.publish(sample(life_events=["win-the-lottery"], audiences=["martians"]))
    assert {fault.field for fault in refused.value.faults} == {"/life_events/0", "/audiences/0"}  # type: ignore[attr-defined]


@pytest.mark.parametrize("name", ["kind", "audience", "life-event"])
def test_every_value_of_a_closed_list_has_its_title_in_both_languages(name: str) -> None:
    closed = schemas.load("item")["$defs"][name]
    assert closed["enum"] == list(closed["x-enum-titles"])
    for title in closed["x-enum-titles"].values():
        assert re.search("[\u4e00-\u9fff]", title["zh"]) and re.search("[A-Za-z]", title["en"])


def test_the_catalog_counts_what_a_filter_finds() -> None:
    from chalicelib.catalog.routes.browsing import door as reading

    page = Caller(reading)("GET", "/catalog").body
    by = {
        "kinds": "kind",
        "authorities": "authority",
        "audiences": "audience",
        "life_events": "life_event",
    }
    assert {kind["id"] for kind in page["kinds"]} >= {"permit", "penalty", "other"}
    for part, name in by.items():
        for value in page[part]:
            assert len(ids(**{name: value["id"]})) == value["items"], value


@pytest.mark.parametrize(
    ("body", "more"),
    [
        ("mandate", {"grantee": "p-x", "until": "2027-01-01T00:00:00+08:00"}),
        ("mandate_limit", {}),
    ],
)
def test_a_reference_to_an_item_that_there_is_not_is_refused(
    body: str, more: dict[str, Any]
) -> None:
    validator = schemas.named(body)
    assert validator.is_valid({**more, "items": ["shop-sign"]})
    with pytest.raises(Invalid) as refused:
        schemas.check(validator, {**more, "items": ["shop-sign", "nonsense"]})
    assert [(fault.field, fault.message) for fault in refused.value.faults] == [
        ("/items/1", "format-item")
    ]


@pytest.mark.parametrize(
    ("words", "item"),
    [
        ("开饭店", "food-licence"),
        ("我要开一家饭店怎么办", "food-licence"),
        ("餐馆 许可", "food-licence"),
        ("restaurant", "food-licence"),
        ("门头招牌", "shop-sign"),
        ("挖马路", "road-excavation"),
        ("劳模", "model-worker"),
        ("垃圾费怎么交", "waste-levy"),
    ],
)
def test_items_are_found_by_what_people_call_them(words: str, item: str) -> None:
    published(*(each for each in seed() if each["id"] not in {one["id"] for one in some()}))
    item_list.forget()
    assert ids(q=words)[0] == item
