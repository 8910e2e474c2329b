"""What follows from the end of a party, a person's death or a company's dissolution: each of its
cases is told. A feed handler.
"""

from collections.abc import Iterator

from chalicelib import authority
from chalicelib.casework.acts import RecordPartyEnd
from chalicelib.casework.use_cases import case_commands
from chalicelib.kernel import stores
from chalicelib.kernel.aggregates import by_machine
from chalicelib.kernel.views import Row

TOLD = "told"  # the row that says that everything has followed
# A case that was filed just before stands in the lists of its party a moment later.
SETTLED = 300.0  # seconds


def project(stream: str, age: float = 0.0) -> bool:
    """Bring about what follows from a party's end; whether there was anything. Safe to repeat."""
    entries = stores.journal().read(stream)
    end = authority.party_end(entries)
    shown = stores.views().get(stream, TOLD)
    if end is None or (shown and age > SETTLED):
        return False
    ended = RecordPartyEnd(end.cause)
    for party in end.parties:
        for case in _cases_of(party):
            case_commands.execute(case, ended, by_machine)
    return stores.views().put(Row(stream, TOLD, version=1), expect=0)


def _cases_of(party: str) -> Iterator[str]:
    """The ids of all cases of a party."""
    start = None
    while True:
        page = stores.views().index("owner", f"person#{party}", start=start)
        for (stream, _), _ in page.keys:
            yield stream.partition("#")[2]
        start = page.next_start
        if start is None:
            return
