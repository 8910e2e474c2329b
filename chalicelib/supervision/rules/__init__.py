"""Rules that watch every case: published data, judged by pure predicates; what they find is on
record, never blocks a case, and is for supervision to take up.
"""
