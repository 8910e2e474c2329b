"""Everything around the code: what is deployed, how, and the city that it runs with on this
machine.
"""
