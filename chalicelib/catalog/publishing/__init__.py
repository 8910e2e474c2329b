"""The life of an item: drafted, reviewed by a second person, published from a date, retired; every
step an act.
"""
