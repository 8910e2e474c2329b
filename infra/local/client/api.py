"""A small client of the public API, for the demo and the tests; it trusts no answer that breaks its schema."""

from __future__ import annotations

import hashlib
import time
import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, TypeVar
from urllib.parse import urlsplit

import httpx

from infra.local.client import answers

Json = dict[str, Any]
T = TypeVar("T")
PATIENCE = 160.0  # seconds: without its wake-ups, a case moves when its minute has closed, some two minutes later


class UnexpectedAnswerError(AssertionError):
    """The API answered something else than it promises; the text says what, in one line."""


@dataclass(frozen=True)
class Answer:
    """What the API answered; ``answer["field"]`` reads its JSON body."""

    method: str
    path: str
    status: int
    headers: Mapping[str, str]
    body: Any
    raw: bytes = field(repr=False, default=b"")

    def __getitem__(self, name: str) -> Any:
        return self.body[name]

    @property
    def problem(self) -> str:
        """The last part of a refusal's type, e.g. ``not-found``; empty when it is none."""
        return str(self.body.get("type", "")).rpartition(":")[2] if self.status >= 400 else ""

    def expect(self, status: int, problem: str = "") -> Answer:
        """This answer, if it has that status (and is that problem). Raises UnexpectedAnswerError."""
        if self.status != status or (problem and self.problem != problem):
            wanted = f"{status} {problem}".strip()
            text = self.raw.decode(errors="replace")[:600]
            raise UnexpectedAnswerError(f"{self.method} {self.path}: expected {wanted}, got {self.status} {text}")
        return self


@dataclass(frozen=True)
class File:
    """A document that a citizen uploads."""

    name: str
    content: bytes = field(repr=False)
    content_type: str = "application/pdf"

    @property
    def sha256(self) -> str:
        """Its fingerprint, in hex."""
        return hashlib.sha256(self.content).hexdigest()


def pdf(name: str, text: str = "") -> File:
    """A small document that is different for each text."""
    return File(name, b"%PDF-1.4\n% " + (text or uuid.uuid4().hex).encode() + b"\n%%EOF\n")


def new_key() -> str:
    """A fresh Idempotency-Key."""
    return uuid.uuid4().hex


class Client:
    """The API as one person sees it; without a token, as anybody."""

    def __init__(self, origin: str, token: str = "", person: str = "", language: str = "en") -> None:
        headers = {"Accept-Language": language} | ({"Authorization": f"Bearer {token}"} if token else {})
        self.origin, self.token, self.person = origin, token, person
        self.requests = 0
        self._http = httpx.Client(base_url=origin, headers=headers, timeout=60, trust_env=False)

    def close(self) -> None:
        """Give the connections back."""
        self._http.close()

    def request(self, method: str, path: str, *, valid: bool = True, **more: Any) -> Answer:
        """Any request; ``more`` as httpx takes it. With ``valid`` the answer must fit its schema."""
        self.requests += 1
        reply = self._http.request(method, path, **more)
        content_type = reply.headers.get("content-type", "")
        try:
            body = reply.json() if content_type.partition(";")[0].endswith(("/json", "+json")) else None
        except ValueError:
            raise UnexpectedAnswerError(f"{method} {path}: not JSON: {reply.text[:300]}") from None
        route = urlsplit(path).path
        if valid and (wrong := answers.fault(method, route, reply.status_code, content_type, body)):
            raise UnexpectedAnswerError(f"{method} {route} answered {reply.status_code}, which {wrong}")
        return Answer(method, route, reply.status_code, reply.headers, body, reply.content)

    def get(self, path: str, **query: Any) -> Answer:
        """Read something, whatever the answer."""
        return self.request("GET", path, params=query or None)

    def post(self, path: str, body: Any = None, *, key: str = "", match: str = "", **more: Any) -> Answer:
        """Write something under ``key`` (a fresh one when none is given), whatever the answer."""
        headers = {"Idempotency-Key": key or new_key()} | ({"If-Match": match} if match else {})
        return self.request("POST", path, json=body, headers=headers | more.pop("headers", {}), **more)

    # ---- what a citizen does ------------------------------------------------------------------------------
    def upload(self, file: File, key: str = "") -> str:
        """Put a file straight into storage; its upload id."""
        stated = {"content_type": file.content_type, "size": len(file.content), "sha256": file.sha256}
        form = self.post("/uploads", stated, key=key).expect(201)
        stored = put_into_storage(form.body, file)
        if stored.status_code != 204:
            raise UnexpectedAnswerError(f"POST to storage: {stored.status_code} {stored.text[:300]}")
        return str(form["upload_id"])

    def attach(self, files: Mapping[str, File]) -> list[Json]:
        """Upload files by the code of the material that each is, and name them as an application does."""
        return [
            {"code": code, "upload_id": self.upload(file), "sha256": file.sha256, "file_name": file.name}
            for code, file in files.items()
        ]

    def file(self, item: str, form: Json, files: Mapping[str, File], phone: str = "14000001001", **more: Any) -> Answer:
        """Upload and file an application; its receipt."""
        body = {"item": item, "form": form, "contact": {"phone": phone}, "materials": self.attach(files)}
        return self.post("/applications", body, **more).expect(201)

    def case(self, number: str) -> Answer:
        """One case in full."""
        return self.get(f"/cases/{number}").expect(200)

    def follow(self, number: str, code: str, phone_last4: str) -> Answer:
        """A case's progress by its tracking code; needs no sign-in and no key."""
        body = {"tracking_code": code, "phone_last4": phone_last4}
        return self.request("POST", f"/cases/{number}/follow", json=body)

    def messages(self, number: str = "") -> list[Json]:
        """All my messages, newest first; of one case where it is given."""
        return [m for m in self._all("/messages", "messages") if number in ("", m["case_number"])]

    # ---- what an officer does -----------------------------------------------------------------------------
    def tasks(self, post: str, number: str = "") -> list[Json]:
        """The inbox of a post; the tasks of one case where it is given."""
        return [t for t in self._all("/tasks", "tasks", post=post) if number in ("", t["number"])]

    def wait_for_task(self, post: str, number: str, step: str = "") -> Json:
        """The task of a case in the inbox of ``post``, once the flow has put it there."""
        what = f"a task of {number} in the inbox of {post}"
        return wait(lambda: [t for t in self.tasks(post, number) if step in ("", t["step"])], what)[0]

    def complete(self, task: str, outcome: str, *, key: str = "", **more: Any) -> Answer:
        """End a task with one of its outcomes, whatever the answer; ``more`` is reasons, defects, opinion, note."""
        return self.post(f"/tasks/{task}/complete", {"outcome": outcome, **more}, key=key)

    def _all(self, path: str, name: str, **query: str) -> list[Json]:
        rows: list[Json] = []
        cursor = ""
        while True:
            page = self.get(path, limit=100, **query, **({"cursor": cursor} if cursor else {})).expect(200)
            rows += page[name]
            if not (cursor := page["next_cursor"] or ""):
                return rows


