"""What waits at a post, as its inbox shows it: who closes or empties the post has to know."""

from chalicelib.authority.grants import views
from chalicelib.kernel import stores

MAX_COUNTED = 1000


def tasks_of(post: str) -> int:
    """How many open tasks stand in the inbox of a post; at most a thousand are counted."""
    page = stores.views().index("inbox", post, limit=MAX_COUNTED)
    return len(page.keys)


def left_at(post: str) -> int:
    """How many of them nobody is there to do; none where somebody holds the post."""
    if views.holders_of(post):
        return 0
    return tasks_of(post)
