"""Supervision over HTTP: conformance and published matters for everybody; matters for offices and
supervision; questions to the policies for supervisors and auditors.
"""

from chalicelib.supervision.routes import (
    conformance,
    matters,
    policy_questions,
    published_matters,
)

doors = (
    conformance.door,
    policy_questions.door,
    matters.door,
    published_matters.door,
)
