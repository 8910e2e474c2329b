"""A page of a list of supervision as a request asks for it: filtered, with the cursor of the next
one.
"""

from collections.abc import Iterable
from functools import partial
from typing import Any

from chalicelib.kernel import paging as cursors
from chalicelib.kernel.http import Call
from chalicelib.supervision import row_lists


def page_of(
    call: Call, name: str, department: str, filters: Iterable[str], *reader: str
) -> tuple[list[dict[str, Any]], str | None]:
    """The rows of the list ``name`` that a query asks for, of one office or of all, and the cursor
    of the next page, good for one ``reader``.
    """
    wanted = row_lists.filter_of(call.query, filters)
    asked = [f"{field}={value}" for field, value in wanted.items()]
    binding = (name, *reader, department, *asked)
    page = row_lists.page(
        name,
        department,
        partial(row_lists.is_kept, wanted),
        call.limit(),
        cursors.take(
            call.query.get("cursor", ""),
            *binding,
        ),
    )
    return page.rows, cursors.give(page.next_start, *binding)
