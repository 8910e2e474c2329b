"""Open cases of an item, by whom they concern or by the post at which they stand."""

from collections.abc import Iterator

from chalicelib.casework.acts import Case
from chalicelib.casework.use_cases import repository
from chalicelib.kernel import stores
from chalicelib.kernel.views import Page

MOST = 10  # cases of a party that are looked at, the newest
MOST_AT_POST = 100


def of_party(party: str, item: str) -> Iterator[Case]:
    """The newest of a party."""
    page = stores.views().index(
        "owner",
        f"person#{party}",
        limit=MOST,
        newest_first=True,
    )
    yield from _cases(page, item)


def at_post(post: str, item: str) -> Iterator[Case]:
    """Those with a task in a post's inbox, the most urgent."""
    page = stores.views().index(
        "inbox",
        post,
        limit=MOST_AT_POST,
    )
    yield from _cases(page, item)


def _cases(page: Page, item: str) -> Iterator[Case]:
    keys = [key for key, _ in page.keys]
    rows = stores.views().get_many(keys) if keys else {}
    for stream, place in keys:
        row = rows.get((stream, place))
        if row is None or row.data.get("item") != item:
            continue
        case_id = stream.partition("#")[2]
        case, _ = repository.load(case_id)
        if not case.clocks.ended_at:
            yield case
