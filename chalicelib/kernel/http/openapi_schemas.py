"""The schema files as components of an OpenAPI document, for clients of every language."""

from typing import Any

from chalicelib.kernel import schemas

OWN = ("$schema", "$id")


def components(names: set[str]) -> dict[str, Any]:
    """The schemas of these names and all that they refer to, by name."""
    done: dict[str, Any] = {}
    pending = sorted(names)
    while pending:
        name = pending.pop()
        if name in done:
            continue
        schema = {key: part for key, part in schemas.load(name).items() if key not in OWN}
        done[name] = _relink(schema, name, pending)
    return dict(sorted(done.items()))


def _relink(node: Any, home: str, pending: list[str]) -> Any:
    if isinstance(node, list):
        return [_relink(child, home, pending) for child in node]
    if not isinstance(node, dict):
        return node
    made = {key: _relink(child, home, pending) for key, child in node.items()}
    ref = made.get("$ref", "")
    if isinstance(ref, str) and ref.endswith(".schema.json"):
        name = ref.removesuffix(".schema.json")
        pending.append(name)
        made["$ref"] = f"#/components/schemas/{name}"
    elif isinstance(ref, str) and ref.startswith("#/"):
        made["$ref"] = f"#/components/schemas/{home}{ref[1:]}"
    return _open(made)


def _open(node: dict[str, Any]) -> dict[str, Any]:
    """An object of which nothing is said takes any field: generators make an empty class of it
    otherwise.
    """
    is_free = node.get("type") == "object" and "properties" not in node
    if is_free and "additionalProperties" not in node and "$ref" not in node:
        return {**node, "additionalProperties": True}
    return node
