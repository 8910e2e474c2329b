"""A context uses of another one only what its ``__init__`` publishes; only routes know HTTP."""

import ast
import importlib
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.guards.code import MODULES, PACKAGE, name_of, tree

KERNEL = "kernel"
HTTP = ("chalicelib.kernel.http", "chalice.")
# Where a request comes in, and where it is known what one is.
OF_HTTP = ("routes", "http", "sign_in")


def context_of(path: Path) -> str:
    """The context of a module."""
    parts = path.relative_to(PACKAGE).parts
    return parts[0] if len(parts) > 1 else ""


def imports_of(path: Path) -> Iterator[tuple[str, str]]:
    """(module, name) of every ``from chalicelib... import name`` in a module, wherever it stands."""
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.ImportFrom) and node.module:
            for alias in node.names:
                yield node.module, alias.name


def is_published(module: str, name: str) -> bool:
    """Whether each package on the way publishes the next part, and the last one the name."""
    parts = [*module.split(".")[1:], name]
    package = f"chalicelib.{parts[0]}"
    for part in parts[1:]:
        face = importlib.import_module(package)
        published = getattr(face, "__all__", None)
        if published is None:  # a published module has no face of its own: its public names are it
            return not part.startswith("_")
        if part not in published:
            return False
        package = f"{package}.{part}"
        if not hasattr(face, "__path__"):
            return True
        try:
            importlib.import_module(package)
        except ImportError:
            return True
    return True


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_another_context_is_used_by_its_face(path: Path) -> None:
    own = context_of(path)
    beyond = []
    for module, name in imports_of(path):
        parts = module.split(".")
        if parts[0] != "chalicelib" or len(parts) < 2 or parts[1] in (own, KERNEL):
            continue
        if not is_published(module, name):
            beyond.append(f"{module}: {name}")
    assert beyond == []


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_only_routes_know_http(path: Path) -> None:
    if set(path.relative_to(PACKAGE).parts) & set(OF_HTTP):
        return
    knowing = [module for module, _ in imports_of(path) if module.startswith(HTTP)]
    stands_on_routes = [module for module, _ in imports_of(path) if ".routes" in module]
    assert knowing + stands_on_routes == []
