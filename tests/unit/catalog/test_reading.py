"""Versions, the change log and the open-data files, as the public reads them."""

import csv
import io
import json
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.authority import CedarEngine
from chalicelib.catalog import items
from chalicelib.catalog.browsing import item_list, open_data
from chalicelib.catalog.items import changes
from chalicelib.catalog.routes import browsing
from chalicelib.kernel.http.serving import serve
from tests.support.caller import Caller
from tests.support.city.items import named, published, sample, some

ask = Caller(browsing.door)
HEAD = {"version": 1, "published_at": "", "in_force_from": ""}


@pytest.fixture(autouse=True)
def _city(memory: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(items.in_force, "FRESH_SECONDS", 0.0)
    items.version.cache_clear()
    published(*some())
    yield
    items.version.cache_clear()


def file(name: str, **query: str) -> SimpleNamespace:
    """One of the open-data files as it is sent: text, not JSON."""
    path = f"/open-data/{name}"
    route, handler = next((r, h) for r, h in browsing.door.routes.items() if r.path == path)
    raw = SimpleNamespace(headers={}, query_params=query, raw_body=b"", context={"path": path})
    answer = serve(route, CedarEngine(), handler, raw, {})
    assert answer.status_code == 200 and isinstance(answer.body, str)
    return SimpleNamespace(text=answer.body, headers=answer.headers)


def rows(text: str) -> list[dict[str, str]]:
    assert text.startswith(open_data.BYTE_ORDER_MARK)
    return list(csv.DictReader(io.StringIO(text[1:], newline=""), strict=True))


def test_all_versions_are_listed_the_newest_first() -> None:
    published(sample(faq=[]), sample())
    page = ask("GET", "/items/{item}/versions", item="shop-sign").body
    assert [version["version"] for version in page["versions"]] == [3, 2, 1]
    assert all(version["published_at"].endswith("+08:00") for version in page["versions"])


@pytest.mark.parametrize("path", ["/items/{item}/versions", "/items/{item}/changes"])
@pytest.mark.parametrize("item", ["nothing", "", "shop-sign#1", "SHOP-SIGN"])
def test_an_unknown_item_is_404(path: str, item: str) -> None:
    assert ask("GET", path, item=item).status == 404


def test_the_change_log_names_each_element_that_changed() -> None:
    limits = sample()["limits"] | {"promised_days": 8}
    published(sample(limits=limits, audiences=["company"]))
    page = ask(
        "GET", "/items/{item}/changes", item="shop-sign", query={"from": "1", "to": "2"}
    ).body
    assert (page["from"]["version"], page["to"]["version"]) == (1, 2)
    assert page["changes"] == [
        {"path": "/audiences/individual", "kind": "removed", "before": "individual", "after": None},
        {"path": "/limits/promised_days", "kind": "changed", "before": 10, "after": 8},
    ]
    assert ask("GET", "/items/{item}/changes", item="shop-sign").body == page, (
        "the last two are meant"
    )


def test_the_log_may_be_read_backwards_and_over_several_versions() -> None:
    limits = sample()["limits"] | {"promised_days": 8}
    published(sample(limits=limits), sample(limits=limits, faq=[]), sample(faq=[]))

    def log(first: int, second: int) -> set[str]:
        query = {"from": str(first), "to": str(second)}
        found = ask("GET", "/items/{item}/changes", item="shop-sign", query=query).body["changes"]
        return {change["path"].split("/")[1] for change in found}

    assert (log(1, 3), log(3, 1), log(1, 4), log(2, 2)) == (
        {"limits", "faq"},
        {"limits", "faq"},
        {"faq"},
        set(),
    )


def test_the_first_version_adds_every_element() -> None:
    page = ask("GET", "/items/{item}/changes", item="shop-sign").body
    assert page["from"] == {"version": 0, "published_at": None, "in_force_from": None}
    assert {change["path"][1:]: change["after"] for change in page["changes"]} == sample()
    assert {change["kind"] for change in page["changes"]} == {changes.ADDED}


@pytest.mark.parametrize(
    "query", [{"from": "9"}, {"to": "9"}, {"to": "0"}, {"from": "-1"}, {"from": "x"}, {"to": ""}]
)
def test_a_version_that_was_never_published_is_404(query: dict[str, str]) -> None:
    assert ask("GET", "/items/{item}/changes", item="shop-sign", query=query).status == 404


def test_the_open_data_page_names_the_files_and_the_licence() -> None:
    page = ask("GET", "/open-data").body
    assert page["licence"]["id"] == "CC-BY-4.0" and "署名" in page["licence"]["note"]["zh"]
    assert [(f["url"], f["items"]) for f in page["files"]] == [
        ("open-data/items.jsonl", 3),
        ("open-data/items.csv", 3),
    ]
    for known in page["files"]:
        sent = file(known["name"])
        assert sent.headers["Content-Type"] == known["content_type"]
        assert (
            'rel="license"' in sent.headers["Link"]
            and known["name"] in sent.headers["Content-Disposition"]
        )


def test_json_lines_hold_every_element_of_every_item() -> None:
    lines = file("items.jsonl").text.split("\n")
    assert lines.pop() == ""
    documents = [json.loads(line) for line in lines]
    assert [items.content(document) for document in documents] == some()
    assert all(document["version"] == 1 and document["published_at"] for document in documents)


def test_the_table_has_one_row_for_each_item() -> None:
    found = rows(file("items.csv").text)
    assert [row["id"] for row in found] == ["disability-benefit", "mass-event", "shop-sign"]
    sign = found[2]
    assert (sign["name_zh"], sign["name_en"]) == (
        "店招标牌设置许可",
        "Permit to put up a shop sign",
    )
    assert (sign["promised_days"], sign["audiences"], sign["flow"]) == (
        "10",
        "individual | company",
        "licence-v1",
    )
    assert (
        sign["materials_en"].startswith("Rendering of the sign | ")
        and not sign.pop("retired_from")
        and all(sign.values())
    )


def test_a_large_catalogue_comes_in_several_files(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(browsing, "ITEMS_PER_FILE", 2)
    published(named("a-first", "一", "First"), named("z-last", "末", "Last"))
    page = ask("GET", "/open-data").body
    urls = [known["url"] for known in page["files"] if known["name"] == "items.csv"]
    assert urls == [f"open-data/items.csv{q}" for q in ("", "?from=mass-event", "?from=z-last")]
    assert sum(known["items"] for known in page["files"]) == 2 * page["items"] == 10
    found, start = list[str](), ""
    while True:
        sent = file("items.csv", **({"from": start} if start else {}))
        found += [row["id"] for row in rows(sent.text)]
        if 'rel="next"' not in sent.headers["Link"]:
            break
        start = sent.headers["Link"].rpartition("?from=")[2].partition(">")[0]
    assert found == ["a-first", "disability-benefit", "mass-event", "shop-sign", "z-last"]


def test_an_empty_catalogue_has_files_too(memory: Any) -> None:
    memory[1].rows.clear()
    item_list.forget()
    assert [known["items"] for known in ask("GET", "/open-data").body["files"]] == [0, 0]
    assert (file("items.jsonl").text, rows(file("items.csv").text)) == ("", [])


EVIL = [
    "=1+1",
    "+1",
    "-1",
    "@SUM(A1)",
    "\t=1",
    "\r=1",
    "\n=1",
    "＝1",
    '=HYPERLINK("x";"y")',
    "=cmd|' /C calc'!A0",
]


@pytest.mark.parametrize("text", EVIL)
def test_no_cell_begins_a_formula(text: str) -> None:
    published(
        sample(name={"zh": text, "en": text}, conditions=[{"zh": text, "en": text}] * 2, faq=[])
    )
    row = rows(file("items.csv").text)[-1]
    assert row["name_zh"] == row["name_en"] == f"'{text}"
    assert row["conditions_zh"] == f"'{text} | {text}"


@given(
    st.lists(st.text(st.characters(exclude_categories=["Cs"]), min_size=1), min_size=1, max_size=5)
)
def test_whatever_a_text_holds_the_table_stays_a_table(texts: list[str]) -> None:
    documents = [
        {**sample(), **HEAD, "name": {"zh": text, "en": "x"}, "id": str(number)}
        for number, text in enumerate(texts)
    ]
    found = rows(open_data.table(documents))
    assert [row["name_zh"].removeprefix("'") for row in found] == [
        text.removeprefix("'") for text in texts
    ]
    assert not any(row["name_zh"][0] in "=+-@\t\r\n" for row in found)
    assert len(open_data.json_lines(documents).split("\n")) == len(texts) + 1
