"""``read.*``: what it costs that an office's read of a case is an act, and that its subject is
told.
"""

from infra.local.client import City
from tests.bench import units, walks
from tests.bench.report import emit, need, say
from tests.bench.stack import Stack


def measure(stack: Stack, city: City) -> None:
    """An officer reads a case through a task: for the first time that day, and once more."""
    officers = walks.officers(city)
    with walks.recording(stack) as before:
        number = walks.file(before, city.person("p-zhang-wei")).number
        before.settle(queues=True)
    window = officers["urb-window"]
    task = need(window.tasks("urb-window", number), f"no task of {number} at the window")[0]["id"]
    for name in ("read", "read.again"):
        with walks.recording(stack) as record, record.request("GET /tasks/{task}"):
            window.get(f"/tasks/{task}").expect(200)
        (asked,) = record.asked
        charged = units.charged(record, stack.tables())
        say(f"  {name}: {asked.reads} then {asked.writes}; {dict(charged)}")
        emit(
            f"{name}.write_units",
            sum(charged.values()),
            "write units per recorded read, journal, feed and views",
        )
        emit(f"{name}.calls", len(asked.calls), "AWS calls of the request")
