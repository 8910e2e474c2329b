"""Messages to people, each once in an inbox, by mail and text message; and signed ones to
departments' systems.
"""

from chalicelib.notify.acts import Message
from chalicelib.notify.sending import Recipient, send, send_to_all
from chalicelib.notify.webhooks import NotTold
from chalicelib.notify.webhooks import headers as signed_head
from chalicelib.notify.webhooks import post as tell_system

__all__ = [
    "Message",
    "NotTold",
    "Recipient",
    "send",
    "send_to_all",
    "signed_head",
    "tell_system",
]
