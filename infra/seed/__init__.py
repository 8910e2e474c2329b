"""The sample city: fictional Minghang, modelled on Hangzhou, with its organs, posts, people and
items.
"""
