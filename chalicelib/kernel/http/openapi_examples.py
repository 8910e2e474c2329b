"""Bodies and ids of the sample city, put together from the examples that the schemas give."""

from collections.abc import Mapping
from typing import Any

from chalicelib.kernel import schemas

Schema = Mapping[str, Any]
SENTENCE = "说明事实和理由。"
OF_FORMATS = {
    "phone": "0571-87654321",
    "mobile": "138 0000 0000",
    "last-figures": "0000",
    "tracking-code": "ABCD-EFGH-2345-67JK",
    "case-number": "URB-2026-W-000001",
    "name": "李娜",
}
OF_PATHS = {
    "number": "URB-2026-W-000001",
    "item": "shop-sign",
    "post": "urb-window",
    "task": "urb-2026-w-000001.accept.0",
    "flow": "licence-v1",
    "certificate": "urb-2026-w-000001-1",
    "code": "id-card",
    "list": "0",
    "matter": "a2b3c4d5e6f7a2b3c4d5e6f7a2",
}


def body(name: str) -> Any:
    """A body that the schema of this name takes, with what it requires."""
    schema = schemas.load(name)
    return _example(schema, schema)


def _example(schema: Schema, home: Schema) -> Any:
    if "$ref" in schema:
        return _example(*schemas.resolved(schema["$ref"], home))
    if "examples" in schema:
        return schema["examples"][0]
    if schema.get("format") in OF_FORMATS:
        return OF_FORMATS[schema["format"]]
    if "const" in schema:
        return schema["const"]
    if "enum" in schema:
        return schema["enum"][0]
    kind = schema.get("type", "object")
    if kind == "object":
        return _object(schema, home)
    if kind == "array":
        return [_example(schema["items"], home)] if "items" in schema else []
    simple = {"integer": schema.get("minimum", 1), "number": 1, "boolean": True}
    return simple.get(kind, SENTENCE)


def _object(schema: Schema, home: Schema) -> dict[str, Any]:
    properties = schema.get("properties", {})
    any_of = schema.get("anyOf", ({},))
    needed = [*schema.get("required", ()), *any_of[0].get("required", ())]
    return {name: _example(properties[name], home) for name in needed}
