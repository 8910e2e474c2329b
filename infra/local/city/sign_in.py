"""The sign-in issuer of the sample city: OpenID Connect's code flow with PKCE, on Authlib.

Whoever opens the page picks a person; there are no passwords, since the people are fictional and
the page answers this machine alone. Deployed stages use a real issuer.
"""

from __future__ import annotations

import os
import secrets
import time
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

os.environ["AUTHLIB_INSECURE_TRANSPORT"] = "1"  # plain HTTP, but never beyond 127.0.0.1

from authlib.integrations.flask_oauth2 import AuthorizationServer
from authlib.oauth2 import OAuth2Error
from authlib.oauth2.rfc6749 import AuthorizationCodeMixin, ClientMixin, grants
from authlib.oauth2.rfc7636 import CodeChallenge
from authlib.oauth2.rfc9068 import JWTBearerTokenGenerator
from authlib.oidc.core import OpenIDCode, UserInfo
from flask import Blueprint, Flask, Response, jsonify, render_template_string, request

from infra.local.city.tokens import ALGORITHM, SCOPE, TokenMaker

_LIFETIME = 3600
_CODE_SECONDS = 60
_PAGE = """<!doctype html><html lang="zh-CN"><meta charset="utf-8"><title>明杭市登录</title>
<style>body{font:16px/1.6 system-ui;max-width:40rem;margin:3rem auto;padding:0 1rem}
button{display:block;width:100%;text-align:left;font:inherit;padding:.6rem;margin:.3rem 0}</style>
<h1>明杭市统一身份认证</h1><p>示例城市,任选一人登录。 Sample city: sign in as anyone.</p>
<form method="post">{% for p in people %}<button name="person" value="{{ p.id }}">
{{ p.name }} {{ p.name_en }} · {{ p.role_note.zh }} {{ p.role_note.en }}</button>
{% endfor %}</form></html>"""


@dataclass
class Person:
    """Who signs in."""

    id: str

    def get_user_id(self) -> str:
        return self.id


class LocalClient(ClientMixin):  # type: ignore[misc]
    """Any program of this machine: public, without a secret, redirected to this machine alone."""

    def __init__(self, client_id: str) -> None:
        self.client_id = client_id

    def get_client_id(self) -> str:
        return self.client_id

    def get_default_redirect_uri(self) -> None:
        return None

    def get_allowed_scope(self, scope: str | None) -> str:
        return allowed_scope(scope or "", SCOPE)

    def check_redirect_uri(self, redirect_uri: str) -> bool:
        return urlsplit(redirect_uri).hostname in ("127.0.0.1", "localhost")

    def check_endpoint_auth_method(self, method: str, endpoint: str) -> bool:
        return method == "none"

    def check_response_type(self, response_type: str) -> bool:
        return response_type == "code"

    def check_grant_type(self, grant_type: str) -> bool:
        return grant_type == "authorization_code"


def allowed_scope(asked: str, allowed: str) -> str:
    """What is asked for and allowed; both are words with spaces between them."""
    words = allowed.split()
    granted = [word for word in asked.split() if word in words]
    return " ".join(granted)


@dataclass
class Code(AuthorizationCodeMixin):  # type: ignore[misc]
    """One authorization code, good for one exchange within a minute."""

    code: str
    client_id: str
    redirect_uri: str | None
    scope: str
    person: str
    nonce: str | None
    code_challenge: str | None
    code_challenge_method: str | None
    made_at: float

    def get_redirect_uri(self) -> str | None:
        return self.redirect_uri

    def get_scope(self) -> str:
        return self.scope

    def get_nonce(self) -> str | None:
        return self.nonce

    def get_auth_time(self) -> int:
        return int(self.made_at)

    def get_amr(self) -> None:
        return None

    def get_acr(self) -> None:
        return None


_codes: dict[str, Code] = {}


