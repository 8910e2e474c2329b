"""How much of AWS's quotas a template takes; a build stops long before one is reached."""

import json
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

# CloudFormation: a template that is read from S3.
TEMPLATE_BYTES = 1_000_000
# API Gateway: resources of one REST API. AWS raises it on request, for an API that exists.
API_RESOURCES = 300
# There is time to change the layout while nothing refuses a deployment yet.
STOP_AT = 0.7


@dataclass(frozen=True)
class Usage:
    """What a template takes of one quota, and the quota itself."""

    what: str
    used: int
    quota: int

    @property
    def share(self) -> float:
        """Of the quota, from 0."""
        return self.used / self.quota

    def __str__(self) -> str:
        numbers = f"{self.used:,} of {self.quota:,}"
        return f"{numbers} {self.what} ({self.share:.0%})"


def compact(template: dict[str, Any]) -> str:
    """The template as it is sent: without the AWS command line's indentation, two thirds of it."""
    return json.dumps(template, ensure_ascii=False, separators=(",", ":"),)


def api_resources(paths: Iterable[str]) -> int:
    """How many resources API Gateway makes of paths: the nodes of their tree, with its root."""
    root = ""
    nodes = {root}
    for path in paths:
        node = root
        for segment in path.strip("/").split("/"):
            node = f"{node}/{segment}" if segment else root
            nodes.add(node)
    return len(nodes)


def measure(template: dict[str, Any]) -> list[Usage]:
    """What a packaged template takes of CloudFormation's and API Gateway's quotas."""
    api = template["Resources"]["RestAPI"]["Properties"]["DefinitionBody"]
    size = len(compact(template).encode())
    return [
        Usage("bytes of template", size, TEMPLATE_BYTES),
        Usage("API Gateway resources", api_resources(api["paths"]), API_RESOURCES),
    ]


def check(template: dict[str, Any]) -> list[Usage]:
    """What the template takes; ends the program where it is more than ``STOP_AT`` of a quota."""
    usages = measure(template)
    for usage in usages:
        if usage.share > STOP_AT:
            sys.exit(f"the template takes {usage}: the build stops at {STOP_AT:.0%}")
    return usages
