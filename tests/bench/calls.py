"""AWS calls of the API function per request, counted at the embedded AWS's door."""

from infra.local.client import City
from tests.bench import walks
from tests.bench.report import BenchError, emit, say
from tests.bench.walks import REASONS, Asked, Filed, Record

ACTS_OF_THE_BASKET = 7  # filing, supplement notice, supplement, acceptance, review, decision, issue


def measure(record: Record, city: City, basket: list[Asked]) -> dict[str, Filed]:
    """Print ``act.*_calls`` and ``filing.*_calls`` from the basket and two walks more; returns
    those walks' cases.

    The most that any of the requests needed counts.
    """
    cases = _other_outcomes(record, city)
    asked = [*basket, *record.asked]
    acts = [each for each in asked if each.name.startswith(("complete:", "claim", "release"))]
    filings = [each for each in asked if each.name == "POST /applications"]
    for each in (*filings, *acts):
        say(f"  {each.name}: {each.reads} then {each.writes}")
    emit("act.write_calls", _most(acts, "writes"), "calls")
    emit("act.read_calls", _most(acts, "reads"), "calls")
    emit("filing.write_calls", _most(filings, "writes"), "calls")
    emit("filing.read_calls", _most(filings, "reads"), "calls")
    return cases


def _most(asked: list[Asked], kind: str) -> int:
    found = [len(getattr(each, kind)) for each in asked]
    if not found:
        raise BenchError("no request of that kind was recorded")
    return max(found)


def _other_outcomes(record: Record, city: City) -> dict[str, Filed]:
    """A case that is claimed, given back, accepted, returned and refused; another that is not
    accepted.
    """
    citizen, officers = city.person("p-zhang-wei"), walks.officers(city)
    refused, not_accepted = walks.file(record, citizen), walks.file(record, citizen)
    with record.request("GET /tasks"):
        task = officers["urb-window"].tasks("urb-window", refused.number)[0]["id"]
    for verb in ("claim", "release"):
        with record.request(verb):
            officers["urb-window"].post(f"/tasks/{task}/{verb}").expect(200)
    for post, outcome in (
        ("urb-window", "accept"), ("urb-reviewer", "pass"), ("urb-approver", "return"), ("urb-reviewer", "pass"),
        ("urb-approver", "refuse"),
    ):  # fmt: skip
        more = {"reasons": REASONS} if outcome in ("return", "refuse") else {}
        walks.office_act(record, officers, post, refused.number, outcome, **more)
    walks.office_act(
        record, officers, "urb-window", not_accepted.number, "not_accept", reasons=REASONS
    )
    return {"licence.returned_and_refused": refused, "licence.not_accepted": not_accepted}
