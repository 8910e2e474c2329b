"""Sunlit on one machine: the embedded AWS, the sample city in it, a client of its API, and the demo."""
