"""Lists as files: CSV, with the cursor of the next page in a header."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from chalicelib.kernel import spreadsheets
from chalicelib.kernel.http import Reply


def reply(
    name: str,
    columns: Sequence[str],
    rows: Iterable[Mapping[str, Any]],
    cursor: str | None,
) -> Reply:
    """A table to keep as a file; where there is more of it, ``Next-Cursor`` says under which
    cursor.
    """
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    if cursor:
        headers["Next-Cursor"] = cursor
    return Reply(spreadsheets.table(columns, rows), headers=headers)
