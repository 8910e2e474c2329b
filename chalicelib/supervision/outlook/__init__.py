"""Before a limit breaks: how long steps usually take, which cases are at risk, which posts are
behind.
"""
