"""Frozen classes are values: each that is made by the standard decorator costs a cold start about
a millisecond.
"""

import ast

from tests.guards.code import MODULES, name_of, tree

# Made by the standard decorator, and why.
STANDARD = {
    "chalicelib/kernel/settings.py": "reads its fields by itself, and fails by a variable's name",
    "chalicelib/kernel/values.py": "makes the values",
}


def test_frozen_classes_are_values() -> None:
    found = {name_of(path) for path in MODULES if _has_frozen_standard_class(tree(path))}
    assert found - STANDARD.keys() == set()


def _has_frozen_standard_class(module: ast.Module) -> bool:
    imports = [node for node in ast.walk(module) if isinstance(node, ast.ImportFrom)]
    names = {
        alias.asname or alias.name
        for node in imports
        if node.module == "dataclasses"
        for alias in node.names
        if alias.name == "dataclass"
    }
    classes = [node for node in ast.walk(module) if isinstance(node, ast.ClassDef)]
    return any(
        _is_frozen_by(decorator, names) for node in classes for decorator in node.decorator_list
    )


def _is_frozen_by(decorator: ast.expr, names: set[str]) -> bool:
    if not isinstance(decorator, ast.Call):
        return False
    is_standard = ast.unparse(decorator.func) in {*names, "dataclasses.dataclass"}
    return is_standard and any(word.arg == "frozen" for word in decorator.keywords)
