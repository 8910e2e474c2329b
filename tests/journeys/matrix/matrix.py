"""The matrix: the things that routes can be called about, and the requests of everybody who
calls.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

from chalicelib.kernel.http import Route
from infra.local.city.tokens import TokenMaker
from infra.local.client import Answer, City, Client, answers, new_key, wait
from tests.journeys.canaries import fields
from tests.journeys.matrix import actors
from tests.journeys.matrix.actors import AGENT, APPLICANT, AWAY, REVOKED, SUBSTITUTE, Actor, person
from tests.journeys.matrix.cases import TOLD_OF, by_document, informed
from tests.journeys.matrix.row import Row
from tests.journeys.support import cases
from tests.journeys.support.item_walks import item
from tests.journeys.support.stack import Stack

SCOPES = "tasks:read tasks:act milestones:write"
MANDATES = {
    AGENT: ["shop-sign"],
    actors.AGENT_ELSEWHERE: ["disability-benefit"],
    actors.AGENT_FOR_ALL: [],
}
SECOND_SUPERVISOR = "o-matrix-second-supervisor"
UNTIL = "2036-01-01T00:00:00+08:00"


@dataclass
class Matrix:
    """A city with everything that routes can be called about, and everybody who calls."""

    stack: Stack
    clients: dict[str, Client] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._load()
        self._lent = self._lend()
        for grantee, named in MANDATES.items():
            self._mandate(grantee, {"items": named} if named else {})
        papers = [self._papers() for _ in range(2)]
        makers: list[Callable[[City], cases.Case]] = [
            lambda city: cases.granted(city, **papers[0]),
            lambda city: cases.reviewed(city, **papers[1]),
            by_document,
            informed,
        ]
        with ThreadPoolExecutor() as pool:
            self.case, self.running, self.of_document, self.of_told = pool.map(
                lambda make: make(self.stack.city), makers
            )

    def _papers(self) -> dict[str, Any]:
        """What the applicant files: with canaries in it, where a search for them is to come."""
        if self.stack.planted is None:
            return {}
        case = self.stack.planted.of_case("matrix", "URB")
        agents = {actors.AGENT, actors.AGENT_FOR_ALL}
        self.stack.planted.inside[case] = {fields.OWN: {APPLICANT}, fields.AGENT: agents}
        return dict(self.stack.planted.papers(self.stack.city.person(APPLICANT), "shop-sign", case))

    def prepare(self) -> None:
        """Look everything up once, before many ask at once."""
        for actor in actors.actors():
            self.client(actor)
            assert self.parts(actor, Row()) and self.parts(actor, Row(running=True))
        self._told_of_tasks()

    def close(self) -> None:
        """Take the reviewer's post back, and give all connections back."""
        for path in self._lent:
            self.stack.city.person("o-xu-admin").post(path).expect(200)
        for client in self.clients.values():
            client.close()

    def client(self, actor: Actor) -> Client:
        """The API as the actor sees it."""
        if actor.person not in self.clients:
            self.clients[actor.person] = Client(
                self.stack.city.origin, self._token(actor), actor.person
            )
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
        answer = self.client(actor).request(
            route.method, path, valid=promised, params=query or None, json=body, headers=heads
        )
        return _inside(answer) if row.inside and answer.status == 200 else answer

    def parts(self, actor: Actor, row: Row) -> dict[str, str]:
        """Ids of the things: the case as the row wants it, or the actor's own; the task at the step
        of their role.
        """
        case, tasks = (self.running, self.running_tasks) if row.running else (self.case, self.tasks)
        own = {"told": self._told_things, "document": self._documents}.get(actor.role, {})
        found = {**self.things, "number": case.number, "task": tasks[actor.step], **own}
        return {**found, "post": "m-auditor-same"} if row.empty else found

    @cached_property
    def tasks(self) -> dict[str, str]:
        """Task ids of the case that has ended by step."""
        return self._tasks_of(self.case)

    @cached_property
    def running_tasks(self) -> dict[str, str]:
        """Task ids of the case that is at its approver by step."""
        return self._tasks_of(self.running)

    def _tasks_of(self, case: cases.Case) -> dict[str, str]:
        rows = self.stack.rows("Views", pk=f"case#{case.id}")
        found = {
            row["sk"]["S"].partition("#")[2] for row in rows if row["sk"]["S"].startswith("task#")
        }
        return {visit.partition(".")[0]: f"{case.id}.{visit}" for visit in found}

    @cached_property
    def things(self) -> dict[str, str]:
        """Ids for the parts of paths."""
        return {
            "tracking": str(self.case.receipt["tracking_code"]),
            "last4": cases.PEOPLE[APPLICANT]["phone"][-4:],
            "certificate": self.case.certificate(),
            "code": "premises-proof",
            "procedure": "p1",
            "item": "shop-sign",
            "flow": "licence-v1",
            "list": "0",
            "post": "m-opinion-same",
            "policy": "no-own-case",
            "message": "none",
            "draft": self._draft(),
            "mandate": self._mandate_that_ended(),
            "matter": self._matter_that_is_ruled(),
            "finding": self._finding_that_is_false(),
            "rule": "no-reasons",
            "month": "2026-01",
            **self._complaint_that_is_decided(),
            **self._register(),
        }

    @cached_property
    def _documents(self) -> dict[str, str]:
        """The case of who is known by a document, and its certificate."""
        return {"number": self.of_document.number, "certificate": self.of_document.certificate()}

    @cached_property
    def _told_things(self) -> dict[str, str]:
        """The case of who was told of it, and a material that is in it."""
        return {"number": self.of_told.number, "code": str(item(TOLD_OF)["materials"][0]["code"])}

    def _told_of_tasks(self) -> None:
        """A system's address at a post at which no task ever is."""
        body = {"url": "https://127.0.0.1/hook"}
        self.stack.city.person("o-xu-admin").post("/posts/m-opinion-same/webhook", body).expect(201)

    def _load(self) -> None:
        """Posts and their holders of every role in every relation; somebody who held one; two
        systems.
        """
        posts, held = [], []
        for role, relation, department in actors.posts():
            post = f"m-{role}-{relation}"
            title = {"zh": f"矩阵岗位 {post}", "en": f"Matrix post {post}"}
            posts.append({"id": post, "title": title, "department": department, "roles": [role]})
            held.append({"person": person(role, relation), "post": post})
        held += [
            {"person": REVOKED, "post": "m-window-same"},
            {"person": AWAY, "post": "urb-reviewer"},
            {"person": SECOND_SUPERVISOR, "post": "city-supervisor"},
            {"person": actors.OWN["supervisor"], "post": "commission-supervisor"},
        ]
        held += [
            {"person": "s-matrix-urb", "post": "urb-window"},
            {"person": "s-matrix-dpf", "post": "dpf-window"},
        ]
        empty: dict[str, Any] = {
            "organizations": [],
            "service_points": [],
            "delegations": [],
            "items": [],
        }
        told = json.dumps({**empty, "posts": posts, "appointments": held})
        done = self.stack.client("lambda").invoke(
            FunctionName="sunlit-embedded-load_city", Payload=told.encode()
        )
        assert "FunctionError" not in done, done["Payload"].read()
        self.stack.city.person("o-xu-admin").post(f"/appointments/{REVOKED}.1/end").expect(200)

    def _lend(self) -> list[str]:
        """A second reviewer of URB is away and has a substitute; by which requests both end."""
        away = {"person": AWAY, "post": "urb-reviewer", "substitute": SUBSTITUTE}
        absence = cases.changed(self.stack.city, "absence", away, until=UNTIL)
        return [f"/absences/{absence}/end", f"/appointments/{AWAY}.1/end"]

    def _token(self, actor: Actor) -> str:
        issuer, folder = self.stack.running.issuer, self.stack.running.state_dir
        if actor.role == "machine":
            systems = TokenMaker(f"{issuer}/systems", folder / "sign-in-systems-key.json")
            return systems.system_token(actor.person.removeprefix("s-"), SCOPES)
        if actor.role == "foreign":
            return TokenMaker(
                "https://sign-in.other-city.example", folder / "foreign-key.json"
            ).access_token(APPLICANT)
        return self.stack.issuers.people.access_token(actor.person) if actor.person else ""

    def _draft(self) -> str:
        document = json.loads((cases.SEED / "items" / "shop-sign.json").read_text("utf-8"))
        author = self.client(Actor("catalogue-author", "same", person("catalogue-author", "same")))
        return str(author.post("/item-drafts", {"document": document}).expect(201)["id"])

    def _mandate(self, grantee: str, scope: dict[str, Any]) -> str:
        """The applicant lets somebody act, who accepts it."""
        body = {"grantee": grantee, "until": UNTIL, **scope}
        made = str(self.stack.city.person(APPLICANT).post("/mandates", body).expect(201)["id"])
        self.client(Actor("agent", "", grantee)).post(f"/mandates/{made}/acceptance").expect(200)
        return made

    def _mandate_that_ended(self) -> str:
        made = self._mandate(AGENT, {"items": ["shop-sign"], "acts": ["file"]})
        self.stack.city.person(APPLICANT).post(f"/mandates/{made}/end", {}).expect(200)
        return made

    def _matter_that_is_ruled(self) -> str:
        """A supervision order to URB that was taken back."""
        supervisor = self.stack.city.person("o-qin-ming")
        order = {"department": "URB", "text": "By the matrix."}
        matter: str = supervisor.post("/supervision-matters", order).expect(201)["id"]
        ruling = {"ruling": "withdrawn", "reasons": ["an error"], "summary": "An error."}
        supervisor.post(f"/supervision-matters/{matter}/ruling", ruling).expect(200)
        return matter

    def _finding_that_is_false(self) -> str:
        """What a rule found in the case that went through in seconds; nothing was wrong."""
        supervisor = self.stack.city.person("o-qin-ming")
        number = self.case.number

        def found() -> list[str]:
            listed = supervisor.get("/findings", limit="100").expect(200)["findings"]
            return [each["id"] for each in listed if each["number"] == number]

        finding = str(wait(found, f"a finding about {number}")[0])
        judged = {"reasons": ["It was filed by the matrix."]}
        supervisor.post(f"/findings/{finding}/false-alarm", judged).expect(200)
        return finding

    def _complaint_that_is_decided(self) -> dict[str, str]:
        """A complaint about URB, answered by one supervisor and on appeal by another, and its
        code.
        """
        city = self.stack.city
        about = {"kind": "complaint", "department": "URB", "text": "By the matrix."}
        receipt = city.person(APPLICANT).post("/complaints", about).expect(201)
        path = f"/complaints/{receipt['id']}"
        found = {"findings": "not_upheld", "reasons": ["nothing was found"]}
        first = self.client(Actor("supervisor", "second", SECOND_SUPERVISOR))
        first.post(f"{path}/acceptance").expect(200)
        first.post(f"{path}/answer", found).expect(200)
        appeal = {"tracking_code": receipt["tracking_code"], "text": "By the matrix."}
        city.anybody().post(f"{path}/appeal", appeal).expect(201)
        city.person("o-lian-qing").post(f"{path}/answer", found).expect(200)
        return {"complaint": receipt["id"], "secret": receipt["tracking_code"]}

    def _register(self) -> dict[str, str]:
        """A change that is answered, an appointment, a delegation and an absence that are over: all
        of URB.
        """
        city = self.stack.city
        first, second = city.person("o-xu-admin"), city.person("o-qiao-admin")
        data = {"person": "o-matrix-late", "post": "m-window-same"}
        change = first.post("/register-changes", {"kind": "appointment", "data": data}).expect(201)[
            "id"
        ]
        second.post(f"/register-changes/{change}/rejection", {"reasons": ["not needed"]}).expect(
            200
        )
        away = {
            "person": person("window", "same"),
            "post": "m-window-same",
            "substitute": "o-matrix-stand-in",
        }
        given = {
            "post": "urb-approver",
            "to": "m-window-same",
            "items": ["shop-sign"],
            "outcomes": ["refuse"],
        }
        absence = cases.changed(city, "absence", away, until=UNTIL)
        delegation = cases.changed(city, "delegation", given, until=UNTIL)
        first.post(f"/absences/{absence}/end").expect(200)
        first.post(f"/delegations/{delegation}/end").expect(200)
        return {
            "change": change,
            "appointment": f"{REVOKED}.1",
            "absence": absence,
            "delegation": delegation,
        }

    def _filled(self, told: Any, parts: dict[str, str]) -> Any:
        """What a row tells, with ``{task}`` and the like filled in."""
        if isinstance(told, dict):
            return {name: self._filled(value, parts) for name, value in told.items()}
        if isinstance(told, list):
            return [self._filled(value, parts) for value in told]
        return told.format(**parts) if isinstance(told, str) else told


def _inside(answer: Answer) -> Answer:
    """What a batch answers to its only task."""
    (result,) = answer["results"]
    body = result.get("problem", result.get("done"))
    return replace(answer, status=result["status"], body=body, raw=json.dumps(body).encode())


def _absent() -> dict[str, str]:
    """Ids of nothing."""
    names = (
        "certificate",
        "code",
        "procedure",
        "item",
        "flow",
        "list",
        "post",
        "policy",
        "draft",
        "mandate",
        "message",
    )
    more = ("change", "appointment", "absence", "delegation")
    return {
        **dict.fromkeys((*names, *more), "none"),
        "number": "URB-2026-W-999999",
        "matter": "a" * 26,
        "finding": "a" * 26,
        "rule": "none",
        "complaint": "a" * 26,
        "month": "none",
        "task": f"{'a' * 26}.review.2",
        "appointment": "o-nobody.1",
        "absence": "o-nobody.1",
    }
