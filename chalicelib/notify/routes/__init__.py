"""Messages over HTTP."""

from chalicelib.notify.routes import messages

doors = (messages.door,)
