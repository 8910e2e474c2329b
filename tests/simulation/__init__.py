"""A small deterministic world in which the real protocol code runs: stores, Step Functions,
crashes, several actors.
"""
