"""Broken flows of every kind: what is done to a sound flow, and the one finding that follows."""

from collections.abc import Callable
from functools import reduce
from operator import getitem
from typing import Any

from chalicelib.catalog import flows

Template = dict[str, Any]
Mutation = Callable[[Template], None]
LICENCE, JOINT = (
    flows.template(flows.FOLDER / f"{name}.v1.json") for name in ("licence", "joint-licence")
)


def review(onward: str) -> Template:
    """A review step that leads on to ``onward``."""
    step = {
        "kind": "review",
        "title": {"zh": "复核", "en": "Second review"},
        "post": "reviewer",
        "limit_days": 1,
    }
    return step | {"outcomes": {"pass": onward}}


def put(value: Any, path: str) -> Mutation:
    """The mutation that puts ``value`` at a path like ``steps/review/post``."""

    def mutate(flow: Template) -> None:
        *outer, last = path.split("/")
        reduce(getitem, outer, flow)[last] = value

    return mutate


def drop(path: str) -> Mutation:
    """The mutation that takes away what stands there."""

    def mutate(flow: Template) -> None:
        *outer, last = path.split("/")
        del reduce(getitem, outer, flow)[last]

    return mutate


def leads(step: str, **outcomes: str) -> Mutation:
    """The mutation that gives a step these outcomes, in this order, and no others."""
    return put(outcomes, f"steps/{step}/outcomes")


def both(*mutations: Mutation) -> Mutation:
    """One mutation after the other."""

    def mutate(flow: Template) -> None:
        for mutation in mutations:
            mutation(flow)

    return mutate


