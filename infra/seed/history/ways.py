"""What each way of a story does, and whether it is time for it."""

from collections.abc import Callable, Mapping
from datetime import timedelta

from chalicelib.casework import Case, Visit
from chalicelib.casework.execution import task_tokens
from chalicelib.casework.use_cases.repository import calendar
from chalicelib.kernel import clock
from infra.seed.history.acting import Acting
from infra.seed.history.town import Town

MINUTE = timedelta(minutes=1)
ANSWERED_AFTER = 40 * MINUTE
OPPONENT = "p-zhao-degui"


class Ways:
    """Does what a way says; each answers whether it was done, or is to be tried again later."""

    def __init__(self, town: Town) -> None:
        self._past = town.past
        self._acting = Acting(town)
        self._beside: dict[str, Callable[[Case, str], bool]] = {
            "silence": self._silence,
            "claim": self._claim,
            "withdraw": self._withdraw,
            "collect": self._collect,
            "extension": self._extension,
            "procedure": self._procedure,
            "correct": self._correct,
            "revoke": self._revoke,
            "refund": self._refund,
        }
        self._of_parties: dict[str, Callable[[Case, str], None]] = {
            "supplement": self._supplement,
            "pay": self._pay,
            "hear": self._hear,
            "publicity": self._oppose,
        }

    def do(self, case: Case, way: str) -> bool:
        """Do it; False where it is not yet the time for it. Raises PastError."""
        named, _, late = way.partition("!")
        step, _, outcome = named.partition(".")
        if step in self._beside:
            return self._beside[step](case, outcome)
        visit = open_visit(case, step)
        if visit is None or (late and not self._is_so_late(case, visit, int(late))):
            return False
        if step in self._of_parties:
            self._of_parties[step](case, outcome)
            return True
        if case.step(visit).kind == "meeting" and visit.id not in case.record.meetings:
            tomorrow = calendar().add_working_days(self._past.at.date(), 1)
            self._acting.convene(case, visit, tomorrow)
            return False
        self._acting.complete(case, visit, outcome or case.step(visit).plain)
        return True

    def _is_so_late(self, case: Case, visit: Visit, days: int) -> bool:
        due = clock.parse(task_tokens.due_of(case, visit))
        until = due.astimezone(self._past.at.tzinfo) - MINUTE  # limits end at 24:00
        late = until.date()
        if days:
            late = calendar().add_working_days(late, days)
        return self._past.at.date() >= late

    # ---- what applicants and parties do --------------------------------------------------------
    def _supplement(self, case: Case, _: str) -> None:
        self._acting.supplement(case)

    def _pay(self, case: Case, _: str) -> None:
        self._acting.pay(case)

    def _hear(self, case: Case, outcome: str) -> None:
        told = sorted(case.participants.parties)
        if outcome == "hearing":
            asks = {"text": "申请举行听证。", "hearing": True}
            self._acting.of_party(case, told[0], "statements", asks)
            return
        for person in told:
            views = {"text": "对告知的事实没有异议,请依法处理。"}
            self._acting.of_party(case, person, "statements", views)

    def _oppose(self, case: Case, _: str) -> None:
        text = {"text": "公示的事迹与本人了解的情况不符,请予核实。"}
        self._acting.of_party(case, OPPONENT, "objections", text)

    def _withdraw(self, case: Case, _: str) -> bool:
        reason = {"reason": "经营计划改变,不再办理。"}
        self._acting.of_party(case, case.participants.applicant, "withdrawal", reason)
        return True

    def _collect(self, case: Case, _: str) -> bool:
        if open_visit(case, "deliver") is None:
            return False
        self._acting.of_party(case, case.participants.applicant, "collection", None)
        return True

    # ---- what the office does beside its steps -------------------------------------------------
    def _silence(self, case: Case, step: str) -> bool:
        """Whether time has brought something there."""
        was_there = any(visit.step == step for visit in case.visits.values())
        return was_there and open_visit(case, step) is None

    def _claim(self, case: Case, _: str) -> bool:
        self._acting.claim(case, case.open_visits[0])
        return True

    def _extension(self, case: Case, _: str) -> bool:
        asked = {"days": 3, "reasons": ["需要现场核查,三个工作日内难以完成。"]}
        self._acting.of_office(case, "extension", asked)
        self._past.at += ANSWERED_AFTER
        granted = {"grant": True, "reasons": ["情况属实,同意延长。"]}
        self._acting.of_office(case, "extension/answer", granted, case.rules.posts["head"])
        return True

    def _procedure(self, case: Case, kind: str) -> bool:
        """Begun on one day, ended on another."""
        running = [procedure for procedure in case.clocks.procedures if not procedure.ended_on]
        if not running:
            begun = {"kind": kind, "days": 10, "ground": "需要组织专家评审。"}
            self._acting.of_office(case, "procedures", begun)
            return False
        report = {"report": "专家组一致同意,意见书附卷。"}
        path = "procedures/{procedure}/end"
        self._acting.of_office(case, path, report, procedure=running[0].id)
        return True

    def _correct(self, case: Case, _: str) -> bool:
        right = {
            "entry": case.seq,
            "text": "文书中的日期以本案办结日期为准。",
            "reasons": ["文书笔误。"],
        }
        return self._by_head(case, "corrections", right)

    def _revoke(self, case: Case, _: str) -> bool:
        reasons = {"reasons": ["准予许可时所依据的材料经查不实。"]}
        return self._by_head(case, "revocation", reasons)

    def _refund(self, case: Case, _: str) -> bool:
        reasons = {"reasons": ["工程量核减,退还多缴费用。"]}
        return self._by_head(case, "refund", reasons)

    def _by_head(self, case: Case, path: str, body: Mapping[str, object]) -> bool:
        """Once the case is over."""
        if not case.clocks.ended_at:
            return False
        self._acting.of_office(case, path, body, case.rules.posts["head"])
        return True


def open_visit(case: Case, step: str) -> Visit | None:
    """The visit that is open at a step."""
    for visit in case.open_visits:
        if visit.step == step:
            return visit
    return None
