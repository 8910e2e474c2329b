"""The registers of authority: organizations, posts, service points, and changes of them that need
two people.
"""
