"""Sunlit on one machine: the embedded AWS, the sample city, a client of its API, and the demo."""
