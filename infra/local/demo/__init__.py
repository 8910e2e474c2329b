"""The demo: five applications walk through the public API, step by step."""
