"""How much of AWS's quotas a stage's template takes; a build stops long before one of them is reached."""

import json
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

# CloudFormation: a template that is read from S3.
TEMPLATE_BYTES = 1_000_000
# API Gateway: resources of one REST API. AWS raises it on request, for an API that is there already.
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
        return f"{self.used:,} of {self.quota:,} {self.what} ({self.share:.0%})"


def compact(template: dict[str, Any]) -> str:
    """The template as it is sent: without the indentation that the AWS command line writes, two thirds of it."""
    return json.dumps(template, ensure_ascii=False, separators=(",", ":"))


def api_resources(paths: Iterable[str]) -> int:
    """How many resources API Gateway makes of paths: one for each node of their tree, the root among them."""
    nodes = {""}
    for path in paths:
        segments = path.strip("/").split("/")
        nodes |= {"/".join(segments[: depth + 1]) for depth in range(len(segments))}
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
    """What the template takes; ends the program, naming the quota, where it is more than ``STOP_AT`` of one."""
    usages = measure(template)
    above = [str(usage) for usage in usages if usage.share > STOP_AT]
    if above:
        sys.exit(f"the template takes {', '.join(above)}: the build stops at {STOP_AT:.0%}")
    return usages
