"""One HTTP request as a handler sees it: who calls, with what, read strictly and once."""

import re
from collections.abc import Mapping
from functools import cached_property
from typing import Any

from chalicelib.kernel import canonical, formats, ids, schemas, texts
from chalicelib.kernel.authorization import CITY, PolicyEngine, Principal
from chalicelib.kernel.caller import Caller
from chalicelib.kernel.errors import (
    BadRequest,
    MatchNeeded,
    MissingKey,
    WrongContentType,
)
from chalicelib.kernel.http import received, strict_json
from chalicelib.kernel.http.door import JSON_TYPE, OFFICE, PAGE_ROWS, PARTY, PUBLIC, Route
from chalicelib.kernel.journal import Request
from chalicelib.kernel.settings import settings

_CORRELATION = re.compile(r"[A-Za-z0-9._-]{8,64}")
_KEY = re.compile(r"[\x21-\x7e]{1,255}")
_KEY_OF_NOBODY = re.compile(r"[\x21-\x7e]{16,255}")


class Call(Caller):
    """One request as a handler sees it."""

    def __init__(self, route: Route, engine: PolicyEngine, raw: Any) -> None:
        self.headers: Mapping[str, str] = {k.lower(): v for k, v in (raw.headers or {}).items()}
        language = texts.language_of(self.headers.get("accept-language", ""))
        super().__init__(engine, route.action, language)
        self.route, self._raw = route, raw
        self.query: Mapping[str, str] = dict(raw.query_params or {})
        self.is_permitted = route.audience == PUBLIC
        given = self.headers.get("x-correlation-id", "")
        self.correlation_id = given if _CORRELATION.fullmatch(given) else ids.ulid()

    @cached_property
    def principal(self) -> Principal:
        """Who calls; for office routes with the posts held at this moment."""
        claims = (self._raw.context or {}).get("authorizer") or {}
        return self.engine.principal(claims, self.route.audience in (OFFICE, PARTY))

    @property
    def counted_as(self) -> str:
        """Whose requests are counted together: the person's, or those from one address."""
        if self.route.audience == PUBLIC:
            return str((self._raw.context.get("identity") or {}).get("sourceIp", ""))
        return self.principal.person

    @property
    def base_url(self) -> str:
        """Where this API is for the public: the stage's own address, else the one asked at."""
        if public := settings().public_url:
            return public.rstrip("/")
        context = self._raw.context
        segments = self.route.path.count("/")
        root = context["path"].rsplit("/", segments)[0]
        return f"https://{context['domainName']}{root}"

    @cached_property
    def body(self) -> Any:
        """The body, read strictly and valid under the route's schema; what people type otherwise
        than it is kept, as it is kept. Raises Problem.
        """
        kind = self.headers.get("content-type", "").partition(";")[0].strip().lower()
        if kind != JSON_TYPE:
            raise WrongContentType
        raw = strict_json.parse(self._raw.raw_body or b"")
        value, faults = received.clean(raw)
        validator = schemas.named(self.route.body)
        schemas.check(validator, value, before=faults)
        return formats.as_kept(validator.schema, value)

    @cached_property
    def request(self) -> Request:
        """The request's identity: the caller's Idempotency-Key, and what was asked under it.

        The key of who is not signed in is all that they have to themselves: a long one.
        """
        is_nobody = self.route.audience == PUBLIC
        key = self.headers.get("idempotency-key", "")
        form = _KEY_OF_NOBODY if is_nobody else _KEY
        if not form.fullmatch(key):
            raise MissingKey
        person = "" if is_nobody else self.principal.person
        path = str(self._raw.context.get("path", self.route.path))
        body = canonical.dumps(self.body if self.route.body else None).decode()
        return Request(
            key=ids.keyed_hash("key", person, key),
            body=ids.keyed_hash(
                "body",
                self.route.method,
                path,
                body,
            ),
        )

    @property
    def edited_version(self) -> int:
        """The entity version of If-Match. Raises MatchNeeded when absent."""
        tag = self.headers.get("if-match", "").strip().strip('"')
        if not tag:
            raise MatchNeeded
        return ids.whole(tag)

    def weigh_nothing(self) -> None:
        """What is done for something that is hidden, for what there is not: the caller's mandates
        are read and the policies are asked, so that the time of an answer tells neither apart.
        """
        if self.is_permitted or self._asked:
            return
        _ = self.principal.mandates
        # Whether it may be done, and where that is no reading whether the caller may know of it.
        questions = 1 if self.route.method == "GET" else 2
        for _ in range(questions):
            self.engine.allows(self.principal, self.action, CITY)

    def limit(self, most: int = PAGE_ROWS, usual: int = 20) -> int:
        """The page size asked for. Raises BadRequest unless 1 <= limit <= ``most``."""
        size = ids.whole(self.query.get("limit", str(usual)))
        if not 1 <= size <= most:
            raise BadRequest("limit-out-of-range", most=most)
        return size
