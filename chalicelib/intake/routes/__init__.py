"""Filing over HTTP: online, and at windows."""

from chalicelib.intake.routes import filing, windows

doors = (
    filing.door,
    windows.door,
)
