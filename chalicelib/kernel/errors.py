"""What can be wrong with a request, by its true name; the door turns each into a problem once."""

import dataclasses
from collections.abc import Iterable, Mapping
from typing import ClassVar, Self

from chalicelib.kernel.values import dataclass


@dataclass(frozen=True)
class Fault:
    """One thing wrong with one field: JSON pointer, message key of a ``texts.json``, and its
    parameters.
    """

    field: str
    message: str
    params: dict[str, object] = dataclasses.field(default_factory=dict)


class Malformed(ValueError):
    """Something typed by a person that breaks a rule of its kind: message key of a ``texts.json``,
    and its parameters. Never the value, which may be personal.
    """

    def __init__(self, message: str, **params: object) -> None:
        super().__init__(message)
        self.message = message
        self.params = params

    def at(self, field: str) -> Fault:
        """The fault of the field in which it was typed."""
        return Fault(field, self.message, self.params)


@dataclass(frozen=True)
class Rule:
    """A published policy: its id, and its title by language."""

    id: str
    titles: Mapping[str, str]


@dataclass(frozen=True)
class Denial:
    """Why the policies said no: the rule that forbids it, or else the rules that allow it to
    others.
    """

    rule: Rule | None = None
    rules: tuple[Rule, ...] = ()


class Problem(Exception):
    """A refusal that the caller is told about: HTTP status, a stable type, and faults by field."""

    status: ClassVar[int] = 400
    type: ClassVar[str] = "bad-request"

    def __init__(
        self, message: str = "", *, faults: Iterable[Fault] = (), **params: object
    ) -> None:
        super().__init__(message or self.type)
        self.message = message or self.type
        self.faults = tuple(faults)
        self.params = params
        self.headers: dict[str, str] = {}
        self.denial = Denial()

    def because(self, denial: Denial) -> Self:
        """The same problem, naming the policies behind it."""
        self.denial = denial
        return self


class BadRequest(Problem):
    """The request cannot be read."""


class MissingKey(Problem):
    """A write without an Idempotency-Key."""

    type = "idempotency-key-missing"


class BadCursor(Problem):
    """A page cursor that this route did not give out."""

    type = "cursor-not-ours"


class Unauthenticated(Problem):
    """No principal behind the request."""

    status, type = 401, "sign-in-needed"


class StrongerSignInNeeded(Problem):
    """Allowed to this person, but only after a sign-in by two factors (RFC 9470)."""

    status, type = 401, "stronger-sign-in-needed"

    def __init__(self) -> None:
        super().__init__()
        self.headers = {
            "WWW-Authenticate": 'Bearer error="insufficient_user_authentication", max_age="43200"'
        }


class Forbidden(Problem):
    """The caller may see the thing but may not do this to it."""

    status, type = 403, "not-allowed"


class NotFound(Problem):
    """Absent, or not for this caller to know of: both look the same."""

    status, type = 404, "not-found"


class MethodNotAllowed(Problem):
    """The noun is there, the verb is not."""

    status, type = 405, "method-not-allowed"


class Conflict(Problem):
    """The state does not allow the act now."""

    status, type = 409, "conflict"


class StaleEdit(Problem):
    """If-Match names another version than the present one."""

    status, type = 412, "changed-meanwhile"


class TooLarge(Problem):
    """A body above the limit."""

    status, type = 413, "body-too-large"


class WrongContentType(Problem):
    """A body that does not say it is JSON."""

    status, type = 415, "content-type-not-json"


class Invalid(Problem):
    """Readable, but wrong: every fault is named."""

    status, type = 422, "invalid"


class KeyReused(Problem):
    """The same Idempotency-Key with another body."""

    status, type = 422, "idempotency-key-reused"


class MatchNeeded(Problem):
    """An edit without If-Match."""

    status, type = 428, "if-match-missing"


class TooMany(Problem):
    """Too many tries; ``retry_after`` is seconds."""

    status, type = 429, "too-many-requests"

    def __init__(self, retry_after: int) -> None:
        super().__init__(seconds=retry_after)
        self.headers = {"Retry-After": str(retry_after)}


class Unavailable(Problem):
    """A part that the request needs is away; trying again later is safe."""

    status, type = 503, "try-again-later"

    def __init__(self) -> None:
        super().__init__()
        self.headers = {"Retry-After": "2"}
