"""The one template: infra/template.yaml with what repeats per function, flow and alarm."""

from typing import Any

from chalice.package import YAMLTemplateSerializer

from infra.build import ROOT, alarms, flows, functions, gateway


def read(name: str) -> dict[str, Any]:
    """A template of ours as a dict, its short forms (``!Ref``) written out as Chalice does."""
    path = ROOT / "infra" / name
    template: dict[str, Any] = YAMLTemplateSerializer().load_template(path.read_text(), path.name)
    return template


def build(published: list[dict[str, Any]]) -> dict[str, Any]:
    """What Chalice merges over its own template.

    Raises ``ValueError`` when a generated resource would overwrite a written one.
    """
    template = read("template.yaml")
    resources = template["Resources"]
    flow_ids = {flows.logical_id(flow): flows.name(flow) for flow in published}
    for part in (functions.resources(), flows.resources(published), alarms.resources(flow_ids)):
        clash = resources.keys() & part.keys()
        if clash:
            raise ValueError(f"defined twice: {sorted(clash)}")
        resources.update(part)
    resources["RestAPI"]["Properties"]["GatewayResponses"] = gateway.responses()
    return template
