"""In-memory grants for tests: those in which the half year is played."""

from infra.seed.history.memory import MemoryGrants

__all__ = ["MemoryGrants"]
