"""Who asks for what, as use cases know it: nothing here tells how the request came."""

from abc import ABC, abstractmethod
from datetime import datetime
from functools import cached_property

from chalicelib.kernel import authorization, clock
from chalicelib.kernel.authorization import CITY, PolicyEngine, Principal, Resource
from chalicelib.kernel.errors import Denial
from chalicelib.kernel.journal import Actor, Request


class Caller(ABC):
    """Who asks (``principal``), for which ``action``, in which ``language``, at which moment.

    ``request`` is what makes the command safe to repeat. ``is_permitted`` tells whether the
    policies have been asked and have said yes.
    """

    def __init__(self, engine: PolicyEngine, action: str, language: str) -> None:
        self.engine = engine
        self.action = action
        self.language = language
        self.now: datetime = clock.now()
        self.is_permitted = False
        self._asked: set[tuple[str, str, str]] = set()

    @cached_property
    @abstractmethod
    def principal(self) -> Principal:
        """The person or system. Raises Unauthenticated."""

    @cached_property
    @abstractmethod
    def request(self) -> Request:
        """The caller's key, and what was asked under it. Raises MissingKey."""

    @property
    @abstractmethod
    def edited_version(self) -> int:
        """The version of the thing that the caller has read. Raises MatchNeeded where none is
        named.
        """

    def permit(self, resource: Resource = CITY, action: str = "") -> None:
        """Ask the policies about an action, the caller's own unless named.

        The same question a second time comes of another try, after a lost race: who the caller is
        and what they hold is read anew for it. Raises Forbidden, StrongerSignInNeeded, or NotFound
        where the caller may not know of it.
        """
        question = (action or self.action, resource.type, resource.id)
        if question in self._asked:
            self.__dict__.pop("principal", None)
        self._asked.add(question)
        authorization.permit(
            self.engine,
            self.principal,
            question[0],
            resource,
        )
        self.is_permitted = True

    def explain_denial(self, resource: Resource, action: str) -> Denial:
        """The rule that keeps the caller from it, or the rules that allow it to others."""
        return self.engine.explain_denial(
            self.principal,
            action,
            resource,
        )

    def actor(self, post: str = "") -> Actor:
        """The caller as the one who acts, by ``post`` where an office is exercised."""
        return Actor(self.principal.person, post)

    def ids_of(self, party: str) -> tuple[str, ...]:
        """Under which ids the lists of a party stand: where it is the caller, all of theirs."""
        if party == self.principal.person:
            return self.principal.identities
        return (party,)
