"""Page cursors: opaque, the caller's own, for one list only (abuse case 23)."""

import base64
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from chalicelib.kernel import pages
from chalicelib.kernel.errors import BadCursor

START = {"pk": {"S": "case#a"}, "owner": {"S": "person#p"}, "n": 3, "name": "面馆"}


def cursor(*binding: str) -> str:
    made = pages.give(START, *binding)
    assert made is not None
    return made


def test_a_cursor_leads_back_to_where_the_page_ended(memory: Any) -> None:
    assert pages.take(cursor("cases", "p-li-na"), "cases", "p-li-na") == START


def test_the_end_has_no_cursor_and_no_cursor_is_the_beginning(memory: Any) -> None:
    assert pages.give(None, "cases") is None
    assert pages.give({}, "cases") is None
    assert pages.take("", "cases") is None


@pytest.mark.parametrize(
    "binding", [("cases", "p-chen-jie"), ("tasks", "p-li-na"), ("cases",), ("cases", "p-li-na", ""), ("casesp-li-na",)]
)
def test_a_cursor_of_another_caller_or_list_is_refused(memory: Any, binding: tuple[str, ...]) -> None:
    with pytest.raises(BadCursor):
        pages.take(cursor("cases", "p-li-na"), *binding)


def test_every_changed_character_is_noticed(memory: Any) -> None:
    given = cursor("cases", "p")
    for i in range(len(given)):
        changed = given[:i] + ("A" if given[i] != "A" else "B") + given[i + 1 :]
        with pytest.raises(BadCursor):
            pages.take(changed, "cases", "p")


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
            pages.take(made_up, "p")


@given(st.text(min_size=1))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_is_sent_is_refused(memory: Any, text: str) -> None:
    with pytest.raises(BadCursor):
        pages.take(text, "cases", "p")


def test_a_cursor_can_stand_in_an_address(memory: Any) -> None:
    assert all(c.isascii() and (c.isalnum() or c in "-_=") for c in cursor("cases", "p"))
