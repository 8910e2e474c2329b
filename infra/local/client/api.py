"""The API as one person sees it."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

import httpx

from infra.local.client import answers
from infra.local.client.answer import Answer, UnexpectedAnswerError
from infra.local.client.files import File, put_into_storage
from infra.local.client.waiting import wait

Json = dict[str, Any]
_SECONDS = 60
_PAGE = 100


def new_key() -> str:
    """A fresh Idempotency-Key."""
    return uuid.uuid4().hex


class Client:
    """The API as one person sees it; without a token, as anybody."""

    def __init__(
        self,
        origin: str,
        token: str = "",
        person: str = "",
        language: str = "en",
    ) -> None:
        self.origin = origin
        self.token = token
        self.person = person
        self.requests = 0
        headers = {"Accept-Language": language}
        if token:
            headers["Authorization"] = f"Bearer {token}"
        self._http = httpx.Client(
            base_url=origin,
            headers=headers,
            timeout=_SECONDS,
            trust_env=False,
        )

    def close(self) -> None:
        """Give the connections back."""
        self._http.close()

    def request(self, method: str, path: str, *, valid: bool = True, **more: Any) -> Answer:
        """Any request; ``more`` as httpx takes it. If ``valid``, the answer must fit its schema."""
        self.requests += 1
        reply = self._http.request(method, path, **more)
        route = urlsplit(path).path
        body = _body(reply, f"{method} {path}")
        if valid:
            content_type = reply.headers.get("content-type", "")
            fault = answers.fault(
                method,
                route,
                reply.status_code,
                content_type,
                body,
            )
            if fault:
                answered = f"{method} {route} answered {reply.status_code}"
                raise UnexpectedAnswerError(f"{answered}, which {fault}")
        return Answer(
            method,
            route,
            reply.status_code,
            reply.headers,
            body,
            reply.content,
        )

    def get(self, path: str, **query: Any) -> Answer:
        """Read something, whatever the answer."""
        return self.request("GET", path, params=query or None)

    def post(
        self,
        path: str,
        body: Any = None,
        *,
        key: str = "",
        match: str = "",
        **more: Any,
    ) -> Answer:
        """Write something under ``key`` (a fresh one when none is given), whatever the answer."""
        headers = {"Idempotency-Key": key or new_key()}
        if match:
            headers["If-Match"] = match
        headers.update(more.pop("headers", {}))
        return self.request(
            "POST",
            path,
            json=body,
            headers=headers,
            **more,
        )

    # ---- what a citizen does -------------------------------------------------------------------
    def upload(self, file: File, key: str = "") -> str:
        """Put a file straight into storage; its upload id."""
        stated = {
            "content_type": file.content_type,
            "size": len(file.content),
            "sha256": file.sha256,
        }
        form = self.post("/uploads", stated, key=key).expect(201)
        stored = put_into_storage(form.body, file)
        if stored.status_code != 204:
            said = f"{stored.status_code} {stored.text[:300]}"
            raise UnexpectedAnswerError(f"POST to storage: {said}")
        return str(form["upload_id"])

    def attach(self, files: Mapping[str, File]) -> list[Json]:
        """Upload files by the code of the material that each is, and name them as filing does."""
        attached = []
        for code, file in files.items():
            material = {
                "code": code,
                "upload_id": self.upload(file),
                "sha256": file.sha256,
                "file_name": file.name,
            }
            attached.append(material)
        return attached

    def file(
        self,
        item: str,
        form: Json,
        files: Mapping[str, File],
        phone: str = "14000001001",
        **more: Any,
    ) -> Answer:
        """Upload and file an application; its receipt."""
        application = {
            "item": item,
            "form": form,
            "contact": {"phone": phone},
            "materials": self.attach(files),
            "again": True,  # demos and tests file the same over and over
        }
        return self.post("/applications", application, **more).expect(201)

    def case(self, number: str) -> Answer:
        """One case in full."""
        return self.get(f"/cases/{number}").expect(200)

    def follow(self, number: str, code: str, phone_last4: str) -> Answer:
        """A case's progress by its tracking code; needs no sign-in and no key."""
        body = {
            "tracking_code": code,
            "phone_last4": phone_last4,
        }
        return self.request("POST", f"/cases/{number}/follow", json=body)

    def messages(self, number: str = "") -> list[Json]:
        """All my messages, newest first; of one case where it is given."""
        messages = self._all("/messages", "messages")
        if not number:
            return messages
        return [message for message in messages if message["case_number"] == number]

    # ---- what an officer does ------------------------------------------------------------------
    def tasks(self, post: str, number: str = "") -> list[Json]:
        """The inbox of a post; the tasks of one case where it is given."""
        tasks = self._all("/tasks", "tasks", post=post)
        if not number:
            return tasks
        return [task for task in tasks if task["number"] == number]

    def wait_for_task(self, post: str, number: str, step: str = "") -> Json:
        """The task of a case in the inbox of ``post``, once the flow has put it there."""

        def tasks() -> list[Json]:
            found = self.tasks(post, number)
            return [task for task in found if step in ("", task["step"])]

        return wait(tasks, f"a task of {number} in the inbox of {post}")[0]

    def complete(self, task: str, outcome: str, *, key: str = "", **more: Any) -> Answer:
        """End a task with one of its outcomes, whatever the answer.

        ``more`` is reasons, defects, opinion, note.
        """
        body = {"outcome": outcome, **more}
        return self.post(f"/tasks/{task}/complete", body, key=key)

    def _all(self, path: str, name: str, **query: str) -> list[Json]:
        """The rows of all pages."""
        rows: list[Json] = []
        while True:
            page = self.get(path, limit=_PAGE, **query).expect(200)
            rows.extend(page[name])
            if not page["next_cursor"]:
                return rows
            query["cursor"] = page["next_cursor"]


def _body(reply: httpx.Response, asked: str) -> Any:
    """The document of a JSON answer; None of others."""
    content_type = reply.headers.get("content-type", "")
    kind = content_type.partition(";")[0]
    if not kind.endswith(("/json", "+json")):
        return None
    try:
        return reply.json()
    except ValueError:
        raise UnexpectedAnswerError(f"{asked}: not JSON: {reply.text[:300]}") from None
