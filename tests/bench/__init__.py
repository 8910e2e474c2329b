"""What Sunlit costs, measured: ``python -m tests.bench`` prints one JSON line per number."""
