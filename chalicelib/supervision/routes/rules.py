"""The rules that watch, over HTTP: for everybody to read, for two persons to change, for trial."""

from collections.abc import Mapping
from datetime import date, timedelta
from functools import partial
from typing import Any

from chalicelib.kernel import paging as cursors
from chalicelib.kernel.aggregates import CommandResult
from chalicelib.kernel.errors import Invalid
from chalicelib.kernel.http import OFFICE, PUBLIC, Call, Door, Reply
from chalicelib.supervision.rules import documents, permissions
from chalicelib.supervision.rules.city import acts, settings, use_cases
from chalicelib.supervision.rules.city.acts import (
    AnswerProposal,
    CityRule,
    ProposeChange,
    Setting,
)
from chalicelib.supervision.rules.documents import Rule
from chalicelib.supervision.rules.findings import counts
from chalicelib.supervision.rules.findings.counts import NAMES, Counts
from chalicelib.supervision.rules.running import trial

door = Door()

NOTHING: Counts = dict.fromkeys(NAMES, 0)
MONTH = timedelta(days=30)


@door.on(
    "GET",
    "/supervision-rules",
    action="list_rules",
    audience=PUBLIC,
    reply="supervision_rules",
    summary="The rules that watch every case, and how often each has found something",
)
def list_rules(call: Call) -> Reply:
    """Open to everybody; of findings the public sees these numbers."""
    found = counts.by_rule()
    today = call.now.date()
    shown = []
    for rule in documents.published().values():
        setting = settings.setting_on(rule.id, today)
        numbers = found.get(rule.id, NOTHING)
        shown.append(_shown(rule, setting, numbers))
    return Reply({"rules": shown})


@door.on(
    "GET",
    "/supervision-rules/{rule}",
    action="show_rule",
    audience=PUBLIC,
    reply="supervision_rule",
    summary="A rule, and how the city has changed it from which day on",
)
def show_rule(call: Call, rule: str) -> Reply:
    """Open to everybody: what, from when, and why; not by whom."""
    published = documents.find(rule)
    city = use_cases.find(rule)
    found = counts.by_rule().get(rule, NOTHING)
    page = _shown(published, city.setting_on(call.now.date()), found)
    return Reply({**page, **use_cases.shown(city)}, version=city.version)


def _shown(rule: Rule, setting: Setting, found: Counts) -> dict[str, Any]:
    return {
        "id": rule.id,
        "version": rule.version,
        "title": dict(rule.title),
        "text": dict(rule.text),
        "legal_basis": dict(rule.legal_basis),
        "severity": rule.severity,
        "watches": rule.watches,
        "triggers": sorted(rule.triggers),
        "on": setting.is_on,
        "thresholds": _thresholds(rule, setting.thresholds_of(rule)),
        "counts": dict(found),
    }


def _thresholds(rule: Rule, values: Mapping[str, int]) -> list[dict[str, Any]]:
    shown = []
    for name, parameter in rule.parameters.items():
        shown.append(
            {
                "name": name,
                "title": dict(parameter.title),
                "value": values[name],
                "published": parameter.value,
                "least": parameter.least,
                "most": parameter.most,
            }
        )
    return shown


@door.on(
    "POST",
    "/supervision-rules/{rule}/changes",
    action="propose_rule_change",
    audience=OFFICE,
    status=201,
    body="rule_change",
    reply="rule_change_done",
    summary="Propose to switch a rule, or to move its thresholds, from a day on",
)
def propose(call: Call, rule: str) -> Reply:
    """By a supervisor; somebody else approves it. A new proposal takes the place of one that
    waits.
    """
    call.permit()
    body = call.body
    starts_on = date.fromisoformat(body["from"]) if "from" in body else call.now.date()
    command = ProposeChange(
        body.get("on", True),
        body.get("thresholds", {}),
        starts_on,
        tuple(body["reasons"]),
    )
    result = use_cases.change(
        rule,
        command,
        partial(permissions.propose, call),
        call.request,
    )
    return Reply(_done(result))


@door.on(
    "POST",
    "/supervision-rules/{rule}/changes/approval",
    action="answer_rule_change",
    audience=OFFICE,
    body="rule_change_approval",
    reply="rule_change_done",
    summary="Approve a proposed change of a rule",
)
def approve(call: Call, rule: str) -> Reply:
    """By another person, a supervisor or administrator."""
    command = AnswerProposal(call.body["proposal"], is_approved=True)
    return _answered(call, rule, command)


@door.on(
    "POST",
    "/supervision-rules/{rule}/changes/rejection",
    action="answer_rule_change",
    audience=OFFICE,
    body="rule_change_rejection",
    reply="rule_change_done",
    summary="Reject a proposed change of a rule, with reasons",
)
def reject(call: Call, rule: str) -> Reply:
    """By another person, a supervisor or administrator."""
    reasons = tuple(call.body["reasons"])
    command = AnswerProposal(call.body["proposal"], False, reasons)
    return _answered(call, rule, command)


def _answered(call: Call, rule: str, command: AnswerProposal) -> Reply:
    result = use_cases.change(
        rule,
        command,
        partial(permissions.answer, call),
        call.request,
    )
    return Reply(_done(result))


def _done(result: CommandResult[CityRule]) -> dict[str, Any]:
    rule = result.state
    proposal = rule.proposal
    return {
        "rule": rule.rule,
        "proposal": proposal.seq if proposal else None,
        "changes": len(rule.changes),
        "leaf": result.entry.leaf,
    }


@door.on(
    "POST",
    "/supervision-rules/{rule}/dry-run",
    action="try_rule",
    audience=OFFICE,
    repeatable=True,
    body="rule_trial",
    reply="rule_trial_result",
    summary="What a rule would have found in the last months by other thresholds; nothing is written",  # noqa: E501
)
def dry_run(call: Call, rule: str) -> Reply:
    """For supervisors and administrators, some cases at a time: the cursor leads on."""
    call.permit()
    published = documents.find(rule)
    body = call.body
    thresholds = body.get("thresholds", {})
    if faults := acts.faults_of(published, thresholds):
        raise Invalid(faults=faults)
    present = use_cases.find(rule).setting_on(call.now.date())
    tried = acts.Setting(True, thresholds).thresholds_of(published)
    months = body.get("months", 3)
    binding = ("dry-run", call.principal.person, rule, str(months), str(sorted(tried.items())))
    result = trial.run(
        published,
        tried,
        present.thresholds_of(published),
        call.now - months * MONTH,
        call.now,
        cursors.take(body.get("cursor", ""), *binding),
    )
    page = {
        "cases": result.cases,
        "found": result.found,
        "found_now": result.found_now,
        "samples": result.samples,
        "next_cursor": cursors.give(result.next_start, *binding),
    }
    return Reply(page)
