"""The city in the past: the product's own routes, consumers and sweeps in this process, by the
clock of those days.

Nothing is decided here. Whoever acts asks the API; what follows is brought about by delivery, the
notifier and the signing worker, as their triggers would have them do; what time brings, by the
deadline sweep. Stores are in memory, of AWS only secrets and the signing key are asked.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from random import Random
from types import SimpleNamespace
from typing import Any
from urllib.parse import quote

from chalice.app import Response
from ulid import ULID

import chalicelib.casework.handlers
import chalicelib.casework.routes
import chalicelib.intake.routes
import chalicelib.supervision.handlers
import chalicelib.supervision.routes
from chalicelib.authority import CedarEngine
from chalicelib.casework.consumers import case_messages, certification
from chalicelib.casework.execution import deadline_sweep
from chalicelib.certificates.acts import base64url
from chalicelib.intake.handlers import load_city
from chalicelib.kernel import bus, feed
from chalicelib.kernel.feed import Outcome
from chalicelib.kernel.http.serving import serve
from chalicelib.supervision.matters import messages, projector
from chalicelib.supervision.matters.events import SOURCE as SUPERVISION
from infra.build import template
from infra.seed.history.memory import PastGrants, PastJournal, PastViews
from infra.seed.history.people import Person
from infra.seed.history.stand_ins import Events, Machines, Uploads

TOKEN_ENDS = "9999999999"  # Unix seconds: nobody's sign-in ends in the middle of half a year
TO_PEOPLE = "ActsOfInterestGoToPeople"
TO_THE_SIGNER = "CertificatesDueGoToTheSigner"
TO_SUPERVISION = "WatchedActsGoToSupervision"
OF_MATTERS = "matter#"

NO_PARTS: Mapping[str, str] = {}


class PastError(RuntimeError):
    """Something went otherwise than it was meant to; the text says what was answered."""


@dataclass
class Past:
    """The city at the moment ``at``; ``ahead`` is how much official time is ahead of the system's.

    ``troubles`` are lines of failure that anything wrote; ``matters`` the supervision matters that
    were opened.
    """

    at: datetime
    chance: Random
    ahead: timedelta = timedelta()
    journal: PastJournal = field(default_factory=PastJournal)
    views: PastViews = field(default_factory=PastViews)
    grants: PastGrants = field(default_factory=PastGrants)
    uploads: Uploads = field(default_factory=Uploads)
    events: Events = field(default_factory=Events)
    machines: Machines = field(default_factory=Machines)
    troubles: list[str] = field(default_factory=list)
    matters: list[str] = field(default_factory=list)
    asked: int = 0

    def publish(self, events: Iterable[bus.Event]) -> None:
        """What a rule of the bus hands on is published; of the rest nobody would hear."""
        taken = self._to_people | self._to_the_signer | self._to_supervision
        self._publish(event for event in events if event.type in taken)

    def __post_init__(self) -> None:
        self._publish = bus.publish
        self._engine = CedarEngine()
        self._routes = _routes()
        self._to_the_signer = _event_types(TO_THE_SIGNER)
        self._to_people = _event_types(TO_PEOPLE)
        self._to_supervision = _event_types(TO_SUPERVISION)

    # ---- time and chance -----------------------------------------------------------------------
    def system_now(self) -> datetime:
        """System time at this moment."""
        return (self.at - self.ahead).astimezone(UTC)

    def now(self) -> datetime:
        """Official time at this moment."""
        return self.at

    def ulid(self) -> str:
        """A ULID of this moment."""
        milliseconds = int(self.system_now().timestamp() * 1000)
        return str(ULID.from_bytes(milliseconds.to_bytes(6, "big") + self.chance.randbytes(10)))

    def token_hex(self, size: int) -> str:
        """What ``secrets`` would give for a salt."""
        return self.chance.randbytes(size).hex()

    def token_urlsafe(self, size: int) -> str:
        """The same, for the salt of a disclosure."""
        return base64url(self.chance.randbytes(size))

    def randbelow(self, most: int) -> int:
        """The same, where a lot is drawn."""
        return self.chance.randrange(most)

    # ---- what is done --------------------------------------------------------------------------
    def found(self, documents: Mapping[str, Any]) -> None:
        """The city is loaded, as ``load_city`` does it."""
        load_city(dict(documents))
        self.settle()

    def ask(
        self,
        who: Person,
        method: str,
        path: str,
        body: Any = None,
        parts: Mapping[str, str] = NO_PARTS,
        match: int | None = None,
    ) -> Any:
        """What the API answers to somebody, and all that follows. Raises PastError for a refusal.

        ``parts`` are those of the path, ``match`` is the version that they have read.
        """
        route, handler = self._routes[method, path]
        raw = self._raw(who, path, body, parts, match)
        response = serve(route, self._engine, handler, raw, parts)
        answer = _body(response)
        if response.status_code >= 300:
            raise PastError(f"{self.at} {who.id} {method} {path} {parts}: {answer}")
        self.settle()
        return answer

    def _raw(
        self, who: Person, path: str, body: Any, parts: Mapping[str, str], match: int | None
    ) -> SimpleNamespace:
        self.asked += 1
        said = {"name": who.name, "amr": "pwd otp", "acr": "2", **who.claims}
        claims = {name: quote(value) for name, value in said.items()}
        signed_in = {"principalId": who.id, "strong_until": TOKEN_ENDS, "exp": TOKEN_ENDS, **claims}
        headers = {
            "content-type": "application/json",
            "idempotency-key": f"history-{self.asked}",
            "accept-language": "zh-CN",
        }
        if match is not None:
            headers["if-match"] = f'"{match}"'
        return SimpleNamespace(
            headers=headers,
            query_params={},
            raw_body=json.dumps(body, ensure_ascii=False).encode(),
            context={"authorizer": signed_in, "path": path.format(**parts), "identity": {}},
        )

    def sweep(self) -> None:
        """What time has brought."""
        swept = deadline_sweep.sweep_deadlines()
        moved = projector.sweep()
        if swept["failed"] or swept["short"] or moved["failed"]:
            raise PastError(f"{self.at} sweep: {swept} {moved} {self.troubles}")
        self.settle()

    def settle(self) -> None:
        """Whatever follows from what was appended, until nothing more does."""
        while self.journal.new or self.events.published:
            self._deliver()
            self._tell()

    def _deliver(self) -> None:
        new, self.journal.new = self.journal.new, []
        seqs: dict[str, list[int]] = {}
        for stream, seq in new:
            seqs.setdefault(stream, []).append(seq)
        for stream, appended in seqs.items():
            first = min(appended)
            if stream.startswith(OF_MATTERS) and first == 1:
                self.matters.append(stream.removeprefix(OF_MATTERS))
            outcome = _consumer_of(stream).wake(stream, first, max(appended))
            if outcome in (Outcome.PARKED, Outcome.WAITS):
                raise PastError(f"{self.at} {stream} was not delivered: {self.troubles}")

    def _tell(self) -> None:
        told, self.events.published = self.events.published, []
        batch = case_messages.Batch()
        for event in told:
            kind = event["detail-type"]
            if kind in self._to_people:
                tell = messages.tell if event["source"] == SUPERVISION else batch.tell
                tell(event)
            if kind in self._to_the_signer:
                certification.handle(event, is_first_try=True)
            if kind in self._to_supervision:
                chalicelib.supervision.handlers.hear(event)


def _consumer_of(stream: str) -> feed.Consumer:
    """Which of the functions on the journal's stream a stream concerns."""
    if stream.startswith(OF_MATTERS):
        return chalicelib.supervision.handlers.CONSUMER
    return chalicelib.casework.handlers.CONSUMER


def _routes() -> dict[tuple[str, str], Any]:
    found = {}
    doors = (
        *chalicelib.casework.routes.doors,
        *chalicelib.intake.routes.doors,
        *chalicelib.supervision.routes.doors,
    )
    for door in doors:
        for route, handler in door.routes.items():
            found[route.method, route.path] = (route, handler)
    return found


def _event_types(rule: str) -> frozenset[str]:
    """Which events a rule of the template leads on."""
    resources = template.read("template.yaml")["Resources"]
    return frozenset(resources[rule]["Properties"]["EventPattern"]["detail-type"])


def _body(response: Response) -> Any:
    return json.loads(response.body) if response.body else None
