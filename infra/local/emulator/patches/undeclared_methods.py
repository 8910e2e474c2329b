"""A path's catch-all answers the methods that the path does not declare.

What the emulator lacks: it imports an API's OpenAPI body without
``x-amazon-apigateway-any-method``.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from ministack.services import apigateway_v1

from infra.local.emulator.patches import require

_EXTENSION = "x-amazon-apigateway-any-method"


def _import(
    original: Callable[..., None],
    api_id: str,
    path: str,
    methods: dict[str, Any],
    *security: Any,
) -> None:
    named = dict(methods)
    if _EXTENSION in named:
        named["any"] = named.pop(_EXTENSION)
    original(api_id, path, named, *security)


def apply() -> None:
    """Adds the catch-all to the import of a path."""
    require(
        apigateway_v1,
        "_import_path_item",
        "_OPENAPI_HTTP_METHODS",
    )
    apigateway_v1._OPENAPI_HTTP_METHODS.add("any")
    apigateway_v1._import_path_item = partial(_import, apigateway_v1._import_path_item)
