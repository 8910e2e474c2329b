"""How departments' business systems sign in."""

from __future__ import annotations

import httpx

from infra.local.city.system_sign_in import SECRET
from infra.local.client import City, Client

SYSTEM = "s-urb-oa"


def signed_in(city: City, client: str, **asked: str) -> Client:
    """The API as a system, after its client credentials were taken."""
    issuer = f"{city.origin}/sign-in/systems"
    found = httpx.get(f"{issuer}/.well-known/openid-configuration", trust_env=False).json()
    form = {"grant_type": "client_credentials", **asked}
    answer = httpx.post(found["token_endpoint"], data=form, auth=(client, SECRET), trust_env=False)
    return Client(city.origin, answer.raise_for_status().json()["access_token"])
