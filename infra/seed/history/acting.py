"""What applicants, parties and officers do with a case, asked of the API as they would ask."""

from datetime import date
from typing import Any

from chalicelib.casework import Case, Visit
from chalicelib.casework.use_cases import payments
from infra.seed.history.people import NOBODY, words
from infra.seed.history.town import Town

DEFECTS = [{"subject": "form", "problem": "填写内容与所附材料不一致,请核对后重新提交。"}]


class Acting:
    """Everybody who acts on a case."""

    def __init__(self, town: Town) -> None:
        self.town = town
        self.past = town.past
        self._reasons: dict[str, list[str]] = words()["reasons"]

    def complete(self, case: Case, visit: Visit, outcome: str) -> None:
        """The officer of the visit's post ends it with an outcome."""
        officer = self.town.officer(case.post_of(visit), case.excluded_persons(visit))
        body = self._said(case, visit, outcome)
        self.past.ask(officer, "POST", "/tasks/{task}/complete", body, _task(case, visit))

    def claim(self, case: Case, visit: Visit) -> None:
        """They take it for their own."""
        officer = self.town.officer(case.post_of(visit), case.excluded_persons(visit))
        self.past.ask(officer, "POST", "/tasks/{task}/claim", None, _task(case, visit))

    def convene(self, case: Case, visit: Visit, on: date) -> None:
        """They invite the other posts of the case to the joint meeting."""
        post = case.post_of(visit)
        invited = {
            case.rules.posts[role]
            for role in ("reviewer", "investigator")
            if role in case.rules.posts
        }
        body = {"on": on.isoformat(), "invited": sorted(invited)}
        self.past.ask(
            self.town.officer(post), "POST", "/tasks/{task}/meeting", body, _task(case, visit)
        )

    def _said(self, case: Case, visit: Visit, outcome: str) -> dict[str, Any]:
        kind = case.step(visit).kind
        if kind == "opinion":
            if outcome == "object":
                return {
                    "outcome": "opinion",
                    "opinion": "object",
                    "reasons": self._reasons["object"],
                }
            return {"outcome": "opinion", "opinion": "agree"}
        said: dict[str, Any] = {"outcome": outcome}
        if outcome in self._reasons:
            said["reasons"] = self._reasons[outcome]
        if outcome == "supplement":
            said["defects"] = DEFECTS
        if outcome == "inform" and not case.is_ex_officio:
            neighbour = self.town.people["p-zhang-wei"]
            said["parties"] = [{"person": neighbour.id, "relation": "相邻权利人"}]
        if outcome in ("held", "resolved"):
            said["minutes"] = "与会各方充分发表意见,已记录在案。"
        if outcome == "resolved":
            said["resolution"] = "order" if "order" in case.flow.steps else "approve"
        if outcome == "order":
            said |= self._ordered(case)
        if outcome == "delivered":
            said["way"] = "post"
        return said

    def _ordered(self, case: Case) -> dict[str, Any]:
        if "fine" not in self.town.items[case.item]:
            return {"measure": "按本决定书所附要求办理。"}
        return {"measure": "责令改正,罚款500元。", "amount_fen": 50_000}

    def of_office(
        self, case: Case, path: str, body: Any, post: str = "", procedure: str = ""
    ) -> Any:
        """Something that an office asks of the case beside its tasks, by ``post`` or whoever has a
        task in it.
        """
        if not post:
            visit = case.open_visits[0]
            post = case.post_of(visit)
        officer = self.town.officer(post)
        place = "/cases/{number}/" + path
        parts = {"number": case.number}
        if procedure:
            parts["procedure"] = procedure
        return self.past.ask(officer, "POST", place, body, parts)

    # ---- what applicants and parties do --------------------------------------------------------
    def of_party(
        self, case: Case, person: str, path: str, body: Any, match: int | None = None
    ) -> Any:
        """Something that somebody asks of a case that is theirs or concerns them."""
        place = "/cases/{number}/" + path
        who = self.town.people[person]
        return self.past.ask(who, "POST", place, body, {"number": case.number}, match)

    def supplement(self, case: Case) -> None:
        """The applicant hands in the form once more, and it is right this time."""
        body = {"form": dict(case.submission.form)}
        self.of_party(case, case.participants.applicant, "supplements", body, match=case.seq)

    def pay(self, case: Case) -> None:
        """The applicant pays, and the provider says so."""
        bill = self.of_party(case, case.participants.applicant, "payment", None)
        notice = {"order": bill["order"], "number": case.number, "event": "paid"}
        notice["amount_fen"] = bill["amount_fen"]
        signed = {**notice, "signature": payments.signature(notice)}
        self.past.ask(NOBODY, "POST", "/payments/notices", signed)


def _task(case: Case, visit: Visit) -> dict[str, str]:
    return {"task": f"{case.id}.{visit.id}"}
