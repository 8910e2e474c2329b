"""The minute sweep over the due index: what time brings is appended as acts, each once."""

from datetime import datetime

from chalicelib.casework.acts import ApplyDeadlines
from chalicelib.casework.execution.delivery import OPEN, case_row
from chalicelib.casework.use_cases import case_commands
from chalicelib.kernel import aws, clock, due_index, log, stores
from chalicelib.kernel.aggregates import by_machine

BATCH = 200  # due cases of one shard in one sweep


def sweep_deadlines() -> dict[str, int]:
    """Append what is due. A sweep that finds itself late or short says so: SweepLag (seconds),
    SweepShort (shards).
    """
    now = clock.now()
    acted = failed = short = 0
    lag = 0.0
    for shard in due_index.shards(OPEN):
        page = stores.views().index(
            "due",
            shard,
            until=due_index.utc(now),
            limit=BATCH,
        )
        short += page.next_start is not None
        for (stream, _), due_at in page.keys:
            lag = max(lag, (now - datetime.fromisoformat(due_at)).total_seconds())
            outcome = _tick(stream)
            acted += outcome == "acted"
            failed += outcome == "failed"
    counts = {"SweepLag": lag, "SweepShort": short, "SweepFailures": failed}
    log.line("deadlines swept", counts=counts, acted=acted)
    return {"acted": acted, "failed": failed, "short": short}


def _tick(stream: str) -> str:
    """One case; a case that cannot be folded or written must not keep its neighbours waiting."""
    try:
        case_id = stream.partition("#")[2]
        result = case_commands.execute(
            case_id,
            ApplyDeadlines(),
            by_machine,
        )
    except Exception as error:
        passing = aws.is_passing(error)
        log.failure(
            "sweep failed",
            error,
            stream=stream,
            passing=passing,
        )
        return "failed"
    if not result.is_new:
        # Delivery leaves a case at its old, earlier place: move it to where it belongs now.
        stores.views().put(case_row(result.state), expect=result.state.seq)
        return "nothing"
    return "acted"
