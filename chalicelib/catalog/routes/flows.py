"""The published flows over HTTP: every version with its hash, and the maps along which cases are
moved.
"""

from typing import Any

from chalicelib.catalog import flows
from chalicelib.catalog.flows import step_maps
from chalicelib.kernel.errors import NotFound
from chalicelib.kernel.http import PUBLIC, Call, Door, Reply

door = Door()


@door.on(
    "GET",
    "/flows",
    action="list_flows",
    audience=PUBLIC,
    reply="flows",
    summary="All published flow versions",
)
def list_flows(call: Call) -> Reply:
    """Each with the hash that receipts show."""
    summaries = [_summary(flow) for flow in flows.published()]
    return Reply({"flows": summaries})


def _summary(flow: flows.Flow) -> dict[str, Any]:
    return {
        "id": flow.id,
        "version": flow.version,
        "title": flow.title,
        "opens": flow.opens,
        "steps": len(flow.steps),
        "hash": flow.hash,
    }


@door.on(
    "GET",
    "/flows/{flow}",
    action="read_flow",
    audience=PUBLIC,
    reply="flow_page",
    summary="One flow version as published, and where its cases can be moved",
)
def show_flow(call: Call, flow: str) -> Reply:
    """``flow`` is a name with version, such as ``licence-v1``; order in the document carries
    meaning.
    """
    named = {published.name: published for published in flows.published()}
    if flow not in named:
        raise NotFound
    published = named[flow]
    document = flows.template(flows.file_of(published.id, published.version))
    maps = list(step_maps.published(published.id, published.version))
    return Reply({"hash": published.hash, "document": document, "maps": maps})
