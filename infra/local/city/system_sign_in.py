"""The sample city's other issuers: one for departments' systems, one of the province above it.

The systems are fictional like the people, so all have one secret.
"""

from __future__ import annotations

from typing import Any

from authlib.integrations.flask_oauth2 import AuthorizationServer
from authlib.oauth2.rfc6749 import ClientMixin, grants
from authlib.oauth2.rfc9068 import JWTBearerTokenGenerator
from flask import Blueprint, Flask, Response, jsonify

from infra.local.city.sign_in import allowed_scope
from infra.local.city.tokens import ALGORITHM, TokenMaker

SECRET = "sample"
_LIFETIME = 3600
_METHODS = ["client_secret_basic", "client_secret_post"]


class System(ClientMixin):  # type: ignore[misc]
    """A department's system, with the scopes that it may ask for."""

    def __init__(self, client_id: str, scope: str) -> None:
        self.client_id = client_id
        self.scope = scope

    def get_client_id(self) -> str:
        return self.client_id

    def get_allowed_scope(self, scope: str | None) -> str:
        return allowed_scope(scope or self.scope, self.scope)

    def check_client_secret(self, client_secret: str) -> bool:
        return client_secret == SECRET

    def check_endpoint_auth_method(self, method: str, endpoint: str) -> bool:
        return method in _METHODS

    def check_grant_type(self, grant_type: str) -> bool:
        return grant_type == "client_credentials"


class CredentialsGrant(grants.ClientCredentialsGrant):  # type: ignore[misc]
    """RFC 6749, section 4.4."""

    TOKEN_ENDPOINT_AUTH_METHODS = _METHODS


def _access_tokens(maker: TokenMaker) -> JWTBearerTokenGenerator:
    class AccessTokens(JWTBearerTokenGenerator):  # type: ignore[misc]
        def access_token_generator(
            self, client: System, grant_type: str, user: Any, scope: str | None
        ) -> str:
            granted = client.get_allowed_scope(scope)
            return maker.system_token(
                client.client_id,
                granted,
                _LIFETIME,
            )

    return AccessTokens(maker.issuer, alg=ALGORITHM, expires_generator=lambda *_: _LIFETIME)


def _with_keys(pages: Blueprint, maker: TokenMaker, more: dict[str, Any]) -> None:
    document = {
        "issuer": maker.issuer,
        "jwks_uri": f"{maker.issuer}/jwks",
        **more,
    }

    @pages.get("/.well-known/openid-configuration")
    def discovery() -> Response:
        return jsonify(document)

    @pages.get("/jwks")
    def jwks() -> Response:
        return jsonify(maker.jwks())


def add_systems(app: Flask, maker: TokenMaker, systems: list[dict[str, Any]]) -> None:
    """Adds the systems' issuer to ``app`` under /sign-in/systems; ``systems`` is systems.json."""
    known = {system["id"]: System(system["id"], system["scope"]) for system in systems}
    server = AuthorizationServer(
        app,
        query_client=known.get,
        save_token=lambda token, request: None,
    )
    server.register_grant(CredentialsGrant)
    server.register_token_generator("default", _access_tokens(maker))
    pages = Blueprint("sign-in-systems", __name__, url_prefix="/sign-in/systems")
    more = {
        "token_endpoint": f"{maker.issuer}/token",
        "grant_types_supported": ["client_credentials"],
        "token_endpoint_auth_methods_supported": _METHODS,
    }
    _with_keys(pages, maker, more)

    @pages.post("/token")
    def token() -> Any:
        return server.create_token_response()

    app.register_blueprint(pages)


def add_province(app: Flask, maker: TokenMaker) -> None:
    """Adds the province's issuer to ``app`` under /sign-in/province.

    It has keys alone, which is all that a city needs.
    """
    pages = Blueprint("sign-in-province", __name__, url_prefix="/sign-in/province")
    _with_keys(pages, maker, {})
    app.register_blueprint(pages)
