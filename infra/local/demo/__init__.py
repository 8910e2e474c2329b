"""The demo: six cases walk through the public API, step by step."""
