"""What every context stands on: clock, settings, ids, journal, feed, views and the one door for
HTTP.
"""
