"""The API's own refusals read as its definition says: 401, 404, 429 with Retry-After.

What the emulator lacks: it imports an API's OpenAPI body without
``x-amazon-apigateway-gateway-responses``, the only way in which SAM's ``GatewayResponses`` reach
it.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from ministack.services import apigateway_v1

from infra.local.emulator.patches import PatchError, require

_EXTENSION = "x-amazon-apigateway-gateway-responses"


def _import(original: Callable[..., Any], api_id: str, definition: dict[str, Any]) -> Any:
    """Called first when a body is imported: the responses are there before the API is deployed."""
    for kind, response in (definition.get(_EXTENSION) or {}).items():
        status, _, body = apigateway_v1._put_gateway_response(
            api_id,
            kind,
            response,
        )
        if status >= 400:
            raise PatchError(f"gateway response {kind}: {body!r}")
    return original(api_id, definition)


def apply() -> None:
    """Adds the responses to the import of a body."""
    require(apigateway_v1, "_import_security_schemes", "_put_gateway_response")
    import_body = apigateway_v1._import_security_schemes
    apigateway_v1._import_security_schemes = partial(_import, import_body)
