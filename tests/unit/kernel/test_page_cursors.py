"""Page cursors: opaque, the caller's own, for one list only (abuse case 23)."""

import base64
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from chalicelib.kernel import paging
from chalicelib.kernel.errors import BadCursor

START = {"pk": {"S": "case#a"}, "owner": {"S": "person#p"}, "n": 3, "name": "面馆"}


def cursor(*binding: str) -> str:
    made = paging.give(START, *binding)
    assert made is not None
    return made


def test_a_cursor_leads_back_to_where_the_page_ended(memory: Any) -> None:
    assert paging.take(cursor("cases", "p-li-na"), "cases", "p-li-na") == START


def test_the_end_has_no_cursor_and_no_cursor_is_the_beginning(memory: Any) -> None:
    assert paging.give(None, "cases") is None
    assert paging.give({}, "cases") is None
    assert paging.take("", "cases") is None


@pytest.mark.parametrize(
    "binding",
    [
        ("cases", "p-chen-jie"),
        ("tasks", "p-li-na"),
        ("cases",),
        ("cases", "p-li-na", ""),
        ("casesp-li-na",),
    ],
)
def test_a_cursor_of_another_caller_or_list_is_refused(
    memory: Any, binding: tuple[str, ...]
) -> None:
    with pytest.raises(BadCursor):
        paging.take(cursor("cases", "p-li-na"), *binding)


def test_every_changed_character_is_noticed(memory: Any) -> None:
    given = cursor("cases", "p")
    for i in range(len(given)):
        changed = given[:i] + ("A" if given[i] != "A" else "B") + given[i + 1 :]
        with pytest.raises(BadCursor):
            paging.take(changed, "cases", "p")


def test_a_cursor_made_up_is_refused(memory: Any) -> None:
    body = base64.urlsafe_b64encode(b'{"pk": {"S": "case#other"}}').decode()
    for made_up in (
        body,
        body + "a" * 16,
        "a" * 16,
        "x",
        "字" * 20,
        "=" * 40,
        "\x00" * 17,
        cursor("p")[:-1],
        cursor("p") + "a",
    ):
        with pytest.raises(BadCursor):
            paging.take(made_up, "p")


@given(st.text(min_size=1))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_is_sent_is_refused(memory: Any, text: str) -> None:
    with pytest.raises(BadCursor):
        paging.take(text, "cases", "p")


def test_a_cursor_can_stand_in_an_address(memory: Any) -> None:
    assert all(c.isascii() and (c.isalnum() or c in "-_=") for c in cursor("cases", "p"))


def rows_of(
    lists: dict[str, list[int]], name: str, limit: int, start: paging.Start | None
) -> paging.Found[str]:
    """A page of a list, as stores give it: the next start is known as long as rows may follow."""
    first = start["at"] if start else 0
    rows = sorted(lists[name], reverse=True)[first : first + limit]
    more = {"at": first + limit} if first + limit < len(lists[name]) else None
    return [(f"{moment:04}", f"{name}{moment}") for moment in rows], more


@given(
    st.dictionaries(
        st.sampled_from("abc"), st.lists(st.integers(0, 60), max_size=12, unique=True), min_size=1
    ),
    st.integers(1, 7),
)
def test_several_lists_are_paged_as_one_and_nothing_is_lost_or_shown_twice(
    lists: dict[str, list[int]], limit: int
) -> None:
    shown: list[str] = []
    starts: Any = None
    while True:
        page, starts = paging.merged(
            sorted(lists), lambda *asked: rows_of(lists, *asked), limit, starts
        )
        assert len(page) <= limit
        shown += page
        if starts is None:
            break
        assert len(page) == limit, "only the last page is short"
    every = [(moment, f"{name}{moment}") for name, moments in lists.items() for moment in moments]
    assert sorted(shown) == sorted(row for _, row in every)
    moments = [int(row[1:]) for row in shown]
    assert moments == sorted(moments, reverse=True)


def test_one_list_is_read_once_for_a_page() -> None:
    asked: list[tuple[Any, ...]] = []

    def fetch(*of: Any) -> paging.Found[str]:
        asked.append(of)
        return rows_of({"a": [1, 2, 3]}, *of)

    assert paging.merged(["a"], fetch, 2, None) == (["a3", "a2"], {"a": {"at": 2}})
    assert asked == [("a", 2, None)]
