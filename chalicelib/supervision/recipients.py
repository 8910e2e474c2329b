"""Who is told by office: those who hold posts at this moment."""

from collections.abc import Iterable

from chalicelib import authority
from chalicelib.notify import Recipient


def holders(posts: Iterable[str]) -> list[Recipient]:
    """Who holds these posts, each person once; empty names are nobody's post."""
    recipients: dict[str, Recipient] = {}
    for post in filter(None, posts):
        for holder in authority.holders_of(post):
            recipients[holder.person] = Recipient(holder.person, holder.mail)
    return list(recipients.values())
