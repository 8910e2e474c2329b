"""Messages to people: an inbox that shows each once, and mail where an address is known."""

from chalicelib.notify.acts import Message
from chalicelib.notify.sending import send

__all__ = ["Message", "send"]
