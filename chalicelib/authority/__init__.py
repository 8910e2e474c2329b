"""Who may do what: posts, appointments to them, the policies, and the tokens that people sign in with."""

from chalicelib.authority.gate import CedarGate
from chalicelib.authority.loading import load_appointments, load_posts
from chalicelib.authority.views import Holder, holders_of, post_of, posts_of_department

__all__ = [
    "CedarGate",
    "Holder",
    "holders_of",
    "load_appointments",
    "load_posts",
    "post_of",
    "posts_of_department",
]
