"""A request's body is parsed once for IAM and the service behind it.

What the emulator lacks: for one DynamoDB call the same JSON is parsed five times, to learn its
table, its tables, its tags, its condition keys and what is asked.
"""

from __future__ import annotations

import json
from typing import Any

from ministack.core import iam_actions
from ministack.services import dynamodb, eventbridge, kms, stepfunctions

from infra.local.emulator.patches import require


class _Json:
    """The module ``json``, which remembers the last body; IAM comes first and only reads it."""

    def __init__(self) -> None:
        self._last: tuple[Any, Any] = (None, None)

    def __getattr__(self, name: str) -> Any:
        return getattr(json, name)

    def loads(self, body: Any, *args: Any, **options: Any) -> Any:
        """The document in a body, shared by all who read it before the service takes it."""
        if not isinstance(body, bytes) or args or options:
            return json.loads(body, *args, **options)
        last, document = self._last
        if last is not body:
            document = json.loads(body)
            self._last = (body, document)
        return document

    def take(self, body: Any) -> Any:
        """The document, for the one who may change it: nobody is given it again."""
        document = self.loads(body)
        self._last = (None, None)
        return document


class _ServiceJson:
    """The module ``json`` for a service: a body is taken over from IAM, all else parsed as ever."""

    def __init__(self, shared: _Json) -> None:
        self._shared = shared

    def __getattr__(self, name: str) -> Any:
        return getattr(json, name)

    def loads(self, text: Any, *args: Any, **options: Any) -> Any:
        """As ``json.loads``."""
        if isinstance(text, bytes) and not args and not options:
            return self._shared.take(text)
        return json.loads(text, *args, **options)


def apply() -> None:
    """Lets IAM and the services that every case calls share what they parse."""
    shared = _Json()
    for module in (iam_actions, dynamodb, eventbridge, kms, stepfunctions):
        require(module, "json")
        module.json = shared if module is iam_actions else _ServiceJson(shared)
