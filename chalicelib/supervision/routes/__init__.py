"""Supervision over HTTP: conformance, published matters and complaints for everybody; matters for
offices and supervision; questions to the policies for supervisors and auditors.
"""

from chalicelib.supervision.routes import (
    complaints,
    conformance,
    matters,
    policy_questions,
    published_complaints,
    published_matters,
)

doors = (
    conformance.door,
    policy_questions.door,
    matters.door,
    published_matters.door,
    complaints.door,
    published_complaints.door,
)
