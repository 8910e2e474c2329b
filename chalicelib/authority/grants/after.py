"""Which rows move with an act: those of the person, of the post, and of all who hold it."""

from dataclasses import replace
from datetime import datetime
from typing import Any

from chalicelib.authority import grants
from chalicelib.authority.acts import Career, Holding, periods
from chalicelib.authority.grants import Row, moved_on, rows
from chalicelib.authority.grants.rows import Data
from chalicelib.kernel.errors import Conflict
from chalicelib.kernel.journal import TransactionalWrite

MAX_HOLDERS = 90  # a DynamoDB transaction takes 100 rows
HOW_HELD = ("appointment", "from", "until", "substitute")


def of_career(career: Career, post: str, now: datetime) -> list[TransactionalWrite]:
    """The person's row, and the post's row about the person, as they follow from the career."""
    stored = rows.person_row(career.person)
    held = career.current(now)
    # What else may stand in the row, mandates and scopes, is not for this act to change.
    data = {
        **(stored.data if stored else {}),
        **_who(career),
        "posts": _posts(held),
    }
    key = grants.person_key(career.person)
    return [
        moved_on(Row(key, grants.OF_PERSON, data=data), stored),
        grants.store().write(_holder(career, post, held)),
    ]


def _who(career: Career) -> dict[str, str]:
    return {
        "person": career.person,
        "name": career.name,
        "mail": career.mail,
    }


def _posts(held: tuple[Holding, ...]) -> list[dict[str, Any]]:
    facts: dict[str, Data] = {}
    posts = []
    for holding in held:
        post = holding.appointment.post
        if post not in facts:
            facts[post] = _facts(post)
        posts.append({**facts[post], **_held(holding)})
    return posts


def _facts(post: str) -> Data:
    row = rows.post_row(post)
    if row is None:
        return {"post": post, "definitions": [], "delegations": []}
    return row.data


def _held(holding: Holding) -> dict[str, Any]:
    data: dict[str, Any] = {"appointment": holding.appointment.id}
    data |= periods.to_data(holding.span)
    if holding.appointment.is_substitute:
        data["substitute"] = True
    return data


def _holder(career: Career, post: str, held: tuple[Holding, ...]) -> Row:
    """What the post's row tells of the person; no periods where they hold it no longer."""
    of_post = []
    for holding in held:
        if holding.appointment.post == post:
            of_post.append(_held(holding))
    data = {**_who(career), "periods": of_post}
    name = f"{grants.HOLDER}{career.person}"
    return Row(grants.post_key(post), name, data=data)


def post_again(post: str) -> list[TransactionalWrite]:
    """The post's own row once more, so that who redefines it or delegates to it just then sees a
    new holder.
    """
    row = rows.post_row(post)
    return [moved_on(row, row)] if row else []


def of_holders(post: str, facts: Data) -> list[TransactionalWrite]:
    """The rows of all who hold the post, with its new facts. Raises Conflict with more than 90 of
    them.
    """
    holders = rows.holder_rows(post)
    if len(holders) > MAX_HOLDERS:
        raise Conflict("post-has-too-many-holders", limit=MAX_HOLDERS)
    moved = []
    for holder in holders:
        row = rows.person_row(holder.data["person"]) if holder.data["periods"] else None
        if row:
            moved.append(moved_on(_redefined(row, post, facts), row))
    return moved


def _redefined(row: Row, post: str, facts: Data) -> Row:
    """The person's row: how the post is held stays, what the post is may differ."""
    posts = []
    for held in row.data["posts"]:
        if held["post"] == post:
            how = {name: held[name] for name in HOW_HELD if name in held}
            held = {**facts, **how}
        posts.append(held)
    return replace(row, data={**row.data, "posts": posts})
