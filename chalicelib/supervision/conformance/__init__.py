"""Whether a case walked as its flow was published: a second reading, apart from the rules."""

from chalicelib.supervision.conformance.reading import RULES, findings, report
from chalicelib.supervision.conformance.replay import Finding

__all__ = ["RULES", "Finding", "findings", "report"]
