"""Broken flows of the whole flow language: what is done to a sound one, and the one finding that
follows.
"""

from tests.support.builders.broken_flows import Mutation, both, drop, leads, put
from tests.support.builders.full_flows import INVESTMENT, PENALTY, RENEWAL, step

ORDER = step("order", "责令改正|Order", "order>deliver drop>end:dropped", "approver", 2, "accept")
VERDICT = step(
    "decide", "决定|Decision", "approve>deliver refuse>end:refused", "approver", 2, "investigate"
)
RECHECK = step("review", "复查|Check", "pass>archive return>issue", "reviewer", 2)
AUDIT = step("review", "审计|Audit", "pass>verify", "reviewer", 2)
PAY = step("pay", "缴费|Payment", "paid>archive unpaid>end:lapsed", days=5)
BROKEN_INVESTMENTS: dict[str, tuple[Mutation, str, str]] = {
    "two manners of deciding": (put(ORDER, "steps/order"), "order", "decisions-mixed"),
    "statements end the case": (
        put("end:granted", "steps/hear/outcomes/heard"),
        "hear",
        "end-not-allowed",
    ),
    "what was not supplied is refused": (
        put("end:refused", "steps/supplement/outcomes/unsupplied"),
        "supplement",
        "wrong-end",
    ),
    "a broken promise grants": (
        put("end:granted", "steps/verify/outcomes/broken"),
        "verify",
        "wrong-end",
    ),
    "the file lapses": (leads("archive", archived="end:lapsed"), "archive", "wrong-end"),
    "no objection decides": (
        put("issue", "steps/publicity/outcomes/unopposed"),
        "publicity",
        "issue-undecided",
    ),
    "archived before the decision": (
        leads("recheck", **{"pass": "archive"}),
        "recheck",
        "issue-undecided",
    ),
    "whoever pays is granted": (
        both(
            put("assess", "steps/publicity/outcomes/unopposed"),
            put("approve", "steps/assess/outcomes/exempt"),
            put("end:granted", "steps/pay/outcomes/paid"),
        ),
        "pay",
        "end-undecided",
    ),
    "a notice repeats itself": (
        put("publicity", "steps/publicity/outcomes/unopposed"),
        "publicity",
        "machine-loop",
    ),
    "a fee after the issue": (leads("issue", issued="assess"), "issue", "issue-not-last"),
    "a file that is taken out again": (
        leads("archive", archived="deliver"),
        "archive",
        "archive-not-last",
    ),
    "parties told and not heard": (
        put("approve", "steps/review/outcomes/inform"),
        "review",
        "hear-skipped",
    ),
    "parties heard who were not told": (
        leads("recheck", **{"pass": "hear"}),
        "recheck",
        "hear-not-asked",
    ),
    "heard again after the hearing": (leads("hearing", held="hear"), "hearing", "hear-not-asked"),
    "no hearing is held": (
        put("approve", "steps/hear/outcomes/hearing"),
        "hear",
        "hearing-skipped",
    ),
    "a hearing that nobody asked for": (
        leads("recheck", **{"pass": "hearing"}),
        "recheck",
        "hearing-not-asked",
    ),
    "no meeting for the hard case": (
        put("review", "steps/approve/outcomes/refer"),
        "approve",
        "meeting-skipped",
    ),
    "a meeting for every case": (
        put("meeting", "steps/opinions/next"),
        "opinions",
        "meeting-not-asked",
    ),
    "a resolution binds nobody": (
        leads("meeting", resolved="review"),
        "meeting",
        "meeting-not-binding",
    ),
    "objections are passed over": (
        put("approve", "steps/publicity/outcomes/opposed"),
        "publicity",
        "objection-unheard",
    ),
    "a fee for a review": (leads("recheck", **{"pass": "pay"}), "recheck", "pay-not-owed"),
    "the opinions cost money": (put("pay", "steps/opinions/next"), "opinions", "pay-not-owed"),
    "who does not pay is served": (
        put("issue", "steps/pay/outcomes/unpaid"),
        "pay",
        "unpaid-carried-out",
    ),
    "paid and never issued": (
        put("end:granted", "steps/pay/outcomes/paid"),
        "pay",
        "issue-skipped",
    ),
    "returned to oneself": (
        put("approve", "steps/approve/outcomes/return"),
        "approve",
        "to-itself",
    ),
    "reviewed over and over": (
        put("opinions", "steps/publicity/outcomes/unopposed"),
        "publicity",
        "plain-loop",
    ),
    "no way is granted": (
        both(
            drop("steps/archive"),
            put(AUDIT, "steps/audit"),
            put("audit", "steps/verify/outcomes/kept"),
        ),
        "audit",
        "plain-loop",
    ),
    "separation from the parties": (
        put(["hear"], "steps/recheck/not_by"),
        "recheck",
        "not-by-unknown",
    ),
    "statements without a limit": (drop("steps/hear/limit_days"), "hear", "limit-missing"),
    "a hearing without a limit": (drop("steps/hearing/limit_days"), "hearing", "limit-missing"),
    "a meeting without a limit": (drop("steps/meeting/limit_days"), "meeting", "limit-missing"),
    "a notice without a limit": (drop("steps/publicity/limit_days"), "publicity", "limit-missing"),
    "a payment without a limit": (drop("steps/pay/limit_days"), "pay", "limit-missing"),
    "a payment with a post": (put("window", "steps/pay/post"), "pay", "post-not-needed"),
    "the notice outlasts the promise": (
        put(5, "steps/publicity/limit_days"),
        "approve",
        "promise-too-short",
    ),
}
BROKEN_PENALTIES: dict[str, tuple[Mutation, str, str]] = {
    "a penalty starts with its order": (put("order", "start"), "order", "start-not-review"),
    "a penalty is granted": (put(VERDICT, "steps/verdict"), "verdict", "applied-for-only"),
    "a penalty ends as a grant": (leads("archive", archived="end:granted"), "archive", "wrong-end"),
    "served before the order": (
        put("deliver", "steps/investigate/outcomes/pass"),
        "investigate",
        "issue-undecided",
    ),
    "heard after the order": (
        put("hear", "steps/urge/outcomes/inform"),
        "urge",
        "decided-twice",
    ),
    "ordered twice": (
        put("order", "steps/urge/outcomes/return"),
        "urge",
        "decided-twice",
    ),
    "silence punishes": (put("archive", "tacit"), "", "tacit-not-granting"),
    "anybody orders": (drop("steps/order/not_by"), "order", "decision-not-separate"),
    "who held the hearing orders": (
        put(["investigate", "meeting"], "steps/order/not_by"),
        "order",
        "decision-not-separate",
    ),
    "the investigation outlasts the promise": (
        put(6, "steps/investigate/limit_days"),
        "order",
        "promise-too-short",
    ),
}
BROKEN_RENEWALS: dict[str, tuple[Mutation, str, str]] = {
    "opened by nobody knows whom": (put("sometimes", "opens"), "", "schema"),
    "no decision at all": (
        both(
            put("review", "steps/approve/kind"),
            leads("approve", **{"pass": "issue"}),
            drop("tacit"),
        ),
        "",
        "decision-missing",
    ),
    "silence leads nowhere": (put("nowhere", "tacit"), "", "tacit-not-approval"),
    "silence issues nothing": (put("archive", "tacit"), "", "tacit-not-approval"),
    "silence leads back": (put("review", "tacit"), "", "tacit-not-approval"),
    "two certificates": (
        both(put(RECHECK, "steps/recheck"), leads("deliver", delivered="recheck")),
        "recheck",
        "issued-twice",
    ),
    "a fee that nobody assessed": (
        both(put(PAY, "steps/pay"), leads("deliver", delivered="pay")),
        "pay",
        "pay-unassessed",
    ),
}
BROKEN_WHOLE = {name: (INVESTMENT, *rest) for name, rest in BROKEN_INVESTMENTS.items()}
BROKEN_WHOLE |= {name: (PENALTY, *rest) for name, rest in BROKEN_PENALTIES.items()}
BROKEN_WHOLE |= {name: (RENEWAL, *rest) for name, rest in BROKEN_RENEWALS.items()}
