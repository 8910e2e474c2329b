"""Walks of cases through the public API, one request at a time, each with the AWS requests that it
caused.
"""

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from infra.build import ROOT
from infra.local.client import Answer, City, Client, pdf
from tests.bench.report import need
from tests.bench.stack import Stack, short_name

Json = dict[str, Any]
FORM_BYTES = 1024
BUSY_LOAD = 4.0
# Operations that read; whatever else a function asks of AWS counts as a write.
READS = {
    "GetItem",
    "Query",
    "BatchGetItem",
    "TransactGetItems",
    "GET s3",
    "GetSecretValue",
    "GetPublicKey",
}
DEFECTS = [{"subject": "sign-rendering", "problem": "效果图未标明离地高度和夜间亮灯效果"}]
REASONS = ["招牌遮挡消防登高面,不符合设置导则第三条。"]


@dataclass(frozen=True)
class Asked:
    """One API request: what it was, and what the API function asked of AWS for it."""

    name: str
    calls: list[Json]

    @property
    def reads(self) -> list[str]:
        """Operations that read."""
        return [call["operation"] for call in self.calls if call["operation"] in READS]

    @property
    def writes(self) -> list[str]:
        """Operations that write."""
        return [call["operation"] for call in self.calls if call["operation"] not in READS]


@dataclass(frozen=True)
class Filed:
    """A case that was filed: its public number and its id."""

    number: str
    case: str


def filed(receipt: Answer) -> Filed:
    """The case of a filing's receipt."""
    receipt.expect(201)
    return Filed(receipt["number"], receipt["receipt"]["stream"].partition("#")[2])


def _patience(seconds: float) -> float:
    """How long nothing may happen until everything has: on a busy machine the next thing comes
    later.
    """
    return seconds * max(1.0, os.getloadavg()[0] / BUSY_LOAD)


@dataclass
class Record:
    """All that happened during some walks."""

    stack: Stack
    keys: dict[str, str]
    asked: list[Asked] = field(default_factory=list)
    requests: list[Json] = field(default_factory=list)
    invocations: list[Json] = field(default_factory=list)
    idle: float = field(default_factory=partial(_patience, 0.4))
    idle_queues: float = field(default_factory=partial(_patience, 3.0))

    @contextmanager
    def request(self, name: str) -> Iterator[None]:
        """Everything the API function asks of AWS inside belongs to this one request; then let all
        else settle.
        """
        yield
        own = self._take()
        self.asked.append(
            Asked(name, [call for call in own if self.keys[call["key"]] == "api_handler"])
        )
        self.settle()

    def settle(self, queues: bool = False) -> None:
        """Wait until nothing happens any more, and keep what did; with ``queues`` for what they
        bring later, too.
        """
        self.stack.wait_quiet(idle=self.idle_queues if queues else self.idle)
        self._take()

    def _take(self) -> list[Json]:
        taken = self.stack.local("bench/take", {})
        own = [call for call in taken["requests"] if call["key"] in self.keys]
        self.requests += own
        self.invocations += [
            {**ran, "function": short_name(ran["function"])} for ran in taken["invocations"]
        ]
        return own


@contextmanager
def recording(stack: Stack, **idle: float) -> Iterator[Record]:
    """A record of what happens inside."""
    stack.wait_quiet()
    stack.local("bench/record", {"on": True})
    try:
        yield Record(stack, stack.keys(), **idle)  # type: ignore[arg-type]
    finally:
        stack.local("bench/record", {"on": False})


def item(name: str) -> Json:
    """A published item of the sample city."""
    found: Json = json.loads(
        (ROOT / "infra" / "seed" / "items" / f"{name}.json").read_text("utf-8")
    )
    return found


def form(name: str) -> Json:
    """The item's example form, its note cut or padded so that its JSON text has ``FORM_BYTES``
    bytes.
    """
    made = dict(item(name)["form"]["examples"][0])
    made["note"] = ""
    missing = FORM_BYTES - len(json.dumps(made, ensure_ascii=False, separators=(",", ":")).encode())
    made["note"] = "n" * need(
        max(missing, 0), f"the example form of {name} has over {FORM_BYTES} bytes without its note"
    )
    return made


def required(name: str) -> list[str]:
    """Codes of the materials that an application needs."""
    return [material["code"] for material in item(name)["materials"] if material["required"]]


def application(name: str, materials: list[Json]) -> Json:
    """The body of a filing with a 1 KB form."""
    contact = {"phone": "14000001002", "email": "li.na@example.com"}
    return {
        "item": name,
        "form": form(name),
        "contact": contact,
        "materials": materials,
        "again": True,
    }


def upload(citizen: Client, code: str) -> Json:
    """A small document in storage, named as an application does."""
    return citizen.attach({code: pdf(f"{code}.pdf")})[0]


def basket(record: Record, citizen: Client, officers: dict[str, Client]) -> Filed:
    """The fixed basket's 14 requests: two materials, a filing, four plain steps, one supplement,
    one certificate.

    ``officers``: post -> who holds it.
    """
    case = file(record, citizen)
    number = case.number
    office_act(record, officers, "urb-window", number, "supplement", defects=DEFECTS)
    with record.request("GET /cases/{number}"):
        seen = citizen.case(number)
    with record.request("POST /cases/{number}/supplements"):
        answer = {"form": form("shop-sign")}
        citizen.post(f"/cases/{number}/supplements", answer, match=seen.headers["etag"]).expect(201)
    for post, outcome in (
        ("urb-window", "accept"),
        ("urb-reviewer", "pass"),
        ("urb-approver", "approve"),
    ):
        office_act(record, officers, post, number, outcome)
    record.settle(queues=True)
    with record.request("GET /certificates/{certificate}"):
        citizen.get(f"/certificates/{number}-1").expect(200)
    record.settle(queues=True)
    return case


def file(record: Record, citizen: Client) -> Filed:
    """Upload two materials and file for a shop sign."""
    materials = []
    for code in required("shop-sign"):
        with record.request("POST /uploads"):
            materials.append(upload(citizen, code))
    with record.request("POST /applications"):
        return filed(citizen.post("/applications", application("shop-sign", materials)))


def office_act(
    record: Record, officers: dict[str, Client], post: str, number: str, outcome: str, **more: Any
) -> Answer:
    """An officer looks into the inbox once and completes the case's task."""
    with record.request("GET /tasks"):
        task = need(
            officers[post].tasks(post, number), f"no task of {number} in the inbox of {post}"
        )[0]
    with record.request(f"complete: {outcome}"):
        return officers[post].complete(task["id"], outcome, **more).expect(200)


def officers(city: City) -> dict[str, Client]:
    """Everybody who holds a post of the sample city, by post."""
    held = json.loads((ROOT / "infra" / "seed" / "appointments.json").read_text("utf-8"))
    return {each["post"]: city.person(each["person"]) for each in held}
