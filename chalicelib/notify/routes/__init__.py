"""Messages over HTTP."""

from chalicelib.notify.routes import messages, settings

doors = (messages.door, settings.door)
