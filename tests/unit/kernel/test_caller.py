"""Who asks is read once for a request, and anew for another try."""

from typing import Any

import pytest

from chalicelib.kernel.authorization import CITY, Principal, Resource
from chalicelib.kernel.caller import Caller
from chalicelib.kernel.errors import Forbidden


class Engine:
    """Allows what the principal's scopes name."""

    def allows(self, principal: Principal, action: str, resource: Resource) -> bool:
        return action in principal.scopes

    def explain_denial(self, *asked: Any) -> Any:
        return Forbidden().denial


class Reader(Caller):
    """A caller whose rights may change at any time."""

    def __init__(self) -> None:
        super().__init__(Engine(), "look", "en")  # type: ignore[arg-type]
        self.reads, self.scopes = 0, frozenset({"look", "touch"})

    @property
    def principal(self) -> Principal:  # type: ignore[override]
        if "principal" not in self.__dict__:
            self.reads += 1
            self.__dict__["principal"] = Principal("o-1", scopes=self.scopes)
        return self.__dict__["principal"]  # type: ignore[no-any-return]

    request = edited_version = None  # type: ignore[assignment]


def test_different_questions_are_put_about_who_was_read_once() -> None:
    caller = Reader()
    caller.permit()
    caller.permit(action="touch")
    caller.permit(Resource("Task", "t-1"))
    assert (caller.reads, caller.is_permitted) == (1, True)


def test_the_same_question_again_is_put_about_the_rights_of_now() -> None:
    caller = Reader()
    caller.permit(CITY)
    caller.scopes = frozenset()
    with pytest.raises(Forbidden):
        caller.permit(CITY)
    assert caller.reads == 2
