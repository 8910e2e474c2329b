"""What belongs to Step Functions: compiled flows, tasks and their tokens, delivery, and the sweeps
that guarantee it.
"""
