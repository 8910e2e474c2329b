"""The matrix's axes: who calls and how they stand to the thing, and the things that they call about."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from chalicelib.kernel.door import Route
from infra.local import answers
from infra.local.client import Answer, Client, new_key
from infra.local.tokens import TokenMaker
from tests.journeys import walking
from tests.journeys.matrix_rows import Row
from tests.journeys.stack import Stack

# Whoever works on the case itself, and the step at which they do.
STEPS = {"window": "accept", "reviewer": "review", "approver": "approve", "head": "approve"}
OTHERS = ("opinion", "supervisor", "administrator", "auditor", "security", "catalogue-author", "catalogue-publisher")
# Relation: the department whose officers stand so to a case of URB, or to what belongs to URB.
DEPARTMENTS = {"same": "URB", "other": "DPF", "district": "SHQ"}
OWN = {
    "window": "o-wang-fang", "reviewer": "o-zhao-min", "approver": "o-sun-li", "head": "o-zhou-tao",
    "opinion": "o-yang-guang", "supervisor": "o-qin-ming", "administrator": "o-xu-admin", "auditor": "o-tong-auditor",
    "security": "o-gu-security", "catalogue-author": "o-lu-yao", "catalogue-publisher": "o-bai-lu",
}  # fmt: skip
APPLICANT, STRANGER, REVOKED = "p-li-na", "p-zhang-wei", "o-matrix-revoked"
SCOPES = "tasks:read tasks:act milestones:write"


@dataclass(frozen=True)
class Actor:
    """Somebody who calls: a role, how they stand to the thing, the person; whether they hold a post."""

    role: str
    relation: str
    person: str
    in_office: bool = False

    @property
    def name(self) -> str:
        """As rows name them."""
        return f"{self.role}.{self.relation}"


@dataclass
class Matrix:
    """A city with everything that routes can be called about, and everybody who calls."""

    stack: Stack
    clients: dict[str, Client] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._load()
        self.case, self.reviewed = walking.granted(self.stack.city), walking.accepted(self.stack.city)

    def prepare(self) -> None:
        """Look everything up once, before many ask at once."""
        for actor in self.actors:
            self.client(actor)
        assert self.things and self.tasks
        self._told_of_tasks()

    def close(self) -> None:
        """Give all connections back."""
        for client in self.clients.values():
            client.close()

    @property
    def actors(self) -> list[Actor]:
        """Everybody, in every relation."""
        officers = [Actor(role, "own", person, True) for role, person in OWN.items()]
        officers += [
            Actor(role, relation, _person(role, relation), True)
            for role in (*STEPS, *OTHERS)
            for relation in DEPARTMENTS
        ]
        people = [Actor("anonymous", "other", ""), Actor("foreign", "other", "foreign")]
        people += [Actor("applicant", "own", APPLICANT), Actor("citizen", "other", STRANGER)]
        people += [Actor("revoked", "other", REVOKED)]
        machines = [Actor("machine", "own", "s-matrix-urb", True), Actor("machine", "other", "s-matrix-dpf", True)]
        return [*officers, *people, *machines]

    def client(self, actor: Actor) -> Client:
        """The API as the actor sees it."""
        if actor.person not in self.clients:
            self.clients[actor.person] = Client(self.stack.city.origin, self._token(actor), actor.person)
        return self.clients[actor.person]

    def ask(self, route: Route, row: Row, actor: Actor, absent: bool) -> Answer:
        """What a route answers to somebody about the thing, or about one that there is not."""
        parts = {**self.things, **_absent()} if absent else self.parts(actor, row)
        path = re.sub(r"{(\w+)}", lambda part: str(parts[part[1]]), route.path)
        query = {name: self._filled(value, parts) for name, value in row.query.items()}
        body = self._filled(row.body, parts) if route.body else None
        heads = {"Idempotency-Key": new_key()} if route.writes else {}
        heads |= {"If-Match": '"999"'} if route.edit else {}
        promised = f"{route.method} {route.path}" in answers.REPLIES
        return self.client(actor).request(
            route.method, path, valid=promised, params=query or None, json=body, headers=heads
        )

    def parts(self, actor: Actor, row: Row) -> dict[str, str]:
        """Ids of the things: the case as the row wants it, the task at the step of the actor's role."""
        number = self.reviewed.number if row.in_progress else self.case.number
        found = {**self.things, "number": number, "task": self.tasks[STEPS.get(actor.role, "accept")]}
        return {**found, "post": "m-auditor-same"} if row.empty else found

    @cached_property
    def tasks(self) -> dict[str, str]:
        """Task ids of the case by step, from its journal."""
        rows = self.stack.rows("Views", pk=f"case#{self.case.id}")
        found = {row["sk"]["S"].partition("#")[2] for row in rows if row["sk"]["S"].startswith("task#")}
        return {visit.partition(".")[0]: f"{self.case.id}.{visit}" for visit in found}

    @cached_property
    def things(self) -> dict[str, str]:
        """Ids for the parts of paths."""
        return {
            "tracking": str(self.case.receipt["tracking_code"]),
            "last4": walking.PEOPLE[APPLICANT]["phone"][-4:],
            "certificate": self.case.certificate(),
            "code": "premises-proof",
            "procedure": "p1",
            "item": "shop-sign",
            "flow": "licence-v1",
            "list": "0",
            "post": "m-opinion-same",
            "policy": "no-own-case",
            "draft": self._draft(),
            "mandate": self._mandate(),
            **self._register(),
        }

    def _told_of_tasks(self) -> None:
        """A system's address at a post at which no task ever is."""
        body = {"url": "https://127.0.0.1/hook"}
        self.stack.city.person("o-xu-admin").post("/posts/m-opinion-same/webhook", body).expect(201)

    def _load(self) -> None:
        """Posts and their holders of every role in every relation; somebody who held one; two systems."""
        posts, held = [], []
        for role in (*STEPS, *OTHERS):
            for relation, department in DEPARTMENTS.items():
                post = f"m-{role}-{relation}"
                title = {"zh": f"矩阵岗位 {post}", "en": f"Matrix post {post}"}
                posts.append({"id": post, "title": title, "department": department, "roles": [role]})
                held.append({"person": _person(role, relation), "post": post})
        held += [{"person": REVOKED, "post": "m-window-same"}, {"person": "s-matrix-urb", "post": "urb-window"}]
        held += [{"person": "s-matrix-dpf", "post": "dpf-window"}]
        empty: dict[str, Any] = {"organizations": [], "service_points": [], "delegations": [], "items": []}
        told = json.dumps({**empty, "posts": posts, "appointments": held})
        done = self.stack.client("lambda").invoke(FunctionName="sunlit-embedded-load_city", Payload=told.encode())
        assert "FunctionError" not in done, done["Payload"].read()
        self.stack.city.person("o-xu-admin").post(f"/appointments/{REVOKED}.1/end").expect(200)

    def _token(self, actor: Actor) -> str:
        issuer, folder = self.stack.running.issuer, self.stack.running.state_dir
        if actor.role == "machine":
            systems = TokenMaker(f"{issuer}/systems", folder / "sign-in-systems-key.json")
            return systems.system_token(actor.person.removeprefix("s-"), SCOPES)
        if actor.role == "foreign":
            return TokenMaker("https://sign-in.other-city.example", folder / "foreign-key.json").access_token(APPLICANT)
        return self.stack.tokens.access_token(actor.person) if actor.person else ""

    def _draft(self) -> str:
        document = json.loads((walking.SEED / "items" / "shop-sign.json").read_text("utf-8"))
        author = self.client(Actor("catalogue-author", "same", _person("catalogue-author", "same")))
        return str(author.post("/item-drafts", {"document": document}).expect(201)["id"])

    def _mandate(self) -> str:
        body = {"grantee": "p-chen-jie", "items": ["shop-sign"], "acts": ["file"], "until": "2036-01-01T00:00:00+08:00"}
        made = self.stack.city.person(APPLICANT).post("/mandates", body).expect(201)["id"]
        self.stack.city.person(APPLICANT).post(f"/mandates/{made}/end", {}).expect(200)
        return str(made)

    def _register(self) -> dict[str, str]:
        """A change that is answered, an appointment, a delegation and an absence that are over: all of URB."""
        city = self.stack.city
        first, second = city.person("o-xu-admin"), city.person("o-qiao-admin")
        data = {"person": "o-matrix-late", "post": "m-window-same"}
        change = first.post("/register-changes", {"kind": "appointment", "data": data}).expect(201)["id"]
        second.post(f"/register-changes/{change}/rejection", {"reasons": ["not needed"]}).expect(200)
        away = {"person": _person("window", "same"), "post": "m-window-same", "substitute": "o-matrix-stand-in"}
        given = {"post": "urb-approver", "to": "m-window-same", "items": ["shop-sign"], "outcomes": ["refuse"]}
        until = (city.official_time().replace(microsecond=0)).replace(year=2036).isoformat()
        absence = walking.changed(city, "absence", away, until=until)
        delegation = walking.changed(city, "delegation", given, until=until)
        first.post(f"/absences/{absence}/end").expect(200)
        first.post(f"/delegations/{delegation}/end").expect(200)
        return {"change": change, "appointment": f"{REVOKED}.1", "absence": absence, "delegation": delegation}

    def _filled(self, told: Any, parts: dict[str, str]) -> Any:
        """What a row tells, with ``{task}`` and the like filled in."""
        if isinstance(told, dict):
            return {name: self._filled(value, parts) for name, value in told.items()}
        if isinstance(told, list):
            return [self._filled(value, parts) for value in told]
        return told.format(**parts) if isinstance(told, str) else told


def _person(role: str, relation: str) -> str:
    return f"o-matrix-{role}-{relation}"


def _absent() -> dict[str, str]:
    """Ids of nothing."""
    names = ("certificate", "code", "procedure", "item", "flow", "list", "post", "policy", "draft", "mandate")
    more = ("change", "appointment", "absence", "delegation")
    return {
        **dict.fromkeys((*names, *more), "none"),
        "number": "URB-2026-W-999999",
        "task": f"{'a' * 26}.review.2",
        "appointment": "o-nobody.1",
        "absence": "o-nobody.1",
    }
