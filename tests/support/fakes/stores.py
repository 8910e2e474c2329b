"""In-memory stores with DynamoDB's semantics, for tests of rules and protocols: those in which the
half year is played.
"""

from infra.seed.history.memory import MemoryJournal, MemoryViews

__all__ = ["MemoryJournal", "MemoryViews"]
