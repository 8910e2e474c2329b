"""A city in which people act for others: a company and its people, a family, and windows at two
service points.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest

from chalicelib.authority import grants
from chalicelib.authority.grants import views
from chalicelib.authority.mandates.parties import company_of
from chalicelib.authority.registers import loading
from chalicelib.authority.routes import mandates
from chalicelib.casework.acts import Case, Command, fold
from chalicelib.casework.execution import delivery
from chalicelib.casework.routes import case_lists, cases, office
from chalicelib.casework.use_cases import case_commands, repository
from chalicelib.catalog import items
from chalicelib.intake import uploads
from chalicelib.intake.routes import filing, windows
from chalicelib.kernel import clock
from chalicelib.kernel.http import Door
from chalicelib.kernel.journal import Actor
from chalicelib.notify.routes import messages
from tests.support.authorized import authorized
from tests.support.builders.cases import MONDAY
from tests.support.builders.filings import CONTACT, Storage, city, example, uploaded
from tests.support.caller import Caller
from tests.support.city.items import published, sample
from tests.support.fakes.grants import MemoryGrants
from tests.support.fakes.stores import MemoryJournal, MemoryViews

USCC = "9133990000455502XE"
COMPANY = company_of(USCC)
LEGAL = {"org": USCC, "org_name": "清河文化", "org_role": "legal_representative"}
NAMES = {"p-boss": "刘洋", "p-clerk": "陈洁", "p-mother": "李娜", "o-sun": "孙丽", "o-mid": "吴静"}
TITLE = {"zh": "岗位", "en": "Post"}
# Post: department, role, service point, holder. The street's window does not take what the centre's
# takes.
OFFICES = {
    "urb-window": ("URB", "window", "service-centre", "o-win"),
    "dpf-window": ("DPF", "window", "service-centre", "o-mid"),
    "street-window": ("STR", "window", "street-office", "o-street"),
    "urb-reviewer": ("URB", "reviewer", "", "o-rev"),
    "urb-approver": ("URB", "approver", "", "o-sun"),
    "urb-head": ("URB", "head", "", "o-head"),
    "city-supervisor": ("GOV", "supervisor", "", "o-sup"),
}
UNTIL = "2027-03-01T00:00:00+08:00"
CODES = ("sign-rendering", "premises-proof")
CARD, CHILDS_CARD = "339900199001020033", "339900201503010046"


class Town:
    """Everybody's requests, the time, and what came of them."""

    def __init__(self, stores: tuple[MemoryJournal, MemoryViews], storage: Storage) -> None:
        self.now, self.journal, self.views, self.storage, self._keys = MONDAY, *stores, storage, 0
        doors = (
            mandates.door,
            filing.door,
            windows.door,
            case_lists.door,
            cases.door,
            office.door,
            messages.door,
        )
        self.door = Door()
        self.door.routes = {
            route: handler for door in doors for route, handler in door.routes.items()
        }

    def ask(
        self, person: str, route: str, body: Any = None, *, key: str = "", **more: Any
    ) -> SimpleNamespace:
        """A request under a fresh key, unless one is given."""
        self._keys += 1
        method, path = route.split(" ")
        claims = LEGAL if person == "p-boss" else {}
        caller = Caller(self.door, person, NAMES.get(person, "某人"), claims=claims)
        return caller(method, path, body, key=key or f"key-{self._keys}", **more)

    def wait(self, **span: float) -> datetime:
        """Let time pass."""
        self.now += timedelta(**span)
        return self.now

    def offered(self, by: str = "p-boss", grantee: str = "p-clerk", **more: Any) -> str:
        """A mandate that waits to be accepted; the boss grants it for the company."""
        party = {"party": COMPANY} if by == "p-boss" else {}
        answer = self.ask(
            by, "POST /mandates", {"grantee": grantee, "until": UNTIL, **party, **more}
        )
        assert answer.status == 201, answer.body
        return str(answer.body["id"])

    def granted(self, by: str = "p-boss", grantee: str = "p-clerk", **more: Any) -> str:
        """A mandate in force."""
        mandate = self.offered(by, grantee, **more)
        assert (
            self.ask(grantee, "POST /mandates/{mandate}/acceptance", mandate=mandate).status == 200
        )
        return mandate

    def application(self, uploader: str, **more: Any) -> dict[str, Any]:
        """A body for a shop sign, its files uploaded by somebody."""
        body = {"item": "shop-sign", "form": example("shop-sign"), "contact": CONTACT}
        return body | {"materials": self.uploaded(uploader, *CODES)} | more

    def uploaded(self, uploader: str, *codes: str) -> list[dict[str, str]]:
        """Files in somebody's folder, each under an id as storage gives them."""
        given = uploaded(self.storage, *codes, person=uploader)
        for number, file in enumerate(given):
            upload_id = "abcdef"[number] * 26
            self.storage.files[uploads._key(uploader, upload_id)] = next(
                iter(self.storage.files.values())
            )
            file["upload_id"] = upload_id
        return given

    def files(self, person: str, **more: Any) -> SimpleNamespace:
        """Somebody files a shop sign online."""
        return self.ask(person, "POST /applications", self.application(person, **more))

    def case(self, number: str) -> Case:
        """The case as it stands."""
        return fold(self.journal.read(repository.stream_of(repository.find(number))))

    def do(self, number: str, command: Command, person: str = "", post: str = "") -> None:
        """Somebody acts, past the door."""
        case_commands.execute(
            repository.find(number), command, authorized(Actor(person, post)), None
        )

    def project(self, number: str) -> None:
        """Put the case into the lists, as delivery does."""
        case = self.case(number)
        self.views.put(delivery.case_row(case))


@pytest.fixture
def town(memory: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[Town]:
    """The city on a Monday."""
    with city(monkeypatch, "disability-benefit") as storage:
        published(
            sample("shop-sign", flow={"id": "licence", "version": 2})
        )  # which ends with the delivery
        grants.use(MemoryGrants())
        views.post_of.cache_clear()
        items.version.cache_clear()
        made = Town(memory, storage)
        monkeypatch.setattr(clock, "now", lambda: made.now)
        taken = {
            "service-centre": ["shop-sign", "disability-benefit"],
            "street-office": ["disability-benefit"],
        }
        points = [
            {"id": p, "name": TITLE, "organization": "GOV", "items": some}
            for p, some in taken.items()
        ]
        loading.load_service_points(points, MONDAY)
        posts = [
            {"id": post, "title": TITLE, "department": department, "roles": [role]}
            | ({"service_point": point} if point else {})
            for post, (department, role, point, _) in OFFICES.items()
        ]
        loading.load_posts(posts, MONDAY)
        loading.load_appointments(
            [{"person": o[3], "post": post} for post, o in OFFICES.items()], MONDAY
        )
        yield made
        grants.use(None)
