"""The embedded AWS: the emulator, patched, behind a gateway, started as one child process."""
