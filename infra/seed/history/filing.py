"""How cases begin: what is uploaded, filed online or at a window, or opened by an officer."""

from collections.abc import Mapping
from typing import Any

from chalicelib.casework.use_cases import repository
from chalicelib.catalog.items import requirements
from chalicelib.intake import attendance, uploads
from chalicelib.kernel.journal import Request
from infra.local.client.files import pdf
from infra.seed import load
from infra.seed.history.forms import NO_PHONE, written
from infra.seed.history.people import Citizen, Person
from infra.seed.history.town import Matter, Town


class Filing:
    """Everybody who begins a case."""

    def __init__(self, town: Town) -> None:
        self.town = town
        self.past = town.past
        self._points = load.read("service-points.json")
        self._brought: dict[tuple[str, str], dict[str, str]] = {}
        self._consent = attendance.consent("zh-CN")["version"]

    def begin(self, matter: Matter) -> None:
        """It is filed, online or at a window, or opened ex officio."""
        self.town.people[matter.who.id] = matter.who
        form = written(matter.item, matter.who, self.past.at.date(), matter.chance)
        if matter.item["id"] == "reconsideration":
            form = self._as_appeal(form, matter.about)
        if matter.opened_by:
            receipt = self._open(matter, form)
        elif matter.at_window:
            receipt = self._file_at_window(matter, form)
        else:
            receipt = self._file(matter, form)
        matter.number = receipt["number"]
        matter.id = repository.find(matter.number)

    def _as_appeal(self, form: dict[str, Any], about: str) -> dict[str, Any]:
        case, _ = repository.load(repository.find(about))
        assert case.clocks.decided_at is not None, "only decisions are appealed against here"
        appeal = {"learned_on": case.clocks.decided_at.date().isoformat(), "decision_number": about}
        return {**form, **appeal, "respondent": self.town.items[case.item]["authority_name"]["zh"]}

    def _file(self, matter: Matter, form: dict[str, Any]) -> Any:
        about = {"about": matter.about} if matter.about else {}
        on_promise = {"on_promise": True} if "promise" in matter.item else {}
        body = {
            "item": matter.item["id"],
            "form": form,
            "contact": {"phone": matter.who.phone or NO_PHONE},
            "materials": self._materials(matter, matter.who, form, bool(on_promise)),
            **on_promise,
            **about,
            "again": True,
        }
        return self.past.ask(matter.who, "POST", "/applications", body)

    def _file_at_window(self, matter: Matter, form: dict[str, Any]) -> Any:
        officer = self.town.officer(self._general_window(matter))
        body = {
            **self._present(matter.who),
            "item": matter.item["id"],
            "form": form,
            "contact": {"phone": matter.who.phone or NO_PHONE},
            "materials": self._materials(matter, officer, form, on_promise=False),
            "again": True,
        }
        return self.past.ask(officer, "POST", "/window-applications", body)

    def _general_window(self, matter: Matter) -> str:
        """One that does not accept what it has filed: the district's, where it takes the item."""
        district = next(point for point in self._points if point["id"] == "shanghe-centre")
        if matter.item["id"] in district["items"]:
            return "shanghe-window"
        return "urb-chief-window"

    def _present(self, who: Person) -> dict[str, Any]:
        assert isinstance(who, Citizen), "only they have an identity card here"
        return {
            "present": {"name": who.name, "document": {"type": "id_card", "number": who.id_card}},
            "identity_check": {"method": "id_card_reader"},
            "consent": {"given": True, "version": self._consent},
        }

    def _open(self, matter: Matter, form: dict[str, Any]) -> Any:
        body = {
            "item": matter.item["id"],
            "concerned": {"person": matter.who.id, "name": matter.who.name},
            "form": form,
            "again": True,
        }
        return self.past.ask(self.town.officer(matter.opened_by), "POST", "/ex-officio-cases", body)

    def prepare(self, matter: Matter) -> None:
        """They upload what they will need, by the item's example of a form."""
        example = matter.item["form"]["examples"][0]
        by = matter.who
        if matter.at_window:
            by = self.town.officer(self._general_window(matter))
        self._materials(matter, by, example, "promise" in matter.item and not matter.at_window)

    def _materials(
        self, matter: Matter, by: Person, form: dict[str, Any], on_promise: bool
    ) -> list[dict[str, str]]:
        needed = requirements.materials(matter.item, form, on_promise)
        return [self._uploaded(by, material) for material in needed]

    def _uploaded(self, by: Person, material: Mapping[str, Any]) -> dict[str, str]:
        """A file of theirs, in storage; they bring the same one wherever it is asked for."""
        code = material["code"]
        known = self._brought.get((by.id, code))
        if known:
            return known
        file = pdf(f"{material['name']['zh']}.pdf", f"{by.id} {code}")
        stated = {
            "content_type": file.content_type,
            "size": len(file.content),
            "sha256": file.sha256,
        }
        form = uploads.form(by.id, Request(f"{by.id}/{code}/{file.sha256}", file.sha256), stated)
        self.past.uploads.put(form["fields"]["key"], file)
        brought = {
            "code": code,
            "upload_id": form["upload_id"],
            "sha256": file.sha256,
            "file_name": file.name,
        }
        self._brought[by.id, code] = brought
        return brought