class CodeGrant(grants.AuthorizationCodeGrant):  # type: ignore[misc]
    """Codes live in memory: a restart of the emulator ends sign-ins that were under way."""

    TOKEN_ENDPOINT_AUTH_METHODS = ["none"]

    def save_authorization_code(self, code: str, request: Any) -> None:
        data = request.payload.data
        _codes[code] = Code(
            code=code,
            client_id=request.client.client_id,
            redirect_uri=request.payload.redirect_uri,
            scope=request.scope or "",
            person=request.user.id,
            nonce=data.get("nonce"),
            code_challenge=data.get("code_challenge"),
            code_challenge_method=data.get("code_challenge_method"),
            made_at=time.time(),
        )

    def query_authorization_code(self, code: str, client: LocalClient) -> Code | None:
        found = _codes.get(code)
        if found is None or found.client_id != client.client_id:
            return None
        age = time.time() - found.made_at
        return found if age < _CODE_SECONDS else None

    def delete_authorization_code(self, authorization_code: Code) -> None:
        _codes.pop(authorization_code.code, None)

    def authenticate_user(self, authorization_code: Code) -> Person:
        return Person(authorization_code.person)


def _id_tokens(maker: TokenMaker) -> OpenIDCode:
    class IdTokens(OpenIDCode):  # type: ignore[misc]
        def exists_nonce(self, nonce: str, request: Any) -> bool:
            nonces = {code.nonce for code in _codes.values()}
            return nonce in nonces

        def get_jwt_config(self, grant: Any, client: Any = None) -> dict[str, Any]:
            key = maker.key.as_dict(private=True)
            return {
                "key": key,
                "alg": ALGORITHM,
                "iss": maker.issuer,
                "exp": _LIFETIME,
            }

        def generate_user_info(self, user: Person, scope: str) -> UserInfo:
            name = maker.names.get(user.id, user.id)
            return UserInfo(sub=user.id, name=name)

    return IdTokens(require_nonce=False)


def _access_tokens(maker: TokenMaker) -> JWTBearerTokenGenerator:
    class AccessTokens(JWTBearerTokenGenerator):  # type: ignore[misc]
        def access_token_generator(
            self, client: Any, grant_type: str, user: Person, scope: str
        ) -> str:
            return maker.access_token(
                user.id,
                _LIFETIME,
                client_id=client.client_id,
                scope=scope,
            )

    return AccessTokens(maker.issuer, alg=ALGORITHM, expires_generator=lambda *_: _LIFETIME)


def _discovery(issuer: str) -> dict[str, Any]:
    return {
        "issuer": issuer,
        "authorization_endpoint": f"{issuer}/authorize",
        "token_endpoint": f"{issuer}/token",
        "jwks_uri": f"{issuer}/jwks",
        "response_types_supported": ["code"],
        "grant_types_supported": ["authorization_code"],
        "code_challenge_methods_supported": ["S256"],
        "token_endpoint_auth_methods_supported": ["none"],
        "scopes_supported": SCOPE.split(),
        "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": [ALGORITHM],
    }


def add_sign_in(app: Flask, maker: TokenMaker, people: list[dict[str, Any]]) -> None:
    """Adds the issuer's endpoints to ``app`` under /sign-in; ``people`` as in people.json."""
    app.secret_key = secrets.token_bytes(32)
    server = AuthorizationServer(
        app,
        query_client=LocalClient,
        save_token=lambda token, request: None,
    )
    extensions = [CodeChallenge(required=True), _id_tokens(maker)]
    server.register_grant(CodeGrant, extensions)
    server.register_token_generator("default", _access_tokens(maker))
    pages = Blueprint("sign-in", __name__, url_prefix="/sign-in")
    known = {person["id"] for person in people}

    @pages.get("/.well-known/openid-configuration")
    def discovery() -> Response:
        return jsonify(_discovery(maker.issuer))

    @pages.get("/jwks")
    def jwks() -> Response:
        return jsonify(maker.jwks())

    @pages.route("/authorize", methods=["GET", "POST"])
    def authorize() -> Any:
        try:
            grant = server.get_consent_grant()
        except OAuth2Error as error:
            asked = server.create_oauth2_request(request)
            return server.handle_error_response(asked, error)
        chosen = request.form.get("person") if request.method == "POST" else None
        if chosen not in known:
            return render_template_string(_PAGE, people=people)
        return server.create_authorization_response(
            grant=grant,
            grant_user=Person(chosen),
        )

    @pages.post("/token")
    def token() -> Any:
        return server.create_token_response()

    app.register_blueprint(pages)
