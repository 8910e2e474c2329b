"""What a city makes of the published rules: which are off, which thresholds differ, from which
day.
"""
