"""Supervision: second readings of what was done, apart from the rules by which it was done."""
