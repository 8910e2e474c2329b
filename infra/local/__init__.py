"""The embedded AWS: an emulator, a sign-in issuer and one origin, started as one child process."""
