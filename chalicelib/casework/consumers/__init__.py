"""What follows from a case's acts: messages, certificates, calls to departments' systems."""
