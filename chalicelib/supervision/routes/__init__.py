"""Supervision over HTTP: conformance, published matters and rules for everybody; matters for
offices and supervision; findings and questions to the policies for supervisors and auditors.
"""

from chalicelib.supervision.routes import (
    conformance,
    findings,
    matters,
    policy_questions,
    published_matters,
    rules,
)

doors = (
    conformance.door,
    policy_questions.door,
    matters.door,
    published_matters.door,
    findings.door,
    rules.door,
)
