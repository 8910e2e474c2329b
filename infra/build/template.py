"""The one template: infra/template.yaml with what repeats per function, flow and alarm."""

from typing import Any

from chalice.package import YAMLTemplateSerializer

from infra.build import ROOT, alarms, flows, functions, gateway


def read(name: str) -> dict[str, Any]:
    """A template of ours as a dict, its short forms (``!Ref``) written out as Chalice does."""
    path = ROOT / "infra" / name
    reader = YAMLTemplateSerializer()
    template: dict[str, Any] = reader.load_template(path.read_text(), path.name)
    return template


def build(published: list[dict[str, Any]]) -> dict[str, Any]:
    """What Chalice merges over its own template.

    Raises ``ValueError`` when a generated resource would overwrite a written one.
    """
    template = read("template.yaml")
    resources = template["Resources"]
    flow_ids = {flows.logical_id(flow): flows.name(flow) for flow in published}
    _add(resources, functions.resources())
    _add(resources, flows.resources(published))
    _add(resources, alarms.resources(flow_ids))
    api = resources["RestAPI"]["Properties"]
    api["GatewayResponses"] = gateway.responses()
    return template


def _add(resources: dict[str, Any], generated: dict[str, Any]) -> None:
    clash = resources.keys() & generated.keys()
    if clash:
        raise ValueError(f"defined twice: {sorted(clash)}")
    resources.update(generated)
