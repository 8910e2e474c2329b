"""The case that nobody touches: acceptance by default, then every warning to whom it concerns."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any

from infra.local.client import Answer, Json, wait
from infra.local.demo import supervised_case
from infra.local.demo.show import RED
from infra.local.demo.walk import Walk, check

APPLICANT, WINDOW = "p-li-na", "o-wang-fang"
ALARM = "sunlit-embedded-red-warning"
OFFICER, HEAD, SUPERVISOR = "o-zhao-min", "o-zhou-tao", "o-qin-ming"
ROLES = {OFFICER: "officer", HEAD: "head", SUPERVISOR: "supervisor"}
TOLD = {"reminder": (OFFICER,), "yellow": (OFFICER, HEAD), "red": (OFFICER, HEAD, SUPERVISOR)}


def run(walk: Walk, cloudwatch: Any) -> None:
    """Only the clock moves."""
    walk.show.act(
        "7",
        "网上监督",
        "A case that nobody touches; only the clock moves (the embedded stage's can)",
    )
    receipt = walk.file(APPLICANT, "shop-sign")
    walk.client(WINDOW).wait_for_task("urb-window", receipt["number"])
    walk.aside("in the inbox of urb-window, and left there")
    due = _accepted_by_default(walk, receipt)
    promised, statutory = due["decide_by"], due["statutory_by"]
    silence = _Silence(walk, receipt, {"reminder": promised, "yellow": promised, "red": statutory})
    silence.move_to(promised, 0)
    silence.tell("reminder")
    silence.move_to(promised, 1)
    silence.tell("yellow")
    silence.move_to(statutory, 1)
    silence.tell("red")
    silence.nobody_was_told_twice()
    _alarmed(walk, cloudwatch)
    supervised_case.run(walk, receipt["number"])


def _accepted_by_default(walk: Walk, receipt: Answer) -> Json:
    """The limits that run once five working days have gone by."""
    _Silence(
        walk,
        receipt,
        {},
    ).move_to(receipt["due"]["accept_by"], 1)
    answer = walk.client("").get(f"/record/{receipt['number']}").expect(200)
    record = walk.step(
        "",
        answer,
        "five working days of silence: accepted by default",
    )
    check(record["accepted_by_default"], "the case counts as accepted")
    from_receipt = record["accepted_on"] == receipt["due"]["runs_from"]
    check(from_receipt, "it counts as accepted from receipt")
    due: Json = record["due"]
    limits = f"decided by {due['decide_by']} (law: {due['statutory_by']})"
    walk.show.fact(f"from receipt, {record['accepted_on']}: {limits}")
    return due


@dataclass(frozen=True)
class _Silence:
    """What time alone brings to a case; ``limits`` is the decision's last day at each level."""

    walk: Walk
    receipt: Answer
    limits: dict[str, str]

    def move_to(self, date: str, days: int) -> None:
        """To some seconds after 00:00 of ``days`` after ``date``."""
        zone = datetime.fromisoformat(self.receipt["at"]).tzinfo
        moment = datetime.combine(
            datetime.fromisoformat(date) + timedelta(days=days),
            time(
                0,
                0,
                5,
            ),
            zone,
        )
        self.walk.city.move_clock(set=moment.isoformat())
        self.walk.aside(f"--- the clock stands at {moment:%Y-%m-%d %H:%M} ---")

    def tell(self, level: str) -> None:
        """Each whom the level concerns reads it in their messages."""
        texts = []
        people = []
        for person in TOLD[level]:
            texts.append(self._told(person, level))
            people.append(f"{self.walk.name(person)} ({ROLES[person]})")
        painted = self.walk.show.level(level)
        self.walk.show.fact(f"{painted}→ {', '.join(people)}")
        self.walk.aside(texts[0])

    def _told(self, person: str, level: str) -> str:
        """The text, once it is there; until then the sweep runs again, as it does every minute."""

        def ask() -> list[Json]:
            found = self._warnings(person, level)
            if not found:
                self.walk.city.tick("deadline")
            return found

        return str(wait(ask, f"the {level} warning to {person}")[0]["text"])

    def _warnings(self, person: str, level: str) -> list[Json]:
        """A person's messages of a level on the decision's limit; a step's is another day's."""
        mine = self.walk.client(person).messages(self.receipt["number"])
        return [
            message
            for message in mine
            if message["level"] == level and self.limits[level] in message["text"]
        ]

    def nobody_was_told_twice(self) -> None:
        """All sweeps run once more; then each has each of their warnings once, and no other's."""
        self.walk.city.tick()
        for level, concerned in TOLD.items():
            for person, role in ROLES.items():
                count = len(self._warnings(person, level))
                check(
                    count == int(person in concerned),
                    f"the {role} was told of {level} {count} times",
                )
        self.walk.show.fact(
            self.walk.show.good("all sweeps have run again: everyone was told exactly once")
        )


def _alarmed(walk: Walk, cloudwatch: Any) -> None:
    def is_on() -> bool:
        described = cloudwatch.describe_alarms(AlarmNames=[ALARM])
        alarm = described["MetricAlarms"][0]
        return str(alarm["StateValue"]) == "ALARM"

    wait(is_on, f"the alarm {ALARM}")
    is_in = walk.show.good(f"CloudWatch: {ALARM} is in ")
    state = walk.show.paint("ALARM", RED)
    walk.show.fact(is_in + state)
