"""Requests of every operation that the OpenAPI document allows, and some that it does not, sent
as a citizen, as an officer and as nobody: each answer must be one that the document tells of.

The same seed sends the same requests. ``python -m tests.journeys.support.any_requests <how many
of each operation> [seed]`` deploys a city for more of them than ``make test`` has time for.
"""

from __future__ import annotations

import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from copy import deepcopy
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import requests
import schemathesis
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st
from schemathesis import Case, GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.core.failures import FailureGroup
from schemathesis.specs.openapi import checks

import app  # noqa: F401  # puts every route into ``installed``
from chalicelib.kernel.http import openapi
from chalicelib.kernel.http.routes import installed
from infra.local.client import City
from tests.journeys.support.cases import filed

CITIZEN, OFFICER, NOBODY = "p-li-na", "o-wang-fang", ""
CHECKS = [
    not_a_server_error,
    checks.status_code_conformance,
    checks.content_type_conformance,
    checks.response_headers_conformance,
    checks.response_schema_conformance,
]
UNDECLARED = ("TRACE", "PUT", "PATCH", "DELETE")
USUAL = settings(
    database=None,
    deadline=None,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)
KINDS = {"allowed": GenerationMode.POSITIVE, "refused": GenerationMode.NEGATIVE}
Document = dict[str, Any]


@cache
def operations() -> Mapping[str, Any]:
    """The operations of the document by ``METHOD /path``."""
    document = readable(openapi.document(installed, "1"))
    found = schemathesis.openapi.from_dict(document).get_all_operations()
    made = [each.ok() for each in found]
    return {f"{each.method.upper()} {each.path}": each for each in made}


def readable(document: Document) -> Document:
    """The document with a choice of kinds where it says what follows from which: schemathesis
    makes nothing from conditions on a free object.
    """
    readable = deepcopy(document)
    change = readable["components"]["schemas"]["register_change"]
    change["anyOf"] = []
    for condition in change.pop("allOf"):
        kind = condition["if"]["properties"] | condition["then"]["properties"]
        change["anyOf"].append({"properties": kind})
    return readable


@dataclass
class Asking:
    """Whoever asks, and things of the city that half of the requests are about."""

    city: City
    things: Mapping[str, str] = field(default_factory=dict)
    session: requests.Session = field(default_factory=requests.Session)
    requests: int = 0

    def __post_init__(self) -> None:
        case = filed(self.city, applicant=CITIZEN)
        self.session.trust_env = False
        self.things = {
            "number": case.number,
            "task": case.task("urb-window")["id"],
            "item": "shop-sign",
            "post": "urb-window",
            "flow": "licence-v1",
            "code": "premises-proof",
            "list": "0",
        }

    def ask(self, case: Case) -> None:
        """Send it as everybody; raises FailureGroup for an answer that is not as promised."""
        for person in (CITIZEN, OFFICER, NOBODY):
            token = self.city.person(person).token
            signed = {"Authorization": f"Bearer {token}"} if token else {}
            answer = case.call(
                base_url=self.city.origin,
                headers=signed,
                session=self.session,
            )
            self.requests += 1
            case.validate_response(answer, checks=CHECKS)

    def ask_many(self, operation: str, kind: str, count: int, first: int = 0) -> None:
        """So many requests of an operation, ``allowed`` or ``refused`` by the document."""
        made = operations()[operation].as_strategy(generation_mode=KINDS[kind])

        @seed(first)
        @settings(USUAL, max_examples=count)
        @given(made, st.booleans())
        def play(case: Case, is_of_the_city: bool) -> None:
            if not can_be_sent(case):
                return
            if is_of_the_city:
                case.path_parameters.update(of_the_city(case, self.things))
            self.ask(case)

        play()

    def ask_undeclared(self, operation: str) -> list[str]:
        """Verbs that the operation's path does not declare, with its query, and are not 405."""
        path = operations()[operation].path
        declared = {each.partition(" ")[0] for each in operations() if each.endswith(f" {path}")}
        asked = path.format_map(Named(self.things))
        told = []
        for verb in UNDECLARED:
            answer = self.session.request(verb, f"{self.city.origin}{asked}?limit=1&a=b")
            if verb not in declared and answer.status_code != 405:
                told.append(f"{verb} {asked}: {answer.status_code} {answer.text[:200]}")
        return told


def can_be_refused(operation: str) -> bool:
    """Whether the document says anything of its requests with which one of them could be at odds."""
    asked = operations()[operation]
    return bool(asked.body or asked.query or asked.headers)


class Named(dict[str, str]):
    """Things by the names of a path's parameters; "0" for those that nobody has named."""

    def __missing__(self, name: str) -> str:
        return "0"


def of_the_city(case: Case, things: Mapping[str, str]) -> dict[str, str]:
    """Those of the path's parameters that name a thing which there is."""
    return {name: things[name] for name in case.path_parameters if name in things}


def can_be_sent(case: Case) -> bool:
    """Whether its headers are texts of HTTP: servers refuse others before anybody reads them."""
    values = [str(value) for value in case.headers.values()]
    return all(value.isascii() and value.isprintable() for value in values)


def outcomes(asking: Asking, count: int, first: int) -> Iterator[tuple[str, str]]:
    """Each operation, and what is wrong with its answers; empty where nothing is."""
    for operation in operations():
        try:
            asking.ask_many(operation, "allowed", count, first)
            if can_be_refused(operation):
                asking.ask_many(operation, "refused", max(1, count // 2), first)
            yield operation, ""
        except FailureGroup as failures:
            yield operation, str(failures.exceptions[0])


def main(count: int, first: int) -> None:
    """Ask of every operation and print what was found."""
    from tests.journeys.support.stack import deployed

    begun = time.perf_counter()
    wrong = 0
    with tempfile.TemporaryDirectory() as folder, deployed(Path(folder)) as stack:
        asking = Asking(stack.city)
        for operation, told in outcomes(asking, count, first):
            wrong += bool(told)
            seconds = time.perf_counter() - begun
            print(f"{seconds:5.0f} s, {asking.requests} requests: {operation} {told}", flush=True)
        troubles = stack.troubles()
    if wrong or troubles:
        sys.exit(f"{wrong} operations answer what nobody is told of; inside: {troubles}")


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 0)