OPINIONS = "steps/opinions/branches"
OPINION = JOINT["steps"]["opinions"]["branches"]["fire"]
APPROVE, REVIEW, ACCEPT = "steps/approve", "steps/review", "steps/accept"
# What is done to the flow, and the one finding that follows: its step and its rule.
BROKEN_LICENCES: dict[str, tuple[Mutation, str, str]] = {
    "its id is no name": (put("licence one", "id"), "", "schema"),
    "a step has a kind of its own": (put("rubber-stamp", f"{REVIEW}/kind"), "review", "schema"),
    "a step has no kind": (drop(f"{REVIEW}/kind"), "review", "schema"),
    "a step has a field too many": (put("approve", f"{ACCEPT}/skip_to"), "accept", "schema"),
    "the applicant has a limit": (put(3, "steps/supplement/limit_days"), "supplement", "schema"),
    "the start is no step": (put("begin", "start"), "", "start-unknown"),
    "there is no start": (drop("start"), "", "start-unknown"),
    "the start is no acceptance": (put("review", "start"), "review", "start-not-acceptance"),
    "a target is misspelt": (leads("review", **{"pass": "aprove"}), "review", "target-unknown"),
    "a step is never reached": (put(review("approve"), "steps/recheck"), "recheck", "unreachable"),
    "a step never ends": (
        both(put("recheck", f"{APPROVE}/outcomes/return"), put(review("recheck"), "steps/recheck")),
        "recheck",
        "dead-end",
    ),
    "a machine loops": (leads("issue", issued="issue"), "issue", "machine-loop"),
    "the issue is not last": (leads("issue", issued="review"), "issue", "issue-not-last"),
    "the issue has a post": (put("window", "steps/issue/post"), "issue", "post-not-needed"),
    "the applicant has a post": (
        put("window", "steps/supplement/post"),
        "supplement",
        "post-not-needed",
    ),
    "a review has no post": (drop(f"{REVIEW}/post"), "review", "post-missing"),
    "a review has no limit": (drop(f"{REVIEW}/limit_days"), "review", "limit-missing"),
    "acceptance takes too long": (put(6, f"{ACCEPT}/limit_days"), "accept", "acceptance-too-long"),
    "no supplement can be asked for": (
        both(drop(f"{ACCEPT}/outcomes/supplement"), drop("steps/supplement")),
        "accept",
        "outcome-missing",
    ),
    "all must be accepted": (drop(f"{ACCEPT}/outcomes/not_accept"), "accept", "outcome-missing"),
    "all must be approved": (drop(f"{APPROVE}/outcomes/refuse"), "approve", "outcome-missing"),
    "an outcome is unknown": (
        put("review", f"{APPROVE}/outcomes/postpone"),
        "approve",
        "outcome-unknown",
    ),
    "the plain outcome is not first": (
        leads("approve", refuse="end:refused", approve="issue"),
        "approve",
        "plain-not-first",
    ),
    "refusal grants": (put("end:granted", f"{APPROVE}/outcomes/refuse"), "approve", "wrong-end"),
    "a review grants": (
        put("end:granted", f"{REVIEW}/outcomes/return"),
        "review",
        "end-not-allowed",
    ),
    "approval issues nothing": (
        put("end:granted", f"{APPROVE}/outcomes/approve"),
        "approve",
        "end-not-allowed",
    ),
    "nobody decides": (put("issue", f"{REVIEW}/outcomes/return"), "review", "issue-undecided"),
    "nothing is issued": (put("review", f"{APPROVE}/outcomes/approve"), "issue", "unreachable"),
    "the notice asks nobody": (
        both(put("review", f"{ACCEPT}/outcomes/supplement"), drop("steps/supplement")),
        "accept",
        "supplement-skipped",
    ),
    "a supplement skips acceptance": (
        leads("supplement", supplied="review"),
        "supplement",
        "supplement-not-back",
    ),
    "a supplement after acceptance": (
        put("supplement", f"{REVIEW}/outcomes/return"),
        "review",
        "supplement-not-asked",
    ),
    "a return to acceptance": (
        put("accept", f"{APPROVE}/outcomes/return"),
        "approve",
        "accepted-twice",
    ),
    "a review joins": (put("join", f"{REVIEW}/outcomes/return"), "review", "join-outside"),
    "an opinion stands alone": (
        put({**OPINION, "outcomes": {}}, "steps/chat"),
        "chat",
        "opinion-outside",
    ),
    "separation from nobody": (
        put(["accept", "notary"], f"{REVIEW}/not_by"),
        "review",
        "not-by-unknown",
    ),
    "separation from the machine": (
        put(["accept", "issue"], f"{REVIEW}/not_by"),
        "review",
        "not-by-unknown",
    ),
    "separation from itself": (
        put(["accept", "review"], f"{REVIEW}/not_by"),
        "review",
        "not-by-itself",
    ),
    "separation from what comes later": (
        put(["review"], f"{ACCEPT}/not_by"),
        "accept",
        "not-by-later",
    ),
    "who reviews decides": (
        put(["accept"], f"{APPROVE}/not_by"),
        "approve",
        "decision-not-separate",
    ),
    "everybody decides": (drop(f"{APPROVE}/not_by"), "approve", "decision-not-separate"),
    "a step has no English title": (drop(f"{REVIEW}/title/en"), "review", "title-missing"),
    "the flow has no title": (drop("title"), "", "title-missing"),
    "two steps share one person": (
        put("window", f"{APPROVE}/post"),
        "approve",
        "separation-not-met",
    ),
    "a role has no post": (put("notary", f"{REVIEW}/post"), "review", "post-unfilled"),
    "the steps outlast the promise": (
        put(9, f"{APPROVE}/limit_days"),
        "approve",
        "promise-too-short",
    ),
}
BROKEN_JOINT_LICENCES: dict[str, tuple[Mutation, str, str]] = {
    "the start is a branch": (put("fire", "start"), "", "start-unknown"),
    "a target is a branch": (leads("review", **{"pass": "fire"}), "review", "branch-entered"),
    "a branch has no limit": (drop(f"{OPINIONS}/fire/limit_days"), "fire", "limit-missing"),
    "a supplement after the opinions": (
        put("supplement", "steps/opinions/next"),
        "opinions",
        "supplement-not-asked",
    ),
    "an issue after the opinions": (
        put("issue", "steps/opinions/next"),
        "opinions",
        "issue-undecided",
    ),
    "acceptance after the opinions": (
        both(put("accept", "steps/opinions/next"), put("approve", f"{REVIEW}/outcomes/return")),
        "opinions",
        "accepted-twice",
    ),
    "a joint review of one": (
        both(drop(f"{OPINIONS}/traffic"), put(["accept", "review", "fire"], f"{APPROVE}/not_by")),
        "opinions",
        "joint-too-small",
    ),
    "the opinions lead nowhere": (
        put("aprove", "steps/opinions/next"),
        "opinions",
        "joint-next-unknown",
    ),
    "the opinions lead to an opinion": (
        put("traffic", "steps/opinions/next"),
        "opinions",
        "joint-next-unknown",
    ),
    "nothing follows the opinions": (drop("steps/opinions/next"), "opinions", "joint-next-unknown"),
    "a branch reviews": (put("review", f"{OPINIONS}/fire/kind"), "fire", "branch-not-opinion"),
    "a branch does not join": (
        put("approve", f"{OPINIONS}/fire/outcomes/opinion"),
        "fire",
        "branch-not-joining",
    ),
    "a branch is named like a step": (put(OPINION, f"{OPINIONS}/issue"), "issue", "name-twice"),
    "who gives an opinion decides": (
        put(["accept", "review", "fire"], f"{APPROVE}/not_by"),
        "approve",
        "decision-not-separate",
    ),
    "a branch has an empty title": (put(" ", f"{OPINIONS}/fire/title/zh"), "fire", "title-missing"),
}
BROKEN = {name: (LICENCE, *rest) for name, rest in BROKEN_LICENCES.items()}
BROKEN |= {name: (JOINT, *rest) for name, rest in BROKEN_JOINT_LICENCES.items()}