def put_into_storage(form: Json, file: File, **changed: str) -> httpx.Response:
    """POST a file with the fields of its upload form, straight to storage; ``changed`` replaces fields."""
    fields = form["fields"] | {name.replace("_", "-"): value for name, value in changed.items()}
    return httpx.post(form["url"], data=fields, files={"file": ("file", file.content)}, timeout=60, trust_env=False)


def wait(ask: Callable[[], T], what: str, seconds: float = PATIENCE) -> T:
    """Ask until the answer is something. Raises UnexpectedAnswerError when patience ends."""
    deadline = time.monotonic() + seconds
    while not (found := ask()):
        if time.monotonic() > deadline:
            raise UnexpectedAnswerError(f"waited {seconds:.0f} s in vain for {what}")
        time.sleep(0.05)
    return found


class City:
    """The embedded stage from outside: people to sign in as, a clock to move, sweeps that need not be waited for."""

    def __init__(self, origin: str) -> None:
        self.origin = origin
        self._http = httpx.Client(base_url=origin, timeout=300, trust_env=False)
        self._people: dict[tuple[str, str], Client] = {}

    def anybody(self) -> Client:
        """The API without signing in."""
        return self.person("")

    def person(self, sub: str, language: str = "en") -> Client:
        """The API as this person of the sample city, signed in."""
        if (sub, language) not in self._people:
            token = str(self._local("token", {"sub": sub})["access_token"]) if sub else ""
            self._people[sub, language] = Client(self.origin, token, sub, language)
        return self._people[sub, language]

    def pay(self, page: str) -> None:
        """Pay at the provider's page, as its button does. Raises UnexpectedAnswerError."""
        address, _, bill = page.partition("?")
        reply = self._http.post(f"{address}/pay?{bill}")
        if reply.status_code != 200:
            raise UnexpectedAnswerError(f"POST {address}/pay: {reply.status_code} {reply.text[:300]}")

    def close(self) -> None:
        """Give all connections back."""
        for client in self._people.values():
            client.close()
        self._http.close()

    @property
    def requests(self) -> int:
        """How many requests its people have made."""
        return sum(client.requests for client in self._people.values())

    def official_time(self) -> datetime:
        """The time by which limits run."""
        return datetime.fromisoformat(self._http.get("/__local/clock").json()["official_time"])

    def move_clock(self, **change: Any) -> list[str]:
        """Move official time (``advance_days=5``, ``set="..."``) and let every sweep run; the functions that ran."""
        return _ran(self._local("clock", change)["fired"])

    def tick(self, only: str = "") -> list[str]:
        """Run every sweep now, or those whose name contains ``only``; the functions that ran."""
        return _ran(self._local("tick", {"only": only} if only else {})["fired"])

    def _local(self, route: str, body: Json) -> Json:
        reply = self._http.post(f"/__local/{route}", json=body)
        if reply.status_code != 200:
            raise UnexpectedAnswerError(f"POST /__local/{route}: {reply.status_code} {reply.text[:300]}")
        found: Json = reply.json()
        return found


def _ran(fired: Sequence[Json]) -> list[str]:
    failed = [f"{each['function']}: {each['error']}" for each in fired if not each["ok"]]
    if failed:
        raise UnexpectedAnswerError(f"a sweep failed: {'; '.join(failed)[:600]}")
    return [each["function"] for each in fired]
