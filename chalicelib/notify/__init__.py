"""Messages to people, each once in an inbox, by mail and text message; and signed ones to
departments' systems.

``send_to_all(recipients, Message(source, kind, params, case_number, at))`` tells persons,
``Recipient(person, mail, phone)``, or ``holders_of(posts)``, from any function that may read and
write views. A kind is a line of ``acts.KINDS`` and its sentence in texts.json; ``source`` names the
event, so telling it again is telling it once.
"""

from chalicelib.notify.acts import Message
from chalicelib.notify.digests import Tasks
from chalicelib.notify.feedback import SOURCE as MAIL_PROVIDER
from chalicelib.notify.feedback import handle as hear_of_mail
from chalicelib.notify.sending import Recipient, holders_of, send, send_to_all
from chalicelib.notify.settings_view import project as project_settings
from chalicelib.notify.sweep import sweep_messages
from chalicelib.notify.webhooks import NotTold
from chalicelib.notify.webhooks import headers as signed_head
from chalicelib.notify.webhooks import post as tell_system

__all__ = [
    "MAIL_PROVIDER",
    "Message",
    "NotTold",
    "Recipient",
    "Tasks",
    "hear_of_mail",
    "holders_of",
    "project_settings",
    "send",
    "send_to_all",
    "signed_head",
    "sweep_messages",
    "tell_system",
]
