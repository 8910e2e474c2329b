"""In-memory grants for tests: those in which the half year is played."""

from infra.seed.history.memory_grants import MemoryGrants

__all__ = ["MemoryGrants"]
