"""What waits for somebody who holds posts: the office's half of their daily digest."""

from datetime import datetime

from chalicelib import authority
from chalicelib.casework.views import inbox
from chalicelib.notify import Tasks


def of_person(person: str, since: datetime, now: datetime) -> tuple[Tasks, str] | None:
    """The tasks of all posts that they hold, and their mail address in the register; None for who
    holds none.
    """
    posts = [held["post"] for held in authority.posts_held(person, now)]
    if not posts:
        return None
    waiting = [inbox.waiting(post, since, now) for post in posts]
    tasks = Tasks(
        open=sum(each.open for each in waiting),
        new=sum(each.new for each in waiting),
        overdue=sum(each.overdue for each in waiting),
    )
    return tasks, _mail_of(person, posts[0])


def _mail_of(person: str, post: str) -> str:
    for holder in authority.holders_of(post):
        if holder.person == person:
            return holder.mail
    return ""
