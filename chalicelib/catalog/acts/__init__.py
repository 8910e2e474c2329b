"""The law of an item's life: what is in force of it and when, and which acts a draft allows. Pure:
no I/O, no clock.
"""
