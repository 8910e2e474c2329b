"""Supervision over HTTP: conformance for everybody, questions to the policies for supervisors and
auditors.
"""

from chalicelib.supervision.routes import conformance, policy_questions

doors = (
    conformance.door,
    policy_questions.door,
)
