"""Every problem that the product can raise, and one of each."""

import importlib
import string
from pathlib import Path

import chalicelib
from chalicelib.kernel import texts
from chalicelib.kernel.errors import Problem, TooMany

PACKAGE = Path(chalicelib.__file__).parent


def every_problem() -> list[type[Problem]]:
    """All subclasses of Problem in all contexts, in order of their names."""
    for path in sorted(PACKAGE.rglob("*.py")):
        name = ".".join(path.relative_to(PACKAGE.parent).with_suffix("").parts).removesuffix(
            ".__init__"
        )
        importlib.import_module(name)
    found, pending = set[type[Problem]](), [Problem]
    while pending:
        kind = pending.pop()
        found.add(kind)
        pending += kind.__subclasses__()
    ours = {kind for kind in found if kind.__module__.startswith("chalicelib.")}
    return sorted(ours - {Problem}, key=lambda kind: (kind.__module__, kind.__name__))


def placeholders(text: str) -> set[str]:
    """The parameters of a sentence."""
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


def raised(kind: type[Problem]) -> Problem:
    """One of this kind, with the parameters that its sentence asks for."""
    if issubclass(kind, TooMany):
        return kind(17)
    return kind(**dict.fromkeys(placeholders(texts.all_texts()[kind.type]["en"]), 1))
