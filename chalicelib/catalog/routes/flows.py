"""The published flows over HTTP: every version with its hash, and the maps along which cases are
moved.
"""

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
    shown = [
        {
            "id": f.id,
            "version": f.version,
            "title": f.title,
            "opens": f.opens,
            "steps": len(f.steps),
            "hash": f.hash,
        }
        for f in flows.published()
    ]
    return Reply({"flows": shown})


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
    found = next((one for one in flows.published() if one.name == flow), None)
    if found is None:
        raise NotFound
    document = flows.template(flows.FOLDER / f"{found.id}.v{found.version}.json")
    maps = list(step_maps.published(found.id, found.version))
    return Reply({"hash": found.hash, "document": document, "maps": maps})
